"""Keyed fingerprints of releases: numbers that tell nothing without the installation's key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from aigc_guard.store import tables
from aigc_guard.store.core import chunks
from aigc_guard.store.erasing import ErasureTables

_SCHEME = "fingerprint_scheme"


_UNPRINTED = (
    sa.select(tables.releases.c.release_id, tables.releases.c.draft_id)
    .join(tables.drafts, tables.drafts.c.draft_id == tables.releases.c.draft_id)
    .where(
        ~sa.exists().where(tables.fingerprints.c.release_id == tables.releases.c.release_id),
        sa.func.length(tables.drafts.c.text) > 0,
    )
    .order_by(tables.releases.c.release_id)
)


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A release without fingerprints yet."""

    release_id: str
    draft_id: str


class FingerprintTables(ErasureTables):
    """They can be made anew from the texts, so they are no part of the record."""

    def renew_fingerprints(self, scheme: str) -> None:
        """Forget those of another scheme, or under another key: they would never be found."""
        table = tables.installation
        known = sa.select(table.c.value).where(table.c.name == _SCHEME)
        with self._reading() as connection:
            if connection.execute(known).scalar() == scheme:
                return
        with self._writing() as connection:
            connection.execute(sa.delete(tables.fingerprints))
            connection.execute(sa.delete(table).where(table.c.name == _SCHEME))
            self._insert(connection, table, [{"name": _SCHEME, "value": scheme}])

    def unprinted(self) -> list[Unprinted]:
        """Releases without fingerprints whose text was not erased."""
        with self._reading() as connection:
            return [Unprinted(*row) for row in connection.execute(_UNPRINTED)]

    def put_fingerprints(self, prints: Mapping[str, Collection[int]]) -> None:
        """Keep the fingerprints of releases, by id; not of a text that was erased meanwhile."""
        with self._writing() as connection:
            waiting = {str(row[0]) for row in connection.execute(_UNPRINTED)}
            rows = [
                {"fingerprint": number, "release_id": release_id}
                for release_id, numbers in prints.items()
                if release_id in waiting
                for number in sorted(set(numbers))
            ]
            self._insert(connection, tables.fingerprints, rows)

    def releases_with(self, numbers: Collection[int]) -> dict[int, list[str]]:
        """Which releases hold each of these fingerprints; those that none holds are left out."""
        table = tables.fingerprints
        found: dict[int, list[str]] = {}
        with self._reading() as connection:
            for some in chunks(sorted(set(numbers))):
                query = (
                    sa.select(table.c.fingerprint, table.c.release_id)
                    .where(table.c.fingerprint.in_(some))
                    .order_by(table.c.fingerprint, table.c.release_id)
                )
                for number, release_id in connection.execute(query):
                    found.setdefault(int(number), []).append(str(release_id))
        return found

    def count_fingerprints(self, release_id: str) -> int:
        """How many fingerprints a release has."""
        table = tables.fingerprints
        query = sa.select(sa.func.count()).where(table.c.release_id == release_id)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def drop_fingerprints(self, release_id: str) -> None:
        """Forget a release's fingerprints: its text was erased."""
        table = tables.fingerprints
        with self._writing() as connection:
            connection.execute(sa.delete(table).where(table.c.release_id == release_id))
