"""Sentences in which names may stand: only those whose every capital is accounted for."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from aigc_guard.training.guards.capitals import stray_capitals
from aigc_guard.training.guards.contexts import load, spoken, sure
from aigc_guard.training.guards.records import TaggedText

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "names", "stray"),
    [
        ("The man met Anna in Bonn.", ["Anna"], ["Bonn"]),
        ("The man met Anna in Bonn.", ["Anna", "Bonn"], []),
        ("Nobody came. Who would?", [], []),
        ('He said: "Nobody came," and I left on Monday.', [], []),
        ("Mette smiled.", [], ["Mette"]),
        ("Mette's boat sank.", [], ["Mette's"]),
        ("The report of NATO", [], ["NATO"]),
        ("The Czech boat sank.", [], []),
    ],
)
def test_a_capital_is_a_name_or_an_ordinary_word_at_a_beginning(
    text: str, names: list[str], stray: list[str]
) -> None:
    spans = [(text.index(name), text.index(name) + len(name), "PERSON") for name in names]
    assert stray_capitals(text, spans) == stray


def test_dialogues_give_their_slots_and_nothing_that_is_half_known(tmp_path: Path) -> None:
    rows = [
        ("train", [["INFORM", "artist", "Ida Storm"]], "The song is by Ida Storm."),
        ("train", [["INFORM", "city", "Bonn"]], "The Blue Band plays in Bonn."),
        ("dev", [["INFORM", "city", "Bonn"]], "It is in Bonn."),
        ("train", [["INFORM", "time", "5 pm"]], "It starts at 5 pm."),
    ]
    (tmp_path / "d2t_sgd").mkdir()
    with lzma.open(tmp_path / "d2t_sgd" / "data.jsonl.xz", "wt", encoding="utf-8") as file:
        for split, acts, text in rows:
            file.write(json.dumps({"split": split, "acts": acts, "text": text}) + "\n")
    assert list(spoken(tmp_path)) == [
        TaggedText("The song is by Ida Storm.", ((15, 24, "PERSON"),), "spoken", "train")
    ]


def test_a_guard_marks_prose_and_leaves_out_what_it_is_not_sure_of(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from aigc_guard.checks.pii.names import NamesReader

    texts = [
        "Maria Jansen moved to Berlin with her brother Thomas.",
        "The children went home early because of the rain.",
        "Nobody had heard of the Qo before the Vhh came.",
    ]
    found = {one.text: one for one in sure(texts, NamesReader.load(ROOT / "models" / "guard-en"))}
    assert texts[1] in found
    assert texts[2] not in found
    named = found[texts[0]]
    assert [(texts[0][a:b], label) for a, b, label in named.spans] == [
        ("Maria Jansen", "PERSON"), ("Berlin", "LOCATION"), ("Thomas", "PERSON"),
    ]  # fmt: skip
    path = tmp_path / "prose.jsonl"
    rows = (json.dumps({"text": one.text, "spans": one.spans}) + "\n" for one in found.values())
    path.write_text("".join(rows), encoding="utf-8")
    assert {one.text: one for one in load(path)} == found
