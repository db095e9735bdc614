"""Made names of Chinese places and organisations, from parts, as people's names are made."""

from __future__ import annotations

import random
from collections.abc import Sequence

from aigc_guard.training.guards.chinese_people import SOUNDS

_PLACE_ENDS_TEXT = (
    "省 市 县 区 州 镇 乡 村 路 街 大道 山 河 湖 江 岛 湾 港 桥 站 火车站 机场 公园 广场 "
    "半岛 群岛 盆地 高原 沙漠 海峡 郡 府 半山 新城 古城 城 寺 水库 瀑布 运河 高速公路 铁路 "
    "线 行政区 自治州 "
)
_PLACE_ENDS = _PLACE_ENDS_TEXT.split()
_PLACE_STEMS_TEXT = (
    "东 西 南 北 中 上 下 大 小 新 长 太 平 安 宁 阳 阴 川 泉 龙 凤 虎 马 牛 石 金 银 玉 白 "
    "黑 青 红 黄 清 临 海 江 河 湖 山 林 云 天 光 明 福 寿 吉 庆 永 兴 隆 昌 盛 和 顺 仁 义 "
    "德 广 宣 武 文 "
)
_PLACE_STEMS = _PLACE_STEMS_TEXT.split()
_ORGANISATION_ENDS_TEXT = (
    "大学 学院 中学 小学 医院 银行 公司 集团 有限公司 股份有限公司 委员会 协会 学会 联合会 "
    "基金会 研究所 研究院 俱乐部 队 足球队 国家队 电视台 广播电台 日报 晚报 出版社 图书馆 "
    "博物馆 法院 检察院 公安局 教育局 交通局 卫生部 外交部 国防部 议会 党 民主党 工党 军 "
    "航空 汽车 电子 科技 传媒 唱片 影业 乐团 剧团 商会 工会 联盟 警察局 市政府 人民政府 "
    "管理局 办公室 总局 教会 酒店 "
)
_ORGANISATION_ENDS = _ORGANISATION_ENDS_TEXT.split()
_BRAND_STEMS_TEXT = (
    "华 中 国 联 通 新 东 方 南 北 星 光 宏 达 天 科 创 立 信 诚 远 大 金 利 丰 泰 康 美 佳 "
    "乐 奇 正 德 恒 瑞 博 安 海 龙 腾 飞 跃 讯 网 易 思 凯 嘉 百 千 万 亿 鼎 盛 "
)
_BRAND_STEMS = _BRAND_STEMS_TEXT.split()


def _sounded(rng: random.Random) -> str:
    return "".join(rng.choices(SOUNDS, k=rng.choice((2, 2, 3, 3, 4))))


def made_place(rng: random.Random, known: Sequence[str] = ()) -> str:
    """A Chinese or transliterated place; ``known`` places may stand before a smaller one."""
    if rng.random() < 0.5:
        stem = "".join(rng.choices(_PLACE_STEMS, k=2 if rng.random() < 0.8 else 1))
        place = stem + rng.choice(_PLACE_ENDS)
    else:
        place = _sounded(rng) + (rng.choice(_PLACE_ENDS) if rng.random() < 0.5 else "")
    return rng.choice(known) + place if known and rng.random() < 0.2 else place


def made_organisation(rng: random.Random, places: Sequence[str] = ()) -> str:
    """An organisation: a place, a brand or a sounded word, and what kind of one it is."""
    kind = rng.random()
    if kind < 0.45 and places:
        stem = rng.choice(places)
    elif kind < 0.75:
        stem = "".join(rng.choices(_BRAND_STEMS, k=2))
    else:
        stem = _sounded(rng)
    if rng.random() < 0.15:
        stem += "".join(rng.choices(_BRAND_STEMS, k=2))
    return stem + rng.choice(_ORGANISATION_ENDS)


CHARACTERS = "".join((*_PLACE_ENDS, *_PLACE_STEMS, *_ORGANISATION_ENDS, *_BRAND_STEMS))
"""Every character a made place or organisation can hold beside the transliterating ones."""
