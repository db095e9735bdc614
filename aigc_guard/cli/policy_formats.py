"""What is wrong with policies in the forms that build servers and editors read.

SARIF 2.1.0 (code scanning), GitHub's workflow commands (a note beside the line), JUnit's XML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard import __version__
from aigc_guard.errors import PolicyError, UnknownCheck
from aigc_guard.i18n import spoken, translate

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MISTAKE, UNKNOWN_CHECK = "policy-mistake", "policy-unknown-check"
FAILED, UNREAD, UNCOVERED = "policy-test-failed", "policy-test-unread", "policy-rule-uncovered"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at a place; ``kind`` is the stable name that programs filter by."""

    kind: str
    path: str
    message: str
    line: int | None = None
    column: int | None = None
    mend: str = ""

    @property
    def place(self) -> str:
        """File and line, as far as known."""
        return f"{self.path}:{self.line}" if self.line else self.path

    @property
    def whole(self) -> str:
        """The message with its mend."""
        return f"{self.message}\n{self.mend}" if self.mend else self.message


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One test as JUnit shows it. ``error`` says it could not run, which is no failure."""

    suite: str
    group: str
    name: str
    problems: tuple[Problem, ...] = ()
    error: bool = False


def problem_of(error: PolicyError, language: str) -> Problem:
    """A mistake that lint found."""
    hint = spoken(error.hint, language)
    return Problem(
        kind=UNKNOWN_CHECK if isinstance(error, UnknownCheck) else MISTAKE,
        path=error.path,
        message=spoken(error.message, language),
        line=error.line,
        column=error.column,
        mend=translate("  mend: {hint}", language, hint=hint).strip() if hint else "",
    )


def github(problems: Sequence[Problem]) -> str:
    """One workflow command per problem: GitHub shows it beside the line."""
    return "\n".join(_command(one) for one in problems)


def _command(problem: Problem) -> str:
    values = {
        "file": _relative(problem.path),
        "line": problem.line,
        "col": problem.column,
        "title": problem.kind,
    }
    given = ((name, value) for name, value in values.items() if value is not None)
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in given)
    return f"::error {listed}::{_data(problem.whole)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """SARIF 2.1.0: every problem is an error, for a policy with a mistake is never used."""
    rules = {
        MISTAKE: "A policy file can't be used as it is written.",
        UNKNOWN_CHECK: "A rule names a check that is not installed.",
    }
    driver = {
        "name": "aigc-guard",
        "version": __version__,
        "rules": [{"id": name, "shortDescription": {"text": text}} for name, text in rules.items()],
    }
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, list(rules)) for one in problems],
            }
        ],
    }


def _result(problem: Problem, rules: Sequence[str]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.path)}}
    if problem.line is not None:
        place["region"] = {"startLine": problem.line}
        if problem.column is not None:
            place["region"]["startColumn"] = problem.column
    return {
        "ruleId": problem.kind,
        "ruleIndex": rules.index(problem.kind),
        "level": "error",
        "message": {"text": problem.whole},
        "locations": [{"physicalLocation": place}],
    }


def _relative(path: str) -> str:
    """As seen from where the command was started, the checkout's root on a build server."""
    whole = Path(path).absolute()
    here = Path.cwd()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else whole.as_posix()


def _uri(path: str) -> str:
    from urllib.parse import quote

    shown = _relative(path)
    return Path(shown).as_uri() if Path(shown).is_absolute() else quote(shown)


def junit(cases: Sequence[CaseLine]) -> str:
    """JUnit's XML as build servers read it: one suite per policy, one case per test."""
    from xml.etree.ElementTree import Element, SubElement, tostring

    root = Element("testsuites")
    for name in dict.fromkeys(one.suite for one in cases):
        own = [one for one in cases if one.suite == name]
        suite = SubElement(root, "testsuite", name=_plain(name))
        suite.set("tests", str(len(own)))
        suite.set("failures", str(sum(bool(one.problems) and not one.error for one in own)))
        suite.set("errors", str(sum(one.error for one in own)))
        for one in own:
            case = SubElement(suite, "testcase", classname=_plain(one.group), name=_plain(one.name))
            for problem in one.problems:
                tag, message = "error" if one.error else "failure", _plain(problem.message)
                SubElement(case, tag, message=message).text = _plain(f"{problem.place}: {message}")
    return tostring(root, encoding="unicode", xml_declaration=True)


def _plain(text: str) -> str:
    """Without the characters that XML 1.0 can't hold at all."""
    return "".join(char if char >= " " or char in "\t\n" else "?" for char in text)
