"""Every byte of a release, of what lies beside it and of its envelope counts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.proof.dsse import read_envelope
from aigc_guard.proof.public_keys import Trust
from aigc_guard.release.folder import PROOF_FILE
from aigc_guard.release.stating import STATEMENT_FILE
from aigc_guard.release.verify import verify

SAMPLE = 25
SEED = 20261129
PARTS = ("release.txt", "release.aigc-label.json", "release.aigc.json", STATEMENT_FILE, PROOF_FILE)


@dataclass
class Target:
    """A small release to flip bytes of."""

    folder: Path
    trust: Trust
    text: str

    def exits(self, name: str, content: bytes) -> tuple[int, int]:
        """What verifying the folder and its text ends with when one file holds ``content``."""
        path = self.folder / name
        kept = path.read_bytes()
        try:
            path.write_bytes(content)
            return (
                verify(self.folder, self.trust).exit_code,
                verify(self.folder / self.text, self.trust).exit_code,
            )
        finally:
            path.write_bytes(kept)


@pytest.fixture
def make_target(press: Any) -> Callable[[str], Target]:
    def make(form: str) -> Target:
        release = press.release("Bridge opens.", form=form)
        press.seal()
        return Target(press.folder(release), press.trust, f"release.{form}")

    return make


def flipped(data: bytes, count: int | None) -> Iterator[bytes]:
    """``data`` with one bit changed, in each byte or in a sample of them."""
    draw = random.Random(SEED)
    places = range(len(data)) if count is None else draw.sample(range(len(data)), count)
    for place in places:
        bit = 1 << draw.randrange(8)
        yield data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]


def flip(target: Target, name: str, count: int | None) -> None:
    data = (target.folder / name).read_bytes()
    for changed in flipped(data, count and min(count, len(data))):
        exits = target.exits(name, changed)
        # A flip in a key's or a log's name makes it a stranger's: untrusted, not tampered with.
        allowed = {1, 3} if name in (STATEMENT_FILE, PROOF_FILE) else {1}
        assert set(exits) <= allowed, (name, changed)


def flip_payload(target: Target, count: int | None) -> None:
    envelope = read_envelope((target.folder / STATEMENT_FILE).read_bytes())
    for payload in flipped(envelope.payload, count):
        changed = replace(envelope, payload=payload).to_bytes()
        assert target.exits(STATEMENT_FILE, changed) == (1, 1)


@pytest.mark.parametrize("name", PARTS)
def test_some_bytes_flipped(make_target: Callable[[str], Target], name: str) -> None:
    flip(make_target("txt"), name, SAMPLE)


def test_some_bytes_of_a_page_flipped(make_target: Callable[[str], Target]) -> None:
    flip(make_target("html"), "release.html", SAMPLE)


def test_some_bytes_of_the_payload_flipped(make_target: Callable[[str], Target]) -> None:
    flip_payload(make_target("html"), SAMPLE)


@pytest.mark.soak(seed=SEED)
@pytest.mark.parametrize("name", PARTS)
def test_every_byte_flipped(make_target: Callable[[str], Target], name: str) -> None:
    flip(make_target("txt"), name, None)


@pytest.mark.soak(seed=SEED)
def test_every_byte_of_a_page_flipped(make_target: Callable[[str], Target]) -> None:
    flip(make_target("html"), "release.html", None)


@pytest.mark.soak(seed=SEED)
def test_every_byte_of_the_payload_flipped(make_target: Callable[[str], Target]) -> None:
    flip_payload(make_target("html"), None)
