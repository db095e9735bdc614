"""Server time of the console's pages with 1,000 and with 100,000 waiting drafts.

``python benchmarks/console.py`` fills two stores directly and asks each page of a real app in
process, the two stores in turn so that the machine's mood is shared. It ends with 1 when the
median at 100,000 is more than twice the one at 1,000 for any page. Two other sizes and the names of
pages may be given.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from starlette.testclient import TestClient

from aigc_guard.accounts import add_account
from aigc_guard.accounts.signing_in import open_session
from aigc_guard.config import load_config
from aigc_guard.dashboard.app import create_app
from aigc_guard.dashboard.visit import SESSION_COOKIE
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Brief, Decision, Fact, Outcome, Reason
from aigc_guard.store import tables
from aigc_guard.store.runs import to_json

SMALL, LARGE = 1_000, 100_000
ROUNDS, MOST = 7, 2.0
CHUNK, PER_RUN = 5000, 20
ORDER = (
    "runs",
    "briefs",
    "run_briefs",
    "drafts",
    "run_drafts",
    "decisions",
    "items",
    "item_rules",
    "events",
)
DRAFT = {
    "writer": "bench",
    "model_digest": "",
    "settings_digest": "",
    "seed": "0",
    "attempt": 1,
    "faithful": True,
    "notes": "[]",
    "parent": "",
    "made_by": "model",
    "depth": 0,
}
ROOT = Path(__file__).resolve().parents[1]
RARE = 100


def fill(folder: Path, count: int) -> tuple[Project, str]:
    """A project of this checkout's policies with ``count`` waiting drafts, and the token of
    somebody who may see everything."""
    for name in ("policies", "kinds"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "models").symlink_to(ROOT / "models")
    shutil.copy(ROOT / "aigc_guard.toml", folder)
    project = Project(config=load_config(folder, {}))
    policy = project.policy_for(_brief(0))
    assert policy is not None
    account = add_account(
        project.store,
        "bench",
        roles=["lead", "admin"],
        password=secrets.token_urlsafe(12),
        clock=project.clock,
    )
    token = open_session(project.store, account, clock=project.clock).token
    rules = tuple(rule.id for rule in policy.rules)[:8]
    mould = Mould(policy.name, policy.digest, rules, rare_every=max(1, count // RARE))
    first = project.store.log_size() + 1
    with project.store.engine.begin() as connection:
        for start in range(0, count, CHUNK):
            rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ORDER}
            for number in range(start, min(start + CHUNK, count)):
                for table, row in mould.rows(number, first + number):
                    rows[table].append(row)
            for name in ORDER:
                if rows[name]:
                    connection.execute(sa.insert(tables.metadata.tables[name]), rows[name])
    return project, token


def _brief(number: int) -> Brief:
    fact = Fact("headline", f"Bridge {number} opens")
    return Brief(f"b{number}", "news", "en", "web", facts=(fact,))


def _sha(*words: object) -> str:
    return hashlib.sha256("|".join(map(str, words)).encode()).hexdigest()


class Mould:
    """Rows of waiting drafts. The canonical JSON of a brief and of a decision is made once, and
    numbers are written into it: the same bytes, at a thousandth of the time."""

    def __init__(
        self, policy: str, digest: str, rules: tuple[str, ...], *, rare_every: int
    ) -> None:
        self.rare_every = rare_every
        self.policy, self.digest, self.rules = policy, digest, rules
        self.brief = to_json(_brief(777)).replace("b777", "b@").replace("Bridge 777", "Bridge @")
        reason = Reason(
            "@rule", "terms", Outcome.REVIEW, {"en": "Held."}, "x", 0.9, 34, 40, "0.5", "@severity"
        )
        self.decision = to_json(
            Decision("@draft", "@text", policy, digest, Outcome.REVIEW, (reason,))
        )
        assert self.brief.replace("@", "5") == to_json(_brief(5))

    def rows(self, number: int, seq: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """What one waiting draft is made of: a common rule holds each, a rare one some; every
        twenty are a run."""
        body = self.brief.replace("@", str(number))
        text = f"Bridge {number} opens on Tuesday. A rumour says that it was dear."
        brief, work, draft = _sha(body), _sha("work", number), _sha("draft", number)
        sha, run = _sha(text), _sha("run", number // PER_RUN)[:16]
        others = len(self.rules) - 1
        rule = self.rules[0 if number % self.rare_every == 0 else 1 + number % others]
        decision = self.decision
        for name, value in (
            ("@rule", rule),
            ("@severity", ("minor", "major", "critical")[number % 3]),
            ("@draft", draft),
            ("@text", sha),
        ):
            decision = decision.replace(name, value)
        at = f"2026-01-{1 + number % 28:02d}T{number % 24:02d}:{number % 60:02d}:00Z"
        what = {"brief_id": f"b{number}", "kind": "news", "language": "en", "channel": "web"}
        shared = {"draft_id": draft, "text_sha256": sha}
        under = {"policy": self.policy, "policy_digest": self.digest, "outcome": "review"}
        if number % PER_RUN == 0:
            pinned = {"seed": "0", "policies": {self.policy: self.digest}}
            yield (
                "runs",
                {"run_id": run, "body": to_json(pinned), "started_at": at, "finished_at": at}
                | {"summary": "{}"},
            )
        yield (
            "briefs",
            {"brief_digest": brief, "brief_id": f"b{number}", "kind": "news", "language": "en"}
            | {"body": body},
        )
        yield "run_briefs", {"run_id": run, "brief_digest": brief, "position": number % PER_RUN}
        yield (
            "drafts",
            shared
            | what
            | DRAFT
            | {
                "brief_digest": brief,
                "text": text.encode(),
                "root": draft,
                "work_id": work,
            },
        )
        yield "run_drafts", {"run_id": run, "draft_id": draft, "brief_digest": brief, "attempt": 1}
        yield (
            "decisions",
            shared
            | under
            | {
                "seq": number + 1,
                "decision_digest": _sha(decision),
                "body": decision,
                "measured": "[]",
                "run_id": run,
                "at": at,
            },
        )
        yield (
            "items",
            shared
            | what
            | under
            | {
                "work_id": work,
                "attempt": 1,
                "depth": 0,
                "decision_digest": _sha(decision),
                "unverified": False,
                "state": "waiting",
                "since": at,
                "risk": 1000 * (1 + number % 3) + number % 1000,
            },
        )
        yield "item_rules", {"work_id": work, "rule": rule}
        yield (
            "events",
            {"seq": seq, "at": at, "kind": "draft.decided", "subject": draft}
            | {"actor": "aigc_guard", "body": to_json({"outcome": "review", "run": run})},
        )


def visitor(project: Project, token: str) -> TestClient:
    """Somebody who may see everything."""
    client = TestClient(create_app(project), base_url="http://localhost")
    client.cookies.set(SESSION_COOKIE, token)
    return client


def pages(project: Project) -> dict[str, str]:
    """What is asked, by name; the middle of the queue counts as well as its head."""
    from aigc_guard.dashboard.queue_view import place_of

    rules = project.store.rules_waiting()
    with project.store.engine.connect() as connection:
        some = sa.select(tables.items.c.draft_id).order_by(tables.items.c.since)
        count = connection.execute(sa.select(sa.func.count()).select_from(tables.items)).scalar()
        draft = connection.execute(some.offset((count or 0) // 2).limit(1)).scalar_one()
    item = project.store.item_of(draft)
    assert item is not None
    policy = project.policy_for(_brief(0))
    assert policy is not None
    rare = policy.rules[0].id
    common = next(rule for rule in rules if rule != rare)
    return {
        "queue": "/queue",
        "queue, riskiest": "/queue?order=riskiest",
        "queue, middle": f"/queue?after={place_of(item)}",
        "queue, kind": "/queue?kind=news&language=en",
        "queue, common rule": f"/queue?rule={common}",
        "queue, rare rule": f"/queue?rule={rare}",
        "queue, age": "/queue?age=24",
        "draft": f"/drafts/{draft}",
        "alike": f"/drafts/{draft}/alike",
        "runs": "/runs",
        "run": f"/runs/{_sha('run', 3)[:16]}",
        "record": "/record",
        "record of a draft": f"/record?draft={draft}",
        "record of a kind": "/record?kind=draft.decided",
        "record, middle": f"/record?before={project.store.log_size() // 2}",
        "trends": "/trends",
        "policies": "/policies",
        "waivers": "/policies/waivers",
        "proofs": "/audit",
        "second": "/second",
        "people": "/people",
        "me": "/me",
        "counts": "/api/v1/counts",
        "api queue": "/api/v1/queue",
    }


Filled = tuple[Project, str]


def measure(small: Filled, large: Filled) -> dict[str, tuple[float, float]]:
    """Median milliseconds per page, small and large."""
    clients = [(visitor(*one), pages(one[0])) for one in (small, large)]
    found = {}
    for name in sys.argv[3:] or clients[0][1]:
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(ROUNDS + 1):
            for (client, paths), kept in zip(clients, times, strict=True):
                start = time.perf_counter()
                status = client.get(paths[name]).status_code
                if turn:  # the first one warms up
                    kept.append(1000 * (time.perf_counter() - start))
                assert status == 200, (name, status)
        found[name] = (statistics.median(times[0]), statistics.median(times[1]))
    return found


def main() -> int:
    """Measure and print."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # the table is all it says
    sizes = [int(one) for one in sys.argv[1:3]] or [SMALL, LARGE]
    with tempfile.TemporaryDirectory() as folder:
        projects = [fill(Path(folder) / str(size), size) for size in sizes]
        found = measure(*projects)
    print(f"{'page':20} {sizes[0]:>9,} {sizes[1]:>9,}   ratio")
    for name, (few, many) in found.items():
        print(f"{name:20} {few:6.1f} ms {many:6.1f} ms   {many / few:.2f}")
    worst = max(many / few for few, many in found.values())
    print(json.dumps({"worst_ratio": round(worst, 2), "limit": MOST}))
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
