"""What the layers of a verdict, and all of them together, are called to people."""

from __future__ import annotations

from collections.abc import Mapping

from aigc_guard.errors import Said, said

WORDS: Mapping[str, Said] = {
    "bundle": said("bundle"),
    "signature": said("signature"),
    "digests": said("digests"),
    "log": said("log"),
    "consistency": said("consistency"),
    "c2pa": said("content credentials"),
    "labels": said("labels"),
    "policy": said("policy"),
    "revocation": said("revocation"),
    "passed": said("passed"),
    "failed": said("failed"),
    "untrusted": said("untrusted"),
    "incomplete": said("incomplete"),
    "revoked": said("revoked"),
    "unmarked": said("unmarked"),
    "skipped": said("skipped"),
}
CONCLUSIONS: Mapping[str, Said] = {
    "verified": said("Verified."),
    "tampered": said("Tampered with, or not what it says it is."),
    "revoked": said("Revoked: its producer took it back."),
    "unmarked": said("No credential present: nothing is said about where it comes from."),
    "untrusted": said("Untrusted: no pinned key signed it."),
    "incomplete": said("Incomplete: something that is needed is not here."),
}
