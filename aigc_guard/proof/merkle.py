"""Merkle trees of RFC 6962 and RFC 9162: roots, inclusion and consistency, made and checked.

Making a proof asks for the roots of complete subtrees only, so a log that caches some of them
answers at any size without reading itself whole. Checking needs nothing but the proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Subtree = Callable[[int, int], bytes]
"""Root of the ``position``-th complete subtree of ``2**level`` leaves."""

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry; the prefix keeps an entry from posing as an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root of a complete subtree from a level of it; their number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def over(leaves: Sequence[bytes]) -> Subtree:
    """Subtrees of a log whose leaf hashes are all at hand."""
    return lambda level, position: fold(leaves[position << level : (position + 1) << level])


def root(size: int, subtree: Subtree) -> bytes:
    """Root of the log's first ``size`` entries."""
    return _root(0, size, subtree) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Proof that the entry at ``index`` is among the first ``size``. ValueError when it is not."""
    if not 0 <= index < size:
        raise ValueError("no such entry in a log of that size")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _half(stop - start)
        if index < middle:
            path.append(_root(middle, stop, subtree))
            stop = middle
        else:
            path.append(_root(start, middle, subtree))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Proof that a log of ``new`` entries begins with the one of ``old``, or ValueError."""
    if not 0 <= old <= new:
        raise ValueError("the older log can't be the longer one")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, stop, whole = 0, new, True
    while stop != old:
        middle = start + _half(stop - start)
        if old <= middle:
            path.append(_root(middle, stop, subtree))
            stop = middle
        else:
            path.append(_root(start, middle, subtree))
            start, whole = middle, False
    return ([] if whole else [_root(start, stop, subtree)]) + path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether ``proof`` leads from ``leaf`` at ``index`` to the root of ``size`` entries."""
    if not 0 <= index < size:
        return False
    node, last, reached = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            reached = node_hash(step, reached)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached = node_hash(reached, step)
        node, last = node >> 1, last >> 1
    return last == 0 and reached == expected


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether ``proof`` shows that the log of ``new`` entries begins with the one of ``old``."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        node, last = node >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _half(count: int) -> int:
    """The largest power of two below ``count``: where RFC 6962 splits."""
    return 1 << ((count - 1).bit_length() - 1)


def _root(start: int, stop: int, subtree: Subtree) -> bytes:
    """Root of a range that begins where such a range may; the left parts are complete."""
    parts: list[bytes] = []
    while start < stop:
        count = stop - start
        width = 1 << (count.bit_length() - 1)
        level = width.bit_length() - 1
        parts.append(subtree(level, start >> level))
        start += width
    reached = parts.pop()
    while parts:
        reached = node_hash(parts.pop(), reached)
    return reached
