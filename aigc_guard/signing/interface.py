"""The seam to whatever holds a private key: a file here, a hardware module or a key service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from aigc_guard.proof.public_keys import key_id_of


@dataclass(frozen=True, slots=True)
class Signature:
    """An Ed25519 signature (64 bytes) and the raw public key (32 bytes) it holds under."""

    public_key: bytes
    value: bytes

    @property
    def key_id(self) -> str:
        """The id that envelopes name."""
        return key_id_of(self.public_key)


class Signer(Protocol):
    """Signs with whichever key is active now, so that a rotation needs no restart."""

    def public_key(self) -> bytes:
        """The raw public half of the active key."""

    def sign(self, message: bytes) -> Signature:
        """Sign ``message``. Raises GuardError when the key can't be used."""
