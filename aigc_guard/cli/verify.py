"""``aigc-guard verify``: where a released file comes from, told offline and without our store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aigc_guard.cli.console import (
    Format,
    FormatOption,
    language,
    project_config,
    say,
    say_json,
    tell,
)
from aigc_guard.config import Config
from aigc_guard.errors import ConfigError, ProofError, said
from aigc_guard.i18n import spoken

if TYPE_CHECKING:
    from aigc_guard.release.verify import Known, Verdict

_SIGNS = {"passed": "✓", "skipped": "-", "failed": "✕", "revoked": "✕"}


def verify(
    path: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="a released file or folder")],
    trust: Annotated[
        Path | None, typer.Option(metavar="KEYS", help="the producer's public keys")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(metavar="OLD", help="a checkpoint kept from earlier")
    ] = None,
    consistency: Annotated[
        Path | None,
        typer.Option(metavar="PROOF", help="the producer's proof from that checkpoint on"),
    ] = None,
    revocations: Annotated[
        Path | None, typer.Option(metavar="LIST", help="the producer's list of revocations")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Verify a released file or folder, layer by layer, offline.

    Ends with 0 verified, 1 tampered or revoked, 2 no credential, 3 untrusted signer, 4 incomplete.
    """
    from aigc_guard.proof.public_keys import Trust
    from aigc_guard.release.verify import verify as verify_files

    note = _text(checkpoint) if checkpoint else ""
    if trust is not None:
        known = _known(note, consistency, revocations)
        verdict = verify_files(path, Trust.load(trust), known)
    else:
        verdict = _at_home(path, note, consistency, revocations)
    if format is Format.JSON:
        say_json(_spoken_json(verdict))
    else:
        _say(verdict)
    raise typer.Exit(verdict.exit_code)


def _at_home(path: Path, note: str, consistency: Path | None, revocations: Path | None) -> Verdict:
    """By this installation's own keys; elsewhere nobody is trusted."""
    from aigc_guard.proof.public_keys import Trust
    from aigc_guard.release.verify import verify as verify_files

    try:
        config: Config | None = project_config()
    except ConfigError:
        config = None
    if config is None or not (config.keys / "keyring.json").exists():
        return verify_files(path, Trust(), _known(note, consistency, revocations))
    from aigc_guard.pipeline.project import open_project
    from aigc_guard.pipeline.proofs import verify_path

    return verify_path(open_project(config), path.resolve(), checkpoint=note)


def _known(note: str, consistency: Path | None, revocations: Path | None) -> Known:
    from aigc_guard.proof.checkpoint import read_note
    from aigc_guard.proof.log_proof import read_consistency
    from aigc_guard.release.verify import Known

    proof = read_consistency(_bytes(consistency)) if consistency else None

    def between(old: int, new: int) -> tuple[bytes, ...] | None:
        if proof is None:
            return None
        sizes = read_note(proof.old).checkpoint.size, read_note(proof.new).checkpoint.size
        return proof.hashes if sizes == (old, new) else None

    listed = tuple(_bytes(revocations).splitlines(keepends=True)) if revocations else None
    return Known(revocations=listed, checkpoint=note, consistency=between)


def _spoken_json(verdict: Verdict) -> dict[str, object]:
    data = verdict.to_json()
    for shown, layer in zip(data["layers"], verdict.layers, strict=True):
        shown["message"] = spoken(layer.message, language())
    return data


def _say(verdict: Verdict) -> None:
    from aigc_guard.release.verify.wording import CONCLUSIONS, WORDS

    for layer in verdict.layers:
        message = spoken(layer.message, language())
        joint = ": " if message else ""
        named, found = tell(WORDS[layer.name]), tell(WORDS[layer.status.value])
        told = f"{named}  {found}{joint}{message}"
        say(f"{_SIGNS.get(layer.status.value, '?')} {told}")
    say(tell(CONCLUSIONS[verdict.state.value]))


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise ProofError(said("{path} is no signed checkpoint", path=path)) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            said("{path}: can't be read ({why})", path=path, why=error.strerror),
            hint=said("check the path and its permissions"),
        ) from None
