"""Publishes what people approved, under the policies and file forms in force now."""

from __future__ import annotations

from aigc_guard.errors import ReleaseError
from aigc_guard.pipeline.plan import policy_for
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Brief, Decision, Draft
from aigc_guard.review import Published, Terms
from aigc_guard.review import release_approved as publish_approved


def release_approved(project: Project) -> Published:
    """Publish every approved draft once; one that is refused stays approved and is named."""

    def terms(draft: Draft, brief: Brief, decision: Decision) -> Terms:
        return terms_for(project, draft, brief, decision)

    return publish_approved(project.store, project.config.outbox, terms=terms, clock=project.clock)


def terms_for(project: Project, draft: Draft, brief: Brief, decision: Decision) -> Terms:
    """Labels and file form for a draft; raises ReleaseError when its policy was changed since."""
    policy = policy_for(project, brief)
    if policy is None or policy.digest != decision.policy_digest:
        raise ReleaseError(
            f"draft {draft.draft_id} was approved under another version of its policy",
            hint="run the same briefs again and review it under the present policy",
        )
    kind = project.kinds.get(draft.kind)
    if kind is None or draft.channel not in kind.formats:
        raise ReleaseError(
            f"kind {draft.kind} names no file form for channel {draft.channel}",
            hint=f"add it under [formats] in {project.config.kinds / draft.kind / 'kind.toml'}",
        )
    return Terms(labels=policy.labels, file_form=kind.formats[draft.channel])
