"""Pairs teach the writer exactly what it is given: slots, marks, splits, orders, budgets."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.generators.faithful import pattern_notes, read_notes
from aigc_guard.generators.linearise import Slot
from aigc_guard.generators.prompts import prompt_format
from aigc_guard.generators.transformers_lm import limits_of
from aigc_guard.kinds import load_kind
from aigc_guard.training.writers.mixture import Encoded, batches, orders_of
from aigc_guard.training.writers.pairs import mark_values, renumbered, reordered
from aigc_guard.training.writers.pairs_authored import BY_KIND, FILE, authored
from aigc_guard.training.writers.pairs_d2t import (
    attached,
    bench_text,
    detached,
    rnnlg_text,
    sentence_pairs,
)
from aigc_guard.training.writers.pairs_legal import clause_pair, clean_clause
from aigc_guard.training.writers.pairs_news import chunk_values, fine_values
from aigc_guard.training.writers.splits import split_of


@pytest.mark.parametrize("file", [FILE, *BY_KIND.values()], ids=lambda file: file.stem)
def test_every_authored_pair_uses_each_of_its_slots(file: Path) -> None:
    count = 0
    for pair in authored(file):
        count += 1
        numbers = {int(n) for n in re.findall(r"<v(\d+)>", pair.target)}
        assert numbers == set(range(1, sum(s.copied for s in pair.slots) + 1)), pair.target
    assert count > 300


def test_wordings_are_written_out(tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("# none\nmarketing | more | [You get|Enjoy] {feature:phrase/plural}[, too|].\n")
    pairs = list(authored(file, "own"))
    assert {pair.source for pair in pairs} == {"own"}
    assert sorted((pair.slots[0].type, pair.target) for pair in pairs) == [
        (kind, f"{verb} <v1>{end}.")
        for kind in ("phrase", "plural")
        for verb in ("Enjoy", "You get")
        for end in (", too", "")
    ]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("legal", FILE),
        ("marketing", BY_KIND["authored-marketing"]),
        ("news", BY_KIND["authored-news"]),
    ],
)
def test_what_a_kind_is_taught_from_keeps_its_own_rules(name: str, file: Path) -> None:
    """A writer that is taught what its drafts may not say can't be faithful."""
    kind = load_kind(Path(__file__).parents[3] / "kinds" / name)
    rules, form = limits_of(kind), prompt_format(kind)
    taught = [pair for pair in authored(file) if pair.kind == name]
    for pair in taught:
        slots = [  # a slot holds its name in place of a value; of reasons the value is read
            Slot(s.name, "to have it", s.type) if s.name == "reason" and s.copied else s
            for s in pair.slots
        ]
        copied = [i for i, slot in enumerate(pair.slots) if slot.copied]
        pattern = re.sub(
            r"<v(\d+)>", lambda m, own=copied: f"\0{own[int(m[1]) - 1]}\0", pair.target
        )
        notes = pattern_notes(
            pattern,
            slots,
            repeatable=[i for i, slot in enumerate(pair.slots) if slot.name in form.repeatable],
            terms=rules.terms,
            leaks=rules.leaks,
            belongs=rules.belongs,
            misplaced=rules.misplaced,
            closes=rules.closes,
        )
        assert notes + read_notes(pattern, slots, form.reads) == (), pair.target
        against = [words for words in rules.against.get(pair.act, ()) if words in pattern.lower()]
        assert against == [], pair.target
        if name != "legal":
            assert {slot.name for slot in pair.slots} <= form.known, pair.target
    assert len(taught) > 300


@given(st.randoms(use_true_random=False))
def test_another_order_says_the_same(draw: random.Random) -> None:
    slots = [
        Slot("product", "Lamp", "name"),
        Slot("dogs allowed", "yes"),
        Slot("price", "$2", "money"),
    ]
    pair = renumbered("t", "marketing", "inform", slots, "\x000\x00 costs \x002\x00.", "train")
    order = draw.sample(range(3), 3)
    moved = reordered(pair, order)

    def filled(p: object) -> str:
        copied = [s.value for s in moved.slots if s.copied] if p is moved else ["Lamp", "$2"]
        text = moved.target if p is moved else pair.target
        return re.sub(r"<v(\d+)>", lambda m: copied[int(m[1]) - 1], text)

    assert filled(moved) == filled(pair) == "Lamp costs $2."


def test_an_act_is_taught_in_several_orders_and_begins_with_the_same() -> None:
    slots = [Slot(name, f"{name} v", "bare") for name in ("product", "category", "audio", "price")]
    text = "\x000\x00 is a \x001\x00 with \x003\x00 and \x002\x00."
    pair = renumbered("rnnlg-tv", "marketing", "inform", slots, text, "train")
    made = orders_of(pair, random.Random(3))
    assert made[0] == pair
    assert {tuple(s.name for s in p.slots[2:]) for p in made} == {
        ("audio", "price"),
        ("price", "audio"),
    }
    for other in made:
        assert [s.name for s in other.slots[:2]] == ["product", "category"]
        names = [s.name for s in other.slots]
        told = re.sub(r"<v(\d+)>", lambda m, n=names: n[int(m[1]) - 1], other.target)
        assert told == "product is a category with price and audio."


def test_values_are_marked_longest_first_and_near_their_attribute() -> None:
    text = " satellite pan 29 is in the satellite family with a good battery rating and good looks "
    marked = mark_values(text, ["satellite pan 29", "satellite", "good"],
                         ["product", "family", "battery rating"])  # fmt: skip
    assert marked == (
        " \x000\x00 is in the \x001\x00 family with a \x002\x00 battery rating and good looks "
    )


def test_rnnlg_text_goes_there_and_back() -> None:
    raw = "the pan 29 is a laptop . it has 2 usb port -s , right ?"
    written = rnnlg_text(raw)
    assert written == "The pan 29 is a laptop. It has 2 USB port<r0>, right?"
    assert bench_text(written) == raw


def test_plurals_of_values_are_detached_and_put_back() -> None:
    slots = [Slot("category", "television", "name"), Slot("screen size", "24 inch", "text")]
    raw = "2 televisions of 24 inches , one television"
    apart = detached(raw, slots)
    assert apart == "2 television -s of 24 inch -s , one television"
    assert attached(apart) == raw


def test_later_sentences_become_pairs_of_their_own() -> None:
    slots = [Slot("product", "Lamp", "name"), Slot("price", "$2", "money")]
    pair = renumbered("t", "marketing", "inform", slots,
                      "\x000\x00 is bright. It costs \x001\x00.", "train")  # fmt: skip
    first, second = sentence_pairs(pair)
    assert (first.act, first.target) == ("inform", "<v1> is bright.")
    assert (second.act, second.target) == ("more", "It costs <v1>.")


def test_a_clause_gives_up_its_parties_and_references() -> None:
    clause = clean_clause(
        "4.2 The Licensor may terminate this Agreement pursuant to Section 4.1(b) upon thirty (30)"
        " days prior written notice to Licensee."
    )
    (pair,) = clause_pair("t", "termination", clause, "train", frozenset({"Agreement"}))
    assert "4.1" not in pair.target
    assert {s.name for s in pair.slots} == {"party a", "party b", "notice period"}
    assert "Licensor" not in pair.target


def test_news_sentences_are_cut_into_who_what_when() -> None:
    found = chunk_values("The city council approved a plan for the bridge on Tuesday.")
    assert [v.name for v in sorted(found)] == ["who", "what", "when"]
    found = fine_values('"We did not expect this at all," said Maria Lund.')
    assert {v.name for v in found} == {"quote", "speaker"}


def test_groups_never_straddle_splits() -> None:
    splits = {split_of(f"article-{n}") for n in range(300)}
    assert splits == {"train", "valid", "test"}
    assert split_of("article-7") == split_of("article-7")


@given(st.lists(st.integers(3, 40), min_size=1, max_size=30), st.integers(40, 200))
def test_batches_keep_their_budget_and_can_be_planned_again(sizes: list[int], tokens: int) -> None:
    groups = {"a": [Encoded(tuple(range(n)), 1) for n in sizes]}
    planned = batches(groups, {"a": 1.0, "absent": 2.0}, steps=5, tokens=tokens, seed=3)
    assert planned == batches(groups, {"a": 1.0, "absent": 2.0}, steps=5, tokens=tokens, seed=3)
    for batch in planned:
        assert max(len(pair.ids) for pair in batch) * len(batch) <= tokens
