"""Where a text comes from, as far as this installation can tell: its releases, its watermark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aigc_guard.generators.interface import Generator
from aigc_guard.generators.watermark.measuring import Measured, measure
from aigc_guard.pipeline.fingerprints import Trace, Traces, traces_of
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.watermarks import watermark_of
from aigc_guard.release.any_text import text_in
from aigc_guard.signing import Use

CERTAIN = 1e-3
"""A watermark counts as found where an unmarked text scores so high no more often than this."""
ENOUGH = 50
"""Tokens; in fewer a watermark is not looked for."""


class State(StrEnum):
    """What was found, all in all."""

    RELEASED = "released"
    CHANGED = "changed"
    NOTHING = "nothing"
    TOO_SHORT = "too_short"


EXIT_CODES = {State.RELEASED: 0, State.CHANGED: 1, State.NOTHING: 2, State.TOO_SHORT: 4}


@dataclass(frozen=True, slots=True)
class Mark:
    """The strongest watermark found: one key, read with one writer's tokens.

    ``chance`` is that of an unmarked text scoring so high under any of the ``tried`` pairs.
    ``why`` says why none was looked for: ``keys``, ``library``, ``writers`` or ``short``.
    """

    writer: str = ""
    key_id: str = ""
    tokens: int = 0
    counted: int = 0
    chance: float = 1.0
    tried: int = 0
    why: str = ""

    @property
    def is_found(self) -> bool:
        """Whether an unmarked text would hardly score so high."""
        return self.tried > 0 and self.chance < CERTAIN


@dataclass(frozen=True, slots=True)
class Detected:
    """Everything this installation can say of a file's text."""

    path: Path
    traces: Traces
    mark: Mark

    @property
    def state(self) -> State:
        """What it comes to."""
        first = self.traces.found[0] if self.traces.found else None
        if first is not None and first.is_same and not first.is_taken_back:
            return State.RELEASED
        if first is not None or self.traces.common or self.mark.is_found:
            return State.CHANGED
        return State.NOTHING if self.traces.prints > 1 or self.mark.tried else State.TOO_SHORT

    @property
    def exit_code(self) -> int:
        """0 a release as it stands, 1 another or revoked version, 2 no trace, 4 too short."""
        return EXIT_CODES[self.state]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types; no text."""
        return {
            "file": str(self.path),
            "verdict": self.state.value,
            "exit_code": self.exit_code,
            "releases": [_trace_json(one) for one in self.traces.found],
            "fingerprints": self.traces.prints,
            "common": self.traces.common,
            "watermark": _mark_json(self.mark),
        }


def detect(project: Project, path: Path) -> Detected:
    """Look a file's text up. Raises ConfigError for one that can't be read."""
    text = text_in(path)
    return Detected(path, traces_of(project, text), look_for_mark(project, text))


def look_for_mark(project: Project, text: str) -> Mark:
    """The strongest watermark, whichever key and writer it is of."""
    keys = project.secrets.of(Use.WATERMARK)
    if not keys:
        return Mark(why="keys")
    if find_spec("torch") is None or find_spec("transformers") is None:
        return Mark(why="library")
    writers = list(_writers(project))
    if not writers:
        return Mark(why="writers")
    found: list[tuple[float, str, str, Measured]] = []
    longest = 0
    for writer in writers:
        ids = writer.tokens_of(text)
        longest = max(longest, len(ids))
        if len(ids) >= ENOUGH:
            for key in keys:
                one = measure(ids, watermark_of(project, key.id))
                found.append((one.chance, writer.name, key.id, one))
    if not found:
        return Mark(tokens=longest, why="short")
    least, name, key_id, best = min(found, key=lambda one: one[:3])
    # Several were tried, and each had its chance of a lucky score.
    chance = 1 - (1 - least) ** len(found)
    return Mark(name, key_id, best.tokens, best.counted, chance, len(found))


def _writers(project: Project) -> Iterator[Generator]:
    entries = project.models.entries.items()
    names = [name for name, one in entries if one.role == "writer" and not one.remote]
    for name in dict.fromkeys([*names, *project.writers]):
        generator = project.generator(name)
        if generator.may_mark():
            yield generator


def _trace_json(trace: Trace) -> dict[str, Any]:
    return {
        "release": trace.release.release_id,
        "at": trace.release.at,
        "same_text": trace.is_same,
        "taken_back": trace.is_taken_back,
        "shared": trace.shared,
        "of_text": f"{trace.of_text:.4f}",
        "of_release": f"{trace.of_release:.4f}",
    }


def _mark_json(mark: Mark) -> dict[str, Any]:
    if mark.why:
        return {"looked": False, "why": mark.why}
    return {
        "looked": True,
        "found": mark.is_found,
        "p_value": f"{mark.chance:.3g}",
        "writer": mark.writer,
        "key_id": mark.key_id,
        "tokens": mark.tokens,
        "counted": mark.counted,
        "tried": mark.tried,
    }
