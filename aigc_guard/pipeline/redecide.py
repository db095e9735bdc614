"""Every decision can be made again: from the stored policy, measurements, draft and brief.

The result is the stored one, or it is said what differs and why. Nothing is measured or stored.
Wording is not compared: the catalogue's sentences may have been mended since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aigc_guard.errors import PolicyError, Said, StoreError, said
from aigc_guard.pipeline.comparing import decide_as
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import Policy, no_policy_decision
from aigc_guard.policy.messages import parse_form
from aigc_guard.policy.model import PolicyForm
from aigc_guard.policy.resolve import resolve
from aigc_guard.policy.run import without_run
from aigc_guard.policy.source import Source
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Reason


@dataclass(frozen=True, slots=True)
class Redecided:
    """A stored decision and what came out now. ``again`` is None where it can't be made again.

    ``missing`` and ``added`` are reasons that only the stored and only the new decision has;
    ``causes`` says what is no longer as it was.
    """

    at: str
    stored: Decision
    again: Decision | None
    missing: tuple[Reason, ...] = ()
    added: tuple[Reason, ...] = ()
    causes: tuple[Said, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether outcome and reasons are what they were."""
        return (
            self.again is not None
            and not self.missing
            and not self.added
            and self.again.regenerate == without_run(self.stored).regenerate
        )


def redecide(project: Project, draft_id: str) -> list[Redecided]:
    """Every stored decision about the draft (its id, or the beginning of it), oldest first."""
    name = project.store.find_draft(draft_id)
    draft = project.store.draft(name)
    if draft is None:
        raise StoreError(said("draft {draft_id} was erased", draft_id=name))
    briefs = project.store.get_briefs([draft.brief_digest])
    return [
        _again(project, at, decision, draft, briefs.get(draft.brief_digest))
        for at, decision in project.store.decisions_of(name)
    ]


def _again(
    project: Project, at: str, stored: Decision, draft: Draft, brief: Brief | None
) -> Redecided:
    if not stored.policy_digest:
        return _compared(at, stored, no_policy_decision(draft), ())
    policy = stored_policy(project, stored)
    if isinstance(policy, Said):
        return Redecided(at, stored, None, causes=(policy,))
    reports, causes = _reports(project, stored)
    again = decide_as(stored, policy, draft, brief, reports, at=at)
    return _compared(at, stored, again, causes)


def stored_policy(project: Project, decision: Decision) -> Policy | Said:
    """The policy a decision was made under, from the store; or why it can't be had."""
    digest = decision.policy_digest
    body = project.store.get_policy(digest)
    if body is None:
        return said("the policy {digest} is not in the store", digest=digest[:12])
    # Lists that the policy names lie beside the project's policies; the digest shows a change.
    source = Source(str(project.config.policies / "stored.yaml"), [], dict(body))
    try:
        form, errors = parse_form(source, PolicyForm, source.data, ())
        policy = None
        if form is not None:
            policy, errors = resolve(source, form, project.checks)
    except PolicyError as error:
        policy, errors = None, [error]
    if policy is None:
        return said(
            "the policy {digest} can't be read as it was: {problem}",
            digest=digest[:12],
            problem=errors[0].message,
        )
    if policy.digest != digest:
        return said("the policy {digest} or a list it names is not what it was", digest=digest[:12])
    return policy


def _reports(
    project: Project, stored: Decision
) -> tuple[tuple[CheckReport, ...], tuple[Said, ...]]:
    """What the decision was made from, and what of it is not there any more as it was."""
    keys = project.store.measured_for(stored)
    found = project.store.get_reports(keys)
    causes = [
        said("the measurement of {check} is not in the store", check=key[1])
        for key in keys
        if key not in found
    ]
    if not keys:
        causes.append(said("it was not noted which measurements it was made from"))
    failed = {
        reason.check for reason in stored.reasons if reason.rule == f"unverified:{reason.check}"
    }
    causes += [
        said("{check} could not read it then, and was measured again since", check=report.check)
        for report in found.values()
        if report.check in failed and not report.error
    ]
    return tuple(found.values()), tuple(causes)


def _compared(at: str, stored: Decision, again: Decision, causes: Sequence[Said]) -> Redecided:
    """What the run as a whole said is no part of it: that was decided over all its drafts."""
    alone = without_run(stored)
    before, after = _plain(alone), _plain(again)
    missing = tuple(one for one in before if one not in after)
    added = tuple(one for one in after if one not in before)
    differs = bool(missing or added) or alone.regenerate != again.regenerate
    return Redecided(at, stored, again, missing, added, tuple(causes) if differs else ())


def _plain(decision: Decision) -> list[Reason]:
    return [replace(one, message={}) for one in (*decision.reasons, *decision.noted)]
