"""Typer's commands with their help in the person's language; the ids are the English texts.

A text is looked up when somebody asks for help, not when the tree of commands is made: by then
``--project`` has been read, and whoever asks for no help pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, ClassVar, TypeVar

import typer
import typer.main
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


class LaterGroup(SpokenGroup):
    """A group whose commands are built when they are asked for, by name or by the help."""

    places: ClassVar[Mapping[str, str]]
    """``file:name`` of each command: a function, or the ``Commands`` of a group."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the help."""
        return list(self.places)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of the line; a mistyped one is compared with all there are."""
        if args and args[0] not in self.places:
            for name in self.places:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, or None where there is none of this name."""
        if cmd_name not in self.commands and cmd_name in self.places:
            module, _, name = self.places[cmd_name].partition(":")
            found = getattr(import_module(f"{__package__}.{module}"), name)
            if not isinstance(found, typer.Typer):
                alone = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
                alone.command(cmd_name, cls=SpokenCommand)(found)
                found = alone
            command = typer.main.get_command(found)
            command.name = cmd_name
            self.commands[cmd_name] = command
        return super().get_command(ctx, cmd_name)


class Commands(typer.Typer):
    """``typer.Typer`` for this project: spoken help, and no traceback dressed up by rich."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("no_args_is_help", True)
        options.setdefault("cls", SpokenGroup)
        super().__init__(
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
