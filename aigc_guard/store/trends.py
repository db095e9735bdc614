"""Counts that pages of trends need and days' tallies don't hold: who reviewed, how scores lie."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from aigc_guard.store import tables
from aigc_guard.store.searching import EventSearch

MOST_REPORTS = 500


@dataclass(frozen=True, slots=True)
class Load:
    """How often a person reviewed on a day."""

    day: str
    actor: str
    action: str
    count: int


@dataclass(frozen=True, slots=True)
class ModelScores:
    """The newest measurements of a check by one model: the highest score of each text."""

    check: str
    model_digest: str
    first: str
    scores: tuple[float, ...]


class TrendQueries(EventSearch):
    """Each reads a bounded part of the store, or what an index leads to."""

    def review_load(self, first: str, last: str) -> list[Load]:
        """Reviews per day, person and action, both days included."""
        table = tables.reviews
        day = sa.func.substr(table.c.at, 1, 10)
        query = (
            sa.select(day, table.c.actor, table.c.action, sa.func.count())
            .where(table.c.at >= first, table.c.at <= f"{last}~")
            .group_by(day, table.c.actor, table.c.action)
            .order_by(day, table.c.actor, table.c.action)
        )
        with self._reading() as connection:
            return [Load(*row) for row in connection.execute(query)]

    def scores_by_model(self) -> list[ModelScores]:
        """For each check and each model that measured with it, the newest 500 texts' scores."""
        table = tables.reports
        with self._reading() as connection:
            pairs = connection.execute(
                sa.select(table.c.check_id, table.c.model_digest, sa.func.min(table.c.measured_at))
                .where(table.c.model_digest != "", table.c.status == "ok")
                .group_by(table.c.check_id, table.c.model_digest)
                .order_by(table.c.check_id, sa.func.min(table.c.measured_at))
            ).all()
            found = []
            for check, digest, first in pairs:
                bodies = connection.execute(
                    sa.select(table.c.body)
                    .where(
                        table.c.check_id == check,
                        table.c.model_digest == digest,
                        table.c.status == "ok",
                    )
                    .order_by(table.c.measured_at.desc())
                    .limit(MOST_REPORTS)
                ).scalars()
                scores = tuple(
                    max((float(one) for one in json.loads(body)["scores"].values()), default=0.0)
                    for body in bodies
                )
                found.append(ModelScores(check, digest, first, scores))
        return found
