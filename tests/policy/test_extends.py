"""A policy that extends a base: what it inherits, what it changes, and whose line is blamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from aigc_guard.checks.interface import Check
from aigc_guard.errors import PolicyError
from aigc_guard.policy import lint, load_folder, load_policy
from aigc_guard.policy.schema import policy_schema

BASE = """\
policy: house
abstract: true
version: '1'
owner: house-desk
defaults:
  attempts: 2
  replace:
    en: {PHONE_NUMBER: '[phone]', EMAIL_ADDRESS: '[e-mail]'}
rules:
  - id: no-abuse
    check: toxicity
    limits: {insult: 0.8, threat: 0.8}
    action: block
    message: {en: Abuse., zh: 辱骂。}
  - id: contact
    check: pii
    limits: {labels: [PHONE_NUMBER], score: 0.5}
    action: redact
    message: Contact data.
labels:
  - {id: general, text: Written with AI.}
approvals:
  - by: editor
"""
CHILD = """\
policy: news
version: '7'
extends: house
applies_to: {kinds: [news], languages: [en]}
defaults:
  replace:
    en: {PHONE_NUMBER: '[number]'}
rules:
  - id: no-abuse
    limits: {insult: 0.6}
  - id: origin
    check: provenance
    limits: {faithful: true}
    action: review
    message: Not faithful.
labels:
  - {id: general, text: AI wrote this.}
"""
WHOLE = """\
policy: news
version: '7'
owner: house-desk
applies_to: {kinds: [news], languages: [en]}
defaults:
  attempts: 2
  replace:
    en: {PHONE_NUMBER: '[number]', EMAIL_ADDRESS: '[e-mail]'}
rules:
  - id: no-abuse
    check: toxicity
    limits: {insult: 0.6}
    action: block
    message: {en: Abuse., zh: 辱骂。}
  - id: contact
    check: pii
    limits: {labels: [PHONE_NUMBER], score: 0.5}
    action: redact
    message: Contact data.
  - id: origin
    check: provenance
    limits: {faithful: true}
    action: review
    message: Not faithful.
labels:
  - {id: general, text: AI wrote this.}
approvals:
  - by: editor
"""
Types = Mapping[str, type[Check]]
Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Writes ``house.yaml`` and ``news.yaml``."""

    def write(base: str = BASE, child: str = CHILD) -> Path:
        (tmp_path / "house.yaml").write_text(base, encoding="utf-8")
        (tmp_path / "news.yaml").write_text(child, encoding="utf-8")
        return tmp_path

    return write


def test_it_is_the_same_policy_as_the_one_written_out(folder: Folder, types: Types) -> None:
    place = folder()
    (policy,) = load_folder(place, types)
    (place / "news.yaml").write_text(WHOLE, encoding="utf-8")
    assert load_policy(place / "news.yaml", types).digest == policy.digest
    assert policy.rules[1].wording("EMAIL_ADDRESS", "en") == "[e-mail]"
    assert policy.rules[1].wording("PHONE_NUMBER", "en") == "[number]"
    assert policy.inherited is not None
    assert policy.inherited.base == "house"
    assert policy.inherited.rules == {"no-abuse": ("limits",), "contact": ()}


def test_the_digest_follows_the_base(folder: Folder, types: Types) -> None:
    digest = load_policy(folder() / "news.yaml", types).digest
    other = folder(BASE.replace("score: 0.5", "score: 0.6"))
    assert load_policy(other / "news.yaml", types).digest != digest
    unused = folder(
        BASE.replace("insult: 0.8", "insult: 0.7").replace("version: '1'", "version: x")
    )
    assert load_policy(unused / "news.yaml", types).digest == digest


def test_a_base_is_linted_but_serves_nothing(folder: Folder, types: Types) -> None:
    place = folder()
    assert lint([place], types) == []
    with pytest.raises(PolicyError, match="serves no drafts") as caught:
        load_policy(place / "house.yaml", types)
    assert caught.value.line == 2
    (place / "news.yaml").unlink()
    with pytest.raises(PolicyError, match="only bases"):
        load_folder(place, types)


@pytest.mark.parametrize(
    ("base", "child", "file", "line", "message"),
    [
        (("insult: 0.8", "insult: 8"), (), "house.yaml", 12, "at most 1"),
        (("threat: 0.8", "treat: 0.8"), (), "house.yaml", 12, "no label `treat`"),
        ((), ("insult: 0.6", "insult: 6"), "news.yaml", 10, "at most 1"),
        ((), ("insult: 0.6", "insul: 0.6"), "news.yaml", 10, "no label `insul`"),
        ((), ("- id: no-abuse", "- id: no-abus"), "news.yaml", 9, "`check` is missing"),
        (("    en: {PHONE", "    en: {CREDIT"), ("PHONE_NUMBER", "X"), "house.yaml", 18, "wording"),
        ((), ("- id: origin", "- id: no-abuse"), "news.yaml", 11, "a second rule `no-abuse`"),
        ((), ("extends: house", "extends: hous"), "news.yaml", 3, "there is no file `hous.yaml`"),
        (("abstract: true\n", ""), (), "news.yaml", 3, "a policy of its own"),
        (("abstract: true", "abstract: true\nextends: x"), (), "house.yaml", 3, "`extends`"),
        (("by: editor", "by: editor\n    rules: [x]"), (), "house.yaml", 24, "no rule `x`"),
        ((), ("rules:", "rules: 7\nx:"), "news.yaml", 8, "must be a list"),
    ],
)
def test_the_file_that_is_wrong_is_named(
    base: tuple[str, str] | tuple[()],
    child: tuple[str, str] | tuple[()],
    file: str,
    line: int,
    message: str,
    folder: Folder,
    types: Types,
) -> None:
    place = folder(BASE.replace(*base) if base else BASE, CHILD.replace(*child) if child else CHILD)
    with pytest.raises(PolicyError) as caught:
        load_policy(place / "news.yaml", types)
    error = caught.value
    assert (Path(error.path).name, error.line) == (file, line)
    assert message in error.message


def test_a_mistake_in_a_base_is_told_once(folder: Folder, types: Types) -> None:
    assert len(lint([folder(BASE.replace("insult: 0.8", "insult: 8"))], types)) == 1


def test_the_schema_knows_bases_and_their_policies(types: Types) -> None:
    from aigc_guard.checks.catalogue import BUILT_IN, check_types

    validator = jsonschema.Draft7Validator(
        policy_schema({name: check_types()[name] for name in BUILT_IN})
    )

    def accepts(text: str) -> bool:
        return validator.is_valid(YAML(typ="safe", pure=True).load(text))

    assert accepts(BASE)
    assert accepts(CHILD)
    assert accepts(WHOLE)
    assert not accepts(CHILD.replace("extends: house\n", ""))
    assert not accepts(WHOLE.replace("owner: house-desk\n", ""))
    assert not accepts(BASE.replace("abstract: true", "abstract: true\nextends: x"))
