"""The quality command: what is missing, what is kept, floors that are missed, and the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.errors import ConfigError
from aigc_guard.models import LOCK_NAME, ModelEntry, ModelStore, read_lock, write_lock
from aigc_guard.training.quality.__main__ import Kept, check_data, main, said_by_cards
from aigc_guard.training.quality.cards import figures_of, from_card, write_figures
from aigc_guard.training.quality.drafts import judgement
from aigc_guard.training.quality.floors import floors
from aigc_guard.training.quality.intervals import wilson, with_intervals
from aigc_guard.training.quality.page import Measured, render
from aigc_guard.training.quality.parts import PARTS, chosen_parts, missing_data

AUC = {"value": 0.961, "low": 0.955, "high": 0.967, "n": 1500, "positive": 150}
RESULTS: dict[str, dict[str, Any]] = {
    "guard-en.toxicity": {
        "wiki": {"toxicity": AUC, "insult": AUC},
        "hatemoji": {"toxicity": AUC, "accuracy_at_half": AUC | {"value": 0.7}},
    },
    "guard-en.reliability": {
        "n": 10, "report": "harmless 0.9", "bins":
        [{"from": 0.3, "texts": 10, "toxic": 0.25, "low": 0.1, "high": 0.5}],
    },
    "guard-en.attacks": {"plain": 0.97, "n": 400, "lost_points": {"leet": 1.5, "look_alike": 3.5}},
    "guard-en.planted": {
        "n": 400,
        "alone": {"value": 0.98, "low": 0.96, "high": 0.99},
        "planted": {"value": 0.87, "low": 0.83, "high": 0.9},
        "clean": {"value": 0.03, "low": 0.02, "high": 0.05},
    },
    "guard-en.identity": {
        "templates": 900, "false_positive_rate": 0.01, "largest_gap_points": 4.0,
        "rates": {"gay": 0.04}, "recall_on_toxic_templates": 0.98, "swapped_pairs": 20, "flips": 1,
    },
    "guard-en.names": {
        "docs": {"all": {"precision": 0.9, "recall": 0.9, "f1": 0.9, "n": 50},
                 "touched": {"precision": 0.9, "recall": 0.95}},
    },
    "guard-en.identifiers": {
        "made": {"PHONE_NUMBER": {"recall": 0.95, "precision": 0.8, "n": 200}},
    },
    "guard-en.swapped": {"pairs": 60, "same": 0.95, "low": 0.9, "high": 0.98,
                         "outcomes": {"release": 50, "redact": 10}},
    "checks.mutated": {
        "passages": 9, "found": {"all": {"value": 0.99, "low": 0.98, "high": 1.0, "n": 90}},
        "flagged": {"all": {"value": 0.02, "low": 0.01, "high": 0.04, "n": 90}},
    },
    "guard-zh.toxicity": {"cold": {"accuracy_at_half": AUC | {"value": 0.75}}},
    "writer-en.laptop": {
        "acts": 900, "slots": 4000, "slot_error": 0.004, "slot_error_low": 0.002,
        "slot_error_high": 0.006, "bleu4": 0.53,
    },
    "writer-en.viggo": {"acts": 300, "items": 2000, "slot_error": 0.02,
                        "aligner_error_on_people": 0.013},
    "writer-legal-en.legal": {"briefs": 500, "faithful": 0.95, "low": 0.93, "high": 0.966,
                        "reasons": {"missing:party a": 9}},
}  # fmt: skip
DRAFTS = {
    "news": [
        {"brief": "n-1", "text": "First line.\nSecond.", "judgement": "faithful; toxicity 0.01"},
        {"brief": "n-2", "text": "", "judgement": "not faithful: missing:who; toxicity 0.00"},
    ]
}


def page(results: Mapping[str, Mapping[str, Any]] = RESULTS) -> str:
    return render(Measured("2027-01-02", 1500, results, {"guard-en": "ab" * 32},
                           {"guard-en": 45.2}, DRAFTS))  # fmt: skip


def test_a_missed_floor_is_shown_as_missed() -> None:
    verdicts = {floor.title: floor.verdict for floor in floors(RESULTS)}
    assert verdicts["Wikipedia comments, toxicity, AUC"] == "**missed**"
    assert verdicts["hatemoji test, accuracy at 0.5"] == "met"
    assert verdicts["recall lost under the worst disguise, points"] == "**missed**"
    assert verdicts["PHONE_NUMBER, recall"] == "met"
    assert verdicts["PHONE_NUMBER, precision"] == "**missed**"
    assert verdicts["RNNLG laptop, slot error"] == "met"
    assert verdicts["ViGGO, slot error"] == "**missed**"
    assert verdicts["RNNLG TV, BLEU-4"] == "not measured"
    assert "0.961 (0.955–0.967) | ≥ 0.965 | **missed**" in page()


def test_the_page_has_every_measured_part_and_no_other() -> None:
    text = page()
    for words in (
        "2027-01-02",
        "`" + "ab" * 8 + "`",
        "look alike | 3.5",
        "| in a draft | 0.870 (0.830–0.900) |",
        "| gay | 0.040 |",
        "0.25 (0.10–0.50)",
        "harmless 0.9",
        "| docs | touched | – |",
        "9 missing:party a",
        "### news: 1 of 2 faithful",
        "> First line.\n> Second.",
        "> (empty)",
    ):
        assert words in text
    assert "Names in Chinese" not in text
    assert (
        "BLEU-4"
        not in page({"writer-legal-en.legal": RESULTS["writer-legal-en.legal"]})
        .split("## Drafts")[0]
        .split("not measured.")[1]
    )


def test_nothing_measured_is_no_floor_met() -> None:
    assert {floor.verdict for floor in floors({})} == {"not measured"}


def test_missing_data_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d2t_rnnlg").mkdir()
    (tmp_path / "d2t_rnnlg/data.jsonl.gz").write_bytes(b"")
    assert missing_data(tmp_path, chosen_parts(["writer-en.tv"])) == []
    with pytest.raises(ConfigError, match=r"ner_wnut17/data\.jsonl\.gz"):
        check_data(tmp_path, PARTS)
    assert main([str(tmp_path), "writer-en.viggo"]) == 2
    assert "d2t_viggo/data.jsonl.gz" in capsys.readouterr().err


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(ConfigError, match="guard-fr"):
        chosen_parts(["guard-fr"])


def test_another_model_or_limit_is_another_result(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "state", 10)
    assert kept.read("p", "a" * 64) is None
    kept.write("p", "a" * 64, {"x": 1})
    assert kept.read("p", "a" * 64) == {"x": 1}
    assert kept.read("p", "b" * 64) is None
    assert Kept(tmp_path / "state", 11).read("p", "a" * 64) is None


def test_figures_reach_the_card_and_the_lock_but_no_digest(tmp_path: Path) -> None:
    folder = tmp_path / "guard-en"
    folder.mkdir()
    (folder / "model_card.json").write_text(json.dumps({"figures": {"old": 1}, "licence": "L"}))
    entry = ModelEntry("guard-en", "guard", "here", "L", files={"f": "0" * 64}, figures={"old": 1})
    write_lock(tmp_path / LOCK_NAME, {"guard-en": entry})
    changed = write_figures(ModelStore(tmp_path), RESULTS, 1500)
    assert changed == [folder / "model_card.json", tmp_path / LOCK_NAME]
    new = read_lock(tmp_path / LOCK_NAME)["guard-en"]
    assert new.digest == entry.digest
    assert new.figures["old"] == 1
    assert new.figures["toxicity"]["wiki"]["toxicity"] == AUC
    card = json.loads((folder / "model_card.json").read_text())
    assert card["figures"] == json.loads(json.dumps(dict(new.figures)))
    assert card["licence"] == "L"
    models = ModelStore(tmp_path)
    assert said_by_cards(models)["guard-en.attacks"] == RESULTS["guard-en.attacks"]
    assert from_card(models, "guard-en", "guard-en.nothing") is None


def test_intervals_follow_from_counts() -> None:
    made = with_intervals({"slot_error": 0.01, "items": 1000})
    assert made["slot_error_low"] < 0.01 < made["slot_error_high"]
    share = with_intervals({"faithful": 0.9, "briefs": 100})
    assert share["low"] < 0.9 < share["high"]
    assert with_intervals({"wiki": {}}) == {"wiki": {}}


def test_a_page_from_cards_says_so() -> None:
    text = render(Measured("2027-01-02", 0, RESULTS, {}, {}, {}))
    assert "from the model cards" in text
    assert "Measured on" not in text


def test_a_model_without_results_keeps_its_figures() -> None:
    assert figures_of("other", RESULTS, 5) == {}


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share(hits: int, more: int) -> None:
    total = hits + more
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total + 1e-5
    assert hits / total - 1e-5 <= high <= 1


def test_a_judgement_says_what_is_wrong() -> None:
    assert judgement(True, (), 0.012) == "faithful; toxicity 0.01"
    assert "missing:price" in judgement(False, ("missing:price",), 0.0)
