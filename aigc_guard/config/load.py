"""Reads ``aigc_guard.toml`` and the environment into a ``Config``; mistakes name their place."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.config.locate import key_lines, line_of
from aigc_guard.config.model import (
    Config,
    ConsoleSettings,
    CredentialSettings,
    LabelSettings,
    Limits,
    LogSettings,
    Notify,
    Retention,
    ReviewTimes,
)
from aigc_guard.config.settings import BY_NAME, ENV_PREFIX, SETTINGS, Setting, setting_for
from aigc_guard.errors import ConfigError, said

CONFIG_NAME = "aigc_guard.toml"
# Not settings: where the file is, secrets of signing, and what only tests read.
RESERVED = ("CONFIG", "REQUIRE_MODELS", "KEY_PASSPHRASE", "RELEASE_KEY", "LOG_KEY")
RESERVED_PREFIXES = ("TEST_",)
FREE = ("table", "tables", "lists")  # tables whose keys are the user's


@dataclass(frozen=True, slots=True)
class _Given:
    """One value somebody set, and the place to name when it is wrong."""

    value: Any
    place: str
    from_text: bool = False


def find_root(start: Path | None = None) -> Path | None:
    """The nearest folder at or above ``start`` that holds ``aigc_guard.toml``."""
    folder = (start or Path.cwd()).resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / CONFIG_NAME).is_file():
            return candidate
    return None


def load_config(
    start: Path | None = None, env: Mapping[str, str] | None = None, *, required: bool = True
) -> Config:
    """The configuration of the project folder ``start`` lies in (default: where you are).

    ``AIGC_GUARD_CONFIG`` names another file. Raises ConfigError with file:line for an unknown key
    or an impossible value, and when there is no project folder and ``required`` is set; otherwise
    ``start`` itself becomes the root and everything has its default.
    """
    variables = os.environ if env is None else env
    named = variables.get(ENV_PREFIX + "CONFIG", "")
    path = Path(named).resolve() if named else None
    if path is None and (found := find_root(start)) is not None:
        path = found / CONFIG_NAME
    if path is None and required:
        raise ConfigError(
            said(
                "no {config_name} in {folder} or above",
                config_name=CONFIG_NAME,
                folder=(start or Path.cwd()).resolve(),
            ),
            hint=said("make a project folder: aigc-guard init DIR, then work inside it"),
        )
    root = path.parent if path is not None else (start or Path.cwd()).resolve()
    given = dict(_from_file(path)) if path is not None else {}
    given.update(_from_environment(variables))
    return _build(root, given)


def _from_file(path: Path) -> Iterator[tuple[str, _Given]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(
            said("{path}: can't be read ({why})", path=path, why=error.strerror),
            hint=said("check the path and its permissions"),
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            said("{path}: is not UTF-8", path=path), hint=said("save the file as UTF-8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{path}:{line.group(1)}" if line else str(path)
        raise ConfigError(
            said("{place}: {error}", place=place, error=error),
            hint=said("mend the TOML syntax in that line"),
        ) from error
    lines = key_lines(text)
    for name, value in _flatten(table):
        line_number = line_of(lines, name)
        yield name, _Given(value, f"{path}:{line_number}" if line_number else str(path))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        setting = setting_for(name)
        if isinstance(value, dict) and (setting is None or setting.type in FREE):
            yield from _flatten(value, f"{name}.")
        else:
            yield name, value


def _from_environment(env: Mapping[str, str]) -> Iterator[tuple[str, _Given]]:
    for variable in sorted(env):
        rest = variable.removeprefix(ENV_PREFIX)
        if rest == variable or rest in RESERVED or rest.startswith(RESERVED_PREFIXES):
            continue
        name = rest.lower().replace("__", ".")
        yield name, _Given(env[variable], f"environment {variable}", from_text=True)


def _build(root: Path, given: Mapping[str, _Given]) -> Config:
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for setting in SETTINGS:
        values[setting.name] = _default(setting, root)
    tables: dict[str, dict[str, Any]] = {}
    for name, item in given.items():
        setting_here = setting_for(name)
        if setting_here is None:
            raise _unknown(name, item)
        value = _convert(setting_here, item, root)
        origins[name] = item.place
        if setting_here.type in FREE:
            tables.setdefault(setting_here.name, {})[name] = value
        else:
            values[name] = value
    writers: dict[str, dict[str, str]] = {}
    for name, value in tables.get("writers", {}).items():
        _, kind, language = name.split(".")
        writers.setdefault(kind, {})[language] = value
    guards = dict(BY_NAME["guards"].default)
    guards.update({name.split(".")[1]: text for name, text in tables.get("guards", {}).items()})
    return Config(
        root=root,
        store_url=values.pop("store"),
        writers=writers,
        guards=guards,
        people={name.split(".")[1]: names for name, names in tables.get("people", {}).items()},
        c2pa=CredentialSettings(**_section(values, "c2pa")),
        labels=LabelSettings(**_section(values, "labels")),
        limits=Limits(**_section(values, "limits")),
        log=LogSettings(**_section(values, "log")),
        notify=Notify(**_section(values, "notify")),
        retention=Retention(**_section(values, "retention")),
        review=ReviewTimes(**_section(values, "review")),
        console=ConsoleSettings(**_section(values, "console")),
        origins=origins,
        **{name: value for name, value in values.items() if _plain(name)},
    )


def _plain(name: str) -> bool:
    return "." not in name and BY_NAME[name].type not in FREE


def _section(values: Mapping[str, Any], section: str) -> dict[str, Any]:
    prefix = f"{section}."
    return {name.removeprefix(prefix): values[name] for name in values if name.startswith(prefix)}


def _default(setting: Setting, root: Path) -> Any:
    if setting.type in FREE:
        return setting.default
    return _convert(setting, _Given(setting.default, "default"), root)


def _convert(setting: Setting, item: _Given, root: Path) -> Any:
    value = item.value
    kind = setting.type
    if kind in ("paths", "texts", "lists"):
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise _wrong(setting, item, said("a list of texts"))
        return tuple((root / v).resolve() if kind == "paths" else v for v in value)
    if kind in ("int", "number"):
        return _number(setting, item)
    if not isinstance(value, str):
        raise _wrong(setting, item, said("a text in quotes"))
    if kind == "path":
        return (root / value).resolve() if value else None
    if kind == "language" and value not in ("en", "zh"):
        raise _wrong(setting, item, said('"en" or "zh"'))
    if kind == "store":
        return _store_url(value, root)
    return value


def _number(setting: Setting, item: _Given) -> int | float:
    value = item.value
    if item.from_text:
        try:
            value = int(value) if setting.type == "int" else float(value)
        except ValueError:
            raise _wrong(setting, item, said("a number")) from None
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and (setting.type == "int" or not isinstance(value, float)):
        raise _wrong(
            setting, item, said("a whole number") if setting.type == "int" else said("a number")
        )
    low, high = setting.low, setting.high
    # Written so that NaN is refused too.
    if not ((low is None or value >= low) and (high is None or value <= high)):
        least, most = f"{low:g}", f"{high:g}" if high is not None else ""
        between = said("between {least} and {most}", least=least, most=most)
        raise _wrong(setting, item, between if most else said("at least {least}", least=least))
    return value if setting.type == "int" else float(value)


def _store_url(value: str, root: Path) -> str:
    """A relative SQLite path is relative to the project folder, not to where you are."""
    prefix = "sqlite:///"
    rest = value.removeprefix(prefix)
    if rest == value or not rest or rest.startswith((":memory:", "/", "file:")):
        return value
    return prefix + str((root / rest).resolve())


def _wrong(setting: Setting, item: _Given, wanted: str) -> ConfigError:
    return ConfigError(
        said(
            "{place}: {setting} must be {wanted} ({meaning})",
            place=item.place,
            setting=setting.name,
            wanted=wanted,
            meaning=setting.meaning,
        ),
        hint=said(
            "set {setting} in {config_name} or {variable} to {wanted}",
            setting=setting.name,
            config_name=CONFIG_NAME,
            variable=setting.variable,
            wanted=wanted,
        ),
    )


def _unknown(name: str, item: _Given) -> ConfigError:
    shown = item.place.removeprefix("environment ") if item.from_text else name
    known = [setting.name for setting in SETTINGS]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near and item.from_text:
        hint = said("did you mean {name}?", name=BY_NAME[near[0]].variable)
    elif near:
        hint = said("did you mean {name}?", name=near[0])
    else:
        hint = said("known settings: {names}", names=", ".join(known))
    where = "" if item.from_text else f"{item.place}: "
    return ConfigError(said("{where}unknown setting {shown}", where=where, shown=shown), hint=hint)
