"""The tests of a policy file: which drafts they are, and where each was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aigc_guard.errors import PolicyError, said
from aigc_guard.policy.case_form import CaseForm
from aigc_guard.policy.messages import did_you_mean, listed, meant
from aigc_guard.policy.model import PolicyForm
from aigc_guard.policy.source import Loc
from aigc_guard.policy.source import Source as PolicySource
from aigc_guard.records import Brief, Draft, Fact, Source, digest_of, sha256_text

CASE_WRITER = "writer-of-the-test"


@dataclass(frozen=True, slots=True)
class PolicyCase:
    """A test draft: the rules it must and must not trip. ``rule`` is empty for a whole policy's."""

    form: CaseForm
    path: str
    line: int
    rule: str = ""
    trips: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseWork:
    """A test draft as checks and rules see it. ``models`` is what the lock is taken to say."""

    draft: Draft
    brief: Brief
    models: Mapping[str, Mapping[str, Any]]


def cases_of(source: PolicySource, form: PolicyForm) -> tuple[PolicyCase, ...]:
    """Every test of the policy, by rule, then those of the whole policy."""
    cases = []
    for loc, rule, case in _located(form):
        path, line = source.place_of(loc)
        own = (rule,) if rule else ()
        trips = own if "trips" in loc else getattr(case, "trips", ())
        passes = own if "passes" in loc else getattr(case, "passes", ())
        cases.append(PolicyCase(case, path, line, rule, trips, passes))
    return tuple(cases)


def case_errors(source: PolicySource, form: PolicyForm) -> list[PolicyError]:
    """Tests of drafts the policy doesn't serve, and of rules it doesn't have."""
    where = form.applies_to
    ids = [rule.id for rule in form.rules]
    errors = []
    hint: str
    message: str
    for loc, _, case in _located(form):
        served = {"kind": where.kinds, "channel": where.channels, "language": where.languages}
        for key, known in served.items():
            value = getattr(case, key)
            if value is not None and known and value not in known:
                hint = said(
                    "{near}it serves: {known}",
                    near=did_you_mean(value, known),
                    known=listed(known),
                )
                message = _NOT_SERVED[key](value)
                errors.append(source.error((*loc, key), message, hint=hint))
        for key in ("trips", "passes"):
            for index, rule in enumerate(getattr(case, key, ())):
                if rule not in ids:
                    hint = meant(rule, ids) or said("rules: {known}", known=listed(ids))
                    at = (*loc, key, index)
                    message = said("there is no rule `{rule}`", rule=rule)
                    errors.append(source.error(at, message, hint=hint))
    return errors


_NOT_SERVED = {
    "kind": lambda value: said("the policy does not serve the kind `{value}`", value=value),
    "channel": lambda value: said("the policy does not serve the channel `{value}`", value=value),
    "language": lambda value: said("the policy does not serve the language `{value}`", value=value),
}


def _located(form: PolicyForm) -> Iterator[tuple[Loc, str, CaseForm]]:
    for at, rule in enumerate(form.rules):
        for index, case in enumerate(rule.tests.trips):
            yield ("rules", at, "tests", "trips", index), rule.id, case
        for index, case in enumerate(rule.tests.passes):
            yield ("rules", at, "tests", "passes", index), rule.id, case
    for index, case in enumerate(form.tests):
        yield ("tests", index), "", case


def case_work(case: PolicyCase, policy: PolicyForm) -> CaseWork:
    """The draft and brief of a test under its policy."""
    form, where = case.form, policy.applies_to
    supplied = form.origin is not None
    brief = Brief(
        id=form.brief,
        kind=form.kind or where.kinds[0],
        language=form.language or where.languages[0],
        channel=form.channel or (where.channels[0] if where.channels else "web"),
        jurisdictions=form.jurisdictions,
        facts=tuple(Fact(name, value) for name, value in form.facts.items()),
        sources=tuple(Source(one.title, one.url, one.licence, one.text) for one in form.sources),
        required_terms=form.required_terms,
        may_publish=form.may_publish,
        text=form.text if supplied else "",
        origin=dict(form.origin or {}),
    )
    draft = Draft(
        draft_id=digest_of(["test", brief.digest, form.text])[:32],
        brief_id=brief.id,
        brief_digest=brief.digest if form.same_brief else sha256_text("another brief"),
        kind=brief.kind,
        language=brief.language,
        channel=brief.channel,
        text=form.text,
        writer="supplied" if supplied else CASE_WRITER,
        model_digest="",
        settings_digest="",
        seed=0,
        attempt=1,
        faithful=form.faithful,
        made_by="supplied" if supplied else "model",
    )
    writer = form.writer
    facts = {
        "licence": writer.licence,
        "approved_for": [brief.kind] if writer.approved_for is None else [*writer.approved_for],
        "trained_on": list(writer.trained_on),
        "remote": writer.remote,
    }
    return CaseWork(draft, brief, {CASE_WRITER: facts} if writer.known else {})
