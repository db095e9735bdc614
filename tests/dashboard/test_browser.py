"""A reviewer's and a lead's day in Chromium: by keys with the script, by forms without it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.accounts import add_account
from aigc_guard.pipeline.project import Project
from aigc_guard.store import State
from aigc_guard.testing import FixedClock
from tests.dashboard.browsing import Person, chromium, missing_browser, served, until
from tests.dashboard.conftest import PASSWORD
from tests.dashboard.newsroom import SECRET, open_newsroom
from tests.dashboard.things import real_things

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("AIGC_GUARD_TEST_SHOTS", "")
EVERY_VIEW = (("en", "light"), ("en", "dark"), ("zh", "light"), ("zh", "dark"))
# Each language and each theme once; all four with pictures.
VIEWS = EVERY_VIEW if SHOTS else EVERY_VIEW[::3]


@pytest.fixture(autouse=True, scope="session")
def _browser() -> None:
    if reason := missing_browser():
        pytest.skip(reason)


@pytest.fixture
def project(newsroom: Path, tmp_path: Path) -> Project:
    made = open_newsroom(Path(shutil.copytree(newsroom, tmp_path / "project")))
    for login, roles in (
        ("rea", ["reviewer"]),
        ("leo", ["lead"]),
        ("lia", ["lead"]),
        ("ada", ["admin"]),
        ("aud", ["auditor"]),
    ):
        policy_roles = ["chief"] if roles != ["admin"] else []
        add_account(
            made.store,
            login,
            roles=roles,
            policy_roles=policy_roles,
            password=PASSWORD,
            clock=made.clock,
        )
    return made


@pytest.fixture
def place(project: Project) -> Iterator[str]:
    with served(project) as found:
        yield found


def draft_named(project: Project, name: str) -> str:
    return next(
        one.draft_id for one in project.store.queue(state=State.WAITING) if one.brief_id == name
    )


def state_of(project: Project, draft_id: str) -> State:
    item = project.store.item_of(draft_id)
    assert item is not None
    return item.state


def advance(project: Project, seconds: float) -> None:
    assert isinstance(project.clock, FixedClock)
    project.clock.advance(seconds)


def released(project: Project, draft_id: str) -> str:
    """The published text, once it lies in the outbox."""
    release = until(lambda: project.store.release_of_order(draft_id))
    folder = project.config.outbox / release.folder
    texts = [
        path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.suffix in (".html", ".md", ".txt")
    ]
    return "\n".join(texts)


def test_a_day_by_keys(project: Project, place: str, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile") as driver:
        person = Person(driver, place)
        person.sign_in("rea", PASSWORD)
        assert person.path == "/queue"
        until(lambda: person.find("[data-count=waiting]").text == "4")
        _look_at_the_keys(person)
        # Walk to a draft, open it, take it, reject it with a reason.
        market = draft_named(project, "market")
        while not str(driver.switch_to.active_element.get_attribute("href")).endswith(market):
            person.press("j")
        person.press_away("\ue007")
        person.press_away("c")
        person.press("r")
        person.press("\ue004", "The rent is hearsay.")
        person.leave(lambda: _ctrl_enter(driver))
        assert state_of(project, market) is State.REJECTED
        # The next: edited; the new version waits with an approval that starts over.
        library = draft_named(project, "library")
        person.go(f"/drafts/{library}")
        person.press_away("c")
        person.press("e")
        field = driver.switch_to.active_element
        assert field.get_attribute("id") == "edit-text"
        field.clear()
        field.send_keys("Library stays open at night\n\nUntil 23:00 from June.")
        person.leave(lambda: _ctrl_enter(driver))
        edited = person.path.split("/")[2].split("?")[0]
        assert edited != library
        person.press_away("c") if person.has("form[action$='/claim']") else None
        person.press("a")
        driver.switch_to.active_element.send_keys("Only the fact is left.")
        person.leave(lambda: _ctrl_enter(driver))
        assert state_of(project, edited) is State.APPROVED
        # Undone within the grace time, approved again, published after it.
        person.press_away("u")
        assert state_of(project, edited) is State.WAITING
        _approve_by_keys(person, "Once more.")
        assert project.store.release_of_order(edited) is None
        advance(project, 6 * 60)
        assert "Until 23:00 from June." in released(project, edited)
        _four_eyes(person, project)


def _look_at_the_keys(person: Person) -> None:
    person.press("?")
    assert person.find("dialog#keys").is_displayed()
    assert "Take the next draft" in person.find("dialog#keys").text
    person.press("\ue00c")
    until(lambda: not person.find("dialog#keys").is_displayed())


def _approve_by_keys(person: Person, reason: str) -> None:
    if person.has("form[action$='/claim']"):
        person.press_away("c")
    person.press("a")
    person.driver.switch_to.active_element.send_keys(reason)
    person.leave(lambda: _ctrl_enter(person.driver))


def _four_eyes(person: Person, project: Project) -> None:
    bridge = draft_named(project, "harbour-bridge")
    person.sign_in("leo", PASSWORD)
    person.go(f"/drafts/{bridge}")
    assert SECRET not in person.driver.page_source
    assert "two people of the role chief" in person.text
    _approve_by_keys(person, "The cost stands in the brief.")
    assert state_of(project, bridge) is State.WAITING
    # The first person can't be the second.
    person.go(f"/drafts/{bridge}")
    person.press_away("c")
    person.press("a")
    person.driver.switch_to.active_element.send_keys("And again.")
    person.leave(lambda: _ctrl_enter(person.driver))
    assert state_of(project, bridge) is State.WAITING
    person.sign_in("lia", PASSWORD)
    person.go(f"/drafts/{bridge}")
    _approve_by_keys(person, "I agree.")
    assert state_of(project, bridge) is State.APPROVED
    advance(project, 6 * 60)
    assert SECRET in released(project, bridge)


def _ctrl_enter(driver: Any) -> None:
    from selenium.webdriver import ActionChains, Keys

    ActionChains(driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()


def test_the_same_day_by_forms(project: Project, place: str, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile", script=False) as driver:
        person = Person(driver, place)
        person.sign_in("rea", PASSWORD)
        assert person.has("html:not(.with-script)")
        person.submit("form[action='/queue/claim']")
        first = person.path.split("/")[2]
        person.submit("form[action$='/return']")
        market = draft_named(project, "market")
        person.go(f"/drafts/{market}")
        person.submit("form[action$='/claim']")
        person.find("#reject-reason").send_keys("The rent is hearsay.")
        person.submit("form[action$='/reject']")
        assert state_of(project, market) is State.REJECTED
        assert first
        bridge = draft_named(project, "harbour-bridge")
        _edit_by_forms(person, project)
        for login in ("leo", "lia"):
            person.sign_in(login, PASSWORD)
            person.go(f"/drafts/{bridge}")
            person.submit("form[action$='/claim']")
            person.find("#approve-reason").send_keys("The cost stands in the brief.")
            person.submit("form[action$='/approve']")
        assert state_of(project, bridge) is State.APPROVED
        advance(project, 6 * 60)
        assert "12 million euros" in released(project, bridge)
        _read_again_by_forms(person, project)


def _edit_by_forms(person: Person, project: Project) -> None:
    library = draft_named(project, "library")
    person.go(f"/drafts/{library}")
    person.submit("form[action$='/claim']")
    person.find("#edit summary").click()
    field = person.find("#edit-text")
    field.clear()
    field.send_keys("Library stays open at night.")
    person.submit("form[action$='/edit']")
    edited = person.path.split("/")[2].split("?")[0]
    assert edited != library
    assert state_of(project, edited) is State.WAITING


def _read_again_by_forms(person: Person, project: Project) -> None:
    until(lambda: project.store.drawn_to() > 0)
    person.sign_in("rea", PASSWORD)
    person.go("/second")
    person.submit("form[action='/second/next']")
    assert re.fullmatch(r"/second/[0-9a-f]{32}", person.path)
    person.find("#reason").send_keys("Who says so?")
    person.submit("form:has(#reason)")
    assert sum(one.count for one in project.store.count_verdicts()) == 1


def _axe() -> str:
    """axe-core (MPL-2.0) as a dev dependency brings it along."""
    import axe_selenium_python

    folder = Path(axe_selenium_python.__file__).parent
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def pages_of(project: Project) -> dict[str, str]:
    """A page of each kind, as the lead and admin ``boss`` sees them."""
    from aigc_guard.pipeline.desk import claim
    from aigc_guard.pipeline.second import draw_samples

    boss = add_account(
        project.store,
        "boss",
        roles=["lead", "admin"],
        policy_roles=["chief"],
        password=PASSWORD,
        clock=project.clock,
    )
    draw_samples(project)
    bridge, market = draft_named(project, "harbour-bridge"), draft_named(project, "market")
    claim(project, boss, bridge)
    (sample, *_) = project.store.unread(boss.account_id, limit=1)
    tram = next(one for one in project.store.releases() if one.brief_id == "tram")
    rea = project.store.account_by_login("rea")
    assert rea is not None
    lia = project.store.account_by_login("lia")
    assert lia is not None
    things = real_things(project, lia)
    return {
        "runs": "/runs",
        "run": f"/runs/{things['run_id']}",
        "run-start": "/runs/start",
        "policies": "/policies",
        "policy": f"/policies/{things['file']}",
        "policy-edit": f"/policies/{things['file']}/edit",
        "proposal": f"/policies/proposals/{things['proposal_id']}",
        "waivers": "/policies/waivers",
        "trends": "/trends",
        "record": "/record",
        "audit": "/audit",
        "release": f"/releases/{tram.release_id}",
        "keys": "/keys",
        "queue": "/queue",
        "draft": f"/drafts/{bridge}",
        "draft-zh": f"/drafts/{draft_named(project, 'metro-zh')}",
        "released": f"/drafts/{tram.draft_id}",
        "alike": f"/drafts/{market}/alike",
        "second": "/second",
        "reading": f"/second/{sample.sample_id}",
        "people": "/people",
        "person": f"/people/{rea.account_id}",
        "me": "/me",
        "failure": "/nothing",
        "sign-in": "/sign-in",
    }


def test_axe_finds_nothing_on_any_page(project: Project, place: str, tmp_path: Path) -> None:
    """Each page in both languages, light and dark; AIGC_GUARD_TEST_SHOTS=DIR keeps pictures."""
    axe = _axe()
    pages = pages_of(project)
    found = []
    with chromium(tmp_path / "profile") as driver:
        person = Person(driver, place)
        person.sign_in("boss", PASSWORD)
        for name, path in pages.items():
            for language, theme in VIEWS:
                view = f"lang:{language}.theme:{theme}"
                driver.add_cookie({"name": "aigc_guard_view", "value": view, "path": "/"})
                if name == "sign-in":
                    driver.delete_cookie("aigc_guard_session")
                person.go(path)
                if SHOTS:
                    _shoot(driver, Path(SHOTS) / f"{name}-{language}-{theme}.png")
                driver.execute_script(axe)
                result = driver.execute_async_script("axe.run().then(arguments[0])")
                found += [(name, language, theme, one["id"]) for one in result["violations"]]
                assert len(result["passes"]) > 5
    assert found == []


def _shoot(driver: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    height = driver.execute_script("return document.querySelector('main').scrollHeight")
    driver.set_window_size(1360, max(700, min(height + 240, 2400)))
    driver.save_screenshot(str(path))


def test_a_run_is_watched_without_loading_the_page_again(
    project: Project, place: str, tmp_path: Path
) -> None:
    run_id, folder = "0123456789abcdef", project.config.keys.parent / "orders"
    folder.mkdir(parents=True)
    (folder / "running").write_text(run_id, encoding="utf-8")
    project.store.put_run(run_id, at=project.clock())
    with chromium(tmp_path / "profile") as driver:
        person = Person(driver, place)
        with (folder / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # as the run's own process does
            person.sign_in("leo", PASSWORD)
            person.go(f"/runs/{run_id}")
            assert "under way" in person.text
            driver.execute_script("window.stays = true")
        project.store.finish_run(run_id, at=project.clock(), summary={})
        until(lambda: "finished" in person.text, seconds=40)
        assert driver.execute_script("return window.stays") is True
        assert not person.has("[data-live]")


def test_trends_are_printed_without_the_desk(project: Project, place: str, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile") as driver:
        person = Person(driver, place)
        person.sign_in("aud", PASSWORD)
        person.go("/trends")
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        for css in ("header.top", ".no-print", "a.skip", "form"):
            for element in driver.find_elements("css selector", css):
                assert not element.is_displayed(), css
        charts = driver.find_elements("css selector", ".chart")
        assert len(charts) > 5
        assert all(one.is_displayed() for one in charts)
        assert {one.value_of_css_property("break-inside") for one in charts} == {"avoid"}
        background = person.find("body").value_of_css_property("background-color")
        assert background in ("rgb(255, 255, 255)", "rgba(255, 255, 255, 1)")
        pdf = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})["data"]
        assert len(pdf) > 10_000


def test_tab_goes_from_top_to_bottom_and_is_seen(
    project: Project, place: str, tmp_path: Path
) -> None:
    with chromium(tmp_path / "profile") as driver:
        person = Person(driver, place)
        person.sign_in("leo", PASSWORD)
        bridge = draft_named(project, "harbour-bridge")
        for path in ("/queue", f"/drafts/{bridge}", "/second", "/me"):
            person.go(path)
            _tab_through(person)


def _tab_through(person: Person) -> None:
    """The focus follows the document, nothing is skipped, and each stop is seen and marked."""
    script = """
      const all = [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
        .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex === 0);
      return all;
    """
    wanted = person.driver.execute_script(script)
    assert len(wanted) > 5
    person.driver.execute_script("document.body.focus(); window.scrollTo(0, 0)")
    for element in wanted:
        person.press("\ue004")
        active = person.driver.switch_to.active_element
        assert active == element, (person.path, active.get_attribute("outerHTML")[:200])
        assert active.is_displayed() or "skip" in active.get_attribute("class")
        width = active.value_of_css_property("outline-width")
        assert float(width.removesuffix("px")) >= 2, active.get_attribute("outerHTML")[:200]
