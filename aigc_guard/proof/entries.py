"""The form of a log entry: one event as canonical JSON. It can never change: proofs rest on it."""

from __future__ import annotations

from aigc_guard.records import canonical


def entry_bytes(*, seq: int, at: str, kind: str, subject: str, actor: str, body: str) -> bytes:
    """Canonical JSON (RFC 8785) of a whole event.

    ``body`` is canonical JSON already, as the store keeps it, and is taken as it is: parsing and
    writing it again would cost more than the rest of an append.
    """
    head = canonical({"actor": actor, "at": at})
    tail = canonical({"kind": kind, "seq": seq, "subject": subject})
    return head[:-1] + b',"body":' + body.encode() + b"," + tail[1:]
