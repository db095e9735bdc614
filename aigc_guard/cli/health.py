"""What a project needs to work, looked at one by one without importing anything heavy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aigc_guard.config import CONFIG_NAME, Config
from aigc_guard.errors import GuardError, LocatedError, said

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
        *_approvers(config),
        *_lock(config),
        *_models(config, read=read_models),
        *_names(config),
        _briefs(config),
        *(_writable(name, path) for name, path in _folders(config)),
        _keys(config),
        *_signing(config),
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
            said("libraries for {extra}", extra=extra),
            said("not installed: {names}", names=", ".join(missing)) if missing else "",
            f"pip install 'aigc-guard[{extra}]'",
        )


def _kinds(config: Config) -> Finding:
    from aigc_guard.kinds import load_kinds

    try:
        kinds = load_kinds(config.kinds)
    except GuardError as error:
        return _failed(said("content kinds"), error)
    return Finding(said("content kinds: {names}", names=", ".join(kinds)))


def _policies(config: Config) -> Finding:
    from aigc_guard.policy import load_folder

    try:
        policies = load_folder(config.policies).policies
    except GuardError as error:
        return _failed(said("policies"), error)
    names = ", ".join(policy.name for policy in policies)
    return Finding(said("policies: {names}", names=names))


def _approvers(config: Config) -> Iterator[Finding]:
    """Roles that a policy asks to approve and that nobody holds: what they decide would wait."""
    from aigc_guard.policy import load_folder

    try:
        policies = load_folder(config.policies).policies
    except GuardError:
        return
    asked = {entry.by: policy.name for policy in policies for entry in policy.approvals}
    for role, policy in sorted(asked.items()):
        if not config.people.get(role):
            yield Finding(
                said("role {role}", role=role),
                said("policy {policy} asks for it and nobody holds it", policy=policy),
                said('set {role} = ["NAME"] under [people] in aigc_guard.toml', role=role),
            )


def _lock(config: Config) -> Iterator[Finding]:
    """A package brings no models, they are large: where a new folder gets them from."""
    from aigc_guard.models import LOCK_NAME

    path = config.models / LOCK_NAME
    if path.exists() or not (config.writers or any(config.guards.values())):
        return
    yield Finding(
        said("models"),
        said("{path} is not there: an installed package brings no models", path=path),
        said(
            "set models in {config_name} to the models folder of a checkout of aigc_guard, "
            "or list your own: aigc-guard models add DIR",
            config_name=config.root / CONFIG_NAME,
        ),
    )


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
            place = said("not at {path}", path=store.path_of(entry))
            what = said("model {name}", name=entry.name)
            yield Finding(what, "" if there else place, said("restore it"))
        return
    for verdict in store.verify():
        yield Finding(said("model {name}", name=verdict.entry.name), verdict.problem, verdict.mend)


def _names(config: Config) -> Iterator[Finding]:
    """Writers and guards that the settings name and the lock does not know."""
    from aigc_guard.models import LOCK_NAME, ModelStore

    try:
        entries = ModelStore(config.models).entries
    except GuardError:
        return
    wanted = {f"guards.{language}": (name, "guard", "") for language, name in config.guards.items()}
    for kind, by_language in config.writers.items():
        for language, name in by_language.items():
            wanted[f"writers.{kind}.{language}"] = (name, "writer", kind)
    for setting, (name, role, kind) in sorted(wanted.items()):
        if name and name not in entries:
            mend = said(
                "{command}, or name another in {setting}",
                command=_add_command(name, role, kind),
                setting=setting,
            )
            path = config.models / LOCK_NAME
            yield Finding(setting, said("{name} is not in {path}", name=name, path=path), mend)
        elif name and entries[name].role != role:
            problem = said("{name} is no {role}", name=name, role=role)
            mend = said("name a {role} in {setting}", role=role, setting=setting)
            yield Finding(setting, problem, mend)


def _add_command(name: str, role: str, kind: str) -> str:
    """The whole command: without a model card, none of these options may be left out."""
    command = f"aigc-guard models add DIR --name {name} --role {role}"
    command += " --licence SPDX --trained-on 'NAME | LICENCE'"
    return f"{command} --approved-for {kind}" if kind else command


def _briefs(config: Config) -> Finding:
    missing = [str(path) for path in config.briefs if not path.exists()]
    return Finding(
        said("briefs"),
        said("not there: {names}", names=", ".join(missing)) if missing else "",
        said("make the folder, set briefs in aigc_guard.toml, or name files: aigc-guard run FILE"),
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
        "" if well else said("can't be written ({path})", path=nearest),
        said(
            "mend the permissions of {path}, or set {setting} in aigc_guard.toml",
            path=nearest,
            setting=name,
        ),
    )


def _keys(config: Config) -> Finding:
    if not config.keys.exists():
        return _writable("keys", config.keys)
    loose = [p for p in (config.keys, *config.keys.iterdir()) if p.stat().st_mode & 0o077]
    return Finding(
        f"keys: {config.keys}",
        said("can be read by others: {names}", names=", ".join(p.name for p in loose))
        if loose
        else "",
        f"chmod -R go-rwx {config.keys}",
    )


def _signing(config: Config) -> Iterator[Finding]:
    """Keys that can't sign; a missing one is made by the first run."""
    from aigc_guard.proof.public_keys import Purpose
    from aigc_guard.signing import Keyring, open_signer
    from aigc_guard.signing.service import FILES

    ring = Keyring.at(config.keys)
    for purpose in Purpose:
        what = said("key for {purpose}", purpose=purpose.value)
        try:
            if config.signing != FILES or ring.active(purpose) is not None:
                open_signer(ring, purpose, source=config.signing).public_key()
        except GuardError as error:
            yield _failed(what, error)
        else:
            yield Finding(what)


def _failed(what: str, error: GuardError) -> Finding:
    where = error.location if isinstance(error, LocatedError) else ""
    problem = said("{where}: {problem}", where=where, problem=error.message)
    return Finding(what, problem if where else error.message, error.hint)
