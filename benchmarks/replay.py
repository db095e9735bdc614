"""How long ``policy replay`` takes over an archive of a million decisions, and whether it is right.

``python benchmarks/replay.py [--drafts 1000000] [--folder DIR]`` makes an archive of its own (some
minutes and some gigabytes of disk, little memory), reads it into columns, changes a policy as an
editor would, and times the command. A sample is decided draft by draft and compared.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from aigc_guard.checks.catalogue import check_types
from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.config import load_config
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.replay import Replay, compare_some, replay
from aigc_guard.policy import Policy, load_policy
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Finding,
    Outcome,
    Source,
    Span,
    Status,
    digest_of,
    dump,
)
from aigc_guard.store import Store, tables
from aigc_guard.store.drafts import _draft_row
from aigc_guard.store.runs import to_json

BOUND = 10.0
PER_BRIEF = 10
FACTS = {"licence": "Apache-2.0", "approved_for": ["news"], "trained_on": ["public-domain"],
         "digest": "cd" * 32, "remote": False}  # fmt: skip
CONTEXT = Context(models={"writer": FACTS})
OLD = """\
policy: news
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en], jurisdictions: [EU, US, CN]}
defaults: {replace: {en: {PHONE_NUMBER: '[phone]', EMAIL_ADDRESS: '[mail]', PERSON: '[name]'}}}
rules:
  - id: no-insults
    check: toxicity
    limits: {insult: 0.8, threat: 0.8, identity_attack: 0.8}
    action: block
    when_quoted: {action: review}
    message: Insults.
  - {id: coarse, check: toxicity, limits: {obscene: 0.6, toxicity: 0.7}, action: review, message: m}
  - {id: unkind, check: toxicity, limits: {toxicity: 0.5}, action: flag, message: m}
  - id: groups-in-china
    check: toxicity
    limits: {identity_attack: 0.5}
    action: review
    jurisdictions: [CN]
    message: m
  - id: contact
    check: pii
    limits: {labels: [PHONE_NUMBER, EMAIL_ADDRESS], score: 0.5, except: [may_publish]}
    action: redact
    message: m
  - id: names
    check: pii
    limits: {labels: [PERSON], score: 0.8, except: [may_publish]}
    action: review
    message: m
  - {id: cards, check: pii, limits: {labels: [CREDIT_CARD]}, action: block, message: m}
  - id: origin
    check: provenance
    limits: {known_writer: true, approved_kind: true, same_brief: true, attributed_sources: true}
    action: review
    required: true
    message: m
  - id: licences
    check: provenance
    limits: {approved_licences: [Apache-2.0], source_licences: [CC0-1.0, CC-BY-4.0, MIT]}
    action: review
    message: m
  - {id: faithful, check: provenance, limits: {faithful: true}, action: regenerate, message: m}
  - {id: notice, check: provenance, limits: {labelled: true}, action: review, message: m}
waivers:
  - id: festival
    rule: coarse
    scope: {channels: [print], labels: [obscene]}
    reason: Titles of plays.
    owner: culture
    approver: chief
    since: '2026-11-01'
    expires: '2026-12-30'
labels:
  - {id: ai, text: Written with AI (AI-generated).}
"""
# What an editor would try: one limit lower, one action sharper, one exception gone.
NEW = (
    OLD.replace("insult: 0.8", "insult: 0.7")
    .replace("score: 0.8, except: [may_publish]", "score: 0.8")
    .replace("{toxicity: 0.5}, action: flag", "{toxicity: 0.6}, action: review")
)


def sample_brief(number: int) -> Brief:
    """The order that some of the drafts answer."""
    draw = random.Random(number)
    return Brief(
        id=f"order-{number}",
        kind="news",
        channel=draw.choice(["web", "print", "app"]),
        jurisdictions=draw.choice([(), ("EU",), ("EU", "US"), ("CN",)]),
        sources=(Source("Report", "https://example.org", draw.choice(["MIT", "CC0-1.0", "own"])),),
        may_publish=draw.choice([(), ("Ann Lee",), ("202-555-0143",)]),
    )


def sample_draft(brief: Brief, digest: str, number: int) -> Draft:
    """A short text that may quote, name and give a number."""
    draw = random.Random(-number - 1)
    words = draw.choice(["opens", "closes", 'said: "never again", then opened', "moved", "burned"])
    name = draw.choice(["Ann Lee", "Bo Chen", "The office"])
    return Draft(
        draft_id=digest_of(["draft", number])[:32],
        brief_id=brief.id,
        brief_digest=digest,
        kind="news",
        language="en",
        channel=brief.channel,
        text=f"{name} {words} on day {number}. Call 202-555-01{number % 100:02}.",
        writer="writer",
        model_digest="cd" * 32,
        settings_digest="",
        seed=number,
        attempt=1,
        faithful=draw.random() < 0.99,
    )


class Measurements:
    """What models may have measured: mostly nothing, a failure in two hundred."""

    def __init__(self, policy: Policy) -> None:
        requests = {rule.request.check: rule.request for rule in policy.rules}
        self.checks = [request.create() for request in requests.values()]
        self.origins: dict[tuple[str, bool], CheckReport] = {}

    def of(self, subject: Subject, draft: Draft) -> list[CheckReport]:
        """One report of each check."""
        draw, text = random.Random(2 * draft.seed + 1), subject.text
        reports = []
        for check in self.checks:
            if check.id == "provenance":
                reports.append(self._origin(check, subject, draft))
                continue
            scores = {label: round(draw.random() ** 6, 4) for label in check.labels[:8]}
            places = [(text.find("202"), text.find("202") + 12), (0, text.find(" on day"))]
            findings = [
                Finding(check.id, label, score, *draw.choice(places))
                for label, score in scores.items()
                if score > 0.2
            ]
            report = check.report(subject, CONTEXT, findings=findings, scores=scores)
            if draw.random() < 0.005:
                report = replace(report, status=Status.FAILED, findings=(), scores={}, coverage=())
            reports.append(report)
        return reports

    def _origin(self, check: Check, subject: Subject, draft: Draft) -> CheckReport:
        """The same for all drafts of a brief, but for the text it is about."""
        key = (draft.brief_digest, draft.faithful)
        if key not in self.origins:
            self.origins.clear()
            self.origins[key] = check.measure([subject], CONTEXT)[0]
        whole = (Span(0, len(subject.text)),)
        return replace(self.origins[key], text_sha256=subject.text_sha256, coverage=whole)


def report_row(report: CheckReport) -> dict[str, Any]:
    """A report as the store keeps it, in JSON that is quicker to write."""
    own = ("status", "findings", "coverage", "scores", "error")
    body = json.dumps({name: dump(getattr(report, name)) for name in own})
    key = ("text_sha256", "check_id", "version", "model_digest", "settings_digest")
    told = {"status": report.status.value, "body": body, "measured_at": ""}
    return dict(zip(key, report.key, strict=True)) | told


def rows_of(
    measurements: Measurements, count: int, decided_at: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of the archive, with its table."""
    brief, digest = sample_brief(0), ""
    for number in range(count):
        if number % PER_BRIEF == 0:
            brief = sample_brief(number // PER_BRIEF)
            digest = brief.digest
            told = {"brief_id": brief.id, "kind": brief.kind, "language": brief.language}
            yield "briefs", {"brief_digest": digest, "body": to_json(brief), **told}
        draft = sample_draft(brief, digest, number)
        subject = Subject(draft.text, draft.text_sha256, "en", draft, brief)
        reports = measurements.of(subject, draft)
        yield "drafts", _draft_row(draft, {})
        for report in reports:
            yield "reports", report_row(report)
        outcome = Outcome.RELEASE  # what was decided then plays no part
        decision = Decision(draft.draft_id, draft.text_sha256, "news", "", outcome)
        yield "decisions", {
            "seq": number + 1, "draft_id": draft.draft_id, "text_sha256": draft.text_sha256,
            "policy": "news", "policy_digest": "", "outcome": outcome.value,
            "decision_digest": digest_of(decision), "body": to_json(decision),
            "measured": to_json([list(report.key[1:]) for report in reports]),
            "run_id": "", "at": decided_at,
        }  # fmt: skip


def make_archive(folder: Path, policy: Policy, count: int) -> None:
    """A store with ``count`` decided drafts, written past the store's own slower checks."""
    path = folder / "state" / "aigc_guard.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;"
                             "PRAGMA cache_size=-400000; PRAGMA foreign_keys=OFF;")  # fmt: skip
    known = tables.metadata.tables
    columns = {name: [column.name for column in known[name].columns] for name in known}
    rows = rows_of(Measurements(policy), count, "2026-11-20T08:00:00Z")
    while some := list(islice(rows, 20_000)):
        for name in dict.fromkeys(name for name, _ in some):
            own = [[row[one] for one in columns[name]] for table, row in some if table == name]
            marks = ", ".join("?" * len(columns[name]))
            into = f"INSERT INTO {name} ({', '.join(columns[name])}) VALUES ({marks})"  # noqa: S608
            connection.executemany(into, own)
        connection.commit()
    connection.close()


def prepare(folder: Path) -> tuple[Path, Path]:
    """The project's files."""
    for name in ("state", "policies"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "aigc_guard.toml").write_text("", encoding="utf-8")
    old, new = folder / "policies" / "news.yaml", folder / "new.yaml"
    old.write_text(OLD, encoding="utf-8")
    new.write_text(NEW, encoding="utf-8")
    return old, new


def timed(folder: Path, *arguments: str) -> float:
    """Seconds of the command line, as an editor waits for them."""
    command = [sys.executable, "-m", "aigc_guard.cli", "-C", str(folder), "policy", "replay"]
    began = time.perf_counter()
    subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return time.perf_counter() - began


def equal_on_sample(project: Project, old: Policy, new: Policy, whole: Replay, size: int) -> int:
    """How many drafts of a sample come out otherwise than ``whole`` says; deciding each anew."""
    every = project.store.decided_drafts()
    chosen = sorted(random.Random(7).sample(every, min(size, len(every))))
    moves = {move.draft_id: move for move in whole.moves}
    at = project.clock()
    return sum(
        (one.moves[0] if one.moves else None) != moves.get(name)
        for name, one in compare_some(project, old, new, chosen, at)
    )


def main() -> int:
    """Print the table; exit code 1 above the bound or where a draft comes out otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drafts", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--folder", type=Path, help="keep the archive here, and use one that is")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="replay-"))
    try:
        return measure(folder, given.drafts, given.sample)
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


def measure(folder: Path, drafts: int, sample: int) -> int:
    """Make the archive where there is none, then read, replay and compare."""
    old_path, new_path = prepare(folder)
    types = check_types()
    old, new = load_policy(old_path, types), load_policy(new_path, types)
    began = time.perf_counter()
    if not (folder / "state" / "aigc_guard.db").exists():
        make_archive(folder, old, drafts)
        print(f"{'archive made':<34}{time.perf_counter() - began:>10.1f} s", flush=True)
    first = timed(folder, str(old_path), str(new_path))
    print(f"{'first replay, with the columns':<34}{first:>10.1f} s", flush=True)
    again = [timed(folder, str(old_path), str(new_path)) for _ in range(3)]
    project = Project(load_config(folder, {}, required=False))
    whole = replay(project, old, new)
    wrong = equal_on_sample(project, old, new, whole, sample)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'drafts compared':<34}{whole.compared:>10,}")
    print(f"{'lacking a measurement':<34}{whole.left_out:>10,}")
    print(f"{'with another outcome':<34}{len(whole.moves):>10,}")
    print(f"{'decided one by one':<34}{whole.one_by_one:>10,}")
    print(f"{'replay, best of three':<34}{min(again):>10.2f} s (bound {BOUND:g} s)")
    print(f"{'all three':<34}{', '.join(f'{one:.2f}' for one in again):>10} s")
    print(f"{'largest memory':<34}{memory:>10.0f} MiB")
    print(f"{'of a sample of ' + format(sample, ',') + ', otherwise':<34}{wrong:>10}")
    return int(min(again) > BOUND or wrong > 0 or not whole.moves)


if __name__ == "__main__":
    sys.exit(main())
