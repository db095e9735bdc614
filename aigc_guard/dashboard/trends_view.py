"""The numbers behind the page of trends, each as a table that can be taken out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from statistics import fmean

from aigc_guard.accounts.moments import later
from aigc_guard.dashboard.charts import Chart
from aigc_guard.dashboard.policy_view import waivers_shown
from aigc_guard.dashboard.visit import Visit
from aigc_guard.i18n import translate
from aigc_guard.pipeline.second import results
from aigc_guard.pipeline.whole_run import EVENT as STOPPED
from aigc_guard.policy.waivers import Term
from aigc_guard.store.tallies import DECIDED, TRIPPED, Tally

DAY = 86400
OUTCOMES = ("release", "redact", "review", "block")
AGES = ((1, "< 1 h"), (4, "1–4 h"), (24, "4–24 h"), (72, "1–3 d"))
BANDS = 10


def first_day(visit: Visit, days: int) -> str:
    """The first of the last ``days`` days."""
    return later(visit.now, -(days - 1) * DAY)[:10]


def outcomes(visit: Visit, days: int) -> Chart:
    """What was decided, day by day."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one in _tallies(visit, days):
        if one.measure == DECIDED:
            counted[one.day][one.name] += one.count
    rows = tuple((day, *(counted[day][name] for name in OUTCOMES)) for day in _days(visit, days))
    names = (
        translate("Release", visit.language),
        translate("Redact", visit.language),
        translate("Review", visit.language),
        translate("Block", visit.language),
    )
    title = translate("Outcomes by day", visit.language)
    return Chart("outcomes", title, ("day", *OUTCOMES), rows, names)


def rule_hits(visit: Visit, days: int) -> Chart:
    """How often each rule tripped."""
    counted: Counter[str] = Counter()
    for one in _tallies(visit, days):
        if one.measure == TRIPPED:
            counted[one.name] += one.count
    title = translate("Findings by rule", visit.language)
    return Chart("rules", title, ("rule", "hits"), tuple(counted.most_common()))


def overrides(visit: Visit, days: int) -> Chart:
    """Of the reviewed drafts a rule held, the share that people approved all the same."""
    approved, rejected = Counter[str](), Counter[str]()
    for one in _tallies(visit, days):
        if one.measure == "approve:rule":
            approved[one.name] += one.count
        elif one.measure == "reject:rule":
            rejected[one.name] += one.count
    rows = tuple(
        (rule, round(approved[rule] / (approved[rule] + rejected[rule]), 4))
        for rule in sorted(approved | rejected)
    )
    title = translate("Share of a rule's held drafts that people approved", visit.language)
    return Chart("overrides", title, ("rule", "override_rate"), rows, top=1.0)


def queue_age(visit: Visit, _days: int) -> Chart:
    """How long what waits has waited."""
    moments = [later(visit.now, -hours * 3600) for hours, _name in AGES]
    names = [name for _hours, name in AGES] + ["> 3 d"]
    counts = visit.store.waiting_since(moments)
    rows = tuple(zip(names, counts, strict=True))
    return Chart("queue", translate("Age of what waits", visit.language), ("age", "drafts"), rows)


def load(visit: Visit, days: int) -> Chart:
    """Who reviewed how much: opaque ids in the table, so that it can leave the house."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one in visit.store.review_load(first_day(visit, days), visit.now[:10]):
        counted[one.actor][one.action] += one.count
    rows = tuple(
        (visit.store.actor_id(actor), counted[actor]["approve"], counted[actor]["reject"])
        for actor in sorted(counted, key=lambda one: -counted[one].total())
    )
    names = (translate("approved", visit.language), translate("rejected", visit.language))
    title = translate("Reviews by person", visit.language)
    return Chart("load", title, ("person", "approved", "rejected"), rows, names)


def agreement(visit: Visit, _days: int) -> Chart:
    """What second readings say of the first, and of each rule, with 95 % intervals."""
    found = results(visit.project)
    shares = [("agreement", found.agreement), ("golden", found.golden)]
    shares += [
        (f"missed:{one.policy}/{one.rule}/{one.stratum}", one.missed) for one in found.misses
    ]
    rows = tuple(
        (name, round(share.share, 4), share.hits, share.total, *_interval(share.interval))
        for name, share in shares
        if share.total
    )
    columns = ("measure", "share", "hits", "total", "low", "high")
    return Chart(
        "agreement", translate("Second readings", visit.language), columns, rows, top=1.0, drawn=1
    )


def _interval(pair: tuple[float, float]) -> tuple[float, float]:
    return round(pair[0], 4), round(pair[1], 4)


def drift(visit: Visit, _days: int) -> Chart:
    """How the scores of each check's models lie: mean, and distance from the model before.

    The distance is the largest difference of the two shares below any tenth (Kolmogorov-Smirnov
    over ten bands): 0 for equal scores, 1 for apart ones.
    """
    rows: list[tuple[str, float, float, int, str]] = []
    before: dict[str, list[float]] = {}
    for one in visit.store.scores_by_model():
        shares = _cumulated(one.scores)
        known = before.get(one.check)
        apart = [abs(a - b) for a, b in zip(known, shares, strict=True)] if known else []
        distance = max(apart, default=0.0)
        before[one.check] = shares
        mean = round(fmean(one.scores), 4) if one.scores else 0.0
        name = f"{one.check} {one.model_digest[:8]}"
        rows.append((name, round(distance, 4), mean, len(one.scores), one.first))
    columns = ("model", "distance", "mean", "texts", "first")
    title = translate("Scores: distance from the model before", visit.language)
    return Chart("drift", title, columns, tuple(rows), top=1.0, drawn=1)


def _cumulated(scores: Iterable[float]) -> list[float]:
    values = sorted(scores)
    if not values:
        return [0.0] * BANDS
    return [sum(one <= (band + 1) / BANDS for one in values) / len(values) for band in range(BANDS)]


def breakers(visit: Visit, days: int) -> Chart:
    """Runs that were stopped, by what stopped them."""
    since, counted = first_day(visit, days), Counter[str]()
    for event in visit.store.events(kind=STOPPED):
        if event.at >= since:
            counted.update(str(stop[0]) for stop in event.body["stops"])
    title = translate("Runs stopped, by what stopped them", visit.language)
    return Chart("breakers", title, ("rule", "runs"), tuple(counted.most_common()))


def ending_waivers(visit: Visit, _days: int) -> Chart:
    """Waivers that hold, and how many days they still do."""
    rows = tuple(
        (f"{one.policy}/{one.form.id}", one.days_left)
        for one in waivers_shown(visit)
        if one.term == Term.HOLDS.value
    )
    title = translate("Waivers: days left", visit.language)
    return Chart("waivers", title, ("waiver", "days_left"), rows)


CHARTS: dict[str, Callable[[Visit, int], Chart]] = {
    "outcomes": outcomes,
    "rules": rule_hits,
    "overrides": overrides,
    "queue": queue_age,
    "load": load,
    "agreement": agreement,
    "drift": drift,
    "breakers": breakers,
    "waivers": ending_waivers,
}


def _tallies(visit: Visit, days: int) -> list[Tally]:
    return visit.store.tallies(first_day(visit, days), visit.now[:10])


def _days(visit: Visit, days: int) -> list[str]:
    return [later(visit.now, -back * DAY)[:10] for back in range(days - 1, -1, -1)]
