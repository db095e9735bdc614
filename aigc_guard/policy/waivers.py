"""Waivers: exceptions from one rule, for a while, that stand in every report.

A waiver never hides that a check could not measure, and it ends by itself: without a day to decide
on, or on any day outside of its term, it does nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from aigc_guard.policy.form import Severity
from aigc_guard.policy.standing_form import ScopeForm, WaiverForm
from aigc_guard.records import Brief, Decision, Draft

LONGEST = {
    Severity.NOTE: 365,
    Severity.MINOR: 180,
    Severity.MAJOR: 90,
    Severity.CRITICAL: 30,
}


class Term(StrEnum):
    """Where a day lies in a waiver's term."""

    NOT_YET = "not_yet"
    HOLDS = "holds"
    EXPIRED = "expired"


def term_of(waiver: WaiverForm, at: str) -> Term:
    """Whether ``waiver`` holds at ``at`` (RFC 3339, UTC, or its day); never without a day."""
    day = at[:10]
    if not day or day < waiver.since:
        return Term.NOT_YET
    return Term.HOLDS if day <= waiver.expires else Term.EXPIRED


def days_of(waiver: WaiverForm) -> int:
    """Days from the first to the last day it holds."""
    return (date.fromisoformat(waiver.expires) - date.fromisoformat(waiver.since)).days


def find_waiver(
    waivers: Iterable[WaiverForm],
    *,
    rule: str,
    label: str,
    draft: Draft,
    brief: Brief | None,
    at: str,
) -> WaiverForm | None:
    """The first waiver of ``rule`` that holds at ``at`` for a finding ``label`` of the draft."""
    return next(
        (
            waiver
            for waiver in waivers
            if waiver.rule == rule
            and term_of(waiver, at) is Term.HOLDS
            and fits(waiver.scope, label, draft, brief)
        ),
        None,
    )


def fits(scope: ScopeForm, label: str, draft: Draft, brief: Brief | None) -> bool:
    """Every line of the scope fits; what is not known never does."""
    language = draft.language.replace("_", "-").split("-")[0].lower()
    wanted: Sequence[tuple[tuple[str, ...], str]] = (
        (scope.briefs, draft.brief_id),
        (scope.kinds, draft.kind),
        (scope.channels, draft.channel),
        (scope.languages, language),
        (scope.labels, label),
    )
    if any(known and value not in known for known, value in wanted):
        return False
    if not scope.jurisdictions:
        return True
    stated = {place.upper() for place in brief.jurisdictions} if brief is not None else set()
    return bool(stated) and stated <= set(scope.jurisdictions)


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver as a report shows it. ``drafts`` are those in which it let something stand."""

    policy: str
    waiver: str
    rule: str
    reason: Mapping[str, str]
    owner: str
    approver: str
    since: str
    expires: str
    term: Term
    drafts: tuple[str, ...]

    @property
    def used(self) -> bool:
        """Whether it let anything stand."""
        return bool(self.drafts)


def waiver_uses(
    policies: Iterable[tuple[str, Sequence[WaiverForm]]],
    decisions: Iterable[Decision],
    *,
    at: str,
) -> tuple[WaiverUse, ...]:
    """Every waiver of the policies (name, waivers), used or not, in the files' order."""
    drafts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for decision in decisions:
        for name in dict.fromkeys(one.waiver for one in decision.noted if one.waiver):
            drafts[decision.policy, name].append(decision.draft_id)
    return tuple(
        WaiverUse(
            policy=policy,
            waiver=waiver.id,
            rule=waiver.rule,
            reason=waiver.reason.as_dict(),
            owner=waiver.owner,
            approver=waiver.approver,
            since=waiver.since,
            expires=waiver.expires,
            term=term_of(waiver, at),
            drafts=tuple(dict.fromkeys(drafts[policy, waiver.id])),
        )
        for policy, waivers in policies
        for waiver in waivers
    )
