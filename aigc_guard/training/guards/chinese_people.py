"""Made names of people in Chinese text: Chinese, transliterated and Japanese ones.

Surnames are the common ones of the census lists; sounds are the characters that transliteration
tables use. The parts are drawn apart, so that no name has to be a real person's.
"""

from __future__ import annotations

import random

SOUNDS = (
    "阿埃艾爱安昂奥巴班邦保贝本比彼毕宾波伯博布采查达戴丹当道德登邓迪蒂丁东杜顿多厄恩尔法范菲"
    "费芬佛弗夫福富盖甘冈高戈格葛根古哈海汉豪赫亨洪胡华怀霍基吉加贾简杰金卡凯坎康考科克肯孔库"
    "夸奎拉莱兰朗劳勒雷黎里利丽莉连列林龙隆卢鲁路伦罗洛马玛迈麦曼芒毛梅门蒙米密明摩莫默姆穆纳"
    "娜南内尼妮涅宁纽努诺欧帕潘庞佩彭皮平珀蒲普齐奇乔切琼丘热日荣茹瑞若萨塞赛桑瑟沙莎山尚舍申"
    "圣施史舒斯丝松苏索塔泰坦汤唐陶特滕提廷图托瓦万旺威韦维魏温文沃乌武西希锡夏肖谢辛休许雅亚"
    "延扬耶伊因英尤于约泽詹扎詹珍朱佐"
)
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国华红梅志永福贵珍玉荣德昌康祥春"
    "义世元嘉俊宏泽浩宇轩子涵欣怡雨晨曦思远博雅诗琪梦佳慧颖莹雪晓东海峰山林森学良中正仁孝忠信"
    "之道景仲伯叔季孟光武维民安邦定乾坤震彦章卿甫如松柏云龙飞鹏程万里青岚菲蓉薇婷婉清秋月凤仙"
    "金银铁铭鑫洪波涌泉源润泰盛隆兴旺启发达克勤敬业"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左"
    "柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳"
)
_DOUBLE = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "夏侯")
_JAPANESE_TEXT = (
    "佐藤 铃木 高桥 田中 伊藤 渡边 山本 中村 小林 加藤 吉田 山田 佐佐木 山口 "
    "松本 井上 木村 清水 斋藤 山崎 森田 池田 桥本 石川 前田 藤田 冈田 后藤 "
    "长谷川 村上 近藤 石井 坂本 远藤 青木 藤井 西村 福田 太田 三浦 松田 中岛 "
    "织田 德川 丰臣 本田 "
)
_JAPANESE_GIVEN_TEXT = (
    "太郎 次郎 一郎 健一 浩二 直人 和也 翔太 大辅 信长 秀吉 家康 由美 惠子 "
    "美咲 理惠 真理子 明日香 千寻 龙之介 康成 春树 正雄 义经 清盛 隆盛 诗织 雅治 "
    "拓哉 博文 "
)
_JAPANESE, _JAPANESE_GIVEN = _JAPANESE_TEXT.split(), _JAPANESE_GIVEN_TEXT.split()
CHARACTERS = "".join((SOUNDS, _GIVEN, SURNAMES, _JAPANESE_TEXT, _JAPANESE_GIVEN_TEXT))
"""Every character a made name can hold: the vocabulary needs them."""


def made_person(rng: random.Random) -> str:
    """A Chinese, transliterated or Japanese name: any reader knows its kind without a list."""
    kind = rng.random()
    if kind < 0.45:
        surname = rng.choice(SURNAMES) if rng.random() < 0.93 else rng.choice(_DOUBLE)
        return surname + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2, 2))))
    if kind < 0.9:
        parts = ["".join(rng.choices(SOUNDS, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(3)]
        count = rng.choice((1, 1, 2, 2, 3))
        return rng.choice("···‧・").join(parts[:count])
    return rng.choice(_JAPANESE) + rng.choice(_JAPANESE_GIVEN)
