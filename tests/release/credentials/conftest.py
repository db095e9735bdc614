"""A press whose releases bear content credentials, and certificates of any length of life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aigc_guard.release.credentials import Issuer
from aigc_guard.signing.authority import FOLDER, Authority, Credential
from aigc_guard.signing.certificates import KeyPem, Wish, make


@pytest.fixture
def press(make_press: Callable[..., Any]) -> Any:
    made = make_press()
    made.issuer = Issuer(Authority(made.ring.folder / FOLDER, {}).ensure())
    return made


@pytest.fixture
def credential_until() -> Callable[[datetime], Credential]:
    """A credential whose leaf ends at that moment."""

    def made(end: datetime) -> Credential:
        begin = datetime.now(UTC) - timedelta(days=1)
        later = begin + timedelta(days=9)
        root = make(Wish("root", begin, later, 1))
        between = make(Wish("between", begin, later, 0), root)
        leaf = make(Wish("leaf", begin, end), between)
        chain = (leaf.pem + between.pem).decode()
        return Credential(chain, KeyPem(leaf.key).to_pem(""), root.pem.decode())

    return made
