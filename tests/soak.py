"""``make soak``: every part of the suite with its full counts, and what came of it.

Each part is a pytest process of its own with a JUnit file of its own, so hours of work survive an
interruption: a part that passed at the revision at hand isn't run again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import write_soak_report as report

HERE = Path(__file__).resolve().parent
LONGEST_FIRST = ("pipeline", "dashboard", "policy", "checks", "release")


def parts() -> dict[str, list[str]]:
    """Name and paths of each part: a folder of tests, or the files beside the folders."""
    folders = [path for path in sorted(HERE.iterdir()) if any(path.rglob("test_*.py"))]
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    folders.sort(key=lambda path: order.get(path.name, len(order)))
    found = {path.name: [str(path)] for path in folders if path.is_dir()}
    return {**found, "beside": [str(path) for path in sorted(HERE.glob("test_*.py"))]}


def is_done(junit: Path, revision: str) -> bool:
    """Whether a part passed as a whole at ``revision``."""
    if not junit.exists():
        return False
    suite = ElementTree.parse(junit).getroot().find("testsuite")
    return suite is not None and suite.get("name") == revision and not report.failures(junit)


def run(paths: Sequence[str], junit: Path, seed: str, revision: str) -> int:
    """One part; its output goes to a log beside the JUnit file."""
    words = ["-m", "soak or not soak", "--timeout=7200", f"--hypothesis-seed={seed}"]
    words += [f"--junitxml={junit}", "-o", f"junit_suite_name={revision}", "-v", *paths]
    with junit.with_suffix(".log").open("wb") as log:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words],
            cwd=HERE.parent,
            env={**os.environ, "AIGC_GUARD_TEST_SOAK": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    print(f"{junit.stem}: {'passed' if done.returncode == 0 else 'FAILED'}", flush=True)
    return done.returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed")
    parser.add_argument("names", nargs="*", help="the parts to run; all that aren't done if left")
    parser.add_argument("--jobs", type=int, default=1, help="how many parts run at a time")
    parser.add_argument("--folder", type=Path, default=HERE.parent / ".soak")
    parser.add_argument("--page", type=Path, default=HERE.parent / "docs" / "soak.md")
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True)
    revision = report.revision_at_hand()
    known = parts()
    files = {name: asked.folder / f"{name}.xml" for name in known}
    open_ = [name for name in asked.names or known if not is_done(files[name], revision)]
    with ThreadPoolExecutor(asked.jobs) as pool:
        tasks = [pool.submit(run, known[one], files[one], asked.seed, revision) for one in open_]
        failed = any(task.result() for task in tasks)
    # The report is written of failures, too; they still make this fail.
    written = [path for path in files.values() if path.exists()]
    missing = [name for name, path in files.items() if not path.exists()]
    asked.page.write_text(report.text(written, asked.seed, missing), encoding="utf-8")
    sys.exit(1 if failed or missing else 0)


if __name__ == "__main__":
    main()
