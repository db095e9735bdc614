"""Signed checkpoints of a log: C2SP tlog-checkpoint in a signed note."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aigc_guard.errors import ProofError, said
from aigc_guard.proof.dsse import from_base64, to_base64
from aigc_guard.proof.public_keys import RAW_BYTES, PublicKey, is_signed

_ED25519 = b"\x01"
_HASH_BYTES = 4
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long a log is and what its tree's root is; ``origin`` names the log."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The signed lines."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint with its signature lines, as read; nothing in it is believed yet."""

    checkpoint: Checkpoint
    signatures: tuple[tuple[str, bytes], ...]

    def signer(self, keys: Sequence[PublicKey]) -> PublicKey | None:
        """The pinned key whose signature, in the log's own name, holds."""
        body = self.checkpoint.body.encode()
        for key in keys:
            own = key_hash(self.checkpoint.origin, key.raw)
            for name, value in self.signatures:
                if name != self.checkpoint.origin or value[:_HASH_BYTES] != own:
                    continue
                if is_signed(key.raw, body, value[_HASH_BYTES:]):
                    return key
        return None

    def names(self, keys: Sequence[PublicKey]) -> bool:
        """Whether a line claims to be by a pinned key, be its signature good or not."""
        hashes = {key_hash(self.checkpoint.origin, key.raw) for key in keys}
        return any(value[:_HASH_BYTES] in hashes for _, value in self.signatures)


def key_hash(name: str, raw: bytes) -> bytes:
    """The four bytes by which a signed note names a key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + raw).digest()[:_HASH_BYTES]


def verifier_key(name: str, raw: bytes) -> str:
    """The key as other programs for signed notes take it."""
    return f"{name}+{key_hash(name, raw).hex()}+{to_base64(_ED25519 + raw)}"


def signed_note(checkpoint: Checkpoint, public_key: bytes, signature: bytes) -> str:
    """The note's text with its one signature of ``checkpoint.body``."""
    if len(public_key) != RAW_BYTES or not _NAME.fullmatch(checkpoint.origin):
        raise ValueError("no such note")
    blob = to_base64(key_hash(checkpoint.origin, public_key) + signature)
    return f"{checkpoint.body}\n— {checkpoint.origin} {blob}\n"


def read_note(text: str) -> Note:
    """The checkpoint in a note. Raises ProofError when it is none."""
    try:
        body, lines = text.split("\n\n", 1)
        origin, size, root = body.split("\n")
        if not (_NAME.fullmatch(origin) and _NUMBER.fullmatch(size) and lines.endswith("\n")):
            raise ValueError
        checkpoint = Checkpoint(origin, int(size), from_base64(root))
        signatures = tuple(_line(line) for line in lines[:-1].split("\n"))
    except ValueError:
        raise ProofError(said("it is no signed checkpoint")) from None
    if len(checkpoint.root) != hashlib.sha256().digest_size:
        raise ProofError(said("it is no signed checkpoint"))
    return Note(checkpoint, signatures)


def _line(line: str) -> tuple[str, bytes]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError
    return found.group(1), from_base64(found.group(2))
