"""A loaded policy: rules with typed limits and the measurements they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from aigc_guard.checks.interface import Check, Settings, Subject
from aigc_guard.checks.lists import list_digests
from aigc_guard.policy.cases import PolicyCase
from aigc_guard.policy.inherit import Inherited
from aigc_guard.policy.labels import Labels
from aigc_guard.policy.limits import Limits
from aigc_guard.policy.model import Action, ApprovalForm, PolicyForm, Severity
from aigc_guard.records import Brief, Decision, digest_of


@dataclass(frozen=True)
class CheckRequest:
    """A measurement a policy needs: a check under its settings."""

    check: str
    settings: Settings
    check_type: type[Check]

    def create(self) -> Check:
        """The check, ready to measure; cheap, models load at the first measurement."""
        return self.check_type(self.settings)

    @cached_property
    def prototype(self) -> Check:
        """The check as it is asked for digests, which every draft and rule needs again."""
        return self.create()

    @property
    def key(self) -> tuple[str, str]:
        """What tells measurements apart: the check and the digest of its settings."""
        return self.check, self.prototype.settings_digest

    def settings_digest(self, subject: Subject) -> str:
        """The settings digest a report about ``subject`` must carry to count."""
        return self.prototype.report_settings_digest(subject)


@dataclass(frozen=True, slots=True)
class Quoted:
    """What holds for words inside an attributed quotation."""

    limits: Limits
    action: Action


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with everything filled in."""

    id: str
    request: CheckRequest
    limits: Limits
    action: Action
    severity: Severity
    message: Mapping[str, str]
    title: Mapping[str, str]
    why: Mapping[str, str]
    link: str = ""
    when_quoted: Quoted | None = None
    shadow: bool = False
    required: bool = False
    jurisdictions: tuple[str, ...] = ()
    replace: Mapping[str, Mapping[str, str]] | None = None

    def applies(self, brief: Brief | None) -> bool:
        """Whether the rule holds for this brief; without a stated place every rule does."""
        stated = brief.jurisdictions if brief is not None else ()
        if not self.jurisdictions or not stated:
            return True
        return bool({place.upper() for place in stated} & set(self.jurisdictions))

    def wording(self, label: str, language: str) -> str:
        """What stands for a redacted value of ``label``."""
        texts = self.replace or {}
        language = "zh" if language.lower().startswith("zh") else "en"
        words = texts.get(language, {}).get(label)
        # The loader asks for wording in the policy's languages; another language gets one of them.
        return words or next((t[label] for t in texts.values() if label in t), "[…]")


@dataclass(frozen=True)
class Policy:
    """A whole policy; equal content has equal digests, whatever the file looked like.

    ``lists`` are the digests of the list files that its settings name.
    """

    form: PolicyForm
    rules: tuple[Rule, ...]
    labels: Labels
    path: str = ""
    inherited: Inherited | None = None
    cases: tuple[PolicyCase, ...] = ()
    lists: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """The form's digest; where settings name list files, over what the lists hold, too."""
        own = self.form.digest
        return digest_of([own, [*self.lists]]) if self.lists else own

    @property
    def name(self) -> str:
        """The policy's own name."""
        return self.form.policy

    @property
    def version(self) -> str:
        """The version people use."""
        return self.form.version

    @property
    def owner(self) -> str:
        """Who answers for the policy."""
        return self.form.owner

    @property
    def attempts(self) -> int:
        """How many drafts are written at most for one brief."""
        return self.form.defaults.attempts

    @property
    def approvals(self) -> tuple[ApprovalForm, ...]:
        """Which role decides about which rules."""
        return self.form.approvals

    def serves(self, *, kind: str, channel: str, language: str) -> bool:
        """Whether drafts of this kind, channel and language are decided by this policy."""
        where = self.form.applies_to
        return (
            kind in where.kinds
            and (not where.channels or channel in where.channels)
            and _short(language) in where.languages
        )

    def approvers(self, decision: Decision) -> tuple[str, ...]:
        """The roles that must approve what ``decision`` holds; empty if any reviewer may."""
        held = {reason.rule for reason in decision.reasons}
        own = {rule for entry in self.approvals for rule in entry.rules}
        roles = {entry.by for entry in self.approvals if held.intersection(entry.rules)}
        if held - own:
            roles |= {entry.by for entry in self.approvals if not entry.rules}
        return tuple(sorted(roles))


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The policies of a folder; no two serve the same kind, channel and language."""

    policies: tuple[Policy, ...]

    def select(self, *, kind: str, channel: str, language: str) -> Policy | None:
        """The policy for a draft; None means review, never release."""
        for policy in self.policies:
            if policy.serves(kind=kind, channel=channel, language=language):
                return policy
        return None

    def named(self, name: str) -> Policy | None:
        """The policy called ``name``."""
        return next((policy for policy in self.policies if policy.name == name), None)

    def __iter__(self) -> Iterator[Policy]:
        return iter(self.policies)

    def __len__(self) -> int:
        return len(self.policies)


def required_checks(policy: Policy) -> tuple[CheckRequest, ...]:
    """Every measurement the policy needs, each once, whatever the brief's places are."""
    return unique_requests(policy.rules)


def unique_requests(rules: Sequence[Rule]) -> tuple[CheckRequest, ...]:
    """The requests of ``rules`` without repetition, in order."""
    found: dict[tuple[str, str], CheckRequest] = {}
    for rule in rules:
        found.setdefault(rule.request.key, rule.request)
    return tuple(found.values())


def lists_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The digests of all list files that settings of the rules name."""
    return tuple(sorted({one for rule in rules for one in list_digests(rule.request.settings)}))


def _short(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
