"""How long ``policy lint`` of the shipped policies takes from a cold start.

``python benchmarks/lint.py [--rounds 9]`` starts the command afresh each time and prints the best,
the median, and the best as a ratio to ``python -c pass``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BOUND = 0.6
COMPILED = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
"""An installed package has its bytecode; the best of several rounds had it, too."""


def seconds(*arguments: str, rounds: int) -> list[float]:
    """Wall-clock seconds of starting Python with ``arguments``, each time anew."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, cwd=ROOT, env=COMPILED,  # noqa: S603
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        found.append(time.perf_counter() - began)
    return found


def main() -> int:
    """Print the table; exit code 1 above the bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    bare = seconds("-c", "pass", rounds=rounds)
    lint = seconds("-m", "aigc_guard.cli", "policy", "lint", "policies", rounds=rounds)
    load = os.getloadavg()[0]
    print(f"{'python -c pass, best':<28}{min(bare):>8.3f} s")
    print(f"{'policy lint, best':<28}{min(lint):>8.3f} s (bound {BOUND:g} s)")
    print(f"{'policy lint, median':<28}{statistics.median(lint):>8.3f} s")
    print(f"{'ratio of the bests':<28}{min(lint) / min(bare):>8.1f}")
    print(f"{'load of the machine':<28}{load:>8.1f} on {os.cpu_count()} cores")
    return int(min(lint) > BOUND)


if __name__ == "__main__":
    sys.exit(main())
