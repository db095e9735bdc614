"""From the file form to a policy that can decide: checks, settings and limits made concrete.

Everything that could make a rule silently do nothing is an error here: unknown labels, missing
wording, rules that can never fire or that contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aigc_guard.checks.interface import Check
from aigc_guard.errors import GuardError, PolicyError, UnknownCheck, said
from aigc_guard.policy.across import across_errors, approval_errors
from aigc_guard.policy.cases import case_errors, cases_of
from aigc_guard.policy.inherit import Inherited
from aigc_guard.policy.labels import Labels
from aigc_guard.policy.limits import Limits, ProvenanceLimits
from aigc_guard.policy.limits_read import read_limits
from aigc_guard.policy.marks import marks_errors
from aigc_guard.policy.messages import did_you_mean, listed, parse_form
from aigc_guard.policy.model import SEVERITY_OF, Action, PolicyForm, RuleForm
from aigc_guard.policy.ruleset import CheckRequest, Policy, Quoted, Rule, lists_of
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
    work.errors += across_errors(source, form, rules)
    work.errors += marks_errors(source, form)
    work.errors += approval_errors(source, form)
    work.errors += case_errors(source, form)
    sound = {rule.id: rule for rule in rules if rule is not None}
    work.errors += standing_errors(source, form, sound)
    if work.errors:
        return None, work.errors
    policy = Policy(
        form=form,
        rules=tuple(sound.values()),
        labels=Labels(form.labels),
        path=source.path,
        inherited=inherited,
        cases=cases_of(source, form),
        lists=lists_of(sound.values()),
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
        self.check_comparing(rule, request.check_type, loc)
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
                said("there is no check `{check}`", check=rule.check),
                said(
                    "{near}installed checks: {known}",
                    near=did_you_mean(rule.check, known),
                    known=listed(known),
                ),
                kind=UnknownCheck,
            )
            return None
        try:
            check_type = self.check_types[rule.check]
        except GuardError as error:
            self.wrong((*loc, "check"), error.message, error.hint or said("reinstall the project"))
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
        limits, errors = read_limits(self.source, raw, check_type, loc)
        self.errors += errors
        return limits

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
                said("`when_quoted` needs places in the text, provenance has none"),
                said("remove it"),
                at_key=True,
            )
        if form.action is None and form.limits is None:
            self.wrong(
                loc,
                said("`when_quoted` says nothing"),
                said("give it an action or limits of its own"),
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
                    said("`replace` without `action: redact` does nothing"),
                    said("remove it or change the action"),
                    at_key=True,
                )
            return
        if isinstance(limits, ProvenanceLimits):
            self.wrong(
                (*loc, "action"),
                said("provenance has no place in the text to redact"),
                said("use review, block or regenerate"),
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
                        said(
                            "no wording to replace {label} in `{language}`",
                            label=label,
                            language=language,
                        ),
                        said(
                            "add `{label}: ...` under defaults: replace: {language}:",
                            label=label,
                            language=language,
                        ),
                    )

    def check_reach(self, rule: RuleForm, loc: Loc) -> None:
        served = self.form.applies_to.jurisdictions
        if served and rule.jurisdictions and not set(served) & set(rule.jurisdictions):
            self.wrong(
                (*loc, "jurisdictions"),
                said("the rule can never fire: the policy is for {places}", places=listed(served)),
                said("add the place to applies_to: jurisdictions:, or remove the rule"),
            )

    def check_comparing(self, rule: RuleForm, check_type: type[Check], loc: Loc) -> None:
        """What drafts say together is known when all are written: too late to change one alone."""
        if not check_type.compares:
            return
        quoted = rule.when_quoted.action if rule.when_quoted is not None else None
        asked: list[tuple[Loc, Action | None]] = [
            (("action",), rule.action),
            (("when_quoted", "action"), quoted),
        ]
        for key, action in asked:
            if action in (Action.REDACT, Action.REGENERATE):
                self.wrong(
                    (*loc, *key),
                    said(
                        "a rule of {check} compares the drafts of a whole run: `{action}` would "
                        "change one of them after it was compared",
                        check=rule.check,
                        action=action.value,
                    ),
                    said("use flag, review or block"),
                )
