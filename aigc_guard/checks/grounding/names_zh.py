"""Names of people and organisations in Chinese text, by their surroundings and endings.

Chinese has no capitals, so only what stands like a name is taken for one: a surname beside a title
or a word of saying, a transliterated name with its dot, a run that ends like an organisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from aigc_guard.checks.grounding.names import Name

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_SURNAMES = (
    "欧阳|司马|上官|诸葛|王|李|张|刘|陈|杨|黄|赵|吴|周|徐|孙|马|朱|胡|郭|何|林|高|罗|郑|梁|谢|宋|唐"
    "|许|韩|冯|邓|曹|彭|曾|肖|田|董|袁|潘|蒋|蔡|余|杜|叶|程|苏|魏|吕|丁|任|沈|姚|卢|姜|崔|钟|谭|陆"
    "|汪|范|金|石|廖|贾|夏|韦|付|方|白|邹|孟|熊|秦|邱|江|尹|薛|闫|段|雷|侯|龙|史|陶|黎|贺|顾|毛|郝"
    "|龚|邵|万|钱|严|覃|武|戴|莫|孔|向|汤"
)
# Signs that don't stand in given names, but do in the words that surnames begin.
_NO_GIVEN = (
    "的了是在和与层管校面边日末案式法向何于一二三四五六七八九十个家以为也都就将已被把对从到人们"
)
_GIVEN = rf"(?:(?![{_NO_GIVEN}]){_HAN}){{1,2}}"
_TITLE = (
    "先生|女士|小姐|教授|博士|律师|总经理|副总经理|经理|董事长|主任|部长|局长|市长|省长|院长|校长|主席"
    "|总裁|法官|同志|医生|老师|书记|工程师|研究员|总监"
)
_SAYING = "说|表示|称|指出|认为|强调|透露|介绍|告诉|补充|坦言|回应|写道"
_ROLE = (
    "记者|发言人|负责人|代表|作者|原告|被告|申请人|被申请人|上诉人|创始人|总理|总统|"
    "首相|诉|甲方：|乙方："
)
_PERSON_BEFORE_TITLE = re.compile(
    rf"(?:^|(?<=[^\u3400-\u9fff])|(?<=[由和与对向经据但而]))(?P<name>(?:{_SURNAMES}){_GIVEN}?)(?={_TITLE})"
)
_PERSON_BEFORE_SAYING = re.compile(
    rf"(?:^|(?<=[^\u3400-\u9fff]))(?P<name>(?:{_SURNAMES}){_GIVEN})(?=(?:也|还|则)?(?:{_SAYING}))",
    re.M,
)
_PERSON_AFTER_TITLE = re.compile(
    rf"(?:{_TITLE}|{_ROLE})(?P<name>(?:{_SURNAMES}){_GIVEN})"
    rf"(?=[^\u3400-\u9fff]|{_SAYING}|在|于|的|和|与|向|对|将|已|说|$)"
)
_DOTTED = re.compile(rf"(?P<name>{_HAN}{{1,7}}(?:[·•・]{_HAN}{{1,7}})+)")
_ENDING = (
    "有限责任公司|股份有限公司|有限公司|公司|集团|大学|学院|银行|人民法院|法院|检察院|委员会|研究院|研究所"
    "|协会|学会|医院|基金会|出版社|电视台|证券|保险|律师事务所|事务所|博物馆"
)
_GENERAL = (
    "科技|技术|股份|有限|责任|集团|人民|中级|高级|最高|国际|实业|发展|投资|控股|网络|信息|电子|文化|传媒"
    "|管理|服务|商贸|贸易|工程|建设|本|该|贵|我|各|某|子|分|总|母|上市|外国|国有|民营|专门|基层|新|原"
    "|双方|对方|任何|其他|一家|两家|多家|这家|那家|及其|关联"
)
_CORE = re.compile(f"{_ENDING}|{_GENERAL}")
"""What many organisations' names share, and what stands before one."""
_CUT = re.compile(r"[的在与和由向对为是被从于把将及或等据让使给到至经自比跟因若如即并而且但则]")
_ORGANISATION = re.compile(rf"(?P<name>{_HAN}{{2,20}}?(?:{_ENDING}))(?!(?:{_ENDING}))")


def unknown_names_zh(text: str, known: str) -> Iterator[Name]:
    """Names of ``text`` that don't stand in ``known``, the material in one piece."""
    people = chain(
        _PERSON_BEFORE_TITLE.finditer(text),
        _PERSON_BEFORE_SAYING.finditer(text),
        _PERSON_AFTER_TITLE.finditer(text),
        _DOTTED.finditer(text),
    )
    seen: set[tuple[int, int]] = set()
    for match in people:
        name = match["name"]
        if match.span("name") not in seen and not _knows(name, known):
            seen.add(match.span("name"))
            yield Name(*match.span("name"), "PERSON", 0.9)
    for match in _ORGANISATION.finditer(text):
        start = _start_of_name(text, *match.span("name"))
        name = text[start : match.end("name")]
        if not _knows_organisation(name, known):
            yield Name(start, match.end("name"), "ORGANIZATION", 0.9)


def _knows(name: str, known: str) -> bool:
    if name in known or len(name) < 2:
        return True
    parts = re.split("[·•・]", name)
    return len(parts) > 1 and any(part in known for part in parts if len(part) > 1)


def _start_of_name(text: str, start: int, end: int) -> int:
    """The name's beginning: after the last small word that can't stand in a name."""
    cuts = [match.end() for match in _CUT.finditer(text, start, end)]
    return cuts[-1] if cuts and end - cuts[-1] >= 2 else start


def _knows_organisation(name: str, known: str) -> bool:
    """Whether the name's own words, apart from "limited company" and the like, are known.

    The words before it can't be told from the name, so its longest known ending decides.
    """
    longest = next((name[at:] for at in range(len(name)) if name[at:] in known), "")
    own = _CORE.sub("", name)
    if len(own) < 2:
        return True
    if len(_CORE.sub("", longest)) >= 2:
        return True
    return own in known or any(own[at : at + 4] in known for at in range(max(0, len(own) - 3)))
