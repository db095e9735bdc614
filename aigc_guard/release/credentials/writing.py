"""Signs content credentials for a release's files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aigc_guard.errors import ReleaseError, ReleaseHeld, said
from aigc_guard.release.credentials.library import EMBEDDED, MEDIA_TYPES, context, load
from aigc_guard.release.credentials.manifest import CREDENTIAL_FILE
from aigc_guard.release.formats.interface import file_name
from aigc_guard.signing.authority import Credential

_TYPES = "[Content_Types].xml"
_DECLARED = b'<Default Extension="c2pa" ContentType="application/c2pa"/>'


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs. ``timestamp`` is the URL of an RFC 3161 authority, or empty: then nothing leaves
    the machine, and a credential is worth nothing any more once its certificate has ended."""

    credential: Credential
    timestamp: str = ""


def issue(
    issuer: Issuer,
    files: Mapping[str, bytes],
    *,
    form: str,
    manifest: Mapping[str, Any],
    ingredient: Mapping[str, Any],
) -> dict[str, bytes]:
    """The files with their content credentials: inside PDF and DOCX, beside the other forms.

    Raises ReleaseError when the library refuses, ReleaseHeld when no time can be had.
    """
    c2pa = load()
    name = file_name(form)
    data = _storable(files[name]) if form == "docx" else files[name]
    signed = io.BytesIO()
    own = context([issuer.credential.root])
    try:
        info = c2pa.C2paSignerInfo(
            alg=b"es256",
            sign_cert=issuer.credential.chain.encode(),
            private_key=issuer.credential.private_key,
            ta_url=issuer.timestamp.encode() or None,
        )
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(dict(manifest), own) as builder:
            builder.add_ingredient(dict(ingredient), "application/octet-stream", io.BytesIO(b"{}"))
            if form not in EMBEDDED:
                builder.set_no_embed()
            credential = builder.sign(signer, MEDIA_TYPES[form], io.BytesIO(data), signed)
    except c2pa.C2paError as error:
        raise _refused(issuer, str(error)) from None
    if form in EMBEDDED:
        return {**files, name: signed.getvalue()}
    return {**files, CREDENTIAL_FILE: bytes(credential)}


def _refused(issuer: Issuer, why: str) -> ReleaseError:
    if issuer.timestamp and ("http resolver" in why or "timestamp" in why.lower()):
        return ReleaseHeld(
            said("the authority {url} gave no time for the credentials", url=issuer.timestamp),
            hint=said("run the same briefs again when it answers, or empty timestamp under [c2pa]"),
        )
    return ReleaseError(said("the content credentials can't be signed: {why}", why=why))


def _storable(data: bytes) -> bytes:
    """The document as the library can sign it: nothing compressed, and the credential's part
    declared, without which a word processor may call the file damaged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == _TYPES and _DECLARED not in content:
                content = content.replace(b"<Default ", _DECLARED + b"<Default ", 1)
            kept = zipfile.ZipInfo(entry.filename, entry.date_time)
            kept.external_attr = entry.external_attr
            new.writestr(kept, content, zipfile.ZIP_STORED)
    return out.getvalue()
