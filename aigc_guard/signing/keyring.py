"""The installation's signing keys in a folder: private halves in files of their own, public ones in
``keyring.json``, retired ones included, so that what they signed stays verifiable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aigc_guard.errors import ConfigError, said
from aigc_guard.proof.public_keys import PublicKey, Purpose, Trust
from aigc_guard.signing.authority import FOLDER, Authority
from aigc_guard.signing.files import PASSPHRASE, only_writer, write_private
from aigc_guard.signing.interface import Signature
from aigc_guard.signing.pem import from_file, parsed, to_pem

KEYRING = "keyring.json"
VARIABLES = {Purpose.RELEASE: "AIGC_GUARD_RELEASE_KEY", Purpose.LOG: "AIGC_GUARD_LOG_KEY"}


@dataclass(frozen=True)
class Keyring:
    """The keys in ``folder``. ``env`` may hold a private key itself, or the files' passphrase."""

    folder: Path
    env: Mapping[str, str]

    @classmethod
    def at(cls, folder: Path) -> Keyring:
        """The keys in ``folder``, with this process's environment."""
        return cls(folder, os.environ)

    def trust(self) -> Trust:
        """Every public key this installation has signed with; none before ``ensure``."""
        path = self.folder / KEYRING
        known = Trust.load(path) if path.exists() else Trust()
        return replace(known, certificates=Authority(self.folder / FOLDER, self.env).pinned())

    def active(self, purpose: Purpose) -> PublicKey | None:
        """The key that signs now, or None."""
        standing = [key for key in self.trust().of(purpose) if not key.retired_at]
        return standing[-1] if standing else None

    def ensure(self, *, at: str) -> list[PublicKey]:
        """Make the keys that are missing; returns the new ones."""
        made = []
        with only_writer(self.folder):
            for purpose in Purpose:
                given = self._given(purpose)
                if given is not None:
                    made += self._adopt(purpose, _raw(given), at)
                elif self.active(purpose) is None:
                    made.append(self._make(purpose, at))
        return made

    def adopt(self, purpose: Purpose, raw: bytes, *, at: str) -> list[PublicKey]:
        """Note the public half of a key that is kept elsewhere; it becomes the active one."""
        with only_writer(self.folder):
            return self._adopt(purpose, raw, at)

    def rotate(self, purpose: Purpose, *, at: str) -> PublicKey:
        """Put a new key in the active one's place; the old private half is destroyed."""
        if self._given(purpose) is not None:
            variable = VARIABLES[purpose]
            raise ConfigError(
                said("the {purpose} key comes from {variable}", purpose=purpose, variable=variable),
                hint=said("put a new key there: the next run notes it and retires the old one"),
            )
        with only_writer(self.folder):
            old = self.active(purpose)
            made = self._make(purpose, at)
            if old is not None:
                self._file(old).unlink(missing_ok=True)
        return made

    def public_key(self, purpose: Purpose) -> bytes:
        """The raw public half of the active key."""
        return _raw(self._private(purpose))

    def sign(self, purpose: Purpose, message: bytes) -> Signature:
        """Sign with the key that is active now. Raises ConfigError when it can't be used."""
        private = self._private(purpose)
        return Signature(_raw(private), private.sign(message))

    def _private(self, purpose: Purpose) -> Ed25519PrivateKey:
        given = self._given(purpose)
        if given is not None:
            return given
        key = self.active(purpose)
        if key is None:
            raise ConfigError(
                said("there is no {purpose} key in {folder}", purpose=purpose, folder=self.folder),
                hint=said("make the keys: aigc-guard keys init"),
            )
        private = from_file(self._file(key), self.env.get(PASSPHRASE, ""))
        if _raw(private) != key.raw:
            raise ConfigError(
                said("the key {path} is not the one in {keyring}", path=self._file(key),
                     keyring=KEYRING),
                hint=said("restore both from one backup"),
            )  # fmt: skip
        return private

    def _given(self, purpose: Purpose) -> Ed25519PrivateKey | None:
        text = self.env.get(VARIABLES[purpose], "")
        if not text:
            return None
        return parsed(text.encode(), self.env.get(PASSPHRASE, ""), VARIABLES[purpose])

    def _make(self, purpose: Purpose, at: str) -> PublicKey:
        private = Ed25519PrivateKey.generate()
        key = PublicKey(purpose, _raw(private), created_at=at)
        # The file first: a keyring never names a key whose private half was not written.
        write_private(self._file(key), to_pem(private, self.env.get(PASSPHRASE, "")))
        self._adopt(purpose, key.raw, at)
        return key

    def _adopt(self, purpose: Purpose, raw: bytes, at: str) -> list[PublicKey]:
        active = self.active(purpose)
        if active is not None and active.raw == raw:
            return []
        known = [
            replace(key, retired_at=at) if key.purpose is purpose and not key.retired_at else key
            for key in self.trust().keys
        ]
        key = PublicKey(purpose, raw, created_at=at)
        keys = Trust((*(one for one in known if one.id != key.id or one.purpose != purpose), key))
        write_private(self.folder / KEYRING, keys.to_text().encode())
        return [key]

    def _file(self, key: PublicKey) -> Path:
        return self.folder / f"{key.purpose.value}-{key.id[:16]}.pem"


def _raw(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()
