"""A signer whose key everybody knows: equal work is signed with equal bytes."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aigc_guard.signing import Signature


class FakeSigner:
    """Signs with a key made from ``seed``; never one to trust."""

    def __init__(self, seed: int = 1) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    def public_key(self) -> bytes:
        """The raw public half."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> Signature:
        """Sign ``message``."""
        return Signature(self.public_key(), self._private.sign(message))
