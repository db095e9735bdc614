"""PDF/A-3: set by Typst, fonts embedded as subsets, the approved text attached to the byte.

A page gives back words, not bytes: line ends and blanks are the typesetter's. So the exact text is
attached as the source of the pages, and reading compares both: the attachment is the approved
text, and the pages show it and the notices, and nothing else.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from aigc_guard.errors import ReleaseError, ReleaseHeld, said
from aigc_guard.policy.labels import Notices
from aigc_guard.release.formats.blocks import blocks_of, title_of
from aigc_guard.release.formats.extras import not_installed
from aigc_guard.release.formats.faces import faces_for, font_folders
from aigc_guard.release.formats.interface import Files, Typesetting, file_name
from aigc_guard.release.labels.aigc import KEY, AigcLabel, read_label
from aigc_guard.release.labels.marks import Found, Marks

ATTACHED = "approved.txt"
_PROFILE: Final = "a-3b"
_MISSING = re.compile(r"could not be displayed|not contained in|no glyph", re.IGNORECASE)
_QUOTED = re.compile(r'`"(.*?)"`', re.DOTALL)


def write(text: str, marks: Marks, setting: Typesetting) -> dict[str, bytes]:
    """The document. Raises ReleaseHeld when no font has a character, rather than show a box."""
    page = _set(text, marks.notices, setting)
    return {file_name("pdf"): _labelled(page, marks.aigc) if marks.aigc else page}


def read(files: Files, notices: Notices) -> Found:
    """The attached text and the label, when the pages show that text between the notices."""
    document = _open(files[file_name("pdf")])
    text = document.text
    shown = _squeezed("".join((*notices.head, text, *notices.tail)))
    if document.shown != shown:
        raise ReleaseError(said("the pages don't show exactly the text and its labels"))
    return Found(
        text=text,
        head=notices.head,
        tail=notices.tail,
        aigc=(read_label(document.label),) if document.label is not None else (),
    )


def _set(text: str, notices: Notices, setting: Typesetting) -> bytes:
    try:
        import typst
    except ImportError:
        raise not_installed("pdf", "pdf") from None
    given = {
        "faces": [
            {"name": face.name, "latin-only": face.latin_only}
            for face in faces_for(setting.language, setting.fonts)
        ],
        "lang": setting.language.lower(),
        "title": title_of(text),
        "day": _day(setting.released_at),
        "head": notices.head,
        "tail": notices.tail,
        "blocks": [{"text": block.text, "title": block.is_title} for block in blocks_of(text)],
        "text": text,
        "attached": ATTACHED,
        "description": "The approved text, exactly",
    }
    folders: list[Any] = [*font_folders(setting.fonts)]
    source = resources.files(__package__).joinpath("page.typ").read_bytes()
    try:
        made = typst.compile(
            source,
            font_paths=folders,
            sys_inputs={"given": json.dumps(given)},
            format="pdf",
            pdf_standards=[_PROFILE],
        )
    except typst.TypstError as error:
        raise _refused(str(error)) from None
    return bytes(made)


def _refused(why: str) -> ReleaseError:
    """A missing glyph is the text's matter; anything else is a fault of ours."""
    if not _MISSING.search(why):
        return ReleaseError(said("the PDF can't be set: {why}", why=why))
    found = _QUOTED.search(why)
    code = f"U+{ord(found.group(1)[0]):04X}" if found and found.group(1) else "?"
    return ReleaseHeld(
        said("no font here has the character {code}", code=code),
        hint=said(
            "install a font that has it (Debian: fonts-noto-cjk for Chinese) or name its folder "
            "as `fonts` in aigc_guard.toml, then run the same briefs again"
        ),
    )


def _day(at: str) -> dict[str, int] | None:
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)", at)
    names = ("year", "month", "day", "hour", "minute", "second")
    return dict(zip(names, map(int, found.groups()), strict=True)) if found else None


def _labelled(page: bytes, label: AigcLabel) -> bytes:
    """The document with the label as the Info dictionary's ``/AIGC``."""
    try:
        from pypdf import PdfWriter
    except ImportError:
        raise not_installed("pdf", "pdf") from None
    writer = PdfWriter(clone_from=io.BytesIO(page))
    writer.add_metadata({f"/{KEY}": label.as_json()})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Document:
    text: str
    shown: str
    label: str | None


def _open(data: bytes) -> _Document:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise not_installed("pdf", "pdf") from None
    try:
        reader = PdfReader(io.BytesIO(data))
        attached: Any = reader.attachments.get(ATTACHED, [])
        pages = [page.extract_text() for page in reader.pages]
        about: Any = reader.metadata
        label = about.get(f"/{KEY}") if about else None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ReleaseError(said("the PDF can't be read")) from None
    if len(attached) != 1:
        raise ReleaseError(said("the PDF does not carry exactly one approved text"))
    try:
        text = bytes(attached[0]).decode("utf-8")
    except UnicodeDecodeError:
        raise ReleaseError(said("the PDF does not carry exactly one approved text")) from None
    return _Document(text, _joined(pages), None if label is None else str(label))


def _joined(pages: list[str]) -> str:
    """The pages' words without the numbers at their feet."""
    shown = []
    for number, page in enumerate(pages, start=1):
        words = _squeezed(page)
        shown.append(words.removesuffix(f"{number}/{len(pages)}") if len(pages) > 1 else words)
    return "".join(shown)


def _squeezed(text: str) -> str:
    """What can be compared: blanks and characters without a shape of their own are left out."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")
