"""keys, verify, release revoke and audit as a person types them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

POLICY = """\
policy: news-origin
version: "1"
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: declared-origin
    check: provenance
    limits: {declared_origin: true}
    action: review
    message: {en: "No declared origin.", zh: "未声明来源。"}
labels:
  - id: made-with-ai
    text: {en: "Written with AI.", zh: "本内容由人工智能生成。"}
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("finished") / "desk"


@pytest.fixture
def desk(call: Callable[..., object], tmp_path: Path, finished: Path) -> Path:
    """A project folder whose one run released two texts."""
    folder = tmp_path / "desk"
    if finished.exists():
        shutil.copytree(finished, folder)
        return folder
    (folder / "policies").mkdir(parents=True)
    (folder / "models").mkdir()
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "policies" / "news.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "aigc_guard.toml").write_text("", encoding="utf-8")
    rows = [
        {
            "id": f"n{number}",
            "kind": "news",
            "language": "en",
            "channel": "web",
            "text": f"Bridge number {number} opened on Tuesday.",
            "origin": {"writer": "Ann Lee", "licence": "own"},
        }
        for number in range(2)
    ]
    briefs = folder / "briefs.jsonl"
    briefs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert call("-C", folder, "run", briefs).code == 0  # type: ignore[attr-defined]
    shutil.copytree(folder, finished)
    return folder


def releases(desk: Path) -> list[Path]:
    return sorted(path for path in (desk / "outbox").iterdir() if len(path.name) == 32)


def test_verify_at_home_and_elsewhere(call, desk: Path, tmp_path: Path) -> None:
    one = releases(desk)[0] / "release.html"
    home = call("-C", desk, "verify", one)
    assert (home.code, home.err) == (0, "")
    assert len(home.out.splitlines()) == 10
    assert home.out.endswith("Verified.\n")
    assert call("-C", desk, "verify", one.parent).code == 0

    nowhere = call("verify", one)
    assert nowhere.code == 3
    keys = tmp_path / "keys.json"
    assert call("-C", desk, "keys", "export-public", "--out", keys).code == 0
    assert "PRIVATE" not in keys.read_text(encoding="utf-8")
    assert call("verify", one, "--trust", keys).code == 0
    assert call("verify", one, "--trust", one).code == 2
    shown = json.loads(call("verify", one, "--trust", keys, "--format", "json").out)
    assert shown["verdict"] == "verified"
    assert shown["release"] == one.parent.name

    plain = tmp_path / "letter.txt"
    plain.write_text("Dear reader", encoding="utf-8")
    unmarked = call("verify", plain, "--trust", keys)
    assert unmarked.code == 2
    assert "no credential present" in unmarked.out
    assert "human" not in unmarked.out.lower()
    one.write_bytes(one.read_bytes().replace(b"Tuesday", b"Thursday"))
    tampered = call("verify", one, "--trust", keys)
    assert tampered.code == 1
    assert "✕ digests" in tampered.out


def test_verify_speaks_chinese(call, desk: Path) -> None:
    with (desk / "aigc_guard.toml").open("a", encoding="utf-8") as file:
        file.write('language = "zh"\n')
    result = call("-C", desk, "verify", releases(desk)[0])
    assert result.out.endswith("验证通过。\n")
    assert not re.search(r"[A-Za-z]{6,}", re.sub(r"news-origin|[0-9a-f]{16,}", "", result.out))


def test_detect_tells_where_a_text_leads(call, desk: Path, tmp_path: Path) -> None:
    page = next(path for path in releases(desk)[0].iterdir() if path.suffix == ".html")
    same = call("-C", desk, "detect", page)
    assert (same.code, releases(desk)[0].name in same.out) == (0, True)
    assert same.out.endswith("Released here, as it stands.\n")
    copy = tmp_path / "copy.txt"
    copy.write_text("Nobody here wrote these words about the harbour. " * 3, "utf-8")
    other = call("-C", desk, "detect", copy)
    assert other.code == 2
    assert "human" not in other.out + other.err
    assert "nothing is said about where it comes from" in other.out
    shown = json.loads(call("-C", desk, "detect", page, "--format", "json").out)
    assert (shown["verdict"], shown["exit_code"]) == ("released", 0)
    assert shown["releases"][0]["release"] == releases(desk)[0].name
    assert shown["watermark"] == {"looked": False, "why": "keys"}
    assert call("-C", desk, "detect", tmp_path / "absent.txt").code == 2
    with (desk / "aigc_guard.toml").open("a", encoding="utf-8") as file:
        file.write('language = "zh"\n')
    assert call("-C", desk, "detect", copy).out.endswith("这并不说明它出自何处。\n")


def test_keys_are_listed_and_rotated(call, desk: Path) -> None:
    before = json.loads(call("-C", desk, "keys", "list", "--format", "json").out)
    assert [key["purpose"] for key in before] == ["release", "log", "fingerprint"]
    assert call("-C", desk, "keys", "init").out.count("\n") == 4
    assert call("-C", desk, "keys", "rotate", "release").code == 0
    assert call("-C", desk, "keys", "rotate", "watermark").code == 0
    after = json.loads(call("-C", desk, "keys", "list", "--format", "json").out)
    kinds = ["release", "log", "release", "fingerprint", "watermark", "watermark"]
    assert [key["purpose"] for key in after] == kinds
    assert [bool(key["retired_at"]) for key in after] == [True, *[False] * 3, True, False]
    assert call("-C", desk, "keys", "list").out.count("release") == 2
    assert call("-C", desk, "verify", releases(desk)[0]).code == 0
    assert call("-C", desk, "keys", "rotate", "other").code == 2
    private = [path for path in (desk / "state" / "keys").iterdir() if path.suffix == ".pem"]
    assert len(private) == 5  # of the two release keys only the new one


def test_release_is_revoked_and_superseded(call, desk: Path) -> None:
    one, two = (path.name for path in releases(desk))
    assert call("-C", desk, "release", "revoke", one, "--reason", "wrong").code == 2
    done = call("-C", desk, "release", "revoke", one, "--reason", "wrong", "--by", "Ann Lee")
    assert (done.code, done.out.split()[:2]) == (0, ["revoke", one])
    shown = call("-C", desk, "verify", desk / "outbox" / one)
    assert (shown.code, "✕ revocation  revoked" in shown.out) == (1, True)
    words = ("--with", one, "--reason", "new", "--by", "Ann Lee")
    assert call("-C", desk, "release", "supersede", two, *words).code == 0
    assert f"superseded by {one}" in call("-C", desk, "verify", desk / "outbox" / two).out
    assert call("-C", desk, "release", "revoke", "nothing", "--reason", "x", "--by", "A").code == 2
    again = call("-C", desk, "release")
    assert (again.code, "Released: 0." in again.err) == (0, True)
    log = (desk / "outbox" / "revocations.jsonl").read_text(encoding="utf-8")
    assert len(log.splitlines()) == 2
    assert "Ann" not in log + call("-C", desk, "audit", "export").out


def test_audit_verifies_exports_proves_and_packs(call, desk: Path, tmp_path: Path) -> None:
    well = call("-C", desk, "audit", "verify")
    assert (well.code, "nothing was changed" in well.out) == (0, True)
    note = tmp_path / "old.txt"
    assert call("-C", desk, "audit", "checkpoint", "--out", note).code == 0
    lines = call("-C", desk, "audit", "export").out.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert call("-C", desk, "audit", "export", "--after", len(lines) - 1).out.strip() == lines[-1]
    one = releases(desk)[0]
    proved = call("-C", desk, "audit", "prove", one.name)
    assert json.loads(proved.out)["format"] == "aigc_guard log proof, version 1"
    assert call("-C", desk, "audit", "prove").code == 2

    revoked = releases(desk)[1].name
    call("-C", desk, "release", "revoke", revoked, "--reason", "wrong", "--by", "Ann")
    grown = tmp_path / "grown.json"
    assert call("-C", desk, "audit", "prove", "--from", note, "--out", grown).code == 0
    assert call("-C", desk, "audit", "verify", "--checkpoint", note).code == 0
    newest = tmp_path / "new.txt"
    call("-C", desk, "audit", "checkpoint", "--out", newest)
    assert call("-C", desk, "verify", one, "--checkpoint", newest).code == 0
    keys = tmp_path / "keys.json"
    call("-C", desk, "keys", "export-public", "--out", keys)
    given = ("--trust", keys, "--checkpoint", newest)
    assert call("verify", one, *given).code == 4
    same = call("verify", one, *given, "--consistency", grown)
    assert (same.code, "only grew" in same.out) == (0, True)
    listed = desk / "outbox" / "revocations.jsonl"
    copy = shutil.copytree(desk / "outbox" / revoked, tmp_path / "reader" / "copy")
    (copy / "release.revoked.dsse.json").unlink()
    assert call("verify", copy, "--trust", keys).code == 0
    assert call("verify", copy, "--trust", keys, "--revocations", listed).code == 1

    pack = tmp_path / "pack.zip"
    days = ("--from", "2020-01-01", "--to", "2099-12-31")
    assert call("-C", desk, "audit", "pack", *days, "--out", pack).code == 0
    assert pack.stat().st_size > 1000


def test_audit_erases_and_finds_what_was_changed(call, desk: Path) -> None:
    import sqlite3

    draft = json.loads((releases(desk)[0] / "release.aigc.json").read_bytes())["draft"]["id"]
    words = ("audit", "erase", draft[:12], "--reason", "asked", "--by", "Ann")
    standing = call("-C", desk, *words)
    assert (standing.code, "release revoke" in standing.err) == (2, True)
    name = releases(desk)[0].name
    call("-C", desk, "release", "revoke", name, "--reason", "asked", "--by", "Ann")
    assert call("-C", desk, *words).code == 0
    assert call("-C", desk, "audit", "verify").code == 0
    with sqlite3.connect(desk / "state" / "aigc_guard.db") as database:
        database.execute("DROP TRIGGER events_no_update")
        database.execute("UPDATE events SET subject = 'x' WHERE seq = 3")
    bad = call("-C", desk, "audit", "verify", "--format", "json")
    assert bad.code == 1
    assert json.loads(bad.out)["problems"][0]["entry"] == 3


def test_no_statement_names_the_supplier(call, desk: Path) -> None:
    for path in (desk / "outbox").rglob("*"):
        if path.is_file():
            assert b"Ann Lee" not in path.read_bytes()
