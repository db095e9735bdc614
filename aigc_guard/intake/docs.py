"""Data Docs of an intake: great-expectations' static site, made to stand on its own.

The site as generated loads styles and scripts from half a dozen public hosts. Whoever opens a
report must not tell those hosts about it, so every remote reference is taken out.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

_SITE = "intake"
_REMOTE_SCRIPT = re.compile(
    r"<script\b[^>]*\bsrc\s*=\s*[\"']?https?:[^>]*>.*?</script>", re.S | re.I
)
_REMOTE_TAG = re.compile(
    r"<(?:link|img|iframe)\b[^>]*\b(?:href|src)\s*=\s*[\"']?https?:[^>]*>", re.S | re.I
)
_STYLE = """<style>
body{font-family:system-ui,sans-serif;margin:1.5rem;color:#222}table{border-collapse:collapse}
td,th{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}
.modal,.cta-footer,.navbar-toggler,[id^=ge-walkthrough]{display:none}
</style>"""


def publish_docs(context: Any, folder: Path) -> None:
    """Builds the site of ``context`` in ``folder``, replacing what an earlier run left there."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    context.add_data_docs_site(
        site_name=_SITE,
        site_config={
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(partial),
            },
        },
    )
    context.build_data_docs(site_names=[_SITE])
    shutil.rmtree(partial / "static" / "images", ignore_errors=True)
    shutil.rmtree(partial / "static" / "fonts", ignore_errors=True)
    for page in partial.rglob("*.html"):
        page.write_text(offline(page.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def offline(html: str) -> str:
    """``html`` without anything a browser would fetch from another host."""
    html = _REMOTE_TAG.sub("", _REMOTE_SCRIPT.sub("", html))
    return html.replace("</head>", f"{_STYLE}</head>", 1)
