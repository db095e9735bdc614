"""Which signer a project uses: the files of its keyring, or a package that speaks to a key service.

Such a package declares an entry point in the group ``aigc_guard.signers``: a function that takes
the purpose and returns a ``Signer``. ``signing = "NAME"`` in the settings chooses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

from aigc_guard.errors import ConfigError, said
from aigc_guard.proof.public_keys import Purpose, is_signed
from aigc_guard.signing.interface import Signature, Signer
from aigc_guard.signing.keyring import Keyring

GROUP = "aigc_guard.signers"
FILES = "files"


def open_signer(keyring: Keyring, purpose: Purpose, *, source: str = FILES) -> Signer:
    """The signer for ``purpose``. Raises ConfigError for an unknown source."""
    if source == FILES:
        return _Files(keyring, purpose)
    found = [point for point in entry_points(group=GROUP) if point.name == source]
    if len(found) != 1:
        raise ConfigError(
            said("no installed package signs as {source}", source=source),
            hint=said('install it, or set signing = "files" in aigc_guard.toml'),
        )
    return _Checked(found[0].load()(purpose.value))


@dataclass(frozen=True, slots=True)
class _Files:
    """The keyring's active key for one purpose."""

    keyring: Keyring
    purpose: Purpose

    def public_key(self) -> bytes:
        return self.keyring.public_key(self.purpose)

    def sign(self, message: bytes) -> Signature:
        return self.keyring.sign(self.purpose, message)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A service's signer, believed only when its signatures hold."""

    inner: Signer

    def public_key(self) -> bytes:
        return self.inner.public_key()

    def sign(self, message: bytes) -> Signature:
        made = self.inner.sign(message)
        if not is_signed(made.public_key, message, made.value):
            raise ConfigError(said("the key service returned a signature that does not hold"))
        return made
