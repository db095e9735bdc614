"""The whole way in, through great-expectations; few runs, each asserting much."""

from __future__ import annotations

import csv
import json
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from aigc_guard.errors import BriefError, KindError
from aigc_guard.intake import Intake, read_briefs, write_quarantine
from aigc_guard.kinds import Kind, load_kinds

Read = Callable[..., Intake]
HEADER = ["id", "kind", "language", "channel", "jurisdictions", "facts", "text", "may_publish"]
LIMITS = SimpleNamespace(max_cell_chars=200_000)
SECRETS = ("dana.whitlock@example.org", "Zebedee", "555-0142", "SECRETWORD")


def write_csv(path: Path, *rows: tuple[str, ...], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows((*row, *[""] * (len(HEADER) - len(row))) for row in rows)
    return path


def has_writer(kind: str, language: str) -> bool:
    return language == "en"


def places(intake: Intake) -> list[tuple[str, int, str]]:
    return [(entry.file, entry.row, entry.column) for entry in intake.quarantined]


def test_bad_rows_and_files_stop_no_good_ones(tmp_path: Path, read: Read) -> None:
    good = "product: A\nprice: $4"
    table = write_csv(
        tmp_path / "table.csv",
        ("m1", "marketing", "en", "web", "eu; us", good),
        ("m1", "marketing", "en", "web", "eu; us", good),  # the same again
        ("m2", "marketing", "", "", "", "product SECRETWORD"),
        ("m3", "marketing", "fr", "fax", "Europe", good),
        ("m4", "marketing", "zh", "web", "", good),
        ("m5", "marketing", "en", "web", "", ""),
        ("m6", "marketing", "en", "web", "", "price: $4"),
        ("555-0142 Zebedee", "marketing", "en", "web", "", good),
        ("", "marketing", "en", "web", "", good),
        ("m7", "marketing", "en", "web", "", good + "\nx: " + "y" * 5_000_000),
        ("m8", "news", "en", "wire", "", "headline: one"),
        ("m8", "news", "en", "wire", "", "headline: two"),
        ("m9", "dana.whitlock@example.org", "en", "web", "", good),
        ("m10", "legal", "en", "letter", "", "", "A letter. 我们"),
        ("m11", "legal", "en", "letter", "", "", "这封信全是中文。"),
        ("m12", "marketing", "en", "web", "", good),
    )
    no_kind = tmp_path / "no-kind.csv"
    no_kind.write_text("id,facts\nk1,product: A\n", encoding="utf-8")
    noise = tmp_path / "noise.csv"
    noise.write_bytes(bytes(range(256)) * 9)
    docs = tmp_path / "docs"

    intake = read(table, no_kind, noise, tmp_path / "nowhere.csv", docs=docs)

    assert [brief.id for brief in intake.briefs] == ["m1", "m10", "m12"]
    assert intake.briefs[0].jurisdictions == ("EU", "US")
    assert intake.duplicates == 1
    assert places(intake) == [
        ("noise.csv", 0, ""),
        ("nowhere.csv", 0, ""),
        ("table.csv", 4, "facts"),
        ("table.csv", 5, "language"),
        ("table.csv", 5, "channel"),
        ("table.csv", 5, "jurisdictions"),
        ("table.csv", 6, "text"),
        ("table.csv", 7, "facts"),
        ("table.csv", 8, "facts"),
        ("table.csv", 9, "id"),
        ("table.csv", 10, "id"),
        ("table.csv", 11, "facts"),
        ("table.csv", 12, "id"),
        ("table.csv", 13, "id"),
        ("table.csv", 14, "kind"),
        ("table.csv", 16, "language"),
        ("no-kind.csv", 2, "kind"),
    ]
    assert intake.bad_rows == 15
    for entry in intake.quarantined:
        for texts in (entry.problem, entry.mend):
            assert texts["en"]
            assert texts["zh"]
            assert not [secret for secret in SECRETS if secret in texts["en"] + texts["zh"]]
    assert intake.docs == docs
    pages = [path.read_text(encoding="utf-8") for path in docs.rglob("*.html")]
    assert len(pages) == 7  # the first page, and a suite and results for each kind
    assert any("table.csv:4" in page for page in pages)
    for page in pages:
        assert not [secret for secret in SECRETS if secret in page]
        assert "<script" not in page
        assert 'src="http' not in page

    path = write_quarantine(intake, tmp_path / "quarantine" / "run.csv")
    assert path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8-sig")
    assert all(secret in text for secret in SECRETS)  # complete: it can be mended there
    assert "y" * 5_000_000 in text


def test_a_mended_quarantine_file_is_a_brief_file(tmp_path: Path, read: Read) -> None:
    source = tmp_path / "briefs.jsonl"
    rows = [
        {
            "id": "m1",
            "kind": "markting",
            "facts": {"product": "A"},
            "may_publish": ["+1 202 555 0143", "a; b"],
        },
        {"id": "n1", "kind": "news", "channel": "fax", "facts": [{"name": "what", "value": "x"}]},
    ]
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    path = write_quarantine(read(source), tmp_path / "run.csv", language="zh")
    assert path
    text = path.read_text(encoding="utf-8-sig")
    assert "marketing" in text.splitlines()[2]  # did you mean
    path.write_text(text.replace("markting", "marketing").replace("fax", "wire"), encoding="utf-8")
    intake = read(path)
    assert not intake.quarantined
    assert intake.briefs[0].may_publish == ("+1 202 555 0143", "a; b")
    assert intake.briefs[1].facts[0].value == "x"


def test_no_cell_of_the_quarantine_file_is_a_formula(tmp_path: Path, read: Read) -> None:
    source = write_csv(tmp_path / "a.csv", ("=2+3", "marketing", "en", "web", "", "product: A"))
    path = write_quarantine(read(source), tmp_path / "run.csv")
    assert path
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=2+3" in cells
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@") and cell]


def test_nothing_bad_writes_no_file(tmp_path: Path) -> None:
    assert write_quarantine(Intake(()), tmp_path / "run.csv") is None
    assert not (tmp_path / "run.csv").exists()


def test_no_readable_file_at_all_is_one_message(tmp_path: Path, read: Read) -> None:
    poem = tmp_path / "poem.csv"
    poem.write_text("roses are red\n", encoding="utf-8")
    with pytest.raises(BriefError, match=r"poem\.csv:1: The first row is no header"):
        read(poem)
    with pytest.raises(BriefError, match="and 1 more"):
        read(poem, tmp_path / "nowhere.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BriefError, match="The folder holds no brief file"):
        read(tmp_path / "empty")


def test_a_fourth_kind_is_a_folder(tmp_path: Path) -> None:
    root = Path(__file__).parents[2] / "kinds"
    folder = tmp_path / "kinds" / "recipe"
    shutil.copytree(root / "news", folder)
    (folder / "kind.toml").write_text(
        '[title]\nen = "Recipe"\n[formats]\nweb = "md"\n'
        '[intake]\nsuite = "intake.json"\nlanguages = ["en"]\n',
        encoding="utf-8",
    )
    suite = {
        "name": "recipe",
        "expectations": [
            {
                "type": "expect_column_values_to_match_regex",
                "kwargs": {"column": "facts", "regex": "(?m)^dish: "},
                "meta": {"problem": {"en": "No dish."}, "mend": {"en": "Name the dish."}},
            }
        ],
    }
    (folder / "intake.json").write_text(json.dumps(suite), encoding="utf-8")
    kinds = load_kinds(tmp_path / "kinds")
    table = write_csv(
        tmp_path / "a.csv",
        ("r1", "recipe", "en", "web", "", "dish: Soup"),
        ("r2", "recipe", "en", "web", "", "soup: Yes"),
    )
    intake = read_briefs([table], kinds, limits=LIMITS, writers_for=has_writer)
    assert [brief.kind for brief in intake.briefs] == ["recipe"]
    assert [entry.mend["zh"] for entry in intake.quarantined] == ["Name the dish."]

    suite["expectations"][0]["kwargs"] = {"column": "facts", "regex": "(broken"}  # type: ignore[index]
    (folder / "intake.json").write_text(json.dumps(suite), encoding="utf-8")
    with pytest.raises(KindError, match="can't run this suite"):
        read_briefs([table], load_kinds(tmp_path / "kinds"), limits=LIMITS, writers_for=has_writer)


def test_ten_thousand_rows_are_read_at_once(tmp_path: Path, read: Read) -> None:
    rows = [
        (f"m{n}", "marketing", "en", "web", "EU", f"product: Lamp {n}\nprice: ${n}")
        for n in range(10_000)
    ]
    rows[5_000] = ("m5000", "marketing", "en", "web", "EU", "no fact")
    intake = read(write_csv(tmp_path / "many.csv", *rows), docs=tmp_path / "docs")
    assert len(intake.briefs) == 9_999
    assert places(intake) == [("many.csv", 5_002, "facts")]


def test_no_cell_makes_a_suite_slow(tmp_path: Path, read: Read) -> None:
    """Patterns that backtrack would take hours over these cells."""
    cells = [
        "product: A\n" + "x: a b c d e f g h\n" * 8_000 + "no colon",
        "product: A" + "\n" * 150_000 + "no colon",
        "product" + " " * 150_000 + "A",
        "product: " + " " * 150_000,
        ":" * 150_000,
    ]
    rows = [(f"m{n}", "marketing", "en", "web", "", cell) for n, cell in enumerate(cells)]
    started = time.monotonic()
    intake = read(write_csv(tmp_path / "slow.csv", *rows))
    assert not intake.briefs
    assert time.monotonic() - started < 60


def test_importing_intake_loads_no_heavy_library() -> None:
    script = (
        "import sys, aigc_guard.intake, aigc_guard.kinds\n"
        "print([m for m in ('pandas', 'great_expectations', 'pyarrow', 'openpyxl', 'torch')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_sample_briefs_load_and_only_the_broken_rows_do_not(
    kinds: Mapping[str, Kind], read: Read
) -> None:
    folder = Path(__file__).parents[2] / "briefs"
    intake = read(folder)
    assert {entry.file for entry in intake.quarantined} == {"broken-rows.csv"}
    assert intake.bad_rows >= 10
    assert intake.duplicates == 1
    for kind in kinds:
        assert len([b for b in intake.briefs if b.kind == kind and b.language == "en"]) >= 24
        assert [b for b in intake.briefs if b.kind == kind and b.language == "zh"]
    supplied = [brief for brief in intake.briefs if brief.language == "zh"]
    assert len(supplied) == 12
    assert all(brief.text for brief in supplied)


def test_the_sample_parquet_is_made_from_its_source(tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    folder = Path(__file__).parents[2] / "briefs"
    made = tmp_path / "legal.parquet"
    script, source = folder / "source" / "make_parquet.py", folder / "source" / "legal.jsonl"
    subprocess.run([sys.executable, script, source, made], check=True)
    assert parquet.read_table(made).equals(parquet.read_table(folder / "legal.parquet"))
