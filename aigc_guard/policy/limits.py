"""What rules tolerate, in the forms editors write, and which measured values trip them.

Scores and values at or above a limit trip. A form never sees text, only what a check reported; the
one exception, values the brief allows, comes in as a function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from aigc_guard.policy.form import Amount, Form, Score, Words
from aigc_guard.records import Brief, Draft, sha256_text

DEFAULT_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured value: a finding, or a label's score that no finding explains."""

    label: str
    score: float
    start: int
    end: int
    detail: Mapping[str, str]
    value: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What besides the report a limit may look at."""

    draft: Draft
    brief: Brief | None
    may_stand: Callable[[int, int], bool]
    has_labels_for: Callable[[str], bool]


class ScoreLimits(RootModel[dict[str, Score]]):
    """A limit per label: ``{insult: 0.6, threat: 0.5}``."""

    model_config = ConfigDict(frozen=True)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that have a limit."""
        return tuple(self.root)

    def tripped(self, measure: Measure, around: Circumstances) -> str:
        """The limit that ``measure`` reaches, in words for the record; empty if none."""
        limit = self.root.get(measure.label)
        return f"{limit:g}" if limit is not None and measure.score >= limit else ""


class LabelLimits(Form):
    """Labels that must not occur, except where the brief allows the very value."""

    labels: tuple[Words, ...] = Field(min_length=1, description="Labels that trip the rule.")
    score: Score = Field(default=DEFAULT_SCORE, description="From which score on.")
    except_: tuple[Literal["may_publish", "notices"], ...] = Field(
        default=(),
        alias="except",
        description="may_publish: values the brief lists may stand. notices: places for which this "
        "policy has a visible notice may lack one.",
    )

    def tripped(self, measure: Measure, around: Circumstances) -> str:
        """The limit that ``measure`` reaches, in words for the record; empty if none."""
        if measure.label not in self.labels or measure.score < self.score:
            return ""
        if "may_publish" in self.except_ and around.may_stand(measure.start, measure.end):
            return ""
        place = measure.detail.get("jurisdiction")
        if "notices" in self.except_ and place is not None and around.has_labels_for(place):
            return ""
        return f"{self.score:g} ({place})" if place else f"{self.score:g}"


class ValueLimits(Form):
    """Limits in the check's own units, per label: ``{values: {copied_run: 25}}``.

    A finding that should have a value and has none trips, unless its score is 0: what could not
    be counted is not few.
    """

    values: dict[str, Amount] = Field(
        min_length=1, description="Limits in the check's own units: {copied_run: 25}."
    )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that have a limit."""
        return tuple(self.values)

    def tripped(self, measure: Measure, around: Circumstances) -> str:
        """The limit that ``measure`` reaches, in words for the record; empty if none."""
        limit = self.values.get(measure.label)
        if limit is None:
            return ""
        if measure.value is None:
            return f"{limit:g} (no value)" if measure.score > 0 else ""
        return f"{limit:g} {measure.unit}".rstrip() if measure.value >= limit else ""


class ProvenanceLimits(Form):
    """What a draft's origin must be like. Each line left out tolerates everything."""

    known_writer: Literal[True] | None = Field(
        default=None, description="The writer stands in models.lock."
    )
    verifiable_writer: Literal[True] | None = Field(
        default=None, description="No writer behind a server, whose model can't be verified."
    )
    approved_kind: Literal[True] | None = Field(
        default=None, description="The writer is approved for this kind of content."
    )
    approved_writers: tuple[Words, ...] | None = Field(
        default=None, min_length=1, description="Only these writers."
    )
    approved_licences: tuple[Words, ...] | None = Field(
        default=None, min_length=1, description="Only writers under these licences."
    )
    refused_training: tuple[Words, ...] | None = Field(
        default=None, min_length=1, description="No writer trained on these sources."
    )
    known_training: Literal[True] | None = Field(
        default=None, description="The lock says what the writer was trained on."
    )
    source_licences: tuple[Words, ...] | None = Field(
        default=None, min_length=1, description="Sources only under these licences."
    )
    licensed_sources: Literal[True] | None = Field(
        default=None, description="Every source of the brief names its licence."
    )
    attributed_sources: Literal[True] | None = Field(
        default=None, description="Every source of the brief has a title and an address."
    )
    declared_origin: Literal[True] | None = Field(
        default=None, description="A supplied text says who or what wrote it."
    )
    same_brief: Literal[True] | None = Field(
        default=None, description="The draft was written for the brief as it stands now."
    )
    faithful: Literal[True] | None = Field(
        default=None, description="The draft carries the values of its brief unaltered."
    )
    labelled: Literal[True] | None = Field(
        default=None, description="This policy has a visible notice for each place of the brief."
    )

    def tripped(self, measure: Measure, around: Circumstances) -> str:
        """The limit that ``measure`` breaks and what breaks it (source 2, EU); empty if none."""
        for name, broken in self._broken(measure, around):
            if getattr(self, name) and broken:
                told = [f"{key} {measure.detail[key]}" for key in _TOLD if key in measure.detail]
                return f"{name} ({', '.join(told)})" if told else name
        return ""

    def _broken(self, measure: Measure, around: Circumstances) -> Iterator[tuple[str, bool]]:
        simple = _BROKEN_BY.get(measure.label)
        if simple is not None:
            yield simple, True
        detail = measure.detail
        if measure.label == "writer":
            yield "approved_writers", not _is_listed(self.approved_writers, detail, "writer")
        elif measure.label == "writer_licence":
            yield "approved_licences", not _is_listed(self.approved_licences, detail, "licence")
        elif measure.label == "writer_training":
            yield "refused_training", _is_listed(self.refused_training, detail, "source")
        elif measure.label == "source_licence":
            yield "source_licences", not _is_listed(self.source_licences, detail, "licence")
        elif measure.label == "source_without_licence":
            yield "source_licences", True
        elif measure.label == "needs_label":
            yield "labelled", not around.has_labels_for(detail.get("jurisdiction", ""))


# Details that say which source, place or licence it was; never a name of a person or digests.
_TOLD = ("source", "missing", "licence", "kind", "jurisdiction", "channel")

# Findings that break one limit by being there at all.
_BROKEN_BY = {
    "unknown_writer": "known_writer",
    "remote_writer": "verifiable_writer",
    "kind_not_approved": "approved_kind",
    "training_unknown": "known_training",
    "source_without_licence": "licensed_sources",
    "source_without_attribution": "attributed_sources",
    "undeclared_origin": "declared_origin",
    "brief_mismatch": "same_brief",
    "unfaithful": "faithful",
}


# Of all that a provenance finding tells, what limits ask about; other labels break none.
_ASKED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_BROKEN_BY, ()),
    "writer": ("writer", "writer_sha256"),
    "writer_licence": ("licence", "licence_sha256"),
    "writer_training": ("source", "source_sha256"),
    "source_licence": ("licence", "licence_sha256"),
    "needs_label": ("jurisdiction",),
}


def asked_detail(check: str, measure: Measure) -> Mapping[str, str] | None:
    """As much of a measure's detail as any limit asks about; None if none asks about its label."""
    if check != "provenance":
        place = measure.detail.get("jurisdiction")
        return {} if place is None else {"jurisdiction": place}
    keys = _ASKED.get(measure.label)
    if keys is None:
        return None
    return {key: measure.detail[key] for key in keys if key in measure.detail}


def _is_listed(allowed: tuple[str, ...] | None, detail: Mapping[str, str], key: str) -> bool:
    """Whether the detail's value is among ``allowed``; a declared name is compared by digest."""
    names = [plain_name(name) for name in allowed or ()]
    value = detail.get(key)
    if value is not None:
        return plain_name(value) in names
    digest = detail.get(f"{key}_sha256", "")
    return digest in {sha256_text(name) for name in names}


def plain_name(name: str) -> str:
    """A name or licence as it is compared: without case and surplus space."""
    return " ".join(name.split()).casefold()


PlacedLimits = ScoreLimits | LabelLimits | ValueLimits
"""Limits on what a check finds, by label."""
Limits = PlacedLimits | ProvenanceLimits


def form_of(check: str, raw: Mapping[str, Any]) -> type[BaseModel]:
    """Which form the ``limits`` of a rule are written in."""
    if check == "provenance":
        return ProvenanceLimits
    if "values" in raw:
        return ValueLimits
    return LabelLimits if {"labels", "score", "except"} & set(raw) else ScoreLimits
