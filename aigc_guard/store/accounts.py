"""Accounts, sessions and how often something was tried."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from aigc_guard.errors import StoreError, said
from aigc_guard.store import desk_tables as tables
from aigc_guard.store.core import Row
from aigc_guard.store.people import Account, Session
from aigc_guard.store.publication import PublicationTables


class AccountTables(PublicationTables):
    """Who may sign in, and who has."""

    def has_accounts(self) -> bool:
        """Whether anybody can sign in: then names on the command line are no approval any more."""
        query = sa.select(tables.accounts.c.account_id).where(tables.accounts.c.active).limit(1)
        with self._reading() as connection:
            return connection.execute(query).first() is not None

    def add_account(self, account: Account) -> None:
        """Keep a new account; raises StoreError when its login is taken."""
        with self._writing() as connection:
            if self.account_by_login(account.login) is not None:
                raise StoreError(
                    said("the name {login} is taken", login=account.login),
                    hint=said("choose another name to sign in with"),
                )
            connection.execute(sa.insert(tables.accounts), _account_row(account))

    def account(self, account_id: str) -> Account | None:
        """An account by its id, or None."""
        return self._one(tables.accounts.c.account_id == account_id)

    def account_by_login(self, login: str) -> Account | None:
        """An account by the name it signs in with, or None."""
        return self._one(tables.accounts.c.login == login)

    def account_by_subject(self, issuer: str, subject: str) -> Account | None:
        """The account of somebody whom another system vouches for, or None."""
        table = tables.accounts
        return self._one(sa.and_(table.c.issuer == issuer, table.c.subject == subject))

    def accounts(self) -> list[Account]:
        """All accounts by login, closed ones too."""
        query = sa.select(tables.accounts).order_by(tables.accounts.c.login)
        with self._reading() as connection:
            return [_account(row) for row in connection.execute(query).mappings()]

    def change_account(self, account_id: str, **values: Any) -> None:
        """Set columns of an account; ``roles`` and ``policy_roles`` are given as tuples."""
        row = {
            key: " ".join(value) if isinstance(value, tuple) else value
            for key, value in values.items()
        }
        table = tables.accounts
        with self._writing() as connection:
            connection.execute(sa.update(table).where(table.c.account_id == account_id).values(row))

    def open_session(self, session: Session) -> None:
        """Keep a sign-in."""
        row = {name: getattr(session, name) for name in Session.__dataclass_fields__}
        with self._writing() as connection:
            connection.execute(sa.insert(tables.sessions), row)

    def session(self, token_sha256: str) -> Session | None:
        """A sign-in by its token's digest, or None."""
        table = tables.sessions
        query = sa.select(table).where(table.c.token_sha256 == token_sha256)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return Session(**row) if row else None

    def sessions_of(self, account_id: str) -> list[Session]:
        """Every sign-in of an account that stands, newest first."""
        table = tables.sessions
        query = (
            sa.select(table)
            .where(table.c.account_id == account_id)
            .order_by(table.c.created_at.desc(), table.c.token_sha256)
        )
        with self._reading() as connection:
            return [Session(**row) for row in connection.execute(query).mappings()]

    def touch_session(self, token_sha256: str, *, seen_at: str, expires_at: str) -> None:
        """Note that a sign-in was used, and move its end."""
        table = tables.sessions
        with self._writing() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.token_sha256 == token_sha256)
                .values(seen_at=seen_at, expires_at=expires_at)
            )

    def close_session(self, token_sha256: str) -> None:
        """Forget a sign-in."""
        table = tables.sessions
        with self._writing() as connection:
            connection.execute(sa.delete(table).where(table.c.token_sha256 == token_sha256))

    def close_sessions(self, account_id: str, *, but: str = "") -> int:
        """Forget every sign-in of an account (but one); returns how many."""
        table = tables.sessions
        query = sa.delete(table).where(
            table.c.account_id == account_id, table.c.token_sha256 != but
        )
        with self._writing() as connection:
            return connection.execute(query).rowcount

    def close_expired_sessions(self, now: str) -> int:
        """Forget the sign-ins that ended before ``now``."""
        table = tables.sessions
        with self._writing() as connection:
            return connection.execute(sa.delete(table).where(table.c.expires_at <= now)).rowcount

    def count_try(self, name: str, *, now: str, window_from: str) -> int:
        """Count one try under ``name``; those before ``window_from`` are forgotten.

        Returns how often it was tried since the window began, this time included.
        """
        table = tables.throttles
        with self._writing() as connection:
            row = (
                connection.execute(sa.select(table).where(table.c.name == name)).mappings().first()
            )
            if row is None:
                connection.execute(sa.insert(table), {"name": name, "count": 1, "since": now})
                return 1
            fresh = row["since"] < window_from
            count = 1 if fresh else row["count"] + 1
            connection.execute(
                sa.update(table)
                .where(table.c.name == name)
                .values(count=count, since=now if fresh else row["since"])
            )
            return int(count)

    def _one(self, which: sa.ColumnElement[bool]) -> Account | None:
        with self._reading() as connection:
            row = connection.execute(sa.select(tables.accounts).where(which)).mappings().first()
        return _account(row) if row else None


def _account_row(account: Account) -> dict[str, Any]:
    row = {name: getattr(account, name) for name in Account.__dataclass_fields__}
    return row | {"roles": " ".join(account.roles), "policy_roles": " ".join(account.policy_roles)}


def _account(row: Row) -> Account:
    values = dict(row)
    values["roles"] = tuple(values["roles"].split())
    values["policy_roles"] = tuple(values["policy_roles"].split())
    return Account(**values)
