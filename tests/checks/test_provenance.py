from __future__ import annotations

from dataclasses import replace
from typing import Any

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.provenance import ProvenanceCheck
from aigc_guard.records import Brief, CheckReport, Draft, Source, Status, dump, sha256_text

FACTS: dict[str, Any] = {
    "licence": "Apache-2.0",
    "approved_for": ["news"],
    "remote": False,
    "trained_on": [{"name": "gov-news", "licence": "CC0-1.0", "sha256": "0" * 64}],
    "digest": "m1",
}
SOURCE = Source("A study", "https://example.org/study", "CC-BY-4.0", "Text of Jane Roe.")
BRIEF = Brief(id="b1", kind="news", sources=(SOURCE,), jurisdictions=("EU", "cn"))
DRAFT = Draft(
    "d1", "b1", BRIEF.digest, "news", "en", "web", "Text.", "writer-en", "m1", "s", 1, 1
)  # fmt: skip


def measure(
    draft: Draft | None = DRAFT, brief: Brief | None = BRIEF, facts: Any = FACTS
) -> CheckReport:
    context = Context(models={"writer-en": facts} if facts else {})
    text = draft.text if draft else "Text."
    subject = Subject(text, sha256_text(text), "en", draft, brief)
    (report,) = ProvenanceCheck().measure([subject], context)
    return report


def labels(report: CheckReport) -> set[str]:
    return {finding.label for finding in report.findings if finding.score > 0}


def detail(report: CheckReport, label: str, key: str) -> list[str]:
    return [one.detail[key] for one in report.findings if one.label == label]


def test_a_draft_in_order_has_facts_and_nothing_adverse() -> None:
    report = measure()
    assert report.status is Status.OK
    assert labels(report) == set()
    assert detail(report, "writer_licence", "licence") == ["Apache-2.0"]
    assert detail(report, "writer_training", "source") == ["gov-news"]
    assert detail(report, "source_licence", "licence") == ["CC-BY-4.0"]
    assert detail(report, "needs_label", "jurisdiction") == ["EU", "CN"]
    assert {finding.label for finding in report.findings} <= set(ProvenanceCheck.labels)


def test_writers() -> None:
    assert labels(measure(facts=None)) == {"unknown_writer"}
    assert labels(measure(facts={**FACTS, "digest": "m2"})) == {"unknown_writer"}
    remote = replace(DRAFT, model_digest="")
    assert labels(measure(remote, facts={**FACTS, "remote": True, "digest": ""})) == {
        "remote_writer"
    }
    assert labels(measure(facts={**FACTS, "approved_for": []})) == {"kind_not_approved"}
    assert labels(measure(facts={**FACTS, "trained_on": []})) == {"training_unknown"}
    assert labels(measure(replace(DRAFT, faithful=False))) == {"unfaithful"}


def test_sources() -> None:
    bare = replace(BRIEF, sources=(Source("", "", " "), SOURCE))
    report = measure(replace(DRAFT, brief_digest=bare.digest), bare)
    assert labels(report) == {"source_without_licence", "source_without_attribution"}
    assert detail(report, "source_without_attribution", "missing") == ["title,url"]
    assert detail(report, "source_without_licence", "source") == ["1"]


def test_a_changed_brief_is_seen() -> None:
    assert labels(measure(brief=replace(BRIEF, tone="dry"))) == {"brief_mismatch"}


def test_supplied_texts_are_judged_by_what_is_declared() -> None:
    silent = replace(BRIEF, text="Text.")
    supplied = replace(DRAFT, made_by="supplied", writer="supplied", brief_digest=silent.digest)
    assert labels(measure(supplied, silent)) == {"undeclared_origin"}
    declared = replace(silent, origin={"writer": "Jane Roe", "licence": "CC-BY-4.0"})
    report = measure(replace(supplied, brief_digest=declared.digest), declared)
    assert labels(report) == set()
    assert detail(report, "writer_licence", "licence") == ["CC-BY-4.0"]
    redacted = replace(supplied, made_by="redaction", brief_digest=silent.digest)
    assert labels(measure(redacted, silent)) == {"undeclared_origin"}


def test_no_name_or_text_in_the_report() -> None:
    declared = replace(BRIEF, text="Text.", origin={"writer": "Jane Roe"})
    report = measure(replace(DRAFT, made_by="supplied"), declared)
    assert "Jane" not in str(dump(report))
    assert "example.org" not in str(dump(report))


def test_identity_covers_brief_draft_and_lock() -> None:
    keys = {
        measure().key,
        measure(replace(DRAFT, faithful=False)).key,
        measure(brief=replace(BRIEF, tone="dry")).key,
        measure(facts={**FACTS, "licence": "MIT"}).key,
    }
    assert len(keys) == 4


def test_not_applicable_without_draft_and_brief() -> None:
    assert measure(None, None).status is Status.NOT_APPLICABLE
