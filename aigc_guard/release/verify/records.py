"""The layers about the record: the log, an older checkpoint, the policy, revocations."""

from __future__ import annotations

from aigc_guard.errors import ProofError, said
from aigc_guard.proof import merkle
from aigc_guard.proof.checkpoint import Checkpoint, Note, read_note
from aigc_guard.proof.dsse import read_envelope
from aigc_guard.proof.log_proof import LogProof, read_proof
from aigc_guard.proof.public_keys import Purpose, is_signed
from aigc_guard.proof.statement import REVOCATION, Statement, read_statement
from aigc_guard.release.folder import REVOCATION_FILE
from aigc_guard.release.verify.evidence import REVOCATIONS, Evidence
from aigc_guard.release.verify.interface import Layer, Status

_LOGGED = "release.published"


def log(evidence: Evidence) -> Layer:
    """Whether the statement stands in a log that a pinned key signed."""
    if not evidence.proof_file:
        return Layer(
            "log",
            Status.INCOMPLETE,
            said("the log's proof is not here: a run writes it when it ends"),
        )
    try:
        proof = read_proof(evidence.proof_file)
        problem = _wrong_entry(evidence, proof)
    except ProofError as error:
        return Layer("log", Status.FAILED, error.message)
    if problem:
        return Layer("log", Status.FAILED, problem)
    unsigned = _unsigned(evidence, proof.note)
    if unsigned is not None:
        return Layer("log", *unsigned)
    if not proof.holds():
        return Layer(
            "log",
            Status.FAILED,
            said("entry {number} is not in the signed log", number=proof.index + 1),
        )
    return Layer(
        "log",
        Status.PASSED,
        said("entry {number} of {size} of a signed log", number=proof.index + 1, size=proof.size),
    )


def consistency(evidence: Evidence) -> Layer:
    """Whether the log still begins with the one that the older checkpoint signs."""
    if not evidence.known.checkpoint:
        return Layer("consistency", Status.SKIPPED, said("no older checkpoint was given"))
    try:
        note = read_note(evidence.known.checkpoint)
        present = read_proof(evidence.proof_file).note.checkpoint
    except ProofError as error:
        return Layer("consistency", Status.INCOMPLETE, error.message)
    unsigned = _unsigned(evidence, note)
    if unsigned is not None:
        return Layer("consistency", *unsigned)
    kept = evidence.known.log_root
    if kept is not None and kept(note.checkpoint.size) != note.checkpoint.root:
        message = said(
            "the log is another than the one signed at {size} entries", size=note.checkpoint.size
        )
        return Layer("consistency", Status.FAILED, message)
    older, newer = sorted((note.checkpoint, present), key=lambda one: one.size)
    if older.origin != newer.origin:
        return Layer("consistency", Status.FAILED, said("the checkpoint is of another log"))
    if older.size == newer.size:
        if older.root == newer.root:
            return Layer("consistency", Status.PASSED, said("the same log"))
        message = said("two logs were signed at {size} entries: a fork", size=older.size)
        return Layer("consistency", Status.FAILED, message)
    return _grown(evidence, older, newer)


def policy(evidence: Evidence) -> Layer:
    """Whether the policy that decided is one the verifier knows."""
    known = evidence.known.policies
    if known is None:
        return Layer("policy", Status.SKIPPED, said("no policies are known here"))
    named = evidence.statement.predicate.get("policy", {})
    name, digest = named.get("name", ""), named.get("sha256", "")
    if digest not in known:
        return Layer(
            "policy", Status.INCOMPLETE, said("the policy {name} is not known here", name=name)
        )
    return Layer("policy", Status.PASSED, said("{name}, {digest}", name=name, digest=digest[:16]))


def revocation(evidence: Evidence) -> Layer:
    """Whether a pinned key took the release back."""
    found = _revocations(evidence)
    if found is None:
        return Layer("revocation", Status.SKIPPED, said("no list of revocations is known here"))
    for data in found:
        try:
            taken = _signed_revocation(evidence, data)
        except ProofError as error:
            return Layer("revocation", Status.FAILED, error.message)
        if taken.release_id == evidence.statement.release_id:
            return Layer("revocation", Status.REVOKED, _taken_back(taken))
    return Layer("revocation", Status.PASSED, said("not among {count} revoked", count=len(found)))


def _wrong_entry(evidence: Evidence, proof: LogProof) -> str:
    event = proof.event()
    body = event.get("body")
    same = (
        event.get("kind") == _LOGGED
        and isinstance(body, dict)
        and body.get("release") == evidence.statement.release_id
        and body.get("statement_sha256") == evidence.statement_sha256
    )
    if same:
        return ""
    return said("entry {number} of the log is of another statement", number=proof.index + 1)


def _unsigned(evidence: Evidence, note: Note) -> tuple[Status, str] | None:
    """What is wrong with a checkpoint's signature, or None."""
    keys = evidence.trust.of(Purpose.LOG)
    if note.signer(keys) is not None:
        return None
    if note.names(keys):
        return Status.FAILED, said("the checkpoint is not the one that the log's key signed")
    return Status.UNTRUSTED, said("the checkpoint is signed by no pinned key")


def _grown(evidence: Evidence, older: Checkpoint, newer: Checkpoint) -> Layer:
    ask = evidence.known.consistency
    hashes = ask(older.size, newer.size) if ask is not None else None
    if hashes is None:
        return Layer(
            "consistency",
            Status.INCOMPLETE,
            said(
                "a proof from {old} to {new} entries is needed: aigc-guard audit prove --from",
                old=older.size,
                new=newer.size,
            ),
        )
    holds = merkle.verify_consistency(older.size, newer.size, hashes, older.root, newer.root)
    if not holds:
        message = said(
            "the log of {new} entries does not begin with the one signed at {old}",
            old=older.size,
            new=newer.size,
        )
        return Layer("consistency", Status.FAILED, message)
    message = said("the log only grew from {old} to {new}", old=older.size, new=newer.size)
    return Layer("consistency", Status.PASSED, message)


def _revocations(evidence: Evidence) -> list[bytes] | None:
    """Every revocation at hand; None when there is no place to look at."""
    found, is_known = list(evidence.known.revocations or ()), evidence.known.revocations is not None
    if REVOCATION_FILE in evidence.files:
        found.append(evidence.files[REVOCATION_FILE])
        is_known = True
    listed = evidence.folder.parent / REVOCATIONS
    if listed.is_file():
        found += listed.read_bytes().splitlines(keepends=True)
        is_known = True
    return list(dict.fromkeys(found)) if is_known else None


def _signed_revocation(evidence: Evidence, data: bytes) -> Statement:
    envelope = read_envelope(data)
    statement = read_statement(envelope.payload)
    keys = [key for key in evidence.trust.of(Purpose.RELEASE) if key.id == envelope.key_id]
    holds = any(is_signed(key.raw, envelope.signed, envelope.signature) for key in keys)
    if statement.kind != REVOCATION or not holds:
        raise ProofError(said("a revocation is not signed by a pinned key"))
    return statement


def _taken_back(taken: Statement) -> str:
    at, successor = taken.predicate.get("at", ""), taken.predicate.get("successor", "")
    if successor:
        return said("superseded by {release} at {at}", release=successor, at=at)
    return said("revoked at {at}", at=at)
