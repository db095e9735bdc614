"""Policies from files: every mistake as one error with its place and the mend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from aigc_guard.errors import PolicyError
from aigc_guard.policy.messages import parse_form
from aigc_guard.policy.model import PolicyForm
from aigc_guard.policy.resolve import CheckTypes, resolve
from aigc_guard.policy.ruleset import Policy, PolicySet
from aigc_guard.policy.source import Source, parse_source, read_source

SUFFIXES = (".yaml", ".yml")


def load_policy(path: Path | str, check_types: CheckTypes | None = None) -> Policy:
    """The policy in ``path``; raises the first PolicyError of ``policy_errors``.

    ``check_types`` defaults to what is installed. Checks are imported, models are not.
    """
    policy, errors = _load(read_source(Path(path)), check_types)
    return _or_raise(policy, errors)


def parse_policy(
    text: str, check_types: CheckTypes | None = None, *, name: str = "policy.yaml"
) -> Policy:
    """The policy written in ``text``, as if it stood in a file called ``name``."""
    policy, errors = _load(parse_source(text, name), check_types)
    return _or_raise(policy, errors)


def policy_errors(path: Path | str, check_types: CheckTypes | None = None) -> list[PolicyError]:
    """Everything wrong with the file, in the order of its lines; empty if it can be used."""
    try:
        source = read_source(Path(path))
        return _load(source, check_types)[1]
    except PolicyError as error:
        return [error]


def load_folder(folder: Path | str, check_types: CheckTypes | None = None) -> PolicySet:
    """All policies of a folder; raises PolicyError for a broken file, or if two serve the same."""
    paths = policy_files(Path(folder))
    if not paths:
        raise PolicyError(
            "there is no policy here", path=folder, hint="add a file such as news.yaml"
        )
    policies = tuple(load_policy(path, check_types) for path in paths)
    for error in overlaps(policies):
        raise error
    return PolicySet(policies)


def lint(paths: Iterable[Path | str], check_types: CheckTypes | None = None) -> list[PolicyError]:
    """Every mistake in the given files and folders, and every overlap between sound files."""
    errors: list[PolicyError] = []
    policies: list[Policy] = []
    for path in [file for given in paths for file in _files(Path(given))]:
        try:
            policy, wrong = _load(read_source(path), check_types)
        except PolicyError as error:
            policy, wrong = None, [error]
        errors += wrong
        if policy is not None:
            policies.append(policy)
    return errors + overlaps(policies)


def policy_files(folder: Path) -> list[Path]:
    """The policy files directly in ``folder``, by name."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    except OSError as error:
        raise PolicyError(
            f"the folder can't be read: {error.strerror}",
            path=folder,
            hint="name the folder of the policies (`policies` in aigc_guard.toml)",
        ) from error


def overlaps(policies: Sequence[Policy]) -> list[PolicyError]:
    """An error for each pair that bears one name or serves one kind, channel and language."""
    errors = []
    for index, second in enumerate(policies):
        for first in policies[:index]:
            shared = _shared(first, second)
            if first.name == second.name:
                problem = f"the policy name `{second.name}` is taken by {first.path}"
                errors.append(_overlap(second, "policy", problem, "rename one of them"))
            elif shared:
                problem = f"`{second.name}` and `{first.name}` ({first.path}) both serve {shared}"
                hint = "exactly one policy may serve a draft: narrow kinds, channels or languages"
                errors.append(_overlap(second, "applies_to", problem, hint))
    return errors


def _shared(first: Policy, second: Policy) -> str:
    """The first kind, channel and language that both serve, in words; empty if none."""
    a, b = first.form.applies_to, second.form.applies_to
    kinds = [kind for kind in a.kinds if kind in b.kinds]
    languages = [language for language in a.languages if language in b.languages]
    channels = [channel for channel in a.channels or b.channels
                if channel in (b.channels or a.channels)]  # fmt: skip
    if not kinds or not languages or ((a.channels or b.channels) and not channels):
        return ""
    return f"{kinds[0]} / {channels[0] if channels else 'every channel'} / {languages[0]}"


def _overlap(policy: Policy, key: str, message: str, hint: str) -> PolicyError:
    return read_source(Path(policy.path)).error((key,), message, hint=hint, at_key=True)


def _files(path: Path) -> list[Path]:
    return policy_files(path) if path.is_dir() else [path]


def _load(
    source: Source, check_types: CheckTypes | None
) -> tuple[Policy | None, list[PolicyError]]:
    if check_types is None:
        from aigc_guard.checks.catalogue import check_types as installed

        check_types = installed()
    form, errors = parse_form(source, PolicyForm, source.data, ())
    policy: Policy | None = None
    if form is not None:
        policy, errors = resolve(source, form, check_types)
    return policy, sorted(errors, key=lambda error: (error.line or 0, error.column or 0))


def _or_raise(policy: Policy | None, errors: Sequence[PolicyError]) -> Policy:
    if policy is None:
        raise errors[0]
    return policy
