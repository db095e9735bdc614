"""Looks up what altered quotations really say, for reports, the command line and the review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aigc_guard.audit.wordings import TrueWording, excerpts, revealed, wording
from aigc_guard.checks.catalogue import create_check
from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_all
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import Policy, required_checks
from aigc_guard.records import Brief, CheckReport, Decision, sha256_text


def true_wordings(
    context: Context,
    policy: Policy | None,
    told: tuple[Brief, Sequence[CheckReport], Iterable[Decision]],
    *,
    seconds: float,
    masked: bool = True,
) -> tuple[TrueWording, ...]:
    """The true wording behind every altered quotation that the decisions speak of.

    ``told`` is a draft's brief, its measurements and decisions. The words stand in the brief, where
    nobody has looked for personal values yet: they are searched as the policy says, now and here,
    and not shown where that fails; ``masked=False`` shows them as they are. Without an altered
    quotation no model is loaded.
    """
    brief, reports, decisions = told
    reasons = [one for made in decisions for one in (*made.reasons, *made.noted)]
    found = list(excerpts(reports, brief, reasons))
    if not found:
        return ()
    if not masked:
        return tuple(revealed(one) for one in found)
    subjects = [Subject(one.text, sha256_text(one.text), brief.language) for one in found]
    (measured,) = measure_all([(_search(policy), subjects)], context, seconds=seconds)
    return tuple(wording(one, got) for one, got in zip(found, measured.reports, strict=True))


def wordings_in(
    project: Project,
    brief: Brief,
    reports: Sequence[CheckReport],
    decision: Decision | None,
    *,
    masked: bool = True,
) -> tuple[TrueWording, ...]:
    """``true_wordings`` of a draft of this project."""
    return true_wordings(
        project.context,
        project.policy_for(brief),
        (brief, reports, () if decision is None else (decision,)),
        seconds=project.config.limits.check_seconds,
        masked=masked,
    )


def _search(policy: Policy | None) -> Check:
    """What looks for personal values: the policy's own check, or the one that is installed."""
    asked = required_checks(policy) if policy is not None else ()
    own = next((one for one in asked if one.check == "pii"), None)
    return own.create() if own is not None else create_check("pii")
