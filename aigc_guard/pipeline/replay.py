"""Re-decides stored drafts under another policy from stored measurements; no model is asked.

Both policies are decided afresh from the same measurements, so only what they say differs. A draft
whose measurement for some rule was never taken is not compared, and is counted under that rule.

``replay`` decides whole columns (``columns``) where numpy is installed; ``replay_each`` decides
draft by draft and says the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from aigc_guard.errors import Said, said
from aigc_guard.pipeline.evidence import Source, find_reports, measure_fresh
from aigc_guard.pipeline.measuring import subject_of
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
    """What a replay shows. ``unmeasured`` counts drafts per rule that lacks its measurement.

    ``one_by_one`` counts drafts that columns could not settle; ``slow`` says why there were none.
    """

    compared: int = 0
    left_out: int = 0
    moves: list[Move] = field(default_factory=list)
    unmeasured: Counter[str] = field(default_factory=Counter)
    one_by_one: int = 0
    slow: Said | None = None


def replay(
    project: Project, old: Policy, new: Policy, *, since: str = "", kind: str = ""
) -> Replay:
    """Compare what both policies say about every decided draft that either of them serves.

    ``since`` (RFC 3339, or a beginning of it such as a date) leaves out drafts that were decided
    before; ``kind`` leaves out other kinds. Nothing is stored but the columns, in a folder beside
    the keys that may be deleted at any time.
    """
    if find_spec("numpy") is None:
        slow = said("numpy is not installed, so every draft was decided one by one")
        return _each(project, old, new, since, kind, slow)
    from aigc_guard.pipeline.columns.comparing import replay_columns

    try:
        return replay_columns(project, columns_folder(project), old, new, since=since, kind=kind)
    except OSError as error:
        why = error.strerror or type(error).__name__
        slow = said("the columns can't be kept ({why}): drafts were decided one by one", why=why)
        return _each(project, old, new, since, kind, slow)


def columns_folder(project: Project) -> Path:
    """Where the project keeps the columns of its archive."""
    return project.config.keys.parent / "columns"


def replay_each(
    project: Project, old: Policy, new: Policy, *, since: str = "", kind: str = ""
) -> Replay:
    """The same, draft by draft: what is done without columns, and what they are compared with."""
    return _each(project, old, new, since, kind, None)


def _each(
    project: Project, old: Policy, new: Policy, since: str, kind: str, slow: Said | None
) -> Replay:
    found = Replay(slow=slow)
    ids = project.store.decided_drafts(since=since, kind=kind)
    at = project.clock()  # waivers hold or not as they do today
    for start in range(0, len(ids), _BATCH):
        for draft, brief in stored_drafts(project, ids[start : start + _BATCH]):
            if serves(old, draft) or serves(new, draft):
                found.one_by_one += 1
                _compare(project, old, new, draft, brief, at, found)
    return found


def compare_some(
    project: Project, old: Policy, new: Policy, ids: Sequence[str], at: str
) -> Iterator[tuple[str, Replay]]:
    """What both policies say of single drafts, one replay for each."""
    for start in range(0, len(ids), _BATCH):
        for draft, brief in stored_drafts(project, ids[start : start + _BATCH]):
            found = Replay()
            _compare(project, old, new, draft, brief, at, found)
            yield draft.draft_id, found


def stored_drafts(project: Project, ids: Sequence[str]) -> Iterator[tuple[Draft, Brief]]:
    """Drafts with their briefs, in the order of ``ids``; erased ones are left out."""
    drafts = project.store.drafts(ids)
    briefs = project.store.get_briefs([draft.brief_digest for draft in drafts.values()])
    for name in ids:
        if name not in drafts:
            continue
        yield drafts[name], briefs[drafts[name].brief_digest]


def serves(policy: Policy, draft: Draft) -> bool:
    """Whether the draft is one of those the policy is for."""
    return policy.serves(kind=draft.kind, channel=draft.channel, language=draft.language)


def _compare(
    project: Project, old: Policy, new: Policy, draft: Draft, brief: Brief, at: str, found: Replay
) -> None:
    policies = [policy for policy in (old, new) if serves(policy, draft)]
    requests = unique_requests([rule for policy in policies for rule in policy.rules])
    reports = _reports(project, draft, brief, requests)
    missing = {rule for p in policies for rule in _missing(p, draft, brief, reports)}
    if missing:
        found.left_out += 1
        found.unmeasured.update(missing)
        return
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
    if not serves(policy, draft):
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
    measured = store.measured_for(latest) if latest is not None else []
    known = store.reports_of(draft.text_sha256)
    kept: list[CheckReport] = []
    for request in requests:
        digest = request.settings_digest(subject)
        reports, source = find_reports(request.check, digest, known, measured)
        if source is Source.NOWHERE and not request.check_type.uses_model:
            reports = tuple(measure_fresh(project, [subject], request))
        kept += reports
    return tuple(kept)


def shares(moves: Sequence[Move]) -> Mapping[str, Mapping[str, int]]:
    """How many of ``moves`` fall to each rule, kind and channel."""
    return {
        "rules": dict(Counter(rule for move in moves for rule in move.rules).most_common()),
        "kinds": dict(Counter(move.kind for move in moves).most_common()),
        "channels": dict(Counter(move.channel for move in moves).most_common()),
    }
