"""``aigc-guard check`` and ``measure``: finished texts, judged under a policy or only measured."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from aigc_guard.cli.console import (
    CHECK_FAILED,
    RELEASABLE,
    Format,
    FormatOption,
    exit_code,
    height,
    language,
    project_config,
    say,
    say_json,
    say_wording,
    tell,
)
from aigc_guard.errors import BriefError, ConfigError, said
from aigc_guard.i18n import pick

if TYPE_CHECKING:
    from aigc_guard.pipeline.checking import Judgement
    from aigc_guard.pipeline.project import Project

MEASURE_BATCH = 256


def check(
    files: Annotated[list[str], typer.Argument(help="text files; - is standard input")],
    policy: Annotated[
        str, typer.Option(help="a policy file, or the name of one of the project's policies")
    ] = "",
    kind: Annotated[str, typer.Option(help="default: the policy's")] = "",
    channel: Annotated[str, typer.Option(help="default: the policy's")] = "",
    text_language: Annotated[
        str, typer.Option("--language", help="default: the policy's, or what the text is in")
    ] = "",
    jurisdiction: Annotated[
        list[str] | None, typer.Option(help="repeatable; default: the policy's")
    ] = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="'key: value' about how it was made, repeatable")
    ] = None,
    brief: Annotated[
        Path | None, typer.Option(help="brief file with the facts the text must agree with")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Judge finished texts; offsets count characters of the file as it is, line ends included."""
    from aigc_guard.cli.finished import brief_for, find_policy, read_text, wanted_of
    from aigc_guard.pipeline.judging import answer, judge

    project = _project()
    wanted = wanted_of(kind, channel, text_language, jurisdiction, origin)
    chosen = find_policy(project, policy, wanted)
    briefs = [
        brief_for(project, name, read_text(name, project.config.limits), chosen, wanted, brief)
        for name in files
    ]
    judged = judge(project, briefs, [chosen] * len(briefs))
    if format is Format.JSON:
        say_json(
            {
                "files": [
                    {"file": name, **answer(one, language())}
                    for name, one in zip(files, judged, strict=True)
                ]
            }
        )
    for name, judgement in zip(files, judged, strict=True) if format is Format.TEXT else ():
        _say(name, judgement)
    unverified = any(item.decision.unverified for item in judged)
    raise typer.Exit(exit_code([item.decision.outcome for item in judged], unverified=unverified))


def measure(
    texts: Annotated[str, typer.Argument(help='lines {"id", "text", "language"?}; - is stdin')],
    checks: Annotated[str, typer.Option(help="names of checks, separated by commas")],
    batch_size: Annotated[int, typer.Option(min=1, help="texts measured together")] = MEASURE_BATCH,
) -> None:
    """Measure texts without any policy: one JSON line in, one JSON line out."""
    import json

    from aigc_guard.pipeline.checking import measure_stream

    names = tuple(name.strip() for name in checks.split(",") if name.strip())
    if not names:
        raise ConfigError(said("no check is named"), hint=said("--checks toxicity,pii"))
    project = _project()
    code = RELEASABLE
    with _lines(texts) as lines:
        answers = measure_stream(
            lines,
            names,
            project.context,
            seconds=project.config.limits.check_seconds,
            batch_size=batch_size,
            path=texts,
        )
        for answer in answers:
            say(json.dumps(answer, ensure_ascii=False, allow_nan=False))
            if any(r["status"] in ("failed", "incomplete") for r in answer["reports"].values()):
                code = CHECK_FAILED
    raise typer.Exit(code)


@contextmanager
def _lines(name: str) -> Iterator[TextIO]:
    try:
        if name == "-":
            lines = TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig")
            yield lines
            lines.detach()
        else:
            with Path(name).open(encoding="utf-8-sig") as file:
                yield file
    except OSError as error:
        raise BriefError(
            said("can't be read ({why})", why=error.strerror),
            path=name,
            hint=said("check the path"),
        ) from error
    except UnicodeDecodeError as error:
        raise BriefError(said("is not UTF-8"), path=name, hint=said("save it as UTF-8")) from error


def _project() -> Project:
    from aigc_guard.pipeline.project import open_project

    return open_project(project_config(required=False))


def _say(name: str, judged: Judgement) -> None:
    """Places as line and column for people; the words themselves are in their file."""
    decision, text = judged.decision, judged.draft.text
    policy = decision.policy or tell("no policy")
    say(f"{name}: {decision.outcome.value} ({policy})")
    for reason in (*decision.reasons, *decision.noted):
        line = text.count("\n", 0, reason.start) + 1
        column = reason.start - (text.rfind("\n", 0, reason.start) + 1) + 1
        place = f"{line}:{column}" if reason.end > reason.start else "-"
        score = f" {height(reason)} >= {reason.limit}" if reason.limit and reason.score else ""
        about = f"{reason.check}/{reason.label}" if reason.label else reason.check
        message = pick(reason.message, language())
        say(f"  {place}  {reason.outcome.value}  {reason.rule}  {message}  [{about}{score}]")
        say_wording(judged.wordings, reason)
