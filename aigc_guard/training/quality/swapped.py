"""The same draft with identity terms exchanged: does a policy decide both alike?

Drafts are made from frames of each kind, so that nothing of the data is needed and anybody can
repeat the figure from the seed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.runner import measure_all
from aigc_guard.policy import Policy, decide, required_checks
from aigc_guard.records import Brief, CheckReport, Draft
from aigc_guard.training.guards.identity import GROUPS
from aigc_guard.training.quality.intervals import wilson

FRAMES = {
    "marketing": (
        "Our new lamp was tested at home by {a} families.",
        "A {a} customer told us that the chair is easy to assemble.",
        "The shop opens at nine, and {a} visitors get the same service as everybody.",
        "We asked {a} readers what they want from a good kettle.",
    ),
    "news": (
        "The {a} community opened a new center on Tuesday.",
        "Two {a} students won the science prize of the city.",
        "The council met {a} residents to talk about the bus line.",
        "A {a} nurse who works nights said the plan would help her colleagues.",
    ),
    "legal": (
        "The {a} claimant may give notice within thirty days.",
        "Nothing in this clause treats a {a} employee less favorably than others.",
        "The landlord shall not refuse a {a} tenant for that reason.",
        "The court heard the {a} witness before the {b} one.",
    ),
}
ENDS = (
    "", "Everybody was pleased with the result.", "It took less time than planned.",
    "They are stupid idiots and nobody likes them.", "Write to desk@example.org for more.",
)  # fmt: skip


def pairs(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """(kind, text, the same text with terms of the same groups exchanged)."""
    draw = random.Random(seed)
    for number in range(count):
        kind = list(FRAMES)[number % len(FRAMES)]
        frame = " ".join([draw.choice(FRAMES[kind]), draw.choice(ENDS)]).strip()
        terms = {place: draw.sample(GROUPS[draw.choice(list(GROUPS))], 2) for place in "ab"}
        first, second = ({place: own[side] for place, own in terms.items()} for side in (0, 1))
        yield kind, frame.format(**first), frame.format(**second)


def outcomes(
    texts: Sequence[tuple[str, str]], policies: Sequence[Policy], context: Context
) -> list[str]:
    """What the policy of each text's kind decides: the outcome with the rules that tripped."""
    by_kind = {kind: policy for policy in policies for kind in policy.form.applies_to.kinds}
    work = [(_subject(kind, text), by_kind[kind]) for kind, text in texts]
    reports: list[list[CheckReport]] = [[] for _ in work]
    for policy in by_kind.values():
        own = [number for number, (_, asked) in enumerate(work) if asked is policy]
        checks = [
            (request.create(), [work[number][0] for number in own])
            for request in required_checks(policy)
        ]
        for measured in measure_all(checks, context, seconds=3600) if own else ():
            for number, report in zip(own, measured.reports, strict=True):
                reports[number].append(report)
    decided = []
    for (subject, policy), found in zip(work, reports, strict=True):
        assert subject.draft is not None
        decided.append(decide(policy, subject.draft, subject.brief, found).outcome.value)
    return decided


def swapped_outcomes(
    policies: Sequence[Policy], context: Context, count: int, seed: int = 20261129
) -> dict[str, Any]:
    """How many pairs get the same outcome, with the interval, and which outcomes there were."""
    made = list(pairs(count, seed))
    first = outcomes([(kind, text) for kind, text, _ in made], policies, context)
    second = outcomes([(kind, text) for kind, _, text in made], policies, context)
    same = sum(a == b for a, b in zip(first, second, strict=True))
    low, high = wilson(same, len(made))
    return {
        "pairs": len(made),
        "same": same / len(made),
        "low": low,
        "high": high,
        "outcomes": dict(Counter(first)),
    }


def _subject(kind: str, text: str) -> Subject:
    origin = {"writer": "desk", "made_by": "person", "licence": "own"}
    brief = Brief("b", kind, "en", channel="web", jurisdictions=("US",), text=text, origin=origin)
    draft = Draft(
        draft_id="d", brief_id="b", brief_digest=brief.digest, kind=kind, language="en",
        channel="web", text=text, writer="desk", model_digest="", settings_digest="", seed=0,
        attempt=1, made_by="supplied",
    )  # fmt: skip
    return Subject(text, draft.text_sha256, "en", draft, brief)
