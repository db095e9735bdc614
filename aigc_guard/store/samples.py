"""Second readings: released drafts that somebody reads again without the first verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from aigc_guard.store import tables
from aigc_guard.store.desk_tables import editors, samples, verdicts
from aigc_guard.store.requests import RequestTables

GOLDEN = "golden"
_MARK = "second_readings_drawn"


@dataclass(frozen=True, slots=True)
class Sample:
    """A draft to be read again.

    ``stratum`` is ``near`` (just under the limit of ``rule``), ``random`` or ``golden``; a golden
    one has an ``expected`` verdict (``fine``, or ``hold`` by ``rule``).
    """

    sample_id: str
    draft_id: str
    stratum: str
    rule: str
    made_at: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the second reader says: ``fine``, or ``hold`` because of a rule."""

    sample_id: str
    account_id: str
    verdict: str
    rule: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """How many verdicts of a kind there are; ``named`` is the rule that readers named."""

    policy: str
    stratum: str
    rule: str
    expected: str
    verdict: str
    named: str
    count: int


class SampleTables(RequestTables):
    """A sample is read by one person, a golden one by everybody once."""

    def put_samples(self, new: Sequence[Sample], *, drawn_to: int | None = None) -> None:
        """Keep samples; ``drawn_to`` is the number of the last event they were drawn from."""
        rows = [{name: getattr(one, name) for name in Sample.__dataclass_fields__} for one in new]
        table = tables.installation
        with self._writing() as connection:
            self._insert(connection, samples, rows)
            if drawn_to is None:
                return
            self._insert(connection, table, [{"name": _MARK, "value": "0"}])
            connection.execute(
                sa.update(table).where(table.c.name == _MARK).values(value=str(drawn_to))
            )

    def drawn_to(self) -> int:
        """The number of the last event that samples were drawn from; 0 for none."""
        table = tables.installation
        with self._reading() as connection:
            query = sa.select(table.c.value).where(table.c.name == _MARK)
            return int(connection.execute(query).scalar() or 0)

    def sample(self, sample_id: str) -> Sample | None:
        """A sample by its id, or None."""
        query = sa.select(samples).where(samples.c.sample_id == sample_id)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return Sample(**row) if row else None

    def may_read(self, account_id: str, sample_id: str) -> bool:
        """Whether the sample is one of those that the account may read."""
        query = _open_to(account_id).where(samples.c.sample_id == sample_id)
        with self._reading() as connection:
            return connection.execute(query).first() is not None

    def unread(self, account_id: str, *, limit: int) -> list[Sample]:
        """What this account may read: not what it approved, rejected, edited or has read.

        The ids are digests, so their order mixes golden drafts with the others.
        """
        query = _open_to(account_id).order_by(samples.c.sample_id).limit(limit)
        with self._reading() as connection:
            return [Sample(**row) for row in connection.execute(query).mappings()]

    def put_verdict(self, verdict: Verdict) -> bool:
        """Keep a verdict; False when the sample is read already."""
        row = {name: getattr(verdict, name) for name in Verdict.__dataclass_fields__}
        with self._writing() as connection:
            found = self.sample(verdict.sample_id)
            query = sa.select(verdicts.c.account_id).where(
                verdicts.c.sample_id == verdict.sample_id
            )
            readers = set(connection.execute(query).scalars())
            golden = found is not None and found.stratum == GOLDEN
            if verdict.account_id in readers or (readers and not golden):
                return False
            connection.execute(sa.insert(verdicts), row)
        return True

    def count_verdicts(self, account_id: str = "") -> list[VerdictCount]:
        """All verdicts by policy, stratum, rule and what was said; one account's if it is given."""
        decided = tables.items
        own = tables.drafts
        columns = (
            decided.c.policy,
            samples.c.stratum,
            samples.c.rule,
            samples.c.expected,
            verdicts.c.verdict,
            verdicts.c.rule,
        )
        query = (
            sa.select(*columns, sa.func.count())
            .join(samples, samples.c.sample_id == verdicts.c.sample_id)
            .join(own, own.c.draft_id == samples.c.draft_id)
            .join(decided, decided.c.work_id == own.c.work_id)
            .group_by(*columns)
            .order_by(*columns)
        )
        if account_id:
            query = query.where(verdicts.c.account_id == account_id)
        with self._reading() as connection:
            return [VerdictCount(*row) for row in connection.execute(query)]


def _open_to(account_id: str) -> sa.Select[Any]:
    """Samples that the account neither decided about nor read, and nobody else has read."""
    review, work, own = tables.reviews, tables.drafts, tables.drafts.alias()
    mine = sa.and_(verdicts.c.sample_id == samples.c.sample_id, verdicts.c.account_id == account_id)
    read = sa.and_(verdicts.c.sample_id == samples.c.sample_id, samples.c.stratum != GOLDEN)
    decided = sa.and_(review.c.draft_id == samples.c.draft_id, review.c.actor == account_id)
    wrote = (
        sa.select(editors.c.draft_id)
        .join(work, work.c.draft_id == editors.c.draft_id)
        .join(own, own.c.work_id == work.c.work_id)
        .where(own.c.draft_id == samples.c.draft_id, editors.c.account_id == account_id)
    )
    return (
        sa.select(samples)
        .where(~sa.exists().where(mine), ~sa.exists().where(read))
        .where(~sa.exists().where(decided), ~wrote.exists())
    )
