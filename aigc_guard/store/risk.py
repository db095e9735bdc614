"""How grave it is what holds a draft: the queue's other order."""

from __future__ import annotations

from aigc_guard.records import Decision

_SEVERITY = {"": 2, "note": 0, "minor": 1, "major": 2, "critical": 3}


def risk_of(decision: Decision) -> int:
    """A thousand per step of severity and up to a thousand for the score, of the gravest reason.

    What no policy rates (a check that could not read, no policy at all) counts as major.
    """
    return max(
        (
            1000 * _SEVERITY.get(one.severity, 2) + round(1000 * min(max(one.score, 0.0), 1.0))
            for one in decision.reasons
        ),
        default=0,
    )
