"""A corpus of personal data through the whole job: no original value in anything it leaves."""

from __future__ import annotations

import json
import logging
import random
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from aigc_guard.config import load_config
from aigc_guard.pipeline.packing import Period, write_pack
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.testing import FixedClock

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 40


def _luhn(stem: str) -> str:
    total = 0
    for place, char in enumerate(reversed(stem)):
        value = int(char) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return stem + str(-total % 10)


def _resident_id(draw: random.Random) -> str:
    born = f"{draw.randrange(1950, 2005)}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}"
    stem = f"110101{born}{draw.randrange(100, 999)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char) * weight for char, weight in zip(stem, weights, strict=True))
    return stem + "10X98765432"[total % 11]


def corpus(seed: int) -> list[tuple[str, str, list[str]]]:
    """(language, text, personal values in it), from reserved ranges and made-up numbers."""
    draw = random.Random(seed)
    made = []
    for number in range(ITEMS):
        mail = f"reader{draw.randrange(1000, 9999)}@example.org"
        phone = f"(212) 555-01{draw.randrange(100):02}"
        card = _luhn(f"4{draw.randrange(10**13, 10**14)}")
        mobile = f"139{draw.randrange(10**7, 10**8)}"
        resident = _resident_id(draw)
        if number % 2:
            text = (
                f"The library opened on Tuesday. Write to {mail} or call {phone}. "
                f"The bill was paid with card {card}."
            )
            made.append(("en", text, [mail, phone, card]))
        else:
            text = f"图书馆周二开放。请致电{mobile}，身份证号为{resident}，邮箱 {mail}。"
            made.append(("zh", text, [mobile, resident, mail]))
    return made


def _project(folder: Path) -> Project:
    for part in ("policies", "kinds"):
        shutil.copytree(ROOT / part, folder / part)
    config = f'store = "sqlite:///state/store.db"\nmodels = "{ROOT / "models"}"\n'
    (folder / "aigc_guard.toml").write_text(config, encoding="utf-8")
    return Project(config=load_config(folder, {}), clock=FixedClock())


def _brief_file(folder: Path, rows: list[tuple[str, str, list[str]]]) -> Path:
    briefs = folder / "briefs.jsonl"
    lines = [
        {
            "id": f"p{number}",
            "kind": "news",
            "language": language,
            "channel": ("web", "wire", "print")[number % 3],
            "jurisdictions": ["US"],
            "text": text,
            "origin": {"writer": "desk", "made_by": "person", "licence": "own"},
        }
        for number, (language, text, _) in enumerate(rows)
    ]
    # The same values in a row that intake refuses: the quarantine's documents must not show them.
    lines.append({**lines[0], "id": "refused", "language": "xx", "channel": rows[0][1]})
    briefs.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )
    return briefs


@pytest.mark.models
def test_no_artefact_holds_an_original_value(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "project"
    folder.mkdir()
    rows = corpus(seed=20261123)
    project = _project(folder)
    done = produce(project, [_brief_file(folder, rows)])
    values = [value for _, _, found in rows for value in found]

    assert not any(item.decision.unverified for item in done.report.drafts)
    redacted = [item for item in done.report.drafts if item.redacted]
    assert len(redacted) >= ITEMS * 0.9
    printed = capfd.readouterr()
    events = "\n".join(repr(event) for event in project.store.events())
    leaks = [v for v in values if v in events + caplog.text + printed.out + printed.err]
    assert leaks == []
    pack = write_pack(project, Period.of("2026-01-01", "2026-12-31"), folder / "pack.zip")
    assert pack.statements >= len(redacted)
    with zipfile.ZipFile(pack.path) as archive:
        for name in archive.namelist():
            held = archive.read(name)
            assert not any(value.encode() in held for value in values), name
    read = [
        path for path in folder.rglob("*") if path.is_file() and not _may_hold_texts(path, folder)
    ]
    for path in read:
        held = path.read_bytes()
        assert not any(value.encode() in held for value in values), path.name
    names = {path.name for path in read}
    assert {"report.html", "report.json", "release.aigc.json"} <= names
    assert any("intake" in path.parts and path.suffix == ".html" for path in read)  # Data Docs
    [refused] = (folder / "quarantine").glob("*.csv")
    assert stat.S_IMODE(refused.stat().st_mode) == 0o600


def _may_hold_texts(path: Path, folder: Path) -> bool:
    """What is no artefact for readers: the input, the rows to be sent again, and the store.

    Policies are written by people: their own tests hold made-up values, some of them the same.
    """
    return path.relative_to(folder).parts[0] in ("briefs.jsonl", "quarantine", "state", "policies")
