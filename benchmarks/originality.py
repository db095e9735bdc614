"""How long a draft takes to be compared with an index of 100 MB of texts.

``python benchmarks/originality.py [--megabytes 100] [--drafts 200]`` writes a folder of synthetic
texts, builds the index by ``aigc-guard index build``, and asks the check about drafts of 120 words,
half of which copy 25 words of an indexed text. It prints the milliseconds a draft, and the ratio to
an index of a hundredth of the texts. Exit code 1 when a copied run is missed, a clean draft is
flagged, or a draft takes ten milliseconds and more in the median.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.originality import OriginalityCheck, OriginalitySettings
from aigc_guard.records import CheckReport, sha256_text

SEED = 20261129
BOUND = 10.0
FILE = 1_000_000  # characters of a file
COPIED, LONG = 25, 120
_LETTERS = "bacedifoguhakilomuneparisotuvawexoyizaelorun"
SYLLABLES = [_LETTERS[at : at + 2] for at in range(0, len(_LETTERS), 2)]


def vocabulary(draw: random.Random, count: int = 30_000) -> list[str]:
    """Invented words."""
    return ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(count)]


def words(draw: random.Random, known: list[str], count: int) -> list[str]:
    """Words of which few are frequent, as in real texts."""
    return [known[int(len(known) * draw.random() ** 3)] for _ in range(count)]


def write_folder(folder: Path, megabytes: float, known: list[str], seed: int) -> list[list[str]]:
    """Files of texts, together of that size; gives 60 words of each file back."""
    folder.mkdir()
    kept = []
    for number in range(max(1, round(megabytes * 1e6 / FILE))):
        draw = random.Random(f"{seed} {number}")
        size, lines = 0, []
        while size < min(FILE, megabytes * 1e6):
            lines.append(" ".join(words(draw, known, 400)))
            size += len(lines[-1]) + 2
        (folder / f"{number:04}.txt").write_text("\n\n".join(lines), encoding="ascii")
        kept.append(draw.choice(lines).split()[100:160])
    return kept


def built(folder: Path) -> Path:
    """The index, made by the command."""
    out = folder.with_suffix(".index")
    command = [sys.executable, "-m", "aigc_guard.cli", "index", "build", str(folder), "--out", out]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return out


def drafts(kept: list[list[str]], known: list[str], count: int) -> Iterator[tuple[bool, str]]:
    """(whether it copies, draft): every other one holds ``COPIED`` words of an indexed text."""
    draw = random.Random(SEED + 1)
    for number in range(count):
        own = words(draw, known, LONG)
        if number % 2:
            own[40 : 40 + COPIED] = draw.choice(kept)[:COPIED]
        yield bool(number % 2), " ".join(own)


def asked(index: Path, given: list[tuple[bool, str]]) -> tuple[list[float], int]:
    """Milliseconds of each draft, and how many answers were wrong."""
    settings = OriginalitySettings.model_validate(
        {"index": index.name, "training_texts": False}, context={"folder": index.parent}
    )
    check = OriginalityCheck(settings)
    _one(check, "opened before the clock starts")
    taken, wrong = [], 0
    for copies, text in given:
        began = time.perf_counter()
        report = _one(check, text)
        taken.append(1e3 * (time.perf_counter() - began))
        runs = [one.value for one in report.findings if one.label == "copied_run"]
        wrong += not (len(runs) == 1 and runs[0] >= COPIED) if copies else bool(runs)
    return taken, wrong


def _one(check: OriginalityCheck, text: str) -> CheckReport:
    (report,) = check.measure([Subject(text, sha256_text(text))], Context())
    if report.error:
        raise SystemExit(report.error)
    return report


def main() -> int:
    """Print the table; see the module for the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=float, default=100.0)
    parser.add_argument("--drafts", type=int, default=200)
    given = parser.parse_args()
    known = vocabulary(random.Random(SEED))
    medians, failed = [], False
    print(f"{'texts':>8}{'index':>10}{'built in':>10}{'a draft':>11}{'slowest':>11}  wrong")
    with tempfile.TemporaryDirectory() as place:
        for megabytes in (given.megabytes / 100, given.megabytes):
            folder = Path(place) / f"{megabytes:g}"
            kept = write_folder(folder, megabytes, known, SEED)
            began = time.perf_counter()
            index = built(folder)
            minutes = time.perf_counter() - began
            taken, wrong = asked(index, list(drafts(kept, known, given.drafts)))
            medians.append(statistics.median(taken))
            failed |= wrong > 0 or medians[-1] >= BOUND
            print(
                f"{megabytes:>5g} MB{index.stat().st_size / 1e6:>7.1f} MB{minutes:>8.1f} s"
                f"{medians[-1]:>8.2f} ms{max(taken):>8.2f} ms{wrong:>7}"
            )
    print(f"a hundred times the texts: {medians[1] / medians[0]:.2f} times as long a draft")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
