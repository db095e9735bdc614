"""People's decisions about held drafts, bound to the exact bytes, policy and reasons they saw."""

from __future__ import annotations

from aigc_guard.review.authority import Authority, Need, needs_of, told
from aigc_guard.review.cases import Case, queue, reports_for, show
from aigc_guard.review.deciding import Clock, anybody, approve, reject, withdraw
from aigc_guard.review.publishing import Published, Refused, Terms, release_approved

__all__ = [
    "Authority",
    "Case",
    "Clock",
    "Need",
    "Published",
    "Refused",
    "Terms",
    "anybody",
    "approve",
    "needs_of",
    "queue",
    "reject",
    "release_approved",
    "reports_for",
    "show",
    "told",
    "withdraw",
]
