from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.records import CheckReport, Finding, Span, Status
from aigc_guard.redact import mask, personal_findings


def found(text: str, value: str, label: str = "PHONE_NUMBER") -> Finding:
    start = text.index(value)
    return Finding("pii", label, 0.9, start, start + len(value))


def test_values_become_label_and_length() -> None:
    text = "致电 555-0142 😀 now"
    assert mask(text, [found(text, "555-0142")]).text == "致电 [PHONE_NUMBER · 8] 😀 now"


def test_a_value_found_once_is_masked_wherever_it_stands_as_a_word() -> None:
    text = "Ann Lee met Annie. Ann Lee left; 王小明说，王小明来了。"
    masked = mask(text, [found(text, "Ann Lee", "PERSON"), found(text, "王小明", "PERSON")])
    assert masked.text == (
        "[PERSON · 7] met Annie. [PERSON · 7] left; [PERSON · 3]说，[PERSON · 3]来了。"
    )


def test_highlights_follow_their_words_and_widen_to_masks() -> None:
    text = "you idiot, call 555-0142 now"
    masked = mask(text, [found(text, "555-0142")])
    insult = masked.span(4, 9)
    assert masked.text[insult.start : insult.end] == "idiot"
    touching = masked.span(18, 28)
    assert masked.text[touching.start : touching.end] == "[PHONE_NUMBER · 8] now"
    inside = masked.span(18, 20)
    assert masked.text[inside.start : inside.end] == "[PHONE_NUMBER · 8]"


def test_overlapping_values_become_one_under_the_longest_label() -> None:
    text = "mail ann@example.org today"
    masked = mask(
        text, [found(text, "example.org", "URL"), found(text, "ann@example.org", "EMAIL_ADDRESS")]
    )
    assert masked.text == "mail [EMAIL_ADDRESS · 15] today"


def test_only_findings_of_the_personal_check_are_personal() -> None:
    reports = [
        CheckReport("pii", "1", "t", "", "s", Status.OK, (Finding("pii", "X", 1.0, 0, 2),)),
        CheckReport("pii", "1", "t", "", "s", Status.OK, (Finding("pii", "X", 1.0),)),
        CheckReport(
            "toxicity", "1", "t", "", "s", Status.OK, (Finding("toxicity", "T", 1.0, 0, 2),)
        ),
    ]
    assert personal_findings(reports) == (Finding("pii", "X", 1.0, 0, 2),)


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


@given(TEXTS, st.data())
def test_segments_cover_the_text_and_no_masked_value_is_left(
    text: str, data: st.DataObject
) -> None:
    pairs = data.draw(
        st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=4)
    )
    findings = [Finding("pii", "ID", 0.9, min(p), max(p)) for p in pairs if p[0] != p[1]]
    masked = mask(text, findings)
    reached = 0
    for segment in masked.segments:
        assert segment.source.start == reached
        reached = segment.source.end
        shown = masked.text[segment.target.start : segment.target.end]
        if segment.label:
            assert shown == f"[ID · {segment.source.end - segment.source.start}]"
        else:
            assert shown == text[segment.source.start : segment.source.end]
    assert reached == len(text)
    assert masked.span(0, len(text)) == Span(0, len(masked.text))
    hidden = {i for s in masked.segments if s.label for i in range(s.source.start, s.source.end)}
    assert hidden >= {i for f in findings for i in range(f.start, f.end)}
