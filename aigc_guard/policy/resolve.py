"""From the file form to a policy that can decide: checks, settings and limits made concrete.

Everything that could make a rule silently do nothing is an error here: unknown labels, missing
wording, rules that can never fire or that contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aigc_guard.checks.interface import Check
from aigc_guard.errors import GuardError, PolicyError, UnknownCheck
from aigc_guard.policy.cases import case_errors, cases_of
from aigc_guard.policy.inherit import Inherited
from aigc_guard.policy.labels import ELEMENT_NAMES, Labels
from aigc_guard.policy.limits import (
    LabelLimits,
    Limits,
    PlacedLimits,
    ProvenanceLimits,
    ValueLimits,
    form_of,
)
from aigc_guard.policy.marks import marks_errors
from aigc_guard.policy.messages import did_you_mean, listed, parse_form
from aigc_guard.policy.model import SEVERITY_OF, Action, PolicyForm, RuleForm
from aigc_guard.policy.ruleset import CheckRequest, Policy, Quoted, Rule, policy_digest
from aigc_guard.policy.source import Loc, Source
from aigc_guard.policy.standing import standing_errors

CheckTypes = Mapping[str, type[Check]]


def resolve(
    source: Source,
    form: PolicyForm,
    check_types: CheckTypes,
    inherited: Inherited | None = None,
) -> tuple[Policy | None, list[PolicyError]]:
    """The policy of ``form``, or everything that is wrong with it."""
    work = _Resolver(source, form, check_types)
    rules = [work.rule(index, rule) for index, rule in enumerate(form.rules)]
    work.check_ids()
    work.check_contradictions(rules)
    work.check_labels()
    work.errors += marks_errors(source, form)
    work.check_approvals()
    work.errors += case_errors(source, form)
    sound = {rule.id: rule for rule in rules if rule is not None}
    work.errors += standing_errors(source, form, sound)
    if work.errors:
        return None, work.errors
    policy = Policy(
        form=form,
        digest=policy_digest(form, rules),
        rules=tuple(rule for rule in rules if rule is not None),
        labels=Labels(form.labels),
        path=source.path,
        inherited=inherited,
        cases=cases_of(source, form),
    )
    return policy, []


class _Resolver:
    def __init__(self, source: Source, form: PolicyForm, check_types: CheckTypes) -> None:
        self.source = source
        self.form = form
        self.check_types = check_types
        self.errors: list[PolicyError] = []
        self.requests: list[CheckRequest] = []

    def wrong(self, loc: Loc, message: str, hint: str, **how: Any) -> None:
        self.errors.append(self.source.error(loc, message, hint=hint, **how))

    def rule(self, index: int, rule: RuleForm) -> Rule | None:
        loc: Loc = ("rules", index)
        before = len(self.errors)
        request = self.request(rule, loc)
        if request is None:
            return None
        self.requests.append(request)
        limits = self.limits(rule.limits, request.check_type, (*loc, "limits"))
        quoted = self.quoted(rule, limits, request, loc)
        self.check_reach(rule, loc)
        if limits is not None:
            self.check_redaction(rule, limits, quoted, loc)
        if limits is None or len(self.errors) > before:
            return None
        return Rule(
            id=rule.id,
            request=request,
            limits=limits,
            action=rule.action,
            severity=rule.severity or SEVERITY_OF[rule.action],
            message=rule.message.as_dict(),
            title=rule.title.as_dict() if rule.title else {"en": rule.id, "zh": rule.id},
            why=rule.why.as_dict() if rule.why else {},
            link=rule.link,
            when_quoted=quoted,
            shadow=rule.shadow,
            required=rule.required,
            jurisdictions=rule.jurisdictions,
            replace=self.wordings(rule),
        )

    def request(self, rule: RuleForm, loc: Loc) -> CheckRequest | None:
        if rule.check not in self.check_types:
            known = sorted(self.check_types)
            self.wrong(
                (*loc, "check"),
                f"there is no check `{rule.check}`",
                f"{did_you_mean(rule.check, known)}installed checks: {listed(known)}",
                kind=UnknownCheck,
            )
            return None
        try:
            check_type = self.check_types[rule.check]
        except GuardError as error:
            self.wrong((*loc, "check"), error.message, error.hint or "reinstall the project")
            return None
        settings, errors = parse_form(
            self.source, check_type.settings_type, dict(rule.with_), (*loc, "with")
        )
        self.errors += errors
        if settings is None:
            return None
        # Rules under equal settings share one request, so that it is looked at once per draft.
        new = CheckRequest(rule.check, settings, check_type)
        return next((known for known in self.requests if known == new), new)

    def limits(self, raw: Mapping[str, Any], check_type: type[Check], loc: Loc) -> Limits | None:
        if not raw:
            self.wrong(loc, "`limits` is empty", "name at least one limit, e.g. {insult: 0.6}")
            return None
        if self.mistook_values(raw, check_type, loc):
            return None
        parsed, errors = parse_form(self.source, form_of(check_type.id, raw), dict(raw), loc)
        self.errors += errors
        if isinstance(parsed, ProvenanceLimits):
            return parsed
        if not isinstance(parsed, PlacedLimits):
            return None
        self.check_label_names(parsed, check_type, loc)
        if isinstance(parsed, ValueLimits):
            self.check_units(parsed, check_type, (*loc, "values"))
        return parsed

    def check_label_names(self, limits: PlacedLimits, check_type: type[Check], loc: Loc) -> None:
        known = check_type.labels
        by_name = not isinstance(limits, LabelLimits)
        within = (*loc, "values") if isinstance(limits, ValueLimits) else loc
        for index, label in enumerate(limits.labels):
            if known and label not in known:
                self.wrong(
                    (*within, label) if by_name else (*loc, "labels", index),
                    f"the check {check_type.id} has no label `{label}`",
                    f"{did_you_mean(label, known)}it reports: {listed(known)}",
                    at_key=by_name,
                )

    def mistook_values(self, raw: Mapping[str, Any], check_type: type[Check], loc: Loc) -> bool:
        """Whether a value of the check's own stands where a score belongs."""
        meant = [
            label
            for label in check_type.units
            if isinstance(raw.get(label), int | float) and raw[label] > 1
        ]
        for label in meant:
            self.wrong(
                (*loc, label),
                f"the limit `{label}` is a score here and must be at most 1",
                f"to limit the value itself write values: {{{label}: {raw[label]:g}}}",
            )
        return bool(meant)

    def check_units(self, limits: ValueLimits, check_type: type[Check], loc: Loc) -> None:
        """A label that carries no value would never reach its limit."""
        units = check_type.units
        for label in limits.labels:
            if label in check_type.labels and label not in units:
                can = f"with a value: {listed(units)}" if units else "this check gives none a value"
                self.wrong(
                    (*loc, label),
                    f"the check {check_type.id} measures no value for `{label}`",
                    f"limit its score instead, e.g. {{{label}: 0.5}}; {can}",
                    at_key=True,
                )

    def quoted(
        self, rule: RuleForm, limits: Limits | None, request: CheckRequest, loc: Loc
    ) -> Quoted | None:
        form = rule.when_quoted
        if form is None or limits is None:
            return None
        loc = (*loc, "when_quoted")
        if isinstance(limits, ProvenanceLimits):
            self.wrong(
                loc,
                "`when_quoted` needs places in the text, provenance has none",
                "remove it",
                at_key=True,
            )
        if form.action is None and form.limits is None:
            self.wrong(
                loc,
                "`when_quoted` says nothing",
                "give it an action or limits of its own",
                at_key=True,
            )
        own = limits
        if form.limits is not None:
            parsed = self.limits(form.limits, request.check_type, (*loc, "limits"))
            if parsed is None:
                return None
            own = parsed
        return Quoted(own, form.action or rule.action)

    def wordings(self, rule: RuleForm) -> Mapping[str, Mapping[str, str]]:
        defaults = self.form.defaults.replace
        return {
            language: {**defaults.get(language, {}), **rule.replace.get(language, {})}
            for language in self.form.applies_to.languages
        }

    def check_redaction(
        self, rule: RuleForm, limits: Limits, quoted: Quoted | None, loc: Loc
    ) -> None:
        """A value can only be replaced where it has a place and the policy has words for it."""
        cases = [(rule.action, limits)] + ([(quoted.action, quoted.limits)] if quoted else [])
        redacting = [limits for action, limits in cases if action is Action.REDACT]
        if not redacting:
            if rule.replace:
                self.wrong(
                    (*loc, "replace"),
                    "`replace` without `action: redact` does nothing",
                    "remove it or change the action",
                    at_key=True,
                )
            return
        if isinstance(limits, ProvenanceLimits):
            self.wrong(
                (*loc, "action"),
                "provenance has no place in the text to redact",
                "use review, block or regenerate",
            )
            return
        labels = [
            label
            for one in redacting
            if not isinstance(one, ProvenanceLimits)
            for label in one.labels
        ]
        for language, words in self.wordings(rule).items():
            for label in dict.fromkeys(labels):
                if label not in words:
                    self.wrong(
                        (*loc, "action"),
                        f"no wording to replace {label} in `{language}`",
                        f"add `{label}: ...` under defaults: replace: {language}:",
                    )

    def check_reach(self, rule: RuleForm, loc: Loc) -> None:
        served = self.form.applies_to.jurisdictions
        if served and rule.jurisdictions and not set(served) & set(rule.jurisdictions):
            self.wrong(
                (*loc, "jurisdictions"),
                f"the rule can never fire: the policy is for {listed(served)}",
                "add the place to applies_to: jurisdictions:, or remove the rule",
            )

    def check_ids(self) -> None:
        seen: dict[str, int] = {}
        for index, rule in enumerate(self.form.rules):
            if rule.id in seen:
                first = self.source.place_of(("rules", seen[rule.id]))[1]
                self.wrong(
                    ("rules", index, "id"),
                    f"a second rule `{rule.id}` (the first is in line {first})",
                    "give each rule its own id",
                )
            seen.setdefault(rule.id, index)

    def check_contradictions(self, rules: list[Rule | None]) -> None:
        """Two rules that trip on the same values can't ask for different things."""
        seen: dict[Any, tuple[int, Rule]] = {}
        for index, rule in enumerate(rules):
            if rule is None or rule.shadow:
                continue
            key = (
                rule.request.check,
                repr(rule.request.settings),
                repr(rule.limits),
                rule.jurisdictions,
            )
            if key in seen:
                other = seen[key][1]
                same = other.action is rule.action
                self.wrong(
                    ("rules", index, "id"),
                    f"`{rule.id}` {'repeats' if same else 'contradicts'} `{other.id}`: "
                    f"same check and limits{'' if same else ', another action'}",
                    "keep one of them",
                )
            seen.setdefault(key, (index, rule))

    def check_labels(self) -> None:
        """Where a policy says which places it is for, each gets a notice that suits it."""
        where = self.form.applies_to
        seen: set[str] = set()
        for index, entry in enumerate(self.form.labels):
            if entry.id in seen:
                self.wrong(
                    ("labels", index, "id"),
                    f"a second label `{entry.id}`",
                    "give each label its own id",
                )
            seen.add(entry.id)
        labels = Labels(self.form.labels)
        for place in where.jurisdictions if self.form.labels else ():
            for language in where.languages:
                for channel in where.channels or ("",):
                    if not labels.covers(place, channel=channel, language=language):
                        self.wrong(
                            ("labels",),
                            f"no label for {place}, language {language}"
                            + (f", channel {channel}" if channel else ""),
                            "add one whose text names " + ELEMENT_NAMES.get(place, "AI"),
                            at_key=True,
                        )
                        return

    def check_approvals(self) -> None:
        ids = [rule.id for rule in self.form.rules]
        for index, entry in enumerate(self.form.approvals):
            for at, rule in enumerate(entry.rules):
                if rule not in ids:
                    self.wrong(
                        ("approvals", index, "rules", at),
                        f"there is no rule `{rule}`",
                        did_you_mean(rule, ids) or f"rules: {listed(ids)}",
                    )
