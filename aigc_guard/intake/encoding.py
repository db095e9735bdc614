"""Bytes of a brief file to text: which encoding it is in, and where characters were lost."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOST = re.compile("[\ud800-\udfff\ufffd]")
_LONE_FOREIGN = re.compile(
    r"(?<=[A-Za-z])[^\x00-\x7f](?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f](?=[A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. Bytes that are not in ``encoding`` stand as lone surrogates or U+FFFD."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text of ``data``: UTF-8, UTF-16, UTF-32 or GB18030, with or without byte order mark.

    Never raises. A file that is mostly sound keeps its encoding, so that only the rows with
    foreign bytes are lost (``lost_characters`` finds them).
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding, _tolerance(encoding)), encoding)
    if encoding := _unmarked_utf16(data):
        return Decoded(data.decode(encoding, "replace"), encoding)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _damaged_or_chinese(data)


def lost_characters(text: str) -> bool:
    """Whether ``text`` holds a place where bytes could not be read as its file's encoding."""
    return _LOST.search(text) is not None


def readable(text: str) -> str:
    """``text`` with undecodable bytes read as Western European: for a person to mend."""
    return (
        re.sub(
            "[\udc80-\udcff]+",
            lambda run: run.group().encode("utf-8", "surrogateescape").decode("cp1252", "replace"),
            text,
        )
        .encode("utf-8", "replace")
        .decode("utf-8")
    )


def _tolerance(encoding: str) -> str:
    return "surrogateescape" if encoding == "utf-8-sig" else "replace"


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without a mark shows as zeros at every other byte of an (English) header."""
    head = data[:400]
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if half >= 4 and odd * 3 > half and even * 20 < half:
        return "utf-16-le"
    if half >= 4 and even * 3 > half and odd * 20 < half:
        return "utf-16-be"
    return ""


def _damaged_or_chinese(data: bytes) -> Decoded:
    """Not UTF-8 throughout: GB18030 if it reads as Chinese, else UTF-8 with damaged places."""
    utf8 = data.decode("utf-8", "surrogateescape")
    foreign = [char for char in utf8 if char > "\x7f"]
    broken = sum(1 for char in foreign if "\udc80" <= char <= "\udcff")
    if len(foreign) - broken <= broken:
        chinese = data.decode("gb18030", "replace")
        if _reads_as_chinese(chinese):
            return Decoded(chinese, "gb18030")
    return Decoded(utf8, "utf-8")


def _reads_as_chinese(text: str) -> bool:
    """Chinese comes in runs. Western text read as GB18030 shows single characters inside words."""
    foreign = sum(1 for char in text if char > "\x7f")
    lost = text.count("\ufffd")
    return foreign > 0 and lost * 20 <= foreign and len(_LONE_FOREIGN.findall(text)) * 4 <= foreign
