"""``docs/soak.md`` from a soak run's JUnit file: which tests, how many cases, which seed."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HEAD = """# Soak

The full counts of what `make test` runs with smaller ones: kills, property cases, fuzzing. Made by
`make soak` at revision `{revision}`.

| test | cases | seed | result | seconds |
|---|---|---|---|---|
"""


def rows(junit: Path) -> list[str]:
    """One table row per test that recorded a number of cases."""
    found = []
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        told = {p.get("name"): p.get("value") for p in case.iter("property")}
        if "cases" not in told:
            continue
        failed = any(case.find(tag) is not None for tag in ("failure", "error", "skipped"))
        result = "FAILED" if failed else "passed"
        seconds = float(case.get("time", "0"))
        found.append(
            f"| {case.get('name')} | {told['cases']} | {told.get('seed', '')} | {result} "
            f"| {seconds:.0f} |"
        )
    return found


def main() -> None:
    junit, target = Path(sys.argv[1]), Path(sys.argv[2])
    revision = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    target.write_text(HEAD.format(revision=revision) + "\n".join(rows(junit)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
