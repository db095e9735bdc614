"""What a claim may rest on."""

from __future__ import annotations

from aigc_guard.records import Brief


def evidence_of(brief: Brief) -> str:
    """The brief's facts and sources, a line each."""
    parts = [fact.value for fact in brief.facts]
    parts += [part for source in brief.sources for part in (source.title, source.text)]
    return "\n\n".join(parts)
