"""Index files: the same on disk and in memory, refused when spoilt, built of folders."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from aigc_guard.checks.originality import build
from aigc_guard.checks.originality.build import Builder, memory_index, write_index
from aigc_guard.checks.originality.folder import texts_in
from aigc_guard.checks.originality.index import MAGIC, Document, open_index
from aigc_guard.checks.originality.runs import Query, shared
from aigc_guard.errors import CheckError, ConfigError, GuardError

from .planted import source


def texts(count: int = 30) -> list[tuple[Document, str]]:
    draw = random.Random(5)
    return [
        (Document(f"t{at}", "CC0-1.0" if at % 2 else ""), " ".join(source(draw, "en", at * 7)))
        for at in range(count)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "texts.index"
    write_index(texts(), path, about={"title": "test"})
    return path


def test_a_file_and_memory_say_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_FULL", 3)  # piles go to disk at once
    write_index(texts(), path, about={})
    on_disk, in_memory = open_index(path), memory_index((d.id, text) for d, text in texts())
    assert list(on_disk.grams) == list(in_memory.grams)
    assert list(on_disk.seeds) == list(in_memory.seeds)
    assert list(on_disk.table) == list(in_memory.table)
    assert on_disk.is_sound
    assert on_disk.documents == 30
    assert on_disk.document(3) == Document("t3", "CC0-1.0")
    assert on_disk.document(4) == Document("t4", "")


@pytest.mark.parametrize("width", [2, 4])
def test_every_text_is_found_whole_in_its_index(tmp_path: Path, width: int) -> None:
    path = tmp_path / "narrow.index"
    write_index(texts(), path, about={}, width=width)  # type: ignore[arg-type]
    index = open_index(path)
    for number, (_, text) in enumerate(texts()):
        query = Query(text)
        answer = shared(query, index)
        if len(query.tokens) < 9:
            assert answer.runs == ()
            continue
        (run,) = answer.runs
        assert (run.start, run.end, run.document, run.at) == (0, number * 7, number, 0)
        if number > 5:
            assert (answer.nearest, answer.likeness) == (number, 1.0)


def test_equal_texts_make_equal_files(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.index"
    digest = write_index(texts(), other, about={"title": "test"})
    assert other.read_bytes() == path.read_bytes()
    assert open_index(path).digest == digest
    assert b"texts" not in path.read_bytes()[400:]


def test_it_holds_no_word(path: Path) -> None:
    data = path.read_bytes().lower()
    words = {word for _, text in texts() for word in text.split() if len(word) >= 5}
    assert words
    assert not [word for word in words if word.encode() in data]


def test_a_changed_byte_is_noticed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert not open_index(path).is_sound


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda data: b"", "is no index"),
        (lambda data: data[:100], "is no index"),
        (lambda data: data[: len(data) // 2], "is cut off"),
        (lambda data: b"X" + data[1:], "is no index"),
        (lambda data: data.replace(b'"scheme": "1"', b'"scheme": "0"'), "another version"),
        (lambda data: data.replace(b'"window": 4', b'"window": 9'), "another version"),
        (lambda data: MAGIC + b"\xff" * 8 + data[16:], "is no index"),
    ],
)
def test_what_is_no_index_is_refused(path: Path, spoil: object, why: str) -> None:
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(CheckError, match=why) as caught:
        open_index(path)
    assert "aigc-guard index build" in str(caught.value.hint)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="can't be read"):
        open_index(tmp_path / "none.index")


def test_a_broken_build_leaves_nothing_behind(tmp_path: Path) -> None:
    def stops() -> object:
        yield Document("a"), "one two three"
        raise ValueError("the disk is full")

    path = tmp_path / "half.index"
    with pytest.raises(ValueError, match="disk"):
        write_index(stops(), path, about={})  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_empty_index_holds_nothing() -> None:
    index = memory_index([])
    assert shared(Query("one two three four five six seven eight nine ten"), index).runs == ()
    with Builder() as builder:
        assert builder.counts.documents == 0


def test_a_folder_is_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# Two\n\nwords", encoding="utf-8")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one.TXT").write_text("\ufeffone", encoding="utf-8")
    page = "<p>Fish &amp; chips</p><script>never()</script><style>p {}</style><p>peas</p>"
    (tmp_path / "c.html").write_text(page, encoding="utf-8")
    rows = [{"id": "x", "text": "three", "licence": "MIT"}, {"text": "four"}]
    lines = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "d.jsonl").write_text(lines + "\n\n", encoding="utf-8")
    (tmp_path / "e.pdf").write_bytes(b"%PDF")
    found = list(texts_in(tmp_path, licence="own"))
    assert [(document.id, document.licence) for document, _ in found] == [
        ("b.md", "own"), ("c.html", "own"), ("d.jsonl#x", "MIT"), ("d.jsonl#2", "own"),
        ("a/one.TXT", "own"),
    ]  # fmt: skip
    shown = [" ".join(text.split()) for _, text in found]
    assert shown == ["# Two words", "Fish & chips peas", "three", "four", "one"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"\xff\xfe", "not UTF-8"),
        ("a.jsonl", b'{"text": "x"}\n{"text": 4}\n', "lacks a text"),
        ("a.jsonl", b"[1]\n", "lacks a text"),
        ("a.jsonl", b"{\n", "lacks a text"),
        ("a.jsonl", b'{"text": "\xff"}\n', "not UTF-8"),
        ("a.pdf", b"x", "holds no text"),
    ],
)
def test_a_text_that_can_not_be_read_stops_the_build(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GuardError, match=message) as caught:
        list(texts_in(tmp_path))
    assert caught.value.hint
    with pytest.raises(ConfigError, match="not a folder"):
        list(texts_in(tmp_path / "nowhere"))


def test_an_index_in_its_older_order_says_the_same(path: Path) -> None:
    index = open_index(path)
    older = open_index(path)
    older.header = {name: value for name, value in index.header.items() if name != "order"}
    assert index.header["order"] == "hash"
    for _, text in texts():
        for gram in Query(text).hashes:
            assert list(index.candidates(gram)) == sorted(older.candidates(gram))
