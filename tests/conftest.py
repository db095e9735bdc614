"""Rules for every test: no outside socket, no skip under CI, no telemetry, nothing in the home."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = Path(__file__).resolve().parent / "offline"

# Before anything heavy is imported: libraries read these once.
os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    GX_ANALYTICS_ENABLED="false",
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    DO_NOT_TRACK="1",
    PREFECT_HOME=tempfile.mkdtemp(prefix="aigc-guard-prefect-"),
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="120",
    # Subprocesses import tests/offline/sitecustomize.py and are blocked as well.
    PYTHONPATH=os.pathsep.join([str(OFFLINE), *filter(None, [os.environ.get("PYTHONPATH")])]),
)
for variable in [name for name in os.environ if name.startswith("AIGC_GUARD_")]:
    # A developer's own settings must not steer the tests; two switches are meant for them.
    if variable != "AIGC_GUARD_REQUIRE_MODELS" and not variable.startswith("AIGC_GUARD_TEST_"):
        del os.environ[variable]
os.environ.pop("PREFECT_API_URL", None)
if "PYTEST_XDIST_WORKER" in os.environ:
    # The processes share the cores already; threads of each would only get in each other's way.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
# Hundreds of tests start a process: without bytecode each would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _block_outside_sockets() -> ModuleType:
    """Installs the block in this process, once; Debian's own sitecustomize doesn't pass for it."""
    source = OFFLINE / "sitecustomize.py"
    started_with = sys.modules.get("sitecustomize")
    if started_with is not None and hasattr(started_with, "OutsideSocketError"):
        return started_with
    spec = importlib.util.spec_from_file_location("outside_sockets", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


outside = _block_outside_sockets()

UNDER_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
MODELS_REQUIRED = os.environ.get("AIGC_GUARD_REQUIRE_MODELS") == "1"
# make soak: properties without a count of their own are tried with ten times the usual examples.
settings.register_profile("soak", max_examples=1_000, deadline=None)
# No test is a matter of time: a busy machine must not fail a property.
settings.register_profile("untimed", deadline=None)
settings.load_profile("soak" if os.environ.get("AIGC_GUARD_TEST_SOAK") else "untimed")


@pytest.fixture(autouse=True)
def _soak_counts(request: pytest.FixtureRequest) -> None:
    """What ``@pytest.mark.soak(cases=…, seed=…)`` says goes into docs/soak.md."""
    mark = request.node.get_closest_marker("soak")
    for name, value in mark.kwargs.items() if mark else ():
        request.node.user_properties.append((name, value))


@pytest.fixture(autouse=True)
def _no_outside_socket() -> Iterator[None]:
    """Fails a test during which something tried to leave the machine, even if it was swallowed."""
    outside.refused.clear()
    yield
    refused, outside.refused[:] = sorted(set(outside.refused)), []
    if refused:
        pytest.fail(f"tried to leave the machine: {', '.join(refused)}", pytrace=False)


@pytest.fixture
def outside_block() -> ModuleType:
    """The block itself, for its own tests."""
    return outside


@pytest.fixture(autouse=True)
def _no_project_left() -> Iterator[None]:
    """A command run in this process remembers its project folder; the next test has its own."""
    yield
    console = sys.modules.get("aigc_guard.cli.console")
    if console is not None:
        console.work_in(None)


@pytest.fixture(scope="session", autouse=True)
def _prefect_home() -> Iterator[None]:
    yield
    shutil.rmtree(os.environ["PREFECT_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy: migrating anew for each test would cost a second."""
    from aigc_guard.store import Store

    path = tmp_path_factory.mktemp("template") / "guard.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Any]:
    """A migrated store with nothing in it, at tmp_path/guard.db."""
    from aigc_guard.store import Store

    store = Store(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'guard.db')}")
    yield store
    store.close()


# The same tests on SQLite and on a real PostgreSQL server, each on a database of its own.

_NUMBERS = count(1)
_MIGRATED = "migrated"


def _create_database(server: str, name: str) -> str:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def _empty_tables(url: str) -> str:
    """Forget what an earlier test stored; making a database for each would take a second."""
    import psycopg

    from aigc_guard.store.tables import metadata

    kept = {"installation"}
    names = ", ".join(table for table in metadata.tables if table not in kept)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # past the triggers
        connection.execute(f"TRUNCATE {names}")
    return url


def _migrated(url: str) -> str:
    from aigc_guard.store import Store

    store = Store(url)
    store.migrate()
    store.close()
    return url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    from aigc_guard.testing.postgres import PACKAGE, running_server, server_programs

    programs = server_programs()
    if programs is None:
        pytest.skip(f"needs PostgreSQL: install Debian's package {PACKAGE}")
    with running_server(programs) as server:
        _migrated(_create_database(server, _MIGRATED))
        yield server


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    return _create_database(postgres_server, f"empty{next(_NUMBERS)}")


DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/guard.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A migrated store with nothing in it."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    from aigc_guard.store import Store

    server = request.getfixturevalue("postgres_server")
    opened = Store(_empty_tables(f"{server}/{_MIGRATED}"))
    yield opened
    opened.close()


def missing_weights(models: Path) -> str:
    """Why tests on the embedded weights can't run; "" when everything in the lock lies there."""
    if not (models / "models.lock").is_file():
        return "models/models.lock is not there"
    from aigc_guard.errors import GuardError
    from aigc_guard.models import ModelStore

    try:
        store = ModelStore(models)
    except GuardError as error:
        return str(error)
    local = {name: entry for name, entry in store.entries.items() if not entry.remote}
    if not local:
        return "models/models.lock names no embedded model"
    absent = [
        f"{name}/{file}"
        for name, entry in local.items()
        for file in entry.files
        if not (store.path_of(entry) / file).is_file()
    ]
    return f"missing: {', '.join(absent)}" if absent else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects tests of weights that are not there, with a note, unless
    AIGC_GUARD_REQUIRE_MODELS=1 makes their absence a failure."""
    marked = [item for item in items if item.get_closest_marker("models")]
    if not marked or MODELS_REQUIRED or not (reason := missing_weights(ROOT / "models")):
        return
    config.hook.pytest_deselected(items=marked)
    items[:] = [item for item in items if item not in set(marked)]
    config.stash[_NOTE] = f"{len(marked)} tests marked `models` were left out: {reason}"


_NOTE = pytest.StashKey[str]()


def _fail_skip(report: Any) -> None:
    """Turns a skip under CI into a failure that repeats its reason, which names the package."""
    if not (UNDER_CI and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = (
        f"{report.nodeid}: {reason}\nunder CI a skip is a failure; "
        "install what is missing (apt.txt lists the system packages)"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Says what was left out, where everybody looks."""
    note = config.stash.get(_NOTE, "")
    if note:
        terminalreporter.write_line(f"NOTE: {note}", yellow=True)
