"""Policies from files: every mistake as one error with its place and the mend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from aigc_guard.errors import PolicyError, said
from aigc_guard.policy.inherit import SUFFIXES, base_of, inherit, inherited
from aigc_guard.policy.messages import parse_form
from aigc_guard.policy.model import BaseForm, PolicyForm
from aigc_guard.policy.resolve import CheckTypes, resolve
from aigc_guard.policy.ruleset import Policy, PolicySet
from aigc_guard.policy.source import Source, parse_source, read_source


def load_policy(path: Path | str, check_types: CheckTypes | None = None) -> Policy:
    """The policy in ``path``; raises the first PolicyError of ``policy_errors``.

    ``check_types`` defaults to what is installed. Checks are imported, models are not.
    """
    source = read_source(Path(path))
    return _or_raise(source, *_load(source, check_types))


def parse_policy(
    text: str, check_types: CheckTypes | None = None, *, name: str = "policy.yaml"
) -> Policy:
    """The policy written in ``text``, as if it stood in a file called ``name``."""
    source = parse_source(text, name)
    return _or_raise(source, *_load(source, check_types))


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
            said("there is no policy here"),
            path=folder,
            hint=said("add a file such as news.yaml"),
        )
    sources = [read_source(path) for path in paths]
    loaded = [(source, *_load(source, check_types)) for source in sources]
    policies = tuple(
        _or_raise(source, policy, errors)
        for source, policy, errors in loaded
        if errors or not _is_base(source)
    )
    if not policies:
        raise PolicyError(
            said("there are only bases here, no policy"),
            path=folder,
            hint=said("add a file that extends one"),
        )
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
        told = [str(error) for error in errors]
        errors += [error for error in wrong if str(error) not in told]
        if policy is not None:
            policies.append(policy)
    return errors + overlaps(policies)


def policy_files(folder: Path) -> list[Path]:
    """The policy files directly in ``folder``, by name."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    except OSError as error:
        raise PolicyError(
            said("the folder can't be read: {why}", why=error.strerror),
            path=folder,
            hint=said("name the folder of the policies (`policies` in aigc_guard.toml)"),
        ) from error


def overlaps(policies: Sequence[Policy]) -> list[PolicyError]:
    """An error for each pair that bears one name or serves one kind, channel and language."""
    errors = []
    for index, second in enumerate(policies):
        for first in policies[:index]:
            shared = _shared(first, second)
            if first.name == second.name:
                problem = said(
                    "the policy name `{name}` is taken by {path}", name=second.name, path=first.path
                )
                errors.append(_overlap(second, "policy", problem, said("rename one of them")))
            elif shared:
                problem = said(
                    "`{second}` and `{first}` ({path}) both serve {shared}",
                    second=second.name,
                    first=first.name,
                    path=first.path,
                    shared=shared,
                )
                hint = said(
                    "exactly one policy may serve a draft: narrow kinds, channels or languages"
                )
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
    channel = channels[0] if channels else said("every channel")
    return said(
        "{kind} / {channel} / {language}", kind=kinds[0], channel=channel, language=languages[0]
    )


def _overlap(policy: Policy, key: str, message: str, hint: str) -> PolicyError:
    return read_source(Path(policy.path)).error((key,), message, hint=hint, at_key=True)


def _files(path: Path) -> list[Path]:
    return policy_files(path) if path.is_dir() else [path]


def _load(
    source: Source, check_types: CheckTypes | None
) -> tuple[Policy | None, list[PolicyError]]:
    """The policy, or what is wrong with it; neither for a sound base."""
    if check_types is None:
        from aigc_guard.checks.catalogue import check_types as installed

        check_types = installed()
    if _is_base(source):
        return None, _base_errors(source, check_types)
    try:
        base = base_of(source)
    except PolicyError as error:
        return None, [error]
    whole = source
    if base is not None:
        errors = _base_errors(base, check_types)
        if errors:
            return None, errors
        whole = inherit(source, base)
    form, errors = parse_form(whole, PolicyForm, whole.data, ())
    policy: Policy | None = None
    if form is not None:
        taken = inherited(source, base) if base is not None else None
        policy, errors = resolve(whole, form, check_types, taken)
    return policy, _in_order(errors)


def _is_base(source: Source) -> bool:
    return source.data.get("abstract") is True


def _base_errors(source: Source, check_types: CheckTypes) -> list[PolicyError]:
    """What is wrong with a base on its own; wording and notices are the extending policy's."""
    for key, hint in _NOT_IN_A_BASE.items():
        if key in source.data:
            return [
                source.error(
                    (key,), said("a base can't have `{key}`", key=key), hint=hint, at_key=True
                )
            ]  # fmt: skip
    form, errors = parse_form(source, BaseForm, source.data, ())
    if form is not None:
        errors = resolve(source, form, check_types)[1]
    return _in_order(errors)


_NOT_IN_A_BASE = {
    "extends": said("inheritance has one level: write the inherited rules out here"),
    "applies_to": said("say it in the policies that extend it"),
    "waivers": said("a waiver is given for one policy: write it there"),
    "retired": said("say it in the policies that extend it"),
}


def _in_order(errors: Iterable[PolicyError]) -> list[PolicyError]:
    return sorted(errors, key=lambda error: (error.path, error.line or 0, error.column or 0))


def _or_raise(source: Source, policy: Policy | None, errors: Sequence[PolicyError]) -> Policy:
    if errors:
        raise errors[0]
    if policy is None:
        raise source.error(
            ("abstract",),
            said("this is a base: it serves no drafts itself"),
            hint=said("use a policy with `extends: {name}`", name=Path(source.path).stem),
            at_key=True,
        )
    return policy
