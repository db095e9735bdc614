"""Finished texts that somebody asks about: which policy judges them, and what the answer says.

The command line and the API ask and answer alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aigc_guard.audit.passages import causes_of
from aigc_guard.errors import ConfigError, said
from aigc_guard.i18n import pick
from aigc_guard.pipeline.checking import Judgement, check_texts, language_of
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import Policy
from aigc_guard.records import Brief, Fact, Reason, sha256_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the asker says about a text; empty means "as the policy says"."""

    kind: str = ""
    channel: str = ""
    language: str = ""
    jurisdictions: tuple[str, ...] = ()
    origin: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


def policy_named(project: Project, named: str, wanted: Wanted) -> Policy | None:
    """The project's policy of that name, or the one that serves kind, channel and language.

    None when no policy serves them; raises ConfigError for a name nobody bears.
    """
    if named:
        found = project.policies.named(named)
        if found is None:
            listed = ", ".join(policy.name for policy in project.policies)
            raise ConfigError(
                said("there is no policy {named}", named=f"{named!r}"),
                hint=said("a file, or one of: {listed}", listed=listed),
            )
        return found
    if not wanted.kind:
        raise ConfigError(
            said("neither a policy nor a kind is named"), hint=said("--policy P or --kind K")
        )
    return project.policies.select(
        kind=wanted.kind, channel=wanted.channel or "web", language=wanted.language or "en"
    )


def brief_of(
    name: str, text: str, policy: Policy | None, wanted: Wanted, *, base: Brief | None = None
) -> Brief:
    """The brief a finished text is judged against: what is said, else what the policy serves."""
    serves = policy.form.applies_to if policy is not None else None
    kinds = serves.kinds if serves else ()
    channels = serves.channels if serves else ()
    languages: tuple[str, ...] = serves.languages if serves else ()
    brief = base or Brief(
        id=f"{name}-{sha256_text(text)[:8]}",
        kind=kinds[0] if kinds else "",
        channel=channels[0] if channels else "web",
        # The policy's only language, else what the text is mostly written in.
        language=languages[0] if len(languages) == 1 else language_of(text),
        jurisdictions=tuple(serves.jurisdictions if serves else ()),
    )
    return replace(
        brief,
        text=text,
        kind=wanted.kind or brief.kind,
        channel=wanted.channel or brief.channel,
        language=wanted.language or brief.language,
        jurisdictions=wanted.jurisdictions or brief.jurisdictions,
        facts=wanted.facts or brief.facts,
        origin={**brief.origin, **wanted.origin},
    )


def judge(
    project: Project, briefs: Sequence[Brief], policies: Sequence[Policy | None]
) -> list[Judgement]:
    """Judge finished texts as the project is set up; nothing is stored."""
    return check_texts(
        briefs,
        policies,
        project.context,
        seconds=project.config.limits.check_seconds,
        at=project.clock(),
    )


def answer(judged: Judgement, language: str) -> dict[str, Any]:
    """What is told about a judged text: places, labels and messages, never its words.

    An altered quotation brings what the brief truly says, personal values masked.
    """
    decision = judged.decision
    reasons = (*decision.reasons, *decision.noted)
    return {
        "outcome": decision.outcome.value,
        "policy": decision.policy,
        "policy_digest": decision.policy_digest,
        "text_sha256": decision.text_sha256,
        "findings": [_finding(reason, judged, language) for reason in reasons],
        "coverage": judged.coverage,
        "checks": {
            report.check: {"status": report.status.value, "error": report.error}
            for report in judged.reports
        },
    }


def _finding(reason: Reason, judged: Judgement, language: str) -> dict[str, Any]:
    """``words`` are the places of the words that trip it by themselves, where the check says so."""
    true = next((one.as_json() for one in judged.wordings if one.is_about(reason)), None)
    return {
        "check": reason.check,
        "rule": reason.rule,
        "label": reason.label,
        "score": reason.score,
        "start": reason.start,
        "end": reason.end,
        "message": pick(reason.message, language),
        "outcome": reason.outcome.value,
        "value": reason.value,
        "limit": reason.limit,
        "shadow": reason.shadow,
        "words": [[place.start, place.end] for place in causes_of(judged.reports, [reason])],
        "true_wording": true,
    }
