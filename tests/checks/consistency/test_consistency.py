"""Drafts of one batch compared with each other: what is found, where, and at what cost."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.checks.consistency import ConsistencyCheck, ConsistencySettings
from aigc_guard.checks.consistency.comparing import compare
from aigc_guard.checks.consistency.duplicates import duplicates, shingles
from aigc_guard.checks.consistency.places import Effort, Page
from aigc_guard.checks.interface import Batch, Context, Subject
from aigc_guard.checks.runner import measure_batch
from aigc_guard.records import Brief, CheckReport, Fact, Source, Status, sha256_text

LAMP = {"product": "Aurora Lamp"}
Found = dict[str, set[tuple[str, str, str]]]


def draft(name: str, text: str, facts: Mapping[str, str] | None = None, **brief: object) -> Subject:
    order = Brief(
        name,
        "marketing",
        facts=tuple(Fact(*pair) for pair in (facts or {}).items()),
        **brief,  # type: ignore[arg-type]
    )
    return Subject(text, sha256_text(text), brief=order)


def measured(subjects: Sequence[Subject], **options: object) -> list[CheckReport]:
    check = ConsistencyCheck(ConsistencySettings(**options))  # type: ignore[arg-type]
    return list(measure_batch(check, subjects, Context(batch=Batch(tuple(subjects)))))


def found(subjects: Sequence[Subject], **options: object) -> Found:
    """By brief: label, words, and the other brief."""
    reports = measured(subjects, **options)
    assert {report.status for report in reports} == {Status.OK}
    return {
        subject.brief.id: {
            (one.label, subject.text[one.start : one.end], one.detail["other"])
            for one in report.findings
        }
        for subject, report in zip(subjects, reports, strict=True)
        if subject.brief is not None
    }


def priced(name: str, text: str, price: str, **facts: str) -> Subject:
    return draft(name, text, {**LAMP, "price": price, **facts})


def test_two_prices_of_one_product_are_found_in_both_drafts() -> None:
    a = priced("a", "The Aurora Lamp costs $49.", "$49")
    b = priced("b", "Yours for 59 dollars.", "59 USD")
    assert found([a, b]) == {
        "a": {("contradicting_figure", "$49", "b")},
        "b": {("contradicting_figure", "59 dollars", "a")},
    }
    assert [one.detail["fact"] for one in measured([a, b])[0].findings] == ["price"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It costs $49.", "It costs 49 dollars."),
        ("It costs $49.", "It costs USD 49.00."),
        ("It costs $49.", "It costs forty-nine dollars."),
        ("It costs $49.", "售价49美元。"),
        ("It costs $49.", "It weighs 2.5 kg."),
        ("It weighs 2.5 kg.", "It weighs 2500 grams."),
        ("It weighs 2.5 kg.", "重2.5公斤。"),
        ("1. It costs $49.\n2. It is new.", "It costs $49.\n3. It is new."),
    ],
)
def test_equal_values_in_other_forms_do_not_contradict(one: str, other: str) -> None:
    facts = {**LAMP, "price": "$49", "weight": "2.5 kg"}
    assert found([draft("a", one, facts), draft("b", other, facts)]) == {"a": set(), "b": set()}


def test_a_bare_number_is_compared_under_its_facts_name() -> None:
    a = draft("a", "The team has 30 people.", {"company": "Nord", "team": "30"})
    b = draft("b", "We are 40 people.", {"company": "Nord", "team": "40"})
    assert found([a, b])["a"] == {("contradicting_figure", "30", "b")}
    unnamed = draft("b", "We are 40 people.", {"company": "Nord"})
    assert found([a, unnamed])["a"] == set()


def test_a_draft_that_left_its_brief_contradicts_by_the_unit_and_less_surely() -> None:
    a = priced("a", "The Aurora Lamp costs $49.", "$49")
    b = priced("b", "The Aurora Lamp costs $94.", "$49")
    reports = measured([a, b])
    assert [[(f.label, f.score) for f in report.findings] for report in reports] == [
        [("contradicting_figure", 0.6)]
    ] * 2
    two = priced("b", "The Aurora Lamp costs $94 and saves you $10.", "$49")
    assert found([a, two]) == {"a": set(), "b": set()}  # which of the two is the price?


def test_other_facts_in_the_same_unit_do_not_contradict() -> None:
    facts = {**LAMP, "delivery": "2 days", "returns": "30 days"}
    pair = [draft("a", "Delivered in 2 days.", facts), draft("b", "30 days to return it.", facts)]
    assert found(pair) == {"a": set(), "b": set()}


def test_an_ambiguous_sign_agrees_with_each_of_its_readings() -> None:
    a = priced("a", "It costs $49.", "$49")
    b = priced("b", "It costs 49 USD, or 75 AUD.", "49 USD or 75 AUD")
    assert found([a, b]) == {"a": set(), "b": set()}


@pytest.mark.parametrize("name", ["model", "Currency", "year", "型号"])
def test_facts_that_set_things_apart(name: str) -> None:
    a = priced("a", "It costs $49.", "$49", **{name: "one"})
    b = priced("b", "It costs $59.", "$59", **{name: "two"})
    assert found([a, b]) == {"a": set(), "b": set()}
    assert found([a, b], apart=())["a"]


def test_identity_is_the_first_name_that_a_brief_has() -> None:
    a = draft("a", "It costs $49.", {"company": "Nord", "product": "Lamp", "price": "$49"})
    b = draft("b", "It costs $59.", {"company": "Nord", "product": "Chair", "price": "$59"})
    c = draft("c", "It costs $59.", {"Product_Name": " LAMP ", "price": "$59"})
    assert found([a, b])["a"] == set()
    assert found([a, c])["a"] == {("contradicting_figure", "$49", "c")}
    assert found([a, b], identity=("company",))["a"] == {("contradicting_figure", "$49", "b")}
    assert found([a, c], identity=("headline",))["a"] == set()


def test_ignored_facts_may_differ() -> None:
    a, b = priced("a", "Only $49.", "$49"), priced("b", "Only $59.", "$59")
    assert found([a, b], ignore=("Price",)) == {"a": set(), "b": set()}


TEXT = (
    "The council voted on Tuesday to build a new bridge over the river and to close the old one"
    " to cars while the work goes on, which may take until the end of next year."
)


def test_of_three_drafts_two_are_one() -> None:
    again = TEXT.replace("Tuesday", "Monday").upper()
    other = "A museum in the north opens its doors after ten years of repairs to its roof."
    pages = [draft("a", TEXT), draft("b", other), draft("c", again)]
    assert found(pages) == {
        "a": {("near_duplicate", "", "c")},
        "b": set(),
        "c": {("near_duplicate", "", "a")},
    }
    reports = measured(pages)
    common = len(shingles(TEXT) & shingles(again)) / len(shingles(TEXT) | shingles(again))
    assert reports[0].findings[0].score == pytest.approx(common)
    assert reports[0].scores["near_duplicate"] == pytest.approx(common)
    assert found(pages, near_duplicate=0.9)["a"] == set()


def test_equal_texts_of_two_briefs_are_found_in_both() -> None:
    assert found([draft("a", TEXT), draft("b", TEXT)]) == {
        "a": {("near_duplicate", "", "b")},
        "b": {("near_duplicate", "", "a")},
    }
    assert found([draft("a", ""), draft("b", "")]) == {"a": set(), "b": set()}


def test_no_finding_holds_text() -> None:
    a = priced("a" * 60, "It costs $49. Write to jo@example.org.", "$49", contact="jo@example.org")
    b = priced("b", "It costs $59. Write to jo@example.org.", "$59")
    details = [dict(one.detail) for report in measured([a, b]) for one in report.findings]
    assert {one["other"] for one in details} == {"b", "a" * 39 + "…"}
    assert not [one for one in details if {"49", "59", "example"} & set(" ".join(one.values()))]
    assert "example" not in repr(details)


CONTACT = {"contact": "jo.weber@example.org, +1 (212) 555-0142, 110101199003077758"}


@pytest.mark.parametrize(
    ("own", "leaked"),
    [
        ("Ask jo.weber@example.org.", "JO.Weber@example.org"),
        ("Call +1 (212) 555-0142.", "212-555-0142"),
        ("Call 212 555 0142.", "212.555.0142"),
        ("证件号110101199003077758。", "110101199003077758"),
    ],
)
def test_a_value_of_another_order_is_found_where_it_does_not_belong(own: str, leaked: str) -> None:
    a, b = draft("a", own, CONTACT), draft("b", f"Please use {leaked} now.")
    assert found([a, b]) == {"a": set(), "b": {("shared_personal_value", leaked, "a")}}


def test_a_value_may_stand_where_the_order_knows_it_or_nobody_does() -> None:
    text = "Ask jo.weber@example.org."
    a = draft("a", text, may_publish=("jo.weber@example.org",))
    knows = draft("b", text + " Now.", sources=(Source("Page", text="jo.weber@example.org"),))
    assert not any("shared" in one[0] for one in found([a, knows])["b"])
    nobody = [draft("a", text), draft("b", "Write to jo.weber@example.org today.")]
    assert not any(one[0] == "shared_personal_value" for one in found(nobody)["b"])


@pytest.mark.parametrize("value", ["2025-03-14", "1 000 000", "12.5", "$4,000,000", "10 am - 6 pm"])
def test_dates_and_amounts_are_no_personal_values(value: str) -> None:
    a, b = draft("a", f"It says {value} here.", {"when": value}), draft("b", f"Also {value}, so.")
    assert found([a, b])["b"] == set()


def test_without_a_batch_or_a_brief_it_does_not_apply() -> None:
    check = ConsistencyCheck()
    one = draft("a", "It costs $49.", LAMP)
    assert measure_batch(check, [one], Context())[0].status is Status.NOT_APPLICABLE
    bare = Subject("Text.", sha256_text("Text."))
    assert measured([bare, one])[0].status is Status.NOT_APPLICABLE
    assert measured([one])[0].status is Status.OK


def test_a_draft_that_is_not_in_its_batch_is_not_believed() -> None:
    batch = Batch((draft("a", "It costs $49.", LAMP),))
    report = measure_batch(ConsistencyCheck(), [draft("b", "Other.")], Context(batch=batch))[0]
    assert report.status is Status.FAILED


def test_a_measurement_stands_on_its_batch() -> None:
    a, b, c = draft("a", "One."), draft("b", "Two."), draft("c", "Three.")
    keys = [measured(batch)[0].key for batch in ([a, b], [a, b], [a, c])]
    assert keys[0] == keys[1] != keys[2]
    assert Batch((a, b)).digest == Batch((b, a)).digest != Batch((a, c)).digest
    assert Batch().digest == ""


WORDS = [
    "lamp",
    "costs",
    "$49",
    "$59",
    "49 dollars",
    "2.5 kg",
    "3 kg",
    "jo@example.org",
    "灯",
    "30",
]
FACTS = st.dictionaries(
    st.sampled_from(["product", "price", "weight", "contact", "model"]),
    st.sampled_from(["Lamp", "$49", "$59", "2.5 kg", "jo@example.org", "30"]),
)
DRAFTS = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), FACTS), max_size=7
)


@settings(max_examples=80, deadline=None)
@given(DRAFTS, st.randoms(use_true_random=False))
def test_the_order_of_the_drafts_does_not_matter(
    drafts: list[tuple[str, dict[str, str]]], shuffler: random.Random
) -> None:
    subjects = [draft(f"b{at}", text, facts) for at, (text, facts) in enumerate(drafts)]
    mixed = subjects.copy()
    shuffler.shuffle(mixed)
    first = compare(Batch(tuple(subjects)), ConsistencySettings())
    again = compare(Batch(tuple(mixed)), ConsistencySettings())
    assert first.findings == again.findings


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcdef"), max_size=14).map(" ".join), max_size=8),
    st.sampled_from([0.3, 0.5, 0.8, 1.0]),
)
def test_no_draft_that_is_alike_enough_is_missed(texts: list[str], least: float) -> None:
    pages = [Page(text, Brief(f"b{at}", "news")) for at, text in enumerate(texts)]
    sets = [shingles(text) for text in texts]
    alike = {
        at
        for at, one in enumerate(sets)
        for other, two in enumerate(sets)
        if at != other and one and two and len(one & two) >= least * len(one | two) - 1e-9
    }
    assert {place.page for place in duplicates(pages, least, Effort())} == alike


def comparisons(count: int, unlike: int) -> int:
    """Of ``count`` drafts of five products each, in a template of which each changes a share."""
    rng = random.Random(7)
    words = [f"word{number}" for number in range(500)]
    frame = rng.choices(words, k=60)
    subjects = []
    for at in range(count):
        price = 49 + at % 3
        own = [f"own{at}x{number}" for number in range(unlike)]
        text = " ".join([*frame[:30], *own, *frame[30:]]) + f" It costs ${price}."
        facts = {"product": f"Lamp {at // 5}", "price": f"${price}"}
        subjects.append(draft(f"b{at:05}", text, facts))
    found = compare(Batch(tuple(subjects)), ConsistencySettings())
    assert sum(len(one) for one in found.findings.values()) >= count
    return found.comparisons


@pytest.mark.parametrize("unlike", [1, 30])
def test_the_number_of_comparisons_grows_with_the_batch_not_with_its_square(unlike: int) -> None:
    few, many = comparisons(100, unlike), comparisons(400, unlike)
    assert many <= 5 * few
    assert many <= 400 * 20
