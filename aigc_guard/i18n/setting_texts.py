"""What settings of checks are for, as the catalogue needs it, read from source.

A setting's description stands in its ``Field(description=...)``, where schema and editors find it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def setting_texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every description of a field in ``folder`` or below, with the file it stands in."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Field":
                for keyword in node.keywords:
                    if keyword.arg == "description":
                        yield path, ast.literal_eval(keyword.value)
