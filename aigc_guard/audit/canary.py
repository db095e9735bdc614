"""The canary: a fixed set of texts, measured again and again, to notice a model that changed.

A guard model is trusted by its digest. The first measurement of a check that sees what every guard
must see is accepted; from then on a model with another digest is held back (its measurements
count as failed) until the canary has been measured with it and shows no drift, or a person has
accepted it. All of this is in the event log, so it can be read off a year later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_all
from aigc_guard.errors import AuditError, said
from aigc_guard.records import CheckReport, Status, sha256_text
from aigc_guard.store import Store

ACCEPTED = "canary.accepted"
DRIFTED = "canary.drifted"
# A finding counts as a verdict from here on; the guards are calibrated so.
VERDICT = 0.5
# The largest change of one label's score on one text that another model may show unnoticed.
LARGEST_SHIFT = 0.25
# The same model on the same machine repeats itself up to rounding.
SAME_MODEL_SHIFT = 0.02

Scores = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class CanaryText:
    """One text, and the labels that every guard worth its name must find in it."""

    id: str
    language: str
    text: str
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What measuring the canary with one check showed, against what was accepted before.

    ``flips`` are ``text/label`` whose verdict changed, ``missed`` those every guard must find,
    ``failed`` texts that could not be measured. ``largest`` is the largest change of a score, 0-1.
    """

    check: str
    version: str
    model_digest: str
    settings_digest: str
    accepted_digest: str = ""
    flips: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    largest: float = 0.0
    scores: Scores = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What is trusted or not: as ``Check.identity``."""
        return f"{self.version}:{self.model_digest}"

    @property
    def first(self) -> bool:
        """Whether nothing had been accepted for this check before."""
        return not self.accepted_digest

    @property
    def model_changed(self) -> bool:
        """Whether another model or version is measured than was accepted."""
        return not self.first and self.accepted_digest != self.identity

    @property
    def drifted(self) -> bool:
        """Whether the model must not be trusted without a person looking at it."""
        if self.failed or self.missed or self.flips:
            return True
        allowed = LARGEST_SHIFT if self.model_changed or self.first else SAME_MODEL_SHIFT
        return self.largest > allowed

    def describe(self) -> str:
        """One line for people: names of texts and labels, figures, no text."""
        if not self.drifted:
            return "as accepted" if not self.model_changed else "changed, without drift"
        said = []
        if self.failed:
            said.append(f"could not measure {', '.join(self.failed)}")
        if self.missed:
            said.append(f"misses {', '.join(self.missed)}")
        if self.flips:
            said.append(f"judges otherwise: {', '.join(self.flips)}")
        return "; ".join([*said, f"largest change of a score {self.largest:.2f}"])


@cache
def canary_texts() -> tuple[CanaryText, ...]:
    """The fixed set that comes with the package."""
    lines = (files("aigc_guard.audit") / "canary.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return tuple(
        CanaryText(row["id"], row["language"], row["text"], tuple(row["expect"])) for row in rows
    )


def trusted(store: Store) -> dict[str, frozenset[str]]:
    """Per check, the identities that were accepted. A check that isn't listed has no canary yet."""
    found: dict[str, set[str]] = {}
    for event in store.events(kind=ACCEPTED):
        found.setdefault(event.subject, set()).add(str(event.body["identity"]))
    return {check: frozenset(identities) for check, identities in found.items()}


def measure_canary(
    store: Store,
    checks: Sequence[Check],
    context: Context,
    *,
    seconds: float,
    texts: Sequence[CanaryText] = (),
) -> list[Drift]:
    """Measure the canary with each check and compare with what was accepted; records nothing."""
    chosen = tuple(texts) or canary_texts()
    subjects = [Subject(t.text, sha256_text(t.text), t.language) for t in chosen]
    free = replace(context, trusted={})  # a model held back is measured here of all places
    measured = measure_all([(check, subjects) for check in checks], free, seconds=seconds)
    return [_compare(store, item.check, context, chosen, item.reports) for item in measured]


def settle(store: Store, drifts: Sequence[Drift], *, at: str) -> None:
    """Record what was measured: what did not drift is accepted, the rest is noted as drifted.

    A model is accepted only when it drifts under none of the settings it is used with; one that
    was accepted before and measures as before adds nothing.
    """
    suspect = {(drift.check, drift.identity) for drift in drifts if drift.drifted}
    with store.transaction() as tx:
        for drift in drifts:
            if drift.drifted:
                tx.append_event(DRIFTED, drift.check, body=_body(drift), at=at)
            elif (drift.check, drift.identity) in suspect:
                continue
            elif drift.first or drift.model_changed:
                tx.append_event(ACCEPTED, drift.check, body=_body(drift), at=at)


def accept(store: Store, drift: Drift, *, actor: str, clock: Callable[[], str]) -> None:
    """A person takes a drifted model on; raises AuditError when it could not be measured."""
    if drift.failed:
        raise AuditError(
            said(
                "check {check}: {count} canary texts could not be measured",
                check=drift.check,
                count=len(drift.failed),
            ),
            hint=said("mend the check first: aigc-guard doctor"),
        )
    store.append_event(
        ACCEPTED, drift.check, body=_body(drift), at=clock(), actor=store.actor_id(actor)
    )


def _compare(
    store: Store,
    check: Check,
    context: Context,
    texts: Sequence[CanaryText],
    reports: Sequence[CheckReport],
) -> Drift:
    pairs = list(zip(texts, reports, strict=True))
    failed = tuple(t.id for t, r in pairs if r.status in (Status.FAILED, Status.INCOMPLETE))
    scores = {t.id: _scores(r) for t, r in pairs if t.id not in failed}
    missed = tuple(
        f"{t.id}/{label}"
        for t, _ in pairs
        for label in t.expect
        if label in check.labels and scores.get(t.id, {}).get(label, 0.0) < VERDICT
        if t.id not in failed
    )
    model = next((r.model_digest for t, r in pairs if t.id not in failed), "")
    before = _accepted_scores(store, check)
    flips, largest = _changes(before[1], scores) if before else ((), 0.0)
    return Drift(
        check=check.id,
        version=check.version,
        model_digest=model or _digest(check, context),
        settings_digest=check.settings_digest,
        accepted_digest=before[0] if before else "",
        flips=flips,
        missed=missed,
        failed=failed,
        largest=largest,
        scores=scores,
    )


def _digest(check: Check, context: Context) -> str:
    try:
        return check.model_digest(context)
    except Exception:  # the check can't say what it is: it can't be trusted either
        return ""


def _scores(report: CheckReport) -> dict[str, float]:
    """Scores as the log keeps them: rounded, so that a stored and a fresh one compare equal."""
    return {label: round(score, 4) for label, score in report.scores.items()}


def _changes(before: Scores, after: Scores) -> tuple[tuple[str, ...], float]:
    """Verdicts that changed and the largest change, over the texts both know."""
    flips, largest = [], 0.0
    for text in sorted(set(before) & set(after)):
        for label in sorted(set(before[text]) | set(after[text])):
            old, new = before[text].get(label, 0.0), after[text].get(label, 0.0)
            largest = max(largest, abs(new - old))
            if (old >= VERDICT) != (new >= VERDICT):
                flips.append(f"{text}/{label}")
    return tuple(flips), largest


def _accepted_scores(store: Store, check: Check) -> tuple[str, Scores] | None:
    """The identity and scores accepted last for this check under these settings."""
    for event in reversed(store.events(kind=ACCEPTED, subject=check.id)):
        if event.body["settings_digest"] == check.settings_digest:
            kept: Mapping[str, Mapping[str, str]] = event.body["scores"]
            numbers = {t: {la: float(s) for la, s in row.items()} for t, row in kept.items()}
            return str(event.body["identity"]), numbers
    return None


def _body(drift: Drift) -> dict[str, Any]:
    return {
        "identity": drift.identity,
        "settings_digest": drift.settings_digest,
        "before": drift.accepted_digest,
        "flips": list(drift.flips),
        "missed": list(drift.missed),
        "failed": list(drift.failed),
        "largest": f"{drift.largest:.4f}",
        # As text: the log refuses floats. A zero says nothing that its absence does not.
        "scores": {
            text: {label: f"{score:.4f}" for label, score in row.items() if score}
            for text, row in drift.scores.items()
        },
    }
