"""Good and bad examples of a check: its tests and its page of documentation at once.

A check's module (or the package it lies in) holds them in a tuple ``EXAMPLES``.
``tests/checks/test_examples.py`` runs them all, ``aigc-guard checks show`` prints them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aigc_guard.checks.interface import Check, Subject
from aigc_guard.records import Brief, CheckReport, Draft, Fact, Source, sha256_text

Expected = tuple[str, str | None]
"""(label, words found): ``""`` for a finding about the whole draft, None for any place."""

COUNTS = 0.5
"""From this score on, a finding that an example doesn't expect is a mistake."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text, what it is measured under, and every finding it must make (none: a good example).

    ``brief`` is what the draft was ordered with. ``batch`` holds the other drafts of its batch:
    texts under an order that says the same, or examples with an order of their own.
    ``references`` are texts by source id, for checks that compare with texts known before.
    """

    text: str
    expected: tuple[Expected, ...] = ()
    language: str = "en"
    settings: Mapping[str, Any] = field(default_factory=dict)
    brief: Brief | None = None
    batch: tuple[str | Example, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing may be found."""
        return not self.expected

    def subjects(self) -> list[Subject]:
        """What the check measures: the example's text, then the rest of its batch."""
        first = _subject(self.text, self.language, self.brief, 0)
        return [first, *(self._other(one, at) for at, one in enumerate(self.batch, start=1))]

    def _other(self, other: str | Example, number: int) -> Subject:
        """Another draft of the batch; each has an order, since a batch has one draft for each."""
        one = Example(other, language=self.language) if isinstance(other, str) else other
        brief = one.brief if one.brief is not None else self.brief
        own = replace(brief, id=f"{brief.id}-{number}") if brief is not None else None
        return _subject(one.text, one.language, own, number)

    def mistakes(self, report: CheckReport) -> list[str]:
        """What ``report`` lacks or has too much, in words; empty if it is as expected."""
        found = [(one.label, self.text[one.start : one.end], one.score) for one in report.findings]
        anywhere = {label for label, words in self.expected if words is None}
        wrong = [
            f"{label} is not found" for label in anywhere if all(label != one[0] for one in found)
        ]
        open_places = [(label, words) for label, words in self.expected if words is not None]
        for label, words, score in found:
            if (label, words) in open_places:
                open_places.remove((label, words))
            elif score >= COUNTS and not anywhere:
                wrong.append(f"{label} is found at {words!r}")
        return wrong + [f"{label} is not found at {words!r}" for label, words in open_places]


def good(text: str, **around: Any) -> Example:
    """An example that makes no finding; ``around`` as for ``bad``."""
    return bad(text, **around)


def bad(
    text: str,
    *expected: Expected,
    language: str = "en",
    facts: Mapping[str, str] | None = None,
    sources: Iterable[Source] = (),
    brief: Mapping[str, Any] | None = None,
    **around: Any,
) -> Example:
    """An example that makes exactly the ``expected`` findings.

    ``facts``, ``sources`` and ``brief`` (other fields of a ``Brief``) give it a brief; the rest
    are fields of ``Example``.
    """
    order = None
    if facts is not None or sources or brief is not None:
        fields = {"id": "example", "kind": "news", **(brief or {})}
        order = Brief(
            language=language,
            facts=tuple(Fact(name, value) for name, value in (facts or {}).items()),
            sources=tuple(sources),
            **fields,
        )
    return Example(text, tuple(expected), language=language, brief=order, **around)


def examples_of(kind: type[Check]) -> tuple[Example, ...]:
    """The examples of a check: its module's or package's ``EXAMPLES``, or else its class's."""
    module = kind.__module__
    for name in (module, module.rpartition(".")[0]):
        found = getattr(sys.modules.get(name), "EXAMPLES", None)
        if found is not None:
            return tuple(found)
    return tuple(_from_class(kind))


def _from_class(kind: type[Check]) -> list[Example]:
    """Examples in the seam's own form: labels, and the words of some of them."""
    out = []
    for one in kind.examples:
        pairs: Sequence[Expected] = [(label, None) for label in one.labels]
        if len(one.spans) == len(one.labels):
            pairs = list(zip(one.labels, one.spans, strict=True))
        out.append(Example(one.text, tuple(pairs), language=one.language, note=one.note))
    return out


def _subject(text: str, language: str, brief: Brief | None, number: int) -> Subject:
    digest = sha256_text(text)
    draft = None
    if brief is not None:
        draft = Draft(
            draft_id=f"example-{number}",
            brief_id=brief.id,
            brief_digest=brief.digest,
            kind=brief.kind,
            language=language,
            channel=brief.channel,
            text=text,
            writer="writer-example",
            model_digest="",
            settings_digest="",
            seed=0,
            attempt=1,
            made_by="supplied" if brief.text else "model",
        )
    return Subject(text=text, text_sha256=digest, language=language, draft=draft, brief=brief)
