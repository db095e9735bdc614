"""What people ask of each other: waivers, another attempt, a look by a second person."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from aigc_guard.store.core import Row
from aigc_guard.store.desk import DeskTables
from aigc_guard.store.desk_tables import requests
from aigc_guard.store.people import Request
from aigc_guard.store.runs import to_json


class RequestTables(DeskTables):
    """A request is decided once."""

    def put_request(self, request: Request) -> bool:
        """Keep a request; False when it was there."""
        row = {name: getattr(request, name) for name in Request.__dataclass_fields__}
        row["body"] = to_json(request.body)
        known = sa.select(requests.c.request_id).where(requests.c.request_id == request.request_id)
        with self._writing() as connection:
            if connection.execute(known).first():
                return False
            connection.execute(sa.insert(requests), row)
        return True

    def request(self, request_id: str) -> Request | None:
        """A request by its id, or None."""
        query = sa.select(requests).where(requests.c.request_id == request_id)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return _request(row) if row else None

    def requests(
        self, *, kind: str = "", state: str = "", subject: str = "", limit: int | None = None
    ) -> list[Request]:
        """Requests, oldest first."""
        query = sa.select(requests).order_by(requests.c.at, requests.c.request_id).limit(limit)
        for name, value in (("kind", kind), ("state", state), ("subject", subject)):
            if value:
                query = query.where(requests.c[name] == value)
        with self._reading() as connection:
            return [_request(row) for row in connection.execute(query).mappings()]

    def decide_request(
        self, request_id: str, *, state: str, by: str, at: str, answer: str = ""
    ) -> bool:
        """Close an open request; False when somebody has done so before."""
        values: dict[str, Any] = {
            "state": state, "decided_by": by, "decided_at": at, "answer": answer,
        }  # fmt: skip
        query = (
            sa.update(requests)
            .where(requests.c.request_id == request_id, requests.c.state == "open")
            .values(values)
        )
        with self._writing() as connection:
            return connection.execute(query).rowcount > 0


def _request(row: Row) -> Request:
    return Request(**(dict(row) | {"body": json.loads(row["body"])}))
