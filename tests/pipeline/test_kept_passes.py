"""That all tests passed is known again, as long as nothing they depend on has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from aigc_guard.pipeline import kept_passes
from aigc_guard.pipeline.kept_passes import KeptPasses, read_kept


class Tomorrow(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Tomorrow:
        return cls(2999, 1, 1, tzinfo=tz)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "policies"
    (place / "lists").mkdir(parents=True)
    (place / "news.yaml").write_text("policy: news\n", encoding="utf-8")
    (place / "lists/banned.txt").write_text("cheap\n", encoding="utf-8")
    (tmp_path / "models.lock").write_text("models: []\n", encoding="utf-8")
    return place


def passes(folder: Path, *, places: list[Path] | None = None, wanted: str = "all") -> KeptPasses:
    root = folder.parent
    lock = root / "models.lock"
    return KeptPasses(root / "state/passes.json", lock, places or [folder], wanted)


def test_it_is_known_again(folder: Path) -> None:
    assert passes(folder).get() is None
    passes(folder).put(12)
    assert passes(folder).get() == 12
    assert passes(folder, wanted="without models").get() is None
    assert passes(folder, places=[folder / "news.yaml"]).get() is None


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "news.yaml").write_text("policy: newt\n"),
        lambda folder: (folder / "lists/banned.txt").write_text("dear\n"),
        lambda folder: (folder / "lists/banned.txt").unlink(),
        lambda folder: (folder / "base.yaml").write_text("policy: base\n"),
        lambda folder: (folder / "lists/banned.txt").rename(folder / "banned.txt"),
        lambda folder: (folder.parent / "models.lock").write_text("models: [another]\n"),
    ],
)
def test_a_change_asks_anew(folder: Path, change: Callable[[Path], object]) -> None:
    passes(folder).put(12)
    change(folder)
    assert passes(folder).get() is None


def test_a_change_while_the_tests_ran_is_not_kept(folder: Path) -> None:
    one = passes(folder)
    (folder / "news.yaml").write_text("policy: newt\n", encoding="utf-8")
    one.put(12)
    assert passes(folder).get() is None
    (folder / "news.yaml").write_text("policy: news\n", encoding="utf-8")
    assert passes(folder).get() is None


def test_another_day_or_program_asks_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passes(folder).put(12)
    monkeypatch.setattr(kept_passes, "datetime", Tomorrow)
    assert passes(folder).get() is None
    monkeypatch.undo()
    assert passes(folder).get() == 12
    monkeypatch.setattr(kept_passes, "fingerprint", lambda: "another")
    assert passes(folder).get() is None


@pytest.mark.parametrize(
    "spread",
    [
        lambda folder: (folder / "news.yaml").write_text("files: [../elsewhere.txt]\n"),
        lambda folder: (folder / "more").symlink_to(folder.parent),
        lambda folder: (folder / "lists/all.txt").write_bytes(b"x" * 20_000_001),
        lambda folder: [(folder / f"{number}.txt").touch() for number in range(300)],
    ],
)
def test_what_could_change_unseen_is_never_known(
    folder: Path, spread: Callable[[Path], object]
) -> None:
    spread(folder)
    passes(folder).put(12)
    assert passes(folder).get() is None


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"KEY": "12"}', '{"KEY": -1}', '{"": 12}'])
def test_a_broken_file_is_as_good_as_none(folder: Path, broken: str) -> None:
    one = passes(folder)
    one.put(12)
    (key,) = read_kept(one.path)
    one.path.write_text(broken.replace("KEY", key), encoding="utf-8")
    assert one.get() is None
    one.put(3)
    assert passes(folder).get() == 3


def test_a_missing_folder_is_not_known(folder: Path) -> None:
    one = passes(folder, places=[folder / "none/news.yaml"])
    one.put(12)
    assert one.get() is None
