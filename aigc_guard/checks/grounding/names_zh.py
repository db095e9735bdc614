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
    "|协会|学会|医院|基金会|出版社|电视台|证券|保险|律师事务所|事务所|博物馆|联合会|商会|总局|总署"
    "|管理局|监管局|监督局|统计局|税务局|公安局|改革委|卫健委|证监会"
    "|(?:卫生|贸易|劳工|合作|条约|旅游|气象)组织"
    "|(?:财政|外交|国防|教育|商务|交通运输|公安|司法|农业农村|信息化|科学技术|科技|社会保障|自然资源"
    "|生态环境|城乡建设|水利|旅游|应急管理|民政)部(?!门)"
)
_GENERAL = (
    "科技|技术|股份|有限|责任|集团|人民|中级|高级|最高|国际|实业|发展|投资|控股|网络|信息|电子|文化|传媒"
    "|管理|服务|商贸|贸易|工程|建设|本|该|贵|我|各|某|子|分|总|母|上市|外国|国有|民营|专门|基层|新|原"
    "|双方|对方|任何|其他|一家|两家|多家|这家|那家|及其|关联"
)
_CORE = re.compile(f"{_ENDING}|{_GENERAL}")
"""What many organisations' names share, and what stands before one."""
_OFFICE = re.compile(r"部$|组织$|[局署委]$|证监会$")
"""Offices whose whole name is such a word; of 公司 alone nobody knows whose it is."""
_IS_HAN = re.compile(_HAN)
_CUT = re.compile(r"[的在与和由向对为是被从于把将及或等据让使给到至经自比跟因若如即并而且但则]")
_ORGANISATION = re.compile(rf"(?P<name>{_HAN}{{0,20}}?(?:{_ENDING}))(?!(?:{_ENDING}))")
_AFTER_NAME = re.compile(rf"{_SAYING}|{_TITLE}|[在于的和与向对将已是被也还则就从为把]")


def unknown_names_zh(text: str, known: str) -> Iterator[Name]:
    """Names of ``text`` that don't stand in ``known``, the material in one piece."""
    people = chain(
        _DOTTED.finditer(text),
        _PERSON_BEFORE_TITLE.finditer(text),
        _PERSON_BEFORE_SAYING.finditer(text),
        _PERSON_AFTER_TITLE.finditer(text),
    )
    seen: set[int] = set()
    for match in people:
        start, end = _without_the_rest(*match.span("name"), match["name"])
        if seen.isdisjoint(range(start, end)) and not _knows(text[start:end], known):
            seen.update(range(start, end))
            yield Name(start, end, "PERSON", 0.9)
    for match in _ORGANISATION.finditer(text):
        start = _start_of_name(text, *match.span("name"))
        name = text[start : match.end("name")]
        if not _knows_organisation(name, known):
            yield Name(start, match.end("name"), "ORGANIZATION", 0.9)


def _without_the_rest(start: int, end: int, name: str) -> tuple[int, int]:
    """A transliterated name without the words that follow it."""
    last = max(name.rfind(dot) for dot in "·•・") + 1
    after = _AFTER_NAME.search(name, last + 1) if last else None
    return start, start + after.start() if after else end


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
    """Whether the name stands in the material, or its own words without "limited company" do.

    The words before a name can't be told from it, so an ending of it is enough where the material
    begins a name with that ending: 南风能源 is none because of 北风能源.
    """
    own = _CORE.sub("", name)
    if name in known or (own in known and len(own) >= 2):
        return True
    if len(own) < 2:
        return not _OFFICE.search(name)
    return _ends_in_a_known(name, known) or _ends_in_a_known(own, known)


def _ends_in_a_known(name: str, known: str) -> bool:
    for at in range(1, len(name) - 1):
        ending = name[at:]
        if len(_CORE.sub("", ending)) < 2:
            return False
        if any(_begins_a_name(known, at) for at in _found_at(ending, known)):
            return True
    return False


def _found_at(wanted: str, known: str) -> Iterator[int]:
    at = known.find(wanted)
    while at >= 0:
        yield at
        at = known.find(wanted, at + 1)


def _begins_a_name(known: str, at: int) -> bool:
    before = known[at - 1 : at]
    return not _IS_HAN.match(before) or bool(_CUT.match(before))
