"""A newsroom in which everything that a person or a file can say tries to become markup."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aigc_guard.accounts import add_account
from aigc_guard.accounts.keys import add_key
from aigc_guard.config import load_config
from aigc_guard.pipeline.desk import ask, comment, reject_as, skip
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proposing import propose
from aigc_guard.pipeline.second import draw_samples
from aigc_guard.records import sha256_text
from aigc_guard.store import Account, State
from aigc_guard.testing import FixedClock, RecordedGenerator
from tests.dashboard.newsroom import CONFIG, FakePersonal
from tests.pipeline.conftest import ROOT, FakeCheckTypes, FakeWords

SHORT = "\"'><xss onxss=1>{{1330*7}}"
CORPUS = (
    SHORT,
    "<script>xss()</script>",
    "<img src=x onerror=xss()>",
    "<svg/onload=xss()>",
    "</title></textarea></select></script><xss>",
    "<!--><xss>-->",
    "<![CDATA[<xss>]]>",
    '" autofocus onfocus="xss()',
    "' onmouseover='xss()",
    "` onxss=`1",
    "javascript:xss()",
    "data:text/html,<xss>",
    "&lt;xss&gt;&#60;xss&#62;",
    "<a href=javascript:xss()>a</a>",
    '<base href="https://evil.example/">',
    '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    "<iframe srcdoc='<xss>'>",
    "<form action=https://evil.example/><input name=xss>",
    "{% raw %}{{ 1330*7 }}{% endraw %}${1330*7}<%= 1330*7 %>",
    "\u2028<xss>\u202e<xss>\ufeff<xss>",
    "\uff1cxss\uff1e<XSS onXSS=1>",
)
LONG = " ".join(CORPUS)
FLAT = LONG.replace("\u2028", " ")
FILE = 'mk-policy-file"><xss onxss=1>.yaml'
MARKS = [
    "mk-policy-file",
    "mk-brief-file",
    "mk-text",
    "mk-message",
    "mk-why",
    "mk-reason",
    "mk-fact-name",
    "mk-fact-value",
    "mk-source",
    "mk-audience",
    "mk-tone",
    "mk-term",
    "mk-origin",
    "mk-person",
    "mk-comment",
    "mk-waiver",
    "mk-answer",
    "mk-note",
    "mk-proposed",
    "mk-key",
    "mk-version",
    "mk-late",
]
POLICY = f"""\
policy: newsroom
version: {json.dumps("mk-version" + SHORT)}
owner: {json.dumps("mk-owner" + SHORT)}
applies_to: {{kinds: [news], languages: [en]}}
rules:
  - id: look
    check: words
    with: {{words: [look], label: rumour}}
    limits: {{rumour: 0.5}}
    action: review
    message: {{en: {json.dumps("mk-message" + LONG)}, zh: {json.dumps("mk-message" + LONG)}}}
    why: {{en: {json.dumps("mk-why" + LONG)}, zh: {json.dumps("mk-why" + LONG)}}}
    link: 'https://example.org/"><xss/onxss=1>'
  - id: insult
    check: words
    with: {{words: [insult], label: insult}}
    limits: {{insult: 0.5}}
    action: block
    message: {{en: "An insult.", zh: "侮辱"}}
  - id: personal
    check: pii
    with: {{words: [nobody@example.org], label: EMAIL_ADDRESS}}
    limits: {{EMAIL_ADDRESS: 0.95}}
    action: review
    message: {{en: "An address.", zh: "地址"}}
waivers:
  - id: once
    rule: look
    reason: {json.dumps("mk-reason" + LONG)}
    owner: {json.dumps("Own " + SHORT)}
    approver: {json.dumps("App " + SHORT)}
    since: "2026-01-01"
    expires: "2026-03-01"
    scope: {{channels: [print]}}
labels:
  - id: made-with-ai
    text: {{en: "Written with AI.", zh: "本内容由人工智能生成。"}}
"""
BRIEFS = ("first", "second", "plain")
TEXTS = {
    BRIEFS[0]: f"Title mk-text {SHORT}\n\nPlease look at {LONG}, said somebody.",
    BRIEFS[1]: f"Title {SHORT}\n\nPlease look, too.",
    BRIEFS[2]: f"Title\n\nNothing here, {SHORT}.",
}


def brief(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "news",
        "language": "en",
        "channel": "web",
        "audience": "mk-audience" + SHORT,
        "tone": "mk-tone" + SHORT,
        "required_terms": ["mk-term" + SHORT],
        "origin": {"writer": "mk-origin" + SHORT},
        "facts": [
            {"name": "headline", "value": "Title"},
            {"name": "mk-fact-name" + SHORT, "value": "mk-fact-value" + FLAT},
        ],
        "sources": [
            {"title": "mk-source" + SHORT, "url": "", "text": FLAT},
            {"title": "second", "url": 'https://example.org/"><xss/onxss=1>', "text": "x"},
        ],
    }


def open_hostile(folder: Path) -> Project:
    return Project(
        config=load_config(folder, {}),
        clock=FixedClock(),
        writers={"recorded": RecordedGenerator(TEXTS, name="recorded")},
        checks=FakeCheckTypes({"words": FakeWords, "pii": FakePersonal}),
    )


def make_hostile(folder: Path) -> Path:
    """The folder after a run; names of files are payloads, too."""
    (folder / "policies").mkdir(parents=True)
    (folder / "models").mkdir()
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "policies" / FILE).write_text(POLICY, encoding="utf-8")
    (folder / "aigc_guard.toml").write_text(CONFIG, encoding="utf-8")
    lines = [json.dumps(brief(name), ensure_ascii=False) for name in BRIEFS]
    bad = json.dumps(brief("bad") | {"kind": f"nonsense{SHORT}"})
    briefs = folder / 'mk-brief-file"><xss onxss=1>.jsonl'
    briefs.write_text("\n".join([*lines, bad]) + "\n", encoding="utf-8")
    made = open_hostile(folder)
    produced = produce(made, [briefs])
    assert [one.row for one in produced.report.quarantined] == [4], produced.report.quarantined
    made.store.close()
    return folder


def say_everything(project: Project, boss: Account, password: str) -> None:
    """Everything people can write, as payloads."""
    other = add_account(
        project.store,
        "other",
        name="mk-person" + SHORT,
        roles=["lead"],
        password=password,
        clock=project.clock,
    )
    waiting = {one.brief_id: one.draft_id for one in project.store.queue(state=State.WAITING)}
    first, second = waiting[BRIEFS[0]], waiting[BRIEFS[1]]
    comment(project, other, first, "mk-comment" + LONG)
    skip(project, other, first, "skipped" + LONG)
    ask(project, other, "waiver", first, "mk-waiver" + LONG, rule="look" + SHORT)
    ask(project, other, "regenerate", first, "again" + LONG)
    granted = ask(project, other, "waiver", first, "mk-waiver" + LONG, rule="x")
    project.store.decide_request(
        granted.request_id,
        state="refused",
        by=boss.account_id,
        at=project.clock(),
        answer="mk-answer" + LONG,
    )
    reject_as(project, other, second, "mk-late" + LONG, rule="look")
    add_key(project.store, boss, ("mk-key" + SHORT), scopes=["read"], clock=project.clock)
    text = (project.config.policies / FILE).read_text(encoding="utf-8")
    propose(
        project,
        other,
        FILE,
        text.replace("mk-why", "mk-proposed"),
        "mk-note" + LONG,
        base_sha256=sha256_text(text),
    )
    draw_samples(project)


class Reader(HTMLParser):
    """What a page's markup is, and what it says."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.places: set[str] = set()
        self.values: list[str] = []
        self.words: list[str] = []
        self.comments: list[str] = []
        self.active: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        known = dict(attrs)
        if tag == "script" and not str(known.get("src", "")).startswith("/static/"):
            self.active.append("a script in the page")
        if tag == "meta" and "http-equiv" in known:
            self.active.append("a meta that acts")
        for name, value in attrs:
            self.attributes.add(name)
            self.values.append(value or "")
            if name in ("href", "src", "action", "formaction", "poster", "data"):
                self.places.add(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.comments.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.comments.append(data)

    @property
    def said(self) -> str:
        return "\n".join([*self.words, *self.values])


KNOWN = """
html head meta title link script body a header nav div span button form input kbd main dialog h1
h2 h3 table thead tbody tr th td caption p label select option section ol ul li dl dt dd code
strong mark details summary textarea time q meter ins del fieldset legend pre figure figcaption
svg line text rect br em progress
article
"""
TAGS = frozenset(KNOWN.split())


def wrong_with(html: str) -> list[str]:
    """What of a page's markup can't be the templates'."""
    page = Reader(html)
    wrong = [f"<{tag}>" for tag in page.tags - TAGS]
    wrong += [
        f"{name}=" for name in page.attributes if "xss" in name or name.startswith(("on", "style"))
    ]
    wrong += [*page.active, *(f"comment {text}" for text in page.comments)]
    for place in page.places:
        parts = urlsplit(place.strip())
        if parts.scheme not in ("", "http", "https") or parts.netloc == "evil.example":
            wrong.append(place)
    if "9310" in page.said:
        wrong.append("a template ran")
    return wrong
