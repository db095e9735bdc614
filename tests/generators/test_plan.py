"""Each fact goes into exactly one pass, in the kind's order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.generators.plan import named_slots, plan_draft
from aigc_guard.generators.prompts import prompt_format
from aigc_guard.kinds import load_kinds
from aigc_guard.records import Brief, Fact

KINDS = load_kinds(Path(__file__).parents[2] / "kinds")


def brief(kind: str, *facts: tuple[str, str]) -> Brief:
    return Brief(id="b-1", kind=kind, facts=tuple(Fact(*fact) for fact in facts))


def test_synonyms_are_the_names_the_writer_knows() -> None:
    slots = named_slots(brief("marketing", ("Product name", "Lamp"), ("color", "red")),
                        prompt_format(KINDS["marketing"]))  # fmt: skip
    assert [s.name for s in slots] == ["product", "colour"]


def test_an_unknown_name_is_judged_by_its_value() -> None:
    slots = named_slots(brief("marketing", ("hotline", "+1 202 555 0143")),
                        prompt_format(KINDS["marketing"]))  # fmt: skip
    assert slots[0].name == "phone"


def test_a_fact_that_the_kind_does_not_know_is_left_unsaid() -> None:
    form = prompt_format(KINDS["marketing"])
    facts = [("product", "Tent"), ("deposit", "two months"), ("deposit 2", "a week")]
    plan = plan_draft(brief("marketing", *facts), form)
    assert plan.unsaid == ("deposit",)
    assert [s.name for section in plan.sections for s in section.slots] == ["product"]


@pytest.mark.parametrize("clause", [("clause", "Beekeeping"), ("document", "Lease")])
def test_a_clause_that_the_kind_does_not_know_is_left_unsaid(clause: tuple[str, str]) -> None:
    plan = plan_draft(
        brief("legal", clause, ("party a", "Acme Ltd")), prompt_format(KINDS["legal"])
    )
    assert plan.unsaid == ("clause",)
    assert {section.act for section in plan.sections} == {"general"}


def test_what_a_full_pass_leaves_goes_into_a_later_one() -> None:
    """Not into a second one of the same sort, which lacks what that needs."""
    facts = [("product", "Oak"), ("category", "café"), ("brand", "Elm"), ("audience", "families"),
             ("use", "birthdays"), ("food", "seafood"), ("area", "the harbour")]  # fmt: skip
    plan = plan_draft(brief("marketing", *facts), prompt_format(KINDS["marketing"]))
    said = [(section.act, [s.name for s in section.slots]) for section in plan.sections]
    first = ["product", "category", "brand", "audience", "use"]
    assert said == [("inform", first), ("inform", ["food"]), ("inform", ["area"])]


def test_numbered_features_are_said_together() -> None:
    facts = [("product", "Tent"), ("feature", "a bag"), ("colour", "red"), ("feature 2", "poles")]
    plan = plan_draft(brief("marketing", *facts), prompt_format(KINDS["marketing"]))
    said = [[(s.name, s.value) for s in section.slots] for section in plan.sections]
    assert said[1:] == [[("colour", "red"), ("feature", "a bag"), ("feature", "poles")]]


@pytest.mark.parametrize(("category", "sort"), [("boot", "verb"), ("hiking boots", "clause")])
def test_what_one_thing_does_stands_by_itself_where_there_are_several(
    category: str, sort: str
) -> None:
    """The value says "folds flat", and a value is never altered: "They folds flat"."""
    facts = [("product", "Fern"), ("category", category), ("feature", "folds flat")]
    plan = plan_draft(brief("marketing", *facts), prompt_format(KINDS["marketing"]))
    assert [s.type for section in plan.sections for s in section.slots if s.name == "feature"] == [
        sort
    ]


def test_a_second_party_a_is_party_b() -> None:
    slots = named_slots(brief("legal", ("party a", "Acme Ltd"), ("party a", "Zeta Ltd")),
                        prompt_format(KINDS["legal"]))  # fmt: skip
    assert [s.name for s in slots] == ["party a", "party b"]


@pytest.mark.parametrize(
    ("clause", "order"),
    [("License Grant", ["Seller Ltd", "Buyer Ltd"]), ("Payment", ["Buyer Ltd", "Seller Ltd"])],
)
def test_who_does_what_the_clause_is_about_comes_first(clause: str, order: list[str]) -> None:
    plan = plan_draft(
        brief("legal", ("clause", clause), ("licensor", "Seller Ltd"), ("licensee", "Buyer Ltd")),
        prompt_format(KINDS["legal"]),
    )
    assert [slot.value for slot in plan.sections[0].slots] == order


def test_numbered_quotations_stay_with_their_speakers() -> None:
    plan = plan_draft(
        brief("news", ("quote", "One thing."), ("speaker", "Ann Lee"), ("quote 2", "Another."),
              ("speaker 2", "Bo Ek")),
        prompt_format(KINDS["news"]),
    )  # fmt: skip
    assert [[s.value for s in section.slots] for section in plan.sections] == [
        ["One thing.", "Ann Lee"],
        ["Another.", "Bo Ek"],
    ]


def test_the_headline_stands_above_and_the_clause_is_the_act() -> None:
    news = plan_draft(brief("news", ("headline", "Bridge opens"), ("what", "opened")),
                      prompt_format(KINDS["news"]))  # fmt: skip
    assert news.heading == "Bridge opens"
    legal = plan_draft(
        brief("legal", ("clause", "Payment"), ("party a", "Acme Ltd"), ("amount", "$5")),
        prompt_format(KINDS["legal"]),
    )
    assert legal.sections[0].act == "payment"


names = st.sampled_from(
    ["product", "price", "feature", "who", "what", "odd thing", "quote", "party a"]
)
values = st.text(alphabet="abcdef $5%", min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=60)
@given(st.sampled_from(sorted(KINDS)), st.lists(st.tuples(names, values), max_size=9))
def test_no_fact_is_lost_and_none_written_twice(kind: str, facts: list[tuple[str, str]]) -> None:
    form = prompt_format(KINDS[kind])
    order = brief(kind, *facts)
    plan = plan_draft(order, form)
    assert not {slot.name for part in plan.sections for slot in part.slots} & set(plan.unsaid)
    written = [s.value for section in plan.sections for s in section.slots
               if s.name not in ("party a", "party b")]  # fmt: skip
    rest = [s for s in named_slots(order, form) if s.name not in (*form.heading, form.act_from)]
    asked = [s.value for s in rest if s.name not in ("party a", "party b", *plan.unsaid)]
    assert not Counter(written) - Counter(asked)
    for value in (Counter(asked) - Counter(written)).elements():
        assert any(value in s.value and value != s.value for s in rest)


@pytest.mark.parametrize(("reason", "sections"), [("to save money", 1), ("high costs", 2)])
def test_a_reason_that_is_no_joint_gets_its_own_sentence(reason: str, sections: int) -> None:
    facts = [("who", "The team"), ("what", "closed the hall"), ("reason", reason)]
    plan = plan_draft(brief("news", *facts), prompt_format(KINDS["news"]))
    assert len(plan.sections) == sections


def test_a_figure_that_another_fact_says_is_not_said_twice() -> None:
    form = prompt_format(KINDS["news"])
    said = [("who", "The team"), ("what", "counted 212 otters")]
    for figure, sections in (("212 otters", 1), ("12 otters", 2), ("212 beavers", 2)):
        for name in ("figure", "figure 2"):
            plan = plan_draft(brief("news", *said, (name, figure)), form)
            assert len(plan.sections) == sections
