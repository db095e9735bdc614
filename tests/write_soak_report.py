"""``docs/soak.md`` from a soak run's JUnit file: which tests, how many cases, which seed."""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HEAD = """# Soak

The full counts of what `make test` runs with smaller ones: kills, property cases, fuzzing,
mutations. Made by `make soak` at revision `{revision}`: {cases} cases in {tests} tests, {failed}
failed. A property's cases are the examples that hypothesis really ran to their end.

| test | cases | seed | result | seconds |
|---|---:|---|---|---:|
"""
STATISTICS = "hypothesis-statistics-"
PASSING = re.compile(r"(\d+) passing")
FAILING = ("failure", "error", "skipped")


def rows(junit: Path, hypothesis_seed: str = "") -> list[tuple[str, int, str, str, float]]:
    """Test, cases, seed, result and seconds of every test that says how many cases it tried."""
    root = ElementTree.parse(junit).getroot()
    examples = dict(_examples(root))
    found = []
    for case in root.iter("testcase"):
        told = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
        name = f"{case.get('classname', '')}.{case.get('name', '')}"
        cases, seed = told.get("cases", ""), told.get("seed", "")
        if not cases and name in examples:
            cases, seed = str(examples[name]), hypothesis_seed
        if not cases:
            continue
        failed = any(case.find(tag) is not None for tag in FAILING)
        result = "FAILED" if failed else "passed"
        found.append((name, int(cases), seed, result, float(case.get("time", "0"))))
    return sorted(found)


def _examples(root: ElementTree.Element) -> list[tuple[str, int]]:
    """Passing examples per property, out of the statistics that hypothesis leaves in the file."""
    found = []
    for one in root.iter("property"):
        name = one.get("name", "")
        if name.startswith(STATISTICS):
            test = name.removeprefix(STATISTICS)
            path, _, rest = test.partition("::")
            dotted = path.removesuffix(".py").replace("/", ".")
            shown = _decoded(one.get("value", ""))
            passing = sum(int(number) for number in PASSING.findall(shown))
            found.append((f"{dotted}.{rest.replace('::', '.')}", passing))
    return found


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return value


def text(found: list[tuple[str, int, str, str, float]], revision: str) -> str:
    """The page."""
    head = HEAD.format(
        revision=revision,
        cases=f"{sum(row[1] for row in found):,}",
        tests=len(found),
        failed=sum(row[3] != "passed" for row in found),
    )
    lines = (
        f"| {name.removeprefix('tests.')} | {cases:,} | {seed} | {result} | {seconds:.0f} |"
        for name, cases, seed, result, seconds in found
    )
    return head + "\n".join(lines) + "\n"


def main() -> None:
    junit, target = Path(sys.argv[1]), Path(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else ""
    words = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    revision = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    target.write_text(text(rows(junit, seed), revision), encoding="utf-8")


if __name__ == "__main__":
    main()
