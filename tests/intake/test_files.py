from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.intake.encoding import decode, lost_characters, readable
from aigc_guard.intake.reading import RefusedFileError, read_file
from aigc_guard.intake.rows import Entry

RowsOf = Callable[[Path], list[Entry]]
HEADER = "id,kind,language,channel,facts\n"
ENGLISH = HEADER + 'm1,marketing,en,web,"product: Café Lamp\nprice: 39 €"\n'
CHINESE = (
    "id,kind,language,channel,text,origin\n"
    "z1,marketing,zh,web,云杉保温杯采用双层不锈钢，容量五百毫升。Logo 在杯底。,writer: 云杉工作室\n"
)


def good(entries: list[Entry]) -> list[str]:
    return [entry.brief.id for entry in entries if entry.brief and not entry.problems]


def problems(entries: list[Entry]) -> list[tuple[int, str, str]]:
    return [(e.raw.row, p.column, p.problem["en"]) for e in entries for p in e.problems]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]
)
@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_each_encoding_gives_the_same_brief(
    tmp_path: Path, rows_of: RowsOf, encoding: str, text: str
) -> None:
    if encoding == "gb18030" and text is ENGLISH:
        text = text.replace("é", "e").replace("€", "euros")
    path = tmp_path / "briefs.csv"
    path.write_bytes(text.encode(encoding))
    (entry,) = rows_of(path)
    assert not entry.problems
    assert entry.brief
    if text is CHINESE:
        assert entry.brief.text == "云杉保温杯采用双层不锈钢，容量五百毫升。Logo 在杯底。"
        assert entry.brief.origin == {"writer": "云杉工作室"}
    else:
        assert entry.brief.facts[0].value.startswith("Caf")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(tmp_path: Path, rows_of: RowsOf, delimiter: str) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(["ID", "Kind", "May Publish", "facts"])
    writer.writerow(["m1", "marketing", "a, b; c | d", "product: a, b; c\td|e"])
    path = tmp_path / "briefs.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8")
    (entry,) = rows_of(path)
    assert entry.brief
    assert entry.brief.facts[0].value == "a, b; c d|e"
    assert entry.brief.may_publish == ("a, b", "c | d")


def test_excels_delimiter_line_is_understood(tmp_path: Path, rows_of: RowsOf) -> None:
    path = tmp_path / "briefs.csv"
    path.write_text("sep=;\nid;kind;facts\nm1;marketing;product: A\n", encoding="utf-8")
    (entry,) = rows_of(path)
    assert entry.raw.row == 3
    assert good([entry]) == ["m1"]


def test_rows_in_a_foreign_encoding_are_named_and_stop_no_other(
    tmp_path: Path, rows_of: RowsOf
) -> None:
    path = tmp_path / "briefs.csv"
    path.write_bytes(
        (HEADER + "m1,marketing,en,web,product: Lamp\n").encode()
        + "m2,marketing,en,web,product: Crème brûlée set\n".encode("cp1252")
        + "m3,marketing,en,web,product: Café Lamp\n".encode()
    )
    entries = rows_of(path)
    assert good(entries) == ["m1", "m3"]
    assert problems(entries) == [
        (3, "facts", "This cell holds bytes that are not in the file's encoding.")
    ]
    assert readable(entries[1].raw.cells["facts"]) == "product: Crème brûlée set"


def test_western_text_is_not_taken_for_chinese() -> None:
    assert decode("Crème brûlée à la carte, déjà vu".encode("cp1252")).encoding == "utf-8"
    assert decode(CHINESE.encode("gb18030")).encoding == "gb18030"


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_decode(data: bytes) -> None:
    text = decode(data).text
    assert isinstance(readable(text).encode("utf-8"), bytes)
    assert not lost_characters("abc 云杉")


def test_broken_rows_of_a_table_stop_no_good_one(tmp_path: Path, rows_of: RowsOf) -> None:
    path = tmp_path / "briefs.csv"
    lines = [
        "id,kind,facts,note",
        'm1,marketing,"product: A",',
        'm2,"marke"ting,product: B,',  # stray quotation mark
        "m3,marketing,product: C",  # a cell short
        "m4,marketing,product: D,,extra,",  # cells beyond the header
        "m5,marketing,product: E,,,",  # empty cells beyond it: Excel's habit
        "",
        'm6,marketing,"product: \x00F",',
        'm7,marketing,product: G,"never closed',
        "m8,marketing,product: H,",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    entries = rows_of(path)
    assert good(entries) == ["m1", "m5", "m8"]
    assert [(row, column) for row, column, _ in problems(entries)] == [
        (3, ""),
        (4, ""),
        (5, ""),
        (8, "facts"),
        (9, ""),
    ]


def test_a_slip_in_a_header_is_not_passed_over(tmp_path: Path, rows_of: RowsOf) -> None:
    path = tmp_path / "briefs.csv"
    path.write_text("id,kind,facts,may_publsh\nm1,marketing,product: A,x\n", encoding="utf-8")
    (entry,) = rows_of(path)
    assert problems([entry])[0][1] == "may_publish"
    path.write_text("id,kind,facts,campaign\nm1,marketing,product: A,x\n", encoding="utf-8")
    assert good(rows_of(path)) == ["m1"]


def test_a_missing_column_is_named_for_each_row(tmp_path: Path, rows_of: RowsOf) -> None:
    path = tmp_path / "briefs.csv"
    path.write_text("id,facts\nm1,product: A\nm2,product: B\n", encoding="utf-8")
    assert problems(rows_of(path)) == [
        (2, "kind", "The column kind is missing."),
        (3, "kind", "The column kind is missing."),
    ]


def test_json_lines_name_their_bad_lines(tmp_path: Path, rows_of: RowsOf) -> None:
    path = tmp_path / "briefs.jsonl"
    row = {"id": "n1", "kind": "news", "facts": {"headline": "A\u2028B", "figure": 3.0}}
    lines = [
        json.dumps(row, ensure_ascii=False),
        "{broken",
        '{"id": "n2", "id": "n3", "kind": "news"}',
        "[1]",
        '{"id": "n4", "kind": "news", "facts": {"what": NaN}}',
        "",
        '{"id": ["n5"], "kind": "news", "facts": {"what": "b"}}',
        '{"id": "n6", "kind": "news", "facts": {"what": "\\ud800"}}',
        "[" * 100_000,
        '{"id": 7, "kind": "News ", "language": "en-US", "facts": {"what": "opens"}}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    entries = rows_of(path)
    assert good(entries) == ["n1", "7"]
    assert [(row, column) for row, column, _ in problems(entries)] == [
        (2, ""), (3, ""), (4, ""), (5, ""), (7, "id"), (8, "facts"), (9, "")
    ]  # fmt: skip
    assert entries[0].brief
    assert entries[0].brief.facts[0].value == "A B"
    assert entries[0].brief.facts[1].value == "3"


def test_a_workbook_is_read_as_it_shows(tmp_path: Path, rows_of: RowsOf) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("second").append(["id"])
    sheet = book.active
    assert sheet
    sheet.append(["id", "kind", "facts", "audience", "tone", "may_publish"])
    sheet.append([17, "marketing", "product: A\nprice: 49", 0.15, datetime(2027, 3, 1), "=1+1"])
    sheet.append([])
    sheet.append(["m2", "marketing", "product: B"])
    sheet["D2"].number_format = "0%"
    path = tmp_path / "renamed.csv"
    book.save(path)
    first, second = rows_of(path)
    assert first.brief
    assert first.brief.id == "17"
    assert (first.brief.audience, first.brief.tone) == ("15%", "2027-03-01")
    assert first.brief.may_publish == ("=1+1",)
    assert (second.raw.row, good([second])) == (4, ["m2"])


def test_parquet_holds_real_lists_and_objects(tmp_path: Path, rows_of: RowsOf) -> None:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    rows = [
        {
            "id": "l1",
            "kind": "legal",
            "channel": "contract",
            "facts": [{"name": "clause", "value": "Payment"}],
            "jurisdictions": ["eu"],
            "origin": {"writer": None},
        },
        {"id": "l2", "kind": "legal", "channel": "contract", "facts": [], "jurisdictions": None},
    ]
    path = tmp_path / "briefs.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), path)
    first, second = rows_of(path)
    assert first.brief
    assert first.brief.jurisdictions == ("EU",)
    assert second.table
    assert second.table["facts"] is None


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.csv", b"", "The file is empty."),
        ("empty.csv", codecs.BOM_UTF8 + b"\r\n", "The file is empty."),
        ("header.csv", b"id,kind,facts\n", "The file holds no row."),
        ("poem.csv", b"roses are red,\nviolets are blue\n", "The first row is no header"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "The first row is no header"),
        ("twice.csv", b"id,kind,facts,id\na,b,c,d\n", "names the column id twice"),
        ("quote.csv", b'"id,kind\n', "The first row is no header"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel file of the old form"),
        ("broken.xlsx", b"PK\x03\x04 not a zip", "not a readable xlsx file"),
        ("fake.xlsx", b"id,kind\n", "The content is not what"),
        ("broken.parquet", b"PAR1 nothing PAR1", "not a readable parquet file"),
        ("notes.docx", b"hello", "Files with this ending are not read."),
        ("log.jsonl", b'{"level": "info"}\n', "No row looks like a brief."),
    ],
)
def test_what_is_no_brief_file_is_one_clear_message(
    tmp_path: Path, name: str, data: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(RefusedFileError, match=says) as caught:
        read_file(path, name)
    assert caught.value.mend["en"]


def test_a_missing_file_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match="can't be read"):
        read_file(tmp_path / "nowhere.csv", "nowhere.csv")
