"""Everything the draft page and the API show of one draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from fastapi import HTTPException

from aigc_guard.audit.passages import was_searched
from aigc_guard.audit.report_html import part_name
from aigc_guard.audit.wordings import TrueWording
from aigc_guard.checks.grounding.connected import Connection, connect
from aigc_guard.dashboard.history import Entry, Names, history
from aigc_guard.dashboard.marked import Mark, Shown, letter, marked
from aigc_guard.dashboard.versions import Version, versions
from aigc_guard.dashboard.visit import Visit
from aigc_guard.errors import GuardError, said
from aigc_guard.generators.notes import in_words
from aigc_guard.pipeline.approved import authority_in
from aigc_guard.pipeline.desk import rules_for
from aigc_guard.pipeline.measuring import coverage_share, subject_of
from aigc_guard.pipeline.scores import Score, scores
from aigc_guard.pipeline.wordings import wordings_in
from aigc_guard.policy import Policy
from aigc_guard.policy.ruleset import Rule
from aigc_guard.records import CheckReport, Reason
from aigc_guard.redact import mask, personal_findings
from aigc_guard.review import Case, reports_for, show, told
from aigc_guard.store import Lease, State


@dataclass(frozen=True)
class Material:
    """One fact or source of the brief under its letter, and how often the text says it."""

    letter: str
    name: str
    value: str
    said: int
    url: str = ""
    licence: str = ""


@dataclass(frozen=True)
class DraftView:
    """One draft for one person; what costs something is worked out when it is looked at."""

    visit: Visit
    case: Case
    unmasked: bool = False

    @cached_property
    def policy(self) -> Policy | None:
        """The policy that decided, as it stands now."""
        decision = self.case.decision
        return self.visit.project.policies.named(decision.policy) if decision else None

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """Why the writer does not call the draft faithful to its brief, in words."""
        return () if self.case.draft.faithful else in_words(self.case.draft.notes)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is held, in the policy's order: their numbers are their places here."""
        return self.case.decision.reasons if self.case.decision else ()

    @cached_property
    def wordings(self) -> tuple[TrueWording, ...]:
        """What the quotations that it altered really say."""
        case = self.case
        masked = not self.unmasked
        return wordings_in(
            self.visit.project, case.brief, case.reports, case.decision, masked=masked
        )

    def wording(self, reason: Reason) -> TrueWording | None:
        """The true wording that belongs under ``reason``, if it is about a quotation."""
        if reason.check != "grounding":
            return None
        return next((one for one in self.wordings if one.is_about(reason)), None)

    def part(self, wording: TrueWording) -> str:
        """The part of the brief where it stands, as people call it."""
        return part_name(wording.part, self.visit.language)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules of the policy by id."""
        return {rule.id: rule for rule in self.policy.rules} if self.policy else {}

    @cached_property
    def connections(self) -> list[Connection]:
        """Where the text says what the brief says."""
        return connect(self.case.draft.text, self.case.brief)

    @cached_property
    def marks(self) -> list[Mark] | None:
        """The text; None when it is not to be shown."""
        shown = Shown(self.case.draft.text, self.case.reports, self.unmasked)
        return marked(shown, self.reasons, self.connections)

    @property
    def masks(self) -> int:
        """How many personal values are masked."""
        return sum(bool(mark.label) for mark in self.marks or ())

    @cached_property
    def material(self) -> tuple[Material, ...]:
        """Facts, then sources; personal values of the draft are masked here as well."""
        brief = self.case.brief
        counts = [one.number for one in self.connections]
        rows = [(fact.name, fact.value, "", "") for fact in brief.facts]
        rows += [(one.title, one.text, one.url, one.licence) for one in brief.sources]
        return tuple(
            Material(letter(n), name, self._veiled(value), counts.count(n), _safe(url), licence)
            for n, (name, value, url, licence) in enumerate(rows)
        )

    def _veiled(self, text: str) -> str:
        if self.unmasked:
            return text
        own = self.case.draft.text
        values = {
            (own[one.start : one.end].strip(), one.label)
            for one in personal_findings(self.case.reports)
        }
        for value, label in sorted(values, key=lambda one: -len(one[0])):
            if value:
                text = text.replace(value, f"[{label} · {len(value)}]")
        return text

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """What was measured against each limit, the nearest first."""
        subject = subject_of(self.case.draft, self.case.brief)
        return scores(self.policy, subject, self.case.reports)

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """Attempts, redactions and edits, each compared with the one before."""
        found = self.case.versions
        decisions = self.visit.store.latest_decisions([one.draft_id for one in found])
        reports: dict[str, Sequence[CheckReport]] = {
            name: reports_for(self.visit.store, decision) for name, decision in decisions.items()
        }
        ledgers = {one.draft_id: self.visit.store.edits_of(one.draft_id) for one in found}
        return versions(found, reports, ledgers)

    @cached_property
    def history(self) -> list[Entry]:
        """What happened, oldest first."""
        return history(self.visit, self.case)

    @cached_property
    def names(self) -> Names:
        """Names behind account ids."""
        return Names(self.visit)

    def coverage(self, report: CheckReport) -> float:
        """Share of the text that the check read, 0-1."""
        return coverage_share(report, len(self.case.draft.text))

    @cached_property
    def lease(self) -> Lease | None:
        """Who has it on the desk."""
        item = self.case.item
        return self.visit.store.lease_of(item.work_id, now=self.visit.now) if item else None

    @property
    def is_mine(self) -> bool:
        """Whether it is on the desk of who looks."""
        return self.lease is not None and self.lease.account_id == self.visit.account.account_id

    @property
    def is_taken(self) -> bool:
        """Whether it is on somebody else's desk."""
        return self.lease is not None and not self.is_mine

    @property
    def stands(self) -> bool:
        """Whether this is the version that counts for its order."""
        item = self.case.item
        return item is not None and item.draft_id == self.case.draft.draft_id

    @property
    def state(self) -> str:
        """Where it stands: waiting, approved, rejected, released, blocked, passed, transit."""
        item = self.case.item
        if item is None:
            return "undecided"
        return item.state.value if self.stands else "replaced"

    @property
    def is_waiting(self) -> bool:
        """Whether somebody may decide about it."""
        return self.stands and self.case.item is not None and self.case.item.state is State.WAITING

    @property
    def is_changeable(self) -> bool:
        """Whether it may be edited or written once more."""
        return self.state in (State.WAITING, State.BLOCKED, State.APPROVED)

    @property
    def was_written(self) -> bool:
        """Whether a model wrote it, so that it can be written once more."""
        return all(one.made_by != "supplied" for one in self.case.versions)

    @cached_property
    def undo_until(self) -> str:
        """Until when the own approval can be undone; "" when it can't."""
        mine = any(
            one.actor == self.visit.account.account_id
            for one in self.visit.store.standing_approvals(self.case.draft.draft_id)
        )
        until = self.visit.store.grace_of(self.case.draft.draft_id)
        return until if mine and until > self.visit.now and self.stands else ""

    @cached_property
    def asked(self) -> str:
        """What is still asked of approvers in words, or why nobody can approve; "" for nothing."""
        if self.case.decision is None or not self.is_waiting:
            return ""
        if self.case.item is not None and self.case.item.unverified:
            return said("a check did not read all of it: it can't be approved as it is")
        try:
            authority = authority_in(self.visit.project)(self.case.decision)
        except GuardError as error:
            return error.message
        given = self.visit.store.standing_approvals(self.case.draft.draft_id)
        unmet = authority.unmet(given)
        return told(unmet) if unmet else ""

    @cached_property
    def rejection_rules(self) -> tuple[str, ...]:
        """The rules that a rejection may name."""
        return rules_for(self.visit.project, self.case.draft.draft_id)

    @property
    def was_searched(self) -> bool:
        """Whether somebody looked for personal values in all of the text."""
        return was_searched(self.case.draft.text, self.case.reports)

    @property
    def masked_text(self) -> str | None:
        """The text for programs: masked; None where it is not to be shown."""
        if self.unmasked:
            return self.case.draft.text
        if not self.was_searched:
            return None
        return mask(self.case.draft.text, personal_findings(self.case.reports)).text


def _safe(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def view_draft(visit: Visit, draft_id: str, *, unmasked: bool = False) -> DraftView:
    """A draft for who looks; raises HTTPException 404 for one that is not there."""
    if visit.store.draft(draft_id) is None:
        raise HTTPException(404)
    return DraftView(visit, show(visit.store, draft_id), unmasked)
