"""Fixtures: a run report with every outcome, made of records alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from aigc_guard.audit.report import DraftReport, ModelNote, RuleNote, RunReport
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Edit,
    Finding,
    Outcome,
    Quarantined,
    Reason,
    Release,
    Span,
    Status,
)

PHONE = "555-0142"
PERSON = "Mara Quill"
EMAIL = "mara.quill@example.org"
SECRETS = (PHONE, PERSON, EMAIL)
INSULT = "utter fool"
MESSAGE = {"en": "The text insults somebody.", "zh": "文本中有侮辱性言辞。"}


def draft(number: int, text: str, kind: str = "news", language: str = "en") -> Draft:
    return Draft(
        draft_id=f"{number:032x}",
        brief_id=f"{kind}-{number:03}",
        brief_digest="b" * 64,
        kind=kind,
        language=language,
        channel="web",
        text=text,
        writer="writer-en",
        model_digest="c" * 64,
        settings_digest="d" * 64,
        seed=0,
        attempt=1,
    )


def report(
    made: Draft, check: str, *findings: Finding, status: Status = Status.OK, **scores: float
) -> CheckReport:
    whole = (Span(0, len(made.text)),) if status is Status.OK else ()
    return CheckReport(
        check, "1", made.text_sha256, "e" * 64, "f" * 64, status, findings, whole, scores
    )


def found(text: str, value: str, check: str, label: str, score: float = 0.9) -> Finding:
    start = text.index(value)
    return Finding(check, label, score, start, start + len(value))


def reason(finding: Finding, outcome: Outcome, rule: str, limit: str = "0.5") -> Reason:
    return Reason(
        rule=rule,
        check=finding.check,
        outcome=outcome,
        message=MESSAGE,
        label=finding.label,
        score=finding.score,
        start=finding.start,
        end=finding.end,
        limit=limit,
        severity="major",
        action=outcome.value,
    )


def item(
    made: Draft,
    reports: tuple[CheckReport, ...],
    outcome: Outcome,
    *reasons: Reason,
    **more: object,
) -> DraftReport:
    decision = Decision(made.draft_id, made.text_sha256, "news", "a" * 64, outcome, reasons)
    brief = Brief(id=made.brief_id, kind=made.kind)
    return DraftReport(made, brief, decision, reports, **more)  # type: ignore[arg-type]


def release_of(made: Draft, name: str) -> Release:
    at = "2026-11-01T00:00:00Z"
    sha256 = made.text_sha256
    return Release(name, made.draft_id, made.brief_id, sha256, "news", "a" * 64, name, at)


def released(number: int, score: float, kind: str = "marketing") -> DraftReport:
    made = draft(number, "A calm line about a kettle.", kind)
    release = release_of(made, f"r{number}")
    reports = (report(made, "pii"), report(made, "toxicity", insult=score, toxicity=score / 2))
    return item(made, reports, Outcome.RELEASE, release=release)


def insulting(number: int, outcome: Outcome) -> DraftReport:
    text = (
        f"Council votes on ferry times.\n\nThe chair, {PERSON}, called a critic an {INSULT} before "
        f"the vote. Questions go to {EMAIL} or {PHONE}. The new timetable starts in March and adds "
        "two crossings on weekday mornings.\u202e"
    )
    made = draft(number, text)
    insult = found(text, INSULT, "toxicity", "insult", 0.93)
    mail = found(text, EMAIL, "pii", "EMAIL_ADDRESS", 1.0)
    pii = report(
        made,
        "pii",
        found(text, PERSON, "pii", "PERSON"),
        mail,
        found(text, PHONE, "pii", "PHONE_NUMBER", 0.75),
        EMAIL_ADDRESS=1.0,
        PHONE_NUMBER=0.75,
        PERSON=0.9,
    )
    toxicity = report(made, "toxicity", insult, insult=0.93, toxicity=0.71)
    return item(
        made,
        (pii, toxicity),
        outcome,
        reason(insult, outcome, "no-insults", "0.5"),
        reason(mail, Outcome.REVIEW, "private-contact", "0.4"),
        attempts=2,
    )


def unverified(number: int) -> DraftReport:
    made = draft(number, f"Call {PHONE} now.", "legal")
    why = Reason("unverified:pii", "pii", Outcome.REVIEW, {"en": "The check pii has not measured."})
    return item(made, (report(made, "pii", status=Status.FAILED),), Outcome.REVIEW, why)


def redacted(number: int) -> DraftReport:
    text = f"To book, call {PHONE} before noon."
    made = draft(number, text, "marketing")
    phone = found(text, PHONE, "pii", "PHONE_NUMBER", 0.75)
    after = draft(number + 1000, text.replace(PHONE, "[phone number 1]"), "marketing")
    version = item(after, (report(after, "pii"),), Outcome.RELEASE)
    release = release_of(after, f"r{number}")
    return item(
        made,
        (report(made, "pii", phone, PHONE_NUMBER=0.75), report(made, "toxicity", insult=0.01)),
        Outcome.REDACT,
        reason(phone, Outcome.REDACT, "no-phone-numbers", "0.4"),
        redacted=version,
        edits=(
            Edit("no-phone-numbers", "PHONE_NUMBER", phone.start, phone.end, "gAAAA",
                 "[phone number 1]"),
        ),
        release=release,
    )  # fmt: skip


@pytest.fixture
def run_report() -> RunReport:
    return make_run_report()


@pytest.fixture
def secrets() -> tuple[str, ...]:
    """Every personal value in the texts of ``run_report``."""
    return SECRETS


def make_run_report() -> RunReport:
    row = Quarantined(
        "briefs/marketing.csv",
        7,
        "language",
        {"en": "The language is missing.", "zh": "缺少语言。"},
        {"en": "Write en or zh.", "zh": "请填写 en 或 zh。"},
        "0" * 64,
    )
    why = {"en": "Insults cost readers' trust.", "zh": "侮辱会失去读者的信任。"}
    return RunReport(
        run="0123456789abcdef",
        started_at="2026-11-01T08:00:00Z",
        finished_at="2026-11-01T08:01:00Z",
        seed=0,
        drafts=(
            *(released(n, n / 60) for n in range(1, 25)),
            insulting(30, Outcome.BLOCK),
            insulting(31, Outcome.REVIEW),
            unverified(32),
            redacted(33),
        ),
        quarantined=(row,),
        duplicates=1,
        models=(ModelNote("guard-en", "e" * 64, "Apache-2.0"), ModelNote("big", "", "-", True)),
        policies={"news": "a" * 64},
        rules={"news/no-insults": RuleNote({"en": "No insults"}, why, "https://example.org/style")},
        docs=Path("/project/reports/0123456789abcdef/intake/index.html"),
        quarantine_file=Path("/project/quarantine/0123456789abcdef.csv"),
        outbox=Path("/project/outbox"),
    )
