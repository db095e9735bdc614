"""One plain HTML page around a text, from which the text can be read back exactly.

No script, nothing from outside, and one element that holds the text with its own white space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from aigc_guard.errors import ReleaseError, said

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 3rem auto; max-width: 38rem; padding: 0 1.25rem;
  font: 1.0625rem/1.65 Georgia, "Times New Roman", serif; }
:lang(zh) { font-family: "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif;
  line-height: 1.85; }
.text { white-space: pre-wrap; overflow-wrap: break-word; hanging-punctuation: first last; }
.label { border-left: 0.2rem solid; font-size: 0.9em; margin: 2rem 0; padding-left: 0.8rem; }
@media print { body { margin: 0; max-width: none; } }
"""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_TITLE_CHARACTERS = 90


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: its labels before and after, and the text."""

    head: tuple[str, ...]
    text: str
    tail: tuple[str, ...]


def render(text: str, *, head: tuple[str, ...], tail: tuple[str, ...], language: str) -> str:
    """A page with ``text`` between its labels. Raises ReleaseError for a malformed language."""
    if not _LANGUAGE.fullmatch(language):
        raise ReleaseError(said("the draft's language is not a language tag such as en or zh"))
    before = "".join(_label(line, "head") for line in head)
    after = "".join(_label(line, "tail") for line in tail)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(_title(text))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'{before}<main class="text">{_escaped(text)}</main>\n{after}</body>\n</html>\n'
    )


def read(content: str) -> Page:
    """What a rendered page says, read by an HTML parser. Raises ReleaseError if it says more."""
    reader = _Reader()
    reader.feed(content)
    reader.close()
    if reader.texts != 1 or reader.stray.strip():
        raise ReleaseError(said("the page does not hold exactly one text and its labels"))
    return Page(tuple(reader.labels["head"]), reader.text, tuple(reader.labels["tail"]))


def _label(line: str, position: str) -> str:
    return f'<p class="label" role="note" data-label="{position}">{_escaped(line)}</p>\n'


def _escaped(text: str) -> str:
    # A bare carriage return would reach the reader as a line feed.
    return escape(text, quote=False).replace("\r", "&#13;")


def _title(text: str) -> str:
    first = next((line.strip(" #\t\r") for line in text.split("\n") if line.strip()), "")
    cut = first[:_TITLE_CHARACTERS]
    return cut if len(first) <= _TITLE_CHARACTERS else cut.rsplit(" ", 1)[0] + "…"


class _Reader(HTMLParser):
    """Collects the text and the labels; anything else readable in the body is stray."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.labels: dict[str, list[str]] = {"head": [], "tail": []}
        self.text = self.stray = ""
        self.texts = 0
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        label = dict(attrs).get("data-label") or ""
        if tag == "main":
            self.texts += 1
            self._inside = "text"
        elif tag == "p" and label in self.labels:
            self._inside = label
            self.labels[label].append("")
        elif tag == "body":
            self._inside = "body"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("main", "p"):
            self._inside = "body"

    def handle_data(self, data: str) -> None:
        if self._inside == "text":
            self.text += data
        elif self._inside in self.labels:
            self.labels[self._inside][-1] += data
        elif self._inside == "body":
            self.stray += data
