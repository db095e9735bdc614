"""A policy file as plain data that remembers where each key and value stood.

YAML 1.2 through ruamel.yaml's node graph, so that duplicate keys, aliases and tags are seen before
anything is built. Every mistake becomes one error with file, line, column and the quoted line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from aigc_guard.errors import PolicyError, Said, said
from aigc_guard.policy.composing import compose

Loc = tuple[str | int, ...]
Mark = tuple[int, int]
MAX_BYTES = 300_000
_MAX_DEPTH = 30
_MAX_OPEN = 100  # brackets open at once; the parser's time grows with their square
_TAG = "tag:yaml.org,2002:"


@dataclass
class Source:
    """The text of a policy, its plain data, and the 0-based marks of its keys and values."""

    path: str
    lines: Sequence[str]
    data: Any = None
    values: dict[Loc, Mark] = field(default_factory=dict)
    keys: dict[Loc, Mark] = field(default_factory=dict)

    def error(
        self,
        loc: Loc,
        message: str,
        *,
        hint: str,
        at_key: bool = False,
        kind: type[PolicyError] = PolicyError,
    ) -> PolicyError:
        """An error at ``loc``, or at the nearest thing around it that stands in the file."""
        first, second = (self.keys, self.values) if at_key else (self.values, self.keys)
        for length in range(len(loc), -1, -1):
            mark = first.get(loc[:length]) or second.get(loc[:length])
            if mark is not None:
                return self.at(mark, message, hint=hint, kind=kind)
        return self.at((0, 0), message, hint=hint, kind=kind)

    def place_of(self, loc: Loc) -> tuple[str, int]:
        """File and 1-based line where the value at ``loc``, or what holds it, begins."""
        for length in range(len(loc), -1, -1):
            mark = self.values.get(loc[:length])
            if mark is not None:
                return self.path, mark[0] + 1
        return self.path, 1

    def at(
        self, mark: Mark, message: str, *, hint: str, kind: type[PolicyError] = PolicyError
    ) -> PolicyError:
        """An error at a 0-based (line, column)."""
        line, column = mark
        shown = self.lines[line].strip() if line < len(self.lines) else ""
        quoted = "".join(char if char.isprintable() else "?" for char in shown)
        return kind(
            message,
            path=self.path,
            line=line + 1,
            column=column + 1,
            quoted=quoted if len(quoted) <= 120 else quoted[:117] + "...",
            hint=hint if isinstance(hint, Said) else hint.strip(),
        )


def read_source(path: Path) -> Source:
    """Read and parse ``path``; raises PolicyError for anything that is not plain YAML."""
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise PolicyError(
            said("the file can't be read: {why}", why=error.strerror),
            path=path,
            hint=said("check name and rights"),
        ) from error
    if size > MAX_BYTES:
        raise PolicyError(
            said(
                "the file has {size} bytes, more than {most}",
                size=f"{size:,}",
                most=f"{MAX_BYTES:,}",
            ),
            path=path,
            hint=said("split it into several policies"),
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start)
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1)
        raise PolicyError(
            said("the file is not UTF-8 here"),
            path=path,
            line=line + 1,
            column=column + 1,
            hint=said("save it as UTF-8 in your editor"),
        ) from error
    return parse_source(text, str(path))


def parse_source(text: str, path: str) -> Source:
    """Parse ``text`` under the name ``path``; raises PolicyError at the first thing wrong."""
    source = Source(path, re.split(r"\r\n|\r|\n", text))
    _refuse_deep_brackets(source, text)
    try:
        node = compose(text)
    except ReaderError as error:
        before = text[: error.position]
        column = len(before) - (before.rfind("\n") + 1)
        raise source.at(
            (before.count("\n"), column),
            said("a character that can't stand in a policy (control or unassigned)"),
            hint=said("delete it; it is often invisible"),
        ) from error
    except MarkedYAMLError as error:
        raise _syntax(source, error) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise source.at(
            (0, 0), said("this is not YAML"), hint=said("compare it with a policy that works")
        ) from error
    if not isinstance(node, MappingNode):
        raise source.at(
            (0, 0),
            said("a policy starts with keys such as `policy:` and `rules:`; there are none"),
            hint=said("begin with `policy: name`"),
        )
    source.data = _Plain(source).build(node, ())
    return source


def _refuse_deep_brackets(source: Source, text: str) -> None:
    depth = 0
    for match in re.finditer(r"[\[\]{}]", text):
        depth += 1 if match[0] in "[{" else -1
        if depth > _MAX_OPEN:
            before = text[: match.start()]
            mark = (before.count("\n"), len(before) - before.rfind("\n") - 1)
            raise source.at(
                mark, said("nested too deep"), hint=said("close the brackets further up")
            )


def _syntax(source: Source, error: MarkedYAMLError) -> PolicyError:
    mark = error.problem_mark or error.context_mark
    place = (mark.line, mark.column) if mark is not None else (0, 0)
    problem = error.problem or error.context or "not readable"
    hint = said(
        "check indentation (spaces only), colons and quotation marks on this line and the one above"
    )
    if "\\t" in problem or "tab" in problem:
        hint = said("use spaces, not tabs")
    elif "expected a single document" in (error.context or ""):
        hint = said("one policy per file: remove the line `---`")
    elif "undefined alias" in problem:
        hint = said("put the text in quotation marks, or write the value out")
    return source.at(place, said("this is not YAML: {problem}", problem=problem), hint=hint)


class _Plain:
    """Builds plain data from nodes, recording marks and refusing what a policy must not hold."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.seen: set[int] = set()

    def build(self, node: Node, loc: Loc) -> Any:
        mark = (node.start_mark.line, node.start_mark.column)
        self.source.values[loc] = mark
        if id(node) in self.seen:
            raise self.source.at(
                mark,
                said("a reference (`*name`) to another place"),
                hint=said("write the value out, so that each rule can be read alone"),
            )
        self.seen.add(id(node))
        if len(loc) > _MAX_DEPTH:
            raise self.source.at(
                mark, said("nested too deep"), hint=said("a policy needs at most five levels")
            )
        if isinstance(node, MappingNode):
            return self.mapping(node, loc)
        if isinstance(node, SequenceNode):
            self.plain_tag(node, "seq", mark)
            return [self.build(item, (*loc, index)) for index, item in enumerate(node.value)]
        return self.scalar(node, mark)

    def mapping(self, node: MappingNode, loc: Loc) -> dict[str, Any]:
        mark = (node.start_mark.line, node.start_mark.column)
        self.plain_tag(node, "map", mark)
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = (key_node.start_mark.line, key_node.start_mark.column)
            if key_node.tag == f"{_TAG}merge":
                raise self.source.at(
                    mark, said("a merge (`<<`) of another place"), hint=said("write the keys out")
                )
            if not isinstance(key_node, ScalarNode) or key_node.tag != f"{_TAG}str":
                raise self.source.at(
                    mark,
                    said("a key that is not text"),
                    hint=said("put the key in quotation marks"),
                )
            key = key_node.value
            if key in out:
                first = self.source.keys[(*loc, key)][0] + 1
                raise self.source.at(
                    mark,
                    said("`{key}` stands here twice (first in line {line})", key=key, line=first),
                    hint=said("keep one of them"),
                )
            self.source.keys[(*loc, key)] = mark
            out[key] = self.build(value_node, (*loc, key))
        return out

    def plain_tag(self, node: Node, name: str, mark: Mark) -> None:
        if node.tag != _TAG + name:
            raise self.source.at(
                mark, said("an unknown tag `{tag}`", tag=node.tag), hint=said("remove the tag")
            )

    def scalar(self, node: Node, mark: Mark) -> Any:
        value = str(node.value)
        kind = str(node.tag).removeprefix(_TAG)
        reader = _SCALARS.get(kind)
        if reader is None:
            raise self.source.at(
                mark, said("an unknown tag `{tag}`", tag=node.tag), hint=said("remove the tag")
            )
        try:
            return reader(value)
        except (ValueError, KeyError) as error:
            raise self.source.at(
                mark,
                said("`{value}` can't be read", value=value[:40]),
                hint=said("put it in quotation marks"),
            ) from error


def _float(value: str) -> float:
    plain = value.replace("_", "").lower()
    return float(plain.replace(".inf", "inf").replace(".nan", "nan"))


def _int(value: str) -> int:
    plain = value.replace("_", "").lstrip("+")
    if len(plain) > 40:
        raise ValueError(plain)
    prefixed = plain.lstrip("-")[:2].lower() in ("0x", "0o", "0b")
    return int(plain, 0) if prefixed else int(plain)


_SCALARS: Mapping[str, Any] = {
    "str": str,
    "bool": lambda value: {"true": True, "false": False}[value.lower()],
    "int": _int,
    "float": _float,
    "null": lambda value: None,
    "timestamp": str,
}
