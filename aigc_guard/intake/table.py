"""The table of briefs before a great-expectations suite: which rows fail, and why.

Results and Data Docs hold row numbers only. Nothing here keeps or prints a value of a brief.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.errors import KindError, ModelUnavailable, said
from aigc_guard.intake.columns import COLUMNS
from aigc_guard.intake.docs import TableSummary, publish_docs
from aigc_guard.kinds import Expectation, Kind

INDEX = ("file", "row")
_SHOWN = 500
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": list(INDEX),
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
}
_VALUELESS = frozenset(
    {
        "element_count",
        "missing_count",
        "missing_percent",
        "unexpected_count",
        "unexpected_percent",
        "unexpected_percent_total",
        "unexpected_percent_nonmissing",
        "unexpected_index_column_names",
        "unexpected_index_list",
    }
)
"""The keys of a result that can't hold a value of a brief; all others are removed."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as the suite sees it: the written form of each column, None where empty."""

    file: str
    row: int
    cells: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that fails an expectation of its kind's suite."""

    file: str
    row: int
    expectation: Expectation


def check_tables(
    tables: Mapping[str, Sequence[TableRow]], kinds: Mapping[str, Kind], docs_folder: Path | None
) -> list[Failure]:
    """Runs each kind's suite over its rows; writes Data Docs into ``docs_folder`` if given.

    Raises KindError when a suite can't be run and ModelUnavailable when great-expectations is not
    installed.
    """
    tables = {name: rows for name, rows in tables.items() if rows}
    if not tables:
        return []
    failures: list[Failure] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's, about its own future: no user can act
        session = _Session(docs_folder)
        for name, rows in sorted(tables.items()):
            failures.extend(session.failures(kinds[name], rows))
        session.publish()
    return failures


class _Session:
    """An ephemeral great-expectations context with one Data Docs site."""

    def __init__(self, docs_folder: Path | None) -> None:
        self.docs_folder = docs_folder
        self.summaries: list[TableSummary] = []
        self.gx = _great_expectations()
        self.context = self.gx.get_context(mode="ephemeral")
        self.context.variables.progress_bars = {"globally": False}
        for site in list(self.context.get_site_names()):
            self.context.delete_data_docs_site(site)
        self.source = self.context.data_sources.add_pandas("briefs")

    def failures(self, kind: Kind, rows: Sequence[TableRow]) -> list[Failure]:
        import pandas as pd

        frame = pd.DataFrame(
            {
                "file": [row.file for row in rows],
                "row": [row.row for row in rows],
                **{name: [row.cells.get(name) for row in rows] for name in COLUMNS},
            },
            dtype=object,
        )
        definition = self._definition(kind)
        try:
            result = definition.run(
                batch_parameters={"dataframe": frame}, result_format=_RESULT_FORMAT
            )
        except Exception as error:  # as above: whatever a suite makes the library raise
            raise _bad_suite(kind, type(error).__name__) from None
        found = []
        for outcome in result.results:  # in an order of its own
            expectation = kind.intake.suite[outcome.expectation_config.meta["number"]]
            _refuse_crash(kind, expectation, outcome)
            found.extend(_failures(expectation, outcome.result))
        self._keep_indices_only(kind, result)
        self.summaries.append(TableSummary(kind.name, len(rows), len(found)))
        return found

    def _definition(self, kind: Kind) -> Any:
        batch = self.source.add_dataframe_asset(kind.name).add_batch_definition_whole_dataframe(
            "briefs"
        )
        try:
            suite = self.gx.ExpectationSuite(
                name=kind.name,
                expectations=[
                    {"type": one.type, "kwargs": dict(one.kwargs), "meta": {"number": number}}
                    for number, one in enumerate(kind.intake.suite)
                ],
            )
            suite = self.context.suites.add(suite)
        except Exception as error:  # great-expectations has no common error for a bad suite
            raise _bad_suite(kind, type(error).__name__) from None
        return self.context.validation_definitions.add(
            self.gx.ValidationDefinition(name=kind.name, data=batch, suite=suite)
        )

    def _keep_indices_only(self, kind: Kind, result: Any) -> None:
        """Replaces the stored result, from which Data Docs are built, by one without values."""
        for outcome in result.results:
            expectation = kind.intake.suite[outcome.expectation_config.meta["number"]]
            places = [f"{one.file}:{one.row}" for one in _failures(expectation, outcome.result)]
            kept = {key: value for key, value in outcome.result.items() if key in _VALUELESS}
            more = [f"... {len(places) - _SHOWN} more"] if len(places) > _SHOWN else []
            # Data Docs list "sampled values": the places stand there instead.
            outcome.result = {**kept, "partial_unexpected_list": places[:_SHOWN] + more}
        store = self.context.validation_results_store
        for key in store.list_keys():
            if key.expectation_suite_identifier.name == kind.name:
                store.set(key, result)

    def publish(self) -> None:
        """Builds the Data Docs of all kinds at once."""
        if self.docs_folder is not None:
            publish_docs(self.context, self.docs_folder, self.summaries)


def _failures(expectation: Expectation, result: Mapping[str, Any]) -> list[Failure]:
    """The failing rows of one expectation, from its list of row numbers."""
    return [
        Failure(str(file), int(row), expectation)
        for index in result.get("unexpected_index_list") or ()  # columns of lists, if any row fails
        for file, row in zip(*(index[name] for name in INDEX), strict=True)
    ]


def _refuse_crash(kind: Kind, expectation: Expectation, outcome: Any) -> None:
    """An expectation that could not be evaluated has judged nothing: that is no success."""
    crash = outcome.exception_info or {}
    raised = crash.get("raised_exception") or any(
        isinstance(entry, dict) and entry.get("raised_exception") for entry in crash.values()
    )
    if raised or (not outcome.success and "unexpected_index_list" not in outcome.result):
        raise _bad_suite(kind, expectation.type)


def _bad_suite(kind: Kind, reason: str) -> KindError:
    return KindError(
        said("great-expectations can't run this suite ({reason})", reason=reason),
        path=kind.folder,
        hint=said("check the names and kwargs of its expectations"),
    )


def _great_expectations() -> Any:
    """The library, told before its import to send nothing anywhere."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    try:
        import great_expectations as gx
    except ImportError:
        raise ModelUnavailable(
            said("great-expectations is not installed, so briefs can't be checked"),
            hint=said("pip install 'aigc-guard[intake]'"),
        ) from None
    return gx
