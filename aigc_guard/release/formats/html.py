"""One plain HTML page around a text, from which the text can be read back exactly.

No script that runs, nothing from outside, and one element that holds the text with its own white
space.
"""

from __future__ import annotations

import json
from html import escape
from html.parser import HTMLParser

from aigc_guard.errors import ReleaseError, said
from aigc_guard.policy.labels import Notices
from aigc_guard.release.formats.blocks import blocks_of, title_of
from aigc_guard.release.formats.interface import Files, Typesetting, file_name
from aigc_guard.release.formats.plain import decoded
from aigc_guard.release.labels.aigc import KEY, AigcLabel, read_label
from aigc_guard.release.labels.marks import SCHEMA_ORG, Found, Marks

CREDENTIAL_TYPE = "application/c2pa"
_CREDENTIAL_REL = "c2pa-manifest"
_STYLE = """
:root { color-scheme: light dark; }
body { margin: 3rem auto; max-width: 38rem; padding: 0 1.25rem;
  font: 1.0625rem/1.65 Georgia, "Times New Roman", serif; }
:lang(zh) { font-family: "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif;
  line-height: 1.85; }
.text { white-space: pre-wrap; overflow-wrap: break-word; hanging-punctuation: first last; }
.text h1 { display: inline; font-size: 1.6em; line-height: 1.3; }
.label { border-left: 0.2rem solid; font-size: 0.9em; margin: 2rem 0; padding-left: 0.8rem; }
@media print { body { margin: 0; max-width: none; } }
"""


def write(text: str, marks: Marks, setting: Typesetting) -> dict[str, bytes]:
    """A page with ``text`` between its labels; what machines read stands in its head."""
    before = "".join(_label(line, "head") for line in marks.notices.head)
    after = "".join(_label(line, "tail") for line in marks.notices.tail)
    page = (
        f'<!DOCTYPE html>\n<html lang="{setting.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title_of(text))}</title>\n{_machine(marks)}<style>{_STYLE}</style>\n"
        f'</head>\n<body>\n{before}<main class="text">{_set(text)}</main>\n'
        f"{after}</body>\n</html>\n"
    )
    return {file_name("html"): page.encode()}


def read(files: Files, notices: Notices) -> Found:
    """What a page says, read by an HTML parser. Raises ReleaseError if it says more."""
    reader = _Reader()
    reader.feed(decoded(files[file_name("html")]))
    reader.close()
    if reader.texts != 1 or reader.stray.strip():
        raise ReleaseError(said("the page does not hold exactly one text and its labels"))
    if len(reader.credentials) > 1 or len(reader.linked_data) > 1:
        raise ReleaseError(said("the page has machine-readable marks more than once"))
    return Found(
        text=reader.text,
        head=tuple(reader.labels["head"]),
        tail=tuple(reader.labels["tail"]),
        aigc=tuple(read_label(content) for content in reader.aigc),
        source_type=_source_type(reader.linked_data[0]) if reader.linked_data else "",
        credential=reader.credentials[0] if reader.credentials else "",
    )


def _machine(marks: Marks) -> str:
    parts = []
    if marks.aigc:
        parts.append(_meta(marks.aigc))
    if marks.source_type:
        data = {
            "@context": SCHEMA_ORG.rstrip("/"),
            "@type": "CreativeWork",
            "digitalSourceType": SCHEMA_ORG + marks.source_type,
        }
        parts.append(f'<script type="application/ld+json">{json.dumps(data)}</script>\n')
    if marks.credential:
        parts.append(
            f'<link rel="{_CREDENTIAL_REL}" href="{escape(marks.credential)}" '
            f'type="{CREDENTIAL_TYPE}">\n'
        )
    return "".join(parts)


def _meta(label: AigcLabel) -> str:
    # In single quotes the JSON stands as it is, for readers that don't know references.
    content = escape(label.as_json(), quote=False).replace("'", "&#x27;")
    return f"<meta name=\"{KEY}\" content='{content}'>\n"


def _source_type(content: str) -> str:
    try:
        value = json.loads(content).get("digitalSourceType", "")
    except (json.JSONDecodeError, AttributeError, RecursionError):
        raise ReleaseError(said("the page's linked data can't be read")) from None
    return str(value).removeprefix(SCHEMA_ORG)


def _label(line: str, position: str) -> str:
    return f'<p class="label" role="note" data-label="{position}">{_escaped(line)}</p>\n'


def _set(text: str) -> str:
    first = blocks_of(text)[0]
    if not first.is_title:
        return _escaped(text)
    return f"<h1>{_escaped(first.text)}</h1>" + _escaped(text[len(first.text) :])


def _escaped(text: str) -> str:
    # A bare carriage return would reach the reader as a line feed.
    return escape(text, quote=False).replace("\r", "&#13;")


class _Reader(HTMLParser):
    """Collects the text, the labels and the marks; anything else readable in the body is stray."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.labels: dict[str, list[str]] = {"head": [], "tail": []}
        self.text = self.stray = ""
        self.texts = 0
        self.aigc: list[str] = []
        self.linked_data: list[str] = []
        self.credentials: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        label = given.get("data-label") or ""
        if tag == "main":
            self.texts += 1
            self._inside = "text"
        elif tag == "p" and label in self.labels:
            self._inside = label
            self.labels[label].append("")
        elif tag == "body":
            self._inside = "body"
        elif tag == "meta" and (given.get("name") or "").upper() == KEY:
            self.aigc.append(given.get("content") or "")
        elif tag == "link" and given.get("rel") == _CREDENTIAL_REL:
            self.credentials.append(given.get("href") or "")
        elif tag == "script":
            self._script(given.get("type") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("main", "p"):
            self._inside = "body"
        elif tag == "script":
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "text":
            self.text += data
        elif self._inside == "linked":
            self.linked_data[-1] += data
        elif self._inside in self.labels:
            self.labels[self._inside][-1] += data
        elif self._inside == "body":
            self.stray += data

    def _script(self, kind: str) -> None:
        if kind != "application/ld+json":
            raise ReleaseError(said("the page holds a script"))
        self._inside = "linked"
        self.linked_data.append("")
