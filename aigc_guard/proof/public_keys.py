"""Public keys that a verifier pins, and their file; a key out of a bundle is never trusted."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from aigc_guard.errors import ProofError, said

FORMAT = "aigc_guard public keys, version 1"
# SubjectPublicKeyInfo of an Ed25519 key: these bytes and the raw key (RFC 8410).
_SPKI = bytes.fromhex("302a300506032b6570032100")
RAW_BYTES = 32


class Purpose(StrEnum):
    """What a key signs: statements of releases, or checkpoints of the log."""

    RELEASE = "release"
    LOG = "log"


def key_id_of(raw: bytes) -> str:
    """Hex sha256 of the key's SubjectPublicKeyInfo."""
    return hashlib.sha256(_SPKI + raw).hexdigest()


def pem_of(raw: bytes) -> str:
    """The key as other programs read it."""
    body = base64.b64encode(_SPKI + raw).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def is_signed(raw: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is that key's Ed25519 signature of ``message``."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One key; ``retired_at`` is when it stopped to sign (it verifies what it signed before)."""

    purpose: Purpose
    raw: bytes
    created_at: str = ""
    retired_at: str = ""

    @property
    def id(self) -> str:
        """The id that envelopes name."""
        return key_id_of(self.raw)

    def to_json(self) -> dict[str, str]:
        """As it stands in the file."""
        return {
            "id": self.id,
            "purpose": self.purpose.value,
            "public_key": base64.b64encode(self.raw).decode(),
            "created_at": self.created_at,
            "retired_at": self.retired_at,
        }


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that are pinned. An empty one trusts nobody.

    ``certificates`` are the roots (PEM) of content credentials; whoever reads those knows them.
    """

    keys: tuple[PublicKey, ...] = ()
    certificates: tuple[str, ...] = ()

    def of(self, purpose: Purpose) -> tuple[PublicKey, ...]:
        """The keys for one purpose."""
        return tuple(key for key in self.keys if key.purpose is purpose)

    def to_text(self) -> str:
        """The file that ``Trust.load`` reads."""
        data: dict[str, Any] = {"format": FORMAT, "keys": [key.to_json() for key in self.keys]}
        if self.certificates:
            data["certificates"] = list(self.certificates)
        return json.dumps(data, indent=2) + "\n"

    @classmethod
    def load(cls, path: Path) -> Trust:
        """The keys in a file. Raises ProofError when it can't be read."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ProofError(
                said("the keys {path} can't be read", path=path), hint=_where()
            ) from None
        return cls.parse(text, place=str(path))

    @classmethod
    def parse(cls, text: str, *, place: str) -> Trust:
        """The keys in a file's text. Raises ProofError that names ``place``."""
        try:
            data = json.loads(text)
            if data["format"] != FORMAT:
                raise ValueError
            certificates = data.get("certificates", [])
            if not isinstance(certificates, list):
                raise ValueError
            return cls(
                tuple(_key(item) for item in data["keys"]), tuple(str(one) for one in certificates)
            )
        except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
            raise ProofError(
                said("{place} holds no public keys of this program", place=place), hint=_where()
            ) from None

    @classmethod
    def merged(cls, keys: Sequence[PublicKey]) -> Trust:
        """Each key once, in order."""
        return cls(tuple({(key.purpose, key.raw): key for key in keys}.values()))


def _key(item: Any) -> PublicKey:
    raw = base64.b64decode(item["public_key"], validate=True)
    key = PublicKey(Purpose(item["purpose"]), raw, str(item["created_at"]), str(item["retired_at"]))
    if len(raw) != RAW_BYTES or item["id"] != key.id:
        raise ValueError
    return key


def _where() -> str:
    return said("ask the releases' producer for theirs: aigc-guard keys export-public")
