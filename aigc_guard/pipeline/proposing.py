"""Policies edited by people with accounts: tried beside the present ones, proposed by one person,
switched on by another.

A trial is made in a copy of the policies' folder, so that inheritance, lists and overlaps count as
they will when it is switched on.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.accounts import Permission, refuse_without
from aigc_guard.audit.log import Kind
from aigc_guard.errors import ConfigError, GuardError, PolicyError, ReviewError, said
from aigc_guard.pipeline.activation import Activation, activate
from aigc_guard.pipeline.desk import note as read_note
from aigc_guard.pipeline.policy_tests import CaseArchive, run_cases
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.replacing import replace_file
from aigc_guard.pipeline.replay import Replay, replay
from aigc_guard.policy import Policy, lint, load_folder, load_policy
from aigc_guard.policy.compare import Change, compare
from aigc_guard.policy.load import policy_files
from aigc_guard.policy.source import MAX_BYTES
from aigc_guard.policy.trial import CaseResult, model_free
from aigc_guard.records import digest_of, sha256_text
from aigc_guard.store import Account, Proposal


@dataclass(frozen=True)
class Trial:
    """A text in the place of a policy file. ``policy`` is None when there are errors, or when the
    file is a base that others extend."""

    file: str
    text: str
    errors: tuple[PolicyError, ...]
    policy: Policy | None
    present: Policy | None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What it says otherwise than the present policy."""
        if self.policy is None or self.present is None:
            return ()
        return compare(self.present, self.policy)


def files(project: Project) -> dict[str, Path]:
    """The policy files by their names: only these can be read and edited."""
    return {path.name: path for path in policy_files(project.config.policies)}


def read_file(project: Project, file: str) -> str:
    """A policy file's text; raises ReviewError for a name that is none."""
    path = files(project).get(file)
    if path is None:
        raise ReviewError(
            said("there is no policy {named}", named=f"{file!r}"),
            hint=said("choose one of the list"),
        )
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise PolicyError(said("is not UTF-8"), path=file, hint=said("save as UTF-8")) from None


def try_text(project: Project, file: str, text: str) -> Trial:
    """Load ``text`` as if it stood in ``file``, with all its errors at their lines."""
    text = normal(text)
    read_file(project, file)
    folder = project.config.policies
    # Beside the policies: lists may be named by a path that leads out of their folder.
    if not os.access(folder.parent, os.W_OK):
        raise ConfigError(
            said("{path} can't be written", path=folder.parent),
            hint=said("policies are edited where the console may write beside their folder"),
        )
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".policies-") as made:
        copy = Path(made) / folder.name
        shutil.copytree(folder, copy, symlinks=True)
        (copy / file).write_text(text, encoding="utf-8", newline="")
        errors = tuple(_named(error, copy) for error in lint([copy], project.checks))
        own = tuple(error for error in errors if error.path == file) or errors
        found = () if errors else load_folder(copy, project.checks)
        policy = next((one for one in found if Path(one.path) == copy / file), None)
    return Trial(file, text, own, policy, present(project, file))


def present(project: Project, file: str) -> Policy | None:
    """The policy as it is in the file now; None where it can't be loaded, or is a base."""
    path = files(project).get(file)
    try:
        return load_policy(path, project.checks) if path is not None else None
    except GuardError:
        return None


def _named(error: PolicyError, copy: Path) -> PolicyError:
    """The error under the file's own name: the copy is gone when somebody reads it."""
    error.path = str(error.path).replace(f"{copy}/", "")
    error.message = _without(error.message, copy)
    return error


def _without(message: str, copy: Path) -> str:
    place = f"{copy}/"
    if place not in message:
        return message
    values = getattr(message, "values", None)
    if not isinstance(values, dict):
        return message.replace(place, "")
    return said(
        message.id,  # type: ignore[attr-defined]
        **{
            name: value.replace(place, "") if isinstance(value, str) else value
            for name, value in values.items()
        },
    )


def run_tests(project: Project, policy: Policy, *, with_models: bool) -> list[CaseResult]:
    """The tests in the policy's own file; without models only those that need none."""
    archive = CaseArchive(project.config.keys.parent / "policy-tests.jsonl")
    chosen = policy if with_models else model_free(policy)
    seconds = project.config.limits.check_seconds
    return run_cases([chosen], project.context, archive, seconds=seconds)


def impact(project: Project, trial: Trial, *, since: str = "") -> Replay:
    """What the stored drafts would become; raises ReviewError where nothing can be compared."""
    if trial.policy is None or trial.present is None:
        raise ReviewError(
            said("only two sound policies can be compared"),
            hint=said("mend the errors first"),
        )
    return replay(project, trial.present, trial.policy, since=since)


def propose(
    project: Project, who: Account, file: str, text: str, note: str, *, base_sha256: str
) -> Proposal:
    """Ask for a policy to be switched on; raises the first of its errors.

    ``base_sha256`` is the digest of the file that was edited: whoever was faster is not undone.
    """
    refuse_without(who, Permission.EDIT_POLICY)
    words = read_note(note)
    trial = try_text(project, file, text)
    if trial.errors:
        raise trial.errors[0]
    _refuse_stale(project, file, base_sha256)
    at = project.clock()
    made = Proposal(
        proposal_id=digest_of([file, sha256_text(trial.text), who.account_id, at])[:32],
        policy=file,
        base_sha256=base_sha256,
        text=trial.text,
        note=words,
        account_id=who.account_id,
        at=at,
    )
    facts = {
        "kind": "activation",
        "file": file,
        "text_sha256": sha256_text(trial.text),
        "policy_digest": trial.policy.digest if trial.policy else "",
        "note_sha256": sha256_text(words),
    }
    with project.store.transaction() as tx:
        if (known := tx.proposal(made.proposal_id)) is not None:
            return known
        tx.put_proposal(made)
        tx.append_event(
            Kind.REQUEST_MADE, made.proposal_id, body=facts, at=at, actor=who.account_id
        )
    return made


def switch_on(project: Project, who: Account, proposal_id: str) -> Activation | None:
    """Write a proposal into its file and record the activation; another person's only.

    The file is as it was when the policy's tests fail. None for a base: it is no policy itself.
    """
    refuse_without(who, Permission.DECIDE_POLICY)
    proposal = _open(project, proposal_id)
    if proposal.account_id == who.account_id:
        raise ReviewError(
            said("nobody switches on what they proposed themselves"),
            hint=said("let somebody else read it"),
        )
    trial = try_text(project, proposal.policy, proposal.text)
    if trial.errors:
        raise trial.errors[0]
    with project.store.transaction():
        # Writers take turns: two people can't both write the file.
        _refuse_stale(project, proposal.policy, proposal.base_sha256)
        path = files(project)[proposal.policy]
        before = path.read_bytes()
        replace_file(path, proposal.text.encode("utf-8"))
        project.forget_policies()
        try:
            made = None
            if trial.policy is not None:
                made = activate(
                    project,
                    trial.policy.name,
                    by=proposal.account_id,
                    approver=who.account_id,
                    authenticated=True,
                )
            _decide(project, proposal, who, "activated")
        except BaseException:
            replace_file(path, before)
            project.forget_policies()
            raise
    return made


def turn_down(project: Project, who: Account, proposal_id: str) -> None:
    """Refuse somebody's proposal, or take one's own back."""
    proposal = _open(project, proposal_id)
    own = proposal.account_id == who.account_id
    refuse_without(who, Permission.EDIT_POLICY if own else Permission.DECIDE_POLICY)
    with project.store.transaction():
        _decide(project, proposal, who, "withdrawn" if own else "refused")


def normal(text: str) -> str:
    """A form's text with the line ends of a file; raises ReviewError for one too large."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(plain.encode("utf-8", "replace")) > MAX_BYTES:
        raise ReviewError(said("that is too large"), hint=said("send less at once"))
    if any("\ud800" <= char <= "\udfff" for char in plain):
        raise ReviewError(said("is not UTF-8"), hint=said("save as UTF-8"))
    return plain if not plain or plain.endswith("\n") else f"{plain}\n"


def _open(project: Project, proposal_id: str) -> Proposal:
    found = project.store.proposal(proposal_id)
    if found is None:
        raise ReviewError(said("there is no such proposal"), hint=said("load the page again"))
    if found.state != "open":
        raise _decided()
    return found


def _decided() -> ReviewError:
    return ReviewError(said("somebody has decided this before"), hint=said("load the page again"))


def _decide(project: Project, proposal: Proposal, who: Account, state: str) -> None:
    store, at = project.store, project.clock()
    if not store.decide_proposal(proposal.proposal_id, state=state, by=who.account_id, at=at):
        raise _decided()
    facts = {
        "kind": "activation",
        "file": proposal.policy,
        "state": state,
        "text_sha256": sha256_text(proposal.text),
    }
    store.append_event(
        Kind.REQUEST_DECIDED, proposal.proposal_id, body=facts, at=at, actor=who.account_id
    )


def _refuse_stale(project: Project, file: str, base_sha256: str) -> None:
    if sha256_text(read_file(project, file)) != base_sha256:
        raise ReviewError(
            said("{file} has changed since it was opened for editing", file=file),
            hint=said("open it again and make the change there"),
        )
