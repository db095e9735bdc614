"""Files that prove something of the log: an entry's place in it, and that it only grew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aigc_guard.errors import ProofError, said
from aigc_guard.proof import merkle
from aigc_guard.proof.checkpoint import Note, read_note
from aigc_guard.proof.dsse import as_file, from_base64, from_canonical, from_file, to_base64

INCLUSION = "aigc_guard log proof, version 1"
CONSISTENCY = "aigc_guard consistency proof, version 1"


@dataclass(frozen=True, slots=True)
class LogProof:
    """An entry, its place, the way up to the root, and the checkpoint that signs the root."""

    entry: bytes
    index: int
    size: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    @property
    def note(self) -> Note:
        """The checkpoint, read. Raises ProofError."""
        return read_note(self.checkpoint)

    def event(self) -> dict[str, Any]:
        """The entry as the event it is. Raises ProofError when it is none."""
        event = from_canonical(self.entry)
        if not isinstance(event, dict) or event.get("seq") != self.index + 1:
            raise ProofError(said("the entry is not the one of its number"))
        return event

    def holds(self) -> bool:
        """Whether the way leads from the entry to the checkpoint's root."""
        signed = self.note.checkpoint
        return signed.size == self.size and merkle.verify_inclusion(
            merkle.leaf_hash(self.entry), self.index, self.size, self.hashes, signed.root
        )

    def to_bytes(self) -> bytes:
        """The proof's file."""
        return as_file(
            {
                "format": INCLUSION,
                "entry": to_base64(self.entry),
                "index": self.index,
                "size": self.size,
                "hashes": [to_base64(one) for one in self.hashes],
                "checkpoint": self.checkpoint,
            }
        )


def read_proof(data: bytes) -> LogProof:
    """The proof in a file. Raises ProofError unless it is written exactly as we write it."""
    value = from_file(data)
    try:
        read = LogProof(
            from_base64(value["entry"]),
            _number(value["index"]),
            _number(value["size"]),
            tuple(from_base64(one) for one in value["hashes"]),
            str(value["checkpoint"]),
        )
        same = read.to_bytes() == data
    except (ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise ProofError(said("it is no proof of the log"))
    _ = read.note
    return read


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of the newer checkpoint begins with the one of the older."""

    old: str
    new: str
    hashes: tuple[bytes, ...]

    def holds(self) -> bool:
        """Whether the newer log only added to the older. Raises ProofError for no checkpoints."""
        old, new = read_note(self.old).checkpoint, read_note(self.new).checkpoint
        return old.origin == new.origin and merkle.verify_consistency(
            old.size, new.size, self.hashes, old.root, new.root
        )

    def to_bytes(self) -> bytes:
        """The proof's file."""
        hashes = [to_base64(one) for one in self.hashes]
        return as_file({"format": CONSISTENCY, "old": self.old, "new": self.new, "hashes": hashes})


def read_consistency(data: bytes) -> ConsistencyProof:
    """The proof in a file. Raises ProofError."""
    value = from_file(data)
    try:
        hashes: Sequence[str] = value["hashes"]
        read = ConsistencyProof(
            str(value["old"]), str(value["new"]), tuple(from_base64(one) for one in hashes)
        )
        same = read.to_bytes() == data
    except (ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise ProofError(said("it is no proof of the log"))
    return read


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("no number")
    return value
