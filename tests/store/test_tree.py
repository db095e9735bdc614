"""The Merkle tree in the store: every event a leaf, on both databases, whoever writes."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.errors import StoreError
from aigc_guard.proof import merkle
from aigc_guard.proof.entries import entry_bytes
from aigc_guard.records import canonical
from aigc_guard.store import NewEvent, Store, tree
from aigc_guard.store.tables import log_hashes

AT = "2026-01-05T09:00:00Z"


def some_events(first: int, count: int) -> list[NewEvent]:
    return [
        NewEvent("draft.written", f"draft{number}", {"number": number}, AT)
        for number in range(first, first + count)
    ]


def leaves_of(store: Store) -> list[bytes]:
    """Each event's leaf, made anew from what the store says it is."""
    return [
        merkle.leaf_hash(
            canonical(
                {
                    "seq": event.seq,
                    "at": event.at,
                    "kind": event.kind,
                    "subject": event.subject,
                    "actor": event.actor,
                    "body": event.body,
                }
            )
        )
        for event in store.events()
    ]


def cached_root(store: Store, size: int) -> bytes:
    with store.engine.connect() as connection:
        return merkle.root(size, tree.subtrees(connection))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    st.integers(1, 2**53 - 1),
    TEXT,
    TEXT,
    st.dictionaries(TEXT, TEXT | st.integers(0, 9) | st.none()),
)
def test_an_entry_is_the_canonical_json_of_its_event(
    seq: int, subject: str, actor: str, body: dict[str, object]
) -> None:
    kept = canonical(body).decode()
    entry = entry_bytes(seq=seq, at=AT, kind="k", subject=subject, actor=actor, body=kept)
    whole = {"seq": seq, "at": AT, "kind": "k", "subject": subject, "actor": actor, "body": body}
    assert entry == canonical(whole)
    assert json.loads(entry) == whole


def test_appends_of_any_length_give_the_tree_of_their_events(store: Store) -> None:
    sizes, reached = [1, 2, 252, 1, 1, 300, 700, 255, 257], 0
    for size in sizes:
        store.append_events(some_events(reached, size))
        reached += size
    leaves = leaves_of(store)
    assert len(leaves) == reached == sum(sizes)
    for size in (1, 255, 256, 257, 512, 1000, reached):
        assert cached_root(store, size) == merkle.root(size, merkle.over(leaves))
    roots = cached_root(store, 300), cached_root(store, reached)
    with store.engine.connect() as connection:
        subtree = tree.subtrees(connection)
        proof = merkle.inclusion_proof(700, reached, subtree)
        kept = merkle.consistency_proof(300, reached, subtree)
    assert merkle.verify_inclusion(leaves[700], 700, reached, proof, roots[1])
    assert merkle.verify_consistency(300, reached, kept, *roots)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=4))
def test_whole_subtrees_are_noted_once_at_every_level(sizes: list[int]) -> None:
    """The same arithmetic on leaves made up, up to the third level."""
    noted: dict[tuple[int, int], bytes] = {}
    reached = 0
    for size in sizes:
        rows = [(0, reached + offset, b"%032d" % (reached + offset)) for offset in range(size)]
        reached += size
        level, done = 0, rows
        while done:
            assert not any((one[0], one[1]) in noted for one in done)
            known = {key: value for key, value in noted.items() if key[0] == level}
            noted |= {(one[0], one[1]): one[2] for one in done}
            done = tree.completed(
                level,
                done,
                lambda start, stop, known=known, level=level: [  # type: ignore[misc]
                    known[level, place] for place in range(start, stop)
                ],
            )
            level += 1
    whole = merkle.over([b"%032d" % number for number in range(reached)])
    for (level, place), value in noted.items():
        if level:
            assert value == whole(8 * level, place)
    assert sum(1 for level, _ in noted if level == 1) == reached // 256
    assert sum(1 for level, _ in noted if level == 2) == reached // 65536


def test_a_transaction_that_fails_leaves_no_leaf(store: Store) -> None:
    store.append_events(some_events(0, 3))
    with pytest.raises(StoreError), store.transaction() as tx:
        tx.append_events([*some_events(3, 300), NewEvent("k", "s", {"score": 0.5}, AT)])
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        tx.append_event("k", "s", body={"n": tx.append_events(some_events(3, 300)) // 0}, at=AT)
    store.append_events(some_events(7, 300))
    assert cached_root(store, 303) == merkle.root(303, merkle.over(leaves_of(store)))


def test_hashes_that_were_removed_are_missed(store: Store) -> None:
    store.append_events(some_events(0, 5))
    with store.engine.begin() as connection:
        if store.engine.dialect.name == "sqlite":
            connection.execute(sa.text("DROP TRIGGER log_hashes_no_delete"))
        else:
            connection.execute(sa.text("SET session_replication_role = replica"))
        connection.execute(sa.delete(log_hashes).where(log_hashes.c.position == 3))
    with pytest.raises(StoreError, match="lacks hashes"):
        cached_root(store, 5)


@pytest.mark.parametrize(
    "table", ["log_hashes", "checkpoints", "statements", "revocations", "erasures"]
)
def test_the_database_refuses_to_change_what_is_signed(store: Store, table: str) -> None:
    values = {
        "log_hashes": "0, 7, ''",
        "checkpoints": "1, 1, '', '', ''",
        "statements": "'a', 'b', '', 1, ''",
        "revocations": "1, 'a', '', '', '', '', '', ''",
        "erasures": "1, 'draft', '', '', ''",
    }[table]
    with store.engine.begin() as connection:
        connection.execute(sa.text(f"INSERT INTO {table} VALUES ({values})"))
    column = sa.inspect(store.engine).get_columns(table)[0]["name"]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="append-only"),
            store.engine.begin() as connection,
        ):
            connection.execute(sa.text(statement))
