"""The last step of a batch: what was decided ``release`` goes out."""

from __future__ import annotations

from collections.abc import Sequence

from aigc_guard.errors import ReleaseError, ReleaseHeld, said
from aigc_guard.pipeline.comparing import refuse_pending
from aigc_guard.pipeline.held import note_held
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.work import Judged
from aigc_guard.policy import Policy
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Outcome, Release
from aigc_guard.release import publish


def release_batch(
    project: Project, judged: Sequence[Judged], briefs: Sequence[Brief]
) -> list[Release | None]:
    """Publish what was decided ``release``; exactly once, however often it is asked for.

    One text that can't be released as it is stays, noted with the mend; the others go out.
    """
    releases: list[Release | None] = []
    for (draft, reports, decision), brief in zip(judged, briefs, strict=True):
        policy = project.policy_for(brief)
        if decision.outcome is not Outcome.RELEASE or policy is None:
            releases.append(project.store.release_of(draft.draft_id))
            continue
        try:
            release = _released(project, draft, brief, policy, decision, reports)
        except ReleaseHeld as error:
            release = None
            note_held(project.store, draft, error, at=project.clock())
        releases.append(release)
    return releases


def _released(
    project: Project,
    draft: Draft,
    brief: Brief,
    policy: Policy,
    decision: Decision,
    reports: Sequence[CheckReport],
) -> Release:
    """Publish one draft in the file form its kind gives for its channel."""
    refuse_pending(decision)
    kind = project.kinds[draft.kind]
    if draft.channel not in kind.formats:
        raise ReleaseError(
            said(
                "kind {kind} names no file form for channel {channel}",
                kind=kind.name,
                channel=draft.channel,
            ),
            hint=said("add it under [formats] in {path}", path=kind.folder / "kind.toml"),
        )
    return publish(
        project.store,
        project.config.outbox,
        draft=draft,
        brief=brief,
        decision=decision,
        reports=reports,
        marking=project.marking(policy),
        file_form=kind.formats[draft.channel],
        clock=project.clock,
        home=project.config.home_outbox,
    )
