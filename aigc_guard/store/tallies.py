"""Counts per day, kept in the transaction of what they count.

A page of trends reads a few hundred rows here instead of the whole record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from aigc_guard.records import Decision
from aigc_guard.store.desk_tables import tallies

DECIDED, TRIPPED, RELEASED = "decided", "tripped", "released"


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened on a day; ``name`` is an outcome, a rule or nothing.

    ``measure`` is decided, tripped, released, approve, reject, approve:rule or reject:rule.
    """

    day: str
    measure: str
    policy: str
    name: str
    count: int


def count(connection: Connection, at: str, measure: str, policy: str, names: Iterable[str]) -> None:
    """Count one more of each name on the day of ``at``."""
    dialect = connection.dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    key = ("day", "measure", "policy", "name")
    for name in sorted(set(names)):
        row = {"day": at[:10], "measure": measure, "policy": policy, "name": name, "count": 1}
        statement = insert(tallies).values(row)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=key, set_={"count": tallies.c["count"] + 1}
            )
        )


def count_decision(connection: Connection, decision: Decision, at: str) -> None:
    """Count a decision by its outcome, and each rule that tripped."""
    count(connection, at, DECIDED, decision.policy, [decision.outcome.value])
    count(connection, at, TRIPPED, decision.policy, [one.rule for one in decision.reasons])


def tallies_between(connection: Connection, first: str, last: str) -> list[Tally]:
    """All counts of the days from ``first`` to ``last``, both included."""
    query = (
        sa.select(tallies)
        .where(tallies.c.day >= first, tallies.c.day <= last)
        .order_by(tallies.c.day, tallies.c.measure, tallies.c.policy, tallies.c.name)
    )
    return [Tally(**row) for row in connection.execute(query).mappings()]
