"""Switching a policy on: who wrote it, who allowed it, and exactly which content it was.

A file in the policies' folder is used by the next run whether it was activated or not; the record
of activations says which of what was used two people answered for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aigc_guard.audit.log import Kind, record_activation
from aigc_guard.checks.interface import Context
from aigc_guard.errors import ConfigError, PolicyError, ReviewError, said
from aigc_guard.pipeline.measuring import MemoryArchive
from aigc_guard.pipeline.policy_tests import run_cases
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import Policy
from aigc_guard.policy.rules_lock import read_lock, refuse_lost
from aigc_guard.policy.trial import model_free
from aigc_guard.records import Event
from aigc_guard.review.authority import same_person
from aigc_guard.review.deciding import LONGEST_NAME


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation. People are opaque ids; ``in_force``: the folder still holds this content."""

    policy: str
    version: str
    digest: str
    author: str
    approver: str
    at: str
    in_force: bool


def activate(
    project: Project, named: str, *, by: str, approver: str, authenticated: bool = False
) -> Activation:
    """Record that the policy in the file (or of the name) ``named`` is switched on.

    All policies of the project must be sound, and the tests of this one's rules that need no model
    must pass; no rule that ``rules.lock`` knows may have vanished. What is active already is not
    recorded again. Raises ReviewError unless two people are named, PolicyError for a policy that
    may not be switched on.
    """
    _refuse_one_person(by, approver)
    policy = _of_project(project, named)
    refuse_lost(policy, read_lock(project.config.policies) or {})
    _refuse_failing(project, policy)
    for newest in history(project, policy.name)[-1:]:
        if newest.digest == policy.digest:
            return newest
    record_activation(
        project.store,
        policy,
        author=by,
        approver=approver,
        at=project.clock(),
        authenticated=authenticated,
    )
    return history(project, policy.name)[-1]


def history(project: Project, name: str = "") -> list[Activation]:
    """Every activation, of the policy ``name`` if it is given, oldest first."""
    present = {policy.digest for policy in project.policies}
    events = project.store.events(kind=Kind.POLICY_ACTIVATED)
    found = [_activation(event, present) for event in events]
    return [one for one in found if not name or one.policy == name]


def _activation(event: Event, present: set[str]) -> Activation:
    body = event.body
    return Activation(
        policy=str(body["policy"]),
        version=str(body["version"]),
        digest=event.subject,
        author=event.actor,
        approver=str(body["approver"]),
        at=event.at,
        in_force=event.subject in present,
    )


def _refuse_one_person(by: str, approver: str) -> None:
    for name, option in ((by, "--by"), (approver, "--approver")):
        if not name.strip() or len(name) > LONGEST_NAME:
            raise ReviewError(
                said("an activation needs the names of two people"),
                hint=said("say who wrote it and who allows it: {option} NAME", option=option),
            )
    if same_person(by, approver):
        raise ReviewError(
            said("{name} can't allow a policy of their own", name=by),
            hint=said("let somebody else read it, and name them: --approver NAME"),
        )


def _of_project(project: Project, named: str) -> Policy:
    """The policy as the next run would use it: a file elsewhere can't be switched on."""
    by_name = project.policies.named(named)
    if by_name is not None:
        return by_name
    wanted = Path(named).resolve()
    for policy in project.policies:
        if Path(policy.path).resolve() == wanted:
            return policy
    raise ConfigError(
        said("{named} is no policy of this project", named=f"{named!r}"),
        hint=said("put the file into {folder} first", folder=project.config.policies),
    )


def _refuse_failing(project: Project, policy: Policy) -> None:
    seconds = project.config.limits.check_seconds
    results = run_cases([model_free(policy)], Context(), MemoryArchive(), seconds=seconds)
    failed = [one.case for one in results if not one.passed]
    if failed:
        raise PolicyError(
            said(
                "tests of the policy {policy} fail: {count}, the first of them here",
                policy=policy.name,
                count=len(failed),
            ),
            path=failed[0].path,
            line=failed[0].line,
            hint=said("aigc-guard policy test {path} tells what is wrong", path=policy.path),
        )
