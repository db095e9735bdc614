"""What a project needs to work, looked at one by one without importing anything heavy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aigc_guard.config import Config
from aigc_guard.errors import GuardError

# Extra -> what it brings that a whole run needs.
EXTRAS = {
    "intake": ("pandas", "great-expectations", "pyarrow", "openpyxl"),
    "models": ("torch", "transformers", "safetensors", "detoxify"),
    "pii": ("presidio-analyzer", "phonenumbers", "tldextract"),
}
SHOWN = (
    "aigc-guard",
    "pydantic",
    "sqlalchemy",
    *(n for g in EXTRAS.values() for n in g),
    "prefect",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``problem`` and ``mend`` are empty when it is well."""

    what: str
    problem: str = ""
    mend: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is missing."""
        return not self.problem


def findings(config: Config, *, read_models: bool = True) -> list[Finding]:
    """Everything a whole run needs, in the order of the run."""
    return [
        *_libraries(config),
        _kinds(config),
        _policies(config),
        *_models(config, read=read_models),
        *_names(config),
        _briefs(config),
        *(_writable(name, path) for name, path in _folders(config)),
        _keys(config),
    ]


def versions() -> dict[str, str]:
    """Installed version of each library that matters; "-" when it is not installed."""
    return {name: _version(name) or "-" for name in SHOWN}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _libraries(config: Config) -> Iterator[Finding]:
    needed = dict(EXTRAS)
    if config.store_url.startswith("postgresql"):
        needed["postgres"] = ("psycopg",)
    for extra, packages in needed.items():
        missing = [name for name in packages if not _version(name)]
        yield Finding(
            f"libraries for {extra}",
            f"not installed: {', '.join(missing)}" if missing else "",
            f"pip install 'aigc-guard[{extra}]'",
        )


def _kinds(config: Config) -> Finding:
    from aigc_guard.kinds import load_kinds

    try:
        kinds = load_kinds(config.kinds)
    except GuardError as error:
        return _failed("content kinds", error)
    return Finding(f"content kinds: {', '.join(kinds)}")


def _policies(config: Config) -> Finding:
    from aigc_guard.policy import load_folder

    try:
        policies = load_folder(config.policies).policies
    except GuardError as error:
        return _failed("policies", error)
    return Finding(f"policies: {', '.join(policy.name for policy in policies)}")


def _models(config: Config, *, read: bool) -> Iterator[Finding]:
    from aigc_guard.models import LOCK_NAME, ModelStore

    try:
        store = ModelStore(config.models)
    except GuardError as error:
        yield _failed(LOCK_NAME, error)
        return
    if not read:
        for entry in store.entries.values():
            there = entry.remote or store.path_of(entry).is_dir()
            what = f"model {entry.name}"
            yield Finding(what, "" if there else f"not at {store.path_of(entry)}", "restore it")
        return
    for verdict in store.verify():
        yield Finding(f"model {verdict.entry.name}", verdict.problem, verdict.mend)


def _names(config: Config) -> Iterator[Finding]:
    """Writers and guards that the settings name and the lock does not know."""
    from aigc_guard.models import LOCK_NAME, ModelStore

    try:
        entries = ModelStore(config.models).entries
    except GuardError:
        return
    wanted = {f"guards.{language}": (name, "guard") for language, name in config.guards.items()}
    for kind, by_language in config.writers.items():
        for language, name in by_language.items():
            wanted[f"writers.{kind}.{language}"] = (name, "writer")
    for setting, (name, role) in sorted(wanted.items()):
        if name and name not in entries:
            mend = f"aigc-guard models add DIR --name {name}, or name another in {setting}"
            yield Finding(setting, f"{name} is not in {config.models / LOCK_NAME}", mend)
        elif name and entries[name].role != role:
            yield Finding(setting, f"{name} is no {role}", f"name a {role} in {setting}")


def _briefs(config: Config) -> Finding:
    missing = [str(path) for path in config.briefs if not path.exists()]
    return Finding(
        "briefs",
        f"not there: {', '.join(missing)}" if missing else "",
        "make the folder, set briefs in aigc_guard.toml, or name files: aigc-guard run FILE",
    )


def _folders(config: Config) -> Iterator[tuple[str, Path]]:
    yield "outbox", config.outbox
    yield "reports", config.reports
    yield "quarantine", config.quarantine
    if config.store_url.startswith("sqlite:////"):
        yield "store", Path(config.store_url.removeprefix("sqlite:///")).parent


def _writable(name: str, path: Path) -> Finding:
    """A folder that is not there yet is made at the first run, if its parent allows it."""
    nearest = next((folder for folder in (path, *path.parents) if folder.exists()), path)
    well = nearest.is_dir() and os.access(nearest, os.W_OK)
    return Finding(
        f"{name}: {path}",
        "" if well else f"can't be written ({nearest})",
        f"mend the permissions of {nearest}, or set {name} in aigc_guard.toml",
    )


def _keys(config: Config) -> Finding:
    if not config.keys.exists():
        return _writable("keys", config.keys)
    loose = [p for p in (config.keys, *config.keys.iterdir()) if p.stat().st_mode & 0o077]
    return Finding(
        f"keys: {config.keys}",
        f"can be read by others: {', '.join(p.name for p in loose)}" if loose else "",
        f"chmod -R go-rwx {config.keys}",
    )


def _failed(what: str, error: GuardError) -> Finding:
    lines = str(error).splitlines()
    return Finding(what, lines[0], error.hint)
