"""``aigc-guard policy test``: the drafts inside policy files, judged by real checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice
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
from aigc_guard.cli.policy_formats import (
    FAILED,
    UNCOVERED,
    UNREAD,
    CaseLine,
    Problem,
    github,
    junit,
)
from aigc_guard.i18n import pick, spoken

if TYPE_CHECKING:
    from aigc_guard.config import Config
    from aigc_guard.pipeline.kept_passes import KeptPasses
    from aigc_guard.policy import Policy
    from aigc_guard.policy.trial import CaseResult


class ReportFormat(StrEnum):
    """How results are written to stdout."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    GITHUB = "github"


def run_tests(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="files or folders; default: the project's policies")
    ] = None,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="fail for rules without tests, or that vanished"),
    ] = False,
    without_models: Annotated[
        bool, typer.Option("--without-models", help="leave out the rules that need a model")
    ] = False,
    format: Annotated[
        ReportFormat,
        typer.Option("--format", help="text, json, or junit and github for build servers"),
    ] = ReportFormat.TEXT,
) -> None:
    """Run the tests inside policy files: 0 passed, 1 failed, 3 bad policy, 4 a check can't run."""
    config = project_config(required=False)
    places = paths or [config.policies]
    passes = _passes(config, places, without_models)
    if format is ReportFormat.TEXT and not coverage and (known := passes.get()) is not None:
        _sum_up(passed=known, failed=0, unread=0)
        return
    policies = _policies(places)
    if without_models:
        from aigc_guard.policy.trial import model_free

        policies = [model_free(policy) for policy in policies]
    results = _results(config, policies)
    gaps = [*_gaps(policies, results), *_lost(policies, places)] if coverage else []
    _print(results, gaps, format)
    failed = [one for one in results if one.problems]
    unread = [one for one in results if one.unread]
    passed = sum(one.passed for one in results)
    _sum_up(passed=passed, failed=len(failed), unread=len(unread))
    if passed == len(results) and _are_ours(policies):
        passes.put(passed)
    if unread:
        raise typer.Exit(CHECK_FAILED)
    if failed or gaps:
        raise typer.Exit(HELD)


def _sum_up(*, passed: int, failed: int, unread: int) -> None:
    remark(
        tell(
            "Tests: {passed} passed, {failed} failed, {unread} could not run.",
            passed=passed,
            failed=failed,
            unread=unread,
        )
    )


def _passes(config: Config, places: Sequence[Path], without_models: bool) -> KeptPasses:
    from aigc_guard.models.lock import LOCK_NAME
    from aigc_guard.pipeline.kept_passes import KeptPasses

    path = config.keys.parent / "policy-passes.json"
    wanted = f"{'without' if without_models else 'with'} models under {config}"
    kinds = [config.kinds] if config.kinds.is_dir() else []
    return KeptPasses(path, config.models / LOCK_NAME, [*places, *kinds], wanted)


def _are_ours(policies: Sequence[Policy]) -> bool:
    from aigc_guard.pipeline.kept_results import checks_are_ours

    return all(map(checks_are_ours, policies))


def _policies(paths: Sequence[Path]) -> list[Policy]:
    """The policies of files and folders; a base has none."""
    from aigc_guard.policy import load_folder, load_policy

    found: list[Policy] = []
    for path in paths:
        found += load_folder(path) if path.is_dir() else [load_policy(path)]
    return found


def _results(config: Config, policies: Sequence[Policy]) -> list[CaseResult]:
    """Of every test, in order; what was shown before and can't have changed isn't run again."""
    from aigc_guard.models.lock import LOCK_NAME
    from aigc_guard.pipeline.kept_results import KeptResults

    state = config.keys.parent
    kept = KeptResults(state / "policy-results.json", config.models / LOCK_NAME)
    known = [kept.get(policy) for policy in policies]
    asked = [one for one, found in zip(policies, known, strict=True) if found is None]
    if asked:
        # The store and the models' libraries are read for nothing if all is known.
        from aigc_guard.pipeline.policy_tests import CaseArchive, run_cases
        from aigc_guard.pipeline.project import open_project

        archive = CaseArchive(state / "policy-tests.jsonl")
        seconds = config.limits.check_seconds
        fresh = iter(run_cases(asked, open_project(config).context, archive, seconds=seconds))
        for number, policy in enumerate(policies):
            if known[number] is None:
                own = list(islice(fresh, len(policy.cases)))
                kept.put(policy, own)
                known[number] = own
    return [one for found in known if found is not None for one in found]


@dataclass(frozen=True, slots=True)
class Gap:
    """What ``--coverage`` misses. ``rule`` is empty where a test is the matter, not a rule."""

    policy: str
    path: str
    line: int | None
    rule: str
    problem: str


def _gaps(policies: Sequence[Policy], results: Sequence[CaseResult]) -> list[Gap]:
    from aigc_guard.policy.cases import PolicyCase
    from aigc_guard.policy.trial import uncovered

    return [
        Gap(
            policy=policy.name,
            path=where.path if isinstance(where, PolicyCase) else policy.path,
            line=where.line if isinstance(where, PolicyCase) else None,
            rule="" if isinstance(where, PolicyCase) else where.id,
            problem=pick(words, language()),
        )
        for policy in policies
        for where, words in uncovered(policy, results)
    ]


def _lost(policies: Sequence[Policy], paths: Sequence[Path]) -> list[Gap]:
    """Rules and policies that ``rules.lock`` knows and that are gone, tests and all."""
    from aigc_guard.policy import rules_lock

    gaps = []
    for folder in rules_lock.folders_of(paths):
        lock = rules_lock.read_lock(folder)
        if lock is None:
            words = tell("nobody would miss a deleted rule: write down which there are by")
            problem = f"{words} aigc-guard policy lock {folder}"
            gaps.append(Gap("", str(folder / rules_lock.NAME), None, "", problem))
            continue
        here = [one for one in policies if Path(one.path).parent == folder]
        for policy in here:
            for rule in rules_lock.lost_rules(policy, lock):
                words = tell(
                    "the rule {rule} is gone; put it back, or say under `retired` why", rule=rule
                )
                gaps.append(Gap(policy.name, policy.path, None, rule, words))
            if new := rules_lock.new_rules(policy, lock):
                remark(
                    tell(
                        "Not in {name} yet, so not missed if deleted: {rules} (aigc-guard policy "
                        "lock)",
                        name=rules_lock.NAME,
                        rules=", ".join(new),
                    )
                )
        names = {one.name for one in here}
        for name in sorted(lock.keys() - names) if folder in paths else ():
            error = rules_lock.lost_policy(folder, name)
            gaps.append(Gap(name, error.path, None, "", spoken(error.message, language())))
    return gaps


def lock(
    folder: Annotated[
        Path | None, typer.Argument(help="the policies' folder; default: the project's")
    ] = None,
) -> None:
    """Write down which rules there are, so that `policy test --coverage` misses a deleted one."""
    from aigc_guard.policy import load_folder
    from aigc_guard.policy.rules_lock import NAME, write_lock

    place = folder or project_config(required=False).policies
    write_lock(place, list(load_folder(place)))
    say(str(place / NAME))


def _print(results: Sequence[CaseResult], gaps: Sequence[Gap], format: ReportFormat) -> None:
    if format is ReportFormat.JSON:
        tests = [_as_json(one) for one in results]
        say_json({"tests": tests, "coverage": [asdict(gap) for gap in gaps]})
    elif format is ReportFormat.JUNIT:
        say(junit(_as_cases(results, gaps)))
    else:
        problems = [one for case in _as_cases(results, gaps) for one in case.problems]
        if problems and format is ReportFormat.GITHUB:
            say(github(problems))
        for one in problems if format is ReportFormat.TEXT else ():
            say(f"{one.place}: {one.message}")  # where it stands; never the draft's words


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


def _as_cases(results: Sequence[CaseResult], gaps: Sequence[Gap]) -> list[CaseLine]:
    """Every test and every gap, as the report formats show them."""
    cases = []
    for one in results:
        path, line = one.case.path, one.case.line
        kind = FAILED if one.problems else UNREAD
        cases.append(
            CaseLine(
                suite=one.policy,
                group=one.case.rule or one.policy,
                name=f"{path}:{line}",
                problems=tuple(Problem(kind, path, words, line) for words in _problems(one)),
                error=bool(one.unread) and not one.problems,
            )
        )
    for gap in gaps:
        problem = Problem(UNCOVERED, gap.path, gap.problem, gap.line)
        name = gap.rule or f"{gap.path}:{gap.line}"
        cases.append(CaseLine(gap.policy, "coverage", name, (problem,)))
    return cases
