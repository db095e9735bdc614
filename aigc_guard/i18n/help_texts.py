"""The help of the command line as the catalogue needs it, read from source.

A command's help is its docstring and an option's is its ``help=``, as typer wants them; neither is
marked like other messages, so that they can be read where they stand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

REGISTERS = ("command", "callback")
PLACE = re.compile(r"[a-z_]+:[a-z_]+")


def help_texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every help text of the commands in ``folder``, with the file it stands in."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(folder.glob("*.py"))}
    commands = {pair for tree in trees.values() for pair in _registered(tree)}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from ((path, text) for text in _help(node))
            elif isinstance(node, ast.FunctionDef):
                told = _decorated(node) or (path.stem, node.name) in commands
                if told and (text := ast.get_docstring(node)):
                    yield path, text


def _registered(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Module and function: of ``app.command("run")(produce.run)``, of ``"run": "produce:run"``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for value in node.values:
                place = str(value.value) if isinstance(value, ast.Constant) else ""
                if PLACE.fullmatch(place):
                    module, _, name = place.partition(":")
                    yield module, name
        if isinstance(node, ast.Call) and _registers(node.func) and node.args:
            function = node.args[0]
            if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
                yield function.value.id, function.attr


def _decorated(function: ast.FunctionDef) -> bool:
    return any(_registers(decorator) for decorator in function.decorator_list)


def _registers(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in REGISTERS
    )


def _help(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        value = keyword.value
        if keyword.arg == "help" and isinstance(value, ast.Constant) and value.value:
            yield str(value.value)
