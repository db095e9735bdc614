"""What the check calls its findings."""

from __future__ import annotations

from collections.abc import Mapping

WHOLE = "other_language"
PASSAGE = "foreign_passage"
PERCENT: Mapping[str, str] = {"en": "percent of the text", "zh": "占全文的百分比"}
