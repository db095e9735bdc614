"""The linear form: types by form, values never in the prompt, control tokens only ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.generators.linearise import Slot, prompt_of, slot_of, value_type
from aigc_guard.generators.slots import SPECIAL_TOKENS, TYPE_NAMES


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("price", "$39.90", "money"),
        ("price", "329 dollars", "money"),
        ("price", "from $15", "time"),
        ("offer", "20% off", "percent"),
        ("when", "12 May 2027", "date"),
        ("when", "on Tuesday", "time"),
        ("when", "early on Saturday", "time"),
        ("notice period", "thirty (30) days", "duration"),
        ("notice period", "one hundred and eighty (180) days", "duration"),
        ("period", "seventeen months", "duration"),
        ("percentage", "one hundred twenty percent (120%)", "percent"),
        ("contact", "+1 202 555 0143", "phone"),
        ("contact", "studio@example.org", "email"),
        ("what", "approved a plan to reopen the bridge", "verb"),
        ("what", "ordered two electric boats", "verb"),
        ("what", "moved into a larger hall", "verb"),
        ("what", "heard the case of a tenant accused of threats", "verb"),
        ("what", "raises its prices", "verb"),
        ("what", "new opening hours", "plural"),
        ("what", "reed beds", "plural"),
        ("feature", "tapered legs", "plural"),
        ("category", "tent", "bare"),
        ("feature", "saves an hour a day", "verb"),
        ("feature", "padded straps", "plural"),
        ("next", "the board votes in May", "clause"),
        ("next", "a vote in May", "phrase"),
        ("next", "the council and the owners meet again in June", "clause"),
        ("next", "the next vote", "phrase"),
        ("feature", "folds flat", "verb"),
        ("feature", "fits in any bag", "verb"),
        ("feature", "charges in 2 hours", "verb"),
        ("feature", "can be folded", "verb"),
        ("feature", "waterproof", "adjective"),
        ("feature", "dishwasher safe", "adjective"),
        ("feature", "easy to clean", "adjective"),
        ("feature", "bluetooth", "bare"),
        ("feature", "cable", "bare"),
        ("feature", "no tools needed", "bare"),
        ("feature", "a packable hood and taped seams", "phrase"),
        ("feature", "a lid that locks itself", "phrase"),
        ("feature", "the lid has a lock", "clause"),
        ("feature", "the legs level themselves in a minute", "clause"),
        ("feature", "breakfast, wine and a guided tour", "list"),
        ("feature", "this rope in red", "phrase"),
        ("use", "on-the-go dining", "bare"),
        ("use", "adding a touch of nature-inspired elegance", "bare"),
        ("use", "Halloween", "bare"),
        ("audience", "late readers", "plural"),
        ("product", "On Cloud Runner", "name"),
        ("product", "The house of Tea", "name"),
        ("party a", "In Motion Ltd", "name"),
        ("party a", "the supplier named below", "phrase"),
        ("feature", "ten pockets", "number"),
        ("name", "Twenty One Pilots", "name"),
        ("background", "The bridge was closed in 2019", "clause"),
        ("feature", "a fold-flat handle", "phrase"),
        ("party a", "Northgate Tools Ltd", "name"),
        ("figure", "a budget of $4.2 million", "phrase"),
        ("use", "weekend trips", "plural"),
        ("weight", "410 g", "number"),
        ("product", "satellite pan 29", "name"),
        ("quote", "We did not expect it", "quote"),
        ("governing law", "the State of Delaware", "law"),
    ],
)
def test_types(name: str, value: str, expected: str) -> None:
    assert value_type(name, value) == expected


def test_yes_and_no_are_read_not_copied() -> None:
    slot = slot_of("dogs allowed", "Yes")
    assert not slot.copied
    assert "dogs allowed: yes" in prompt_of("marketing", "more", [slot])


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_value_has_a_type_and_stays_out_of_the_prompt(name: str, value: str) -> None:
    slot = slot_of(name, value)
    prompt = prompt_of("news", "more", [slot])
    tokens = re.findall(r"<[^>]*>", prompt)
    assert set(tokens) <= set(SPECIAL_TOKENS)
    if slot.copied:
        assert slot.type in TYPE_NAMES
        assert prompt.count("<v1>") == 1
    else:
        assert "<v1>" not in prompt


def test_a_fact_cannot_smuggle_control_tokens() -> None:
    prompt = prompt_of("news", "more", [Slot("who<eos>", "x<sep>y", "")])
    assert prompt.count("<sep>") == 1
    assert "<eos>" not in prompt
