"""Puts each statement's proof of the log beside its release, once a checkpoint covers it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from aigc_guard.audit.checkpoints import Sealed
from aigc_guard.proof.log_proof import LogProof
from aigc_guard.release.folder import PROOF_FILE, add_file, only_publisher
from aigc_guard.store import Store


def write_proofs(store: Store, outbox: Path, sealed: Sealed) -> int:
    """Write the proofs of what was logged since the checkpoint before; returns how many.

    A release whose folder was taken away gets none: its proof can still be exported.
    """
    due = [
        one
        for one in store.statements(after=sealed.after)
        if one.event_seq <= sealed.checkpoint.size
    ]
    made = proofs(store, [one.event_seq for one in due], sealed)
    placed = []
    for statement, proof in zip(due, made, strict=True):
        release = store.release(statement.release_id)
        folder = outbox / release.folder if release else None
        if folder is not None and folder.is_dir():
            placed.append((folder, proof))
    for parent, group in groupby(placed, key=lambda one: one[0].parent):
        with only_publisher(parent):
            for folder, proof in group:
                add_file(folder, PROOF_FILE, proof.to_bytes())
    return len(placed)


def proofs(store: Store, seqs: Sequence[int], sealed: Sealed) -> list[LogProof]:
    """The proofs of entries by their numbers, under one checkpoint."""
    size = sealed.checkpoint.size
    return [
        LogProof(one.data, one.index, size, one.hashes, sealed.note)
        for one in store.entries_in(seqs, size)
    ]
