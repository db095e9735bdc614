"""Proposed policies: what somebody wrote and somebody else may switch on."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from aigc_guard.store.desk_tables import proposals
from aigc_guard.store.keys import KeyTables


@dataclass(frozen=True, slots=True)
class Proposal:
    """A policy file as somebody wants it. ``policy`` is the file's name, ``base_sha256`` the digest
    of the file it was written from; ``state`` is open, activated, refused or withdrawn."""

    proposal_id: str
    policy: str
    base_sha256: str
    text: str
    note: str
    account_id: str
    at: str
    state: str = "open"
    decided_by: str = ""
    decided_at: str = ""


class ProposalTables(KeyTables):
    """A proposal is decided once."""

    def put_proposal(self, proposal: Proposal) -> None:
        """Keep a new proposal."""
        row = {name: getattr(proposal, name) for name in Proposal.__dataclass_fields__}
        with self._writing() as connection:
            connection.execute(sa.insert(proposals), row)

    def proposal(self, proposal_id: str) -> Proposal | None:
        """A proposal by its id, or None."""
        query = sa.select(proposals).where(proposals.c.proposal_id == proposal_id)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return Proposal(**row) if row else None

    def proposals(
        self, *, policy: str = "", state: str = "", limit: int | None = None
    ) -> list[Proposal]:
        """Proposals, newest first."""
        query = sa.select(proposals).order_by(proposals.c.at.desc(), proposals.c.proposal_id.desc())
        if policy:
            query = query.where(proposals.c.policy == policy)
        if state:
            query = query.where(proposals.c.state == state)
        with self._reading() as connection:
            return [Proposal(**row) for row in connection.execute(query.limit(limit)).mappings()]

    def decide_proposal(self, proposal_id: str, *, state: str, by: str, at: str) -> bool:
        """Close an open proposal; False when somebody has done so before."""
        query = (
            sa.update(proposals)
            .where(proposals.c.proposal_id == proposal_id, proposals.c.state == "open")
            .values(state=state, decided_by=by, decided_at=at)
        )
        with self._writing() as connection:
            return connection.execute(query).rowcount > 0
