"""The queue as pages and the API show it: one page of rows, and what it can be filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from aigc_guard.accounts.moments import later, seconds_between
from aigc_guard.dashboard.visit import Visit
from aigc_guard.errors import ReviewError, said
from aigc_guard.i18n import LANGUAGES
from aigc_guard.store import Item, QueueFilter

PAGE_ROWS = 50
MOST_COUNTED = 500
AGES = (1, 4, 24, 72, 168)
_SEVERITIES = ("note", "minor", "major", "critical")
_FIELDS = ("kind", "channel", "language", "rule", "age", "order")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of the queue, as it stands in the address."""

    values: Mapping[str, str] = field(default_factory=dict)
    after: tuple[int, str, str] | None = None

    def which(self, now: str) -> QueueFilter:
        """The same for the store."""
        hours = int(self.values.get("age") or 0)
        return QueueFilter(
            kind=self.values.get("kind", ""),
            channel=self.values.get("channel", ""),
            language=self.values.get("language", ""),
            rule=self.values.get("rule", ""),
            since_before=later(now, -3600 * hours) if hours else "",
            riskiest=self.values.get("order") == "riskiest",
        )

    def query(self, after: str = "") -> str:
        """An address's query for this, from the row after ``after`` on."""
        kept = {name: value for name, value in self.values.items() if value}
        return urlencode(kept | ({"after": after} if after else {}))


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting draft. ``late`` is how much of the time it may wait has passed, 0-1 and more."""

    item: Item
    rules: tuple[str, ...]
    message: str
    severity: str
    late: float
    held_by: str = ""
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue; ``after`` names the place where the next begins, "" for none."""

    rows: tuple[Row, ...]
    count: int
    after: str = ""

    @property
    def is_more(self) -> bool:
        """Whether more may wait than were counted."""
        return self.count >= MOST_COUNTED


def asked_of(params: QueryParams | Mapping[str, str]) -> Asked:
    """What an address or a form asks for. Raises ReviewError for what can't be asked."""
    values = {name: str(params.get(name, ""))[:_LONGEST] for name in _FIELDS}
    if not values["age"].isdigit() or int(values["age"]) > 100_000:
        values["age"] = ""
    return Asked(values, _place(str(params.get("after", ""))[:_LONGEST]))


def _place(text: str) -> tuple[int, str, str] | None:
    if not text:
        return None
    parts = text.split("~")
    if len(parts) != 3 or not parts[0].isdigit() or len(parts[0]) > 9:
        raise ReviewError(said("this page of the queue is gone"), hint=said("begin at its head"))
    return int(parts[0]), parts[1], parts[2]


def place_of(item: Item) -> str:
    """Where a draft stands in the queue, for an address: nothing in it is anybody's."""
    return f"{item.risk}~{item.since}~{item.work_id}"


def queue_page(visit: Visit, asked: Asked, *, rows: int = PAGE_ROWS) -> QueuePage:
    """The rows of one page, with who has which draft."""
    store, now = visit.store, visit.now
    which = asked.which(now)
    found = store.waiting(which, limit=rows + 1, after=asked.after)
    shown = found[:rows]
    works = [one.work_id for one in shown]
    rules, leases = store.rules_of(works), store.leases_of(works, now=now)
    names = people_names(visit, {lease.account_id for lease in leases.values()})
    made = []
    for one in shown:
        lease = leases.get(one.work_id)
        own = tuple(rules.get(one.work_id, ()))
        made.append(
            Row(
                item=one,
                rules=own,
                message=rule_message(visit, one.policy, own),
                severity=_SEVERITIES[min(one.risk // 1000, 3)],
                late=lateness(visit, one.since),
                held_by=names.get(lease.account_id, "") if lease else "",
                is_mine=bool(lease and visit.who and lease.account_id == visit.account.account_id),
            )
        )
    count = store.count_waiting(which, most=MOST_COUNTED)
    return QueuePage(tuple(made), count, place_of(shown[-1]) if len(found) > rows else "")


def people_names(visit: Visit, account_ids: set[str]) -> dict[str, str]:
    """The names of these accounts."""
    found = {one: visit.store.account(one) for one in account_ids}
    return {one: account.name for one, account in found.items() if account is not None}


def lateness(visit: Visit, since: str) -> float:
    """Which share of the time a draft may wait (``notify.waiting_hours``) has passed."""
    hours = visit.console.opened.config.notify.waiting_hours
    return seconds_between(since, visit.now) / (hours * 3600) if hours else 0.0


def rule_message(visit: Visit, policy_name: str, rules: tuple[str, ...]) -> str:
    """What the policy says of the first rule that it still knows."""
    policy = visit.project.policies.named(policy_name)
    if policy is None:
        return ""
    for rule in policy.rules:
        if rule.id in rules:
            return visit.pick(rule.message)
    return ""


def choices(visit: Visit) -> dict[str, list[str]]:
    """What the queue can be filtered by here."""
    kinds = visit.project.kinds
    channels = {channel for kind in kinds.values() for channel in kind.formats}
    return {
        "kind": sorted(kinds),
        "channel": sorted(channels),
        "language": list(LANGUAGES),
        "rule": visit.store.rules_waiting(),
    }
