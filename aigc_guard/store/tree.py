"""The Merkle tree over the events, kept so that growing it and proving from it stay fast.

Cached are the hashes of single entries (level 0) and of complete subtrees of 256, 256², … entries
(levels 1, 2, …): a proof reads a few hundred of them, whatever the log's size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.errors import StoreError, said
from aigc_guard.proof import merkle
from aigc_guard.proof.entries import entry_bytes
from aigc_guard.store import tables
from aigc_guard.store.core import Row

BITS = 8
WIDTH = 1 << BITS
_INSERT = sa.insert(tables.log_hashes)

Node = tuple[int, int, bytes]
"""Level, position, hash."""


def leaf_of(row: Row) -> bytes:
    """The leaf hash of an event as its row lies in the store."""
    entry = entry_bytes(
        seq=row["seq"],
        at=row["at"],
        kind=row["kind"],
        subject=row["subject"],
        actor=row["actor"],
        body=row["body"],
    )
    return merkle.leaf_hash(entry)


def grow(connection: Connection, rows: Sequence[Row]) -> None:
    """Add events to the tree, in order and in the transaction that stores them."""
    if not rows:
        return
    first = int(rows[0]["seq"]) - 1
    done: list[Node] = [(0, first + offset, leaf_of(row)) for offset, row in enumerate(rows)]
    fresh: list[Node] = []
    while done:
        fresh += done
        level = done[0][0]
        done = completed(level, done, partial(stored_hashes, connection, level))
    values = [{"level": level, "position": place, "hash": hash} for level, place, hash in fresh]
    connection.execute(_INSERT, values)


def completed(
    level: int, added: Sequence[Node], known: Callable[[int, int], list[bytes]]
) -> list[Node]:
    """The subtrees of the next level that these hashes complete; ``known`` gives earlier ones."""
    first, stop = added[0][1], added[-1][1] + 1
    start = first - first % WIDTH
    if stop // WIDTH == start // WIDTH:
        return []
    hashes = [*known(start, first), *(hash for *_, hash in added)]
    return [
        (level + 1, place, merkle.fold(hashes[place * WIDTH - start : (place + 1) * WIDTH - start]))
        for place in range(start // WIDTH, stop // WIDTH)
    ]


def stored_hashes(connection: Connection, level: int, start: int, stop: int) -> list[bytes]:
    """Cached hashes of a level from ``start`` to before ``stop``; StoreError if any is missing."""
    if start >= stop:
        return []
    table = tables.log_hashes
    query = (
        sa.select(table.c.hash)
        .where(table.c.level == level, table.c.position >= start, table.c.position < stop)
        .order_by(table.c.position)
    )
    found = [bytes(one) for one in connection.execute(query).scalars()]
    if len(found) != stop - start:
        raise StoreError(
            said("the log's tree lacks hashes: entries were removed from the store"),
            hint=said("aigc-guard audit verify says from which entry on"),
        )
    return found


def subtrees(connection: Connection) -> merkle.Subtree:
    """Roots of complete subtrees, from what is cached; each tile is read once."""
    tiles: dict[tuple[int, int], list[bytes]] = {}

    def subtree(level: int, position: int) -> bytes:
        tile, within = divmod(level, BITS)
        start = position << within
        key = tile, start // WIDTH
        stop = start + (1 << within)
        known = tiles.get(key, [])
        if len(known) < stop - key[1] * WIDTH:
            known = tiles[key] = stored_hashes(connection, tile, key[1] * WIDTH, stop)
        return merkle.fold(known[start - key[1] * WIDTH : stop - key[1] * WIDTH])

    return subtree
