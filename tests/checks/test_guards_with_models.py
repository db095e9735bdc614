"""The shipped guards do what the checks promise, on texts of our own making."""

from __future__ import annotations

from pathlib import Path

import pytest

from aigc_guard.checks.causes import read_places
from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.pii import PiiCheck
from aigc_guard.checks.toxicity import ToxicityCheck
from aigc_guard.models import ModelStore
from aigc_guard.records import CheckReport, Span, Status, sha256_text

pytestmark = pytest.mark.models
MODELS = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="module")
def context() -> Context:
    store = ModelStore(MODELS)
    return Context(models=store.facts(), model_loader=store)


def measure(check: Check, context: Context, *texts: str, language: str = "en") -> list[CheckReport]:
    return check.measure([Subject(t, sha256_text(t), language) for t in texts], context)


@pytest.mark.parametrize("kind", [ToxicityCheck, PiiCheck])
def test_every_example_of_a_check_holds(kind: type[Check], context: Context) -> None:
    for example in kind.examples:
        report = measure(kind(), context, example.text, language=example.language)[0]
        assert report.status is Status.OK
        found = {f.label for f in report.findings if f.score >= 0.5}
        assert set(example.labels) <= found, example.note
        if not example.labels:
            assert not found
        shown = {example.text[f.start : f.end] for f in report.findings}
        assert set(example.spans) <= shown


def test_the_last_line_of_a_long_mixed_text_is_read_exactly(context: Context) -> None:
    line = (
        "The council met on Monday and approved the plan for the new library. 🎉 会议顺利结束。\n"
    )
    insult, mail, phone = "You are a stupid, worthless idiot!", "mia@example.org", "(212) 555-0147"
    text = (line * 2000)[:100_000] + f"\n{insult} Write to {mail} or call {phone}."
    toxic = measure(ToxicityCheck(), context, text)[0]
    assert toxic.coverage == (Span(0, len(text)),)
    flagged = {text[f.start : f.end] for f in toxic.findings if f.score >= 0.5}
    assert flagged == {insult}
    [insulting] = [f for f in toxic.findings if f.label == "insult" and f.score >= 0.5]
    named = [text[place.start : place.end] for place in read_places(insulting.detail)]
    assert {word for part in named for word in part.replace(",", "").split()} == {
        "stupid", "worthless", "idiot",
    }  # fmt: skip
    personal = measure(PiiCheck(), context, text)[0]
    assert personal.coverage == (Span(0, len(text)),)
    values = {(f.label, text[f.start : f.end]) for f in personal.findings}
    assert {("EMAIL_ADDRESS", mail), ("PHONE_NUMBER", phone)} <= values


@pytest.mark.parametrize(
    "disguised",
    [
        "YOU ARE A STUPID IDIOT",
        "you are a s t u p i d idiot",
        "you are a st\u200bupid id\u00adiot",
        "you are a ѕtupіd іdіot",
        "ｙｏｕ ａｒｅ ａ ｓｔｕｐｉｄ ｉｄｉｏｔ",
        "you are a stup1d 1diot",
    ],
)
def test_a_disguised_insult_is_still_one(disguised: str, context: Context) -> None:
    assert measure(ToxicityCheck(), context, disguised)[0].scores["toxicity"] >= 0.5


def test_names_are_found_in_both_languages(context: Context) -> None:
    english = "Contact Maria Lopez at Northwind Traders about the invoice."
    report = measure(PiiCheck(), context, english)[0]
    assert ("PERSON", "Maria Lopez") in {
        (f.label, english[f.start : f.end]) for f in report.findings
    }
    chinese = "请联系王小明，电话13900001111。"
    report = measure(PiiCheck(), context, chinese, language="zh")[0]
    assert ("PERSON", "王小明") in {(f.label, chinese[f.start : f.end]) for f in report.findings}
