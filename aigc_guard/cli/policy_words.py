"""``policy explain``, ``docs``, ``show`` and ``diff``: policies as their readers want them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aigc_guard.cli.console import (
    Format,
    FormatOption,
    language,
    project_config,
    remark,
    say,
    say_json,
    tell,
)
from aigc_guard.errors import ConfigError, said
from aigc_guard.i18n import pick

if TYPE_CHECKING:
    from aigc_guard.policy import Policy

PolicyArgument = Annotated[str, typer.Argument(help="a policy file, or a project policy's name")]


class Lang(StrEnum):
    """Languages of explanations."""

    EN = "en"
    ZH = "zh"


def find(named: str) -> Policy:
    """The policy in the file ``named``, or the project's policy of that name.

    Raises PolicyError for a broken file and ConfigError for a name nobody bears.
    """
    from aigc_guard.policy import load_folder, load_policy

    if Path(named).suffix in (".yaml", ".yml") or Path(named).is_file():
        return load_policy(Path(named))
    policies = load_folder(project_config().policies)
    found = policies.named(named)
    if found is None:
        names = ", ".join(policy.name for policy in policies)
        raise ConfigError(
            said("there is no policy {named}", named=f"{named!r}"),
            hint=said("a file, or one of: {names}", names=names),
        )
    return found


def explain(
    policy: PolicyArgument,
    lang: Annotated[
        Lang | None,
        typer.Option("--lang", "--language", help="en or zh; default: the project's language"),
    ] = None,
) -> None:
    """Say in plain words what is held, why, and who decides (Markdown)."""
    from aigc_guard.policy.explain import explain as in_words

    say(in_words(find(policy), lang.value if lang else language()).rstrip())


def docs(
    policies: Annotated[
        list[str] | None, typer.Argument(help="files or names; default: the project's policies")
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="one page for a browser")] = False,
    lang: Annotated[
        Lang | None,
        typer.Option("--lang", "--language", help="en or zh; default: the project's language"),
    ] = None,
) -> None:
    """Print the rule book: every rule with its limits, its action, who decides, and why."""
    from aigc_guard.policy import load_folder
    from aigc_guard.policy.book import as_html, as_markdown

    named = [find(one) for one in policies or ()]
    found = named or list(load_folder(project_config().policies))
    write = as_html if html else as_markdown
    say(write(found, lang.value if lang else language()).rstrip())


def show(
    policy: PolicyArgument,
    effective: Annotated[
        bool, typer.Option("--effective", help="with everything inherited, as it decides")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Print a policy's file, or with --effective what results from it and its base."""
    found = find(policy)
    if format is Format.JSON:
        say_json({"digest": found.digest, "policy": found.form.as_dict()})
    elif effective:
        import io

        from ruamel.yaml import YAML

        out = io.StringIO()
        yaml = YAML()
        yaml.width = 100
        yaml.dump(found.form.as_dict(), out)
        say(f"# {found.name} {found.version}: {found.digest}\n{out.getvalue().rstrip()}")
    else:
        say(Path(found.path).read_text(encoding="utf-8-sig").rstrip())


def diff(
    old: PolicyArgument,
    new: PolicyArgument,
    format: FormatOption = Format.TEXT,
) -> None:
    """Name what a policy says otherwise: rules added, removed, made stricter or looser."""
    from aigc_guard.policy.compare import compare

    changes = compare(find(old), find(new))
    if format is Format.JSON:
        say_json(
            {
                "changes": [
                    {"way": one.way.value, "rule": one.rule, "words": dict(one.words)}
                    for one in changes
                ]
            }
        )
        return
    ways = {
        "added": tell("added"),
        "removed": tell("removed"),
        "stricter": tell("stricter"),
        "looser": tell("looser"),
        "changed": tell("changed"),
    }
    for one in changes:
        about = f"{one.rule}: " if one.rule else ""
        say(f"{ways[one.way.value]}: {about}{pick(one.words, language())}")
    if not changes:
        remark(tell("Both decide alike."))
