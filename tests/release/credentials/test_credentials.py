"""Content credentials: what they state, in every form, and what is found when they don't hold."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.errors import ReleaseError, ReleaseHeld
from aigc_guard.policy.model import MarksForm
from aigc_guard.proof.public_keys import Trust
from aigc_guard.records import Fact, Review
from aigc_guard.release.credentials import About, Issuer, State, issue, manifest_of, validate
from aigc_guard.release.credentials.manifest import CREDENTIAL_FILE, ingredient_of
from aigc_guard.release.verify import State as Verified
from aigc_guard.release.verify import Status, verify
from aigc_guard.signing.authority import FOLDER, Authority, Credential
from aigc_guard.testing.records import example_brief, example_draft

from . import time_authority

FORMS = ("html", "md", "txt", "docx", "pdf")
AT = "2026-01-05T09:00:00Z"
PAGE = {"release.html": b"<html><body>text</body></html>"}
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def about(**changes: Any) -> About:
    brief = changes.pop("brief", None) or example_brief()
    draft = example_draft(brief, **changes.pop("draft", {}))
    return About(draft, brief, "html", "0" * 32, "p" * 64, AT, **changes)


def page(issuer: Issuer, **changes: Any) -> dict[str, bytes]:
    told = about()
    given = {"manifest": manifest_of(told, MarksForm()), "ingredient": ingredient_of(told)}
    return issue(issuer, PAGE, form="html", **(given | changes))


def stated(manifest: dict[str, Any]) -> dict[str, Any]:
    return {one["label"]: one["data"] for one in manifest["assertions"]}


@pytest.mark.parametrize("form", FORMS)
def test_a_release_bears_credentials_that_verify(press: Any, tmp_path: Path, form: str) -> None:
    release = press.release(form=form)
    press.seal()
    folder = press.folder(release)
    assert (folder / CREDENTIAL_FILE).exists() == (form not in ("docx", "pdf"))
    verdict = verify(folder / f"release.{form}", press.trust)
    assert (verdict.state, verdict.of("c2pa").status) == (Verified.VERIFIED, Status.PASSED)
    assert "no trusted timestamp" in verdict.of("c2pa").message
    own = {path.name: path.read_bytes() for path in folder.iterdir()}
    alone = tmp_path / f"alone.{form}"
    alone.write_bytes(own[f"release.{form}"])
    if form != "txt":  # a plain text has its label beside it
        assert verify(alone, press.trust).state is Verified.INCOMPLETE
    shown = validate(own, form=form, anchors=press.trust.certificates)
    assert shown.release is not None
    assert shown.release["release_id"] == release.release_id
    assert shown.source_types == (f"{IPTC}trainedAlgorithmicMedia",)
    # Whose root nobody pinned is untrusted, and that is said; the rest is verified.
    unpinned = verify(folder, Trust(press.trust.keys))
    assert (unpinned.exit_code, unpinned.of("c2pa").status) == (0, Status.SKIPPED)
    stranger = Authority(tmp_path / "stranger", {}).ensure()
    other = verify(folder, replace(press.trust, certificates=(stranger.root,)))
    assert (other.exit_code, other.of("c2pa").status) == (3, Status.UNTRUSTED)


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_file_breaks_its_credentials(press: Any, form: str) -> None:
    folder = press.folder(press.release(form=form))
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    name = f"release.{form}"
    if form in ("html", "md", "txt"):
        files[name] = files[name].replace(b"Monday", b"Sunday")
    else:
        files[name] = files[name] + b"\n"
    shown = validate(files, form=form, anchors=press.trust.certificates)
    assert shown.state is State.INVALID
    if form != "docx":  # something after the end of an archive is no archive to the library
        assert shown.codes == ("assertion.dataHash.mismatch",)


def test_missing_and_foreign_credentials_are_found_by_their_layer(press: Any) -> None:
    first, second = press.release(), press.release("Other words on Monday.", id="brief-2")
    press.seal()
    here, there = press.folder(first), press.folder(second)
    (here / CREDENTIAL_FILE).write_bytes((there / CREDENTIAL_FILE).read_bytes())
    swapped = verify(here, press.trust)
    assert (swapped.exit_code, swapped.of("c2pa").status) == (1, Status.FAILED)
    (here / CREDENTIAL_FILE).write_bytes(b"")
    assert verify(here, press.trust).of("c2pa").status is Status.FAILED
    (here / CREDENTIAL_FILE).unlink()
    gone = verify(here, press.trust)
    assert gone.exit_code != 0
    assert gone.of("c2pa").status is not Status.PASSED


def test_without_a_kind_of_source_nothing_is_signed(press: Any) -> None:
    manifest = manifest_of(about(), MarksForm())
    del manifest["assertions"][0]["data"]["actions"][0]["digitalSourceType"]
    with pytest.raises(ReleaseError, match=r"(?s)can't be signed: .*assertion\.action\.malformed"):
        page(press.issuer, manifest=manifest)


def test_the_manifest_says_who_wrote_and_who_edited() -> None:
    plain = stated(manifest_of(about(), MarksForm()))
    actions = plain["c2pa.actions.v2"]["actions"]
    assert [one["action"] for one in actions] == ["c2pa.created"]
    assert actions[0]["softwareAgent"]["name"] == example_draft(example_brief()).writer
    assert plain["c2pa.ai-disclosure"]["contentProfile"] == {"humanOversightLevel": "prompt_guided"}
    assert {one["use"] for one in plain["cawg.training-mining"]["entries"].values()} == {
        "notAllowed"
    }
    approval = Review("r", "d", "t", "p", "approve", "Ada Lin", False, "checked", AT)
    edited = stated(
        manifest_of(
            about(draft={"made_by": "editor"}, approval=approval), MarksForm(training="allowed")
        )
    )
    actions = edited["c2pa.actions.v2"]["actions"]
    assert [one["digitalSourceType"] for one in actions] == [
        f"{IPTC}trainedAlgorithmicMedia",
        f"{IPTC}humanEdits",
    ]
    assert edited["c2pa.ai-disclosure"]["contentProfile"] == {
        "humanOversightLevel": "human_validated"
    }
    assert {one["use"] for one in edited["cawg.training-mining"]["entries"].values()} == {"allowed"}
    assert "Ada" not in json.dumps(edited)


def test_a_text_by_people_is_not_called_a_models() -> None:
    brief = example_brief(text="By hand.", origin={"made_by": "human"})
    told = stated(manifest_of(about(brief=brief, by_hand=True), MarksForm()))
    assert "c2pa.ai-disclosure" not in told
    [created] = told["c2pa.actions.v2"]["actions"]
    assert created["digitalSourceType"] == f"{IPTC}digitalCreation"
    assert "softwareAgent" not in created


def test_the_brief_is_named_by_its_digest_and_stays_out(press: Any) -> None:
    """Acceptance 14: nothing personal of the prompt stands in a manifest."""
    planted = ("Wilhelmina Fairweather", "w.fairweather@example.org", "+49 30 5550 1942")
    facts = tuple(Fact(f"contact {at}", value) for at, value in enumerate(planted))
    brief = example_brief(facts=facts)
    told = about(brief=brief)
    files = page(
        press.issuer, manifest=manifest_of(told, MarksForm()), ingredient=ingredient_of(told)
    )
    made = files[CREDENTIAL_FILE]
    assert brief.digest.encode() in made
    for value in planted:
        assert value.encode() not in made


def test_a_policy_can_insist_or_do_without(press: Any) -> None:
    press.wanted = MarksForm(c2pa="off")
    folder = press.folder(press.release())
    assert not (folder / CREDENTIAL_FILE).exists()
    assert b"c2pa-manifest" not in (folder / "release.html").read_bytes()
    press.seal()
    verdict = verify(folder, press.trust)
    assert (verdict.exit_code, verdict.of("c2pa").status) == (0, Status.SKIPPED)
    press.wanted, press.issuer = MarksForm(c2pa="required"), None
    with pytest.raises(ReleaseHeld, match="nobody here signs them"):
        press.release("Other words on Monday.", id="brief-2")


def test_without_the_library_credentials_are_skipped_or_awaited(
    press: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = press.folder(press.release())
    press.seal()
    monkeypatch.setattr("aigc_guard.release.verify.credential.is_installed", lambda: False)
    verdict = verify(folder, press.trust)
    assert (verdict.exit_code, verdict.of("c2pa").status) == (0, Status.SKIPPED)
    monkeypatch.setitem(sys.modules, "c2pa", None)
    press.wanted, press.issuer = MarksForm(c2pa="required"), None
    with pytest.raises(ReleaseHeld) as held:
        press.release("Other words on Monday.", id="brief-2")
    assert "pip install 'aigc-guard[c2pa]'" in str(held.value.hint)


def test_after_its_certificate_ends_only_a_trusted_time_keeps_a_credential(
    tmp_path: Path, credential_until: Callable[[datetime], Credential]
) -> None:
    end = datetime.now(UTC) + timedelta(seconds=4)
    credential = credential_until(end)
    plain = page(Issuer(credential))
    with time_authority.running(tmp_path / "tsa") as (url, root):
        timed = page(Issuer(credential, url))
    anchors = [credential.root, root]  # and the authority is gone by now
    assert validate(plain, form="html", anchors=anchors).state is State.TRUSTED
    shown = validate(timed, form="html", anchors=anchors)
    assert (shown.state, shown.timed) == (State.TRUSTED, True)
    while datetime.now(UTC) <= end + timedelta(seconds=1):
        time.sleep(0.2)
    late = validate(plain, form="html", anchors=anchors)
    assert late.state is State.INVALID
    assert "signingCredential.expired" in late.codes
    assert validate(timed, form="html", anchors=anchors).state is State.TRUSTED
    # An authority that nobody pinned proves no time.
    assert validate(timed, form="html", anchors=[credential.root]).state is State.INVALID
    with pytest.raises(ReleaseError, match="can't be signed"):
        page(Issuer(credential))


def test_an_authority_that_does_not_answer_holds_the_release(press: Any, tmp_path: Path) -> None:
    with time_authority.running(tmp_path / "tsa") as (url, _):
        pass
    with pytest.raises(ReleaseHeld, match="gave no time"):
        page(Issuer(press.issuer.credential, url))


_NO_SOCKETS = """
import ctypes, platform, struct, sys
from pathlib import Path
from aigc_guard.release.credentials import About, Issuer, issue, manifest_of, validate
from aigc_guard.release.credentials.manifest import ingredient_of
from aigc_guard.policy.model import MarksForm
from aigc_guard.signing.authority import Authority
from aigc_guard.testing.records import example_brief, example_draft

# The library has sockets of its own, which Python doesn't see. From here on the kernel ends this
# process when it asks for any but a Unix socket.
number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
steps = [(0x20, 0, 0, 0), (0x15, 0, 3, number), (0x20, 0, 0, 16), (0x15, 1, 0, 1),
         (0x06, 0, 0, 0x80000000), (0x06, 0, 0, 0x7FFF0000)]
code = b"".join(struct.pack("HBBI", *step) for step in steps)
held = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(held))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.c_char_p(program)) == 0, ctypes.get_errno()
if "socket" in sys.argv:
    import socket
    socket.socket(socket.AF_INET)

brief = example_brief()
told = About(example_draft(brief), brief, "html", "0" * 32, "p" * 64, "2026-01-05T09:00:00Z")
issuer = Issuer(Authority(Path(sys.argv[1]), {}).ensure())
files = issue(issuer, {"release.html": b"text"}, form="html",
              manifest=manifest_of(told, MarksForm()), ingredient=ingredient_of(told))
print(validate(files, form="html", anchors=[issuer.credential.root]).state.value)
"""


def test_signing_and_validating_ask_the_kernel_for_no_socket(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _NO_SOCKETS, str(tmp_path / "keys")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "trusted"), done.stderr
    probe = subprocess.run([*command, "socket"], capture_output=True)
    assert probe.returncode == -31  # SIGSYS: the block is real


def test_the_authoritys_keys_are_private_and_kept(tmp_path: Path) -> None:
    authority = Authority(tmp_path / FOLDER, {})
    first = authority.ensure()
    assert authority.ensure() == first
    assert len(authority.roots()) == 1
    assert {path.stat().st_mode & 0o777 for path in authority.folder.iterdir()} == {0o600}
    (authority.folder / "leaf.key.pem").chmod(0o644)
    with pytest.raises(Exception, match="can be read by others"):
        authority.ensure()


def test_a_passphrase_protects_the_authoritys_keys(tmp_path: Path) -> None:
    env = {"AIGC_GUARD_KEY_PASSPHRASE": "correct horse"}
    made = Authority(tmp_path / FOLDER, env).ensure()
    assert b"ENCRYPTED" in (tmp_path / FOLDER / "leaf.key.pem").read_bytes()
    assert b"ENCRYPTED" not in made.private_key
    for wrong in ({}, {"AIGC_GUARD_KEY_PASSPHRASE": "another"}):
        with pytest.raises(Exception, match="damaged, or its passphrase"):
            Authority(tmp_path / FOLDER, wrong).ensure()


def test_a_leaf_is_renewed_before_it_ends_under_the_same_root(tmp_path: Path) -> None:
    authority = Authority(tmp_path / FOLDER, {})
    first = authority.ensure()
    later = datetime.now(UTC) + timedelta(days=365 * 19 + 30)
    renewed = authority.ensure(now=later)
    assert renewed.chain != first.chain
    assert renewed.root == first.root
