"""Mistakes in a policy's marks, and what they say in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from aigc_guard.errors import PolicyError, said
from aigc_guard.i18n import translate
from aigc_guard.policy.messages import listed, meant
from aigc_guard.policy.model import EditorialForm, PolicyForm
from aigc_guard.policy.source import Loc, Source

_LIFTABLE = "EU"


def marks_errors(source: Source, form: PolicyForm) -> list[PolicyError]:
    """What is wrong with ``marks``, each with its line."""
    editorial = form.marks.editorial
    return [] if editorial is None else list(_editorial(source, form, editorial))


def _editorial(source: Source, form: PolicyForm, own: EditorialForm) -> Iterator[PolicyError]:
    loc: Loc = ("marks", "editorial")
    roles = [entry.by for entry in form.approvals]
    if own.role not in roles:
        yield source.error(
            (*loc, "role"),
            said("nobody approves as `{role}`", role=own.role),
            hint=meant(own.role, roles)
            or said("name a role of `approvals`: {known}", known=listed(roles)),
        )
    labels = {entry.id: entry for entry in form.labels}
    for at, name in enumerate(own.lifts):
        if name not in labels:
            hint = meant(name, labels) or said("labels: {known}", known=listed(labels))
            message = said("there is no label `{label}`", label=name)
            yield source.error((*loc, "lifts", at), message, hint=hint)
        elif set(labels[name].jurisdictions) != {_LIFTABLE}:
            yield source.error(
                (*loc, "lifts", at),
                said(
                    "`{label}` is not a notice for the {place} alone", label=name, place=_LIFTABLE
                ),
                hint=said(
                    "only the EU lifts a notice for an editor's approval; "
                    "give it a notice of its own with jurisdictions: [EU]"
                ),
            )


def marks_words(form: PolicyForm, language: str) -> Iterator[str]:
    """What the policy says about marks for machines."""
    marks = form.marks
    if marks.gb45438 == "required":
        yield translate(
            "China's metadata label: a release for China waits until the project names its "
            "producer code.",
            language,
        )
    elif marks.gb45438 == "configured":
        yield translate(
            "China's metadata label: on every release, once the project names its producer code.",
            language,
        )
    if marks.watermark is not None:
        yield translate(
            "Watermark: drafts that a model writes freely and that may grow to {count} tokens bear "
            "one; its measurement stands in the release's statement.",
            language,
            count=marks.watermark.min_tokens,
        )
    if marks.editorial is not None:
        yield translate(
            "Approved by {role}, a release goes out without the notices {listed}; its marks for "
            "machines stay.",
            language,
            role=marks.editorial.role,
            listed=", ".join(marks.editorial.lifts),
        )
