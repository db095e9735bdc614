"""The evidence pack: one zip with which somebody else can check what was released in a time."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from aigc_guard.audit import pack_files
from aigc_guard.audit.checkpoints import Sealed
from aigc_guard.errors import ConfigError, said
from aigc_guard.models import LOCK_NAME, render_card
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proofs import seal
from aigc_guard.proof.dsse import read_envelope
from aigc_guard.proof.entries import entry_bytes
from aigc_guard.proof.public_keys import pem_of
from aigc_guard.proof.statement import read_statement
from aigc_guard.release.folder import PROOF_FILE
from aigc_guard.release.proving import proofs
from aigc_guard.release.stating import STATEMENT_FILE
from aigc_guard.release.verify.page import verify_page
from aigc_guard.store.proofs import KeptStatement

_EPOCH = (1980, 1, 1, 0, 0, 0)
_REPORTS = ("report.json", "report.html")


@dataclass(frozen=True, slots=True)
class Period:
    """Days in UTC, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: str, last: str) -> Period:
        """The days named as 2026-01-31. Raises ConfigError."""
        try:
            period = cls(date.fromisoformat(first), date.fromisoformat(last))
        except ValueError:
            period = None
        if period is None or period.last < period.first:
            raise ConfigError(
                said("{first} to {last} is no time", first=first, last=last),
                hint=said("write days as 2026-01-31, the earlier one first"),
            )
        return period

    @property
    def bounds(self) -> tuple[str, str]:
        """The first moment in it, and the first one after it."""
        after = self.last + timedelta(days=1)
        return f"{self.first.isoformat()}T00:00:00Z", f"{after.isoformat()}T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Pack:
    """What was packed."""

    path: Path
    statements: int


def write_pack(project: Project, period: Period, out: Path) -> Pack:
    """Sign the log, and write the pack whole. Equal evidence gives equal bytes."""
    sealed = seal(project).sealed
    since, until = period.bounds
    kept = project.store.statements(since=since, until=until)
    kept = [one for one in kept if one.event_seq <= sealed.checkpoint.size]
    content = dict(_contents(project, period, sealed, kept))
    draft = out.with_name(f".{out.name}.partial")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in sorted(content.items()):
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ConfigError(
            said("{path} can't be written: {why}", path=out, why=error.strerror),
            hint=said("name another file with --out"),
        ) from None
    return Pack(out, len(kept))


def _contents(
    project: Project, period: Period, sealed: Sealed, kept: list[KeptStatement]
) -> Iterator[tuple[str, bytes]]:
    shipped = files(pack_files)
    guide = (shipped / "README.md").read_text(encoding="utf-8")
    days = {"{since}": period.first.isoformat(), "{until}": period.last.isoformat()}
    for place, day in days.items():
        guide = guide.replace(place, day)
    yield "README.md", guide.encode()
    yield "check.py", (shipped / "check.py").read_bytes()
    yield "verify.html", verify_page(project.keyring.trust()).encode()
    yield "checkpoint.txt", sealed.note.encode()
    yield from _keys(project)
    yield from _statements(project, sealed, kept)
    rows = project.store.log_rows(upto=sealed.checkpoint.size)
    yield "log.jsonl", b"".join(entry_bytes(**row) + b"\n" for row in rows)
    revoked = "".join(one.bundle for one in project.store.revocations())
    yield "revocations.jsonl", revoked.encode()
    yield from _models(project)
    yield from _reports(project, period)


def _keys(project: Project) -> Iterator[tuple[str, bytes]]:
    trust = project.keyring.trust()
    yield "keys.json", trust.to_text().encode()
    for key in trust.keys:
        yield f"keys/{key.id}.pem", pem_of(key.raw).encode()


def _statements(
    project: Project, sealed: Sealed, kept: list[KeptStatement]
) -> Iterator[tuple[str, bytes]]:
    made = proofs(project.store, [one.event_seq for one in kept], sealed)
    used: dict[str, str] = {}
    for one, proof in zip(kept, made, strict=True):
        folder = f"statements/{one.release_id}"
        yield f"{folder}/{STATEMENT_FILE}", one.bundle.encode()
        yield f"{folder}/{PROOF_FILE}", proof.to_bytes()
        statement = read_statement(read_envelope(one.bundle.encode()).payload)
        policy = statement.predicate["policy"]
        used[policy["sha256"]] = policy["name"]
    for digest, name in sorted(used.items()):
        body = project.store.get_policy(digest)
        if body is not None:
            text = json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True)
            yield f"policies/{name}-{digest[:16]}.json", f"{text}\n".encode()


def _models(project: Project) -> Iterator[tuple[str, bytes]]:
    for name, entry in project.models.entries.items():
        yield f"models/{name}.md", render_card(entry, project.config.language).encode()
    lock = project.config.models / LOCK_NAME
    if lock.is_file():
        yield f"models/{LOCK_NAME}", lock.read_bytes()


def _reports(project: Project, period: Period) -> Iterator[tuple[str, bytes]]:
    since, until = period.bounds
    for path in sorted(project.config.reports.glob("*/report.json")):
        if path.parent.name == "sample":
            continue
        finished = str(json.loads(path.read_text(encoding="utf-8")).get("finished_at", ""))
        if since <= finished < until:
            for name in _REPORTS:
                file = path.with_name(name)
                if file.is_file():
                    yield f"reports/{path.parent.name}/{name}", file.read_bytes()
