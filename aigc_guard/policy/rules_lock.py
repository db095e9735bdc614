"""``rules.lock``: which rules each policy is known to have, so that none vanishes unnoticed.

A rule that is cut out of its file together with its tests leaves nothing behind that could fail.
The lock lies beside the policies and goes wherever they go; ``policy lock`` brings it up to date
and refuses to forget a rule that the policy does not name under ``retired``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from aigc_guard.errors import PolicyError, said
from aigc_guard.policy.ruleset import Policy

NAME = "rules.lock"
Rules = Mapping[str, tuple[str, ...]]
"""Rule ids by policy name."""


def read_lock(folder: Path) -> Rules | None:
    """What the lock in ``folder`` knows; None where there is none.

    Raises PolicyError for a lock that can't be read: what it knew is not known to be nothing.
    """
    path = folder / NAME
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = {str(name): _ids(rules) for name, rules in data["policies"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PolicyError(
            said("the record of the rules can't be read"),
            path=path,
            hint=said("take the file from the last version that had it"),
        ) from error
    return found


def _ids(rules: object) -> tuple[str, ...]:
    if not isinstance(rules, list) or not all(isinstance(one, str) for one in rules):
        raise TypeError(rules)
    return tuple(rules)


def lost_rules(policy: Policy, lock: Rules) -> list[str]:
    """Rules that the lock knows and the policy neither has nor names as retired."""
    here = {rule.id for rule in policy.form.rules}
    here |= {one.id for one in policy.form.retired}
    return [rule for rule in lock.get(policy.name, ()) if rule not in here]


def new_rules(policy: Policy, lock: Rules) -> list[str]:
    """Rules that the lock does not know yet: cut out again, nobody would miss them."""
    known = lock.get(policy.name, ())
    return [rule.id for rule in policy.form.rules if rule.id not in known]


def write_lock(folder: Path, policies: Sequence[Policy]) -> None:
    """Bring the lock in ``folder`` up to its ``policies``.

    Raises PolicyError for a rule that is gone without a word about it.
    """
    known = read_lock(folder) or {}
    for policy in policies:
        refuse_lost(policy, known)
    gone = sorted(known.keys() - {policy.name for policy in policies})
    if gone:
        raise lost_policy(folder, gone[0])
    told = {policy.name: sorted(rule.id for rule in policy.form.rules) for policy in policies}
    text = json.dumps({"format": 1, "policies": told}, indent=1, sort_keys=True)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def refuse_lost(policy: Policy, lock: Rules) -> None:
    """Raise PolicyError if the policy lacks a rule that the lock knows."""
    for rule in lost_rules(policy, lock):
        raise PolicyError(
            said("the rule `{rule}` of {policy} is gone", rule=rule, policy=policy.name),
            path=policy.path,
            hint=said("put it back, or say under `retired` why it is not needed any more"),
        )


def lost_policy(folder: Path, name: str) -> PolicyError:
    """The error for a policy that the lock knows and the folder lacks."""
    return PolicyError(
        said("the policy {policy} is gone", policy=name),
        path=folder / NAME,
        hint=said("put its file back, or take its entry out of this file"),
    )


def folders_of(paths: Iterable[Path]) -> list[Path]:
    """The folders in which policies under ``paths`` lie, each once."""
    return list(dict.fromkeys(path if path.is_dir() else path.parent for path in paths))
