"""The record for auditors: searched, one draft's events on one line of time, taken out whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from fastapi import HTTPException, Request
from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.accounts.people import fold_login
from aigc_guard.audit.log import Kind
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import page
from aigc_guard.dashboard.routes import Section
from aigc_guard.dashboard.tables_out import FORMATS, sent
from aigc_guard.dashboard.visit import Here, Visit
from aigc_guard.errors import said
from aigc_guard.records import Event
from aigc_guard.store.searching import EventFilter

gate = Gate()
section = Section(said("Record"), "/record", Permission.SEE_RECORD, order=70, key="r")
PER_PAGE = 100
LONGEST = 200
COLUMNS = ("seq", "at", "kind", "subject", "actor", "body")
_FIELDS = tuple(EventFilter.__dataclass_fields__)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}Z?)?)?")


def filter_of(visit: Visit, query: Mapping[str, str]) -> EventFilter:
    """What is asked for; a person may be named by the name they sign in with."""
    values = {name: query.get(name, "").strip()[:LONGEST] for name in _FIELDS}
    for name in ("since", "until"):
        if not _DAY.fullmatch(values[name]):
            values[name] = ""
    if values["actor"] and ":" not in values["actor"]:
        found = visit.store.account_by_login(fold_login(values["actor"]))
        values["actor"] = found.account_id if found is not None else values["actor"]
    return EventFilter(**{name: value.replace("\x00", "") for name, value in values.items()})


@gate.get("/record", Permission.SEE_RECORD)
def record(visit: Here, request: Request) -> Response:
    """The newest events that fit."""
    which = filter_of(visit, request.query_params)
    before = request.query_params.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    found = visit.store.newest_events(which, limit=PER_PAGE, before=number)
    asked = {name: value for name, value in asdict(which).items() if value}
    last = found[-1].seq if len(found) == PER_PAGE else 0
    return page(
        visit,
        "record.html",
        events=[_shown(one) for one in found],
        which=which,
        query=urlencode(asked),
        more=f"/record?{urlencode(asked | {'before': str(last)})}" if last else "",
        kinds=[kind.value for kind in Kind],
        policies=_policy_names(visit),
        names=_names(visit),
        size=visit.store.log_size(),
        forms=list(FORMATS),
    )


@gate.get("/record/export/{form}", Permission.EXPORT)
def export(visit: Here, form: str, request: Request) -> Response:
    """All events that fit, however many; who took them out is recorded first."""
    if form not in FORMATS:
        raise HTTPException(404)
    which = filter_of(visit, request.query_params)
    note_export(visit, "record", form, which)
    return sent(rows_of(visit, which), COLUMNS, form, "record")


def note_export(visit: Visit, what: str, form: str, which: EventFilter | None = None) -> None:
    """Record that somebody takes something out, before they have it."""
    asked = {name: value for name, value in asdict(which).items() if value} if which else {}
    visit.store.append_event(
        Kind.RECORD_EXPORTED,
        what,
        body={"form": form, "asked": asked},
        at=visit.now,
        actor=visit.account.account_id,
    )


def rows_of(visit: Visit, which: EventFilter) -> Iterator[dict[str, Any]]:
    """Every event that fits as a row of a table, read as it is asked for."""
    for event in visit.store.every_event(which):
        yield _shown(event)


def _shown(event: Event) -> dict[str, Any]:
    body = json.dumps(event.body, ensure_ascii=False, sort_keys=True)
    return {
        "seq": event.seq,
        "at": event.at,
        "kind": event.kind,
        "subject": event.subject,
        "actor": event.actor,
        "body": body,
    }


def _policy_names(visit: Visit) -> list[str]:
    from aigc_guard.errors import GuardError

    try:
        return sorted(policy.name for policy in visit.project.policies)
    except GuardError:  # a broken file; the record is read all the same
        return []


def _names(visit: Visit) -> dict[str, str]:
    return {one.account_id: one.name for one in visit.store.accounts()}
