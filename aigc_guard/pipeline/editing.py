"""A draft changed by hand or written once more: a new version, measured, decided, approved anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aigc_guard.accounts import Permission, refuse_without
from aigc_guard.audit.log import Kind
from aigc_guard.checks.interface import Batch
from aigc_guard.errors import ReviewError, said
from aigc_guard.pipeline.comparing import comparing_requests, decide_alone, decide_compared
from aigc_guard.pipeline.measuring import measure_requests, subject_of
from aigc_guard.pipeline.project import SUPPLIED, Project
from aigc_guard.pipeline.watermarks import watermark_note
from aigc_guard.pipeline.work import decision_body, measure_drafts
from aigc_guard.policy import Policy, no_policy_decision
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Outcome, digest_of, sha256_text
from aigc_guard.store import Account, Item, State

_OPEN = (State.WAITING, State.BLOCKED, State.APPROVED)


def edit_draft(project: Project, who: Account, draft_id: str, text: str, *, seen: str) -> Draft:
    """Store ``text`` as ``who``'s version of a draft; measure and decide it. Its approval starts
    over, whatever the checks find: somebody reads what a person wrote.

    ``seen`` is the sha256 of the text that was edited. Raises ReviewError when that is not what
    stands, when nothing changed, or when the draft is past editing.
    """
    refuse_without(who, Permission.EDIT_TEXT)
    item, parent = _standing(project, draft_id)
    if parent.text_sha256 != seen:
        raise ReviewError(
            said("draft {draft_id} has changed since it was shown", draft_id=draft_id),
            hint=said("look at it again"),
        )
    _refuse_taken(project, who, item)
    words = text.replace("\r\n", "\n")
    _refuse_unusable(project, words, parent)
    named = digest_of([parent.draft_id, "editor", sha256_text(words), who.account_id])[:32]
    version = replace(parent, draft_id=named, text=words, parent=parent.draft_id, made_by="editor")
    at = project.clock()
    with project.store.transaction() as tx:
        if tx.put_draft(version):
            tx.put_editor(named, who.account_id, at=at)
            body = {"parent": parent.draft_id, "text_sha256": version.text_sha256}
            tx.append_event(Kind.DRAFT_EDITED, named, body=body, at=at, actor=who.account_id)
    _judge(project, version)
    return version


def write_again(project: Project, draft_id: str) -> Draft:
    """The next attempt at a draft's brief by the same writer, measured and decided.

    Raises ReviewError for a text that no model wrote.
    """
    _, draft = _standing(project, draft_id)
    if draft.writer == SUPPLIED or draft.made_by == "supplied":
        raise ReviewError(
            said("draft {draft_id} was not written by a model", draft_id=draft_id),
            hint=said("edit it, or ask its supplier"),
        )
    brief = _brief(project, draft)
    last = max(one.attempt for one in project.store.versions_of(draft_id))
    seed = project.store.versions_of(draft_id)[0].seed
    generator = project.generator(project.writer_for(brief))
    (fresh,) = generator.write([brief], seed=seed, attempt=last + 1)
    at = project.clock()
    with project.store.transaction() as tx:
        if tx.put_draft(fresh):
            body = {
                "attempt": fresh.attempt,
                "text_sha256": fresh.text_sha256,
                **watermark_note(project, generator, brief),
            }
            tx.append_event(Kind.DRAFT_WRITTEN, fresh.draft_id, body=body, at=at)
    _judge(project, fresh)
    return fresh


def _standing(project: Project, draft_id: str) -> tuple[Item, Draft]:
    item = project.store.item_of(draft_id)
    draft = project.store.draft(draft_id)
    if item is None or draft is None or item.draft_id != draft_id or item.state not in _OPEN:
        raise ReviewError(
            said("draft {draft_id} can't be changed any more", draft_id=draft_id),
            hint=said("look at it again"),
        )
    if project.store.publishing_of(draft_id) is not None:
        raise ReviewError(
            said("draft {draft_id} can't be changed any more", draft_id=draft_id),
            hint=said("it is being published"),
        )
    return item, draft


def _refuse_taken(project: Project, who: Account, item: Item) -> None:
    lease = project.store.lease_of(item.work_id, now=project.clock())
    if lease is not None and lease.account_id != who.account_id:
        raise ReviewError(
            said("somebody else has this draft on the desk"),
            hint=said("take another one, or wait until it is given back"),
        )


def _refuse_unusable(project: Project, words: str, parent: Draft) -> None:
    most = project.config.limits.max_text_chars
    if not words.strip() or len(words) > most:
        raise ReviewError(
            said("a draft has 1 to {count} characters", count=most),
            hint=said("reject it if nothing of it should stand"),
        )
    if any("\ud800" <= char <= "\udfff" for char in words):
        raise ReviewError(
            said("the text holds half of a character (a lone surrogate)"),
            hint=said("write the character whole, or leave it out"),
        )
    if words == parent.text:
        raise ReviewError(
            said("nothing was changed"), hint=said("approve or reject it as it stands")
        )


def _judge(project: Project, draft: Draft) -> Decision:
    brief = _brief(project, draft)
    policy = project.policy_for(brief)
    (reports,) = measure_drafts(project, _run_of(project, draft), [draft], [brief])
    at = project.clock()
    decision, every = _decide(project, policy, draft, brief, reports, at)
    with project.store.transaction() as tx:
        if policy is not None:
            tx.put_policy(policy.name, policy.digest, policy.form.as_dict())
        if tx.put_decision(decision, at=at, measured=[one.key for one in every]):
            body = decision_body(decision, every)
            tx.append_event(Kind.DRAFT_DECIDED, draft.draft_id, body=body, at=at)
    return decision


def _decide(
    project: Project,
    policy: Policy | None,
    draft: Draft,
    brief: Brief,
    reports: Sequence[CheckReport],
    at: str,
) -> tuple[Decision, tuple[CheckReport, ...]]:
    """The new version is compared with the others of its run, as it would have been there."""
    if policy is None:
        return no_policy_decision(draft), tuple(reports)
    asked = comparing_requests(policy)
    if not asked:
        return decide_alone(policy, draft, brief, reports, at=at), tuple(reports)
    subject = subject_of(draft, brief)
    others = _others(project, draft)
    context = replace(
        project.context,
        batch=Batch((subject, *(subject_of(one, text) for one, text in others))),
    )
    (added,) = measure_requests(
        [subject],
        [asked],
        context,
        project.store,
        seconds=project.config.limits.check_seconds,
    )
    every = (*reports, *added)
    return decide_compared(policy, draft, brief, every, at=at), every


def _others(project: Project, draft: Draft) -> list[tuple[Draft, Brief]]:
    """What stands for the other orders of the draft's latest run, blocked texts left out."""
    store = project.store
    work = {one.draft_id for one in store.versions_of(draft.draft_id)}
    run = _run_of(project, draft)
    names: dict[str, None] = {}
    for used in store.drafts_of_run(run) if run else []:
        item = store.item_of(used.draft_id)
        if item is None or item.outcome is Outcome.BLOCK or used.draft_id in work:
            continue
        names.setdefault(item.draft_id)
    drafts = store.drafts(names)
    briefs = store.get_briefs([one.brief_digest for one in drafts.values()])
    return [(drafts[name], briefs[drafts[name].brief_digest]) for name in names if name in drafts]


def _run_of(project: Project, draft: Draft) -> str:
    """The latest run of the draft's order; empty when none is known."""
    work = {one.draft_id for one in project.store.versions_of(draft.draft_id)}
    return project.store.latest_run_of(work)


def _brief(project: Project, draft: Draft) -> Brief:
    return project.store.get_briefs([draft.brief_digest])[draft.brief_digest]
