"""The check: what a text itself says of the AI that made it, and which places ask for a notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from aigc_guard.checks.disclosure.elements import lacking
from aigc_guard.checks.disclosure.wording import Said, Saying, sayings
from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.quotes import attributed, holds
from aigc_guard.records import CheckReport, Finding, digest_of
from aigc_guard.text import Folded, reveal


class DisclosureSettings(Settings):
    """Which AI a notice may name."""

    systems: tuple[Annotated[str, Field(min_length=1, pattern=r"\S")], ...] = Field(
        (), description="Further names of AI systems, such as the house's own assistant."
    )


class DisclosureCheck(Check):
    """Reads notices by their wording. Which notices a policy adds, the policy knows itself."""

    id: ClassVar[str] = "disclosure"
    version: ClassVar[str] = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "What the text itself says of the AI that made it, and where readers must be told.",
        "zh": "文本自身对 AI 生成的说明，以及哪些地区要求标识。",
    }
    labels: ClassVar[tuple[str, ...]] = (
        "chatbot_remark", "false_notice", "needs_notice", "own_notice", "partial_notice",
    )  # fmt: skip
    settings_type: ClassVar[type[Settings]] = DisclosureSettings

    def subject_digest(self, subject: Subject) -> str:
        """Digest of who made the text and where it goes."""
        if subject.brief is None and subject.draft is None:
            return ""
        return digest_of([_maker(subject), _places(subject), _channel(subject)])

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; without an order only the text's own words are looked at."""
        return [self._measure(subject, context) for subject in subjects]

    def _measure(self, subject: Subject, context: Context) -> CheckReport:
        assert isinstance(self.settings, DisclosureSettings)
        plain = reveal(subject.text)
        quoted = attributed(plain.text, subject.brief)
        said = [
            one
            for one in sayings(plain.text, self.settings.systems)
            if not any(holds(own, plain.text, one.span.start, one.span.end) for own in quoted)
        ]
        found = [*_own(plain, said, _maker(subject)), *_needs(plain, said, subject)]
        scores = dict.fromkeys(self.labels, 0.0)
        for finding in found:
            scores[finding.label] = max(scores[finding.label], finding.score)
        return self.report(subject, context, findings=found, scores=scores)


def _own(plain: Folded, said: Sequence[Said], maker: str) -> Iterator[Finding]:
    """What the text says, and whether its declared making contradicts it."""
    for one in said:
        if one.saying is Saying.REMARK:
            yield _at(plain, one, "chatbot_remark")
        elif one.saying is Saying.BY_AI:
            yield _at(plain, one, "own_notice")
        if (one.saying, maker) in ((Saying.BY_AI, "people"), (Saying.NO_AI, "model")):
            yield _at(plain, one, "false_notice", made_by=maker)


def _needs(plain: Folded, said: Sequence[Said], subject: Subject) -> Iterator[Finding]:
    """The places whose readers must be told: 0 where the text does so itself."""
    if (subject.brief is None and subject.draft is None) or _maker(subject) == "people":
        return
    notices = [one for one in said if one.saying is Saying.BY_AI]
    for place in _places(subject):
        lacks = [lacking(plain.text[one.span.start : one.span.end], place) for one in notices]
        is_told = any(not missing for missing in lacks)
        detail = {"jurisdiction": place, "channel": _channel(subject)}
        yield Finding("disclosure", "needs_notice", 0.0 if is_told else 1.0, detail=detail)
        if not is_told:
            for one, missing in zip(notices, lacks, strict=True):
                told = {"jurisdiction": place, "lacks": ",".join(missing)}
                yield _at(plain, one, "partial_notice", **told)


def _at(plain: Folded, said: Said, label: str, **detail: str) -> Finding:
    place = plain.to_original(said.span.start, said.span.end)
    return Finding("disclosure", label, 1.0, place.start, place.end, detail=detail)


def _maker(subject: Subject) -> str:
    """``people``, ``model`` or empty: what is declared of a supplied text, and known of a draft."""
    brief, draft = subject.brief, subject.draft
    if brief is not None and brief.text:
        declared = brief.origin.get("made_by", "").casefold()
        return {"human": "people", "model": "model", "ai": "model"}.get(declared, "")
    return "model" if draft is not None and draft.made_by != "supplied" else ""


def _places(subject: Subject) -> tuple[str, ...]:
    stated = subject.brief.jurisdictions if subject.brief is not None else ()
    return tuple(dict.fromkeys(one.upper() for one in stated)) or ("",)


def _channel(subject: Subject) -> str:
    if subject.draft is not None:
        return subject.draft.channel
    return subject.brief.channel if subject.brief is not None else ""
