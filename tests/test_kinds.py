from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from aigc_guard.errors import KindError
from aigc_guard.intake.columns import COLUMNS
from aigc_guard.kind_tables import known_keys
from aigc_guard.kinds import load_kinds, load_suite

KINDS = Path(__file__).parents[1] / "kinds"


def test_the_shipped_kinds_load() -> None:
    kinds = load_kinds(KINDS)
    assert set(kinds) == {"marketing", "news", "legal"}
    for kind in kinds.values():
        assert kind.title["en"] != kind.title["zh"]
        assert "web" in kind.formats
        assert set(kind.intake.languages) == {"en", "zh"}


@pytest.mark.parametrize("name", ["marketing", "news", "legal"])
def test_each_expectation_tells_the_sender_what_is_wrong_in_both_languages(name: str) -> None:
    for expectation in load_kinds(KINDS)[name].intake.suite:
        assert expectation.column in COLUMNS
        for texts in (expectation.problem, expectation.mend):
            assert texts["en"]
            assert any("\u4e00" <= char <= "\u9fff" for char in texts["zh"])


@pytest.mark.parametrize("name", ["marketing", "news", "legal"])
def test_the_suites_know_exactly_the_channels_that_have_a_format(name: str) -> None:
    kind = load_kinds(KINDS)[name]
    (allowed,) = [one.kwargs["value_set"] for one in kind.intake.suite if one.column == "channel"]
    assert list(allowed) == list(kind.formats)


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ('web = "html"', 'web = "exe"', 'web = "exe"', "exe is no release format"),
        ("[formats]", "[formts]", "[formts]", "did you mean formats?"),
        ('languages = ["en", "zh"]', 'languages = ["fr"]', 'languages = ["fr"]', "en, zh or both"),
        ("[title]", "[title", "[title", "not valid TOML"),
        ('en = "Marketing copy"', "", "[title]", "the title has no `en`"),
        ("variety = 0.3", "varity = 0.3", "varity = 0.3", "did you mean variety?"),
        ("variety = 0.3", "variety = 3", "variety = 3", "less than or equal to 1"),
        ("candidates = 8", 'candidates = "8"', 'candidates = "8"', "valid integer"),
        ("together = true", "togther = true", "togther = true", "did you mean together?"),
        ("most = 5", "most = 99", "most = 99", "less than or equal to 16"),
        ("paragraph = true", "paragraph = 1", "paragraph = 1", "valid boolean"),
        ("heading = []", 'heading = "product"', 'heading = "product"', "valid list"),
        ("weight = []", "weight = [1]", "weight = [1]", "valid string"),
        ("[decoding.belongs]", "[decoding.belong]", "[decoding.belong]", "mean belongs?"),
        ("repeatable = []", "zebra = []", "zebra = []", "known keys: act_from"),
    ],
)
def test_a_broken_kind_names_its_line(
    tmp_path: Path, old: str, new: str, at: str, says: str
) -> None:
    shutil.copytree(KINDS / "marketing", tmp_path / "marketing")
    path = tmp_path / "marketing" / "kind.toml"
    text = path.read_text(encoding="utf-8").replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    line = next(number for number, found in enumerate(text.splitlines(), 1) if found == at)
    with pytest.raises(KindError) as caught:
        load_kinds(tmp_path)
    assert f"kind.toml:{line}: " in str(caught.value)
    assert says in str(caught.value)
    assert caught.value.hint


def test_missing_folders_and_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(KindError, match="no such folder"):
        load_kinds(tmp_path / "nowhere")
    with pytest.raises(KindError, match="holds no content kind"):
        load_kinds(tmp_path)
    (tmp_path / "blog").mkdir()
    with pytest.raises(KindError, match=r"kind\.toml: the file is missing"):
        load_kinds(tmp_path)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"type": "expect_column_mean_to_be_between", "kwargs": {"column": "id"}}, "single rows"),
        ({"type": "expect_column_values_to_be_unique", "kwargs": {}}, "names no column"),
        ({"type": "expect_column_values_to_be_unique", "kwargs": {"column": "id"}}, "its problem"),
        ("nonsense", "an expectation is an object"),
    ],
)
def test_a_suite_that_would_print_values_or_says_nothing_is_refused(
    tmp_path: Path, entry: object, says: str
) -> None:
    path = tmp_path / "intake.json"
    path.write_text(json.dumps({"expectations": [entry]}, indent=1), encoding="utf-8")
    with pytest.raises(KindError, match=says):
        load_suite(path)


@pytest.mark.parametrize("text", ["{", "[]", '{"expectations": 3}', "[" * 100_000])
def test_a_suite_that_is_no_suite_is_one_message(tmp_path: Path, text: str) -> None:
    path = tmp_path / "intake.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KindError):
        load_suite(path)


def test_the_guide_names_every_key_that_a_kind_may_have() -> None:
    guide = (KINDS.parent / "docs" / "kinds.md").read_text(encoding="utf-8")
    keys = known_keys()
    assert len(keys) > 35
    assert [key for key in keys if not re.search(rf"`(?:\[*[\w.]*\b)?{key}\b", guide)] == []
