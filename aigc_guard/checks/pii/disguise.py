"""Identifiers written so that no form knows them: letters of other scripts, digits in words, gaps.

Each rewriting keeps its offsets. What is found in one counts only where it differs from the text as
it stands, and only identifiers do: names are read from the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from aigc_guard.checks.pii import checksums
from aigc_guard.folded import Folded, edited, unfolded
from aigc_guard.lookalikes import LOOK_ALIKES
from aigc_guard.patterns import Later
from aigc_guard.text import reveal

_FEWEST_DIGITS = 7
_CREDIT_CODE = 18
_MOST_UNSURE = 8
_DIGITS = {
    **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
    **dict(zip("⓪①②③④⑤⑥⑦⑧⑨", "0123456789", strict=True)),
    **dict(zip("⓿❶❷❸❹❺❻❼❽❾", "0123456789", strict=True)),
    "幺": "1", "两": "2",
}  # fmt: skip
_OTHERS = "".join(_DIGITS)
_OTHER_DIGITS = Later(f"[{_OTHERS}]")
_SPOKEN = Later(rf"[0-9A-Za-z{_OTHERS}+(](?:[ .:()-]{{0,2}}[0-9A-Za-z{_OTHERS}]){{3,60}}")
_CAPITALS = {one.upper(): latin.upper() for one, latin in LOOK_ALIKES.items()}
_LATIN = LOOK_ALIKES | {one: latin for one, latin in _CAPITALS.items() if one > "z" > latin}
_FOREIGN = Later("[" + "".join(one for one in _LATIN if len(one) == 1) + "]")
_TOKEN = Later(r"[^\s,;!?()<>\[\]{}\"“”，。；：！？（）【】]+")
_ONE_BY_ONE = Later(
    r"(?<![0-9A-Za-z])[0-9A-Za-z+(](?P<gap>[ ._·*/~|-])(?:[0-9A-Za-z_@.()+: /-](?P=gap)){5,80}"
    r"[0-9A-Za-z)]"
    r"(?![0-9A-Za-z])"
)
_FOR_DIGITS = str.maketrans("OolI|", "00111")
_CODE = Later(r"(?<![0-9A-Za-z])[0-9A-Za-z|]{15,34}(?![0-9A-Za-z])")
_LIKE_DIGITS = Later(
    r"(?<![0-9A-Za-z_@.])[+(]?[\dOolI|](?:[ ().-]{0,2}[\dOolI|]){5,60}(?<![ ().-]\D)"
    r"(?:[Xx][\dOolI|]*)?(?![0-9A-Za-z_@])"
    r"|(?<![\w:])[0-9A-Fa-fOolI]{1,4}(?::[0-9A-Fa-fOolI]{1,4}){5,7}(?![\w:])"
)
_MIXED = Later(r"\d[ ().Xx-]{0,3}[OolI|]|[OolI|][ ().-]{0,2}\d")
_HEX_GAPS = 5
"""What ``_LIKE_DIGITS`` needs to change anything: letters beside digits, or so many colons."""
_GROUPS = Later(
    r"(?<![0-9A-Za-z.])[0-9A-Za-z]{1,8}(?P<gap>[ ]?[._·•*/~|–-][ ]?)[0-9A-Za-z]{1,8}"
    r"(?:(?P=gap)[0-9A-Za-z]{1,11}){1,9}(?![0-9A-Za-z])"
    r"|(?<![\d.])\d{1,8}(?: \d{1,8}){2,6}[Xx]?(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])\d{4} \d{4}(?: [0-9A-Z]{4}){2} [0-9A-Z]{2}(?![0-9A-Za-z])"
)
_TWO_GAPS = Later(r"[._·•*/~|–-] ?[0-9A-Za-z]{1,11} ?[._·•*/~|–-]")
_DIGIT_GAPS = Later(r"\d \d{1,8} [\dA-Z]")
"""What ``_GROUPS`` needs: at least two gaps, of a sign or between digits."""
_AREA = Later(r"(?<=\(\d{3}\))( ?\d{3}) ?[._·•*/~|–] ?(?=\d{4})")
_EXTENSION = Later(r"[xX]\d*$")
_BETWEEN = Later(r"[^\dA-Za-z]+")
_AROUND_AT = Later(r"(?<=\w) +@ +(?=\w)|(?<=\w)[ ]+\.[ ]*(?=[a-z]{2,})")
_DOT_IN_WORDS = r"(?: ?[(\[{<【（] ?(?:dot|点|點) ?[)\]}>】）] ?| dot )"
_AT = Later(
    r"(?<=\w)(?: ?[(\[{<【（] ?(?:at|艾特|圈a) ?[)\]}>】）] ?"
    rf"| at (?=[\w-]+(?:\.[\w-]+)*{_DOT_IN_WORDS}))",
    re.IGNORECASE,
)
_SIGN_NAMES = Later(r"[(\[{<【（] ?(?:at|艾特|圈a)|dot|[点點]", re.IGNORECASE)
"""What ``_AT`` or ``_DOT`` needs."""
_DOT = Later(rf"(?<=\w){_DOT_IN_WORDS}(?=\w)", re.IGNORECASE)
_LEADS: tuple[tuple[int, ...], ...] = ((), (1,), (2,), (3,))
_GROUPINGS = ((3, 2, 4), (3, 3, 4), (3, 4, 4), (6, 8, 4))


_WORTH_IT = Later(rf"[\d@{_OTHERS}]|艾特|圈a|\bat\b[^\n]{{1,80}}\bdot\b", re.IGNORECASE)
"""An identifier has digits, or what stands for them, or an ``@``, or its name."""


def undisguised(text: str) -> Iterator[Folded]:
    """Rewritings of ``text`` that differ from it: written out plainly, then without separators."""
    if not _WORTH_IT.search(text):
        return
    own = unfolded(text)
    latin = edited(own, _latin(text))  # before compatibility forms turn it into another letter
    shown = reveal(latin.text)
    plain = latin if shown.text == latin.text else latin.then(shown)
    written = edited(plain, _one_by_one(plain.text))
    written = edited(written, _latin(written.text))
    written = edited(written, _numerals(written.text))
    written = edited(written, ((*m.span(), m[1] + "-") for m in _AREA.finditer(written.text)))
    if "@" in written.text or _AT.search(written.text):
        written = _addresses(written)
    if latin is not own or written is not plain:
        yield written
    gaps = list(_between_groups(written.text))
    for sign in ("-", ""):
        grouped = edited(written, ((*gap, sign) for gap in gaps))
        if grouped is not written:
            yield grouped


def _addresses(written: Folded) -> Folded:
    """``written`` with the signs of e-mail addresses for their names, and no gaps around them."""
    if _SIGN_NAMES.search(written.text):
        written = edited(written, ((*m.span(), "@") for m in _AT.finditer(written.text)))
        written = edited(written, ((*m.span(), ".") for m in _DOT.finditer(written.text)))
    if " @" not in written.text and " ." not in written.text:
        return written
    around = _AROUND_AT.finditer(written.text)
    return edited(written, ((*m.span(), m[0].strip()) for m in around))


def differs(view: Folded, original: str, start: int, end: int) -> bool:
    """Whether ``view[start:end]`` is written otherwise in ``original``."""
    place = view.to_original(start, end)
    return view.text[start:end] != original[place.start : place.end]


def _one_by_one(text: str) -> Iterator[tuple[int, int, str]]:
    """Signs one by one with a gap between all of them; a gap of three is a gap of its own."""
    for match in _ONE_BY_ONE.finditer(text):
        joined = match[0][::2]
        if _counts(joined) or "@" in joined:
            yield match.start(), match.end(), joined


def _latin(text: str) -> Iterator[tuple[int, int, str]]:
    """Letters of other scripts in tokens that hold an ``@`` or digits."""
    if text.isascii() or not _FOREIGN.search(text):
        return
    for token in _TOKEN.finditer(text):
        if "@" in token[0] or sum(map(str.isdigit, token[0])) >= 2:
            for letter in _FOREIGN.finditer(token[0]):
                at = token.start() + letter.start()
                yield at, at + 1, _LATIN[letter[0]]


def _numerals(text: str) -> Iterator[tuple[int, int, str]]:
    """Digits in Chinese, in circles, or as letters that look like them, in long numbers."""
    new = text
    if not text.isascii():
        new = _SPOKEN.sub(_spoken, new)
    if _MIXED.search(new) or new.count(":") >= _HEX_GAPS:
        new = _LIKE_DIGITS.sub(_like_digits, new)
    new = _CODE.sub(lambda match: _code(match[0]), new)
    if new == text:
        return iter(())
    return ((at, at + 1, char) for at, char in enumerate(new) if char != text[at])


def _spoken(match: re.Match[str]) -> str:
    plain = _OTHER_DIGITS.sub(lambda one: _DIGITS[one[0]], match[0])
    return plain if sum(map(str.isdigit, plain)) >= _FEWEST_DIGITS - 1 else match[0]


def _like_digits(match: re.Match[str]) -> str:
    value = match[0]
    many = sum(map(str.isdigit, value)) * 2 > len(_BETWEEN.sub("", value))
    return value.translate(_FOR_DIGITS) if many or ":" in value else value


def _code(token: str) -> str:
    """A code of letters and digits as its checksum wants it; others stay as they are."""
    capitals = token.upper()
    digits = token.translate(_FOR_DIGITS).upper()
    for one in (capitals, digits) if len(token) == _CREDIT_CODE else ():
        if checksums.credit_code(one):
            return one
    if re.match(r"[A-Za-z]{2}[\dOolI|]{2}", token):
        unsure = [at for at, char in enumerate(token) if at > 1 and char in "OolI|"]
        for chosen in product(*((False, True) for _ in unsure[:_MOST_UNSURE])):
            swapped = {at for at, swap in zip(unsure, chosen, strict=False) if swap}
            one = "".join(digits[at] if at in swapped else capitals[at] for at in range(len(token)))
            if checksums.iban(one):
                return one
    return token


def _between_groups(text: str) -> Iterator[tuple[int, int]]:
    """What stands between the groups of long numbers that are grouped as people do."""
    if not _TWO_GAPS.search(text) and not _DIGIT_GAPS.search(text):
        return
    for match in _GROUPS.finditer(text):
        groups = _BETWEEN.split(_EXTENSION.sub("", match[0]))
        if _counts(match[0]) and _is_grouped(groups):
            for between in _BETWEEN.finditer(match[0]):
                yield match.start() + between.start(), match.start() + between.end()


def _is_grouped(groups: list[str]) -> bool:
    """In fours, or as telephone numbers and the like are; other rows of numbers are lists."""
    sizes = tuple(map(len, groups))
    if sizes[-1] <= 4 and set(sizes[:-1]) == {4}:
        return sum(sizes) >= _FEWEST_DIGITS + 4
    return any(sizes in ((*lead, *own) for lead in _LEADS) for own in _GROUPINGS)


def _counts(value: str) -> bool:
    return sum(map(str.isdigit, value)) >= _FEWEST_DIGITS
