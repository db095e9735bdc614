"""A clean release verifies, and whatever is changed is found by the layer that looks at it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from aigc_guard.proof.dsse import (
    Envelope,
    as_file,
    pre_authentication,
    read_envelope,
    to_base64,
)
from aigc_guard.proof.log_proof import read_proof
from aigc_guard.proof.public_keys import Purpose, Trust
from aigc_guard.proof.statement import read_statement
from aigc_guard.records import Release
from aigc_guard.release.stating import STATEMENT_FILE, signed
from aigc_guard.release.verify import Known, State, Status, Verdict, verify
from aigc_guard.signing import Keyring, open_signer
from aigc_guard.store.tree import leaf_of

FORMS = ("html", "md", "txt", "docx", "pdf")
PROOF_FILE = "release.proof.json"
MakePress = Callable[..., Any]


@pytest.fixture
def released(press: Any) -> tuple[Any, Release, Path]:
    release = press.release()
    press.seal()
    return press, release, press.folder(release)


def failing(verdict: Verdict) -> set[str]:
    return {one.name for one in verdict.layers if one.status not in (Status.PASSED, Status.SKIPPED)}


def change(path: Path, old: str, new: str) -> None:
    data = path.read_bytes()
    assert old.encode() in data
    path.write_bytes(data.replace(old.encode(), new.encode()))


@pytest.mark.parametrize("form", FORMS)
def test_a_clean_release_verifies_as_file_and_as_folder(press: Any, form: str) -> None:
    release = press.release(form=form)
    press.seal()
    folder = press.folder(release)
    for path in (folder, folder / f"release.{form}"):
        verdict = verify(path, press.trust)
        assert (verdict.state, failing(verdict)) == (State.VERIFIED, set())
        assert verdict.exit_code == 0
        assert verdict.release_id == release.release_id
        passed = {one.name for one in verdict.layers if one.status is Status.PASSED}
        assert passed == {"bundle", "signature", "digests", "log", "labels"}


def test_a_copy_under_another_name_verifies_with_its_bundle(
    released: tuple[Any, Release, Path], tmp_path: Path
) -> None:
    press, _, folder = released
    shutil.copy(folder / "release.html", tmp_path / "story.html")
    assert verify(tmp_path / "story.html", press.trust).state is State.INCOMPLETE
    for part in ("dsse", "proof"):
        shutil.copy(folder / f"release.{part}.json", tmp_path / f"story.{part}.json")
    assert verify(tmp_path / "story.html", press.trust).state is State.VERIFIED
    change(tmp_path / "story.html", "Monday", "Sunday")
    assert verify(tmp_path / "story.html", press.trust).state is State.TAMPERED


def test_it_verifies_elsewhere_with_the_core_alone(
    released: tuple[Any, Release, Path], tmp_path: Path
) -> None:
    """In another folder, without a project, without torch, pandas and the like, sockets blocked."""
    press, _, folder = released
    keys = tmp_path / "elsewhere" / "keys.json"
    keys.parent.mkdir()
    keys.write_text(press.trust.to_text(), encoding="utf-8")
    shutil.copytree(folder, keys.parent / "copy")
    code = (
        "import sys\n"
        "heavy = ('torch', 'transformers', 'pandas', 'presidio_analyzer', 'prefect', 'docx')\n"
        "sys.modules.update(dict.fromkeys(heavy))\n"
        "from aigc_guard.cli import main\n"
        "main()"
    )
    command = [sys.executable, "-c", code, "verify", "copy/release.html"]
    done = subprocess.run(
        [*command, "--trust", "keys.json"], cwd=keys.parent, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 10
    assert done.stdout.endswith("Verified.\n")
    done = subprocess.run(command, cwd=keys.parent, capture_output=True, text=True)
    assert done.returncode == 3
    assert "no key is pinned" in done.stdout
    done = subprocess.run(
        [*command, "--trust", "keys.json", "--format", "json"],
        cwd=keys.parent,
        capture_output=True,
        text=True,
    )
    shown = json.loads(done.stdout)
    assert (shown["verdict"], shown["exit_code"]) == ("verified", 0)
    assert [one["name"] for one in shown["layers"]][:3] == ["bundle", "signature", "digests"]


@pytest.mark.parametrize(
    ("old", "new", "layers"),
    [
        ("Monday", "Sunday", {"digests", "labels"}),
        ('<p class="label" role="note" data-label="head">Written with AI.</p>\n', "",
         {"digests", "labels"}),
        ('"Label":"1"', '"Label":"3"', {"digests", "labels"}),
        ('<meta name="AIGC"', '<meta name="other"', {"digests", "labels"}),
        ("TrainedAlgorithmicMedia", "CompositeWithTrainedAlgorithmicMedia", {"digests", "labels"}),
        ("margin: 3rem", "margin: 4rem", {"digests"}),
    ],
)  # fmt: skip
def test_changes_to_the_page_are_found_by_name(
    released: tuple[Any, Release, Path], old: str, new: str, layers: set[str]
) -> None:
    press, _, folder = released
    change(folder / "release.html", old, new)
    for path in (folder, folder / "release.html"):
        verdict = verify(path, press.trust)
        assert (verdict.exit_code, failing(verdict)) == (1, layers)


@pytest.mark.parametrize("form", ["html", "md", "txt"])
def test_other_line_ends_are_told_from_another_text(press: Any, form: str) -> None:
    release = press.release(form=form)
    press.seal()
    path = press.folder(release) / f"release.{form}"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    verdict = verify(path, press.trust)
    assert verdict.exit_code == 1
    assert verdict.of("digests").message.startswith("text unchanged, bytes changed")


def test_a_page_saved_by_another_program_has_the_same_text(
    released: tuple[Any, Release, Path],
) -> None:
    from lxml import html

    press, _, folder = released
    path = folder / "release.html"
    page = html.document_fromstring(path.read_bytes())
    path.write_bytes(html.tostring(page, encoding="utf-8", doctype="<!DOCTYPE html>"))
    verdict = verify(path, press.trust)
    assert verdict.exit_code == 1
    assert verdict.of("digests").message.startswith("text unchanged, bytes changed")


def edited(folder: Path, **verdict: str) -> Any:
    """The statement with one check's verdict changed."""
    statement = read_statement(read_envelope((folder / STATEMENT_FILE).read_bytes()).payload)
    predicate = json.loads(json.dumps(statement.predicate))
    predicate["checks"][0].update(verdict)
    return replace(statement, predicate=predicate)


def test_an_edited_verdict_fails_whoever_signs_it(
    released: tuple[Any, Release, Path], tmp_path: Path
) -> None:
    press, _, folder = released
    statement = edited(folder, verdict="block")
    value = json.loads((folder / STATEMENT_FILE).read_bytes())
    value["payload"] = to_base64(statement.to_bytes())
    (folder / STATEMENT_FILE).write_bytes(as_file(value))
    verdict = verify(folder, press.trust)
    assert (verdict.exit_code, failing(verdict)) == (1, {"signature"})

    stranger = Keyring(tmp_path / "stranger", {})
    stranger.ensure(at="")
    (folder / STATEMENT_FILE).write_bytes(signed(statement, open_signer(stranger, Purpose.RELEASE)))
    verdict = verify(folder, press.trust)
    assert (verdict.exit_code, failing(verdict)) == (3, {"signature"})

    # An insider has the right key, and never put it into the log.
    insider = signed(statement, open_signer(press.ring, Purpose.RELEASE))
    (folder / STATEMENT_FILE).write_bytes(insider)
    verdict = verify(folder, press.trust)
    assert (verdict.exit_code, failing(verdict)) == (1, {"log"})
    (folder / PROOF_FILE).unlink()
    verdict = verify(folder, press.trust)
    assert (verdict.exit_code, failing(verdict)) == (4, {"log"})


def test_the_bundle_of_another_release_does_not_fit(press: Any) -> None:
    one, two = press.release("One thing."), press.release("Another thing.", id="brief-2")
    press.seal()
    for name in (STATEMENT_FILE, PROOF_FILE):
        shutil.copy(press.folder(two) / name, press.folder(one) / name)
    for path in (press.folder(one), press.folder(one) / "release.html"):
        assert "digests" in failing(verify(path, press.trust))
        assert verify(path, press.trust).exit_code == 1


def test_a_proof_that_is_not_the_statements_fails_in_the_log(press: Any) -> None:
    one, two = press.release("One thing."), press.release("Another thing.", id="brief-2")
    press.seal()
    path = press.folder(one) / PROOF_FILE
    good = read_proof(path.read_bytes())
    other = read_proof((press.folder(two) / PROOF_FILE).read_bytes())
    for bad in (
        other,
        replace(good, index=good.index + 1),
        replace(good, size=good.size + 1),
        replace(good, hashes=good.hashes[1:]),
        replace(good, hashes=(*good.hashes, bytes(32))),
        replace(good, checkpoint=good.checkpoint.replace(f"\n{good.size}\n", "\n77\n")),
    ):
        path.write_bytes(bad.to_bytes())
        verdict = verify(press.folder(one), press.trust)
        assert (verdict.exit_code, failing(verdict)) == (1, {"log"})


def test_a_log_signed_by_another_key_is_untrusted(press: Any, make_press: MakePress) -> None:
    release = press.release()
    press.seal()
    other = make_press("other")
    keys = (*press.trust.of(Purpose.RELEASE), *other.trust.of(Purpose.LOG))
    verdict = verify(press.folder(release), Trust(keys))
    assert (verdict.exit_code, failing(verdict)) == (3, {"log"})
    assert verify(press.folder(release), other.trust).exit_code == 3


def test_files_without_a_credential(press: Any, tmp_path: Path) -> None:
    human = tmp_path / "letter.html"
    human.write_text("<p>Dear reader</p>", encoding="utf-8")
    verdict = verify(human, press.trust)
    assert (verdict.exit_code, str(verdict.layers[0].message)) == (2, "no credential present")
    assert "human" not in json.dumps(verdict.to_json())
    assert verify(tmp_path / "absent.html", press.trust).exit_code == 4
    release = press.release()
    press.seal()
    folder = press.folder(release)
    (folder / STATEMENT_FILE).write_bytes(b"{}\n")
    assert verify(folder, press.trust).exit_code == 1
    (folder / STATEMENT_FILE).unlink()
    for path in (folder, folder / "release.html"):
        assert verify(path, press.trust).exit_code == 4


def test_missing_and_added_files(released: tuple[Any, Release, Path]) -> None:
    press, _, folder = released
    (folder / "extra.txt").write_text("x", encoding="utf-8")
    verdict = verify(folder, press.trust)
    assert verdict.exit_code == 1
    assert "extra.txt" in verdict.of("digests").message
    assert verify(folder / "release.html", press.trust).exit_code == 0
    (folder / "extra.txt").unlink()
    (folder / "release.aigc.json").unlink()
    assert verify(folder, press.trust).exit_code == 4


def test_an_unknown_policy_is_told(released: tuple[Any, Release, Path]) -> None:
    press, release, folder = released
    known = Known(policies=frozenset({release.policy_digest}))
    assert verify(folder, press.trust, known).of("policy").status is Status.PASSED
    verdict = verify(folder, press.trust, Known(policies=frozenset()))
    assert (verdict.exit_code, failing(verdict)) == (4, {"policy"})


def test_a_rotated_key_keeps_old_releases_verifiable(press: Any) -> None:
    old = press.release("One thing.")
    press.seal()
    for purpose in Purpose:
        press.ring.rotate(purpose, at="2026-02-01T09:00:00Z")
    new = press.release("Another thing.", id="brief-2")
    press.seal()
    assert verify(press.folder(old), press.trust).exit_code == 0
    assert verify(press.folder(new), press.trust).exit_code == 0
    assert (
        verify(press.folder(old), press.trust).key_id
        != verify(press.folder(new), press.trust).key_id
    )


def test_releases_prove_themselves_on_either_database(make_press: MakePress, store: Any) -> None:
    press = make_press(store=store)
    one = press.release("One thing.")
    press.seal()
    two = press.release("Another thing.", id="brief-2")
    press.seal()
    for release in (one, two):
        assert verify(press.folder(release), press.trust).state is State.VERIFIED
    assert [made.release_id for made in store.statements()] == [one.release_id, two.release_id]


def test_a_statement_that_is_not_canonical_is_refused_though_the_right_key_signed_it(
    released: tuple[Any, Release, Path],
) -> None:
    press, _, folder = released
    payload = read_envelope((folder / STATEMENT_FILE).read_bytes()).payload
    loose = json.dumps(json.loads(payload)).encode()
    made = open_signer(press.ring, Purpose.RELEASE).sign(pre_authentication(loose))
    (folder / STATEMENT_FILE).write_bytes(Envelope(loose, made.key_id, made.value).to_bytes())
    verdict = verify(folder, press.trust)
    assert (verdict.exit_code, failing(verdict)) == (1, {"bundle"})


def test_a_forged_history_does_not_continue_an_old_checkpoint(press: Any) -> None:
    """Somebody who owns store, copies and keys rewrites the past; a reader kept a checkpoint."""
    one = press.release("One thing.")
    old = press.seal().note
    same_size = verify(press.folder(one), press.trust, Known(checkpoint=old))
    assert same_size.of("consistency").status is Status.PASSED
    with press.store.engine.begin() as connection:
        for table in ("events", "log_hashes"):
            connection.execute(sa.text(f"DROP TRIGGER {table}_no_update"))
        connection.execute(sa.text("DROP TRIGGER checkpoints_no_delete"))
        connection.execute(sa.text("DELETE FROM checkpoints"))
        connection.execute(sa.text("UPDATE events SET at = 'x' WHERE seq = 1"))
        row = connection.execute(sa.text("SELECT * FROM events WHERE seq = 1")).mappings().one()
        connection.execute(sa.text("UPDATE log_hashes SET hash = :h"), {"h": leaf_of(row)})
    shutil.rmtree(press.copies.folders[0])
    press.seal()
    forged = verify(press.folder(one), press.trust, Known(checkpoint=old))
    assert forged.exit_code == 1
    assert "fork" in forged.of("consistency").message
    two = press.release("Another thing.", id="brief-2")
    press.seal()
    known = Known(checkpoint=old, consistency=press.store.consistency)
    assert verify(press.folder(two), press.trust).exit_code == 0  # alone it fits itself
    forged = verify(press.folder(two), press.trust, known)
    assert (forged.exit_code, failing(forged)) == (1, {"consistency"})
