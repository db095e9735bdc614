"""What verification answers, layer by layer, and what a verifier may know besides the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

LAYERS = (
    "bundle",
    "signature",
    "digests",
    "log",
    "consistency",
    "c2pa",
    "labels",
    "policy",
    "revocation",
)


class Status(StrEnum):
    """What one layer shows."""

    PASSED = "passed"
    FAILED = "failed"
    UNTRUSTED = "untrusted"
    INCOMPLETE = "incomplete"
    REVOKED = "revoked"
    UNMARKED = "unmarked"
    SKIPPED = "skipped"


class State(StrEnum):
    """What all layers together show."""

    VERIFIED = "verified"
    TAMPERED = "tampered"
    REVOKED = "revoked"
    UNMARKED = "unmarked"
    UNTRUSTED = "untrusted"
    INCOMPLETE = "incomplete"


EXIT_CODES = {
    State.VERIFIED: 0,
    State.TAMPERED: 1,
    State.REVOKED: 1,
    State.UNMARKED: 2,
    State.UNTRUSTED: 3,
    State.INCOMPLETE: 4,
}
# The first that some layer shows decides; a layer of status ``passed`` or ``skipped`` never does.
_DECIDES = (
    (Status.FAILED, State.TAMPERED),
    (Status.UNTRUSTED, State.UNTRUSTED),
    (Status.REVOKED, State.REVOKED),
    (Status.INCOMPLETE, State.INCOMPLETE),
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's answer; ``message`` is Said: speak it with ``i18n.spoken``."""

    name: str
    status: Status
    message: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the verifier knows besides the files; None means that it does not know.

    ``policies``: digests of policies. ``revocations``: envelopes. ``checkpoint``: a note kept from
    earlier; ``consistency`` gives the proof between two sizes of the log, or None. ``log_root`` is
    the root over so many entries of the log itself, where the verifier has it (None: too short).
    """

    policies: frozenset[str] | None = None
    revocations: Sequence[bytes] | None = None
    checkpoint: str = ""
    consistency: Callable[[int, int], Sequence[bytes] | None] | None = None
    log_root: Callable[[int], bytes | None] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All layers in order, and what they are about."""

    path: Path
    layers: tuple[Layer, ...]
    release_id: str = ""
    statement_sha256: str = ""
    key_id: str = ""

    @property
    def state(self) -> State:
        """What the layers show together."""
        shown = {layer.status for layer in self.layers}
        if Status.UNMARKED in shown:
            return State.UNMARKED
        if self.of("signature").status is Status.UNTRUSTED:
            return State.UNTRUSTED
        return next((state for status, state in _DECIDES if status in shown), State.VERIFIED)

    @property
    def exit_code(self) -> int:
        """0 verified, 1 tampered or revoked, 2 unmarked, 3 untrusted, 4 incomplete."""
        return EXIT_CODES[self.state]

    def of(self, name: str) -> Layer:
        """One layer."""
        return next(layer for layer in self.layers if layer.name == name)

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain JSON types."""
        return {
            "file": str(self.path),
            "verdict": self.state.value,
            "exit_code": self.exit_code,
            "release": self.release_id,
            "statement_sha256": self.statement_sha256,
            "key": self.key_id,
            "layers": [
                {"name": one.name, "status": one.status.value, "message": str(one.message)}
                for one in self.layers
            ],
        }
