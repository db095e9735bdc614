"""DOCX: one paragraph per block, a style per part, so that each part reads back exactly.

Labels and text are told apart by their styles. Fonts are named, not embedded: a word processor
sets the text in its own.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from aigc_guard.errors import ReleaseError, ReleaseHeld, said
from aigc_guard.policy.labels import Notices
from aigc_guard.release.formats.blocks import BREAK, blocks_of, title_of
from aigc_guard.release.formats.docx_styles import HEAD, TAIL, TEXT, TITLE, make_styles
from aigc_guard.release.formats.extras import not_installed
from aigc_guard.release.formats.interface import Files, Typesetting, file_name
from aigc_guard.release.labels.aigc import KEY, AigcLabel, read_label
from aigc_guard.release.labels.marks import Found, Marks

if TYPE_CHECKING:
    from docx.document import Document

_CUSTOM = "/docProps/custom.xml"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CUSTOM_RELATION = _RELATIONS + "custom-properties"
_THUMBNAIL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
_PROPERTIES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
)
# Any application's own properties have this format id.
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(text: str, marks: Marks, setting: Typesetting) -> dict[str, bytes]:
    """The document. Raises ReleaseHeld for characters that XML can't carry."""
    document = _new()
    make_styles(document, setting.language)
    _describe(document, text, setting)
    try:
        for line in marks.notices.head:
            document.add_paragraph(line, HEAD)
        for block in blocks_of(text):
            document.add_paragraph(block.text, TITLE if block.is_title else TEXT)
        for line in marks.notices.tail:
            document.add_paragraph(line, TAIL)
    except ValueError:
        raise ReleaseHeld(
            said("the text holds a character that DOCX can't carry"),
            hint=said("take it out of the text"),
        ) from None
    if marks.aigc:
        _add_label(document, marks.aigc)
    out = io.BytesIO()
    document.save(out)
    made = {file_name("docx"): _plain_zip(out.getvalue())}
    if read(made, marks.notices).text != text:
        raise ReleaseHeld(
            said("the text holds line ends that DOCX can't carry"),
            hint=said("use plain line feeds (U+000A) in the text"),
        )
    return made


def read(files: Files, notices: Notices) -> Found:
    """The parts by their styles, and the label. Raises ReleaseError if there is anything else."""
    document = _open(files[file_name("docx")])
    parts: dict[str, list[str]] = {HEAD: [], TITLE: [], TEXT: [], TAIL: []}
    order = []
    body = document.element.body
    for child in body.iterchildren():
        if child.tag.rpartition("}")[2] not in ("p", "sectPr"):
            raise _more()
    for paragraph in document.paragraphs:
        name = paragraph.style.name if paragraph.style else ""
        if name not in parts:
            raise _more()
        parts[name or TEXT].append(paragraph.text)
        order.append((HEAD, TITLE, TEXT, TAIL).index(name or TEXT))
    if order != sorted(order) or len(parts[TITLE]) > 1:
        raise _more()
    return Found(
        text=BREAK.join(parts[TITLE] + parts[TEXT]),
        head=tuple(parts[HEAD]),
        tail=tuple(parts[TAIL]),
        aigc=tuple(read_label(value) for value in _labels(document)),
    )


def _new() -> Document:
    try:
        import docx
    except ImportError:
        raise not_installed("docx", "docx") from None
    return docx.Document()


def _open(data: bytes) -> Document:
    try:
        import docx
        from docx.opc.exceptions import OpcError
        from lxml.etree import LxmlError
    except ImportError:
        raise not_installed("docx", "docx") from None
    try:
        return docx.Document(io.BytesIO(data))
    except (OpcError, LxmlError, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise ReleaseError(said("the DOCX can't be read")) from None


def _more() -> ReleaseError:
    return ReleaseError(said("the document does not hold exactly one text and its labels"))


def _describe(document: Document, text: str, setting: Typesetting) -> None:
    core = document.core_properties
    core.title, core.author, core.comments = title_of(text), "", ""
    core.language, core.last_modified_by, core.revision = setting.language, "", 1
    found = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", setting.released_at)
    at = datetime.fromisoformat(found.group()) if found else datetime(*_EPOCH)
    core.created = core.modified = at


def _add_label(document: Document, label: AigcLabel) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    namespace, types = _PROPERTIES
    content = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{namespace}" xmlns:vt="{types}">'
        f'<property fmtid="{_FORMAT_ID}" pid="2" name="{KEY}">'
        f"<vt:lpwstr>{escape(label.as_json())}</vt:lpwstr></property></Properties>"
    )
    package = document.part.package
    part = Part(PackURI(_CUSTOM), _CUSTOM_TYPE, content.encode(), package)
    package.relate_to(part, _CUSTOM_RELATION)


def _labels(document: Document) -> list[str]:
    from lxml import etree

    values = []
    for relation in document.part.package.rels.values():
        if relation.reltype != _CUSTOM_RELATION or relation.is_external:
            continue
        try:
            tree: Any = etree.fromstring(
                relation.target_part.blob, etree.XMLParser(resolve_entities=False)
            )
        except etree.LxmlError:
            raise ReleaseError(said("the DOCX can't be read")) from None
        values += [
            "".join(one.itertext()) for one in tree if (one.get("name") or "").upper() == KEY
        ]
    return values


def _plain_zip(data: bytes) -> bytes:
    """The same archive without times of its own, so that equal texts give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED, compresslevel=9)
    return out.getvalue()
