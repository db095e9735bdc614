"""A finished run as its report's records, read back from the store."""

from __future__ import annotations

from dataclasses import replace

from aigc_guard.audit.report import DraftReport, ModelNote, RuleNote, RunReport
from aigc_guard.errors import StoreError, said
from aigc_guard.pipeline.held import held_because
from aigc_guard.pipeline.measuring import recall, subject_of
from aigc_guard.pipeline.plan import Batch, RunPlan
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.wordings import wordings_in
from aigc_guard.pipeline.work import judged_attempt, redaction_id
from aigc_guard.policy.waivers import WaiverUse, waiver_uses
from aigc_guard.records import Brief, CheckReport, Decision, Draft


def summarise(project: Project, plan: RunPlan) -> RunReport:
    """The run's report: every brief's last draft, decided and perhaps published."""
    drafts = tuple(
        _draft_report(project, plan, batch, brief)
        for batch in plan.batches
        for brief in batch.briefs
    )
    at = project.clock()
    return RunReport(
        run=plan.run_id,
        started_at=plan.started_at,
        finished_at=at,
        seed=plan.seed,
        drafts=drafts,
        quarantined=plan.quarantined,
        duplicates=plan.duplicates,
        models=_models(project, drafts),
        policies={policy.name: policy.digest for policy in project.policies.policies},
        rules=_rules(project),
        waivers=_waivers(project, drafts, at),
        docs=plan.docs,
        quarantine_file=plan.quarantine_file,
        outbox=project.config.home_outbox,
    )


def _waivers(project: Project, drafts: tuple[DraftReport, ...], at: str) -> tuple[WaiverUse, ...]:
    """Every waiver of the policies; a draft and its redacted version count as one draft."""
    decisions = [
        replace(version.decision, draft_id=item.draft.draft_id)
        for item in drafts
        for version in (item, item.last)
    ]
    policies = [(policy.name, policy.form.waivers) for policy in project.policies.policies]
    return waiver_uses(policies, decisions, at=at)


def _draft_report(project: Project, plan: RunPlan, batch: Batch, brief: Brief) -> DraftReport:
    attempt, draft, decision = _last_attempt(project, plan, batch, brief)
    release = project.store.release_of_order(draft.draft_id)
    redacted = _redacted(project, brief, draft)
    reports = _reports(project, draft, brief, decision)
    return DraftReport(
        draft=draft,
        brief=brief,
        decision=decision,
        reports=reports,
        wordings=wordings_in(project, brief, reports, decision),
        attempts=attempt,
        release=release,
        released_before=release is not None and release.at < plan.since,
        redacted=redacted,
        held={} if release else held_because(project.store, redacted.draft if redacted else draft),
        edits=tuple(project.store.edits_of(redacted.draft.draft_id)) if redacted else (),
    )


def _last_attempt(
    project: Project, plan: RunPlan, batch: Batch, brief: Brief
) -> tuple[int, Draft, Decision]:
    policy = project.policy_for(brief)
    for attempt in range(policy.attempts if policy else 1, 0, -1):
        found = judged_attempt(project, plan, batch, brief, attempt)
        if found is not None:
            return attempt, *found
    raise StoreError(
        said("brief {brief} has no decision in run {run_id}", brief=brief.id, run_id=plan.run_id),
        hint=said("run the same command again"),
    )


def _redacted(project: Project, brief: Brief, draft: Draft) -> DraftReport | None:
    policy = project.policy_for(brief)
    if policy is None:
        return None
    version = project.store.draft(redaction_id(draft, policy))
    if version is None:
        return None
    decision = project.store.latest_decision(version.draft_id, policy.digest)
    if decision is None:
        return None
    reports = _reports(project, version, brief, decision)
    return DraftReport(
        draft=version,
        brief=brief,
        decision=decision,
        reports=reports,
        wordings=wordings_in(project, brief, reports, decision),
    )


def _reports(
    project: Project, draft: Draft, brief: Brief, decision: Decision
) -> tuple[CheckReport, ...]:
    """What the decision was made from; where that was not noted, what is known of the text."""
    keys = project.store.measured_for(decision)
    if keys:
        found = project.store.get_reports(keys)
        return tuple(found[key] for key in keys if key in found)
    return recall(
        subject_of(draft, brief), project.policy_for(brief), project.context, project.store
    )


def _models(project: Project, drafts: tuple[DraftReport, ...]) -> tuple[ModelNote, ...]:
    entries = project.models.entries
    writers = {item.draft.writer for item in drafts}
    digests = {report.model_digest for item in drafts for report in item.reports}
    used = [e for name, e in entries.items() if name in writers or e.digest in digests]
    return tuple(
        ModelNote(name=entry.name, digest=entry.digest, licence=entry.licence, remote=entry.remote)
        for entry in sorted(used, key=lambda entry: entry.name)
    )


def _rules(project: Project) -> dict[str, RuleNote]:
    return {
        f"{policy.name}/{rule.id}": RuleNote(title=rule.title, why=rule.why, link=rule.link)
        for policy in project.policies.policies
        for rule in policy.rules
    }
