"""``toxicity``: insults, threats, obscenity and attacks on groups, sentence by sentence.

Detoxify cuts long inputs silently, so the text is read in windows that are known to fit, each by
the guard of its script, and a flagged window is narrowed to the sentence that flags it. The words
that flag by themselves stand in the finding's detail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from aigc_guard.checks.causes import FLAGGED
from aigc_guard.checks.guard_folder import digest_of_models
from aigc_guard.checks.guard_windows import guard_windows
from aigc_guard.checks.interface import Check, Context, Example, Settings, Subject
from aigc_guard.checks.odds import odds_of, score_of
from aigc_guard.checks.toxicity_pieces import Piece, Pieces
from aigc_guard.quotes import cut_at_quotations
from aigc_guard.records import CheckReport, Finding, Span, Status
from aigc_guard.text import Folded, fold, is_complete, sentences, union

ALONE = 0.25
"""How much of the way to its worst sentence's log odds a window's go. Chosen on the dev split:
of bad sentences among a draft's clean ones .877 flag instead of .830, no more clean drafts do, and
comments are told apart nearly as well; with all of the way .910, and .009 less of their AUC."""


class ToxicitySettings(Settings):
    """Which guards read, and from which score on a sentence is reported."""

    model: str = Field("guard-en", description="lock entry that reads Latin script")
    model_zh: str = Field("guard-zh", description="lock entry that reads Chinese script")
    floor: float = Field(0.2, ge=0.0, le=1.0, description="lowest score that makes a finding")


class ToxicityCheck(Check):
    """Scores every sentence window with Detoxify; 0-1 per label, 0.5 the best single cut."""

    id: ClassVar[str] = "toxicity"
    version: ClassVar[str] = "7"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Insults, threats, obscenity and attacks on groups of people.",
        "zh": "侮辱、威胁、淫秽以及对群体的攻击。",
    }
    labels: ClassVar[tuple[str, ...]] = (
        "toxicity", "obscene", "threat", "insult", "identity_attack",
    )  # fmt: skip
    settings_type: ClassVar[type[Settings]] = ToxicitySettings
    examples: ClassVar[tuple[Example, ...]] = (
        Example("You are a stupid idiot and nobody likes you.", ("toxicity", "insult")),
        Example("You are a s t u p i d 1d10t, go away.", ("toxicity",), note="disguised"),
        Example("The committee thanked everyone for their work.", ()),
        Example("你就是个白痴，滚！", ("toxicity",), language="zh"),
        Example("這些臭女表子，扌喿你女马！", ("toxicity",), language="zh", note="in halves"),
        Example("公司今天公布了新的产品计划。", (), language="zh"),
    )
    uses_model: ClassVar[bool] = True

    @property
    def _own(self) -> ToxicitySettings:
        assert isinstance(self.settings, ToxicitySettings)
        return self.settings

    @property
    def reads_with(self) -> str:
        """The guard of Latin script: whichever check comes first has it read for both."""
        return self._own.model

    def model_digest(self, context: Context) -> str:
        """Digest over both guards: a changed one makes a new measurement."""
        return digest_of_models(context, (self._own.model, self._own.model_zh))

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; raises ModelUnavailable when a needed guard is not installed."""
        models = {"en": self._own.model} | ({"zh": zh} if (zh := self._own.model_zh) else {})
        reading = Pieces([fold(subject.text) for subject in subjects], models, context)
        texts = [one.text for one in reading.folded]
        for number, own in enumerate(guard_windows(texts, reading.guard, reading.known)):
            for span, languages in own:
                piece = Piece(number, span)
                reading.windows[number].append(piece)
                reading.add(piece, languages)
        reading.score()
        for piece, found in list(reading.scores.items()):
            if max(found.values(), default=0.0) >= self._own.floor:
                self._narrow(piece, reading)
        reading.score()
        worst = [
            _on_sentences(own, reading, self._own.floor)
            for own in map(reading.own, range(len(reading.folded)))
        ]
        for number, best in enumerate(worst):
            for span in {span for (span, _label), score in best.items() if score >= FLAGGED}:
                reading.read_words(Piece(number, span))
        reading.score()
        return [
            self._report(number, subject, reading, worst, context)
            for number, subject in enumerate(subjects)
        ]

    def _narrow(self, piece: Piece, reading: Pieces) -> None:
        """Have each sentence of a flagged window read alone, quoted words apart from our own."""
        text = reading.text_of(piece.subject, piece.span)
        parts = cut_at_quotations(text, sentences(text))
        if len(parts) < 2:
            return
        for part in parts:
            span = Span(piece.span.start + part.start, piece.span.start + part.end)
            inner = Piece(piece.subject, span)
            reading.parts.setdefault(piece, []).append(inner)
            reading.add_alone(inner)

    def _report(
        self,
        number: int,
        subject: Subject,
        reading: Pieces,
        worst: Sequence[Mapping[tuple[Span, str], float]],
        context: Context,
    ) -> CheckReport:
        top: dict[str, float] = {}
        findings: dict[tuple[int, int, str], Finding] = {}
        for version in reading.versions(number):
            for found in reading.own(version).values():
                for label, score in found.items():
                    top[label] = max(top.get(label, 0.0), score)
            for (span, label), score in worst[version].items():
                top[label] = max(top.get(label, 0.0), score)
                place = _trimmed(subject.text, reading.folded[version], span)
                detail = reading.detail(Piece(version, span), label) if score >= FLAGGED else {}
                one = Finding(self.id, label, round(score, 6), *place, detail=detail)
                known = findings.setdefault((*place, label), one)
                if known.score < one.score:
                    findings[*place, label] = one
        read = (piece.span for piece in reading.own(number))
        coverage = _coverage(read, reading.folded[number], len(subject.text))
        complete = is_complete(coverage, len(subject.text))
        return self.report(
            subject,
            context,
            findings=[findings[key] for key in sorted(findings)],
            coverage=coverage,
            scores={label: round(score, 6) for label, score in top.items()},
            status=Status.OK if complete else Status.INCOMPLETE,
            error="" if complete else "some windows did not fit the guard",
        )


def _on_sentences(
    found: Mapping[Piece, Mapping[str, float]], reading: Pieces, floor: float
) -> dict[tuple[Span, str], float]:
    """Findings by place. A window's score goes to its worst sentence, so that none gets lost.

    A sentence that says worse alone raises that score: clean ones around it excuse little. Other
    sentences that flag by themselves are shown, too, no worse than this.
    """
    best: dict[tuple[Span, str], float] = {}
    for piece, window in found.items():
        parts = [p for p in reading.parts.get(piece, ()) if p in reading.scores] or [piece]
        for label, whole in window.items():
            alone = {part: reading.scores[part].get(label, 0.0) for part in parts}
            worst = max(parts, key=lambda part: alone[part])
            score = raised(whole, alone[worst])
            if score < floor:
                continue
            for part in parts:
                if part == worst or alone[part] >= max(floor, FLAGGED):
                    shown = score if part == worst else min(score, alone[part])
                    best[part.span, label] = max(best.get((part.span, label), 0.0), shown)
    return best


def raised(window: float, alone: float) -> float:
    """A window's score with what its worst sentence says alone."""
    if alone <= window:
        return window
    drawn = score_of(odds_of(window) + ALONE * (odds_of(alone) - odds_of(window)))
    return max(window, min(alone, drawn))


def _trimmed(text: str, folded: Folded, span: Span) -> tuple[int, int]:
    """The original range of ``span`` without white space at its ends."""
    place = folded.to_original(span.start, span.end)
    part = text[place.start : place.end]
    start = place.start + len(part) - len(part.lstrip())
    return start, max(start, place.end - (len(part) - len(part.rstrip())))


def _coverage(read: Iterable[Span], folded: Folded, length: int) -> tuple[Span, ...]:
    """What was read, in the original; characters that fold to nothing count with their place.

    The fold itself read them: between two neighbouring folded characters nothing else can be.
    """
    parts = []
    for span in union(read):
        start = 0 if span.start == 0 else folded.starts[span.start]
        end = length if span.end >= len(folded.text) else folded.starts[span.end]
        parts.append(Span(start, max(start, end)))
    if not folded.text and length:
        parts = [Span(0, length)]
    return union(parts)
