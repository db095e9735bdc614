"""Who may approve: the roles a policy names, how many people of each, and who holds which role.

Roles come from the project folder (``[people]`` in ``aigc_guard.toml``) as long as there are no
accounts: a name given on the command line is a word, not a proof, and is recorded as such. A rule
that asks for two people therefore needs people who are signed in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aigc_guard.errors import ReviewError, Said, said
from aigc_guard.policy import Policy
from aigc_guard.records import Decision, Review


@dataclass(frozen=True, slots=True)
class Need:
    """What one entry of a policy's ``approvals`` asks for one decision: people of a role, and
    the tripped rules it asks them for."""

    role: str
    people: int = 1
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authority:
    """What a decision asks of its approvers, and the names that hold each role.

    Where there are accounts, ``people`` are their ids, ``shown`` their names, and only who is
    signed in may decide. ``authors`` wrote the text by hand: they are never a second pair of eyes.
    """

    needs: tuple[Need, ...] = ()
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    authors: frozenset[str] = frozenset()
    only_signed_in: bool = False

    def roles_of(self, name: str) -> tuple[str, ...]:
        """The roles ``name`` holds, of all that the project names."""
        held = (role for role, names in self.people.items() if _among(name, names))
        return tuple(sorted(held))

    def unmet(self, approvals: Sequence[Review]) -> tuple[Need, ...]:
        """What is still asked for after these approvals of the same bytes and reasons."""
        return tuple(need for need in self.needs if len(self._given(need, approvals)) < need.people)

    def check(self, name: str, approvals: Sequence[Review], *, authenticated: bool) -> None:
        """Raises ReviewError when an approval by ``name`` could not count for anything."""
        if self.only_signed_in and not authenticated:
            raise ReviewError(
                said("nobody is signed in, and here only people with an account decide"),
                hint=said("sign in first: aigc-guard login NAME"),
            )
        unmet = self.unmet(approvals)
        if not unmet:
            return
        mine = [need for need in unmet if need.role in self.roles_of(name)]
        if not mine:
            raise ReviewError(
                said("{name} can't approve it: {needs}", name=self._shown(name), needs=told(unmet)),
                hint=self._how_to_get(name, unmet),
            )
        open_to_me = [need for need in mine if not self._has_given(name, need, approvals)]
        if not open_to_me:
            raise ReviewError(
                said(
                    "{name} has approved it already: {needs}",
                    name=self._shown(name),
                    needs=told(unmet),
                ),
                hint=said("the second pair of eyes is another person's"),
            )
        if all(self._is_own(name, need) for need in open_to_me):
            raise ReviewError(
                said(
                    "{name} wrote this version: {needs}",
                    name=self._shown(name),
                    needs=told(open_to_me),
                ),
                hint=said("the second pair of eyes is another person's"),
            )
        if not authenticated and all(need.people > 1 for need in open_to_me):
            raise ReviewError(
                said(
                    "nobody is signed in, so nobody can be told from a second person: {needs}",
                    needs=told(open_to_me),
                ),
                hint=said(
                    "a name given with --by does not count for four eyes; until there are "
                    "accounts, reject it or take `people: 2` out of the policy's approvals"
                ),
            )

    def _how_to_get(self, name: str, unmet: Sequence[Need]) -> str:
        holders = ", ".join(self._holders(unmet)) or "-"
        if self.only_signed_in:
            return said(
                "let somebody with that role decide ({people}), or ask an admin for the role",
                people=holders,
            )
        return said(
            "let somebody with that role decide ({people}), or give {name} the role: "
            "[people] in aigc_guard.toml",
            people=holders,
            name=name,
        )

    def _shown(self, name: str) -> str:
        return self.shown.get(name, name)

    def _is_own(self, name: str, need: Need) -> bool:
        return need.people > 1 and name in self.authors

    def _given(self, need: Need, approvals: Sequence[Review]) -> set[str]:
        """The people of the role among the approvals; for four eyes only those who were signed in
        and did not write the text."""
        return {
            _plain(one.actor)
            for one in approvals
            if need.role in one.roles
            and (one.authenticated or need.people == 1)
            and not self._is_own(one.actor, need)
        }

    def _has_given(self, name: str, need: Need, approvals: Sequence[Review]) -> bool:
        return _plain(name) in self._given(need, approvals)

    def _holders(self, needs: Sequence[Need]) -> list[str]:
        names = {name for need in needs for name in self.people.get(need.role, ())}
        return sorted(self._shown(name) for name in names)


def needs_of(policy: Policy, decision: Decision) -> tuple[Need, ...]:
    """What ``policy`` asks of the approvers of ``decision``; nothing where any reviewer may.

    An entry with rules decides about those; one without about every rule that no entry names.
    """
    held = [reason.rule for reason in decision.reasons]
    named = {rule for entry in policy.approvals for rule in entry.rules}
    needs: dict[str, Need] = {}
    for entry in policy.approvals:
        mine = [r for r in held if (r in entry.rules if entry.rules else r not in named)]
        if mine:
            before = needs.get(entry.by, Need(entry.by))
            rules = tuple(dict.fromkeys((*before.rules, *mine)))
            needs[entry.by] = Need(entry.by, max(before.people, entry.people), rules)
    return tuple(sorted(needs.values(), key=lambda need: need.role))


def same_person(one: str, other: str) -> bool:
    """Whether two names are written alike; case, width and outer blanks don't count."""
    return _plain(one) == _plain(other)


def told(needs: Sequence[Need]) -> Said:
    """What is asked for, as one phrase: roles, how many people, and for which rules."""
    parts = [_one(need) for need in needs]
    whole = parts[0]
    for part in parts[1:]:
        whole = said("{first}; {second}", first=whole, second=part)
    return whole


def _one(need: Need) -> Said:
    rules = ", ".join(need.rules)
    if need.people > 1:
        return said(
            "two people of the role {role} must approve: {rules}", role=need.role, rules=rules
        )
    return said("the role {role} must approve: {rules}", role=need.role, rules=rules)


def _among(name: str, names: Sequence[str]) -> bool:
    return any(same_person(name, other) for other in names)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
