"""The steps of a batch: write, measure, decide, redact; ``releasing`` is the last one.

Every step reads what is already stored and adds only what is missing, so a run that was killed
goes on where it stood, and a second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aigc_guard.audit.canary import trusted
from aigc_guard.errors import StoreError, said
from aigc_guard.pipeline.comparing import adds_only_run, alone, decide_alone
from aigc_guard.pipeline.earlier import earlier_releases
from aigc_guard.pipeline.measuring import measure_subjects, subject_of
from aigc_guard.pipeline.plan import Batch, RunPlan
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.watermarks import watermark_note
from aigc_guard.policy import Policy, no_policy_decision, redactions
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Outcome,
    digest_of,
    writer_shown,
)
from aigc_guard.redact import apply

Judged = tuple[Draft, tuple[CheckReport, ...], Decision]


def write_batch(project: Project, plan: RunPlan, batch: Batch, attempt: int) -> tuple[Draft, ...]:
    """Drafts of this attempt for the briefs that still need one; stored drafts win.

    A half-stored batch is written again as the same batch, because its composition decides its
    texts.
    """
    briefs = _asking(project, plan, batch, attempt)
    if not briefs:
        return ()
    generator = project.generator(batch.writer)
    ids = [generator.draft_id(brief, seed=plan.seed, attempt=attempt) for brief in briefs]
    stored = project.store.drafts(ids)
    if len(stored) < len(ids):
        written = generator.write(briefs, seed=plan.seed, attempt=attempt)
        fresh = [draft for draft in written if draft.draft_id not in stored]
        by_digest = {brief.digest: brief for brief in briefs}
        notes = {
            draft.draft_id: watermark_note(project, generator, by_digest[draft.brief_digest])
            for draft in fresh
        }
        _store_drafts(project, plan, fresh, notes)
        stored = project.store.drafts(ids)
    _refuse_erased(ids, stored)
    project.store.link_run(plan.run_id, [stored[draft_id] for draft_id in ids])
    return tuple(stored[draft_id] for draft_id in ids)


def _refuse_erased(ids: Sequence[str], stored: Mapping[str, Draft]) -> None:
    """What somebody had erased isn't written again by itself."""
    for draft_id in ids:
        if draft_id not in stored:
            raise StoreError(
                said("draft {draft_id} was erased", draft_id=draft_id),
                hint=said("take its brief out of the brief files"),
            )


def _asking(project: Project, plan: RunPlan, batch: Batch, attempt: int) -> list[Brief]:
    """Briefs of the batch that want this attempt: all at first, then those to be written again."""
    if attempt == 1:
        return list(batch.briefs)
    asking = []
    for brief in batch.briefs:
        policy = project.policy_for(brief)
        if policy is None or attempt > policy.attempts:
            continue
        before = judged_attempt(project, plan, batch, brief, attempt - 1)
        if before is not None and before[1].regenerate:
            asking.append(brief)
    return asking


def judged_attempt(
    project: Project, plan: RunPlan, batch: Batch, brief: Brief, attempt: int
) -> tuple[Draft, Decision] | None:
    """The stored draft of one attempt with its latest decision under the present policy."""
    generator = project.generator(batch.writer)
    draft_id = generator.draft_id(brief, seed=plan.seed, attempt=attempt)
    draft = project.store.drafts([draft_id]).get(draft_id)
    if draft is None:
        return None
    decision = project.store.latest_decision(draft_id, _digest_of_policy(project.policy_for(brief)))
    return None if decision is None else (draft, decision)


def _digest_of_policy(policy: Policy | None) -> str:
    return policy.digest if policy is not None else ""


def judge(
    project: Project, plan: RunPlan, drafts: Sequence[Draft], briefs: Sequence[Brief]
) -> list[Judged]:
    """Measure what has not been measured, decide, and record the decisions."""
    reports = measure_drafts(project, plan.run_id, drafts, briefs)
    return decide_drafts(project, plan, drafts, briefs, reports)


def measure_drafts(
    project: Project, run_id: str, drafts: Sequence[Draft], briefs: Sequence[Brief]
) -> list[tuple[CheckReport, ...]]:
    """Every measurement of single drafts the policies ask for, taken only where it is not stored.

    Drafts are compared with each other when all of the run are written (see ``whole_run``).
    """
    policies = [project.policy_for(brief) for brief in briefs]
    work = [
        (subject_of(draft, brief), alone(policy) if policy else None)
        for draft, brief, policy in zip(drafts, briefs, policies, strict=True)
    ]
    # Asked anew each time: the nightly audit may have held a model back since this run began.
    context = replace(
        project.context,
        trusted=trusted(project.store),
        releases=earlier_releases(project, run_id),
    )
    return measure_subjects(
        work, context, project.store, seconds=project.config.limits.check_seconds
    )


def decide_drafts(
    project: Project,
    plan: RunPlan,
    drafts: Sequence[Draft],
    briefs: Sequence[Brief],
    reports: Sequence[tuple[CheckReport, ...]],
) -> list[Judged]:
    """Decide what was measured, and record the decisions that are news."""
    at = project.clock()
    policies = [project.policy_for(brief) for brief in briefs]
    judged = [
        (draft, found, _decide(policy, draft, brief, found, at))
        for draft, brief, policy, found in zip(drafts, briefs, policies, reports, strict=True)
    ]
    stored = project.store.latest_decisions([draft.draft_id for draft in drafts])
    news = [
        one
        for one, policy in zip(judged, policies, strict=True)
        if one[0].draft_id not in stored
        or not adds_only_run(policy, stored[one[0].draft_id], one[2])
    ]
    record_decisions(project, plan, news, at=at)
    return judged


def _decide(
    policy: Policy | None, draft: Draft, brief: Brief, reports: Sequence[CheckReport], at: str
) -> Decision:
    if policy is None:
        return no_policy_decision(draft)
    return decide_alone(policy, draft, brief, reports, at=at)


def record_decisions(project: Project, plan: RunPlan, judged: Sequence[Judged], *, at: str) -> None:
    """Store the decisions that are news, each with an event."""
    measured = {draft.draft_id: [r.key for r in reports] for draft, reports, _ in judged}
    with project.store.transaction() as tx:
        decisions = [decision for _, _, decision in judged]
        news = set(tx.put_decisions(decisions, at=at, run_id=plan.run_id, measured=measured))
        for draft, reports, decision in judged:
            if draft.draft_id in news:
                body = decision_body(decision, reports)
                tx.append_event("draft.decided", draft.draft_id, body=body, at=at)


def redact_batch(
    project: Project, plan: RunPlan, judged: Sequence[Judged], briefs: Sequence[Brief]
) -> list[Judged]:
    """For drafts decided ``redact``: the redacted version, measured and decided again."""
    made: list[tuple[Draft, Brief]] = []
    for (draft, reports, decision), brief in zip(judged, briefs, strict=True):
        policy = project.policy_for(brief)
        if decision.outcome is Outcome.REDACT and policy is not None:
            made.append((_redacted(project, plan, draft, brief, policy, reports), brief))
    if not made:
        return []
    return judge(project, plan, [draft for draft, _ in made], [brief for _, brief in made])


def _redacted(
    project: Project,
    plan: RunPlan,
    draft: Draft,
    brief: Brief,
    policy: Policy,
    reports: Sequence[CheckReport],
) -> Draft:
    stored = project.store.draft(redaction_id(draft, policy))
    if stored is not None:
        return stored
    wanted = redactions(policy, draft, brief, reports, at=project.clock())
    done = apply(draft.text, wanted, project.redaction_key)
    version = replace(
        draft,
        draft_id=redaction_id(draft, policy),
        text=done.text,
        parent=draft.draft_id,
        made_by="redaction",
    )
    body = {
        "parent": draft.draft_id,
        "text_sha256": version.text_sha256,
        "edits": [[e.rule, e.label, e.start, e.end] for e in done.edits],
    }
    at = project.clock()
    with project.store.transaction() as tx:
        if tx.put_draft(version, run_id=plan.run_id):
            tx.put_edits(version.draft_id, done.edits)
            tx.append_event("draft.redacted", version.draft_id, body=body, at=at)
    return version


def redaction_id(draft: Draft, policy: Policy) -> str:
    """The identity of a draft's redacted version under a policy."""
    return digest_of([draft.draft_id, "redaction", policy.digest])[:32]


def _store_drafts(
    project: Project,
    plan: RunPlan,
    drafts: Sequence[Draft],
    notes: Mapping[str, Mapping[str, object]],
) -> None:
    at = project.clock()
    with project.store.transaction() as tx:
        new = set(tx.put_drafts(drafts))
        for draft in drafts:
            if draft.draft_id in new:
                body = {**_draft_body(plan, draft), **notes[draft.draft_id]}
                tx.append_event("draft.written", draft.draft_id, body=body, at=at)


def _draft_body(plan: RunPlan, draft: Draft) -> dict[str, object]:
    return {
        "run": plan.run_id,
        "brief_digest": draft.brief_digest,
        "writer": writer_shown(draft, is_supplied=draft.made_by == "supplied"),
        "model_digest": draft.model_digest,
        "settings_digest": draft.settings_digest,
        "seed": str(draft.seed),
        "attempt": draft.attempt,
        "text_sha256": draft.text_sha256,
        "faithful": draft.faithful,
        "notes": list(draft.notes),
    }


def decision_body(decision: Decision, reports: Sequence[CheckReport]) -> dict[str, object]:
    """What the record says of a decision."""
    return {
        "text_sha256": decision.text_sha256,
        "policy": decision.policy,
        "policy_digest": decision.policy_digest,
        "outcome": decision.outcome.value,
        "reasons": [[r.rule, r.label, r.start, r.end, f"{r.score:.4f}"] for r in decision.reasons],
        "noted": [[r.rule, r.label, r.start, r.end] for r in decision.noted],
        "reports": [
            [r.check, r.version, r.model_digest, r.settings_digest, r.status.value] for r in reports
        ],
    }
