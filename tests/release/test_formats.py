from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.errors import ConfigError, ReleaseError, ReleaseHeld
from aigc_guard.policy.labels import Notices
from aigc_guard.records import sha256_text
from aigc_guard.release import Marks, Typesetting, read_back, render, verify_file
from aigc_guard.release.formats.faces import faces_for
from aigc_guard.release.labels import FIELDS, AigcLabel, read_label

FORMS = ("docx", "pdf")
AT = "2026-01-05T09:00:00Z"
LABEL = AigcLabel("001191350100M000100Y4311234", "ab" * 16)
ENGLISH = (
    "Elmford council votes to reopen the mill bridge\n\n"
    "The council “approved” it — the office's\tfirst, $4.2 million.\n\n\n"
    "  Blanks   stay,\nline ends too.\n"
)
CHINESE = (
    "云杉保温杯上市\n\n云杉保温杯采用双层不锈钢，容量五百毫升（实测）。“杯盖”单手可开，售价128元，"
    "ABC公司的KX-200型。\n\n《产品手册》第3页。"
)
MARKS = Marks(Notices(("AI-generated.",), ("Written with AI.", "Second line.")), LABEL)
ZH_MARKS = Marks(Notices(("本内容由人工智能（AI）生成。",), ("本内容由AI生成。",)), LABEL)
LETTERS = "ab <>&\"'\n\t #>*_-]]>電话é🙂\u2028\u0085\ufeff\u200d\xa0\r"


def files(text: str, marks: Marks = MARKS, form: str = "pdf", **setting: Any) -> dict[str, bytes]:
    return render(text, marks, form=form, setting=Typesetting("en", AT, **setting))


def needs_chinese_fonts() -> None:
    if not any("CJK" in f.name or "Han" in f.name for f in faces_for("zh", ())):
        pytest.skip("needs a Chinese font: apt-get install fonts-noto-cjk")


@pytest.mark.parametrize("form", FORMS)
def test_what_is_read_back_is_exactly_what_was_approved(form: str) -> None:
    made = files(ENGLISH, form=form)
    found = read_back(made, MARKS, form=form)
    assert (found.text, found.head, found.tail) == (ENGLISH, *_notices(MARKS))
    assert found.aigc == (LABEL,)
    assert made == files(ENGLISH, form=form)  # no clock, no random id
    assert list(made) == [f"release.{form}"]
    plain = Marks(MARKS.notices)
    assert read_back(files(ENGLISH, plain, form), plain, form=form).aigc == ()


def _notices(marks: Marks) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return marks.notices.head, marks.notices.tail


@pytest.mark.parametrize("form", FORMS)
def test_chinese_is_set_and_read_back(form: str) -> None:
    needs_chinese_fonts()
    made = render(CHINESE, ZH_MARKS, form=form, setting=Typesetting("zh-CN", AT))
    assert read_back(made, ZH_MARKS, form=form).text == CHINESE


@settings(max_examples=60)
@given(st.text(st.sampled_from(LETTERS), max_size=40))
def test_a_docx_holds_exactly_the_text_or_is_refused(text: str) -> None:
    try:
        made = files(text, form="docx")
    except ReleaseHeld:
        assert "\r" in text
        return
    assert read_back(made, MARKS, form="docx").text == text


def test_many_pages_are_read_back() -> None:
    text = "\n\n".join(f"Paragraph {n} says that {n}/3 is a fraction. " * 8 for n in range(60))
    made = files(text)
    assert read_back(made, MARKS, form="pdf").text == text
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(made["release.pdf"])).pages
    assert len(pages) > 3
    assert pages[1].extract_text().rstrip().endswith(f"2 / {len(pages)}")


def test_fonts_are_embedded_as_subsets() -> None:
    from pypdf import PdfReader

    fonts = _fonts(PdfReader(io.BytesIO(files(ENGLISH)["release.pdf"])))
    assert fonts
    for name, embedded in fonts:
        assert re.match(r"/[A-Z]{6}\+", name)
        assert embedded
    assert len(files(ENGLISH)["release.pdf"]) < 100_000


def _fonts(reader: Any) -> list[tuple[str, bool]]:
    found = []
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            [below] = font.get_object()["/DescendantFonts"]
            about = below.get_object()["/FontDescriptor"].get_object()
            found.append((str(about["/FontName"]), "/FontFile3" in about or "/FontFile2" in about))
    return found


def test_a_missing_glyph_refuses_the_release() -> None:
    with pytest.raises(ReleaseHeld, match=r"character U\+13000") as caught:
        files("A hieroglyph: \U00013000")
    assert "fonts-noto-cjk" in caught.value.hint


def test_configured_fonts_come_first(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no fonts at"):
        files("Hello.", fonts=(tmp_path / "none",))
    installed = sorted(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"))
    if not installed:
        pytest.skip("needs a font to configure: apt-get install fonts-dejavu-core")
    own = Path(shutil.copy(installed[0], tmp_path))
    assert faces_for("en", (own,))[0].name == "DejaVu Sans"
    made = files("Hello.", fonts=(own,))
    assert b"DejaVuSans" in made["release.pdf"]


def test_the_labels_are_where_the_standard_wants_them() -> None:
    from pypdf import PdfReader

    about = PdfReader(io.BytesIO(files(ENGLISH)["release.pdf"])).metadata
    assert about is not None
    assert read_label(about["/AIGC"]) == LABEL
    with zipfile.ZipFile(io.BytesIO(files(ENGLISH, form="docx")["release.docx"])) as archive:
        custom = archive.read("docProps/custom.xml").decode()
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert 'name="AIGC"' in custom
    assert [name for name in FIELDS if f'"{name}"' in custom] == list(FIELDS)
    assert "<vt:lpwstr>{" in custom


def _rewritten(data: bytes, change: tuple[bytes, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(*change))
    return out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        (b"AI-generated.", b"Ours."),
        (b"Second line.", b""),
        (b'{"Label":"1"', b'{"Label":"3"'),
        (b"mill bridge</w:t>", b"mill bridge!</w:t>"),
        (b"<w:sectPr", b"<w:tbl/><w:sectPr"),
        (b'<w:pStyle w:val="AIGCText"/>', b'<w:pStyle w:val="Heading1"/>'),
    ],
)
def test_a_changed_docx_is_found(change: tuple[bytes, bytes]) -> None:
    data = files(ENGLISH, form="docx")["release.docx"]
    changed = _rewritten(data, change)
    assert changed != _rewritten(data, (b"", b""))
    try:
        found = read_back({"release.docx": changed}, MARKS, form="docx")
    except ReleaseError:
        return
    assert found.text != ENGLISH


def test_a_changed_pdf_is_found() -> None:
    from pypdf import PdfWriter

    made = files(ENGLISH)["release.pdf"]
    other = Marks(Notices(("Ours.",)), LABEL)
    with pytest.raises(ReleaseError, match="pages don't show"):
        read_back({"release.pdf": made}, other, form="pdf")
    relabelled = PdfWriter(clone_from=io.BytesIO(made))
    relabelled.add_metadata({"/AIGC": LABEL.as_json().replace('"Label":"1"', '"Label":"3"')})
    out = io.BytesIO()
    relabelled.write(out)
    with pytest.raises(ReleaseError, match="machine-readable marks"):
        read_back({"release.pdf": out.getvalue()}, MARKS, form="pdf")
    second = PdfWriter(clone_from=io.BytesIO(made))
    second.add_attachment("approved.txt", b"another text")
    out = io.BytesIO()
    second.write(out)
    with pytest.raises(ReleaseError, match="exactly one approved text"):
        read_back({"release.pdf": out.getvalue()}, MARKS, form="pdf")
    more_pages = PdfWriter(clone_from=io.BytesIO(made))
    more_pages.append(io.BytesIO(files("Other words.")["release.pdf"]))
    out = io.BytesIO()
    more_pages.write(out)
    with pytest.raises(ReleaseError):
        read_back({"release.pdf": out.getvalue()}, MARKS, form="pdf")


@pytest.mark.parametrize("form", FORMS)
def test_files_that_are_none_are_one_message(form: str) -> None:
    for data in (
        b"",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        files(ENGLISH, form=form)[f"release.{form}"][:900],
    ):
        seen = verify_file(data, form)
        assert seen.problem
        assert seen.text_sha256 == ""
    whole = verify_file(files(ENGLISH, form=form)[f"release.{form}"], form, notices=MARKS.notices)
    assert whole.text_sha256 == sha256_text(ENGLISH)


@pytest.mark.parametrize("form", FORMS)
def test_without_its_extra_a_form_says_what_to_install(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("typst", "docx"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    faces_for.cache_clear()
    with pytest.raises(ReleaseHeld, match="not installed") as caught:
        files(ENGLISH, form=form)
    assert f"aigc-guard[{form}]" in caught.value.hint


@pytest.mark.soak(cases=2)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_other_programs_open_it(tmp_path: Path, language: str) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("needs LibreOffice: apt-get install libreoffice-writer-nogui")
    needs_chinese_fonts()
    text, marks = (ENGLISH, MARKS) if language == "en" else (CHINESE, ZH_MARKS)
    made = render(text, marks, form="docx", setting=Typesetting(language, AT))
    source = tmp_path / "release.docx"
    source.write_bytes(made["release.docx"])
    command = [program, f"-env:UserInstallation=file://{tmp_path}/office", "--headless"]
    subprocess.run([*command, "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)],
                   check=True, capture_output=True, timeout=120)  # fmt: skip
    from pypdf import PdfReader

    shown = "".join(page.extract_text() for page in PdfReader(tmp_path / "release.pdf").pages)
    for line in (*marks.notices.head, *marks.notices.tail, *text.split()):
        assert "".join(line.split()) in "".join(shown.split())
