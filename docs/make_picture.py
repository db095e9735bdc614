"""The picture in the README: one held draft of a report, photographed by Chromium.

python docs/make_picture.py reports/RUN/report.html BRIEF [HEIGHT]   writes docs/held-draft.png
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTH = 940


def main(report: Path, brief: str, height: int = 420) -> None:
    """Cuts the draft's card out of the page, keeps the page's style, and takes the picture."""
    page = report.read_text(encoding="utf-8")
    cards = re.findall(r'<article class="card.*?</article>', page, re.S)
    card = next(card for card in cards if f"<h3>{brief}</h3>" in card)
    style = re.search(r"<style>.*?</style>", page, re.S)
    assert style is not None
    with tempfile.TemporaryDirectory() as folder:
        cut = Path(folder) / "card.html"
        body = f'<main style="padding:1rem">{card}</main>'
        cut.write_text(f'<meta charset="utf-8">{style.group()}{body}', encoding="utf-8")
        target = Path(__file__).with_name("held-draft.png")
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
        size = f"--window-size={WIDTH},{height}"
        command = ["chromium", *options, size, f"--screenshot={target}", cut.as_uri()]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # fixed program


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *(int(word) for word in sys.argv[3:]))
