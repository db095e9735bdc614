"""Planted runs are all found, at exactly their place, whatever case, spaces and punctuation say."""

from __future__ import annotations

import os
import random

import pytest

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.originality import OriginalityCheck, OriginalitySettings
from aigc_guard.checks.originality.releases import releases_of
from aigc_guard.records import Finding, Status, sha256_text

from .planted import plant, source, written

SEED = 20261125
COUNT = 2000 if "AIGC_GUARD_TEST_SOAK" in os.environ else 200
CHECK = OriginalityCheck(OriginalitySettings(training_texts=False))


def context_of(texts: list[str]) -> Context:
    return Context(releases=releases_of((f"r{at}", "other", text) for at, text in enumerate(texts)))


def found(texts: list[str], drafts: list[str], language: str = "en") -> list[tuple[Finding, ...]]:
    subjects = [Subject(draft, sha256_text(draft), language) for draft in drafts]
    reports = CHECK.measure(subjects, context_of(texts))
    assert all(report.status is Status.OK for report in reports)
    return [tuple(f for f in report.findings if f.end) for report in reports]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("length", [9, 25, 60])
def test_a_planted_run_is_found_at_its_exact_place(language: str, length: int) -> None:
    draw = random.Random(f"{SEED} {language} {length}")
    known = [source(draw, language, 200) for _ in range(20)]
    texts = [written(draw, words, language, noise=bool(at % 2)) for at, words in enumerate(known)]
    numbers = [draw.randrange(20) for _ in range(COUNT)]
    planted = [plant(draw, known[number], language, length) for number in numbers]
    answers = found(texts, [one.draft for one in planted], language)
    for number, one, (finding, *more) in zip(numbers, planted, answers, strict=True):
        assert (finding.start, finding.end) == (one.start, one.end)
        assert finding.value == length
        assert finding.detail["source"] == f"r{number}"
        assert finding.detail["position"] == str(one.at)
        assert not more


@pytest.mark.parametrize("language", ["en", "zh"])
def test_clean_drafts_have_no_findings(language: str) -> None:
    draw = random.Random(f"{SEED} clean {language}")
    known = [source(draw, language, 300) for _ in range(100)]
    texts = [written(draw, words, language, noise=False) for words in known]
    # Every word of theirs is in the index, and up to eight of a text in a row.
    drafts = []
    for _ in range(200):
        words: list[str] = []
        for _ in range(12):
            one = draw.choice(known)
            at = draw.randrange(len(one) - 8)
            words += [*one[at : at + draw.randint(1, 8)], *source(draw, language, 1)]
        drafts.append(written(draw, words, language, noise=True))
    assert [answer for answer in found(texts, drafts, language) if answer] == []


def test_two_runs_of_two_texts_stand_apart() -> None:
    draw = random.Random(SEED)
    known = [source(draw, "en", 100) for _ in range(2)]
    draft = " ".join([*known[0][10:40], "between", *known[1][50:62]])
    (answer,) = found([" ".join(words) for words in known], [draft])
    assert [(one.value, one.detail["source"]) for one in answer] == [(30, "r0"), (12, "r1")]


def test_a_run_in_many_texts_is_one_finding_that_counts_them() -> None:
    draw = random.Random(SEED)
    common = source(draw, "en", 15)
    texts = [
        " ".join([*source(draw, "en", 20), *common, *source(draw, "en", 20)]) for _ in range(5)
    ]
    ((finding,),) = found(texts, [" ".join(common)])
    assert (finding.value, finding.detail["others"]) == (15, "4")


def test_a_text_that_repeats_itself_is_measured_or_held_but_never_passed() -> None:
    texts = [" ".join(["round"] * 4000)]
    draft = " ".join(["round"] * 3000)
    subject = Subject(draft, sha256_text(draft))
    (report,) = CHECK.measure([subject], context_of(texts))
    assert report.status is Status.INCOMPLETE
    assert report.coverage == ()
    short = " ".join(["round"] * 50)
    ((finding,),) = found(texts, [short])
    assert (finding.start, finding.end, finding.value) == (0, len(short), 50)
