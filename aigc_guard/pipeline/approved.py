"""Who may approve, and publishing what was approved: by the policies and file forms in force."""

from __future__ import annotations

from collections.abc import Callable

from aigc_guard.accounts import Permission, may
from aigc_guard.errors import ReleaseError, ReviewError, said
from aigc_guard.pipeline.comparing import is_pending, refuse_pending
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proofs import seal
from aigc_guard.records import Brief, Decision, Draft
from aigc_guard.review import Authority, Need, Published, Terms, needs_of
from aigc_guard.review import release_approved as publish_approved


def release_approved(project: Project) -> Published:
    """Publish every approved draft once; one that is refused stays approved and is named."""

    def terms(draft: Draft, brief: Brief, decision: Decision) -> Terms:
        return terms_for(project, draft, brief, decision)

    done = publish_approved(project.store, project.config.outbox, terms=terms, clock=project.clock)
    if done.released:
        seal(project)
    return done


def authority_in(project: Project) -> Callable[[Decision], Authority]:
    """What a decision asks of its approvers: its policy's roles, and who holds them here.

    The function raises ReviewError for a decision whose policy was changed since, and for a draft
    whose run ended before its drafts were compared.
    """

    def of(decision: Decision) -> Authority:
        policy = project.policies.named(decision.policy)
        if policy is None or policy.digest != decision.policy_digest:
            raise ReviewError(
                said("policy {policy} was changed since it held this", policy=decision.policy),
                hint=said("run the same briefs again and review it under the present policy"),
            )
        if is_pending(decision):
            raise ReviewError(
                said(
                    "draft {draft_id} was not compared with the other drafts of its run",
                    draft_id=decision.draft_id,
                ),
                hint=said("run the same briefs again, then review it"),
            )
        return _authority(project, needs_of(policy, decision), decision.draft_id)

    return of


def _authority(project: Project, needs: tuple[Need, ...], draft_id: str) -> Authority:
    """Roles are held by accounts where there are any, else by the names of the project folder."""
    store = project.store
    if not store.has_accounts():
        return Authority(needs, project.config.people)
    people: dict[str, list[str]] = {}
    accounts = [one for one in store.accounts() if one.active]
    for account in accounts:
        for role in account.policy_roles if may(account.roles, Permission.REVIEW) else ():
            people.setdefault(role, []).append(account.account_id)
    return Authority(
        needs,
        people,
        shown={account.account_id: account.name for account in accounts},
        authors=frozenset(store.editors_of(draft_id)),
        only_signed_in=True,
    )


def terms_for(project: Project, draft: Draft, brief: Brief, decision: Decision) -> Terms:
    """Labels and file form for a draft.

    Raises ReleaseError when its policy was changed since, or it was never compared with its run.
    """
    policy = project.policy_for(brief)
    if policy is None or policy.digest != decision.policy_digest:
        raise ReleaseError(
            said(
                "draft {draft_id} was approved under another version of its policy",
                draft_id=draft.draft_id,
            ),
            hint=said("run the same briefs again and review it under the present policy"),
        )
    refuse_pending(decision)
    kind = project.kinds.get(draft.kind)
    if kind is None or draft.channel not in kind.formats:
        raise ReleaseError(
            said(
                "kind {kind} names no file form for channel {channel}",
                kind=draft.kind,
                channel=draft.channel,
            ),
            hint=said(
                "add it under [formats] in {path}",
                path=project.config.kinds / draft.kind / "kind.toml",
            ),
        )
    return Terms(marking=project.marking(policy), file_form=kind.formats[draft.channel])
