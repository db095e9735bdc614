"""How far runs are: what of their briefs is written, and where their drafts stand now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from aigc_guard.store import tables
from aigc_guard.store.core import StoreCore


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of briefs: all, those with a draft, and by where their drafts stand now."""

    briefs: int = 0
    written: int = 0
    quarantined: int = 0
    states: dict[str, int] = field(default_factory=dict)


class RunProgress(StoreCore):
    """A page of runs costs a handful of queries, however many runs there are."""

    def progress_of(self, run_ids: Sequence[str]) -> dict[str, Progress]:
        """The progress of each run."""
        link, drafts, items = tables.run_drafts, tables.drafts, tables.items
        states = (
            sa.select(link.c.run_id, items.c.state, sa.func.count(items.c.work_id.distinct()))
            .join(drafts, drafts.c.draft_id == link.c.draft_id)
            .join(items, items.c.work_id == drafts.c.work_id)
            .where(link.c.run_id.in_(run_ids))
            .group_by(link.c.run_id, items.c.state)
        )
        found: dict[str, dict[str, int]] = {run_id: {} for run_id in run_ids}
        with self._reading() as connection:
            counts = [
                dict(connection.execute(_counted(column, run_ids)).tuples().all())
                for column in (
                    tables.run_briefs.c.brief_digest,
                    link.c.brief_digest,
                    tables.quarantined.c.position,
                )
            ]
            for run_id, state, count in connection.execute(states):
                found[run_id][state] = count
        briefs, written, turned_away = counts
        return {
            run_id: Progress(
                briefs.get(run_id, 0),
                written.get(run_id, 0),
                turned_away.get(run_id, 0),
                found[run_id],
            )
            for run_id in run_ids
        }

    def states_in_run(self, run_id: str) -> dict[str, tuple[str, str]]:
        """The latest draft of each brief of a run and where it stands; "" while undecided."""
        link, drafts, items = tables.run_drafts, tables.drafts, tables.items
        query = (
            sa.select(link.c.brief_digest, link.c.draft_id, items.c.draft_id, items.c.state)
            .join(drafts, drafts.c.draft_id == link.c.draft_id)
            .outerjoin(items, items.c.work_id == drafts.c.work_id)
            .where(link.c.run_id == run_id)
            .order_by(link.c.attempt)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return {
            brief: (str(now or written), str(state or "")) for brief, written, now, state in rows
        }


def _counted(column: sa.Column[str], run_ids: Sequence[str]) -> sa.Select[tuple[str, int]]:
    run = column.table.c.run_id
    return sa.select(run, sa.func.count(column.distinct())).where(run.in_(run_ids)).group_by(run)
