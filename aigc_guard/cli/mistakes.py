"""What typer says about a mistyped command line, as one of this project's errors with its mend."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aigc_guard.errors import GuardError, Said, said

# Typer has English sentences only; one that is not known here is shown as typer wrote it.
_SHAPES = {
    "option": r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.*)\))?",
    "command": r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<near>.*)\?)?",
    "which": r"Missing command\.",
    "argument": r"Missing argument '?(?P<name>.*?)'?\.(?: .*)?",
    "needed": r"Missing (?:option|parameter) '?(?P<name>.*?)'?\.(?: .*)?",
    "bare": r"Option '(?P<name>.*)' requires an argument\.",
    "flag": r"Option '(?P<name>.*)' does not take a value\.",
    "extra": r"Got unexpected extra arguments?(?:\(s\))? \((?P<name>.*)\)",
    "value": r"Invalid value for '?(?P<name>.*?)'?: (?P<why>.*)",
}
_WHYS = {
    "whole": r"Input should be a valid integer.*",
    "number": r"Input should be a valid number.*",
    "least": r"Input should be greater than or equal to (?P<bound>\S+)",
    "most": r"Input should be less than or equal to (?P<bound>\S+)",
    "choice": r"(?:Value error, )?'(?P<given>.*)' is not one of (?P<bound>.*)\.",
}


def mistake(message: str, command: str) -> GuardError:
    """The error for typer's ``message`` about the command line of ``command``."""
    shape, found = _match(_SHAPES, message)
    text = _told(shape, found) if shape else message
    if near := found.get("near"):
        hint = said("did you mean {name}?", name=near.replace("'", ""))
    else:
        hint = said("{command} --help shows what can be given", command=command)
    return GuardError(text, hint=hint)


def _told(shape: str, found: Mapping[str, str]) -> Said:
    name = found.get("name", "")
    return {
        "option": said("there is no option {name}", name=name),
        "command": said("there is no command {name}", name=name),
        "which": said("a command is missing"),
        "argument": said("the argument {name} is missing", name=name),
        "needed": said("the option {name} is missing", name=name),
        "bare": said("the option {name} needs a value", name=name),
        "flag": said("the option {name} takes no value", name=name),
        "extra": said("more arguments than the command takes: {name}", name=name),
        "value": said("{where}: {problem}", where=name, problem=_why(found.get("why", ""))),
    }[shape]


def _why(text: str) -> str:
    shape, found = _match(_WHYS, text)
    bound = found.get("bound", "")
    told = {
        "whole": said("it must be a whole number"),
        "number": said("it must be a number"),
        "least": said("it must be at least {bound}", bound=bound),
        "most": said("it must be at most {bound}", bound=bound),
        "choice": said("it must be one of {bound}", bound=bound),
    }
    return told.get(shape, text)


def _match(shapes: Mapping[str, str], text: str) -> tuple[str, dict[str, str]]:
    for name, pattern in shapes.items():
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return name, {key: value for key, value in found.groupdict().items() if value}
    return "", {}
