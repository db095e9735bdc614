"""Records as plain JSON, as canonical bytes and as digests."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import rfc8785

T = TypeVar("T")
LATER = "later"
"""Metadata of a field that came later: left out while empty."""


def sha256_text(text: str) -> str:
    """Hex sha256 of the UTF-8 bytes of ``text``; lone surrogates are refused by the encoder."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON; raises for NaN, integers beyond 2^53 and non-string keys."""
    return rfc8785.dumps(value)


def digest_of(value: Any) -> str:
    """Hex sha256 of the canonical JSON of ``value`` (records are dumped first)."""
    return hashlib.sha256(canonical(dump(value))).hexdigest()


def dump(value: Any) -> Any:
    """A record as plain JSON types."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        # A field that came later is left out while empty: earlier records keep their digests.
        return {
            f.name: dump(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if getattr(value, f.name) or not f.metadata.get(LATER)
        }
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value


def load(cls: type[T], data: Any) -> T:
    """A record from plain JSON types; raises pydantic.ValidationError on a wrong shape."""
    key: Any = cls
    result: T = _adapter(key).validate_python(data)
    return result


@cache
def _adapter(cls: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(cls)
