"""``aigc-guard policy test``: the drafts inside policy files, judged by real checks."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aigc_guard.cli.console import (
    CHECK_FAILED,
    HELD,
    language,
    project_config,
    remark,
    say,
    say_json,
    tell,
)
from aigc_guard.i18n import pick

if TYPE_CHECKING:
    from aigc_guard.policy import Policy
    from aigc_guard.policy.trial import CaseResult


class ReportFormat(StrEnum):
    """How results are written to stdout."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


def run_tests(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="files or folders; default: the project's policies")
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="fail for rules without a test for and against them")
    ] = False,
    format: Annotated[
        ReportFormat, typer.Option("--format", help="text, json, or junit for build servers")
    ] = ReportFormat.TEXT,
) -> None:
    """Run the tests inside policy files: 0 passed, 1 failed, 3 bad policy, 4 a check can't run."""
    from aigc_guard.pipeline.policy_tests import CaseArchive, run_cases
    from aigc_guard.pipeline.project import open_project

    config = project_config(required=False)
    project = open_project(config)
    policies = _policies(paths or [config.policies], project.checks)
    archive = CaseArchive(config.keys.parent / "policy-tests.jsonl")
    seconds = config.limits.check_seconds
    results = run_cases(policies, project.context, archive, seconds=seconds)
    gaps = _gaps(policies, results) if coverage else []
    if format is ReportFormat.JSON:
        say_json({"tests": [_as_json(one) for one in results], "coverage": gaps})
    elif format is ReportFormat.JUNIT:
        say(_junit(results, gaps))
    else:
        _say(results, gaps)
    failed = [one for one in results if one.problems]
    unread = [one for one in results if one.unread]
    remark(
        tell(
            "Tests: {passed} passed, {failed} failed, {unread} could not run.",
            passed=sum(one.passed for one in results),
            failed=len(failed),
            unread=len(unread),
        )
    )
    if unread:
        raise typer.Exit(CHECK_FAILED)
    if failed or gaps:
        raise typer.Exit(HELD)


def _policies(paths: Sequence[Path], check_types: Any) -> list[Policy]:
    """The policies of files and folders; a base has none."""
    from aigc_guard.policy import load_folder, load_policy

    found: list[Policy] = []
    for path in paths:
        found += (
            load_folder(path, check_types) if path.is_dir() else [load_policy(path, check_types)]
        )
    return found


def _gaps(policies: Sequence[Policy], results: Sequence[CaseResult]) -> list[dict[str, Any]]:
    from aigc_guard.policy.cases import PolicyCase
    from aigc_guard.policy.trial import uncovered

    return [
        {
            "policy": policy.name,
            "path": where.path if isinstance(where, PolicyCase) else policy.path,
            "line": where.line if isinstance(where, PolicyCase) else None,
            "rule": "" if isinstance(where, PolicyCase) else where.id,
            "problem": pick(words, language()),
        }
        for policy in policies
        for where, words in uncovered(policy, results)
    ]


def _problems(result: CaseResult) -> list[str]:
    return [
        *(pick(words, language()) for words in result.problems),
        *(tell("the check {check} could not measure it", check=check) for check in result.unread),
    ]


def _as_json(result: CaseResult) -> dict[str, Any]:
    return {
        "policy": result.policy,
        "rule": result.case.rule,
        "path": result.case.path,
        "line": result.case.line,
        "passed": result.passed,
        "problems": _problems(result),
        "unread": list(result.unread),
    }


def _say(results: Sequence[CaseResult], gaps: Sequence[dict[str, Any]]) -> None:
    """Where each failed test stands; never its words."""
    for result in results:
        for problem in _problems(result):
            say(f"{result.case.path}:{result.case.line}: {problem}")
    for gap in gaps:
        place = f"{gap['path']}:{gap['line']}" if gap["line"] else gap["path"]
        say(f"{place}: {gap['problem']}")


def _junit(results: Sequence[CaseResult], gaps: Sequence[dict[str, Any]]) -> str:
    """JUnit's XML as build servers read it: one suite per policy, one case per test."""
    from xml.etree.ElementTree import Element, SubElement, tostring

    root = Element("testsuites")
    for policy in dict.fromkeys(
        [*(one.policy for one in results), *(str(gap["policy"]) for gap in gaps)]
    ):
        suite = SubElement(root, "testsuite", name=policy)
        for one in (one for one in results if one.policy == policy):
            place = f"{one.case.path}:{one.case.line}"
            case = SubElement(suite, "testcase", classname=one.case.rule or policy, name=place)
            for problem in _problems(one):
                kind = "failure" if one.problems else "error"
                SubElement(case, kind, message=problem).text = f"{place}: {problem}"
        for gap in (gap for gap in gaps if gap["policy"] == policy):
            case = SubElement(
                suite, "testcase", classname="coverage", name=str(gap["rule"] or gap["line"])
            )
            SubElement(case, "failure", message=str(gap["problem"]))
        cases = suite.findall("testcase")
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        suite.set("errors", str(sum(case.find("error") is not None for case in cases)))
    return tostring(root, encoding="unicode", xml_declaration=True)
