"""How a DOCX looks: A4, four styles, faces that word processors have for both scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

HEAD = "AIGC Notice Before"
TAIL = "AIGC Notice After"
TITLE = "AIGC Title"
TEXT = "AIGC Text"
_LATIN = {"en": "Georgia", "zh": "Times New Roman"}
_CHINESE = "SimSun"


def make_styles(document: Document, language: str) -> None:
    """Gives a new document its page and its styles."""
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(30)
    section.top_margin, section.bottom_margin = Mm(28), Mm(28)
    is_chinese = language.lower().startswith("zh")
    body = _style(document, TEXT, is_chinese)
    body.font.size = Pt(11)
    body.paragraph_format.space_after = Pt(8)
    body.paragraph_format.line_spacing = 1.5 if is_chinese else 1.3
    title = _style(document, TITLE, is_chinese)
    title.font.size, title.font.bold = Pt(20), True
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(6), Pt(14)
    title.paragraph_format.keep_with_next = True
    _outline(title)
    for name, before, after in ((HEAD, 0, 12), (TAIL, 12, 0)):
        notice = _style(document, name, is_chinese)
        notice.font.size = Pt(9)
        notice.paragraph_format.left_indent = Mm(3)
        notice.paragraph_format.space_before = Pt(before)
        notice.paragraph_format.space_after = Pt(after)
        _bar(notice)


def _style(document: Document, name: str, is_chinese: bool) -> Any:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn

    style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    latin = _LATIN["zh" if is_chinese else "en"]
    style.font.name = latin
    fonts = style.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), _CHINESE)
    fonts.set(qn("w:cs"), latin)
    language = _child(style.element.rPr, "w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    return style


def _outline(style: Any) -> None:
    """Makes it a heading for whoever navigates by headings."""
    from docx.oxml.ns import qn

    _child(style.element.get_or_add_pPr(), "w:outlineLvl").set(qn("w:val"), "0")


def _bar(style: Any) -> None:
    """A line at the left, as in the page and the PDF."""
    from docx.oxml.ns import qn

    borders = _child(style.element.get_or_add_pPr(), "w:pBdr", first=True)
    left = _child(borders, "w:left")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "6"), ("color", "555555")):
        left.set(qn(f"w:{name}"), value)


def _child(parent: Any, tag: str, *, first: bool = False) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(tag)
    if first:
        parent.insert(0, made)
    else:
        parent.append(made)
    return made
