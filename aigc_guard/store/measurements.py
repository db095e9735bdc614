"""Measurements under their keys, and the ledger of edits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from aigc_guard.errors import StoreError, said
from aigc_guard.records import CheckReport, Edit, Status, load
from aigc_guard.store import tables
from aigc_guard.store.core import Row, chunks
from aigc_guard.store.drafts import DraftTables
from aigc_guard.store.rows import ReportKey
from aigc_guard.store.runs import to_json

_KEY = ("text_sha256", "check_id", "version", "model_digest", "settings_digest")
HELD = (Status.FAILED.value, Status.INCOMPLETE.value)


class MeasurementTables(DraftTables):
    """A measurement that succeeded stands for good; one that did not is replaced by a later one."""

    def put_reports(self, reports: Sequence[CheckReport], *, at: str = "") -> list[ReportKey]:
        """Store reports; returns the keys whose report is new or replaced a failed one.

        Of two successful reports under one key the first stands: two processes that measure the
        same text may differ in a score's last digits, and a decision must find what it was
        made from.
        """
        rows = {report.key: _report_row(report, at) for report in reports}
        with self._writing() as connection:
            known = self._report_rows(connection, rows)
            fresh = [row for key, row in rows.items() if key not in known]
            better = [
                row
                for key, row in rows.items()
                if key in known
                and known[key]["status"] in HELD
                and (row["status"], row["body"]) != (known[key]["status"], known[key]["body"])
            ]
            self._insert(connection, tables.reports, fresh)
            for row in better:
                connection.execute(
                    sa.update(tables.reports)
                    .where(*(tables.reports.c[name] == row[name] for name in _KEY))
                    .values({name: row[name] for name in ("status", "body", "measured_at")})
                )
        return [_key_of(row) for row in (*fresh, *better)]

    def get_reports(self, keys: Iterable[ReportKey]) -> dict[ReportKey, CheckReport]:
        """Reports by key; keys never measured are left out, failed measurements are returned."""
        with self._reading() as connection:
            rows = self._report_rows(connection, keys)
        return {key: report_of(row) for key, row in rows.items()}

    def reports_of(self, text_sha256: str) -> list[CheckReport]:
        """Every stored measurement of a text, by check."""
        table = tables.reports
        query = (
            sa.select(table)
            .where(table.c.text_sha256 == text_sha256)
            .order_by(*(table.c[name] for name in _KEY))
        )
        with self._reading() as connection:
            return [report_of(row) for row in connection.execute(query).mappings()]

    def put_edits(self, draft_id: str, edits: Sequence[Edit]) -> bool:
        """Store the ledger of a version; False when it was there. Equal but for the ciphertext
        counts as equal: the first one stands."""
        rows = [_edit_row(draft_id, position, edit) for position, edit in enumerate(edits)]
        stored = self.edits_of(draft_id)
        if stored:
            if [_plain(edit) for edit in stored] != [_plain(edit) for edit in edits]:
                raise StoreError(
                    said("draft {draft_id} already has another ledger of edits", draft_id=draft_id),
                    hint=said("a version's edits are never changed: store them as a new version"),
                )
            return False
        with self._writing() as connection:
            self._insert(connection, tables.edits, rows)
        return bool(rows)

    def edits_of(self, draft_id: str) -> tuple[Edit, ...]:
        """The edits that made a version out of its parent, in order."""
        table = tables.edits
        query = sa.select(table).where(table.c.draft_id == draft_id).order_by(table.c.position)
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Edit(
                rule=row["rule"],
                label=row["label"],
                start=row["start_char"],
                end=row["end_char"],
                before_encrypted=row["before_encrypted"],
                after=row["after"],
            )
            for row in rows
        )

    def _report_rows(
        self, connection: sa.Connection, keys: Iterable[ReportKey]
    ) -> dict[ReportKey, Row]:
        """Rows by key, found by their texts: a text has few reports, and one index serves."""
        wanted = set(keys)
        found: dict[ReportKey, Row] = {}
        for some in chunks(sorted({key[0] for key in wanted})):
            query = sa.select(tables.reports).where(tables.reports.c.text_sha256.in_(some))
            for row in connection.execute(query).mappings():
                if _key_of(row) in wanted:
                    found[_key_of(row)] = dict(row)
        return found


def _key_of(row: Row) -> ReportKey:
    return (
        row["text_sha256"],
        row["check_id"],
        row["version"],
        row["model_digest"],
        row["settings_digest"],
    )


def _report_row(report: CheckReport, at: str) -> dict[str, Any]:
    own = ("status", "findings", "coverage", "scores", "error")
    try:
        body = to_json({name: getattr(report, name) for name in own})
    except ValueError as error:
        raise StoreError(
            said(
                "the report of {check} holds something JSON can't: {name}",
                check=report.check,
                name=type(error).__name__,
            ),
            hint=said("scores are finite numbers from 0 to 1"),
        ) from None
    return dict(zip(_KEY, report.key, strict=True)) | {
        "status": report.status.value,
        "body": body,
        "measured_at": at,
    }


def report_of(row: Row) -> CheckReport:
    """The report in a row of the table ``reports``."""
    own = {"check": row["check_id"]} | {name: row[name] for name in _KEY if name != "check_id"}
    return load(CheckReport, own | json.loads(row["body"]))


def _edit_row(draft_id: str, position: int, edit: Edit) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "position": position,
        "rule": edit.rule,
        "label": edit.label,
        "start_char": edit.start,
        "end_char": edit.end,
        "before_encrypted": edit.before_encrypted,
        "after": edit.after,
    }


def _plain(edit: Edit) -> tuple[str, str, int, int, str]:
    return (edit.rule, edit.label, edit.start, edit.end, edit.after)
