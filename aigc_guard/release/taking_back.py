"""Revocations: signed, logged, listed for readers and laid beside the release."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aigc_guard.audit.log import Kind
from aigc_guard.errors import ReleaseError, said
from aigc_guard.proof.dsse import read_envelope
from aigc_guard.proof.statement import REVOCATION, Statement, normalised_sha256, read_statement
from aigc_guard.records import Release, sha256_text
from aigc_guard.release.folder import REVOCATION_FILE, add_file, only_publisher
from aigc_guard.release.stating import signed
from aigc_guard.release.verify.evidence import REVOCATIONS
from aigc_guard.signing import Signer
from aigc_guard.store import Store
from aigc_guard.store.proofs import Revocation

REVOKE, SUPERSEDE = "revoke", "supersede"


def take_back(
    store: Store, signer: Signer, release_id: str, *, reason: str, actor: str, at: str,
    successor: str = "",
) -> Revocation:  # fmt: skip
    """Sign and log that a release is revoked, or superseded by ``successor``.

    The reason is kept here and stands elsewhere as a digest only: it may name people. Raises
    ReleaseError for an unknown release, and StoreError for one that was taken back already.
    """
    release = _known(store, release_id)
    if successor:
        _known(store, successor)
    if successor == release_id:
        raise ReleaseError(said("a release can't supersede itself"))
    if not reason.strip():
        raise ReleaseError(said("a revocation needs a reason"), hint=said("--reason TEXT"))
    action = SUPERSEDE if successor else REVOKE
    predicate = {
        "release_id": release_id,
        "action": action,
        "successor": successor,
        "reason_sha256": sha256_text(reason),
        "at": at,
    }
    envelope = signed(_about(store, release, predicate), signer)
    made = Revocation(release_id, action, successor, reason, actor, envelope.decode(), at)
    body = {**predicate, "statement_sha256": _payload_sha256(envelope)}
    body["release"] = body.pop("release_id")
    kind = Kind.RELEASE_SUPERSEDED if successor else Kind.RELEASE_REVOKED
    with store.transaction() as tx:
        tx.put_revocation(made)
        tx.append_event(kind, release.draft_id, body=body, at=at, actor=actor)
    return made


def publish_revocations(store: Store, outbox: Path) -> int:
    """Write the list of revocations, and each beside its release; what is there already stays."""
    listed = store.revocations()
    if not listed:
        return 0
    content = "".join(one.bundle for one in listed).encode()
    path = outbox / REVOCATIONS
    if not path.exists() or path.read_bytes() != content:
        with only_publisher(outbox):
            draft = path.with_name(f".{path.name}.partial")
            draft.write_bytes(content)
            draft.replace(path)
    for one in listed:
        release = store.release(one.release_id)
        folder = outbox / release.folder if release else outbox / one.release_id
        if folder.is_dir() and not (folder / REVOCATION_FILE).exists():
            with only_publisher(folder.parent):
                add_file(folder, REVOCATION_FILE, one.bundle.encode())
    return len(listed)


def _known(store: Store, release_id: str) -> Release:
    release = store.release(release_id)
    if release is None:
        raise ReleaseError(
            said("there is no release {release}", release=release_id),
            hint=said("its id is the name of its folder in the outbox"),
        )
    return release


def _about(store: Store, release: Release, predicate: dict[str, str]) -> Statement:
    """A statement about the very files and text that were released."""
    kept = store.statements(release_id=release.release_id)
    if kept:
        earlier = read_statement(read_envelope(kept[-1].bundle.encode()).payload)
        files, text = earlier.files, earlier.text_nfc_sha256
    else:  # released before this installation signed
        draft = store.draft(release.draft_id)
        files, text = release.files, normalised_sha256(draft.text if draft else "")
    return Statement(REVOCATION, files, release.text_sha256, text, predicate)


def _payload_sha256(envelope: bytes) -> str:
    return hashlib.sha256(read_envelope(envelope).payload).hexdigest()
