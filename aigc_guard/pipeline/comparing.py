"""Checks that compare the drafts of a run, before and after there is a run to compare.

Until all drafts are written, each is decided without the rules of such checks, and its decision
notes that: what was not compared is neither approved nor published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from aigc_guard.errors import ReleaseError, said
from aigc_guard.i18n import both
from aigc_guard.policy import CheckRequest, Policy, decide, required_checks
from aigc_guard.policy.deciding import ordered
from aigc_guard.policy.form import Action
from aigc_guard.policy.run import PREFIX
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Outcome, Reason, strictest

PENDING = f"{PREFIX}pending"
"""Noted by a decision that was made before its draft was compared with the others of its run."""


def comparing_requests(policy: Policy | None) -> tuple[CheckRequest, ...]:
    """The measurements of a policy that need the whole run."""
    requests = required_checks(policy) if policy is not None else ()
    return tuple(request for request in requests if request.check_type.compares)


def alone(policy: Policy) -> Policy:
    """The policy as far as it is about single drafts; its digest stays."""
    rules = tuple(rule for rule in policy.rules if not rule.request.check_type.compares)
    return replace(policy, rules=rules) if len(rules) < len(policy.rules) else policy


def is_pending(decision: Decision) -> bool:
    """Whether the draft was not compared with the others of its run yet."""
    return any(reason.rule == PENDING for reason in decision.noted)


def refuse_pending(decision: Decision) -> None:
    """Raise ReleaseError for a draft that was not compared yet."""
    if is_pending(decision):
        raise ReleaseError(
            said(
                "draft {draft_id} was not compared with the other drafts of its run",
                draft_id=decision.draft_id,
            ),
            hint=said("run the same briefs again"),
        )


def decide_alone(
    policy: Policy, draft: Draft, brief: Brief | None, reports: Sequence[CheckReport], *, at: str
) -> Decision:
    """What the policy says of the draft before its run is looked at."""
    decision = decide(alone(policy), draft, brief, reports, at=at)
    if not comparing_requests(policy):
        return decision
    return replace(decision, noted=ordered((*decision.noted, _pending())))


def decide_compared(
    policy: Policy, draft: Draft, brief: Brief | None, reports: Sequence[CheckReport], *, at: str
) -> Decision:
    """What the policy says of the draft once it was compared.

    By then nothing is redacted or written again: where a comparing rule asks for it, a person does.
    """
    decision = decide(policy, draft, brief, reports, at=at)
    own = {request.check for request in comparing_requests(policy)}
    reasons = ordered(
        replace(one, outcome=Outcome.REVIEW)
        if one.check in own and one.outcome is Outcome.REDACT
        else one
        for one in decision.reasons
    )
    repairable = any(one.action == Action.REGENERATE and one.check not in own for one in reasons)
    return replace(
        decision,
        reasons=reasons,
        outcome=strictest(reason.outcome for reason in reasons),
        regenerate=decision.regenerate and repairable,
    )


def decide_as(
    stored: Decision,
    policy: Policy,
    draft: Draft,
    brief: Brief | None,
    reports: Sequence[CheckReport],
    *,
    at: str,
) -> Decision:
    """The decision in the same place of the run as ``stored``."""
    again = decide_alone if is_pending(stored) else decide_compared
    return again(policy, draft, brief, reports, at=at)


def adds_only_run(policy: Policy | None, stored: Decision, decision: Decision) -> bool:
    """Whether ``stored`` is the single draft's ``decision`` and beside it only what its run said.

    Recording that decision again would void an approval of a draft that only its run holds back.
    """
    if stored == decision or not _is_of_same(stored, decision):
        return False
    own = {request.check for request in comparing_requests(policy)}
    return all(
        _alone(before, own) == _alone(now, own)
        for before, now in (
            (stored.reasons, decision.reasons),
            (stored.noted, decision.noted),
        )
    )


def _is_of_same(stored: Decision, decision: Decision) -> bool:
    return (stored.draft_id, stored.text_sha256, stored.policy, stored.policy_digest) == (
        decision.draft_id,
        decision.text_sha256,
        decision.policy,
        decision.policy_digest,
    )


def _alone(reasons: Iterable[Reason], comparing: set[str]) -> list[Reason]:
    return [
        one for one in reasons if one.check not in comparing and not one.rule.startswith(PREFIX)
    ]


def _pending() -> Reason:
    return Reason(
        rule=PENDING,
        check="",
        outcome=Outcome.RELEASE,
        message=both(
            "It was not compared with the other drafts of its run; before that, it is not released."
        ),
        action=Action.FLAG.value,
    )
