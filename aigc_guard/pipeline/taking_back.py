"""What takes something back: revoking or superseding a release, and erasing what was kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.audit.log import Kind
from aigc_guard.errors import ReleaseError, said
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proofs import seal
from aigc_guard.proof.public_keys import Purpose
from aigc_guard.records import Release, sha256_text
from aigc_guard.release.taking_back import take_back
from aigc_guard.store.erasing import RELEASE, Payload
from aigc_guard.store.proofs import Revocation


def revoke(
    project: Project, release_id: str, *, reason: str, actor: str, successor: str = ""
) -> Revocation:
    """Take a release back: it verifies as revoked from now on. ``actor`` is an opaque id."""
    made = take_back(
        project.store,
        project.signer(Purpose.RELEASE),
        release_id,
        reason=reason,
        actor=actor,
        at=project.clock(),
        successor=successor,
    )
    seal(project)
    return made


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased."""

    payload: Payload
    release: Release | None


def erase(project: Project, draft_id: str, *, reason: str, actor: str) -> Erased:
    """Erase all that is kept of a draft's order: texts, ledger, comments, brief, released files.

    The log keeps its entries, which hold digests only, and stays valid. Reports and backups are
    not reached. Raises ReleaseError while a release of it stands: revoke that first.
    """
    store = project.store
    if not reason.strip():
        raise ReleaseError(said("an erasure needs a reason"), hint=said("--reason TEXT"))
    payload = store.payload_of(draft_id)
    if not payload.drafts:
        raise ReleaseError(said("draft {draft_id} is not in the store", draft_id=draft_id))
    release = store.release_of_order(draft_id)
    if release is not None and not store.revocations(release_id=release.release_id):
        raise ReleaseError(
            said("release {release} of it stands", release=release.release_id),
            hint=said("revoke it first: aigc-guard release revoke {release} --reason TEXT",
                      release=release.release_id),
        )  # fmt: skip
    at = project.clock()
    body = {
        "drafts": list(payload.drafts),
        "brief": payload.brief,
        "release": release.release_id if release else "",
        "reason_sha256": sha256_text(reason),
    }
    with store.transaction() as tx:
        tx.erase_payload(payload, actor=actor, at=at)
        if release is not None:
            tx.note_erased(RELEASE, release.release_id, actor=actor, at=at)
            tx.drop_fingerprints(release.release_id)
        tx.append_event(Kind.PAYLOAD_ERASED, draft_id, body=body, at=at, actor=actor)
    if release is not None:
        _remove(project.config.home_outbox / release.folder)
    seal(project)
    return Erased(payload, release)


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ReleaseError(
            said("the release {folder} can't be removed: {why}", folder=folder, why=error.strerror),
            hint=said("mend its permissions, then erase again"),
        ) from None
