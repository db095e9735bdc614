"""The policies that come with the project, under the checks that come with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.policy import Policy, decide, lint, load_folder, redactions, required_checks
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Finding, Source

FOLDER = Path(__file__).parents[2] / "policies"
KINDS = ["marketing", "news", "legal"]
TEXT = {
    "en": 'The court heard that he wrote "you are a fool" to Ann, 202-555-0143. She replied.',
    "zh": "法庭上，他说：“你这个蠢货”，并留下电话13900000001。她没有回答。",
}
LOCK = {
    "writer": {"licence": "Apache-2.0", "approved_for": KINDS, "trained_on": ["a"], "digest": "m"}
}


@pytest.fixture(scope="module")
def policies() -> dict[str, Policy]:
    return {policy.name: policy for policy in load_folder(FOLDER)}


def judged(
    policy: Policy, language: str, *found: Finding, **brief_fields: object
) -> tuple[Decision, list[str]]:
    """The decision and replacements for a draft in which the guards found ``found``."""
    brief = Brief("b", policy.name, language, **brief_fields)  # type: ignore[arg-type]
    draft = Draft(
        "d",
        "b",
        brief.digest,
        policy.name,
        language,
        "web",
        TEXT[language],
        "writer",
        "m",
        "s",
        1,
        1,
    )
    subject = Subject(draft.text, draft.text_sha256, language, draft, brief)
    reports: list[CheckReport] = []
    for request in required_checks(policy):
        check = request.create()
        if request.check == "provenance":
            reports += check.measure([subject], Context(models=LOCK))
        else:
            mine = [one for one in found if one.check == request.check]
            reports.append(check.report(subject, GUARDS, findings=mine))
    decision = decide(policy, draft, brief, reports)
    return decision, [one.replacement for one in redactions(policy, draft, brief, reports)]


GUARDS = Context(
    models={
        "guard-en": {"digest": "guard-en"},
        "guard-zh": {"digest": "guard-zh"},
        "originality-en": {"digest": "originality-en", "role": "index"},
    }
)


def toxic(label: str, score: float, words: str, language: str) -> Finding:
    start = TEXT[language].index(words)
    return Finding("toxicity", label, score, start, start + len(words))


def personal(label: str, words: str, language: str) -> Finding:
    start = TEXT[language].index(words)
    return Finding("pii", label, 0.9, start, start + len(words))


OUR_WORDS = {"en": "She replied", "zh": "她没有回答"}
QUOTED = {"en": "you are a fool", "zh": "你这个蠢货"}
PHONE = {"en": "202-555-0143", "zh": "13900000001"}


def test_they_are_sound() -> None:
    assert lint([FOLDER]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_they_speak_to_their_readers_in_both_languages(
    kind: str, policies: dict[str, Policy]
) -> None:
    policy = policies[kind]
    assert len(policy.rules) >= 12
    for rule in policy.rules:
        assert rule.message["en"].isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in rule.message["zh"])
        assert rule.title["zh"] != rule.title["en"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_outcome(kind: str, language: str, policies: dict[str, Policy]) -> None:
    policy = policies[kind]
    mild = toxic("insult", 0.6, OUR_WORDS[language], language)
    grave = toxic("insult", 0.85, OUR_WORDS[language], language)
    phone = personal("PHONE_NUMBER", PHONE[language], language)
    assert judged(policy, language)[0].outcome == "release"
    assert judged(policy, language, mild)[0].outcome == "review"
    assert judged(policy, language, grave)[0].outcome == "block"
    redacted, words = judged(policy, language, phone)
    assert redacted.outcome == "redact"
    assert words == [{"en": "[phone number]", "zh": "【电话】"}[language]]
    allowed, _ = judged(policy, language, phone, may_publish=(PHONE[language],))
    assert allowed.outcome == "release"
    unlicensed = (Source("Study", "https://example.org", "", "Text."),)
    held, _ = judged(policy, language, sources=unlicensed)
    assert [reason.rule for reason in held.reasons] == ["sources-licensed"]
    assert policy.approvers(held) != ()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_names_and_places_alone_hold_nothing(
    kind: str, language: str, policies: dict[str, Policy]
) -> None:
    words = OUR_WORDS[language]
    found = [personal(label, words, language) for label in ("PERSON", "LOCATION", "ORGANIZATION")]
    assert judged(policies[kind], language, *found)[0].outcome == "release"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("label", ["insult", "threat", "obscene", "identity_attack", "toxicity"])
def test_abuse_quoted_in_the_news_is_an_editors_decision(
    label: str, language: str, policies: dict[str, Policy]
) -> None:
    news = policies["news"]
    quoted = judged(news, language, toxic(label, 0.95, QUOTED[language], language))[0]
    ours = judged(news, language, toxic(label, 0.95, OUR_WORDS[language], language))[0]
    assert (quoted.outcome, ours.outcome) == ("review", "block")


@pytest.mark.parametrize("kind", KINDS)
def test_every_identifier_the_pii_check_knows_has_wording(
    kind: str, policies: dict[str, Policy]
) -> None:
    from aigc_guard.checks.catalogue import check_types

    names = {"PERSON", "LOCATION", "ORGANIZATION"}
    replace = policies[kind].form.defaults.replace
    assert set(replace["en"]) == set(replace["zh"]) == set(check_types()["pii"].labels) - names


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_notices_suit_each_place(kind: str, language: str, policies: dict[str, Policy]) -> None:
    policy = policies[kind]
    for place in ("EU", "US", "CN"):
        assert policy.labels.covers(place, channel="web", language=language)
    both = policy.labels.notices(jurisdictions=("CN", "US"), channel="web", language=language)
    china = policy.labels.notices(jurisdictions=("CN",), channel="web", language=language)
    assert set(china.head) <= set(both.head)
    assert china.head == china.tail != ()
    assert len(both.head + both.tail) > len(china.head + china.tail)
