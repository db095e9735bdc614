"""What every command shares: options, output, progress, and the project it works in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aigc_guard.config import Config, load_config
from aigc_guard.errors import ConfigError, GuardError, LocatedError
from aigc_guard.i18n import spoken, translate
from aigc_guard.records import CheckReport, Outcome, Reason, Status

if TYPE_CHECKING:
    from aigc_guard.audit.wordings import TrueWording

RELEASABLE, HELD, USAGE, POLICY_INVALID, CHECK_FAILED = range(5)


class Format(StrEnum):
    """How data is written to stdout."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[
    Format, typer.Option("--format", help="text for people, json for programs")
]


class _Where:
    """The folder the command works in (``--project``), and nothing else."""

    start: Path | None = None


def work_in(start: Path | None) -> None:
    """Look for the project folder from ``start`` instead of the present folder."""
    _Where.start = start
    project_config.cache_clear()


@cache
def project_config(*, required: bool = True) -> Config:
    """The configuration of the project folder."""
    return load_config(_Where.start, required=required)


def language() -> str:
    """The language of messages; English where there is no usable configuration."""
    try:
        return project_config(required=False).language
    except ConfigError:
        return "en"


def tell(message: str, /, **values: object) -> str:
    """``message`` in the configured language."""
    return translate(message, language(), **values)


def say(text: str) -> None:
    """One line of data on stdout."""
    sys.stdout.write(text + "\n")


def remark(text: str) -> None:
    """One line for the person on stderr."""
    sys.stderr.write(text + "\n")


def say_json(data: Any) -> None:
    """Data for programs on stdout."""
    say(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


def say_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns padded to their width; wide characters count twice."""
    cells = [[str(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(headers))]
    for row in cells:
        padded = (
            text + " " * (wide - _width(text)) for text, wide in zip(row, widths, strict=True)
        )
        say("  ".join(padded).rstrip())


def print_error(error: GuardError) -> None:
    """Message and mend on stderr."""
    where = f"{error.location}: " if isinstance(error, LocatedError) else ""
    remark(tell("error: {message}", message=f"{where}{spoken(error.message, language())}"))
    if isinstance(error, LocatedError) and error.quoted:
        remark(f"    {error.quoted}")
    if error.hint:
        remark(tell("  mend: {hint}", hint=spoken(error.hint, language())))


def height(reason: Reason, digits: int = 2) -> str:
    """What was measured, as its limit is written: a value of the check's own, else the score."""
    return f"{reason.score:.{digits}f}" if reason.value is None else f"{reason.value:g}"


def say_wording(wordings: Iterable[TrueWording], reason: Reason) -> None:
    """One more line where ``reason`` is about an altered quotation: what the brief says."""
    own = next((one for one in wordings if one.is_about(reason)), None)
    if own is None:
        return
    from aigc_guard.audit.passages import visible
    from aigc_guard.audit.report_html import part_name

    if own.words is None:
        say(
            "    "
            + tell("The true wording is not shown: nobody could look for personal values in it.")
        )
        return
    part = part_name(own.part, language())
    words = visible(" ".join(own.words.split()))
    say(
        "    "
        + tell("The brief says ({part} {number}):", part=part, number=own.number)
        + f" {words}"
    )


def exit_code(outcomes: Sequence[Outcome], *, unverified: bool) -> int:
    """4 when a check could not run, else 1 when something is not released as it is, else 0."""
    if unverified:
        return CHECK_FAILED
    return HELD if any(outcome is not Outcome.RELEASE for outcome in outcomes) else RELEASABLE


def could_not_run(reports: Sequence[CheckReport]) -> bool:
    """Whether a check failed on the text or left part of it unread."""
    return any(report.status in (Status.FAILED, Status.INCOMPLETE) for report in reports)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """An observer ``(step, done, total)`` that draws bars on stderr when a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _step, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    tasks: dict[str, Any] = {}
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:

        def observe(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield observe


def _width(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
