"""``python -m aigc_guard.training.quality DATA``: measure, then write page, cards and lock.

What one part measured is kept, so that a command that was stopped goes on where it stood.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from aigc_guard.config import Config, load_config
from aigc_guard.errors import ConfigError, GuardError, ModelUnavailable
from aigc_guard.kinds import load_kinds
from aigc_guard.models import ModelStore
from aigc_guard.records import digest_of
from aigc_guard.training.quality.baseline import FILE, read_baseline
from aigc_guard.training.quality.cards import from_card, write_figures
from aigc_guard.training.quality.drafts import sample_drafts
from aigc_guard.training.quality.page import Measured, render
from aigc_guard.training.quality.parts import (
    PARTS,
    Order,
    Part,
    chosen_parts,
    digest_of_part,
    missing_data,
)


def say(text: str) -> None:
    """Progress goes to stderr."""
    print(text, file=sys.stderr, flush=True)


def check_data(data: Path, parts: Sequence[Part]) -> None:
    """Raise ConfigError naming every file that is not there."""
    absent = missing_data(data, parts)
    if absent:
        raise ConfigError(
            f"{data} lacks {len(absent)} of the data files: {', '.join(absent)}",
            hint="give the data folder: make quality DATA=DIR",
        )


class Kept:
    """Results of earlier commands: another model or another limit is another result."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit

    def path(self, part: str, digest: str) -> Path:
        """Where a part's result lies."""
        return self.folder / f"{part}.{digest[:12]}.{self.limit}.json"

    def read(self, part: str, digest: str) -> Any:
        """The kept result; None when there is none."""
        path = self.path(part, digest)
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None

    def write(self, part: str, digest: str, result: Any) -> Any:
        """Keep a result, whole or not at all, and hand it on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path(part, digest)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(result, indent=1), encoding="utf-8")
        partial.replace(path)
        return result


def measure(
    parts: Sequence[Part], models: ModelStore, config: Config, data: Path, kept: Kept
) -> dict[str, Mapping[str, Any]]:
    """Measure each of ``parts`` or read what was kept of it; of the others only the latter."""
    results: dict[str, Mapping[str, Any]] = {}
    for part in PARTS:
        digest = digest_of_part(part, models)
        if digest is None:
            continue
        found = kept.read(part.name, digest)
        if found is None and part in parts:
            say(f"{part.name} …")
            began = time.monotonic()
            folder = models.folder_of(part.model) if part.model else models.folder
            order = Order(data, folder, kept.limit, config.kinds)
            found = kept.write(part.name, digest, part.measure(order))
            say(f"{part.name}: {time.monotonic() - began:.0f} s")
        if found is not None:
            results[part.name] = found
    return results


def drafts_of(config: Config, models: ModelStore, each: int, kept: Kept) -> dict[str, Any]:
    """Sample drafts by the models as they are; kept, too."""
    if not each:
        return {}
    digest = digest_of([entry.digest for entry in models.entries.values()])
    found = kept.read(f"drafts-{each}", digest)
    if found is None:
        say(f"{each} drafts of each kind …")
        drafts = sample_drafts(config, load_kinds(config.kinds), models, each=each)
        found = kept.write(f"drafts-{each}", digest, drafts)
    return dict(found)


def said_by_cards(models: ModelStore) -> dict[str, Mapping[str, Any]]:
    """The figures that the models' own cards carry."""
    found = {p.name: from_card(models, p.model, p.name) for p in PARTS if p.model in models.entries}
    return {name: result for name, result in found.items() if result}


def wanted_parts(given: argparse.Namespace, models: ModelStore) -> tuple[Part, ...]:
    """The parts to measure; their data must be there, and one of their models."""
    if given.data is None:
        raise ConfigError("the data folder is missing", hint="make quality DATA=DIR")
    parts = chosen_parts(given.parts)
    check_data(given.data, parts)
    for name in sorted({part.model for part in parts} - {"", *models.entries}):
        say(f"{name} is not in models.lock: its figures stay unmeasured")
    locked = tuple(part for part in parts if not part.model or part.model in models.entries)
    if not locked:
        raise ModelUnavailable(
            f"none of the measured models is in {models.folder}/models.lock",
            hint="add one: aigc-guard models add models/guard-en",
        )
    return locked


def run(given: argparse.Namespace) -> Path:
    """The whole command; returns the page's path."""
    config = load_config()
    models = ModelStore(config.models)
    kept = Kept(given.keep or config.root / "state/quality", given.limit)
    if given.from_cards:
        results = said_by_cards(models)
    else:
        results = measure(wanted_parts(given, models), models, config, given.data, kept)
    drafts = drafts_of(config, models, given.drafts, kept)
    local = {name: entry for name, entry in models.entries.items() if not entry.remote}
    sizes = {
        name: sum((models.path_of(e) / file).stat().st_size for file in e.files) / 1e6
        for name, e in local.items()
    }
    digests = {name: entry.digest for name, entry in local.items()}
    limit = 0 if given.from_cards else given.limit
    baseline = read_baseline(config.root / FILE)
    measured = Measured(date.today().isoformat(), limit, results, digests, sizes, drafts, baseline)
    page: Path = given.out or config.root / "docs/quality.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render(measured), encoding="utf-8")
    leave = given.no_cards or given.from_cards
    for path in [] if leave else write_figures(models, results, given.limit):
        say(f"figures written to {path}")
    return page


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: see ``--help``. Exit code 2 when data is missing."""
    parser = argparse.ArgumentParser(prog="python -m aigc_guard.training.quality")
    parser.add_argument("data", type=Path, nargs="?", help="folder with the data")
    parser.add_argument(
        "parts", nargs="*", help="parts by the beginning of their name; default all"
    )
    parser.add_argument("--limit", type=int, default=1500, help="texts per source at most")
    parser.add_argument("--drafts", type=int, default=10, help="drafts of each kind; 0 for none")
    parser.add_argument("--out", type=Path, help="page to write (docs/quality.md)")
    parser.add_argument("--keep", type=Path, help="folder of kept results (state/quality)")
    parser.add_argument(
        "--from-cards", action="store_true", help="measure nothing: show what the cards say"
    )
    parser.add_argument("--no-cards", action="store_true", help="leave cards and lock as they are")
    try:
        print(run(parser.parse_args(argv)))
    except GuardError as error:
        say(str(error))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
