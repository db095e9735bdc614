"""Checking a text for toxicity and personal data: text by text as the field does, and ours.

``python benchmarks/checking.py [--texts FILE.jsonl] [--count 96] [--rounds 3]``. The field's way is
``Detoxify.predict`` and presidio's ``AnalyzerEngine.analyze`` on each text, one after the other,
with the same weights and the same recognizers; the names model behind presidio goes through its own
pass, as any recognizer's model does. Ours are the two checks as a run calls them. Each way has a
process of its own; their rounds alternate and medians are taken, so that another program on the
machine slows both. What both find in the same windows is compared before anything is timed: it has
to be equal. The field's way is timed on whole texts, as it is used. Ours also names the sentence
and the words that flag, and that is in its time.

Texts are made on the spot; FILE holds lines ``{"text": ...}`` to use instead.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from guard import SIDE, operations_per_token, seconds_of

from aigc_guard.checks.guard import guard_of, window_of
from aigc_guard.checks.guard_folder import count_tokens, detoxify, fresh_detoxify, read_config
from aigc_guard.checks.guard_windows import LANGUAGES, forget_windows, guard_windows
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.pii import PiiCheck, PiiSettings
from aigc_guard.checks.pii.check import NAMES, settle
from aigc_guard.checks.pii.names import NamesReader
from aigc_guard.checks.pii.recognizers import Namer, presidio_engine
from aigc_guard.checks.runner import measure_all
from aigc_guard.checks.toxicity import ToxicityCheck, ToxicitySettings, raised
from aigc_guard.config import load_config
from aigc_guard.errors import GuardError
from aigc_guard.folding import forget_folded
from aigc_guard.models import ModelStore
from aigc_guard.quotes import cut_at_quotations
from aigc_guard.records import CheckReport, Finding, sha256_text
from aigc_guard.text import fold, reveal, sentences

MODEL = "guard-en"
TOLERANCE = 1e-3
FLOORS = {"short": 5.0, "drafts": 3.0}
SENTENCES = (
    "The council in {place} approved the plan for the new library on Tuesday.",
    "{person} of {firm} said the work would begin in spring.",
    "Residents asked about costs, noise, parking and trees.",
    "Write to {mail} if you want to take part.",
    "The lamp costs {n} dollars and weighs {m} kg.",
    "Customers praised the battery, which lasts {n} hours on one charge.",
    "The parties agree that the fee is due within {n} days of the notice.",
    "Call {phone} for an appointment before the end of the month.",
    "It was a quiet evening, and nobody had expected more than that.",
    "The report names {m} reasons for the delay and gives no date.",
)
ABUSE = "You are a stupid idiot and nobody likes you."
PLACES = ("Leeds", "Boston", "Manchester", "Dublin", "Chicago")
PEOPLE = ("Maria Lopez", "John Carter", "Aisha Khan", "Peter Novak", "Emma Reed")
FIRMS = ("Northwind Traders", "Acme Tools", "Harbor Bank", "Blue Ridge Foods")


@dataclass(frozen=True)
class Found:
    """What one way says of one text: score per toxicity label; label and place per value."""

    toxicity: dict[str, float]
    values: dict[tuple[str, int, int], float]

    def differs(self, other: Found) -> bool:
        """Whether labels, places or a score beyond the tolerance differ."""
        if (
            self.toxicity.keys() != other.toxicity.keys()
            or self.values.keys() != other.values.keys()
        ):
            return True
        own = [*self.toxicity.values(), *(self.values[key] for key in sorted(self.values))]
        theirs = [other.toxicity[key] for key in self.toxicity]
        theirs += [other.values[key] for key in sorted(self.values)]
        return any(abs(a - b) > TOLERANCE for a, b in zip(own, theirs, strict=True))


def made_texts(count: int, sentences: tuple[int, int], seed: int) -> list[str]:
    """Texts of so many sentences, all different; every twentieth holds an insult."""
    draw = random.Random(seed)

    def sentence() -> str:
        number = draw.randrange(100, 1000)
        return draw.choice(SENTENCES).format(
            place=draw.choice(PLACES), person=draw.choice(PEOPLE), firm=draw.choice(FIRMS),
            mail=f"desk{number}@example.org", phone=f"(212) 555-01{number % 100:02}",
            n=number, m=draw.randrange(2, 90),
        )  # fmt: skip

    texts: set[str] = set()
    while len(texts) < count:
        parts = [sentence() for _ in range(draw.randint(*sentences))]
        if len(texts) % 20 == 19:
            parts[-1] = ABUSE
        texts.add(" ".join(parts))
    return sorted(texts, key=lambda text: sha256_text(text))


@dataclass(frozen=True)
class Windowed:
    """What windows are cut for; a guard would bring its thread, and OpenMP a second team for it."""

    tokenizer: Any
    window: int


@dataclass
class Field:
    """One text after the other, each model and each recognizer by itself."""

    folder: Path
    engine: Any = field(init=False)

    def __post_init__(self) -> None:
        self.engine = presidio_engine(Namer({"en": NamesReader.of_classifier(self.folder)}))

    def read(self, texts: Sequence[str]) -> list[tuple[dict[str, float], list[Any]]]:
        """Scores and presidio's results of each text."""
        model = detoxify(self.folder)
        return [
            (model.predict(fold(text).text), self.engine.analyze(reveal(text).text, language="en"))
            for text in texts
        ]

    def windowed(self, text: str) -> dict[str, float]:
        """The highest scores of the pieces that a run reads: longer texts score otherwise."""
        folded = fold(text).text
        own = Windowed(detoxify(self.folder).tokenizer, window_of(self.folder))
        (spans,) = guard_windows([folded], lambda _: own, LANGUAGES[:1])
        read = [self.piece(folded[span.start : span.end]) for span, _ in spans]
        return {label: max(float(one[label]) for one in read) for label in read[0]}

    def piece(self, window: str) -> dict[str, float]:
        """A window's scores, raised by its sentences where it may flag."""
        model, floor = detoxify(self.folder), ToxicitySettings().floor
        whole: dict[str, float] = model.predict(window)
        parts = cut_at_quotations(window, sentences(window))
        if max(whole.values()) < floor or len(parts) < 2:
            return whole
        alone = [model.predict(window[part.start : part.end]) for part in parts]
        higher = {label: raised(whole[label], max(one[label] for one in alone)) for label in whole}
        return {label: own if own >= floor else whole[label] for label, own in higher.items()}

    def found(self, texts: Sequence[str]) -> Iterator[Found]:
        """The findings of the same windows, in the terms of a report."""
        settings = PiiSettings()
        results_of = (self.engine.analyze(reveal(text).text, language="en") for text in texts)
        for text, results in zip(texts, results_of, strict=True):
            scores = self.windowed(text)
            plain = reveal(text)
            findings = [
                Finding("pii", one.entity_type, float(one.score), place.start, place.end)
                for one in results
                for place in (plain.to_original(one.start, one.end),)
                if one.score
                >= (settings.names_floor if one.entity_type in NAMES else settings.floor)
            ]
            yield Found({k: float(v) for k, v in scores.items()}, _values(settle(findings)))


@dataclass
class Ours:
    """Both checks over all texts at once, as a run measures them."""

    context: Context
    folder: Path

    def read(self, texts: Sequence[str]) -> tuple[Sequence[CheckReport], ...]:
        """The reports of both checks."""
        guard_of(self.folder).forget()  # else it knows the answers of the round before
        forget_folded()
        forget_windows()
        subjects = [Subject(text, sha256_text(text)) for text in texts]
        checks = [
            (ToxicityCheck(ToxicitySettings(model_zh="")), subjects),
            (PiiCheck(PiiSettings(model_zh="")), subjects),
        ]
        return tuple(m.reports for m in measure_all(checks, self.context, seconds=600))

    def found(self, texts: Sequence[str]) -> Iterator[Found]:
        """The same in the terms of the comparison."""
        for toxic, personal in zip(*self.read(texts), strict=True):
            yield Found(dict(toxic.scores), _values(personal.findings))


def _values(findings: Sequence[Finding]) -> dict[tuple[str, int, int], float]:
    return {(f.label, f.start, f.end): f.score for f in findings}


@dataclass
class Apart:
    """One of the ways in a process of its own, where it is alone, as it is used.

    In one process OpenMP would keep a team of threads for the thread of each, and these wait less
    eagerly as soon as there are more of them than cores.
    """

    make: Callable[[], Field | Ours]
    pool: ProcessPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.pool = ProcessPoolExecutor(1, get_context("spawn"), _begin, (self.make,))

    def found(self, texts: Sequence[str]) -> list[Found]:
        """The findings; warms up, too."""
        return self.pool.submit(_found, texts).result()

    def seconds(self, texts: Sequence[str]) -> float:
        """How long all ``texts`` take."""
        return self.pool.submit(_seconds, texts).result()


_here: list[Field | Ours] = []
"""The way of this process."""


def _begin(make: Callable[[], Field | Ours]) -> None:
    _here.append(make())


def _found(texts: Sequence[str]) -> list[Found]:
    return list(_here[0].found(texts))


def _seconds(texts: Sequence[str]) -> float:
    return seconds_of(lambda: _here[0].read(texts))


def make_field() -> Field:
    """The field's way over the shipped guard."""
    return Field(ModelStore(load_config().models).folder_of(MODEL))


def make_ours() -> Ours:
    """Our way over the same."""
    store = ModelStore(load_config().models)
    return Ours(Context(models=store.facts(), model_loader=store), store.folder_of(MODEL))


def compare(
    ways: tuple[Apart, Apart], texts: Sequence[str], rounds: int
) -> tuple[list[float], list[float], int]:
    """Milliseconds per text of both ways, a value a round, and how many texts' findings differ."""
    one, other = (way.found(texts) for way in ways)
    differing = sum(a.differs(b) for a, b in zip(one, other, strict=True))
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for own, way in zip(times, ways, strict=True):
            own.append(1e3 * way.seconds(texts) / len(texts))
    return *times, differing


def int8_change(folder: Path, texts: Sequence[str]) -> tuple[float, float, float]:
    """(times the float32 pass, largest and mean change of a score) of dynamic int8 products."""
    import torch

    model = fresh_detoxify(folder)
    exact = model.model
    small = torch.ao.quantization.quantize_dynamic(exact, {torch.nn.Linear}, dtype=torch.qint8)
    batches = [list(texts[at : at + 32]) for at in range(0, len(texts), 32)]

    def read(own: Any) -> list[float]:
        model.model = own
        return [v for batch in batches for column in model.predict(batch).values() for v in column]

    try:
        scores, changed = read(exact), read(small)
        pairs = [
            (seconds_of(lambda: read(exact)), seconds_of(lambda: read(small))) for _ in range(3)
        ]
    finally:
        model.model = exact
    change = [abs(a - b) for a, b in zip(scores, changed, strict=True)]
    gain = statistics.median(a / b for a, b in pairs)
    return gain, max(change), statistics.mean(change)


def roofline(folder: Path, texts: Sequence[str], milliseconds: float) -> float:
    """Share of this machine's float32 product rate that the whole of ours reaches."""
    import torch

    config = read_config(folder)
    sizes = [n + 2 for n in count_tokens(detoxify(folder).tokenizer, [fold(t).text for t in texts])]
    work = sum(size * operations_per_token(config, size) for size in sizes)
    left, right = torch.rand(SIDE, SIDE), torch.rand(SIDE, SIDE)
    torch.mm(left, right)
    best = statistics.median(seconds_of(lambda: torch.mm(left, right)) for _ in range(15))
    return work / (milliseconds / 1e3 * len(texts)) / (2 * SIDE**3 / best)


def sets_of(given: argparse.Namespace) -> dict[str, list[str]]:
    """The texts by name."""
    if given.texts:
        lines = given.texts.read_text(encoding="utf-8").splitlines()
        return {given.texts.stem: [json.loads(line)["text"] for line in lines if line.strip()]}
    return {
        "short": made_texts(given.count, (1, 2), 7),
        "drafts": made_texts(max(20, given.count // 3), (9, 11), 8),
    }


def main() -> int:
    """Print the table; 1 when findings differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", type=Path, help="JSONL file with a `text` per line")
    parser.add_argument("--count", type=int, default=96, help="texts; a third as many drafts")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    try:
        folder = ModelStore(load_config().models).folder_of(MODEL)
    except GuardError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    import torch

    ways = (Apart(make_field), Apart(make_ours))
    print(f"{MODEL}, float32, {torch.get_num_threads()} threads, median of {given.rounds} rounds")
    print(f"{'texts':<10}{'tokens':>8}{'field':>12}{'ours':>12}{'times':>8}{'roofline':>10}  floor")
    wrong = 0
    for name, texts in sets_of(given).items():
        began = time.perf_counter()
        field_ms, ours_ms, differing = compare(ways, texts, given.rounds)
        wrong += differing
        slow, fast = statistics.median(field_ms), statistics.median(ours_ms)
        sizes = count_tokens(detoxify(folder).tokenizer, texts)
        times = statistics.median(a / b for a, b in zip(field_ms, ours_ms, strict=True))
        print(
            f"{name:<10}{statistics.mean(sizes):>8.0f}{slow:>9.2f} ms{fast:>9.2f} ms{times:>8.2f}"
            f"{roofline(folder, texts, fast):>10.0%}  {FLOORS.get(name, 0.0):g}"
        )
        print(f"{name}: findings differ on {differing} of {len(texts)} texts", file=sys.stderr)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    gain, most, mean = int8_change(folder, made_texts(given.count, (1, 2), 7))
    print(f"int8 products: {gain:.2f} times the pass; scores change by {most:.4f} at most,")
    print(f"{mean:.5f} in the mean. Not used: decisions stay those of the weights as measured.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
