"""Makes a brief of a finished text for ``aigc-guard check``: options, front matter, brief file."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigc_guard.errors import BriefError, ConfigError, said
from aigc_guard.records import Brief

if TYPE_CHECKING:
    from aigc_guard.config import Limits
    from aigc_guard.pipeline.judging import Wanted
    from aigc_guard.pipeline.project import Project
    from aigc_guard.policy import Policy

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.S | re.M)


def wanted_of(
    kind: str,
    channel: str,
    language: str,
    jurisdictions: Sequence[str] | None,
    origin: Sequence[str] | None,
) -> Wanted:
    """What the command line says about the texts."""
    from aigc_guard.pipeline.judging import Wanted

    pairs = _origin(tuple(origin or ()))
    return Wanted(kind, channel, language, tuple(jurisdictions or ()), pairs)


def find_policy(project: Project, named: str, wanted: Wanted) -> Policy | None:
    """The policy to judge by: a file, a name, or the one that serves kind, channel and language.

    None when no policy serves them; raises ConfigError for a name nobody bears.
    """
    from aigc_guard.pipeline.judging import policy_named
    from aigc_guard.policy import load_policy

    if named and (Path(named).is_file() or Path(named).suffix in (".yaml", ".yml")):
        return load_policy(Path(named), project.checks)
    return policy_named(project, named, wanted)


def read_text(name: str, limits: Limits) -> str:
    """The file's characters exactly, line ends and byte order mark included."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        raise BriefError(
            said("can't be read ({why})", why=error.strerror),
            path=name,
            hint=said("check the path"),
        ) from error
    except UnicodeDecodeError as error:
        raise BriefError(
            said("is not UTF-8"),
            path=name,
            line=data[: error.start].count(b"\n") + 1,
            hint=said("save as UTF-8"),
        ) from error
    if len(text) > limits.max_text_chars:
        raise BriefError(
            said(
                "has {count} characters, {max_text_chars} are allowed",
                count=len(text),
                max_text_chars=limits.max_text_chars,
            ),
            path=name,
            hint=said("split it, or raise limits.max_text_chars"),
        )
    return text


def brief_for(
    project: Project,
    name: str,
    text: str,
    policy: Policy | None,
    wanted: Wanted,
    brief_file: Path | None,
) -> Brief:
    """The brief ``text`` is judged against. The whole file is judged, front matter included."""
    from aigc_guard.pipeline.judging import brief_of

    base = _from_file(project, brief_file, name) if brief_file else None
    said_here = replace(wanted, origin={**_front_matter(text, name), **wanted.origin})
    return brief_of(Path(name).name, text, policy, said_here, base=base)


def _from_file(project: Project, path: Path, name: str) -> Brief:
    """The only brief of the file, or the one whose id is the text file's name without ending."""
    from aigc_guard.intake import read_briefs

    intake = read_briefs(
        [path],
        project.kinds,
        limits=project.config.limits,
        docs_folder=None,
        writers_for=lambda _kind, _language: True,
    )
    if intake.quarantined:
        row = intake.quarantined[0]
        raise BriefError(
            row.problem.get("en", ""), path=path, line=row.row, hint=row.mend.get("en", "")
        )
    matching = [brief for brief in intake.briefs if brief.id == Path(name).stem]
    if len(intake.briefs) == 1:
        return intake.briefs[0]
    if len(matching) == 1:
        return matching[0]
    raise BriefError(
        said(
            "holds {count} briefs and none is called {stem}",
            count=len(intake.briefs),
            stem=Path(name).stem,
        ),
        path=path,
        hint=said("give a file with one brief, or name the text file after its brief"),
    )


def _front_matter(text: str, name: str) -> dict[str, str]:
    """``origin`` of a YAML front matter: a table, or lines ``key: value``."""
    found = _FRONT.match(text)
    if found is None:
        return {}
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe").load(found.group(1))
    except YAMLError:
        # A text may begin with a rule between dashes; it then declares nothing.
        return {}
    origin: Any = data.get("origin") if isinstance(data, Mapping) else None
    if isinstance(origin, Mapping):
        return {str(key): str(value) for key, value in origin.items()}
    if isinstance(origin, str):
        return _origin(tuple(line for line in origin.splitlines() if line.strip()))
    if origin is not None:
        raise BriefError(
            said("origin is no table"), path=name, line=1, hint=said("origin: {writer: NAME}")
        )
    return {}


def _origin(lines: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or not key.strip():
            raise ConfigError(
                said("origin {line} is not 'key: value'", line=f"{line[:40]!r}"),
                hint=said("writer: NAME"),
            )
        pairs[key.strip()] = value.strip()
    return pairs
