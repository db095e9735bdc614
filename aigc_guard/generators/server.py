"""A writer behind an OpenAI-compatible server: asked in plain words, compared with its brief.

In ``models.lock`` its entry is ``remote: true``, without a digest: ``source`` is the base address
and ``revision`` the model's name on that server.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aigc_guard.errors import ConfigError, GenerationError, said
from aigc_guard.generators.chat import BadAnswer, Server, ask, is_loopback, split_url
from aigc_guard.generators.faithful import text_notes
from aigc_guard.generators.free_writing import instruction_for
from aigc_guard.generators.interface import Generator
from aigc_guard.generators.linearise import Slot
from aigc_guard.generators.prompts import PromptFormat, prompt_format
from aigc_guard.kinds import Kind
from aigc_guard.models import ModelEntry
from aigc_guard.records import Brief, Draft, digest_of, sha256_text

if TYPE_CHECKING:
    from aigc_guard.config import Config

SETTINGS_VERSION = 1
MAX_TOKENS = 700
CANDIDATES = 3
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Written:
    """A text and what is wrong with it. ``answered`` is False when no answer could be read."""

    text: str
    notes: tuple[str, ...]
    answered: bool = True


def key_variable(name: str) -> str:
    """The environment variable with a server's key: ``our-server`` reads ``OUR_SERVER_API_KEY``.

    Each entry has its own, so that the key of one server never reaches another.
    """
    word = re.sub(r"[^A-Z0-9]", "_", name.upper())
    return ("_" if word[0].isdigit() else "") + word + "_API_KEY"


def server_of(entry: ModelEntry, config: Config, env: Mapping[str, str] | None = None) -> Server:
    """The server a remote lock entry names, as far as the configuration lets it be reached.

    Raises ConfigError for an address that is none, a host that is neither this machine nor
    allowed, and a key that would travel unencrypted.
    """
    parts = split_url(entry.source)
    if parts is None or not parts.hostname:
        raise ConfigError(
            said("writer {entry}: its source is no http or https address", entry=entry.name),
            hint=said(
                "add it again: aigc-guard models add https://HOST/v1 --name {name}", name=entry.name
            ),
        )
    host = parts.hostname
    if not is_loopback(host) and not config.allows_host(host):
        raise ConfigError(
            said(
                "writer {entry} is at {host}, which may not be reached", entry=entry.name, host=host
            ),
            hint=said('add it in aigc_guard.toml: allowed_hosts = ["{host}"]', host=host),
        )
    variable = key_variable(entry.name)
    key = (os.environ if env is None else env).get(variable, "").strip()
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise ConfigError(
            said("{variable} holds no key", variable=variable),
            hint=said("set it to the key alone, or unset it"),
        )
    if key and parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(
            said(
                "the key in {variable} would go to {host} unencrypted", variable=variable, host=host
            ),
            hint=said("use an https address, or unset the variable"),
        )
    seconds = config.limits.server_seconds
    return Server(entry.source, entry.revision or entry.name, seconds, key, variable)


class ServerGenerator(Generator):
    """Asks a chat model for every brief; what it answers is judged like any other writer's text.

    A brief that gets no readable answer gets an empty draft that says why, and so a reviewer. A
    server that answers nobody raises GenerationError: nothing is stored, and a later run asks
    again.
    """

    def __init__(
        self,
        name: str,
        server: Server,
        kinds: Mapping[str, Kind],
        *,
        candidates: int = CANDIDATES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self.server = server
        self.kinds = kinds
        self.candidates = max(1, min(candidates, CANDIDATES))
        self.model_digest = ""
        self._sleep = sleep
        self.settings_digest = digest_of(
            {
                "version": SETTINGS_VERSION,
                "server": [server.url, server.model],
                "candidates": self.candidates,
                "tokens": MAX_TOKENS,
                "kinds": {
                    kind.name: [prompt_format(kind).instruction, *map(str, _sampling(kind))]
                    for kind in kinds.values()
                },
            }
        )

    def write(self, briefs: Sequence[Brief], *, seed: int, attempt: int) -> list[Draft]:
        """Write one draft per brief, in order; raises GenerationError when nobody is answered."""
        unknown = sorted({brief.kind for brief in briefs} - set(self.kinds))
        if unknown:
            raise GenerationError(
                said(
                    "writer {writer}: no content kind {kind}",
                    writer=self.name,
                    kind=f"{unknown[0]!r}",
                ),
                hint=said("add the folder kinds/{kind}", kind=unknown[0]),
            )
        forms = {name: prompt_format(self.kinds[name]) for name in {b.kind for b in briefs}}
        pool = ThreadPoolExecutor(max_workers=AT_ONCE)
        try:
            written = list(
                pool.map(lambda brief: self._write_one(brief, forms, seed, attempt), briefs)
            )
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        if len(briefs) > 1 and not any(one.answered for one in written):
            raise GenerationError(
                said(
                    "writer {writer}: no answer of the server could be read ({notes})",
                    writer=self.name,
                    notes=written[0].notes[0],
                ),
                hint=said(
                    "check that its source in models.lock speaks the chat completions protocol"
                ),
            )
        return [
            self.draft(
                brief,
                one.text,
                seed=seed,
                attempt=attempt,
                faithful=not one.notes,
                notes=one.notes,
            )
            for brief, one in zip(briefs, written, strict=True)
        ]

    def _write_one(
        self, brief: Brief, forms: Mapping[str, PromptFormat], seed: int, attempt: int
    ) -> Written:
        """Return the first faithful answer, else the one with the fewest faults."""
        facts = [Slot(fact.name, fact.value, "bare") for fact in brief.facts]
        instruction = instruction_for(brief, forms[brief.kind])
        best: Written | None = None
        for number in range(self.candidates):
            question = self._question(brief, instruction, number, f"{seed}/{attempt}")
            try:
                answer = ask(self.server, question, sleep=self._sleep)
            except BadAnswer as bad:
                one = Written("", (bad.note,), answered=False)
            else:
                notes = text_notes(answer.text, facts)
                one = Written(answer.text, notes + (() if answer.finished else ("unfinished",)))
            if not one.notes:
                return one
            if best is None or _rank(one) < _rank(best):
                best = one
        assert best is not None
        return best

    def _question(self, brief: Brief, instruction: str, number: int, order: str) -> dict[str, Any]:
        """The most likely text first, sampled ones after it; the seed is the brief's own."""
        temperature, top_p = _sampling(self.kinds[brief.kind])
        drawn = sha256_text(f"{order}/{brief.digest}/{number}")
        return {
            "messages": [{"role": "user", "content": instruction.strip()}],
            "temperature": temperature if number else 0.0,
            "top_p": top_p,
            "max_tokens": MAX_TOKENS,
            "seed": int(drawn[:7], 16),
            "n": 1,
            "stream": False,
        }


def _rank(one: Written) -> tuple[bool, int]:
    return (not one.answered, len(one.notes))


def _sampling(kind: Kind) -> tuple[float, float]:
    table = kind.decoding
    return float(table.get("temperature", 0.7)), float(table.get("top_p", 0.9))
