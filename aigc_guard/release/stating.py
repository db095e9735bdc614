"""What the installation signs of a release: a statement of its files and of all that made it.

It holds digests, labels, spans and roles; no text, no value and no name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from aigc_guard.audit.log import record_release
from aigc_guard.proof.dsse import Envelope, pre_authentication, read_envelope
from aigc_guard.proof.statement import RELEASE, Statement, normalised_sha256
from aigc_guard.records import (
    Brief,
    Decision,
    Draft,
    Outcome,
    Reason,
    Release,
    Review,
    digest_of,
    strictest,
)
from aigc_guard.release.code_revision import code_revision
from aigc_guard.release.formats.interface import FORMS, file_name
from aigc_guard.release.marking import Marking
from aigc_guard.release.record import RECORD_FILE, record_bytes
from aigc_guard.signing import Signer
from aigc_guard.store import Store

STATEMENT_FILE = "release.dsse.json"
_TEXTS = frozenset(file_name(form) for form in FORMS)
ENVELOPE = "envelope"
"""Where a publication's note keeps the signed statement until the folder has appeared."""


def sign_release(
    marking: Marking,
    record: Mapping[str, Any],
    *,
    draft: Draft,
    brief: Brief,
    decision: Decision,
    approval: Review | None,
) -> dict[str, str]:
    """The signed statement under the key ``envelope``; nothing where nobody signs."""
    signer = marking.installation.signer
    if signer is None:
        return {}
    predicate = {
        **_made(marking, record, draft, brief),
        "policy": {**record["policy"], "version": marking.policy_version},
        "checks": _checks(record, decision),
        "labels": record["labels"],
        "review": _review(approval),
        "waivers": [
            {"rule": one.rule, "waiver": one.waiver} for one in decision.noted if one.waiver
        ],
        "decision": record["decision"],
    }
    own = hashlib.sha256(record_bytes(record)).hexdigest()
    statement = Statement(
        RELEASE,
        {**record["files"], RECORD_FILE: own},
        draft.text_sha256,
        normalised_sha256(draft.text),
        predicate,
    )
    return {ENVELOPE: signed(statement, signer).decode()}


def signed(statement: Statement, signer: Signer) -> bytes:
    """The envelope's file."""
    payload = statement.to_bytes()
    made = signer.sign(pre_authentication(payload))
    return Envelope(payload, made.key_id, made.value).to_bytes()


def log_release(store: Store, release: Release, envelope: str) -> None:
    """Append a publication to the log, and keep its statement, if it has one, under its digest."""
    payload = read_envelope(envelope.encode()).payload if envelope else b""
    digest = hashlib.sha256(payload).hexdigest() if payload else ""
    seq = record_release(store, release, statement_sha256=digest)
    if envelope:
        store.put_statement(
            digest, release_id=release.release_id, bundle=envelope, event_seq=seq, at=release.at
        )


def _made(
    marking: Marking, record: Mapping[str, Any], draft: Draft, brief: Brief
) -> dict[str, Any]:
    """What was made, from what, by which model and code."""
    [form] = [name for name in record["files"] if name in _TEXTS]
    return {
        "release_id": record["release_id"],
        "released_at": record["released_at"],
        "code": code_revision(),
        "content": {
            "kind": draft.kind,
            "language": draft.language,
            "channel": draft.channel,
            "form": form.rpartition(".")[2],
        },
        "model": _model(marking, draft, brief),
        "generation": {
            "draft": draft.draft_id,
            "parent": draft.parent,
            "made_by": draft.made_by,
            "brief_sha256": brief.digest,
            # Brief and settings make the prompt: the settings' digest covers its format.
            "prompt_sha256": digest_of({"brief": brief.digest, "settings": draft.settings_digest}),
            "parameters_sha256": draft.settings_digest,
            "seed": str(draft.seed),
            "attempt": draft.attempt,
        },
    }


def _model(marking: Marking, draft: Draft, brief: Brief) -> dict[str, Any]:
    """The model and its files. A supplied text names nobody: its writer may be a person."""
    if brief.text:
        return {"name": "supplied", "sha256": "", "lock_sha256": "", "files": {}}
    known = marking.installation.models.get(draft.writer)
    # The lock may name a newer model by now than the one that wrote this.
    entry = known if known is not None and known.digest == draft.model_digest else None
    return {
        "name": draft.writer,
        "sha256": draft.model_digest,
        "lock_sha256": entry.entry_digest if entry else "",
        "files": dict(entry.files) if entry else {},
    }


def _checks(record: Mapping[str, Any], decision: Decision) -> list[dict[str, Any]]:
    """The record's measurements, each with what the policy made of it."""
    return [
        {**one, "verdict": _verdict(one["check"], decision.reasons).value}
        for one in record["checks"]
    ]


def _verdict(check: str, reasons: Sequence[Reason]) -> Outcome:
    return strictest(reason.outcome for reason in reasons if reason.check == check)


def _review(approval: Review | None) -> dict[str, Any] | None:
    if approval is None:
        return None
    return {
        "action": approval.action,
        "roles": sorted(approval.roles),
        "authenticated": approval.authenticated,
        "at": approval.at,
        "text_sha256": approval.text_sha256,
        "policy_sha256": approval.policy_digest,
    }
