"""Legal citations: read with exact places, and verified only by slot and name together."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from aigc_guard.checks.catalogue import create_check
from aigc_guard.checks.citations import CitationsSettings
from aigc_guard.checks.citations.known import read_citations
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.lists import read_list
from aigc_guard.checks.runner import measure_batch
from aigc_guard.errors import ConfigError
from aigc_guard.policy import lint
from aigc_guard.records import Brief, CheckReport, Fact, Source, Status, sha256_text

ROE = "410 U.S. 113 (1973) | Roe v. Wade"


def measured(text: str, *authorities: str, brief: Brief | None = None) -> CheckReport:
    check = create_check("citations", {"authorities": authorities})
    subject = Subject(text, sha256_text(text), brief=brief)
    (report,) = measure_batch(check, [subject], Context())
    assert report.status is Status.OK, report.error
    return report


def labels(text: str, *authorities: str, brief: Brief | None = None) -> list[tuple[str, str]]:
    report = measured(text, *authorities, brief=brief)
    return [(one.label, text[one.start : one.end]) for one in report.findings]


def years(text: str) -> list[int | None]:
    return [one.year for one in read_citations(text)]


def test_a_year_is_never_taken_from_the_next_citation() -> None:
    text = "Brown v. Board, 347 U.S. 483, was followed in Foo v. Bar, 500 U.S. 1 (1991)."
    assert years(text) == [None, 1991]


def test_parallel_citations_share_name_and_year() -> None:
    text = (
        "Brown v. Board of Education, 347 U.S. 483, 74 S. Ct. 686, 98 L. Ed. 873 (1954), held so."
    )
    found = read_citations(text)
    assert [one.year for one in found] == [1954, 1954, 1954]
    assert {one.name for one in found} == {"Brown v. Board of Education"}


@pytest.mark.parametrize(
    "text",
    [
        "Marbury v. Madison, 5 U.S. 137 (1803).",  # numbered long after it was printed
        "Smith v. Jones, 3 F.4th 5 (7th Cir. 2021).",
        "[2009] UKSC 1",
        "ECLI:EU:C:1963:1",
        "Directive 95/46/EC",
        "Regulation (EC) No 44/2001",
        "（2014）海民初字第123号",
    ],
)
def test_these_years_are_possible(text: str) -> None:
    assert "impossible_year" not in {label for label, _ in labels(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Smith v. Jones, 3 F.4th 5 (7th Cir. 2010).",
        "Smith v. Jones, 3 F.2d 5 (2015).",
        "Smith v. Jones, 410 U.S. 5 (2412).",
        "[2004] UKSC 1",
        "[2015] UKHL 7",
        "ECLI:EU:C:2903:1",
        "Regulation (EU) 2916/679",
        "（1912）京01民终7号",
    ],
)
def test_these_years_are_not(text: str) -> None:
    assert "impossible_year" in {label for label, _ in labels(text)}


@pytest.mark.parametrize(
    "text",
    [
        "999 F.9th 123",
        "Foo v. Bar, 12 Fed. Rept. 33 (2020)",
        "12 Cal. App. 17th 4",
        "[2020] UKZZ 5",
        "ECLI:ZZ:C:2019:5",
        "（2020）某01民终7号",
        "Zed. Civ. Code § 12",
    ],
)
def test_reporters_and_courts_that_there_are_not(text: str) -> None:
    assert "unknown_reporter" in {label for label, _ in labels(text)}


@pytest.mark.parametrize(
    "text",
    [
        "On 12 Sept. 2024 the board met; No. 4 of 12 Main St. 200 guests.",
        "Ohio 21 Iowa 14, and Iowa 21 Ohio 14.",
        "See [1] Smith 12 and [2] Jones 13.",
        "It costs $12 U.S. 5 times a year.",
        "He read 《论语》第三章 and 《民法典》.",
        "国发〔2023〕12号文件",
        "Call 555 0142 or room 12 B. 4.",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    assert labels(text) == []


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ("Brown v. Bd. of Educ., ", "Brown v. Board of Education"),
        ("U.S. v. Nixon, ", "United States v. Nixon"),
        ("In Acme Corp. v. Int'l Bus., ", "Acme Corporation v. International Business"),
        ("In re Gault, ", "In re Gault"),
        ("", "Roe v. Wade"),
    ],
)  # fmt: skip
def test_names_that_mean_one_case(said: str, listed: str) -> None:
    assert labels(f"{said}410 U.S. 113.", f"410 U.S. 113 | {listed}") == [
        ("verified", "410 U.S. 113")
    ]


@pytest.mark.parametrize("said", ["Doe v. Wade, ", "Roe v. Bolton, ", "In re Gault, "])
def test_another_cases_name_is_a_mismatch_with_the_place_of_the_true_one(said: str) -> None:
    (found,) = measured(f"{said}410 U.S. 113.", ROE).findings
    assert (found.label, dict(found.detail)) == (
        "mismatch", {"system": "us", "problem": "name", "in": "list", "number": "1"},
    )  # fmt: skip
    source = Source("Note", text="It was Roe v. Wade, 410 U.S. 113 (1973).")
    brief = Brief("b", "legal", sources=(source,))
    (found,) = measured(f"{said}410 U.S. 113.", brief=brief).findings
    assert found.label == "mismatch"
    at = slice(int(found.detail["true_start"]), int(found.detail["true_end"]))
    assert source.text[at] == "Roe v. Wade"


def test_another_year_is_a_mismatch() -> None:
    (found,) = measured("Roe v. Wade, 410 U.S. 113 (1974).", ROE).findings
    assert (found.label, found.detail["problem"]) == ("mismatch", "year")


def test_unchecked_is_never_verified() -> None:
    said = "Roe v. Wade, 410 U.S. 113 (1973)"
    assert labels(said) == [("unchecked", "410 U.S. 113")]
    assert labels(said, "《民法典》第一条") == [
        ("unchecked", "410 U.S. 113")
    ]  # a list of another law
    assert labels(said, "410 U.S. 113") == [("unchecked", "410 U.S. 113")]  # no name to compare
    report = measured(said)
    assert report.scores["unchecked"] == 1.0
    assert report.scores["verified"] == 0.0


def test_the_briefs_facts_verify_a_name_that_stands_apart() -> None:
    facts = (Fact("case", "Roe v. Wade"), Fact("cite", "410 U.S. 113"))
    brief = Brief("b", "legal", facts=facts)
    assert labels("Roe v. Wade, 410 U.S. 113.", brief=brief) == [("verified", "410 U.S. 113")]
    assert labels("Doe v. Wade, 410 U.S. 113.", brief=brief) == [("unchecked", "410 U.S. 113")]
    assert labels("410 U.S. 114.", brief=brief) == [("not_found", "410 U.S. 114")]


def test_later_references_stand_with_the_full_one() -> None:
    text = "Roe v. Wade, 410 U.S. 113 (1973). Later: Roe, 410 U.S. at 120."
    assert labels(text, ROE) == [("verified", "410 U.S. 113")]
    assert labels("Roe, 410 U.S. at 120.", ROE) == [("verified", "410 U.S. at 120")]
    assert labels("Roe, 411 U.S. at 120.", ROE) == [("not_found", "411 U.S. at 120")]


def test_articles_of_chinese_laws() -> None:
    known = "《中华人民共和国民法典》第一条至第一千二百六十条"
    text = "依据《民法典》第509条、第五百一十条和第一千三百条，以及《公司法》第一条。"
    assert labels(text, known, "《公司法》第二条") == [
        ("verified", "《民法典》第509条"), ("verified", "第五百一十条"),
        ("not_found", "第一千三百条"), ("not_found", "《公司法》第一条"),
    ]  # fmt: skip
    assert labels("《民法典》第五百零九条第二款", "《民法典》第509条第一款")[0][0] == "not_found"


def test_full_width_and_invisible_signs_keep_their_places() -> None:
    text = "见４１０ U.S.\u200b １１３，（２０２３）京０１民终１２３４号。"
    assert labels(text) == [
        ("unchecked", "４１０ U.S.\u200b １１３"),
        ("unchecked", "（２０２３）京０１民终１２３４号"),
    ]


def test_the_last_of_200_000_characters_is_read_in_good_time() -> None:
    text = "The supplier delivers on time. " * 3200 + "Foo v. Bar, 410 U.S. 1 (1973); "
    text = text + "《民法典》第五百条，" * 12000 + "see 999 F.9th 123"
    assert len(text) > 200_000
    began = time.monotonic()
    found = measured(text).findings
    assert text[found[-1].start : found[-1].end] == "999 F.9th 123"
    assert len(found) == 12_002
    assert time.monotonic() - began < 20


def test_no_detail_holds_words_of_the_text() -> None:
    text = "Weber v. Secretive Ltd, 410 U.S. 114; 甲公司诉乙公司案，（2023）京01民终1号"
    for one in measured(text, ROE).findings:
        said = " ".join(one.detail.values())
        assert not any(word in said for word in ("Weber", "Secretive", "甲公司", "乙公司", "114"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "# ours\n410 U.S. 113 | Roe v. Wade\n\n《民法典》第一条\n"),
        ("a.csv", "citation,name\n410 U.S. 113,Roe v. Wade\n《民法典》第一条,\n"),
        ("a.jsonl", json.dumps({"citation": "410 U.S. 113", "name": "Roe v. Wade"})
         + '\n["《民法典》第一条"]\n'),
    ],
)  # fmt: skip
def test_the_list_of_authorities_is_a_file(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    listed = read_list(tmp_path / name, name)
    settings = CitationsSettings(authority_list=listed)
    text = "Roe v. Wade, 410 U.S. 113; 《民法典》第一条、第二条"
    subject = Subject(text, sha256_text(text))
    (report,) = create_check("citations", settings).measure([subject], Context())
    assert [one.label for one in report.findings] == ["verified", "verified", "not_found"]
    assert settings.model_dump()["authority_list"]["sha256"] == listed.sha256


def test_an_authority_that_is_no_citation_is_an_error_with_its_number() -> None:
    with pytest.raises(ConfigError, match="no citation in entry 2"):
        create_check("citations", {"authorities": [ROE, "the famous case"]})


POLICY = """policy: letters
version: '1'
owner: desk
applies_to: {kinds: [legal], languages: [en]}
rules:
  - id: cites
    check: citations
    with: {authority_list: LIST}
    limits: {not_found: 0.5}
    action: review
    message: Not listed.
"""


def test_a_policy_whose_list_is_unreadable_or_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("citation,name\nno such thing,x\n", encoding="utf-8")
    (tmp_path / "good.csv").write_text(
        "citation,name\n410 U.S. 113,Roe v. Wade\n", encoding="utf-8"
    )
    told = {}
    for name in ("bad.csv", "good.csv", "absent.csv"):
        policy = tmp_path / "letters.yaml"
        policy.write_text(POLICY.replace("LIST", name), encoding="utf-8")
        told[name] = [str(error) for error in lint([policy])]
    assert told["good.csv"] == []
    assert "no citation in entry 1" in told["bad.csv"][0]
    assert "can't be read" in told["absent.csv"][0]


def test_without_eyecite_texts_that_need_it_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    from aigc_guard.checks.citations import american

    american._editions.cache_clear()
    american.edition_of.cache_clear()
    monkeypatch.setitem(sys.modules, "eyecite.tokenizers", None)
    check = create_check("citations")
    texts = ("As 410 U.S. 113 shows.", "Nothing is cited here. [2020] UKSC 5")
    subjects = [Subject(text, sha256_text(text)) for text in texts]
    reports = [measure_batch(check, [one], Context())[0] for one in subjects]
    american._editions.cache_clear()
    assert [one.status for one in reports] == [Status.FAILED, Status.OK]
    assert "eyecite" in reports[0].error
