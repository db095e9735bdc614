"""The files of one release: rendered, marked and read back, before anything is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aigc_guard.errors import ReleaseError, said
from aigc_guard.records import Brief, Decision, Draft, Review, sha256_text
from aigc_guard.release.credentials import CREDENTIAL_FILE, About, issue, manifest_of, validate
from aigc_guard.release.credentials.library import EMBEDDED
from aigc_guard.release.credentials.manifest import ingredient_of
from aigc_guard.release.credentials.reading import State
from aigc_guard.release.formats import Typesetting, read_back, render
from aigc_guard.release.labels import Marks
from aigc_guard.release.marking import (
    Marking,
    credentials_of,
    is_by_hand,
    marks_of,
    marks_record,
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be released, in which form, and who let it go."""

    draft: Draft
    brief: Brief
    decision: Decision
    form: str
    release_id: str
    at: str
    approval: Review | None


@dataclass(frozen=True, slots=True)
class Made:
    """The files by name, the marks they bear, and what the record says of those."""

    order: Order
    files: dict[str, bytes]
    marks: Marks
    labels: dict[str, Any]
    roots: tuple[str, ...] = ()

    def check(self, folder: Path) -> None:
        """Read the files where they lie: stripped of their labels they are the approved text, and
        their credentials hold. Raises ReleaseError."""
        files = _read(folder, self.files)
        text = read_back(files, self.marks, form=self.order.form).text
        draft = self.order.draft
        if sha256_text(text) != draft.text_sha256:
            raise ReleaseError(
                said(
                    "draft {draft_id}: stripping the labels does not give the approved text",
                    draft_id=draft.draft_id,
                )
            )
        if self.roots:
            shown = validate(files, form=self.order.form, anchors=self.roots)
            if shown.state is not State.TRUSTED:
                raise ReleaseError(
                    said(
                        "the content credentials read back don't hold: {codes}",
                        codes=", ".join(shown.codes) or shown.state.value,
                    )
                )


def make_release(marking: Marking, order: Order) -> Made:
    """Raises ReleaseHeld for a mark that can't be made here, ReleaseError for one that fails."""
    draft, brief = order.draft, order.brief
    marks = marks_of(marking, draft, brief, release_id=order.release_id, approval=order.approval)
    issuer = credentials_of(marking)
    if issuer is not None and order.form == "html":
        marks = replace(marks, credential=CREDENTIAL_FILE)
    setting = Typesetting(draft.language, order.at, marking.installation.fonts)
    files = render(draft.text, marks, form=order.form, setting=setting)
    labels = marks_record(marking, marks, order.approval)
    watermark = marking.installation.watermark(draft)
    if watermark is not None:
        labels["watermark"] = dict(watermark)
    if issuer is None:
        return Made(order, files, marks, {**labels, "c2pa": None})
    about = About(
        draft,
        brief,
        order.form,
        order.release_id,
        order.decision.policy_digest,
        order.at,
        order.approval,
        is_by_hand(draft, brief),
    )
    files = issue(
        issuer,
        files,
        form=order.form,
        manifest=manifest_of(about, marking.wanted),
        ingredient=ingredient_of(about),
    )
    credential = {
        "where": "inside" if order.form in EMBEDDED else "beside",
        "root_sha256": issuer.credential.root_sha256,
        "timestamp": bool(issuer.timestamp),
    }
    labels = {**labels, "c2pa": credential}
    return Made(order, files, marks, labels, (issuer.credential.root,))


def _read(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names}
