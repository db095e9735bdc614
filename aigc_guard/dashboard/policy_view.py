"""What the pages about policies show: files with their state, texts with errors at their lines."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from aigc_guard.accounts.moments import moment
from aigc_guard.dashboard.visit import Visit
from aigc_guard.errors import PolicyError
from aigc_guard.pipeline.activation import Activation, history
from aigc_guard.pipeline.proposing import Trial, files, present
from aigc_guard.policy import Policy, policy_errors
from aigc_guard.policy.standing_form import WaiverForm
from aigc_guard.policy.waivers import Term, term_of
from aigc_guard.store import Proposal

SOON_DAYS = 14


@dataclass(frozen=True)
class PolicyFile:
    """One file of the list. ``policy`` is None for a base and for a broken file."""

    file: str
    policy: Policy | None
    errors: tuple[PolicyError, ...]
    activation: Activation | None
    open_proposals: int

    @property
    def is_activated(self) -> bool:
        """Whether two people answered for exactly what the file holds."""
        newest = self.activation
        return (
            newest is not None and self.policy is not None and (newest.digest == self.policy.digest)
        )


class PolicyRead(NamedTuple):
    """What reading a file gave; ``policy`` is None for a base and for a broken file."""

    errors: tuple[PolicyError, ...]
    policy: Policy | None


def policy_read(visit: Visit, name: str) -> PolicyRead:
    """A policy file, read again only when something in the policies' folder has changed."""
    project, kept = visit.project, visit.console.policies_read
    found: PolicyRead | None = kept.get(name)
    if found is None:
        errors = tuple(policy_errors(files(project)[name], project.checks))
        found = PolicyRead(errors, None if errors else present(project, name))
        kept[name] = found
    return found


def policy_files_shown(visit: Visit) -> list[PolicyFile]:
    """Every file of the policies' folder."""
    project = visit.project
    waiting = visit.store.proposals(state="open")
    newest: dict[str, Activation] = {}
    for one in _history(visit):
        newest[one.policy] = one
    shown = []
    for name in files(project):
        errors, policy = policy_read(visit, name)
        count = sum(one.policy == name for one in waiting)
        activation = newest.get(policy.name) if policy is not None else None
        shown.append(PolicyFile(name, policy, errors, activation, count))
    return shown


def _history(visit: Visit) -> list[Activation]:
    from aigc_guard.errors import GuardError

    try:
        return history(visit.project)
    except GuardError:  # a broken file: what is in force can't be said then
        return []


def activations_of(visit: Visit, policy: Policy | None) -> list[Activation]:
    """Every activation of a policy, newest first."""
    if policy is None:
        return []
    return [one for one in reversed(_history(visit)) if one.policy == policy.name]


@dataclass(frozen=True)
class Line:
    """A numbered line with the errors that stand there."""

    number: int
    text: str
    errors: tuple[PolicyError, ...] = ()


def numbered(text: str, errors: Sequence[PolicyError] = ()) -> list[Line]:
    """The text's lines; what has no line of its own stands at the first."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    places: dict[int, list[PolicyError]] = {}
    for error in errors:
        number = min(max(error.line or 1, 1), max(len(lines), 1))
        places.setdefault(number, []).append(error)
    return [
        Line(number, line, tuple(places.get(number, ())))
        for number, line in enumerate(lines or [""], start=1)
    ]


@dataclass(frozen=True)
class DiffLine:
    """A line of a comparison: ``sign`` is + or - or blank."""

    sign: str
    text: str


def differences(old: str, new: str, *, around: int = 3) -> list[list[DiffLine]]:
    """Groups of changed lines with some lines around them."""
    groups: list[list[DiffLine]] = []
    for line in difflib.unified_diff(old.splitlines(), new.splitlines(), n=around, lineterm=""):
        if line.startswith("@@"):
            groups.append([])
        elif groups:
            groups[-1].append(DiffLine(line[:1], line[1:]))
    return groups


@dataclass(frozen=True)
class Waiver:
    """An exception with its policy and how many days it still holds."""

    file: str
    policy: str
    form: WaiverForm
    term: str
    days_left: int

    @property
    def is_ending(self) -> bool:
        """Whether it holds and ends soon."""
        return self.term == Term.HOLDS.value and self.days_left <= SOON_DAYS


def waivers_shown(visit: Visit) -> list[Waiver]:
    """All waivers of all policies that load, those that end first before the others."""
    now = visit.now
    found = []
    for name in files(visit.project):
        policy = policy_read(visit, name).policy
        for form in policy.form.waivers if policy is not None else ():
            left = (moment(f"{form.expires}T00:00:00Z") - moment(f"{now[:10]}T00:00:00Z")).days
            assert policy is not None
            found.append(Waiver(name, policy.name, form, term_of(form, now).value, left))
    return sorted(found, key=lambda one: (one.days_left < 0, one.days_left, one.form.id))


def trial_json(visit: Visit, trial: Trial) -> dict[str, Any]:
    """A trial for programs."""
    return {
        "file": trial.file,
        "sound": not trial.errors,
        "errors": [error_json(visit, one) for one in trial.errors],
        "changes": [
            {"way": one.way.value, "rule": one.rule, "words": visit.pick(one.words)}
            for one in trial.changes
        ],
        "policy_digest": trial.policy.digest if trial.policy else "",
    }


def error_json(visit: Visit, error: PolicyError) -> dict[str, Any]:
    """An error for programs."""
    return {
        "file": error.path.rsplit("/", 1)[-1],
        "line": error.line,
        "column": error.column,
        "problem": visit.spoken(error.message),
        "mend": visit.spoken(error.hint),
    }


def proposal_json(one: Proposal) -> dict[str, Any]:
    """A proposal for programs; its text has a resource of its own."""
    return {
        "proposal": one.proposal_id,
        "file": one.policy,
        "by": one.account_id,
        "at": one.at,
        "state": one.state,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
    }
