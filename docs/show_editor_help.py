"""Shows that an editor helps with policies: what yaml-language-server answers about a policy file.

The server is a Node program: ``npm install --prefix DIR yaml-language-server``, then
``python docs/show_editor_help.py DIR/node_modules/.bin/yaml-language-server``. It is asked over
its own protocol, as VS Code, Neovim and others ask it, for the completions in an empty place, for
the hover text of a word, and for what is wrong with a broken copy. Exit code 1 when an answer lacks
what an editor should see.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
POLICY = """\
# yaml-language-server: $schema=./policy.schema.json
policy: trial
version: "1"
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: insults
    check: toxicity
    limits: {insult: 0.5}
    action: review
    message: An insult.
{empty}
labels:
  - {id: made-with-ai, text: Written with AI.}
""".replace("{empty}", "    ")
BROKEN = POLICY.replace("insult: 0.5", "insult: 5").replace("action: review", "action: revue")


class Server:
    """A language server on a pipe: requests are answered in order of their number."""

    def __init__(self, program: str) -> None:
        self.process = subprocess.Popen(
            [program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.number = 0
        self.told: list[dict[str, Any]] = []

    def ask(self, method: str, **params: Any) -> Any:
        """The answer to one request; what the server tells of itself meanwhile is kept."""
        self.number += 1
        self._write({"id": self.number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self.number and "method" not in message:
                return message.get("result")
            self._take(message)

    def tell(self, method: str, **params: Any) -> None:
        """A notification, which has no answer."""
        self._write({"method": method, "params": params})

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """What the server finds wrong with a document; waits until it has looked."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for message in self.told:
                about = message.get("params") or {}
                if message.get("method", "").endswith("publishDiagnostics") and about["uri"] == uri:
                    found: list[dict[str, Any]] = about["diagnostics"]
                    return found
            self._take(self._read())
        raise SystemExit("the server said nothing about the document")

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message and "id" in message:  # it asks for settings: none
            wanted = len(message.get("params", {}).get("items", [])) or 1
            self._write({"id": message["id"], "result": [{}] * wanted})
        self.told.append(message)

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise SystemExit("the language server ended")
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message


def opened(server: Server, name: str, text: str) -> str:
    """Open ``text`` as a policy beside the schema; nothing is written to the disk."""
    uri = (ROOT / "policies" / name).as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
    server.tell("textDocument/didOpen", textDocument=document)
    return uri


def place(text: str, words: str) -> dict[str, int]:
    """Where ``words`` begin, as the protocol counts."""
    before = text[: text.index(words)]
    return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}


def completions(server: Server, uri: str, where: dict[str, int]) -> list[str]:
    """What the editor would offer at a place."""
    answer = server.ask("textDocument/completion", textDocument={"uri": uri}, position=where)
    items = answer["items"] if isinstance(answer, dict) else answer or []
    return sorted({item["label"] for item in items})


def hover(server: Server, uri: str, where: dict[str, int]) -> str:
    """What the editor would show over a word."""
    answer = server.ask("textDocument/hover", textDocument={"uri": uri}, position=where) or {}
    contents = answer.get("contents", "")
    text = contents["value"] if isinstance(contents, dict) else str(contents)
    head, _, words = text.partition("\n\n")  # the schema's name, then the text, then the file's
    return words.partition("Source:")[0] if head.startswith("####") else text


def main() -> int:
    """Ask, print the answers, and say what is missing in them."""
    server = Server(sys.argv[1])
    server.ask("initialize", processId=None, rootUri=ROOT.as_uri(), capabilities={})
    server.tell("initialized")
    sound = opened(server, "trial.yaml", POLICY)
    keys = completions(server, sound, {**place(POLICY, "    \nlabels"), "character": 4})
    empty = POLICY.replace("check: toxicity", "check: ")
    checks_uri = opened(server, "checks.yaml", empty)
    after = place(empty, "check: ")
    checks = completions(server, checks_uri, {**after, "character": after["character"] + 7})
    shown = {word: hover(server, sound, place(POLICY, word)) for word in ("limits", "action")}
    broken = opened(server, "broken.yaml", BROKEN)
    wrong = [one["message"] for one in server.diagnostics(broken)]
    server.process.kill()
    print("Offered inside a rule:", ", ".join(keys))
    print("Offered after `check:`:", ", ".join(checks))
    for word, text in shown.items():
        print(f"Shown over `{word}`:", " ".join(text.split()))
    for message in wrong:
        print("Marked as wrong:", message)
    sound_problems = server.diagnostics(sound)
    missing = {"severity", "when_quoted", "why"} - set(keys) or {"toxicity", "pii"} - set(checks)
    return int(bool(missing or sound_problems or len(wrong) < 2 or not all(shown.values())))


if __name__ == "__main__":
    sys.exit(main())
