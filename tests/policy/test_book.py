"""The rule book: every rule with all that is asked of it, and safe to show anywhere."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.policy import Policy, load_folder
from aigc_guard.policy.book import as_html, as_markdown, chapter

FOLDER = Path(__file__).parents[2] / "policies"
RULE: dict[str, Any] = {
    "id": "rude",
    "title": {"en": "Rude <b>words</b>", "zh": "粗话"},
    "check": "toxicity",
    "limits": {"insult": 0.5},
    "action": "review",
    "when_quoted": {"limits": {"insult": 0.9}, "action": "flag"},
    "jurisdictions": ["CN"],
    "severity": "critical",
    "message": {"en": "*Rude* [words](http://x.example).", "zh": "粗鲁的用语。"},
    "why": {"en": "Readers.", "zh": "为了读者。"},
    "link": "https://rules.example/a?b=<1>",
}
WAIVER: dict[str, Any] = {
    "id": "festival",
    "rule": "rude",
    "scope": {"briefs": ["b7"]},
    "reason": {"en": "Play titles.", "zh": "剧名。"},
    "owner": "culture",
    "approver": "chief",
    "since": "2026-12-01",
    "expires": "2026-12-20",
}
Make = Callable[..., Policy]


class Page(HTMLParser):
    """What a browser would show, and every address and tag in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        self.links += [values[name] or "" for name in ("href", "src") if name in values]
        self.ids += [values["id"] or ""] if "id" in values else []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture
def policy(policy_of: Make) -> Policy:
    approvals = [{"by": "lawyer", "rules": ["rude"], "people": 2}]
    block = {"id": "threats", "check": "toxicity", "limits": {"threat": 0.8}, "action": "block"}
    return policy_of(
        RULE, block, waivers=[WAIVER], approvals=approvals, batch={"stop_above": 0.2, "at_least": 9}
    )


def test_a_rule_says_all_that_is_asked_of_it(policy: Policy) -> None:
    rude, threats = chapter(policy, "en").entries
    facts = {fact.name: fact.words for fact in rude.facts}
    assert facts == {
        "Measured": "toxicity",
        "Limits": "insult from 0.5 on",
        "Action": "A person decides",
        "In attributed quotations": "insult from 0.9 on; Only noted",
        "Who decides": "lawyer (two people)",
        "Severity": "critical",
        "Places": "CN",
        "Reason": "Readers.",
        "Guideline": "https://rules.example/a?b=<1>",
        "Waiver": "festival (2026-12-01 – 2026-12-20); briefs b7; Play titles.; "
        "Asked for by culture, allowed by chief.",
        "Note": "Only for briefs of: CN.",
    }
    final = {fact.name: fact.words for fact in threats.facts}
    assert final["Who decides"] == "nobody: it is final"
    assert final["Places"] == "all"
    assert threats.title == "threats"


def test_markdown_shows_what_editors_wrote_as_they_wrote_it(policy: Policy) -> None:
    book = as_markdown([policy], "en")
    assert r"### Rude \<b\>words\</b\> (`rude`)" in book
    assert r"\*Rude\* \[words\](http://x.example)." in book
    assert "- **Guideline**: <https://rules.example/a?b=%3C1%3E>" in book
    assert "- If more than 20% of at least 9 drafts are blocked, nothing is released." in book
    assert f"`{policy.digest}`" in book


def test_the_page_stands_alone_and_runs_nothing(policy: Policy) -> None:
    html = as_html([policy], "en")
    page = Page(html)
    assert {"script", "img", "link", "b"}.isdisjoint(page.tags)
    assert "Rude <b>words</b>" in page.text
    outside = [one for one in page.links if not one.startswith("#")]
    assert outside == ["https://rules.example/a?b=<1>"]
    assert {one[1:] for one in page.links if one.startswith("#")} <= set(page.ids)
    assert "default-src 'none'" in html


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_shipped_policies_have_a_book(language: str) -> None:
    policies = list(load_folder(FOLDER))
    book, page = as_markdown(policies, language), Page(as_html(policies, language))
    for policy in policies:
        assert f"## {policy.name}" in book
        for rule in policy.rules:
            assert f"(`{rule.id}`)" in book
            assert rule.title[language] in page.text
            assert rule.message[language] in page.text
            assert f"{policy.name}.{rule.id}" in page.ids
            if rule.link:
                assert rule.link in page.links
    assert len(page.ids) == len(set(page.ids))


def test_settings_of_the_check_are_shown(policy_of: Make) -> None:
    rule = {"id": "r", "check": "fake", "with": {"words": ["one", "two"]}, "limits": {"word": 0.5}}
    (entry,) = chapter(policy_of({**rule, "action": "flag"}), "en").entries
    assert entry.facts[0].words == "fake; words: one, two"
