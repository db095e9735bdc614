"""A small installation with a release and its proof, made by the real steps, to tamper with."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.audit.checkpoints import Copies, Sealed, keep, sign_log
from aigc_guard.policy.labels import Labels
from aigc_guard.policy.model import LabelForm, MarksForm
from aigc_guard.proof.public_keys import Purpose, Trust
from aigc_guard.records import Brief, Draft, Fact, Release
from aigc_guard.release import Installation, Marking, publish
from aigc_guard.release.credentials import Issuer
from aigc_guard.release.proving import write_proofs
from aigc_guard.signing import Keyring, open_signer
from aigc_guard.store import Store
from aigc_guard.testing.records import (
    example_brief,
    example_decision,
    example_draft,
    example_report,
)

AT = "2026-01-05T09:00:00Z"
PRODUCER = "001191350100M000100Y431abcd"
LABELS = Labels(
    (LabelForm.model_validate({"id": "eu", "text": {"en": "Written with AI.", "zh": "由AI生成"}}),)
)


@dataclass
class Press:
    """A store with an outbox and keys, that releases and seals as a project does."""

    store: Store
    outbox: Path
    ring: Keyring
    copies: Copies
    issuer: Issuer | None = None
    wanted: MarksForm = field(default_factory=MarksForm)

    @property
    def trust(self) -> Trust:
        return self.ring.trust()

    def release(self, text: str = "", *, form: str = "html", **changes: Any) -> Release:
        brief = example_brief(facts=(Fact("press number", "555-0142"),), **changes)
        draft = example_draft(brief, **({"text": text} if text else {}))
        return self.publish(draft, brief, form)

    def publish(self, draft: Draft, brief: Brief, form: str) -> Release:
        self.store.put_briefs("", [brief])
        self.store.put_draft(draft)
        decision = example_decision(draft)
        self.store.put_decision(decision, at=AT)
        return publish(
            self.store,
            self.outbox,
            draft=draft,
            brief=brief,
            decision=decision,
            reports=[example_report(draft)],
            marking=self.marking,
            file_form=form,
            clock=lambda: AT,
        )

    @property
    def marking(self) -> Marking:
        signer = open_signer(self.ring, Purpose.RELEASE)
        producer = Installation(producer=PRODUCER, signer=signer, issuer=self.issuer)
        return Marking(LABELS, self.wanted, producer, policy_version="1")

    def seal(self) -> Sealed:
        copies = replace(self.copies, trust=self.trust)
        sealed = sign_log(self.store, open_signer(self.ring, Purpose.LOG), copies)
        write_proofs(self.store, self.outbox, sealed)
        keep(self.store, sealed, at=AT)
        return sealed

    def folder(self, release: Release) -> Path:
        return self.outbox / release.folder


@pytest.fixture
def make_press(tmp_path: Path, sqlite_template: Path) -> Callable[..., Press]:
    def make(name: str = "press", store: Store | None = None) -> Press:
        folder = tmp_path / name
        folder.mkdir()
        if store is None:
            store = Store(f"sqlite:///{shutil.copy(sqlite_template, folder / 'guard.db')}")
        ring = Keyring(folder / "keys", {})
        ring.ensure(at=AT)
        return Press(store, folder / "outbox", ring, Copies((folder / "copies",), ring.trust()))

    return make


@pytest.fixture
def press(make_press: Callable[..., Press]) -> Press:
    return make_press()
