"""A project's own proofs: every run is sealed, releases verify, can be taken back and erased."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from aigc_guard.errors import AuditError, ConfigError, ReleaseError, StoreError
from aigc_guard.pipeline.packing import Period, write_pack
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proofs import (
    consistency_from,
    proof_of,
    seal,
    verify_log,
    verify_path,
    verify_release,
)
from aigc_guard.pipeline.taking_back import erase, revoke
from aigc_guard.proof.dsse import read_envelope
from aigc_guard.proof.log_proof import read_proof
from aigc_guard.proof.statement import read_statement
from aigc_guard.records import Draft, Release
from aigc_guard.release import consistency
from aigc_guard.release.verify import Known, State, Status, verify

DRAFTS = {
    "a": "The bridge opened on Monday.",
    "b": "Write s3cret to nobody.",
    "c": "The library opened on Tuesday.",
}
Made = tuple[Project, list[Release]]


@pytest.fixture
def made(produced: Callable[..., Project]) -> Made:
    project = produced(DRAFTS)
    return project, project.store.releases()


def statement(project: Project, release: Release) -> dict[str, Any]:
    [kept] = project.store.statements(release_id=release.release_id)
    return dict(read_statement(read_envelope(kept.bundle.encode()).payload).predicate)


def test_every_release_of_a_run_verifies_when_it_ends(made: Made) -> None:
    project, releases = made
    assert len(releases) == 3
    for release in releases:
        verdict = verify_release(project, release.release_id)
        assert verdict.state is State.VERIFIED, verdict
        assert verdict.of("policy").status is Status.PASSED
        assert verdict.of("revocation").status is Status.PASSED
    state = verify_log(project)
    assert (state.ok, state.checkpoints) == (True, 2)  # the store's, and its copy
    assert consistency(project.store, project.config.outbox) == []
    with pytest.raises(ReleaseError, match="no release"):
        verify_release(project, "unknown")


def test_the_statement_says_what_made_a_release(made: Made) -> None:
    project, releases = made
    for release in releases:
        said = statement(project, release)
        draft = project.store.draft(release.draft_id)
        assert isinstance(draft, Draft)
        assert said["generation"]["made_by"] == draft.made_by
        assert said["generation"]["brief_sha256"] == draft.brief_digest
        assert said["generation"]["parameters_sha256"] == draft.settings_digest
        assert said["model"]["sha256"] == draft.model_digest
        assert said["policy"] == {
            "name": "news-test", "version": "1", "sha256": release.policy_digest
        }  # fmt: skip
        assert said["decision"]["outcome"] == "release"
        assert [one["status"] for one in said["checks"]] == ["ok"] * len(said["checks"])
        assert {"version", "verdict", "coverage"} <= set(said["checks"][0])
        assert len(said["code"]["sha256"]) == 64
        assert said["labels"]["head"] == ["Written with AI."]
    redacted = [one for one in releases if statement(project, one)["generation"]["parent"]]
    assert len(redacted) == 1


def test_running_again_makes_no_second_proof(made: Made, briefs: Callable[..., Path]) -> None:
    project, releases = made
    folder = project.config.outbox / releases[0].folder
    before = (folder / "release.proof.json").read_bytes()
    produce(project, [briefs(*DRAFTS)])
    assert (folder / "release.proof.json").read_bytes() == before
    assert verify_log(project).ok


def test_equal_inputs_clock_and_keys_give_equal_statements(made: Made, tmp_path: Path) -> None:
    """The same work in another store, under the same keys; but a credential is signed anew."""
    project, releases = made
    url = f"sqlite:///{tmp_path / 'again.db'}"
    config = replace(project.config.with_output(tmp_path / "again"), store_url=url, own_outbox=None)
    again = replace(project, config=config)
    produce(again, [tmp_path / "briefs.jsonl"])
    for release in releases:
        for name in release.files:
            one = (project.config.outbox / release.folder / name).read_bytes()
            other = (config.outbox / release.release_id / name).read_bytes()
            assert _but_its_credential(name, other) == _but_its_credential(name, one)
    log = project.store.log_origin(), again.store.log_origin()
    assert log[0] != log[1]


def _but_its_credential(name: str, data: bytes) -> object:
    """A file of a release without the digests of what C2PA draws anew at each signing."""
    if name == "release.c2pa":
        return None
    if name == "release.aigc.json":
        record = json.loads(data)
        assert record["files"].pop("release.c2pa")
        return record
    if name == "release.dsse.json":
        statement = json.loads(base64.b64decode(json.loads(data)["payload"]))
        anew = ("release.c2pa", "release.aigc.json")
        statement["subject"] = [one for one in statement["subject"] if one["name"] not in anew]
        return statement
    return data


def test_a_revoked_release_verifies_as_revoked_here_and_elsewhere(
    made: Made, tmp_path: Path
) -> None:
    project, (one, two, three) = made
    outside = {name: (project.config.outbox / one.folder / name) for name in one.files}
    copy = tmp_path / "reader" / "copy"
    copy.mkdir(parents=True)
    for name in (*outside, "release.proof.json"):
        (copy / name).write_bytes((project.config.outbox / one.folder / name).read_bytes())
    revoke(project, one.release_id, reason="Ann Lee asked for it", actor="person:1")
    revoke(
        project, two.release_id, reason="a new figure", actor="person:1", successor=three.release_id
    )
    for release, word in ((one, "revoked at"), (two, f"superseded by {three.release_id}")):
        verdict = verify_release(project, release.release_id)
        assert (verdict.state, verdict.exit_code) == (State.REVOKED, 1)
        assert word in verdict.of("revocation").message
    assert verify_release(project, three.release_id).state is State.VERIFIED

    trust = project.keyring.trust()
    assert verify(project.config.outbox / one.folder, trust).state is State.REVOKED
    assert verify(copy, trust).state is State.VERIFIED  # nobody told the reader yet
    listed = (project.config.outbox / "revocations.jsonl").read_bytes()
    assert b"Ann" not in listed
    known = Known(revocations=listed.splitlines(keepends=True))
    assert verify(copy, trust, known).state is State.REVOKED
    forged = listed.replace(b'"sig":"', b'"sig":"AA')
    assert verify(copy, trust, Known(revocations=[forged])).state is State.TAMPERED

    assert verify_log(project).ok
    assert consistency(project.store, project.config.outbox) == []
    events = [event.kind for event in project.store.events(subject=one.draft_id)]
    assert events[-1] == "release.revoked"
    assert "Ann" not in repr(project.store.events())
    with pytest.raises(StoreError, match="already"):
        revoke(project, one.release_id, reason="again", actor="person:1")
    for reason, successor in ((" ", ""), ("x", "unknown"), ("x", three.release_id)):
        with pytest.raises(ReleaseError):
            revoke(project, three.release_id, reason=reason, actor="p", successor=successor)


def test_what_is_erased_is_gone_and_the_log_holds(made: Made) -> None:
    project, (one, two, _) = made
    draft = project.store.draft(one.draft_id)
    assert draft is not None
    words = draft.text
    with pytest.raises(ReleaseError, match="stands"):
        erase(project, one.draft_id, reason="asked for", actor="person:1")
    revoke(project, one.release_id, reason="asked for", actor="person:1")
    done = erase(project, one.draft_id, reason="asked for", actor="person:1")
    assert one.draft_id in done.payload.drafts
    assert not (project.config.outbox / one.folder).exists()
    assert project.store.draft(one.draft_id) is None
    database = project.config.root / "state" / "store.db"
    with project.store.engine.connect() as connection:
        dump = repr(connection.execute(sa.text("SELECT text FROM drafts")).all())
        dump += repr(connection.execute(sa.text("SELECT body FROM briefs")).all())
    assert database.is_file()
    assert words not in dump
    assert f"Bridge {one.brief_id} opens" not in dump
    assert f"Bridge {two.brief_id} opens" in dump
    assert verify_log(project).ok
    assert consistency(project.store, project.config.outbox) == []
    assert verify_release(project, two.release_id).state is State.VERIFIED
    assert erase(project, one.draft_id, reason="again", actor="person:1").payload == done.payload
    with pytest.raises(ReleaseError, match="not in the store"):
        erase(project, "unknown", reason="x", actor="p")


def test_an_order_that_waits_is_closed_by_its_erasure(
    make_project: Callable[..., Project], briefs: Callable[..., Path]
) -> None:
    project = make_project({"a": "A rumour went round."})
    produce(project, [briefs("a")])
    [item] = project.store.queue()
    erase(project, item.draft_id, reason="asked for", actor="person:1")
    assert project.store.queue() == []
    assert consistency(project.store, project.config.outbox) == []


def test_an_old_checkpoint_shows_that_the_log_only_grew(made: Made, briefs: Any) -> None:
    project, releases = made
    old = seal(project).sealed.note
    produce(project, [briefs("a", "c", name="more.jsonl")])
    new = seal(project).sealed
    verdict = verify_release(project, releases[0].release_id, checkpoint=new.note)
    assert verdict.of("consistency").status is Status.PASSED
    assert verify_release(project, releases[0].release_id, checkpoint=old).exit_code == 0
    proof = consistency_from(project, old)
    assert proof.holds()
    folder = project.config.outbox / releases[0].folder
    elsewhere = verify(folder, project.keyring.trust(), Known(checkpoint=new.note))
    assert (elsewhere.exit_code, elsewhere.of("consistency").status) == (4, Status.INCOMPLETE)
    known = Known(checkpoint=new.note, consistency=lambda _old, _new: (bytes(32),))
    assert verify(folder, project.keyring.trust(), known).exit_code == 1
    assert proof_of(project, releases[0].release_id).holds()


def test_a_rewritten_store_seals_no_more_and_an_old_checkpoint_tells(made: Made) -> None:
    project, releases = made
    old = seal(project).sealed.note
    with project.store.engine.begin() as connection:
        for name in ("events_no_update", "log_hashes_no_update"):
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        connection.execute(sa.text("UPDATE events SET body = '{}' WHERE seq = 2"))
        row = connection.execute(sa.text("SELECT * FROM events WHERE seq = 2")).mappings().one()
        from aigc_guard.store.tree import leaf_of

        connection.execute(
            sa.text("UPDATE log_hashes SET hash = :hash WHERE level = 0 AND position = 1"),
            {"hash": leaf_of(row)},
        )
    with pytest.raises(AuditError, match="another than the one signed"):
        seal(project)
    assert not verify_log(project).ok
    verdict = verify_release(project, releases[0].release_id, checkpoint=old)
    assert (verdict.exit_code, verdict.of("consistency").status) == (1, Status.FAILED)
    # The release's own proof still shows what was signed then.
    assert verify_release(project, releases[0].release_id).exit_code == 0
    proof = project.config.outbox / releases[0].folder / "release.proof.json"
    assert read_proof(proof.read_bytes()).holds()


def test_a_killed_run_gets_its_proofs_from_the_next(made: Made) -> None:
    project, releases = made
    with project.store.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER checkpoints_no_delete"))
        connection.execute(sa.text("DELETE FROM checkpoints"))
    for release in releases:
        (project.config.outbox / release.folder / "release.proof.json").unlink()
        assert verify_release(project, release.release_id).state is State.INCOMPLETE
    assert seal(project).count == 3
    assert all(
        verify_release(project, release.release_id).state is State.VERIFIED for release in releases
    )


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "check.py"], cwd=folder, capture_output=True, text=True
    )


def test_the_evidence_pack_is_checked_without_us(made: Made, tmp_path: Path) -> None:
    project, releases = made
    revoke(project, releases[0].release_id, reason="Ann Lee asked", actor="person:1")
    day = Period.of("2026-01-05", "2026-01-05")
    pack = write_pack(project, day, tmp_path / "pack.zip")
    again = write_pack(project, day, tmp_path / "again.zip")
    assert pack.statements == len(releases) == again.statements
    assert (tmp_path / "pack.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    folder = unpacked(pack.path, tmp_path / "pack")
    done = check(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("nothing wrong\n")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"README.md", "keys.json", "log.jsonl", "revocations.jsonl", "checkpoint.txt"} <= names
    page = (folder / "verify.html").read_text("utf-8")
    assert all(key.to_json()["public_key"] in page for key in project.keyring.trust().keys)
    guide = (folder / "README.md").read_text("utf-8")
    listed = {"check.py", "checkpoint.txt", "keys.json", "log.jsonl", "revocations.jsonl"}
    assert all(f"`{name}`" in guide for name in (*listed, "verify.html"))
    assert any(name.startswith("policies/news-test-") for name in names)
    assert any(name.startswith("reports/") for name in names)
    assert len([name for name in names if name.startswith("keys/")]) == 2
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"Ann Lee" not in path.read_bytes()
            # The policy itself names the word it hides.
            assert path.parent.name == "policies" or b"s3cret" not in path.read_bytes()


@pytest.mark.parametrize("part", ["release.dsse.json", "release.proof.json"])
def test_a_changed_pack_is_found_out(made: Made, tmp_path: Path, part: str) -> None:
    project, releases = made
    day = Period.of("2026-01-01", "2026-01-31")
    write_pack(project, day, tmp_path / "pack.zip")
    folder = unpacked(tmp_path / "pack.zip", tmp_path / "pack")
    own = folder / "statements" / releases[0].release_id / part
    other = folder / "statements" / releases[1].release_id / part
    own.write_bytes(other.read_bytes())
    assert check(folder).returncode == 1
    (folder / "log.jsonl").write_bytes((folder / "log.jsonl").read_bytes().replace(b"seq", b"sea"))
    assert "its root is not the checkpoint's" in check(folder).stdout


def test_by_hand_with_openssl_and_sha256sum(made: Made, tmp_path: Path) -> None:
    """The steps that the pack's guide tells an auditor."""
    project, releases = made
    write_pack(project, Period.of("2026-01-05", "2026-01-05"), tmp_path / "pack.zip")
    folder = unpacked(tmp_path / "pack.zip", tmp_path / "pack")
    steps = f"""
    set -e
    python3 - <<'PY'
import base64, json
e = json.load(open("statements/{releases[0].release_id}/release.dsse.json"))
open("payload.bin", "wb").write(base64.b64decode(e["payload"]))
open("sig.bin", "wb").write(base64.b64decode(e["signatures"][0]["sig"]))
open("keyid", "w").write(e["signatures"][0]["keyid"])
PY
    printf 'DSSEv1 28 application/vnd.in-toto+json %s ' $(stat -c %s payload.bin) > signed.bin
    cat payload.bin >> signed.bin
    openssl pkeyutl -verify -pubin -inkey keys/$(cat keyid).pem \\
      -rawin -in signed.bin -sigfile sig.bin
    """
    done = subprocess.run(["bash", "-c", steps], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Verified Successfully" in done.stdout
    subjects = json.loads((folder / "payload.bin").read_bytes())["subject"]
    signed = {one["name"]: one["digest"]["sha256"] for one in subjects}
    outbox = project.config.outbox / releases[0].folder
    [text] = [name for name in signed if name.endswith((".txt", ".html", ".md"))]
    assert hashlib.sha256((outbox / text).read_bytes()).hexdigest() == signed[text]


@pytest.mark.parametrize("days", [("2026-01-05", "2026-01-04"), ("today", "2026-01-04")])
def test_a_time_that_is_none_is_refused(days: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="is no time"):
        Period.of(*days)


def test_a_project_without_a_writable_copy_says_so(made: Made, tmp_path: Path) -> None:
    project, _ = made
    blocked = tmp_path / "blocked"
    blocked.write_text("a file", encoding="utf-8")
    elsewhere = replace(project.config, log=replace(project.config.log, copies=(blocked,)))
    with pytest.raises(AuditError, match="no copy"):
        seal(replace(project, config=elsewhere))


def test_signed_by_the_right_key_but_never_logged(made: Made) -> None:
    """An insider with the release key beside the real proof of something else."""
    from aigc_guard.proof.public_keys import Purpose
    from aigc_guard.release.stating import signed

    project, releases = made
    folder = project.config.outbox / releases[0].folder
    envelope = read_envelope((folder / "release.dsse.json").read_bytes())
    real = read_statement(envelope.payload)
    predicate = {**real.predicate, "decision": {"outcome": "release", "reasons": [], "noted": [1]}}
    forged = signed(replace(real, predicate=predicate), project.signer(Purpose.RELEASE))
    (folder / "release.dsse.json").write_bytes(forged)
    verdict = verify_path(project, folder)
    assert verdict.exit_code == 1
    assert "of another statement" in verdict.of("log").message
