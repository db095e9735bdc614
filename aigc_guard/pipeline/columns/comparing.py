"""Compares two policies over the columns of the archive."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from aigc_guard.pipeline.columns.judging import OUTCOMES, Verdict, judge, serving
from aigc_guard.pipeline.columns.keeping import segments
from aigc_guard.pipeline.columns.manifest import Damaged
from aigc_guard.pipeline.columns.shape import Array, Segment
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.replay import Move, Replay, compare_some
from aigc_guard.policy import Policy
from aigc_guard.policy.ruleset import unique_requests

Placed = tuple[int, Move]


def replay_columns(
    project: Project, folder: Path, old: Policy, new: Policy, *, since: str = "", kind: str = ""
) -> Replay:
    """What ``replay_each`` says, from columns kept in ``folder``; OSError if they can't be."""
    try:
        return _replay(project, folder, old, new, since, kind)
    except Damaged:
        shutil.rmtree(folder)
        return _replay(project, folder, old, new, since, kind)


def _replay(
    project: Project, folder: Path, old: Policy, new: Policy, since: str, kind: str
) -> Replay:
    found = Replay()
    moves: list[Placed] = []
    at = project.clock()
    requests = unique_requests([rule for policy in (old, new) for rule in policy.rules])
    with segments(project, folder, old, requests) as archive:
        for segment in archive:
            chosen = _chosen(segment, old, new, since, kind)
            if chosen.any():
                work = _Comparison(project, old, new, segment, chosen, at)
                moves += work.settled(found)
                moves += work.exact(found)
    # In the order in which the drafts were first decided.
    found.moves = [move for _, move in sorted(moves, key=lambda placed: placed[0])]
    return found


def _chosen(segment: Segment, old: Policy, new: Policy, since: str, kind: str) -> Array:
    """The rows that are compared."""
    chosen: Array = segment.live & (serving(old, segment) | serving(new, segment))
    if since:
        chosen &= segment.rows.at >= np.bytes_(since.encode())
    if kind:
        kinds = [one.kind == kind for one in segment.rows.settings]
        chosen &= segment.rows.of_settings(kinds)
    return chosen


class _Comparison:
    """Both policies over one segment."""

    def __init__(
        self,
        project: Project,
        old: Policy,
        new: Policy,
        segment: Segment,
        chosen: Array,
        at: str,
    ) -> None:
        self.project, self.old, self.new, self.at = project, old, new, at
        self.rows, self.chosen = segment.rows, chosen
        self.was, self.now = judge(old, segment, chosen, at), judge(new, segment, chosen, at)
        self.unsettled = chosen & (self.was.unsettled | self.now.unsettled)

    def settled(self, found: Replay) -> list[Placed]:
        """The moves among the rows that columns settle."""
        rows = self.chosen & ~self.unsettled
        missing = np.zeros(len(rows), dtype=bool)
        for rule in {**self.was.missing, **self.now.missing}:
            own = rows & (_missing(self.was, rule, rows) | _missing(self.now, rule, rows))
            if own.any():
                found.unmeasured[rule] += int(own.sum())
                missing |= own
        found.left_out += int(missing.sum())
        compared = rows & ~missing
        found.compared += int(compared.sum())
        before, after = self.was.outcome, self.now.outcome
        moved = np.flatnonzero(compared & (before != after))
        return self._moves(moved, before, after)

    def _moves(self, moved: Array, before: Array, after: Array) -> list[Placed]:
        stricter = after[moved] > before[moved]
        rules = {
            **self.now.responsible(moved[stricter], after),
            **self.was.responsible(moved[~stricter], before),
        }
        settings = self.rows.settings
        return [
            (
                first,
                Move(
                    name.decode(),
                    settings[where].kind,
                    settings[where].channel,
                    OUTCOMES[old],
                    OUTCOMES[new],
                    rules.get(row, ()),
                ),
            )
            for row, first, name, where, old, new in zip(
                moved.tolist(),
                self.rows.first[moved].tolist(),
                self.rows.draft_id[moved].tolist(),
                self.rows.where[moved].tolist(),
                before[moved].tolist(),
                after[moved].tolist(),
                strict=True,
            )
        ]

    def exact(self, found: Replay) -> list[Placed]:
        """The moves among the rows that only ``decide`` itself can settle."""
        chosen = np.flatnonzero(self.unsettled)
        ids = [name.decode() for name in self.rows.draft_id[chosen].tolist()]
        first = dict(zip(ids, self.rows.first[chosen].tolist(), strict=True))
        moves = []
        for name, one in compare_some(self.project, self.old, self.new, ids, self.at):
            found.one_by_one += 1
            found.compared += one.compared
            found.left_out += one.left_out
            found.unmeasured.update(one.unmeasured)
            moves += [(first[name], move) for move in one.moves]
        return moves


def _missing(verdict: Verdict, rule: str, rows: Array) -> Array:
    found = verdict.missing.get(rule)
    return np.zeros(len(rows), dtype=bool) if found is None else found
