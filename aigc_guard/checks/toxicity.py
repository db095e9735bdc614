"""``toxicity``: insults, threats, obscenity and attacks on groups, sentence by sentence.

Detoxify cuts long inputs silently, so the text is read in windows that are known to fit, each by
the guard of its script, and a flagged window is narrowed to the sentence that flags it. The words
that flag by themselves stand in the finding's detail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from aigc_guard.checks.causes import FLAGGED, causes, words, written
from aigc_guard.checks.exchanged import read_exchanged, read_plain
from aigc_guard.checks.guard import Guard, guard_of
from aigc_guard.checks.guard_folder import digest_of_models, folder_of
from aigc_guard.checks.guard_windows import LANGUAGES, guard_windows, languages_of
from aigc_guard.checks.interface import Check, Context, Example, Settings, Subject
from aigc_guard.checks.odds import odds_of, score_of
from aigc_guard.hanzi import join_halves, simplify
from aigc_guard.quotes import cut_at_quotations
from aigc_guard.records import CheckReport, Finding, Span, Status
from aigc_guard.text import Folded, fold, is_complete, sentences, union

ALONE = 0.25
"""How much of the way to its worst sentence's log odds a window's go. Chosen on the dev split:
of bad sentences among a draft's clean ones .877 flag instead of .830, no more clean drafts do, and
comments are told apart nearly as well; with all of the way .910, and .009 less of their AUC."""
_SPLIT_TO_HIDE = frozenset("妈婊妓骚贱操肏屄屌屎屁嫖娼淫滚狗猪残障骗强枪杂蠢臭")
"""Offensive characters that are written in halves; their halves hardly meet by chance."""


class ToxicitySettings(Settings):
    """Which guards read, and from which score on a sentence is reported."""

    model: str = Field("guard-en", description="lock entry that reads Latin script")
    model_zh: str = Field("guard-zh", description="lock entry that reads Chinese script")
    floor: float = Field(0.2, ge=0.0, le=1.0, description="lowest score that makes a finding")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of folded characters of one subject."""

    subject: int
    span: Span


class ToxicityCheck(Check):
    """Scores every sentence window with Detoxify; 0-1 per label, 0.5 the best single cut."""

    id: ClassVar[str] = "toxicity"
    version: ClassVar[str] = "6"
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

    def model_digest(self, context: Context) -> str:
        """Digest over both guards: a changed one makes a new measurement."""
        return digest_of_models(context, (self._own.model, self._own.model_zh))

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; raises ModelUnavailable when a needed guard is not installed."""
        reading = _Reading([fold(subject.text) for subject in subjects], self._own, context)
        for number, text in enumerate(reading.folded):
            for span, languages in guard_windows(text.text, reading.guard, reading.known):
                piece = _Piece(number, span)
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
                reading.read_words(_Piece(number, span))
        reading.score()
        return [
            self._report(number, subject, reading, worst, context)
            for number, subject in enumerate(subjects)
        ]

    def _narrow(self, piece: _Piece, reading: _Reading) -> None:
        """Have each sentence of a flagged window read alone, quoted words apart from our own."""
        text = reading.text_of(piece.subject, piece.span)
        parts = cut_at_quotations(text, sentences(text))
        if len(parts) < 2:
            return
        for part in parts:
            span = Span(piece.span.start + part.start, piece.span.start + part.end)
            inner = _Piece(piece.subject, span)
            reading.parts.setdefault(piece, []).append(inner)
            reading.add_alone(inner)

    def _report(
        self,
        number: int,
        subject: Subject,
        reading: _Reading,
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
                detail = reading.detail(_Piece(version, span), label) if score >= FLAGGED else {}
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


class _Reading:
    """The pieces of a batch, what waits to be read, and what was read."""

    def __init__(
        self, folded: Sequence[Folded], settings: ToxicitySettings, context: Context
    ) -> None:
        deeper = {number: deep for number, one in enumerate(folded) if (deep := _deeper(one))}
        self._deeper = {number: len(folded) + place for place, number in enumerate(deeper)}
        self.folded = [*folded, *deeper.values()]
        self.known = LANGUAGES if settings.model_zh else LANGUAGES[:1]
        self.guards: dict[str, Guard] = {}
        self.scores: dict[_Piece, dict[str, float]] = {}
        self.windows: list[list[_Piece]] = [[] for _ in self.folded]
        self.parts: dict[_Piece, list[_Piece]] = {}
        self._models = {"en": settings.model, "zh": settings.model_zh}
        self._context = context
        self._waiting: dict[str, list[_Piece]] = {}

    def guard(self, language: str) -> Guard:
        """The guard that reads ``language``, loaded at its first use."""
        if language not in self.guards:
            self.guards[language] = guard_of(folder_of(self._context, self._models[language]))
        return self.guards[language]

    def versions(self, subject: int) -> tuple[int, ...]:
        """The numbers under which a subject is read: as it is, and with its characters undone."""
        deeper = self._deeper.get(subject)
        return (subject,) if deeper is None else (subject, deeper)

    def text_of(self, subject: int, span: Span) -> str:
        """Folded characters of one subject."""
        return self.folded[subject].text[span.start : span.end]

    def own(self, subject: int) -> dict[_Piece, Mapping[str, float]]:
        """The windows of one subject that were read, with their scores."""
        return {p: self.scores[p] for p in self.windows[subject] if p in self.scores}

    def add_alone(self, piece: _Piece) -> None:
        """Let a part of a window wait for the guards of its script, unless it was read before."""
        if piece not in self.scores:
            inside = languages_of(self.text_of(piece.subject, piece.span), self.known)
            self.add(piece, [name for name in inside if name in self.guards])

    def read_words(self, piece: _Piece) -> None:
        """Have each word of a flagged sentence read alone."""
        for span in words(self.folded[piece.subject].text, piece.span):
            self.add_alone(_Piece(piece.subject, span))

    def detail(self, piece: _Piece, label: str) -> dict[str, str]:
        """Where in the original the words stand that flag by themselves."""
        folded = self.folded[piece.subject]
        read = [
            (span, self.scores[alone])
            for span in words(folded.text, piece.span)
            if (alone := _Piece(piece.subject, span)) in self.scores
        ]
        places = [folded.to_original(span.start, span.end) for span in causes(read, label)]
        return {"words": written(places)} if places else {}

    def add(self, piece: _Piece, languages: Iterable[str]) -> None:
        """Let ``piece`` wait for each of the guards."""
        for language in languages:
            self._waiting.setdefault(language, []).append(piece)

    def score(self) -> None:
        """Read everything that waits; the strictest guard's score stands.

        A window that is longer than announced is left out, so that coverage shows the gap.
        """
        waiting, self._waiting = self._waiting, {}
        for language, pieces in waiting.items():
            texts = [self.text_of(piece.subject, piece.span) for piece in pieces]
            guard = self.guard(language)
            read = read_exchanged(guard, texts) if language == "en" else read_plain(guard, texts)
            for piece, found in zip(pieces, read, strict=True):
                if found is None:
                    continue
                known = self.scores.setdefault(piece, {})
                for label, score in found.items():
                    known[label] = max(known.get(label, 0.0), score)


def _deeper(folded: Folded) -> Folded | None:
    """The text in simplified characters, offensive ones in halves put together; None if the same.

    Read beside the plain folding, which the guards have learned from: the stricter reading stands.
    """
    deep = join_halves(simplify(folded), _SPLIT_TO_HIDE)
    return None if deep.text == folded.text else deep


def _on_sentences(
    found: Mapping[_Piece, Mapping[str, float]], reading: _Reading, floor: float
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
