"""A project as a newsroom would have it: four eyes, personal values, overlaps, a redaction."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from aigc_guard.config import load_config
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.testing import FakeCheck, FixedClock, RecordedGenerator
from tests.pipeline.conftest import ROOT, FakeCheckTypes, FakeWords

SECRET = "ann.lee@example.org"
POLICY = f"""\
policy: newsroom
version: "2026-01"
owner: news desk
applies_to: {{kinds: [news], languages: [en, zh]}}
defaults:
  attempts: 2
  replace:
    en: {{secret: "[withheld]"}}
    zh: {{secret: "[略]"}}
rules:
  - id: no-insult
    check: words
    with: {{words: [insult], label: insult}}
    limits: {{insult: 0.5}}
    action: block
    message: {{en: "The draft insults somebody.", zh: "稿件含侮辱性词语。"}}
    why: {{en: "We criticise deeds, not people.", zh: "我们评论行为，不侮辱人。"}}
  - id: hide-secret
    check: words
    with: {{words: [s3cret], label: secret}}
    limits: {{labels: [secret]}}
    action: redact
    message: {{en: "A password stands in the text.", zh: "文中含有密码。"}}
  - id: look-at-rumour
    check: words
    with: {{words: [rumour, 传闻], label: rumour}}
    limits: {{rumour: 0.5}}
    action: review
    message: {{en: "A rumour is not a source.", zh: "传闻不能作为消息来源。"}}
    why: {{en: "Readers take what we print for checked.", zh: "读者会把刊出的内容视为已核实。"}}
    link: https://example.org/guide/sources
  - id: say-who-says-so
    check: words
    with: {{words: ["A rumour says", "据传闻"], label: unattributed}}
    limits: {{unattributed: 0.5}}
    action: review
    message: {{en: "Nobody is named as the source.", zh: "未说明消息来源。"}}
  - id: personal
    check: pii
    with: {{words: ["{SECRET}"], label: EMAIL_ADDRESS}}
    limits: {{EMAIL_ADDRESS: 0.95}}
    action: review
    message: {{en: "A personal address.", zh: "含有个人地址。"}}
approvals:
  - by: chief
    people: 2
    rules: [say-who-says-so]
labels:
  - id: made-with-ai
    text: {{en: "Written with AI.", zh: "本内容由人工智能生成。"}}
"""
CONFIG = """\
store = "sqlite:///state/store.db"
[writers.news]
en = "recorded"
zh = "recorded"
[limits]
batch_size = 4
check_seconds = 5
[review]
second_near = 1.0
second_random = 1.0
"""
TEXTS = {
    "harbour-bridge": "Harbour bridge opens on 3 May 2026\n\nThe harbour bridge opens on 3 May "
    "2026 after four years. A rumour says that it cost 12 million euros, twice the estimate. "
    f"Questions go to {SECRET}, who speaks for the city.",
    "library": "Library stays open at night\n\nThe city library stays open until 23:00 from June. "
    "There is a rumour about new staff.",
    "market": "The market moves to the square. There is a rumour about the rent.",
    "tram": "The tram line 4 runs again on Monday. The depot's door code is s3cret, says a notice.",
    "park": "The park opens at six in the morning.",
    "council": "A councillor called the plan an insult to the town.",
    "metro-zh": "地铁五号线将于六月一日开通。据传闻，造价高达三十亿元，远超预算。",
}
FACTS = {
    "harbour-bridge": {
        "headline": "Harbour bridge opens",
        "opening": "3 May 2026",
        "cost": "12 million euros",
        "length": "410 m",
    },
    "metro-zh": {"headline": "地铁五号线将开通", "opening": "六月一日"},
}


class FakePersonal(FakeCheck):
    """The word check in the place of the one that looks for personal values."""

    id = "pii"
    labels = ()


def brief(name: str) -> dict[str, Any]:
    facts = FACTS.get(name, {"headline": name})
    return {
        "id": name,
        "kind": "news",
        "language": "zh" if name.endswith("-zh") else "en",
        "channel": "web",
        "facts": [{"name": key, "value": value} for key, value in facts.items()],
        "sources": [{"title": "City gazette", "url": "https://example.org/gazette", "text": "x"}],
    }


def open_newsroom(folder: Path) -> Project:
    return Project(
        config=load_config(folder, {}),
        clock=FixedClock(),
        writers={"recorded": RecordedGenerator(TEXTS, name="recorded")},
        checks=FakeCheckTypes({"words": FakeWords, "pii": FakePersonal}),
    )


def make_newsroom(folder: Path, names: tuple[str, ...] = tuple(TEXTS)) -> Path:
    """The folder after its first run."""
    (folder / "policies").mkdir(parents=True)
    (folder / "models").mkdir()
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "policies" / "news.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "aigc_guard.toml").write_text(CONFIG, encoding="utf-8")
    lines = "".join(json.dumps(brief(name), ensure_ascii=False) + "\n" for name in names)
    (folder / "briefs.jsonl").write_text(lines, encoding="utf-8")
    made = open_newsroom(folder)
    produce(made, [folder / "briefs.jsonl"])
    made.store.close()
    return folder
