"""``aigc-guard detect``: whether a text is one of ours, by fingerprints and by its watermark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aigc_guard.cli.console import (
    Format,
    FormatOption,
    project_config,
    remark,
    say,
    say_json,
    tell,
)

if TYPE_CHECKING:
    from aigc_guard.pipeline.detecting import Detected, Mark
    from aigc_guard.pipeline.fingerprints import Trace


def detect(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="any text, HTML, DOCX or PDF file")],
    format: FormatOption = Format.TEXT,
) -> None:
    """Ask whether a text is one that this installation released, or bears its watermark.

    Ends with 0 one of our releases, 1 an edited, partial or revoked one, 2 no trace, 4 too short.
    """
    from aigc_guard.pipeline.detecting import detect as look
    from aigc_guard.pipeline.project import open_project

    found = look(open_project(project_config()), path)
    if format is Format.JSON:
        say_json(found.to_json())
    else:
        _say(found)
    raise typer.Exit(found.exit_code)


def _say(found: Detected) -> None:
    for trace in found.traces.found:
        say(_trace(trace))
    if found.traces.common:
        say("✕ " + tell("fingerprints  passages that several releases share; none stands out"))
    elif not found.traces.found:
        say("- " + tell("fingerprints  no release holds passages of it"))
    say(_mark(found.mark))
    say(_conclusion(found))
    if found.state.value == "nothing":
        remark(tell("Rewording and translation leave no trace; short texts hardly any."))


def _trace(trace: Trace) -> str:
    shown = {
        "release": trace.release.release_id,
        "day": trace.release.at[:10],
        "of_text": f"{trace.of_text:.0%}",
        "of_release": f"{trace.of_release:.0%}",
    }
    if trace.is_same:
        told = tell("fingerprints  the text of release {release} of {day}", **shown)
    else:
        told = tell(
            "fingerprints  release {release} of {day}: {of_text} of this text's, "
            "{of_release} of the release's",
            **shown,
        )
    sign = "✓" if trace.is_same and not trace.is_taken_back else "✕"
    gone = tell("; it was taken back") if trace.is_taken_back else ""
    return f"{sign} {told}{gone}"


def _mark(mark: Mark) -> str:
    if mark.why:
        why = {
            "keys": tell("watermark  not looked for: no text was ever marked here"),
            "library": tell("watermark  not looked for: pip install 'aigc-guard[models]'"),
            "writers": tell("watermark  not looked for: no writer here marks its texts"),
            "short": tell("watermark  not looked for: too few tokens"),
        }
        return f"- {why[mark.why]}"
    told = {"p": f"{mark.chance:.2g}", "count": mark.counted}
    if mark.is_found:
        return "✓ " + tell("watermark  ours: p = {p} over {count} tokens", **told)
    return "- " + tell("watermark  not found: p = {p} over {count} tokens", **told)


def _conclusion(found: Detected) -> str:
    return {
        "released": tell("Released here, as it stands."),
        "changed": tell("Not a release as it stands, but it leads to what was made here."),
        "nothing": tell(
            "No trace of this installation: nothing is said about where it comes from."
        ),
        "too_short": tell("Too short to tell."),
    }[found.state.value]
