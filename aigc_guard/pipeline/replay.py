"""Re-decides stored drafts under another policy from stored measurements; no model is asked.

Both policies are decided afresh from the same measurements, so only what they say differs. A draft
whose measurement for some rule was never taken is not compared, and is counted under that rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aigc_guard.pipeline.measuring import MemoryArchive, measure_requests, subject_of
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import Policy, decide, no_policy_decision
from aigc_guard.policy.case import Case
from aigc_guard.policy.evidence import Gap
from aigc_guard.policy.ruleset import CheckRequest, unique_requests
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Outcome

_GOES_OUT = (Outcome.RELEASE, Outcome.REDACT)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Move:
    """A draft whose outcome differs, and the rules that hold it under the one or the other."""

    draft_id: str
    kind: str
    channel: str
    old: Outcome
    new: Outcome
    rules: tuple[str, ...]

    @property
    def newly_held(self) -> bool:
        """It went out and would be held."""
        return self.old in _GOES_OUT and self.new not in _GOES_OUT

    @property
    def newly_out(self) -> bool:
        """It was held and would go out."""
        return self.old not in _GOES_OUT and self.new in _GOES_OUT


@dataclass
class Replay:
    """What a replay shows. ``unmeasured`` counts drafts per rule that lacks its measurement."""

    compared: int = 0
    left_out: int = 0
    moves: list[Move] = field(default_factory=list)
    unmeasured: Counter[str] = field(default_factory=Counter)


def replay(
    project: Project, old: Policy, new: Policy, *, since: str = "", kind: str = ""
) -> Replay:
    """Compare what both policies say about every decided draft that either of them serves.

    ``since`` (RFC 3339, or a beginning of it such as a date) leaves out drafts that were decided
    before; ``kind`` leaves out other kinds. Nothing is stored.
    """
    found = Replay()
    ids = project.store.decided_drafts(since=since, kind=kind)
    for start in range(0, len(ids), _BATCH):
        for draft, brief in _stored(project, ids[start : start + _BATCH]):
            if _serves(old, draft) or _serves(new, draft):
                _compare(project, old, new, draft, brief, found)
    return found


def _stored(project: Project, ids: Sequence[str]) -> Iterator[tuple[Draft, Brief]]:
    drafts = project.store.drafts(ids)
    briefs = project.store.get_briefs([draft.brief_digest for draft in drafts.values()])
    for name in ids:
        yield drafts[name], briefs[drafts[name].brief_digest]


def _serves(policy: Policy, draft: Draft) -> bool:
    return policy.serves(kind=draft.kind, channel=draft.channel, language=draft.language)


def _compare(
    project: Project, old: Policy, new: Policy, draft: Draft, brief: Brief, found: Replay
) -> None:
    policies = [policy for policy in (old, new) if _serves(policy, draft)]
    requests = unique_requests([rule for policy in policies for rule in policy.rules])
    reports = _reports(project, draft, brief, requests)
    missing = {rule for p in policies for rule in _missing(p, draft, brief, reports)}
    if missing:
        found.left_out += 1
        found.unmeasured.update(missing)
        return
    at = project.clock()  # waivers hold or not as they do today
    was, now = (_decided(policy, draft, brief, reports, at) for policy in (old, new))
    found.compared += 1
    if was.outcome is not now.outcome:
        stricter = now if now.outcome.rank > was.outcome.rank else was
        found.moves.append(
            Move(
                draft.draft_id,
                draft.kind,
                draft.channel,
                was.outcome,
                now.outcome,
                _responsible(stricter),
            )
        )


def _decided(
    policy: Policy, draft: Draft, brief: Brief, reports: Sequence[CheckReport], at: str
) -> Decision:
    if not _serves(policy, draft):
        return no_policy_decision(draft)
    return decide(policy, draft, brief, reports, at=at)


def _responsible(decision: Decision) -> tuple[str, ...]:
    """The rules that give the decision its outcome."""
    own = [one.rule for one in decision.reasons if one.outcome is decision.outcome]
    return tuple(dict.fromkeys(own))


def _missing(
    policy: Policy, draft: Draft, brief: Brief, reports: Sequence[CheckReport]
) -> Iterator[str]:
    case = Case(policy, draft, brief, tuple(reports))
    for rule in policy.rules:
        if rule.shadow or not rule.applies(brief):
            continue
        if case.evidence(rule.request).gap is Gap.MISSING:
            yield rule.id


def _reports(
    project: Project, draft: Draft, brief: Brief, requests: Sequence[CheckRequest]
) -> tuple[CheckReport, ...]:
    """What the draft's latest decision was made from; where that says nothing, what else is known.

    Checks without a model that never measured the draft do so now, from the stored text.
    """
    store = project.store
    subject = subject_of(draft, brief)
    latest = store.latest_decision(draft.draft_id)
    noted = store.get_reports(store.measured_for(latest)) if latest is not None else {}
    kept = [*noted.values()]
    known: list[CheckReport] | None = None
    fresh: list[CheckRequest] = []
    for request in requests:
        digest = request.settings_digest(subject)
        if any(_answers(report, request, digest) for report in kept):
            continue
        if known is None:
            known = store.reports_of(draft.text_sha256)
        others = [report for report in known if _answers(report, request, digest)]
        kept += others
        if not others and not request.check_type.uses_model:
            fresh.append(request)
    if fresh:
        limit = project.config.limits.check_seconds
        (measured,) = measure_requests(
            [subject], [fresh], project.context, MemoryArchive(), seconds=limit
        )
        kept += measured
    return tuple(kept)


def _answers(report: CheckReport, request: CheckRequest, settings_digest: str) -> bool:
    return report.check == request.check and report.settings_digest == settings_digest


def shares(moves: Sequence[Move]) -> Mapping[str, Mapping[str, int]]:
    """How many of ``moves`` fall to each rule, kind and channel."""
    return {
        "rules": dict(Counter(rule for move in moves for rule in move.rules).most_common()),
        "kinds": dict(Counter(move.kind for move in moves).most_common()),
        "channels": dict(Counter(move.channel for move in moves).most_common()),
    }
