"""DSSE envelopes: bytes, what they are, and one Ed25519 signature over both."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from aigc_guard.errors import ProofError, said
from aigc_guard.records import canonical

PAYLOAD_TYPE = "application/vnd.in-toto+json"
LARGEST = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with its signature, as read; nothing in it is believed yet."""

    payload: bytes
    key_id: str
    signature: bytes

    @property
    def signed(self) -> bytes:
        """The bytes under the signature."""
        return pre_authentication(self.payload)

    def to_bytes(self) -> bytes:
        """The envelope's file: canonical JSON and a line feed."""
        signature = {"keyid": self.key_id, "sig": to_base64(self.signature)}
        return as_file(
            {
                "payload": to_base64(self.payload),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [signature],
            }
        )


def pre_authentication(payload: bytes) -> bytes:
    """DSSE's encoding of type and payload: no other pair gives the same bytes."""
    head = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(payload)} "
    return head.encode() + payload


def read_envelope(data: bytes) -> Envelope:
    """The envelope in a file. Raises ProofError unless it is written exactly as we write it."""
    value = from_file(data)
    try:
        if value["payloadType"] != PAYLOAD_TYPE:
            raise ValueError
        [signature] = value["signatures"]
        read = Envelope(
            from_base64(value["payload"]),
            str(signature["keyid"]),
            from_base64(signature["sig"]),
        )
        same = read.to_bytes() == data
    except (ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise ProofError(said("it is no envelope with one signature"))
    return read


def as_file(value: Any) -> bytes:
    """Canonical JSON and a line feed."""
    return canonical(value) + b"\n"


def from_file(data: bytes) -> Any:
    """The JSON of a file. Raises ProofError unless its bytes are the canonical ones."""
    if not data.endswith(b"\n"):
        raise ProofError(said("it is not canonical JSON"))
    return from_canonical(data[:-1])


def from_canonical(data: bytes) -> Any:
    """The JSON of bytes that must be canonical: keys sorted, none twice. Raises ProofError."""
    if len(data) > LARGEST:
        raise ProofError(said("it is larger than anything this program writes"))
    try:
        value = json.loads(data.decode("utf-8"))
        same = canonical(value) == data
    except (ValueError, TypeError, RecursionError):
        same = False
    if not same:
        raise ProofError(said("it is not canonical JSON"))
    return value


def to_base64(data: bytes) -> str:
    """Standard alphabet, with padding."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """The bytes of strict base64; ValueError for any other way to write them."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("no base64") from None
    if to_base64(data) != text:
        raise ValueError("no base64")
    return data
