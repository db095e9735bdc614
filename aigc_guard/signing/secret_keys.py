"""The installation's secrets that sign nothing: the watermark's key and that of the fingerprints.

Each lies in a file of its own like a signing key, under the same passphrase; ``secrets.json`` says
which there are. A retired watermark key is kept, because texts that bear its mark are about.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aigc_guard.errors import ConfigError, said
from aigc_guard.signing.files import PASSPHRASE, only_writer, write_private
from aigc_guard.signing.pem import from_file, to_pem

LIST = "secrets.json"
_FORMAT = "aigc_guard secret keys, version 1"


class Use(StrEnum):
    """What a secret is for: marking texts while they are written, or fingerprints of releases."""

    WATERMARK = "watermark"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class SecretKey:
    """One secret as the list names it. ``id`` tells nothing of its 32 bytes."""

    use: str
    id: str
    created_at: str = ""
    retired_at: str = ""


@dataclass(frozen=True)
class SecretKeys:
    """The secrets in ``folder``; ``env`` may hold the passphrase of their files."""

    folder: Path
    env: Mapping[str, str]

    @classmethod
    def at(cls, folder: Path) -> SecretKeys:
        """The secrets in ``folder``, with this process's environment."""
        return cls(folder, os.environ)

    def known(self) -> tuple[SecretKey, ...]:
        """Every secret, retired ones included, oldest first. Raises ConfigError."""
        path = self.folder / LIST
        try:
            data = json.loads(path.read_text("utf-8"))
            return tuple(SecretKey(**one) for one in data["keys"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError):
            raise ConfigError(
                said("{path} can't be read", path=path),
                hint=said("restore the folder {folder} from a backup", folder=self.folder),
            ) from None

    def of(self, use: Use) -> tuple[SecretKey, ...]:
        """The secrets for one use, oldest first; the last one is active."""
        return tuple(key for key in self.known() if key.use == use)

    def ensure(self, use: Use, *, at: str) -> SecretKey:
        """The active secret; made on first use."""
        standing = self.of(use)
        if standing:
            return standing[-1]
        with only_writer(self.folder):
            standing = self.of(use)  # another process may have made it meanwhile
            return standing[-1] if standing else self._make(use, at)

    def rotate(self, use: Use, *, at: str) -> SecretKey:
        """Put a new secret in the active one's place; the old one is kept for what it marked."""
        with only_writer(self.folder):
            return self._make(use, at)

    def value(self, key: SecretKey) -> bytes:
        """The 32 secret bytes. Raises ConfigError when they can't be used."""
        raw = from_file(self._file(key), self.env.get(PASSPHRASE, "")).private_bytes_raw()
        if _id_of(key.use, raw) != key.id:
            raise ConfigError(
                said("the key {path} is not the one in {keyring}", path=self._file(key),
                     keyring=LIST),
                hint=said("restore both from one backup"),
            )  # fmt: skip
        return raw

    def _make(self, use: Use, at: str) -> SecretKey:
        raw = secrets.token_bytes(32)
        key = SecretKey(use.value, _id_of(use, raw), created_at=at)
        # Any 32 bytes are an Ed25519 key, and so get the files and the passphrase of those.
        private = Ed25519PrivateKey.from_private_bytes(raw)
        write_private(self._file(key), to_pem(private, self.env.get(PASSPHRASE, "")))
        before = [
            replace(one, retired_at=at) if one.use == use and not one.retired_at else one
            for one in self.known()
        ]
        body = {"format": _FORMAT, "keys": [asdict(one) for one in (*before, key)]}
        write_private(self.folder / LIST, f"{json.dumps(body, indent=2)}\n".encode())
        return key

    def _file(self, key: SecretKey) -> Path:
        return self.folder / f"{key.use}-{key.id}.pem"


def _id_of(use: str, raw: bytes) -> str:
    return hashlib.sha256(f"aigc_guard {use}:".encode() + raw).hexdigest()[:16]
