"""The project's own proofs: checkpoints with their copies, and verification of its releases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aigc_guard.audit.checkpoints import Copies, Sealed, keep, sign_log
from aigc_guard.audit.log_check import LogState, check_log
from aigc_guard.errors import ReleaseError, said
from aigc_guard.pipeline.fingerprints import keep_fingerprints
from aigc_guard.pipeline.project import Project
from aigc_guard.proof.log_proof import ConsistencyProof, LogProof
from aigc_guard.proof.public_keys import Purpose
from aigc_guard.release import consistency
from aigc_guard.release.proving import proofs, write_proofs
from aigc_guard.release.taking_back import publish_revocations
from aigc_guard.release.verify import Known, Verdict, verify


@dataclass(frozen=True, slots=True)
class Seal:
    """A checkpoint, and how many releases got their proof with it."""

    sealed: Sealed
    count: int


def seal(project: Project) -> Seal:
    """Sign the log, copy the checkpoint, and put proofs beside the releases it now covers.

    Raises AuditError when the log is not the one that was signed before.
    """
    sealed = sign_log(project.store, project.signer(Purpose.LOG), copies_of(project))
    keep_fingerprints(project)
    written = write_proofs(project.store, project.config.home_outbox, sealed)
    publish_revocations(project.store, project.config.home_outbox)
    keep(project.store, sealed, at=project.clock())
    return Seal(sealed, written)


def copies_of(project: Project) -> Copies:
    """Where this project's checkpoints are copied to."""
    return Copies(project.config.log.copies, project.keyring.trust())


def verify_log(project: Project, *, notes: tuple[str, ...] = ()) -> LogState:
    """Read the whole log again; ``notes`` are checkpoints that somebody kept elsewhere."""
    return check_log(project.store, copies_of(project), notes=notes)


def record_problems(project: Project) -> tuple[str, ...]:
    """Contradictions in the store, between it and the outbox, and in the log; in plain words."""
    found = consistency(project.store, project.config.outbox)
    return (*found, *(one.message for one in verify_log(project).problems))


def verify_release(project: Project, release_id: str, *, checkpoint: str = "") -> Verdict:
    """The verdict on a release of this project. Raises ReleaseError for an unknown one."""
    release = project.store.release(release_id)
    if release is None:
        raise ReleaseError(said("there is no release {release}", release=release_id))
    folder = project.config.home_outbox / release.folder
    return verify_path(project, folder, checkpoint=checkpoint)


def verify_path(project: Project, path: Path, *, checkpoint: str = "") -> Verdict:
    """The verdict on a file or folder, by this installation's keys, log and policies."""
    return verify(path, project.keyring.trust(), known_of(project, checkpoint=checkpoint))


def known_of(project: Project, *, checkpoint: str = "") -> Known:
    """What this installation knows besides the files."""
    store = project.store

    def between(old: int, new: int) -> tuple[bytes, ...]:
        return tuple(store.consistency(old, new))

    def root(size: int) -> bytes | None:
        return store.log_root(size) if size <= store.log_size() else None

    return Known(
        policies=frozenset(store.policy_digests()),
        revocations=tuple(one.bundle.encode() for one in store.revocations()),
        checkpoint=checkpoint,
        consistency=between,
        log_root=root,
    )


def consistency_from(project: Project, old: str) -> ConsistencyProof:
    """Proof that the log, as last signed, begins with the one of the checkpoint ``old``."""
    from aigc_guard.audit.checkpoints import refuse_other_history
    from aigc_guard.proof.checkpoint import read_note

    refuse_other_history(project.store, old)
    new = seal(project).sealed
    size = read_note(old).checkpoint.size
    hashes = project.store.consistency(size, new.checkpoint.size)
    return ConsistencyProof(old, new.note, tuple(hashes))


def proof_of(project: Project, release_id: str) -> LogProof:
    """The proof of a release's statement under a fresh checkpoint. Raises ReleaseError."""
    kept = project.store.statements(release_id=release_id)
    if not kept:
        raise ReleaseError(
            said("no statement of release {release} is kept", release=release_id),
            hint=said("its id is the name of its folder in the outbox"),
        )
    [proof] = proofs(project.store, [kept[-1].event_seq], seal(project).sealed)
    return proof
