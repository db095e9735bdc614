"""What a policy says about all drafts of a run together: a pure function of their decisions.

It only ever makes decisions stricter. A breaker that is hit, or a finding that holds the run, keeps
back everything of the run, whatever policy the other drafts are under.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aigc_guard.i18n import both
from aigc_guard.policy.deciding import ordered
from aigc_guard.policy.form import Action, Severity
from aigc_guard.policy.ruleset import Policy
from aigc_guard.records import Decision, Draft, Outcome, Reason, strictest

PREFIX = "batch:"
STOP, FINDING, QUOTA = f"{PREFIX}stop", f"{PREFIX}finding", f"{PREFIX}quota"


@dataclass(frozen=True, slots=True)
class RunItem:
    """The last version of one order's draft, and what its policy says about it alone."""

    policy: Policy | None
    draft: Draft
    decision: Decision


@dataclass(frozen=True, slots=True)
class RunDecision:
    """``decisions`` of the items in order; ``stops`` says why nothing of the run is released."""

    decisions: tuple[Decision, ...]
    stops: tuple[Reason, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether nothing of the run is released."""
        return bool(self.stops)


def decide_run(items: Sequence[RunItem]) -> RunDecision:
    """The decisions of a run's drafts with what their policies say of the run as a whole.

    Reasons of an earlier call are dropped first, so deciding twice changes nothing.
    """
    own = [replace(item, decision=without_run(item.decision)) for item in items]
    stops = ordered(_stops(own))
    above = _above_quota(own)
    decisions = []
    for index, item in enumerate(own):
        reasons = [*stops, *above.get(index, ())]
        blocked = item.decision.outcome is Outcome.BLOCK
        decisions.append(item.decision if blocked else _with(item.decision, reasons))
    return RunDecision(tuple(decisions), stops)


def without_run(decision: Decision) -> Decision:
    """What a policy said about the draft alone."""
    if not any(reason.rule.startswith(PREFIX) for reason in decision.reasons):
        return decision
    reasons = tuple(one for one in decision.reasons if not one.rule.startswith(PREFIX))
    return replace(
        decision, reasons=reasons, outcome=strictest(reason.outcome for reason in reasons)
    )


def _with(decision: Decision, reasons: Sequence[Reason]) -> Decision:
    if not reasons:
        return decision
    every = ordered((*decision.reasons, *reasons))
    outcome = strictest(reason.outcome for reason in every)
    return replace(decision, reasons=every, outcome=outcome)


def _stops(items: Sequence[RunItem]) -> Iterator[Reason]:
    policies = {item.policy.digest: item.policy for item in items if item.policy is not None}
    for policy in policies.values():
        batch = policy.form.batch
        if batch is None:
            continue
        mine = [item.decision for item in items if item.policy is policy]
        blocked = sum(decision.outcome is Outcome.BLOCK for decision in mine)
        share = blocked / len(mine)
        limit = batch.stop_above
        if limit is not None and len(mine) >= batch.at_least and share > limit:
            yield _stop(policy.name, blocked, len(mine), limit)
        for rule in batch.hold_run_on:
            if any(one.rule == rule for decision in mine for one in decision.reasons):
                yield _reason(
                    FINDING,
                    both(
                        "Nothing of this run is released: the rule {rule} of {policy} found drafts "
                        "that contradict each other.",
                        rule=rule,
                        policy=policy.name,
                    ),
                    label=rule,
                )


def _stop(policy: str, blocked: int, count: int, limit: float) -> Reason:
    message = both(
        "Nothing of this run is released: {blocked} of {count} drafts under {policy} are blocked, "
        "more than its share of {limit}.",
        blocked=blocked,
        count=count,
        policy=policy,
        limit=f"{limit:g}",
    )
    return _reason(STOP, message, label=policy, score=blocked / count, limit=f"{limit:g}")


def _above_quota(items: Sequence[RunItem]) -> dict[int, list[Reason]]:
    """By position, what would be released beyond its policy's quota for its channel."""
    found: dict[int, list[Reason]] = {}
    out: Counter[tuple[str, str]] = Counter()
    for index, item in enumerate(items):
        batch = item.policy.form.batch if item.policy is not None else None
        goes_out = item.decision.outcome in (Outcome.RELEASE, Outcome.REDACT)
        limit = batch.quota.get(item.draft.channel) if batch is not None else None
        if limit is None or not goes_out or item.policy is None:
            continue
        key = (item.policy.digest, item.draft.channel)
        out[key] += 1
        if out[key] > limit:
            message = both(
                "The run may release {limit} drafts for {channel}; this one is beyond.",
                limit=limit,
                channel=item.draft.channel,
            )
            reason = _reason(QUOTA, message, label=item.draft.channel, limit=str(limit))
            found[index] = [replace(reason, severity=Severity.MINOR.value)]
    return found


def _reason(
    rule: str, message: dict[str, str], *, label: str, score: float = 0.0, limit: str = ""
) -> Reason:
    return Reason(
        rule=rule,
        check="",
        outcome=Outcome.REVIEW,
        message=message,
        label=label,
        score=score,
        limit=limit,
        severity=Severity.CRITICAL.value,
        action=Action.REVIEW.value,
    )
