"""Makes a brief of a finished text for ``aigc-guard check``: options, front matter, brief file."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigc_guard.errors import BriefError, ConfigError, said
from aigc_guard.records import Brief, sha256_text

if TYPE_CHECKING:
    from aigc_guard.config import Limits
    from aigc_guard.pipeline.project import Project
    from aigc_guard.policy import Policy

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.S | re.M)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says about the texts; empty means "as the policy says"."""

    kind: str
    channel: str
    language: str
    jurisdictions: tuple[str, ...]
    origin: tuple[str, ...]


def find_policy(project: Project, named: str, wanted: Wanted) -> Policy | None:
    """The policy to judge by: a file, a name, or the one that serves kind, channel and language.

    None when no policy serves them; raises ConfigError for a name nobody bears.
    """
    from aigc_guard.policy import load_policy

    if named and (Path(named).is_file() or Path(named).suffix in (".yaml", ".yml")):
        return load_policy(Path(named), project.checks)
    if named:
        by_name = {policy.name: policy for policy in project.policies.policies}
        if named in by_name:
            return by_name[named]
        raise ConfigError(
            said("there is no policy {named}", named=f"{named!r}"),
            hint=said("a file, or one of: {listed}", listed=", ".join(by_name)),
        )
    if not wanted.kind:
        raise ConfigError(
            said("neither a policy nor a kind is named"), hint=said("--policy P or --kind K")
        )
    return project.policies.select(
        kind=wanted.kind, channel=wanted.channel or "web", language=wanted.language or "en"
    )


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
    base = _from_file(project, brief_file, name) if brief_file else None
    serves = policy.form.applies_to if policy is not None else None
    kinds = serves.kinds if serves else ()
    channels = serves.channels if serves else ()
    languages: tuple[str, ...] = serves.languages if serves else ()
    places = serves.jurisdictions if serves else ()
    brief = base or Brief(
        id=f"{Path(name).name}-{sha256_text(text)[:8]}",
        kind=kinds[0] if kinds else "",
        channel=channels[0] if channels else "web",
        language=_language(text, languages),
        jurisdictions=tuple(places),
    )
    return replace(
        brief,
        text=text,
        kind=wanted.kind or brief.kind,
        channel=wanted.channel or brief.channel,
        language=wanted.language or brief.language,
        jurisdictions=wanted.jurisdictions or brief.jurisdictions,
        origin={**brief.origin, **_front_matter(text, name), **_origin(wanted.origin)},
    )


def _language(text: str, served: tuple[str, ...]) -> str:
    """The policy's only language, else what the text is mostly written in."""
    if len(served) == 1:
        return served[0]
    from aigc_guard.pipeline.checking import language_of

    return language_of(text)


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
