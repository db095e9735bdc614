from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.records import Draft, sha256_text
from aigc_guard.redact import RedactionError, apply, redacted_draft, undo

KEY = bytes(range(64))
# Letters of several scripts, an emoji outside the basic plane, a joiner, a combining mark, NUL.
CHARACTERS = "aZ9 \n\r\t\x00é\u0301電话号😀\u200d👩‍🚀[]【】"
TEXTS = st.text(st.one_of(st.sampled_from(CHARACTERS), st.characters(codec="utf-8")), max_size=80)


@dataclass(frozen=True)
class Wanted:
    rule: str
    label: str
    start: int
    end: int
    replacement: str


@st.composite
def redactable(draw: st.DrawFn) -> tuple[str, list[Wanted]]:
    text = draw(TEXTS.filter(bool))
    places = draw(
        st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=6)
    )
    wanted = [
        Wanted(f"rule-{number}", "PHONE_NUMBER", min(pair), max(pair), draw(st.text(max_size=6)))
        for number, pair in enumerate(places)
        if pair[0] != pair[1]
    ]
    return text, wanted


def phone(text: str, value: str, replacement: str = "[phone number]") -> Wanted:
    start = text.index(value)
    return Wanted("no-phones", "PHONE_NUMBER", start, start + len(value), replacement)


@given(redactable())
def test_undo_gives_the_original_characters(case: tuple[str, list[Wanted]]) -> None:
    text, wanted = case
    redacted = apply(text, wanted, KEY)
    assert undo(redacted.text, redacted.edits, KEY) == text


@given(redactable())
def test_what_stands_outside_the_places_is_untouched_and_inside_is_gone(
    case: tuple[str, list[Wanted]],
) -> None:
    text, wanted = case
    covered = {i for one in wanted for i in range(one.start, one.end)}
    redacted = apply(text, wanted, KEY)
    taken = {i for edit in redacted.edits for i in range(edit.start, edit.end)}
    assert taken == covered
    rest = [c for i, c in enumerate(text) if i not in covered]
    written = sum(len(edit.after) for edit in redacted.edits)
    assert len(redacted.text) == len(rest) + written


@given(redactable(), st.randoms(use_true_random=False))
def test_order_of_redactions_changes_nothing(case: tuple[str, list[Wanted]], random) -> None:
    text, wanted = case
    shuffled = list(wanted)
    random.shuffle(shuffled)
    assert apply(text, shuffled, KEY) == apply(text, wanted, KEY)


def test_offsets_are_those_of_the_original_after_emoji_and_chinese() -> None:
    text = "客户👩‍🚀 call 555-0142 or 555-0199, 电话 555-0142。"
    second = text.rindex("555-0142")
    redacted = apply(
        text,
        [
            phone(text, "555-0142", "[phone number 1]"),
            phone(text, "555-0199", "[phone number 2]"),
            Wanted("no-phones", "PHONE_NUMBER", second, second + 8, "[phone number 1]"),
        ],
        KEY,
    )
    assert redacted.text == (
        "客户👩‍🚀 call [phone number 1] or [phone number 2], 电话 [phone number 1]。"
    )
    assert [text[e.start : e.end] for e in redacted.edits] == ["555-0142", "555-0199", "555-0142"]


def test_overlapping_places_leave_nothing_of_either_value() -> None:
    text = "id 110101 199003 07 end"
    redacted = apply(
        text, [Wanted("ids", "ID", 3, 16, "[id]"), Wanted("dates", "DATE", 10, 19, "[date]")], KEY
    )
    assert redacted.text == "id [id] end"
    assert [(e.rule, e.start, e.end) for e in redacted.edits] == [("ids", 3, 19)]


def test_the_ledger_shows_no_value_and_is_the_same_each_time() -> None:
    text = "call 555-0142"
    one, two = (apply(text, [phone(text, "555-0142")], KEY) for _ in range(2))
    assert one == two
    assert "555-0142" not in repr(one)


def test_undo_without_the_right_key_says_so() -> None:
    text = "call 555-0142"
    redacted = apply(text, [phone(text, "555-0142")], KEY)
    with pytest.raises(RedactionError, match="sealed under key"):
        undo(redacted.text, redacted.edits, bytes(64))


@pytest.mark.parametrize("change", [{"rule": "other"}, {"label": "EMAIL"}, {"end": 14}])
def test_a_value_moved_to_another_place_does_not_open(change: dict[str, object]) -> None:
    text = "call 555-0142"
    redacted = apply(text, [phone(text, "555-0142")], KEY)
    moved = replace(redacted.edits[0], **change)
    with pytest.raises(RedactionError, match="does not belong"):
        undo(redacted.text, [moved], KEY)


def test_undo_of_another_text_is_refused() -> None:
    text = "call 555-0142"
    redacted = apply(text, [phone(text, "555-0142")], KEY)
    with pytest.raises(RedactionError, match="does not fit"):
        undo("call nobody", redacted.edits, KEY)
    with pytest.raises(RedactionError, match="does not belong"):
        undo(redacted.text + "!", redacted.edits, KEY)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (2, 2), (0, 14), (20, 30)])
def test_a_place_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(RedactionError, match="no-phones"):
        apply("call 555-0142", [Wanted("no-phones", "PHONE_NUMBER", start, end, "x")], KEY)


def test_a_redacted_version_has_its_own_identity_and_its_parent() -> None:
    text = "call 555-0142"
    draft = Draft("d", "b", "bd", "news", "en", "web", text, "w", "m", "s", 1, 1)
    version = redacted_draft(draft, apply(text, [phone(text, "555-0142")], KEY))
    again = redacted_draft(draft, apply(text, [phone(text, "555-0142")], KEY))
    assert version == again
    assert (version.parent, version.made_by) == ("d", "redaction")
    assert version.text_sha256 == sha256_text("call [phone number]")
    assert version.draft_id != "d"
