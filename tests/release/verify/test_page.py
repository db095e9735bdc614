"""The verify page in a headless Chromium says what ``aigc-guard verify`` says of the same files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.proof.dsse import as_file, from_file, read_envelope
from aigc_guard.proof.public_keys import Purpose, Trust
from aigc_guard.proof.statement import REVOCATION, Statement, read_statement
from aigc_guard.release.stating import STATEMENT_FILE, signed
from aigc_guard.release.verify import Status, Verdict, verify
from aigc_guard.release.verify.page import verify_page
from aigc_guard.signing import Keyring, open_signer

pytestmark = pytest.mark.browser
FORMS = ("html", "md", "txt", "docx", "pdf")
PROOF = "release.proof.json"
Change = Callable[[Any, Path], None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs Chromium: install Debian's packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ):
        options.add_argument(argument)
    opened = webdriver.Chrome(options=options, service=Service(driver))
    yield opened
    opened.quit()


@pytest.fixture
def shown(browser: Any, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """What the page says of files: the verdict, the exit code and each layer's status."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    def show(files: Mapping[str, bytes], trust: Trust | None, page: Trust | None = None) -> Any:
        place = tmp_path / "page"
        shutil.rmtree(place, ignore_errors=True)
        (place / "files").mkdir(parents=True)
        (place / "verify.html").write_text(verify_page(page or Trust()), encoding="utf-8")
        given = dict(files)
        if trust is not None:
            given["keys.json"] = trust.to_text().encode()
        for name, data in given.items():
            (place / "files" / name).write_bytes(data)
        browser.get((place / "verify.html").as_uri())
        wait = WebDriverWait(browser, 60)
        wait.until(lambda it: it.find_element(By.TAG_NAME, "body").get_attribute("data-ready"))
        paths = "\n".join(str(place / "files" / name) for name in given)
        browser.find_element(By.ID, "files").send_keys(paths)
        body = browser.find_element(By.TAG_NAME, "body")
        wait.until(lambda _: body.get_attribute("data-verdict"))
        rows = browser.find_elements(By.CSS_SELECTOR, "tr[data-layer]")
        return {
            "verdict": body.get_attribute("data-verdict"),
            "exit": int(body.get_attribute("data-exit")),
            "layers": {
                row.get_attribute("data-layer"): row.get_attribute("data-status") for row in rows
            },
            "words": body.text,
            "failed": list(browser.get_log("browser")),
        }

    return show


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def same(page: Mapping[str, Any], verdict: Verdict, *, without: tuple[str, ...] = ()) -> None:
    """Equal verdicts and layers, but for layers that only the command line reads."""
    assert (page["verdict"], page["exit"]) == (verdict.state.value, verdict.exit_code)
    ours = {
        one.name: one.status.value
        for one in verdict.layers
        if one.name not in ("c2pa", "policy", *without)
    }
    assert {name: page["layers"][name] for name in ours} == ours
    assert page["failed"] == []  # no error, and nothing that the page's policy had to block


def swap(name: str, old: bytes, new: bytes) -> Change:
    def change(_: Any, folder: Path) -> None:
        data = (folder / name).read_bytes()
        assert old in data
        (folder / name).write_bytes(data.replace(old, new))

    return change


def gone(name: str) -> Change:
    return lambda _, folder: (folder / name).unlink()


def edited_verdict(signer: Callable[[Any, Path], Any]) -> Change:
    """A better score in the statement, signed anew."""

    def change(press: Any, folder: Path) -> None:
        envelope = read_envelope((folder / STATEMENT_FILE).read_bytes())
        statement = read_statement(envelope.payload)
        checks = [{**one, "coverage": "0.5000"} for one in statement.predicate["checks"]]
        better = replace(statement, predicate={**statement.predicate, "checks": checks})
        (folder / STATEMENT_FILE).write_bytes(signed(better, signer(press, folder)))

    return change


def stranger(_: Any, folder: Path) -> Any:
    ring = Keyring(folder.parent / "stranger", {})
    ring.ensure(at="2026-01-05T09:00:00Z")
    return open_signer(ring, Purpose.RELEASE)


def insider(press: Any, _: Path) -> Any:
    return open_signer(press.ring, Purpose.RELEASE)


def proof_with(**changes: Any) -> Change:
    def change(_: Any, folder: Path) -> None:
        value = from_file((folder / PROOF).read_bytes())
        (folder / PROOF).write_bytes(as_file({**value, **changes}))

    return change


def other_checkpoint(_: Any, folder: Path) -> None:
    value = from_file((folder / PROOF).read_bytes())
    lines = value["checkpoint"].split("\n")
    lines[1] = str(int(lines[1]) + 1)
    value.update(checkpoint="\n".join(lines), size=value["size"] + 1)
    (folder / PROOF).write_bytes(as_file(value))


def unsorted(_: Any, folder: Path) -> None:
    value = json.loads((folder / STATEMENT_FILE).read_bytes())
    turned = dict(reversed(value.items()))
    text = json.dumps(turned, separators=(",", ":"))
    (folder / STATEMENT_FILE).write_text(text + "\n", encoding="utf-8")


def revoked(press: Any, folder: Path) -> None:
    statement = read_statement(read_envelope((folder / STATEMENT_FILE).read_bytes()).payload)
    predicate = {
        "release_id": statement.release_id, "action": "revoke", "successor": "",
        "reason_sha256": "0" * 64, "at": "2026-02-01T09:00:00Z",
    }  # fmt: skip
    taken = Statement(
        REVOCATION, statement.files, statement.text_sha256, statement.text_nfc_sha256, predicate
    )
    (folder / "release.revoked.dsse.json").write_bytes(signed(taken, insider(press, folder)))


HTML_CHANGES: dict[str, Change] = {
    "a word": swap("release.html", b"Monday", b"Sunday"),
    "the label's value": swap("release.html", b'"Label":"1"', b'"Label":"3"'),
    "the label": swap("release.html", b'name="AIGC"', b'name="other"'),
    "the notice": swap("release.html", b'<p class="label"', b'<p hidden class="label"'),
    "the line ends": swap("release.html", b"\n", b"\r\n"),
    "a script": swap("release.html", b"</head>", b"<script>1</script></head>"),
    "the record": swap("release.aigc.json", b"a", b"b"),
    "the form of the envelope": unsorted,
    "a verdict, by a stranger": edited_verdict(stranger),
    "a verdict, by an insider": edited_verdict(insider),
    "the leaf's number": proof_with(index=0),
    "the way up": proof_with(hashes=[]),
    "the checkpoint": other_checkpoint,
    "no proof": gone(PROOF),
    "no statement": gone(STATEMENT_FILE),
    "a revocation": revoked,
    "a revocation by a stranger": lambda press, folder: (
        revoked(press, folder),
        swap("release.revoked.dsse.json", b'"sig":"', b'"sig":"A')(press, folder),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_clean_release_is_verified(press: Any, shown: Any, form: str) -> None:
    release = press.release(form=form)
    press.seal()
    folder = press.folder(release)
    page = shown(contents(folder), press.trust)
    verdict = verify(folder / f"release.{form}", press.trust)
    is_read = form in ("html", "md", "txt")
    same(page, verdict, without=() if is_read else ("labels",))
    assert page["verdict"] == "verified"
    assert page["layers"]["labels"] == ("passed" if is_read else "skipped")


@pytest.mark.parametrize("changed", HTML_CHANGES)
def test_what_is_changed_is_found_by_the_same_layer(press: Any, shown: Any, changed: str) -> None:
    press.release("Another text came first.", id="brief-0")
    folder = press.folder(press.release())
    press.seal()
    HTML_CHANGES[changed](press, folder)
    verdict = verify(folder / "release.html", press.trust)
    assert verdict.exit_code != 0
    same(shown(contents(folder), press.trust), verdict)


@pytest.mark.parametrize("form", ["md", "txt", "docx", "pdf"])
def test_a_changed_byte_of_any_form_is_found(press: Any, shown: Any, form: str) -> None:
    folder = press.folder(press.release(form=form))
    press.seal()
    path = folder / f"release.{form}"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    verdict = verify(path, press.trust)
    same(shown(contents(folder), press.trust), verdict, without=("labels",))
    assert verdict.of("digests").status is Status.FAILED


def test_a_changed_label_beside_a_text_is_found(press: Any, shown: Any) -> None:
    folder = press.folder(press.release(form="txt"))
    press.seal()
    swap("release.aigc-label.json", b'"Label":"1"', b'"Label":"2"')(press, folder)
    same(shown(contents(folder), press.trust), verify(folder / "release.txt", press.trust))
    (folder / "release.aigc-label.json").unlink()
    same(shown(contents(folder), press.trust), verify(folder / "release.txt", press.trust))


def test_the_bundle_of_another_release_does_not_fit(press: Any, shown: Any) -> None:
    first, second = press.release(), press.release("Other words on Monday.", id="brief-2")
    press.seal()
    here, there = press.folder(first), press.folder(second)
    for name in (STATEMENT_FILE, PROOF):
        shutil.copy(there / name, here / name)
    same(shown(contents(here), press.trust), verify(here / "release.html", press.trust))


def test_nobody_is_trusted_unless_pinned(press: Any, make_press: Any, shown: Any) -> None:
    folder = press.folder(press.release())
    press.seal()
    same(shown(contents(folder), None), verify(folder / "release.html", Trust()))
    others = make_press("other").trust
    same(shown(contents(folder), others), verify(folder / "release.html", others))
    only = Trust(press.trust.of(Purpose.RELEASE))
    same(shown(contents(folder), only), verify(folder / "release.html", only))
    own = shown(contents(folder), None, page=press.trust)
    same(own, verify(folder / "release.html", press.trust))
    assert "that came with this page" in own["words"]


@pytest.mark.parametrize("form", FORMS)
def test_files_without_a_statement(press: Any, shown: Any, tmp_path: Path, form: str) -> None:
    """Marked: something was taken away. Unmarked: no credential present, and nothing more."""
    folder = press.folder(press.release(form=form))
    name = f"release.{form}"
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(folder / name, alone / f"story.{form}")
    verdict = verify(alone / f"story.{form}", press.trust)
    same(shown(contents(alone), press.trust), verdict)
    plain = tmp_path / "plain" / "story.txt"
    plain.parent.mkdir()
    plain.write_text("By hand.\n", encoding="utf-8")
    page = shown(contents(plain.parent), press.trust)
    same(page, verify(plain, press.trust))
    assert page["exit"] == 2
    assert "No credential present" in page["words"]


def test_a_renamed_copy_verifies_with_its_bundle(press: Any, shown: Any) -> None:
    folder = press.folder(press.release())
    press.seal()
    files = {"story.html": (folder / "release.html").read_bytes()}
    for part in ("dsse", "proof"):
        files[f"story.{part}.json"] = (folder / f"release.{part}.json").read_bytes()
    assert shown(files, press.trust)["verdict"] == "verified"
    files["story.html"] = files["story.html"].replace(b"Monday", b"Sunday")
    assert shown(files, press.trust)["verdict"] == "tampered"


def test_the_page_speaks_both_languages_and_reaches_out_to_nobody(
    press: Any, shown: Any, browser: Any
) -> None:
    from selenium.webdriver.common.by import By

    folder = press.folder(press.release())
    press.seal()
    assert "Verified." in shown(contents(folder), press.trust)["words"]
    browser.find_element(By.ID, "language").click()
    words = browser.find_element(By.TAG_NAME, "body").text
    assert "已验证。" in words
    assert "Verified" not in words
    known = browser.execute_script("return Object.values(WORDS).every(one => one[0] && one[1])")
    assert known is True
    refused = browser.execute_async_script(
        "fetch('http://127.0.0.1:9/').then(() => arguments[0]('sent'), e => arguments[0](e.name))"
    )
    assert refused == "TypeError"
    resources = "return performance.getEntriesByType('resource').map(one => one.name)"
    assert browser.execute_script(resources) in ([], ["http://127.0.0.1:9/"])
