"""Typer's commands with their help in the person's language; the ids are the English texts.

A text is looked up when somebody asks for help, not when the tree of commands is made: by then
``--project`` has been read, and whoever asks for no help pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from aigc_guard.cli.console import tell

_Function = TypeVar("_Function", bound=Callable[..., Any])


class SpokenCommand(TyperCommand):
    """A command that tells its help in the configured language."""

    def get_usage(self, ctx: Any) -> str:
        """The usage line."""
        return _usage(super().get_usage(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        _tell(self, ctx)
        super().format_help(ctx, formatter)


class SpokenGroup(TyperGroup):
    """A group of commands that tells its help in the configured language."""

    def get_usage(self, ctx: Any) -> str:
        """The usage line."""
        return _usage(super().get_usage(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help; it shows the first line of each command's."""
        _tell(self, ctx)
        for name in self.list_commands(ctx):
            if (command := self.get_command(ctx, name)) is not None and command.help:
                command.help = tell(command.help)
        super().format_help(ctx, formatter)


class Commands(typer.Typer):
    """``typer.Typer`` for this project: spoken help, and no traceback dressed up by rich."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("no_args_is_help", True)
        super().__init__(
            cls=SpokenGroup,
            pretty_exceptions_enable=False,
            add_completion=False,
            **options,
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[[_Function], _Function]:
        """Add a command."""
        return super().command(name, cls=SpokenCommand, **options)


def _tell(command: TyperCommand | TyperGroup, ctx: Any) -> None:
    if command.help:
        command.help = tell(command.help)
    for param in command.get_params(ctx):
        if told := getattr(param, "help", None):
            param.help = tell(told)  # type: ignore[attr-defined]
    _tell_typers_own()


def _tell_typers_own() -> None:
    """Typer's fixed words; it would ask gettext for them, but brings no catalogue."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = tell("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = tell("Options")
    rich_utils.COMMANDS_PANEL_TITLE = tell("Commands")
    rich_utils.DEFAULT_STRING = tell("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = tell("[required]")


def _usage(line: str) -> str:
    """Typer's usage line with its three words told."""
    words = {
        "Usage:": tell("Usage:"),
        "[OPTIONS]": tell("[OPTIONS]"),
        "COMMAND [ARGS]...": tell("COMMAND [ARGS]..."),
        # Not in the line: the help option's text, kept here so that the catalogue has it.
        "Show this message and exit.": tell("Show this message and exit."),
    }
    for word, told in words.items():
        line = line.replace(word, told, 1)
    return line
