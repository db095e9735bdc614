"""Redaction applied once, on the original text, and the ledger that undoes it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from aigc_guard.errors import GuardError, said
from aigc_guard.records import Draft, Edit, canonical, digest_of, sha256_text

_FORM = "v1"


class RedactionError(GuardError):
    """A redaction doesn't fit its text, or can't be undone."""


class Replacement(Protocol):
    """What the policy asks for: ``replacement`` instead of ``[start, end)``, because of a rule."""

    @property
    def rule(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def replacement(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted text and the ledger that leads back to the original."""

    text: str
    edits: tuple[Edit, ...]


def apply(text: str, redactions: Iterable[Replacement], key: bytes) -> Redacted:
    """Replace all places at once and keep what stood there, encrypted under ``key``.

    Offsets are those of ``text``. Overlapping places become one under the longest place's rule
    and wording, so that nothing of either value is left over. Equal input gives equal output,
    ciphertext included. Raises RedactionError for a place outside the text.
    """
    places = _united(text, redactions)
    parts, reached = [], 0
    for place in places:
        parts += [text[reached : place.start], place.after]
        reached = place.end
    redacted = "".join([*parts, text[reached:]])
    cipher, bound = AESSIV(key), sha256_text(redacted)
    edits = tuple(
        replace(
            place, before_encrypted=_seal(cipher, key, text[place.start : place.end], place, bound)
        )
        for place in places
    )
    return Redacted(redacted, edits)


def undo(text: str, edits: Sequence[Edit], key: bytes) -> str:
    """The original of a redacted text, byte for byte.

    Raises RedactionError when the text isn't the one the ledger belongs to, or when the key is
    not the one it was written under: without that key the values are gone for good.
    """
    cipher, bound = AESSIV(key), sha256_text(text)
    parts, reached, shift = [], 0, 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        start = edit.start + shift
        if start < reached or text[start : start + len(edit.after)] != edit.after:
            raise RedactionError(
                said(
                    "the ledger does not fit the text at {start} (rule {rule})",
                    start=start,
                    rule=edit.rule,
                )
            )
        parts += [text[reached:start], _open(cipher, key, edit, bound)]
        reached = start + len(edit.after)
        shift += len(edit.after) - (edit.end - edit.start)
    return "".join([*parts, text[reached:]])


def redacted_draft(draft: Draft, redacted: Redacted) -> Draft:
    """The redacted text as a new version of ``draft``; equal redactions give one identity."""
    ledger = [[edit.rule, edit.label, edit.start, edit.end, edit.after] for edit in redacted.edits]
    return replace(
        draft,
        draft_id=digest_of({"parent": draft.draft_id, "ledger": ledger})[:32],
        text=redacted.text,
        parent=draft.draft_id,
        made_by="redaction",
    )


def _united(text: str, redactions: Iterable[Replacement]) -> list[Edit]:
    """One edit per place, in order, ``before_encrypted`` still empty."""
    united: list[Edit] = []
    longest = 0
    for one in sorted(redactions, key=lambda one: (one.start, -one.end, one.rule)):
        if not 0 <= one.start < one.end <= len(text):
            raise RedactionError(
                said(
                    "rule {rule} redacts {start}-{end} of a text of {count} characters",
                    rule=one.rule,
                    start=one.start,
                    end=one.end,
                    count=len(text),
                )
            )
        edit = Edit(one.rule, one.label, one.start, one.end, "", one.replacement)
        if not united or one.start >= united[-1].end:
            united.append(edit)
            longest = one.end - one.start
            continue
        last = united[-1]
        name = edit if one.end - one.start > longest else last
        longest = max(longest, one.end - one.start)
        united[-1] = replace(name, start=last.start, end=max(last.end, one.end))
    return united


def _bound_to(edit: Edit, bound: str) -> list[bytes]:
    """What a sealed value belongs to: moved to another place, rule or text it does not open."""
    return [canonical([edit.rule, edit.label, edit.start, edit.end, edit.after, bound])]


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"aigc_guard redaction key" + key).hexdigest()[:8]


def _seal(cipher: AESSIV, key: bytes, value: str, edit: Edit, bound: str) -> str:
    sealed = cipher.encrypt(value.encode("utf-8"), _bound_to(edit, bound))
    return f"{_FORM}:{_key_id(key)}:{base64.b64encode(sealed).decode()}"


def _open(cipher: AESSIV, key: bytes, edit: Edit, bound: str) -> str:
    form, _, rest = edit.before_encrypted.partition(":")
    key_id, _, sealed = rest.partition(":")
    if form != _FORM:
        raise RedactionError(
            said("the value under rule {rule} was erased or is in another form", rule=edit.rule)
        )
    if key_id != _key_id(key):
        raise RedactionError(
            said(
                "the value under rule {rule} was sealed under key {key_id}, this "
                "installation has {own_id}",
                rule=edit.rule,
                key_id=key_id,
                own_id=_key_id(key),
            ),
            hint=said("restore that key; if it was erased, the value is gone, as was intended"),
        )
    try:
        return cipher.decrypt(base64.b64decode(sealed), _bound_to(edit, bound)).decode("utf-8")
    except (InvalidTag, ValueError):
        raise RedactionError(
            said(
                "the value under rule {rule} does not belong to this place or this text",
                rule=edit.rule,
            )
        ) from None
