"""Decisions, appended, and the item each order has become because of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.errors import StoreError, said
from aigc_guard.records import Decision, Outcome, digest_of, load
from aigc_guard.store import desk_tables, tables
from aigc_guard.store.core import Row, chunks
from aigc_guard.store.events import EventLog
from aigc_guard.store.risk import risk_of
from aigc_guard.store.rows import Item, ReportKey, State, state_of
from aigc_guard.store.runs import to_json
from aigc_guard.store.tallies import count_decision


class DecisionTables(EventLog):
    """Decisions are never changed. An item shows the decision that stands for an order now."""

    def put_decision(
        self,
        decision: Decision,
        *,
        at: str,
        run_id: str = "",
        measured: Sequence[ReportKey] = (),
    ) -> bool:
        """Append a decision; False when the draft's latest one is the same.

        ``measured`` names the reports it was made from. The order's item moves to this draft,
        unless the same policy has already decided a later attempt or version of it, or the item
        was released. Any change of text, policy or reasons voids an approval.
        """
        with self._writing() as connection:
            draft = self._draft_row_of(connection, decision)
            body, digest = to_json(decision), digest_of(decision)
            is_new = self._latest_digest(connection, decision.draft_id) != digest
            if is_new:
                row = {
                    "seq": self._next_seq(connection, tables.decisions),
                    "draft_id": decision.draft_id,
                    "text_sha256": decision.text_sha256,
                    "policy": decision.policy,
                    "policy_digest": decision.policy_digest,
                    "outcome": decision.outcome.value,
                    "decision_digest": digest,
                    "body": body,
                    "measured": to_json([list(key[1:]) for key in measured]),
                    "run_id": run_id,
                    "at": at,
                }
                connection.execute(sa.insert(tables.decisions), row)
                count_decision(connection, decision, at)
            self._settle(connection, draft, decision, digest, at)
        return is_new

    def put_decisions(
        self,
        decisions: Sequence[Decision],
        *,
        at: str,
        run_id: str = "",
        measured: Mapping[str, Sequence[ReportKey]] | None = None,
    ) -> list[str]:
        """Append decisions in one transaction; returns the drafts whose decision is new."""
        keys = measured or {}
        with self.transaction():
            return [
                decision.draft_id
                for decision in decisions
                if self.put_decision(
                    decision, at=at, run_id=run_id, measured=keys.get(decision.draft_id, ())
                )
            ]

    def latest_decision(self, draft_id: str, policy_digest: str | None = None) -> Decision | None:
        """A draft's latest decision, under one policy if it is given; None if there is none."""
        return self.latest_decisions([draft_id], policy_digest).get(draft_id)

    def latest_decisions(
        self, draft_ids: Iterable[str], policy_digest: str | None = None
    ) -> dict[str, Decision]:
        """The latest decision of each draft; undecided drafts are left out."""
        table = tables.decisions
        found = {}
        with self._reading() as connection:
            for some in chunks(list(draft_ids)):
                latest = sa.select(sa.func.max(table.c.seq)).where(table.c.draft_id.in_(some))
                if policy_digest is not None:
                    latest = latest.where(table.c.policy_digest == policy_digest)
                query = sa.select(*table.c["draft_id", "body"]).where(
                    table.c.seq.in_(latest.group_by(table.c.draft_id))
                )
                for draft_id, body in connection.execute(query):
                    found[draft_id] = load(Decision, json.loads(body))
        return found

    def decisions_of(self, draft_id: str) -> list[tuple[str, Decision]]:
        """Every decision about a draft with its time, oldest first."""
        table = tables.decisions
        query = (
            sa.select(*table.c["at", "body"])
            .where(table.c.draft_id == draft_id)
            .order_by(table.c.seq)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [(at, load(Decision, json.loads(body))) for at, body in rows]

    def decided_drafts(self, *, since: str = "", kind: str = "") -> list[str]:
        """The ids of all drafts with a decision, those decided first coming first.

        ``since`` leaves out drafts whose latest decision is older (RFC 3339 or its beginning).
        """
        table, drafts = tables.decisions, tables.drafts
        query = (
            sa.select(table.c.draft_id)
            .join(drafts, drafts.c.draft_id == table.c.draft_id)
            .group_by(table.c.draft_id)
            .having(sa.func.max(table.c.at) >= since)
            .order_by(sa.func.min(table.c.seq))
        )
        if kind:
            query = query.where(drafts.c.kind == kind)
        with self._reading() as connection:
            return [str(name) for name in connection.execute(query).scalars()]

    def measured_for(self, decision: Decision) -> list[ReportKey]:
        """The keys of the reports a stored decision was made from; empty when not noted."""
        table = tables.decisions
        query = (
            sa.select(table.c.measured)
            .where(table.c.draft_id == decision.draft_id)
            .where(table.c.decision_digest == digest_of(decision))
            .order_by(table.c.seq.desc())
        )
        with self._reading() as connection:
            noted = connection.execute(query).scalars().first()
        return [
            (decision.text_sha256, check, version, model, settings)
            for check, version, model, settings in json.loads(noted or "[]")
        ]

    def item_of(self, draft_id: str) -> Item | None:
        """The item of the order that a draft answers, whichever version stands for it now."""
        drafts, items = tables.drafts, tables.items
        query = (
            sa.select(items)
            .join(drafts, drafts.c.work_id == items.c.work_id)
            .where(drafts.c.draft_id == draft_id)
        )
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return item(row) if row else None

    def _latest_digest(self, connection: Connection, draft_id: str) -> str:
        table = tables.decisions
        query = (
            sa.select(table.c.decision_digest)
            .where(table.c.draft_id == draft_id)
            .order_by(table.c.seq.desc())
            .limit(1)
        )
        return str(connection.execute(query).scalar() or "")

    def _draft_row_of(self, connection: Connection, decision: Decision) -> Row:
        query = sa.select(tables.drafts).where(tables.drafts.c.draft_id == decision.draft_id)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise StoreError(
                said("draft {draft_id} is decided but not stored", draft_id=decision.draft_id)
            )
        if row["text_sha256"] != decision.text_sha256:
            raise StoreError(
                said(
                    "the decision about draft {draft_id} is of another text",
                    draft_id=decision.draft_id,
                )
            )
        return dict(row)

    def _settle(
        self, connection: Connection, draft: Row, decision: Decision, digest: str, at: str
    ) -> None:
        """Let the order's item show this decision, unless a later one of this policy stands."""
        table = tables.items
        query = sa.select(table).where(table.c.work_id == draft["work_id"])
        now = connection.execute(query).mappings().first()
        row = _item_row(draft, decision, digest, at)
        if now is None:
            connection.execute(sa.insert(table), row)
            _put_rules(connection, draft["work_id"], decision)
            return
        if now["state"] == State.RELEASED.value:
            return
        same_policy = now["policy_digest"] == decision.policy_digest
        if same_policy and (draft["attempt"], draft["depth"]) < (now["attempt"], now["depth"]):
            return
        if now["draft_id"] == draft["draft_id"] and now["decision_digest"] == digest:
            return
        waited = State.WAITING.value
        if now["draft_id"] == draft["draft_id"] and now["state"] == row["state"] == waited:
            row["since"] = now["since"]
        connection.execute(sa.update(table).where(table.c.work_id == draft["work_id"]).values(row))
        _put_rules(connection, draft["work_id"], decision)


def _put_rules(connection: Connection, work_id: str, decision: Decision) -> None:
    """Note which rules hold the order now."""
    table = desk_tables.item_rules
    connection.execute(sa.delete(table).where(table.c.work_id == work_id))
    names = sorted({reason.rule for reason in decision.reasons})
    if names:
        connection.execute(sa.insert(table), [{"work_id": work_id, "rule": n} for n in names])


def _item_row(draft: Row, decision: Decision, digest: str, at: str) -> dict[str, Any]:
    own = ("work_id", "draft_id", "attempt", "depth", "text_sha256")
    shown = ("brief_id", "kind", "language", "channel")
    return {name: draft[name] for name in (*own, *shown)} | {
        "policy": decision.policy,
        "policy_digest": decision.policy_digest,
        "decision_digest": digest,
        "outcome": decision.outcome.value,
        "unverified": decision.unverified,
        "state": state_of(decision, draft["made_by"]).value,
        "since": at,
        "risk": risk_of(decision),
    }


def item(row: Row) -> Item:
    """An item from its row."""
    values = dict(row)
    values["outcome"] = Outcome(values["outcome"])
    values["state"] = State(values["state"])
    return Item(**values)
