"""What a policy says about a draft: a pure function of policy, draft, brief and reports.

Whatever is missing, broken or unread can only make the outcome stricter; the order of rules and
reports changes nothing. No reason carries matched text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from aigc_guard.i18n import both
from aigc_guard.policy.case import Case, Trip
from aigc_guard.policy.evidence import Gap
from aigc_guard.policy.form import SEVERITY_OF, Action, Severity
from aigc_guard.policy.limits import ValueLimits
from aigc_guard.policy.ruleset import Policy, Rule
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Outcome, Reason, strictest


def decide(
    policy: Policy,
    draft: Draft,
    brief: Brief | None,
    reports: Sequence[CheckReport],
    *,
    at: str = "",
) -> Decision:
    """The outcome for ``draft`` with every reason for it, at the time ``at`` (RFC 3339, UTC).

    Only waivers ask for the time; without one none holds.

    ``regenerate`` asks for another attempt: a repairable rule tripped, nothing blocks, every check
    read the draft, and a model wrote it. The pipeline stops at ``policy.attempts``.
    """
    case = Case(policy, draft, brief, tuple(reports), at)
    reasons: list[Reason] = list(whole_draft(case))
    noted: list[Reason] = []
    for rule in policy.rules:
        if not rule.applies(brief):
            continue
        for reason in rule_reasons(rule, case):
            if reason.shadow or reason.outcome is Outcome.RELEASE:
                noted.append(reason)
            elif waiver := _waiver_of(reason, rule, case):
                noted.append(replace(reason, waiver=waiver))
            else:
                reasons.append(reason)
    outcome = strictest(reason.outcome for reason in reasons)
    decision = Decision(
        draft_id=draft.draft_id,
        text_sha256=case.text_sha256,
        policy=policy.name,
        policy_digest=policy.digest,
        outcome=outcome,
        reasons=ordered(reasons),
        noted=ordered(noted),
    )
    repairable = any(reason.action == Action.REGENERATE for reason in reasons)
    again = repairable and outcome is Outcome.REVIEW and draft.made_by == "model"
    return replace(decision, regenerate=again and not decision.unverified)


def _waiver_of(reason: Reason, rule: Rule, case: Case) -> str:
    """The waiver that lets a reason stand; that a check did not measure is never waived."""
    return case.waiver(rule, reason.label) if reason.rule == rule.id else ""


def no_policy_decision(draft: Draft) -> Decision:
    """The decision for a draft that no policy serves: review, never release."""
    reason = Reason(
        rule="no-policy",
        check="",
        outcome=Outcome.REVIEW,
        message=both("No policy serves this kind, channel and language."),
        severity="major",
        action=Action.REVIEW.value,
    )
    return Decision(
        draft_id=draft.draft_id,
        text_sha256=draft.text_sha256,
        policy="",
        policy_digest="",
        outcome=Outcome.REVIEW,
        reasons=(reason,),
    )


def whole_draft(case: Case) -> Iterator[Reason]:
    """Reasons that no rule has to spell out."""
    if not case.draft.text.strip():
        yield _own_reason("empty-draft", both("The draft is empty."), action=Action.REGENERATE)
    served = case.policy.form.applies_to.jurisdictions
    stated = case.brief.jurisdictions if case.brief is not None else ()
    for place in stated:
        if served and place.upper() not in served:
            message = both("The policy was not written for {place}.", place=place)
            yield _own_reason("other-jurisdiction", message, label=place)


def _own_reason(
    rule: str, message: dict[str, str], *, label: str = "", action: Action = Action.REVIEW
) -> Reason:
    return Reason(
        rule=rule,
        check="",
        outcome=Outcome.REVIEW,
        message=message,
        label=label,
        severity=Severity.MAJOR.value,
        action=action.value,
    )


def rule_reasons(rule: Rule, case: Case) -> Iterator[Reason]:
    """What one rule says about the draft; whether it applies to the brief was asked before."""
    evidence = case.evidence(rule.request)
    if evidence.gap is not None:
        yield _unverified(rule, evidence.gap)
    elif rule.required and not evidence.applies:
        yield Reason(
            rule=rule.id,
            check=rule.request.check,
            outcome=Outcome.REVIEW,
            message=both(
                "The check {check} is required, but it had nothing to compare the draft with.",
                check=rule.request.check,
            ),
            label="not_applicable",
            severity=rule.severity.value,
            action=Action.REVIEW.value,
            shadow=rule.shadow,
        )
    for trip in case.trips(rule):
        yield _tripped(trip, case)


def _unverified(rule: Rule, gap: Gap) -> Reason:
    """A shadow rule changes nothing, not even when its check fails."""
    check = rule.request.check
    return Reason(
        rule=f"unverified:{check}",
        check=check,
        outcome=Outcome.REVIEW,
        message=_gap_message(check, gap),
        label=gap.value,
        severity=Severity.CRITICAL.value,
        action=Action.REVIEW.value,
        shadow=rule.shadow,
    )


def _gap_message(check: str, gap: Gap) -> dict[str, str]:
    if gap is Gap.MISSING:
        return both("The check {check} has not measured this text.", check=check)
    if gap is Gap.FAILED:
        return both("The check {check} could not measure this text.", check=check)
    if gap is Gap.IMPOSSIBLE:
        return both("The check {check} reported an impossible score or place.", check=check)
    return both("The check {check} did not read the whole text.", check=check)


def _tripped(trip: Trip, case: Case) -> Reason:
    rule, measure = trip.rule, trip.measure
    severity = rule.severity if trip.action is rule.action else SEVERITY_OF[trip.action]
    return Reason(
        rule=rule.id,
        check=rule.request.check,
        outcome=_outcome(trip, case),
        message=dict(rule.message),
        label=measure.label,
        score=measure.score,
        start=measure.start,
        end=measure.end,
        limit=trip.limit,
        value=measure.value if isinstance(trip.limits, ValueLimits) else None,
        severity=severity.value,
        action=trip.action.value,
        shadow=rule.shadow,
    )


def _outcome(trip: Trip, case: Case) -> Outcome:
    """Redacting needs a place, and is tried once: what is left after it is a person's work."""
    outcome = trip.action.outcome
    if outcome is Outcome.REDACT:
        has_place = trip.measure.start < trip.measure.end
        if not has_place or case.draft.made_by == "redaction":
            return Outcome.REVIEW
    return outcome


def ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Strictest first, then by place; equal reasons stand once."""
    unique: dict[tuple[object, ...], Reason] = {}
    for one in reasons:
        key = (-one.outcome.rank, one.start, one.end, one.rule, one.check, one.label, one.score)
        value = -1.0 if one.value is None else one.value
        unique[*key, one.limit, one.action, one.shadow, one.waiver, value] = one
    return tuple(unique[key] for key in sorted(unique))
