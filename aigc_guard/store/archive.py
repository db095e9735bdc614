"""What the archive's columnar projection reads: decided drafts in windows, and marks of change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from aigc_guard.records import CheckReport
from aigc_guard.store import tables
from aigc_guard.store.core import chunks
from aigc_guard.store.decisions import DecisionTables
from aigc_guard.store.measurements import HELD, report_of
from aigc_guard.store.rows import ReportKey


@dataclass(frozen=True, slots=True)
class DecisionMark:
    """How far the decisions went: the last one's number and digest, and how many there are.

    Decisions are only ever appended, so a store with the same decision at ``seq`` and as many up
    to it holds what it held.
    """

    seq: int = 0
    digest: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided draft: its first and its latest decision, and what the latest was made from."""

    draft_id: str
    text_sha256: str
    first: int
    last: int
    at: str
    measured: tuple[ReportKey, ...]


class ArchiveTables(DecisionTables):
    """Reading many drafts at once. Nothing here writes."""

    def decision_mark(self, upto: int | None = None) -> DecisionMark:
        """The mark of the last decision, or of decision ``upto`` and what lies before it."""
        table = tables.decisions
        counted = sa.select(sa.func.max(table.c.seq), sa.func.count())
        last = sa.select(table.c.decision_digest)
        with self._reading() as connection:
            if upto is not None:
                counted = counted.where(table.c.seq <= upto)
            seq, count = connection.execute(counted).one()
            digest = connection.execute(last.where(table.c.seq == (seq or 0))).scalar()
        return DecisionMark(int(seq or 0), str(digest or ""), int(count))

    def decided_between(self, after: int, upto: int, *, as_of: int) -> list[Decided]:
        """Drafts whose latest decision lies in ``(after, upto]``; none later than ``as_of`` counts.

        Windows that follow on each other name every draft once.
        """
        seq = tables.decisions.c.seq
        return self._decided(as_of, seq > after, seq <= upto)

    def decided_of(self, draft_ids: Iterable[str], *, as_of: int) -> dict[str, Decided]:
        """The same for drafts by their ids."""
        found: dict[str, Decided] = {}
        for some in chunks(list(draft_ids)):
            rows = self._decided(as_of, tables.decisions.c.draft_id.in_(some))
            found.update({row.draft_id: row for row in rows})
        return found

    def _decided(self, as_of: int, *where: sa.ColumnElement[bool]) -> list[Decided]:
        table = tables.decisions
        other = table.alias()
        own = sa.and_(other.c.draft_id == table.c.draft_id, other.c.seq <= as_of)

        def over(what: sa.ColumnElement[object]) -> sa.ScalarSelect[object]:
            return sa.select(what).where(own).correlate(table).scalar_subquery()

        query = (
            sa.select(
                *table.c["draft_id", "text_sha256"],
                over(sa.func.min(other.c.seq)),
                table.c.seq,
                over(sa.func.max(other.c.at)),
                table.c.measured,
            )
            .where(*where, table.c.seq == over(sa.func.max(other.c.seq)))
            .order_by(table.c.seq)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [
            Decided(draft_id, text, int(first), int(last), str(at), _keys(text, measured))
            for draft_id, text, first, last, at, measured in rows
        ]

    def reports_of_texts(self, texts: Iterable[str]) -> dict[str, list[CheckReport]]:
        """Every stored measurement of each text; texts that were never measured are left out."""
        table = tables.reports
        found: dict[str, list[CheckReport]] = {}
        with self._reading() as connection:
            for some in chunks(sorted(set(texts))):
                query = sa.select(table).where(table.c.text_sha256.in_(some))
                for row in connection.execute(query).mappings():
                    found.setdefault(row["text_sha256"], []).append(report_of(row))
        return found

    def failed_reports(self, check: str, texts: Iterable[str]) -> dict[str, list[CheckReport]]:
        """The measurements of a check that may still be replaced: failed or unfinished ones."""
        table = tables.reports
        found: dict[str, list[CheckReport]] = {}
        with self._reading() as connection:
            for some in chunks(sorted(set(texts))):
                query = (
                    sa.select(table)
                    .where(table.c.text_sha256.in_(some), table.c.check_id == check)
                    .where(table.c.status.in_(HELD))
                )
                for row in connection.execute(query).mappings():
                    found.setdefault(row["text_sha256"], []).append(report_of(row))
        return found

    def measurement_mark(self) -> int:
        """A number that is larger once another measurement was stored."""
        with self._reading() as connection:
            return int(connection.execute(sa.select(self._mark())).scalar() or 0)

    def texts_measured_since(self, mark: int) -> frozenset[str] | None:
        """Texts with a measurement stored after ``mark``; None where the database can't say which.

        A failed measurement that was replaced is not among them: it keeps its place.
        """
        if mark == self.measurement_mark():
            return frozenset()
        if self.engine.dialect.name != "sqlite":
            return None
        query = sa.select(tables.reports.c.text_sha256).where(mark < _ROWID).distinct()
        with self._reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def _mark(self) -> sa.ColumnElement[int]:
        """Measurements are never removed: SQLite numbers them, elsewhere they are counted."""
        if self.engine.dialect.name == "sqlite":
            return sa.select(sa.func.max(_ROWID)).select_from(tables.reports).scalar_subquery()
        return sa.select(sa.func.count()).select_from(tables.reports).scalar_subquery()


_ROWID: sa.ColumnElement[int] = sa.literal_column("reports.rowid", sa.Integer)


def _keys(text_sha256: str, noted: str) -> tuple[ReportKey, ...]:
    rows: Sequence[Sequence[str]] = json.loads(noted or "[]")
    return tuple((text_sha256, *row) for row in rows)  # type: ignore[misc]
