"""One reviewer as a process of its own: claims, looks and decides over HTTP until nothing is left.

Run as ``python reviewer.py PLACE LOGIN PASSWORD FILE``. Each decision is noted in FILE once the
console has confirmed it. A console that is gone for a moment is tried again: an answer that got
lost is looked up before anything is done twice.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

import httpx

PATIENCE_SECONDS = 300.0


class Reviewer:
    def __init__(self, place: str, login: str, password: str, file: Path) -> None:
        self.client = httpx.Client(base_url=place, timeout=30, trust_env=False)
        self.login, self.password, self.file = login, password, file
        self.token = ""

    def run(self) -> None:
        self.retried(self.sign_in)
        while (draft_id := self.retried(self.claim)) is not None:
            self.retried(lambda name=draft_id: self.decide(name))

    def retried(self, act: Any) -> Any:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return act()
            except httpx.TransportError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def sign_in(self) -> None:
        page = self.client.get("/sign-in").text
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
        assert found is not None
        data = {"csrf": found[1], "login": self.login, "password": self.password}
        assert self.client.post("/sign-in", data=data).status_code == 303
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.client.get("/me").text)
        assert found is not None
        self.token = found[1]

    def send(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self.client.post(path, json=body, headers={"x-csrf-token": self.token})

    def claim(self) -> str | None:
        answer = self.send("/api/v1/queue/claim", {})
        assert answer.status_code == 200, answer.text
        found: str | None = answer.json()["draft_id"]
        return found

    def decide(self, draft_id: str) -> None:
        draft = self.client.get(f"/api/v1/drafts/{draft_id}").json()
        if draft["state"] == "waiting":
            names = ("text_sha256", "policy_digest", "decision_digest")
            body = {name: draft[name] for name in names} | {"reason": f"read by {self.login}"}
            deed = "reject" if int(draft_id[-1], 16) % 4 == 0 else "approve"
            if deed == "reject":
                body["rule"] = draft["reasons"][0]["rule"]
            answer = self.send(f"/api/v1/drafts/{draft_id}/{deed}", body)
            assert answer.status_code == 200, answer.text
        with self.file.open("a", encoding="utf-8") as file:
            file.write(f"{draft_id}\n")


if __name__ == "__main__":
    Reviewer(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])).run()
