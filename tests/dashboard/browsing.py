"""A served console and a real Chromium at it, with and without JavaScript."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from aigc_guard.dashboard.app import create_app
from aigc_guard.pipeline.project import Project

WAIT_SECONDS = 20.0


@contextmanager
def served(project: Project) -> Iterator[str]:
    """The console on loopback; its worker looks four times a second."""
    app = create_app(project)
    app.state.work_seconds = 0.25
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def until(look: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """What ``look`` gives as soon as it is true; fails when that takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain")


def missing_browser() -> str:
    """Why no browser can be driven here; "" when one can."""
    for name in ("chromium", "chromedriver"):
        if shutil.which(name) is None:
            return f"{name} is missing: apt-get install chromium chromium-driver"
    return ""


@contextmanager
def chromium(profile: Path, *, script: bool = True, width: int = 1360) -> Iterator[Any]:
    """A headless Chromium that reaches nothing but this machine."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={profile}",
        f"--window-size={width},1000",
        "--lang=en",
    ):
        options.add_argument(argument)
    if not script:
        off = {"profile.managed_default_content_settings.javascript": 2}
        options.add_experimental_option("prefs", off)
    service = Service(shutil.which("chromedriver"), env=dict(os.environ))
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_page_load_timeout(60)
    try:
        yield driver
    finally:
        driver.quit()


class Person:
    """Somebody at the browser."""

    def __init__(self, driver: Any, place: str) -> None:
        self.driver = driver
        self.place = place

    def go(self, path: str) -> None:
        self.driver.get(self.place + path)

    def find(self, css: str) -> Any:
        from selenium.webdriver.common.by import By

        return self.driver.find_element(By.CSS_SELECTOR, css)

    def has(self, css: str) -> bool:
        from selenium.webdriver.common.by import By

        return bool(self.driver.find_elements(By.CSS_SELECTOR, css))

    @property
    def path(self) -> str:
        return str(self.driver.current_url).removeprefix(self.place)

    @property
    def text(self) -> str:
        return str(self.find("main").text)

    def sign_in(self, login: str, password: str) -> None:
        self.driver.delete_all_cookies()
        self.go("/sign-in")
        self.find("#login").send_keys(login)
        self.find("#password").send_keys(password)
        self.submit("form[action='/sign-in']")

    def submit(self, form: str) -> None:
        """Press the form's button, and wait until another page is there."""
        self.leave(lambda: self.find(f"{form} button:not([type=button])").click())

    def press(self, *keys: str) -> None:
        """Press keys on the page, wherever the focus is."""
        from selenium.webdriver import ActionChains

        chain = ActionChains(self.driver)
        for key in keys:
            chain = chain.send_keys(key)
        chain.perform()

    def press_away(self, *keys: str) -> None:
        """Press keys that lead to another page."""
        self.leave(lambda: self.press(*keys))

    def leave(self, act: Callable[[], object]) -> None:
        """Do what leads to another page, and wait for it."""
        from selenium.common.exceptions import WebDriverException

        before = self.find("html")
        act()

        def gone() -> bool:
            try:
                before.is_enabled()
            except WebDriverException:
                return True
            return False

        until(gone)
        until(lambda: self.driver.execute_script("return document.readyState") == "complete")
