"""Proofs: a release verified layer by layer, the log read again, checkpoints, the evidence pack."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from fastapi import HTTPException
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from aigc_guard.accounts import Permission
from aigc_guard.audit.log_check import LogState
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import page
from aigc_guard.dashboard.routes import Section
from aigc_guard.dashboard.routes.record import note_export
from aigc_guard.dashboard.visit import Here, Posted, Visit
from aigc_guard.errors import GuardError, said
from aigc_guard.pipeline.packing import Period, write_pack
from aigc_guard.pipeline.proofs import verify_log, verify_release
from aigc_guard.proof.checkpoint import read_note
from aigc_guard.release.verify.wording import CONCLUSIONS, WORDS

gate = Gate()
section = Section(said("Proofs"), "/audit", Permission.SEE_RECORD, order=80, key="a")
MOST_RELEASES = 100
MOST_CHECKPOINTS = 50


@gate.get("/audit", Permission.SEE_RECORD)
def audit(visit: Here) -> Response:
    """The newest releases and checkpoints, and what can be done with them."""
    return _audit(visit)


def _audit(
    visit: Visit, *, state: LogState | None = None, problem: GuardError | None = None
) -> Response:
    store = visit.store
    revoked = {one.release_id: one.action for one in store.revocations()}
    return page(
        visit,
        "audit.html",
        status=409 if problem else 200,
        releases=store.newest_releases(limit=MOST_RELEASES),
        revoked=revoked,
        checkpoints=list(reversed(store.checkpoints(latest=MOST_CHECKPOINTS))),
        size=store.log_size(),
        state=state,
        problem=problem,
        today=visit.now[:10],
    )


@gate.post("/audit/verify", Permission.SEE_RECORD)
def verify_whole_log(visit: Here, form: Posted) -> Response:
    """Read the whole log again and compare it with everything that was signed."""
    with visit.console.judging(1.0) as free:
        if not free:
            raise HTTPException(503, said("other texts are being judged"))
        return _audit(visit, state=verify_log(visit.project))


@gate.post("/audit/pack", Permission.EXPORT)
def pack(visit: Here, form: Posted) -> Response:
    """The evidence of a time as one zip; who takes it out is recorded first."""
    try:
        period = Period.of(form.text("since", most=20), form.text("until", most=20))
        named = f"evidence-{period.first}-{period.last}.zip"
        note_export(visit, named, "zip")
        folder = tempfile.TemporaryDirectory(prefix="aigc-guard-pack-")
        made = write_pack(visit.project, period, Path(folder.name) / named)
    except GuardError as error:
        return _audit(visit, problem=error)
    clear = BackgroundTask(folder.cleanup)
    return FileResponse(made.path, media_type="application/zip", filename=named, background=clear)


@gate.get("/audit/checkpoints/{size}", Permission.SEE_RECORD)
def checkpoint(visit: Here, size: int) -> Response:
    """A signed checkpoint as a file, to be kept where nobody here can rewrite it."""
    for one in visit.store.checkpoints():
        if one.size == size:
            name = f'attachment; filename="checkpoint-{size}.txt"'
            return Response(
                one.note, media_type="text/plain", headers={"content-disposition": name}
            )
    raise HTTPException(404)


@gate.get("/releases/{release_id}", Permission.SEE_RECORD)
def release(visit: Here, release_id: str) -> Response:
    """A release as an auditor sees it: what it is, and what the verification of it shows now."""
    found = visit.store.release(release_id)
    if found is None:
        raise HTTPException(404)
    verdict = verify_release(visit.project, release_id)
    account = visit.store.account(found.approved_by) if found.approved_by else None
    return page(
        visit,
        "release.html",
        release=found,
        approved_by=account.name if account else found.approved_by,
        verdict=verdict,
        words=WORDS,
        conclusion=CONCLUSIONS[verdict.state.value],
        statement=_statement(visit, release_id),
        revocations=visit.store.revocations(release_id=release_id),
    )


def _statement(visit: Visit, release_id: str) -> dict[str, Any]:
    """Where its statement stands in the log, and the checkpoint that covers it."""
    kept = visit.store.statements(release_id=release_id)
    if not kept:
        return {}
    seq = kept[-1].event_seq
    covering = [one for one in visit.store.checkpoints() if one.size >= seq]
    first = covering[0] if covering else None
    origin = read_note(first.note).checkpoint.origin if first else ""
    return {"seq": seq, "size": first.size if first else 0, "origin": origin}
