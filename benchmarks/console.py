"""Server time of the console's pages with 1,000 and with 100,000 waiting drafts.

``python benchmarks/console.py`` fills two stores directly and asks each page of a real app in
process, the two stores in turn so that the machine's mood is shared. It ends with 1 when the
median at 100,000 is more than twice the one at 1,000 for any page.
"""

from __future__ import annotations

import json
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from starlette.testclient import TestClient

from aigc_guard.accounts import add_account
from aigc_guard.accounts.signing_in import open_session
from aigc_guard.config import load_config
from aigc_guard.dashboard.app import create_app
from aigc_guard.dashboard.visit import SESSION_COOKIE
from aigc_guard.pipeline.plan import policy_for
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Brief, Decision, Draft, Fact, Outcome, Reason, digest_of, draft_id_of
from aigc_guard.store import tables
from aigc_guard.store.rows import work_id_of
from aigc_guard.store.runs import to_json

SMALL, LARGE = 1_000, 100_000
ROUNDS, MOST = 15, 2.0
ROOT = Path(__file__).resolve().parents[1]
RARE_EVERY = 1000


def fill(folder: Path, count: int) -> Project:
    """A project of this checkout's policies with ``count`` waiting drafts."""
    for name in ("policies", "kinds"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "models").symlink_to(ROOT / "models")
    shutil.copy(ROOT / "aigc_guard.toml", folder)
    project = Project(config=load_config(folder, {}))
    policy = policy_for(project, _brief(0))
    assert policy is not None
    rules = [rule.id for rule in policy.rules][:8]
    rows: dict[str, list[dict[str, Any]]] = {}
    for number in range(count):
        for table, row in _rows(number, policy.name, policy.digest, rules):
            rows.setdefault(table, []).append(row)
    order = ("briefs", "drafts", "decisions", "items", "item_rules")
    with project.store.engine.begin() as connection:
        for name in order:
            table = tables.metadata.tables[name]
            for start in range(0, len(rows[name]), 5000):
                connection.execute(sa.insert(table), rows[name][start : start + 5000])
    return project


def _brief(number: int) -> Brief:
    fact = Fact("headline", f"Bridge {number} opens")
    return Brief(f"b{number}", "news", "en", "web", facts=(fact,))


def _rows(
    number: int, policy: str, digest: str, rules: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    """What one waiting draft is made of: a common rule holds each, a rare one some."""
    brief = _brief(number)
    text = f"Bridge {number} opens on Tuesday. A rumour says that it was dear."
    draft_id = draft_id_of(
        brief, writer="bench", model_digest="", settings_digest="", seed=0, attempt=1
    )
    draft = Draft(
        draft_id, brief.id, brief.digest, "news", "en", "web", text, "bench", "", "", 0, 1
    )
    rule = rules[0] if number % RARE_EVERY == 0 else rules[1 + number % (len(rules) - 1)]
    severity = ("minor", "major", "critical")[number % 3]
    reason = Reason(
        rule, "terms", Outcome.REVIEW, {"en": "Held."}, "x", 0.9, 34, 40, "0.5", severity
    )
    decision = Decision(draft_id, draft.text_sha256, policy, digest, Outcome.REVIEW, (reason,))
    work, decided = work_id_of(draft), digest_of(decision)
    at = f"2026-01-{1 + number % 28:02d}T{number % 24:02d}:{number % 60:02d}:00Z"
    shared = {"draft_id": draft_id, "text_sha256": draft.text_sha256}
    what = {"brief_id": brief.id, "kind": "news", "language": "en", "channel": "web"}
    return [
        (
            "briefs",
            {
                "brief_digest": brief.digest,
                "brief_id": brief.id,
                "kind": "news",
                "language": "en",
                "body": to_json(brief),
            },
        ),
        (
            "drafts",
            shared
            | what
            | {
                "brief_digest": brief.digest,
                "text": text.encode(),
                "writer": "bench",
                "model_digest": "",
                "settings_digest": "",
                "seed": "0",
                "attempt": 1,
                "faithful": True,
                "notes": "[]",
                "parent": "",
                "made_by": "model",
                "root": draft_id,
                "work_id": work,
                "depth": 0,
            },
        ),
        (
            "decisions",
            shared
            | {
                "seq": number + 1,
                "policy": policy,
                "policy_digest": digest,
                "outcome": "review",
                "decision_digest": decided,
                "body": to_json(decision),
                "measured": "[]",
                "run_id": "",
                "at": at,
            },
        ),
        (
            "items",
            shared
            | what
            | {
                "work_id": work,
                "attempt": 1,
                "depth": 0,
                "policy": policy,
                "policy_digest": digest,
                "decision_digest": decided,
                "outcome": "review",
                "unverified": False,
                "state": "waiting",
                "since": at,
                "risk": 1000 * (1 + number % 3) + number % 1000,
            },
        ),
        ("item_rules", {"work_id": work, "rule": rule}),
    ]


def visitor(project: Project) -> TestClient:
    """Somebody who may see everything."""
    account = add_account(
        project.store,
        "bench",
        roles=["lead", "admin"],
        password=secrets.token_urlsafe(12),
        clock=project.clock,
    )
    session = open_session(project.store, account, clock=project.clock)
    client = TestClient(create_app(project), base_url="http://localhost")
    client.cookies.set(SESSION_COOKIE, session.token)
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
    policy = policy_for(project, _brief(0))
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
        "second": "/second",
        "people": "/people",
        "me": "/me",
        "counts": "/api/v1/counts",
        "api queue": "/api/v1/queue",
    }


def measure(small: Project, large: Project) -> dict[str, tuple[float, float]]:
    """Median milliseconds per page, small and large."""
    clients = [(visitor(one), pages(one)) for one in (small, large)]
    found = {}
    for name in clients[0][1]:
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
