"""What is ordered and what was written: the records that carry text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aigc_guard.records.digests import digest_of, sha256_text


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a brief under the name its team gives it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Source:
    """Something a draft may rely on and quote from."""

    title: str
    url: str = ""
    licence: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """One order for one draft, or (with ``text``) a finished text to be judged.

    ``may_publish`` lists personal values that may stand. ``origin`` is what a text's supplier
    declares about how it was made (keys such as ``writer``, ``licence``, ``declared_by``).
    """

    id: str
    kind: str
    language: str = "en"
    channel: str = "web"
    jurisdictions: tuple[str, ...] = ()
    audience: str = ""
    tone: str = ""
    facts: tuple[Fact, ...] = ()
    sources: tuple[Source, ...] = ()
    required_terms: tuple[str, ...] = ()
    may_publish: tuple[str, ...] = ()
    text: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Hex sha256 over everything in the brief."""
        return digest_of(self)


@dataclass(frozen=True, slots=True)
class Draft:
    """One written text. ``draft_id`` is a digest of what made it, so equal work has one identity.

    ``parent`` names the draft this one was redacted or edited from. ``faithful`` is False when
    the writer itself found that no candidate carried the brief's values unaltered; ``notes``
    are machine-readable reasons such as ``missing:price``.
    """

    draft_id: str
    brief_id: str
    brief_digest: str
    kind: str
    language: str
    channel: str
    text: str
    writer: str
    model_digest: str
    settings_digest: str
    seed: int
    attempt: int
    faithful: bool = True
    notes: tuple[str, ...] = ()
    parent: str = ""
    made_by: Literal["model", "supplied", "redaction", "editor"] = "model"

    @property
    def text_sha256(self) -> str:
        """Hex sha256 of the exact text."""
        return sha256_text(self.text)


def writer_shown(draft: Draft, *, is_supplied: bool) -> str:
    """The writer as logs and records name it: that of a supplied text may be a person's name."""
    return "supplied" if is_supplied else draft.writer


def draft_id_of(
    brief: Brief, *, writer: str, model_digest: str, settings_digest: str, seed: int, attempt: int
) -> str:
    """Identity of the work: the same order to the same writer is the same draft."""
    return digest_of(
        {
            "brief": brief.digest,
            "writer": writer,
            "model": model_digest,
            "settings": settings_digest,
            "seed": str(seed),
            "attempt": attempt,
        }
    )[:32]
