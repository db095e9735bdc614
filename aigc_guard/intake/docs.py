"""Data Docs of an intake: great-expectations' static site, made to stand on its own.

The site as generated loads styles and scripts from half a dozen public hosts. Whoever opens a
report must not tell those hosts about it, so scripts and remote references are taken out.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

_SITE = "intake"
_SCRIPT = re.compile(r"<script\b.*?</script>", re.S | re.I)
_REMOTE_TAG = re.compile(
    r"<(?:link|img|iframe)\b[^>]*\b(?:href|src)\s*=\s*[\"']?https?:[^>]*>", re.S | re.I
)
_REMOTE_STYLE = re.compile(r"url\(\s*[\"']?https?:[^)]*\)", re.I)
_STYLE = r"""<style>
body{font-family:system-ui,sans-serif;margin:1.5rem;color:#222}table{border-collapse:collapse}
td,th{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}
.fa-check-circle::before{content:"\2713"}.fa-times::before{content:"\2717"}
.modal,.btn-group-toggle,.cta-footer,footer,.navbar-toggler,[id^=ge-walkthrough]{display:none}
</style>"""


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What the first page says about one kind's table."""

    kind: str
    rows: int
    failing: int


def publish_docs(context: Any, folder: Path, summaries: Sequence[TableSummary]) -> None:
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
    for part in ("images", "fonts"):
        shutil.rmtree(partial / "static" / part, ignore_errors=True)
    for page in partial.rglob("*.html"):
        page.write_text(offline(page.read_text(encoding="utf-8")), encoding="utf-8")
    # The generated first page shows nothing without its scripts.
    (partial / "index.html").write_text(_first_page(partial, summaries), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _first_page(site: Path, summaries: Sequence[TableSummary]) -> str:
    lines = []
    for one in summaries:
        results = [
            f'<a href="{escape(page.relative_to(site).as_posix())}">results</a>'
            for page in sorted((site / "validations" / one.kind).rglob("*.html"))
        ]
        suite = f'<a href="expectations/{escape(one.kind)}.html">suite</a>'
        cells = (escape(one.kind), str(one.rows), str(one.failing), ", ".join([*results, suite]))
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Intake</title>{_STYLE}'
        "</head><body><h1>Intake: the tables of briefs</h1><table><tr><th>kind</th><th>rows</th>"
        f"<th>failures</th><th>pages</th></tr>{''.join(lines)}</table></body></html>\n"
    )


def offline(html: str) -> str:
    """``html`` without scripts and without anything a browser would fetch from another host."""
    html = _REMOTE_STYLE.sub("none", _REMOTE_TAG.sub("", _SCRIPT.sub("", html)))
    html = html.replace("Sampled Unexpected Values", "Rows")
    return html.replace("</head>", f"{_STYLE}</head>", 1)
