"""docs/checks.md names every built-in check and every label it explains exists."""

from __future__ import annotations

import re
from pathlib import Path

from aigc_guard.checks.catalogue import BUILT_IN, check_types

GUIDE = (Path(__file__).resolve().parents[2] / "docs/checks.md").read_text(encoding="utf-8")


def test_every_built_in_check_is_in_the_guide_with_its_need_of_a_model() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (yes|no) \|$", GUIDE, re.M))
    assert rows == {
        name: "yes" if check_types()[name].uses_model else "no" for name in sorted(BUILT_IN)
    }


def test_every_label_of_grounding_is_explained() -> None:
    section = GUIDE.partition("## grounding")[2].partition("\n## ")[0]
    explained = {
        label for row in re.findall(r"^\| (`.+?) \| ", section, re.M)
        for label in re.findall("`([A-Z]+)`", row)
    }  # fmt: skip
    assert explained == set(check_types()["grounding"].labels)
