"""``docs/soak.md`` from a soak run's JUnit files: which tests, how many cases, which seed."""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from pathlib import Path

HEAD = """# Soak

The full counts of what `make test` runs with smaller ones: kills, property cases, fuzzing,
mutations. Made by `make soak` at revision `{revision}`: {cases} cases in {tests} tests, {failed}
failed. A property's cases are the examples that hypothesis really ran to their end. Beside these,
{others} tests that have no counts ran in the same parts, {broken} of them failed.

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


def failures(junit: Path) -> int:
    """How many tests of a file failed, broke or were skipped."""
    cases = ElementTree.parse(junit).getroot().iter("testcase")
    return sum(any(case.find(tag) is not None for tag in FAILING) for case in cases)


def revisions(junits: Iterable[Path]) -> list[str]:
    """The revisions the files were made at: each suite is named after its own."""
    roots = (ElementTree.parse(path).getroot() for path in junits)
    return sorted({suite.get("name", "") for root in roots for suite in root.iter("testsuite")})


def text(junits: Sequence[Path], hypothesis_seed: str = "", missing: Sequence[str] = ()) -> str:
    """The page about the parts of one soak run; ``missing`` are the parts that have not run."""
    found = sorted(row for path in junits for row in rows(path, hypothesis_seed))
    total = sum(1 for path in junits for _ in ElementTree.parse(path).getroot().iter("testcase"))
    failed = sum(row[3] != "passed" for row in found)
    head = HEAD.format(
        revision="`, `".join(revisions(junits)),
        cases=f"{sum(row[1] for row in found):,}",
        tests=len(found),
        failed=failed,
        others=f"{total - len(found):,}",
        broken=sum(failures(path) for path in junits) - failed,
    )
    lines = (
        f"| {name.removeprefix('tests.')} | {cases:,} | {seed} | {result} | {seconds:.0f} |"
        for name, cases, seed, result, seconds in found
    )
    tail = f"\nParts that have not run: {', '.join(missing)}.\n" if missing else ""
    return head + "\n".join(lines) + "\n" + tail


def revision_at_hand(root: Path = Path()) -> str:
    """What git calls the working tree; the page itself doesn't count as a change."""
    head = _git(root, "rev-parse", "--short", "HEAD")
    changed = _git(root, "status", "--porcelain", "--", ".", ":!docs/soak.md")
    return f"{head}-dirty" if changed else head


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()
