"""Waivers: an exception with a term, a scope and two people, and nothing beyond it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aigc_guard.policy import Policy, decide, redactions
from aigc_guard.policy.compare import compare
from aigc_guard.policy.explain import explain
from aigc_guard.policy.form import Severity
from aigc_guard.policy.waivers import LONGEST, Term, waiver_uses
from aigc_guard.records import Brief, CheckReport, Draft, Outcome, digest_of, dump

INSULT: dict[str, Any] = {
    "id": "no-abuse",
    "check": "toxicity",
    "limits": {"insult": 0.5, "threat": 0.5},
    "action": "block",
}
PHONE: dict[str, Any] = {
    "id": "contact",
    "check": "pii",
    "limits": {"labels": ["PHONE_NUMBER"]},
    "action": "redact",
}
WAIVER: dict[str, Any] = {
    "id": "satire",
    "rule": "no-abuse",
    "scope": {"briefs": ["b1"]},
    "reason": {"en": "A quotation from the play.", "zh": "剧中引文。"},
    "owner": "desk",
    "approver": "chief-editor",
    "since": "2026-11-01",
    "expires": "2026-11-30",
}
DAY = "2026-11-15T08:00:00Z"
Make = Callable[..., Any]


@pytest.fixture
def waived(policy_of: Make) -> Callable[..., Policy]:
    def make(**changes: Any) -> Policy:
        waiver = {**WAIVER, **changes}
        policy: Policy = policy_of(INSULT, PHONE, waivers=[waiver])
        return policy

    return make


@pytest.fixture
def rude(draft_of: Make, report_of: Make) -> tuple[Draft, list[CheckReport]]:
    draft = draft_of("You fool, call 555-0143.")
    return draft, [
        report_of("toxicity", draft, ("insult", 0.9, 4, 8)),
        report_of("pii", draft, ("PHONE_NUMBER", 0.9, 15, 23)),
    ]


def test_it_lets_stand_what_it_names_and_says_so(
    waived: Callable[..., Policy], rude: tuple[Draft, list[CheckReport]]
) -> None:
    draft, reports = rude
    decision = decide(waived(), draft, None, reports, at=DAY)
    assert decision.outcome is Outcome.REDACT  # the other rule holds as before
    (noted,) = decision.noted
    assert (noted.rule, noted.waiver, noted.outcome) == ("no-abuse", "satire", Outcome.BLOCK)
    assert all(not reason.waiver for reason in decision.reasons)


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        ("", Outcome.BLOCK),
        ("2026-10-31T23:59:59Z", Outcome.BLOCK),
        ("2026-11-01T00:00:00Z", Outcome.REDACT),
        ("2026-11-30T23:59:59Z", Outcome.REDACT),
        ("2026-12-01T00:00:00Z", Outcome.BLOCK),
    ],
)
def test_it_bites_again_when_its_term_is_over(
    at: str,
    outcome: Outcome,
    waived: Callable[..., Policy],
    rude: tuple[Draft, list[CheckReport]],
) -> None:
    assert decide(waived(), rude[0], None, rude[1], at=at).outcome is outcome


BRIEF = Brief(id="b1", kind="news", jurisdictions=("CN", "US"))


@pytest.mark.parametrize(
    ("scope", "outcome"),
    [
        ({"briefs": ["b2"]}, Outcome.BLOCK),
        ({"briefs": ["b1"], "channels": ["print"]}, Outcome.BLOCK),
        ({"channels": ["web"], "languages": ["en"], "kinds": ["news"]}, Outcome.REDACT),
        ({"languages": ["zh"]}, Outcome.BLOCK),
        ({"labels": ["threat"]}, Outcome.BLOCK),
        ({"labels": ["insult"]}, Outcome.REDACT),
        ({"jurisdictions": ["US"]}, Outcome.BLOCK),  # the brief is for China, too
        ({"jurisdictions": ["US", "CN", "EU"]}, Outcome.REDACT),
    ],
)
def test_every_line_of_its_scope_must_fit(
    scope: dict[str, list[str]],
    outcome: Outcome,
    waived: Callable[..., Policy],
    rude: tuple[Draft, list[CheckReport]],
) -> None:
    draft, reports = rude
    assert decide(waived(scope=scope), draft, BRIEF, reports, at=DAY).outcome is outcome


def test_no_stated_place_fits_no_place(
    waived: Callable[..., Policy], rude: tuple[Draft, list[CheckReport]]
) -> None:
    policy = waived(scope={"jurisdictions": ["US"]})
    for brief in (None, Brief(id="b1", kind="news")):
        assert decide(policy, rude[0], brief, rude[1], at=DAY).outcome is Outcome.BLOCK


def test_a_check_that_did_not_measure_is_never_waived(
    waived: Callable[..., Policy], rude: tuple[Draft, list[CheckReport]]
) -> None:
    draft, (_, pii) = rude
    decision = decide(waived(), draft, None, [pii], at=DAY)
    assert decision.unverified
    assert decision.outcome is Outcome.REVIEW


def test_waived_values_are_not_replaced(
    waived: Callable[..., Policy], rude: tuple[Draft, list[CheckReport]]
) -> None:
    draft, reports = rude
    policy = waived(rule="contact", id="press-number")
    assert redactions(policy, draft, None, reports, at=DAY) == ()
    assert len(redactions(policy, draft, None, reports)) == 1
    assert len(redactions(policy, draft, None, reports, at="2027-01-01")) == 1


def test_reports_show_used_and_unused_ones(
    waived: Callable[..., Policy], rude: tuple[Draft, list[CheckReport]]
) -> None:
    policy = waived()
    used = decide(policy, rude[0], None, rude[1], at=DAY)
    waivers = [(policy.name, policy.form.waivers)]
    (one,) = waiver_uses(waivers, [used], at=DAY)
    assert (one.waiver, one.used, one.drafts, one.term) == ("satire", True, ("d1",), Term.HOLDS)
    assert (one.owner, one.approver) == ("desk", "chief-editor")
    (none,) = waiver_uses(waivers, [], at="2027-01-01T00:00:00Z")
    assert (none.used, none.term) == (False, Term.EXPIRED)
    (early,) = waiver_uses(waivers, [], at="2026-01-01")
    assert early.term is Term.NOT_YET


def test_it_is_part_of_the_policy_and_of_its_explanation(
    waived: Callable[..., Policy], policy_of: Make
) -> None:
    policy, without = waived(), policy_of(INSULT, PHONE)
    assert policy.digest != without.digest
    assert [(one.way, one.rule) for one in compare(without, policy)] == [("looser", "no-abuse")]
    assert [one.way for one in compare(policy, without)] == ["stricter"]
    assert [one.way for one in compare(policy, waived(expires="2026-11-29"))] == ["changed"]
    english, chinese = explain(policy, "en"), explain(policy, "zh")
    assert "From 2026-11-01 to 2026-11-30" in english
    assert "allowed by chief-editor" in english
    assert "剧中引文。" in chinese
    assert "allowed by" not in chinese


def test_records_from_before_waivers_keep_their_digests(
    waived: Callable[..., Policy], rude: tuple[Draft, list[CheckReport]]
) -> None:
    decision = decide(waived(), rude[0], None, rude[1])
    assert all("waiver" not in reason for reason in dump(decision)["reasons"])
    noted = decide(waived(), rude[0], None, rude[1], at=DAY)
    bare = replace(noted, noted=tuple(replace(one, waiver="") for one in noted.noted))
    assert digest_of(noted) != digest_of(bare)


def test_graver_rules_are_waived_for_shorter() -> None:
    assert [LONGEST[one] for one in Severity] == [365, 180, 90, 30]


@given(at=st.dates().map(str), scores=st.lists(st.floats(0, 1), min_size=2, max_size=2))
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # fixtures only make things
)
def test_without_the_waiver_nothing_more_goes_out(
    at: str, scores: list[float], policy_of: Make, draft_of: Make, report_of: Make
) -> None:
    """A waiver only ever loosens, and only its own rule."""
    draft = draft_of("You fool, call 555-0143.")
    reports = [
        report_of("toxicity", draft, ("insult", scores[0], 4, 8), ("threat", scores[1], 4, 8)),
        report_of("pii", draft),
    ]
    with_it = decide(policy_of(INSULT, PHONE, waivers=[WAIVER]), draft, None, reports, at=at)
    without = decide(policy_of(INSULT, PHONE), draft, None, reports, at=at)
    assert with_it.outcome.rank <= without.outcome.rank
    if not "2026-11-01" <= at <= "2026-11-30":
        assert with_it.reasons == without.reasons
