"""The verify page: one HTML file that checks releases in a browser, without a server."""

from __future__ import annotations

import json
from importlib import resources

from aigc_guard.proof.public_keys import Trust

_KEYS, _SCRIPT = "/*KEYS*/null", "/*SCRIPT*/"


def verify_page(trust: Trust) -> str:
    """The page with these public keys pinned; without any it asks for a file of them."""
    folder = resources.files(__package__)
    page = folder.joinpath("page.html").read_text(encoding="utf-8")
    script = folder.joinpath("page.js").read_text(encoding="utf-8")
    keys = trust.to_text() if trust.keys else "null"
    # Inside a script element nothing may look like its end.
    pinned = json.dumps(json.loads(keys)).replace("<", "\\u003c")
    return page.replace(_SCRIPT, script.rstrip("\n")).replace(_KEYS, pinned)
