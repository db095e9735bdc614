"""Broken policies: each text, and what its editor is told (place, message, part of the mend)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Check
from aigc_guard.errors import PolicyError
from aigc_guard.policy import parse_policy

SOUND = (Path(__file__).parents[1] / "data/policies/sound.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Broken:
    name: str
    old: str
    new: str
    place: str
    message: str
    mend: str

    @property
    def text(self) -> str:
        assert self.old in SOUND, self.name
        return SOUND.replace(self.old, self.new, 1)


WAIVER = (
    "waivers: [{id: w, rule: contact, scope: {briefs: [b]}, reason: r, owner: a, approver: b, "
    "since: '2026-01-01', expires: '2026-02-01'}]\nlabels:"
)


def waiver(name: str, old: str, new: str, place: str, message: str, mend: str) -> Broken:
    """A sound waiver before ``labels``, changed in one place."""
    assert old in WAIVER, name
    return Broken(name, "\nlabels:", "\n" + WAIVER.replace(old, new, 1), place, message, mend)


def batch(name: str, value: str, place: str, message: str, mend: str) -> Broken:
    """A ``batch`` before ``labels``."""
    return Broken(name, "\nlabels:", f"\nbatch: {value}\nlabels:", place, message, mend)


BROKEN = [
    # Not YAML, or more than plain YAML.
    Broken("tab", "  attempts", "\tattempts", "6:1", "this is not YAML", "spaces, not tabs"),
    Broken(
        "unclosed quote", "version: '1'", "version: '1", "8:25", "this is not YAML", "quotation"
    ),
    Broken(
        "colon in text",
        "message: Contact data.",
        "message: Contact: data.",
        "20:21",
        "mapping values are not allowed",
        "colons",
    ),
    Broken("two documents", "rules:\n", "---\nrules:\n", "10:1", "another document", "---"),
    Broken("alias", "owner: desk", "owner: *desk", "3:8", "undefined alias", "quotation marks"),
    Broken("anchor", "owner: desk", "owner: &a desk\nx: *a", "3:8", "a reference", "write the"),
    Broken("merge", "  attempts: 2", "  <<: {attempts: 2}", "6:3", "a merge", "write the keys out"),
    Broken(
        "tag",
        "owner: desk",
        "owner: !!python/name:os.system x",
        "3:8",
        "unknown tag",
        "remove the tag",
    ),
    Broken(
        "duplicate key",
        "    action: block",
        "    action: block\n    action: flag",
        "15:5",
        "`action` stands here twice (first in line 14)",
        "keep one",
    ),
    Broken(
        "key not text",
        "owner: desk",
        "owner: desk\n7: x",
        "4:1",
        "a key that is not text",
        "quotation marks",
    ),
    Broken("control character", "owner: desk", "owner: de\x07sk", "3:10", "can't stand", "delete"),
    # Keys.
    Broken(
        "unknown key",
        "    action: block",
        "    acton: block",
        "14:5",
        "unknown key `acton`",
        "did you mean `action`?",
    ),
    Broken(
        "unknown top key",
        "owner: desk",
        "owner: desk\nrule: []",
        "4:1",
        "unknown key `rule`",
        "did you mean `rules`?",
    ),
    Broken(
        "unknown applies_to",
        "languages: [en, zh]",
        "language: [en]",
        "4:29",
        "unknown key `language`",
        "did you mean `languages`?",
    ),
    Broken("missing owner", "owner: desk\n", "", "1:1", "`owner` is missing", "add `owner: ...`"),
    Broken("missing action", "    action: block\n", "", "11:5", "`action` is missing", "add"),
    Broken(
        "missing Chinese",
        "{en: Abuse., zh: 辱骂。}",
        "{en: Abuse.}",
        "15:5",
        "`zh` is missing",
        "add `zh",
    ),
    Broken(
        "extends",
        "owner: desk",
        "owner: desk\nextends: base",
        "4:10",
        "there is no file `base.yaml` beside this one",
        "name the base's file",
    ),
    Broken(
        "extends no name",
        "owner: desk",
        "owner: desk\nextends: ../base",
        "4:10",
        "`extends` must be a name",
        "write it like",
    ),
    Broken(
        "abstract",
        "owner: desk",
        "owner: desk\nabstract: true",
        "5:1",
        "a base can't have `applies_to`",
        "say it in the policies",
    ),
    Broken(
        "abstract not bool",
        "owner: desk",
        "owner: desk\nabstract: 'yes'",
        "4:11",
        "`abstract` must be true or false",
        "without quotation marks",
    ),
    Broken(
        "rule tests",
        "    action: block",
        "    action: block\n    tests: []",
        "15:12",
        "`tests` must be keys with values",
        "indented below it",
    ),
    Broken(
        "test without text",
        "    action: block",
        "    action: block\n    tests: {trips: [{language: en}]}",
        "15:21",
        "`text` is missing",
        "add",
    ),
    Broken(
        "test with an unknown key",
        "    action: block",
        "    action: block\n    tests: {trips: [{text: a, fact: {}}]}",
        "15:31",
        "unknown key `fact`",
        "did you mean `facts`?",
    ),
    Broken(
        "test of an unknown outcome",
        "    action: block",
        "    action: block\n    tests: {trips: [{text: a, outcome: held}]}",
        "15:40",
        "`outcome` can't be `held`",
        "one of: release",
    ),
    Broken(
        "test of a language not served",
        "languages: [en, zh]}",
        "languages: [en]}\ntests: [{text: a, language: zh, outcome: release}]",
        "5:29",
        "the policy does not serve the language `zh`",
        "it serves: en",
    ),
    Broken(
        "test of a rule not there",
        "owner: desk",
        "owner: desk\ntests: [{text: a, outcome: block, trips: [abuse]}]",
        "4:43",
        "there is no rule `abuse`",
        "did you mean `no-abuse`?",
    ),
    Broken(
        "test without outcome",
        "owner: desk",
        "owner: desk\ntests: [{text: a}]",
        "4:9",
        "`outcome` is missing",
        "add",
    ),
    # Types and ranges.
    Broken(
        "version a number",
        "version: '1'",
        "version: 1.0",
        "2:10",
        "`version` must be text",
        "quotation marks",
    ),
    Broken(
        "kinds not a list",
        "kinds: [news]",
        "kinds: news",
        "4:21",
        "`kinds` must be a list",
        "[one, two]",
    ),
    Broken("no kinds", "kinds: [news]", "kinds: []", "4:21", "`kinds` is empty", "fill it in"),
    Broken(
        "unknown language",
        "[en, zh]",
        "[en, ch]",
        "4:45",
        "`languages` can't be `ch`",
        "one of: en, zh",
    ),
    Broken(
        "unknown action",
        "action: block",
        "action: blok",
        "14:13",
        "`action` can't be `blok`",
        "did you mean `block`?",
    ),
    Broken(
        "shadow yes",
        "    action: block",
        "    action: block\n    shadow: yes",
        "15:13",
        "`shadow` must be true or false",
        "true or false",
    ),
    Broken(
        "limit as text",
        "insult: 0.6",
        "insult: '0.6'",
        "13:22",
        "`insult` must be a number",
        "without quotation marks",
    ),
    Broken(
        "limit above 1",
        "insult: 0.6",
        "insult: 60",
        "13:22",
        "the limit `insult` must be at most 1",
        "0 to 1",
    ),
    Broken(
        "limit of 0",
        "insult: 0.6",
        "insult: 0",
        "13:22",
        "the limit `insult` must be above 0",
        "hold every draft",
    ),
    Broken(
        "limit nan",
        "insult: 0.6",
        "insult: .nan",
        "13:22",
        "`insult` must be a number",
        "write a number",
    ),
    Broken(
        "limit infinite",
        "score: 0.5",
        "score: .inf",
        "18:68",
        "`score` must be a number",
        "write a number",
    ),
    Broken(
        "attempts 0",
        "attempts: 2",
        "attempts: 0",
        "6:13",
        "`attempts` must be at least 1",
        "1 to 10",
    ),
    Broken(
        "attempts text",
        "attempts: 2",
        "attempts: two",
        "6:13",
        "`attempts` must be a whole number",
        "whole number",
    ),
    Broken(
        "no rules",
        SOUND[SOUND.index("rules:") :],
        "rules: []\n",
        "10:8",
        "`rules` is empty",
        "fill it in",
    ),
    Broken(
        "bad id", "id: no-abuse", "id: No Abuse", "11:9", "`id` must be a name", "personal-data"
    ),
    Broken(
        "bad place",
        "    action: block",
        "    action: block\n    jurisdictions: [eu]",
        "15:21",
        "`jurisdictions` must be a place code",
        "EU",
    ),
    Broken(
        "bad link",
        "    action: block",
        "    action: block\n    link: wiki",
        "15:11",
        "`link` must be a web address",
        "https://",
    ),
    Broken(
        "rule is text",
        "\nlabels:",
        "\n  - no-insults\nlabels:",
        "21:5",
        "must be keys with values",
        "key: value",
    ),
    # What the words mean.
    Broken(
        "unknown check",
        "check: toxicity",
        "check: toxicty",
        "12:12",
        "there is no check `toxicty`",
        "did you mean `toxicity`?",
    ),
    Broken(
        "unknown label",
        "insult: 0.6",
        "insults: 0.6",
        "13:14",
        "the check toxicity has no label `insults`",
        "did you mean `insult`?",
    ),
    Broken(
        "unknown pii label",
        "labels: [PHONE_NUMBER]",
        "labels: [PHONE]",
        "18:23",
        "the check pii has no label `PHONE`",
        "did you mean `PHONE_NUMBER`?",
    ),
    Broken(
        "empty limits",
        "{insult: 0.6, toxicity: 0.7}",
        "{}",
        "13:13",
        "`limits` is empty",
        "fill it in",
    ),
    Broken(
        "setting",
        "    limits: {insult: 0.6",
        "    with: {word: [x]}\n    limits: {insult: 0.6",
        "13:12",
        "unknown key `word`",
        "did you mean `words`?",
    ),
    Broken(
        "except nothing known",
        "except: [may_publish]",
        "except: [publish]",
        "18:47",
        "`except` can't be `publish`",
        "may_publish",
    ),
    Broken(
        "second id",
        "id: contact",
        "id: no-abuse",
        "16:9",
        "a second rule `no-abuse` (the first is in line 11)",
        "its own id",
    ),
    Broken(
        "no wording",
        "zh: {PHONE_NUMBER: '【电话】'}",
        "zh: {}",
        "19:13",
        "no wording to replace PHONE_NUMBER in `zh`",
        "replace: zh:",
    ),
    Broken(
        "useless wording",
        "    message: {en",
        "    replace: {en: {insult: x}}\n    message: {en",
        "15:5",
        "`replace` without `action: redact`",
        "remove it",
    ),
    Broken(
        "empty when_quoted",
        "    action: block",
        "    action: block\n    when_quoted: {}",
        "15:5",
        "`when_quoted` says nothing",
        "action or limits",
    ),
    Broken(
        "quoted label",
        "    action: block",
        "    action: block\n    when_quoted: {limits: {insulting: 0.9}}",
        "15:28",
        "no label `insulting`",
        "did you mean `insult`?",
    ),
    Broken(
        "provenance false",
        "    check: toxicity\n    limits: {insult: 0.6, toxicity: 0.7}",
        "    check: provenance\n    limits: {faithful: false}",
        "13:24",
        "`faithful` can't be `False`",
        "write: True",
    ),
    Broken(
        "provenance unknown",
        "    check: toxicity\n    limits: {insult: 0.6, toxicity: 0.7}",
        "    check: provenance\n    limits: {faithfull: true}",
        "13:14",
        "unknown key `faithfull`",
        "did you mean `faithful`?",
    ),
    Broken(
        "provenance redact",
        "    check: toxicity\n    limits: {insult: 0.6, toxicity: 0.7}\n    action: block",
        "    check: provenance\n    limits: {faithful: true}\n    action: redact",
        "14:13",
        "no place in the text to redact",
        "use review",
    ),
    Broken(
        "provenance quoted",
        "    check: toxicity\n    limits: {insult: 0.6, toxicity: 0.7}\n    action: block",
        "    check: provenance\n    limits: {faithful: true}\n    action: block\n"
        "    when_quoted: {action: flag}",
        "15:5",
        "`when_quoted` needs places",
        "remove it",
    ),
    Broken(
        "contradiction",
        "labels:\n",
        "  - id: again\n    check: toxicity\n    limits: {insult: 0.6, toxicity: 0.7}\n"
        "    action: flag\n    message: m\nlabels:\n",
        "21:9",
        "`again` contradicts `no-abuse`",
        "keep one",
    ),
    Broken(
        "unknown approval rule",
        "rules: [no-abuse]",
        "rules: [no-abus]",
        "26:13",
        "there is no rule `no-abus`",
        "did you mean `no-abuse`?",
    ),
    # Waivers.
    waiver(
        "waiver without scope", "scope: {briefs: [b]}, ", "", "21:11", "`scope` is missing", "add"
    ),
    waiver(
        "waiver of everything",
        "{briefs: [b]}",
        "{}",
        "21:41",
        "`scope` says nothing",
        "name briefs",
    ),
    waiver(
        "waiver without end", ", expires: '2026-02-01'", "", "21:11", "`expires` is missing", "add"
    ),
    waiver(
        "waiver of no rule",
        "contact",
        "contacts",
        "21:25",
        "there is no rule `contacts`",
        "did you mean `contact`?",
    ),
    waiver(
        "waiver by its owner",
        "approver: b",
        "approver: ' A'",
        "21:87",
        "can't be approved by its owner",
        "somebody else",
    ),
    waiver(
        "waiver for too long",
        "2026-02-01",
        "2026-12-31",
        "21:120",
        "364 days are too long for a rule of severity minor",
        "at most 180 days",
    ),
    waiver(
        "waiver ends too early",
        "2026-02-01",
        "2025-02-01",
        "21:120",
        "ends before it begins",
        "after `since`",
    ),
    waiver(
        "waiver until no day",
        "'2026-02-01'",
        "'2026-02-30'",
        "21:120",
        "`expires` is no day of the calendar",
        "year, month and day",
    ),
    waiver(
        "waiver until soon",
        "'2026-02-01'",
        "soon",
        "21:120",
        "`expires` must be a day",
        "year, month and day",
    ),
    waiver(
        "waiver of a label it has not",
        "briefs: [b]",
        "labels: [PHONE]",
        "21:51",
        "`contact` never trips on `PHONE`",
        "did you mean `PHONE_NUMBER`?",
    ),
    waiver(
        "waiver for a kind not served",
        "briefs: [b]",
        "kinds: [legal]",
        "21:50",
        "the policy does not serve `legal`",
        "it serves: news",
    ),
    waiver(
        "waiver for nobody's reason",
        "reason: r",
        "reason: ' '",
        "21:64",
        "`en` is empty",
        "fill it in",
    ),
    waiver(
        "waiver with an unknown key",
        "owner: a",
        "own: a",
        "21:67",
        "unknown key `own`",
        "did you mean `owner`?",
    ),
    waiver("waiver id", "id: w", "id: W 1", "21:16", "`id` must be a name", "personal-data"),
    Broken(
        "waiver of what holds nothing",
        "\nlabels:",
        "\n  - {id: f, check: toxicity, limits: {threat: 0.5}, action: flag, message: m}\n"
        + WAIVER.replace("contact", "f"),
        "22:25",
        "`f` holds nothing back",
        "remove the waiver",
    ),
    Broken(
        "second waiver",
        "\nlabels:",
        "\n"
        + WAIVER.replace("waivers: [", "waivers:\n - ").replace(
            "}]",
            "}\n - {id: w, rule: contact, scope: {briefs: [c]}, reason: r, owner: a, approver: b, "
            "since: '2026-01-01', expires: '2026-02-01'}",
        ),
        "23:9",
        "a second waiver `w`",
        "its own id",
    ),
    # The run as a whole.
    batch("empty batch", "{}", "21:1", "`batch` says nothing", "stop_above"),
    batch("batch is text", "all", "21:8", "`batch` must be keys with values", "indented"),
    batch(
        "breaker in percent",
        "{stop_above: 20.0}",
        "21:21",
        "`stop_above` must be below 1",
        "0.2 for a fifth",
    ),
    batch(
        "breaker as text",
        "{stop_above: '0.2'}",
        "21:21",
        "`stop_above` must be a number",
        "without quotation",
    ),
    batch(
        "breaker below 0",
        "{stop_above: -0.1}",
        "21:21",
        "`stop_above` must be at least 0",
        "0.2 for a fifth",
    ),
    batch(
        "least number alone",
        "{at_least: 3, quota: {web: 1}}",
        "21:9",
        "`at_least` without `stop_above`",
        "add stop_above",
    ),
    batch(
        "least number 0",
        "{stop_above: 0.1, at_least: 0}",
        "21:36",
        "`at_least` must be at least 1",
        "how many drafts",
    ),
    batch(
        "quota below 0", "{quota: {web: -1}}", "21:22", "`quota` must be at least 0", "0 for none"
    ),
    batch(
        "quota in words", "{quota: {web: few}}", "21:22", "must be a whole number", "whole number"
    ),
    batch(
        "run held by no rule",
        "{hold_run_on: [contacts]}",
        "21:23",
        "there is no rule `contacts`",
        "did you mean `contact`?",
    ),
    batch(
        "run held by a single draft",
        "{hold_run_on: [contact]}",
        "21:23",
        "`contact` looks at single drafts",
        "action: block",
    ),
    batch(
        "unknown batch key",
        "{stop_over: 0.1}",
        "21:9",
        "unknown key `stop_over`",
        "did you mean `stop_above`?",
    ),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_broken_file_names_place_mistake_and_mend(
    broken: Broken, types: Mapping[str, type[Check]]
) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(broken.text, types, name="policy.yaml")
    error = caught.value
    assert error.location == f"policy.yaml:{broken.place}"
    assert broken.message in error.message
    assert broken.mend in error.hint
    assert error.exit_code == 3
    assert error.line is not None
    line = broken.text.splitlines()[error.line - 1] if broken.text.splitlines() else ""
    shown = line.strip().replace("\x07", "?")
    assert error.quoted == (shown if len(shown) <= 120 else shown[:117] + "...")
