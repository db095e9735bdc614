"""Other programs open what is released, content credentials inside and all."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ENGLISH = (
    "Harbour bridge opens on Monday\n\nThe new bridge over the harbour opens on Monday at noon. "
    "Traffic is led over it from then on; the old one is closed.\n\nThe press number is 555-0142."
)
CHINESE = (
    "港湾大桥周一通车\n\n横跨港湾的新桥将于周一中午通车。届时车辆改走新桥，旧桥随即封闭。\n\n"
    "新闻热线：555-0142。"
)
TEXTS = {"en": ENGLISH, "zh": CHINESE}


def squeezed(text: str) -> str:
    return "".join(text.replace("\ufeff", "").split())


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}: install Debian's package {package}")
    return found


def released(press: Any, form: str, language: str) -> Path:
    release = press.release(TEXTS[language], form=form, language=language, id=f"{form}-{language}")
    return Path(press.folder(release)) / f"release.{form}"


def test_libreoffice_opens_a_docx(press: Any, tmp_path: Path) -> None:
    office = program("soffice", "libreoffice-writer-nogui")
    for language in TEXTS:
        shutil.copy(released(press, "docx", language), tmp_path / f"{language}.docx")
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to",
         "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), "en.docx", "zh.docx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    for language, text in TEXTS.items():
        shown = squeezed((tmp_path / f"{language}.txt").read_text(encoding="utf-8"))
        notice = {"en": "Written with AI.", "zh": "由AI生成"}[language]
        assert shown == squeezed(notice + text + notice)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_poppler_opens_a_pdf(press: Any, language: str) -> None:
    reader = program("pdftotext", "poppler-utils")
    path = released(press, "pdf", language)
    done = subprocess.run([reader, str(path), "-"], check=True, capture_output=True)
    assert squeezed(TEXTS[language]) in squeezed(done.stdout.decode())
    assert done.stderr == b""
