"""Keys of other systems, and the answers they were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from aigc_guard.store.core import Row
from aigc_guard.store.desk_tables import answers, api_keys
from aigc_guard.store.samples import SampleTables


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: the secret itself is nowhere but with its owner."""

    key_id: str
    name: str
    secret_sha256: str
    scopes: tuple[str, ...]
    per_minute: int
    account_id: str
    created_at: str
    revoked_at: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a call that bore a name of its own."""

    request_sha256: str
    status: int
    body: str


class KeyTables(SampleTables):
    """A key is never changed, only revoked; a named call keeps its first answer."""

    def put_key(self, key: ApiKey) -> None:
        """Keep a new key."""
        row = {name: getattr(key, name) for name in ApiKey.__dataclass_fields__}
        with self._writing() as connection:
            connection.execute(sa.insert(api_keys), row | {"scopes": " ".join(key.scopes)})

    def key(self, key_id: str) -> ApiKey | None:
        """A key by its id, revoked ones too, or None."""
        query = sa.select(api_keys).where(api_keys.c.key_id == key_id)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return _key(row) if row else None

    def keys(self, *, account_id: str = "") -> list[ApiKey]:
        """All keys, of one account if it is given, oldest first."""
        query = sa.select(api_keys).order_by(api_keys.c.created_at, api_keys.c.key_id)
        if account_id:
            query = query.where(api_keys.c.account_id == account_id)
        with self._reading() as connection:
            return [_key(row) for row in connection.execute(query).mappings()]

    def revoke_key(self, key_id: str, *, at: str) -> bool:
        """Make a key worthless for good; False when it was before."""
        query = (
            sa.update(api_keys)
            .where(api_keys.c.key_id == key_id, api_keys.c.revoked_at == "")
            .values(revoked_at=at)
        )
        with self._writing() as connection:
            return connection.execute(query).rowcount > 0

    def answer(self, key_id: str, name: str) -> Answer | None:
        """What was answered under this name before, or None."""
        query = sa.select(answers).where(answers.c.key_id == key_id, answers.c.name == name)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return Answer(row["request_sha256"], row["status"], row["body"]) if row else None

    def put_answer(
        self, key_id: str, name: str, answer: Answer, *, at: str, forget_before: str
    ) -> Answer:
        """Keep an answer and return the one that was first; old ones are forgotten."""
        row: dict[str, Any] = {"key_id": key_id, "name": name, "at": at}
        row |= {
            "request_sha256": answer.request_sha256,
            "status": answer.status,
            "body": answer.body,
        }
        with self._writing() as connection:
            connection.execute(sa.delete(answers).where(answers.c.at < forget_before))
            self._insert(connection, answers, [row])
            kept = self.answer(key_id, name)
        assert kept is not None
        return kept


def _key(row: Row) -> ApiKey:
    return ApiKey(**(dict(row) | {"scopes": tuple(row["scopes"].split())}))
