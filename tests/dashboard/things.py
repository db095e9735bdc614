"""One of each thing that an address can name, all of them somebody's."""

from __future__ import annotations

from aigc_guard.accounts.keys import add_key
from aigc_guard.pipeline.desk import ask, claim
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proposing import propose
from aigc_guard.pipeline.second import keep_golden
from aigc_guard.records import sha256_text
from aigc_guard.store import Account

FILE = "news.yaml"


def real_things(project: Project, owner: Account | None) -> dict[str, str]:
    """By the names that paths use: a waiting draft on ``owner``'s desk, their key, proposal, …"""
    assert owner is not None
    store = project.store
    waiting = store.queue()[0].draft_id
    claim(project, owner, waiting)
    request = ask(project, owner, "waiver", waiting, "An exception, please.", rule="look-at-rumour")
    key = add_key(store, owner, "own", scopes=["check"], clock=project.clock)
    text = (project.config.policies / FILE).read_text(encoding="utf-8")
    proposal = propose(
        project, owner, FILE, text + "\n# more\n", "Because.", base_sha256=sha256_text(text)
    )
    golden = keep_golden(project, owner, store.queue()[1].draft_id, "fine")
    return {
        "draft_id": waiting,
        "request_id": request.request_id,
        "key_id": key.key.key_id,
        "proposal_id": proposal.proposal_id,
        "sample_id": golden.sample_id,
        "account_id": owner.account_id,
        "file": FILE,
        "name": "rules",
        "form": "csv",
        "kind": "html",
        "size": str(store.checkpoints()[-1].size),
        "run_id": store.get_runs()[0].run_id,
        "release_id": store.releases()[0].release_id,
    }
