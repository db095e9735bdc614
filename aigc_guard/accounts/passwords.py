"""Passwords: argon2id with the library's present parameters, and what is too weak."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aigc_guard.errors import ConfigError, ReviewError, said

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 1000


def hash_password(password: str) -> str:
    """An argon2id hash with its own salt and parameters."""
    return _hasher().hash(password)


def is_password(hashed: str, password: str) -> bool:
    """Whether ``password`` is the hashed one; without a hash it takes as long and is never."""
    from argon2.exceptions import InvalidHashError, VerificationError

    known = hashed or _nobodys_hash()
    try:
        return _hasher().verify(known, password) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def refuse_weak(password: str, login: str) -> None:
    """Raises ReviewError for a password that is short, endless, or made of the name."""
    if len(password) < SHORTEST:
        raise ReviewError(
            said("the password is shorter than {count} characters", count=SHORTEST),
            hint=said("take several words that only you would put together"),
        )
    if len(password) > LONGEST:
        raise ReviewError(
            said("the password is longer than {count} characters", count=LONGEST),
            hint=said("take a shorter one"),
        )
    if login.casefold() in password.casefold() or len(set(password)) < 5:
        raise ReviewError(
            said("the password can be guessed from the name, or repeats itself"),
            hint=said("take several words that only you would put together"),
        )


@cache
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ModuleNotFoundError:
        raise ConfigError(
            said("accounts need the package {name}", name="argon2-cffi"),
            hint=said("pip install 'aigc-guard[console]'"),
        ) from None
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """What an unknown name's password is compared with: trying names takes as long as trying
    passwords, so that nobody learns which names exist."""
    import secrets

    return _hasher().hash(secrets.token_hex(16))
