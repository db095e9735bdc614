"""Data Docs of an intake: great-expectations' static site, made to stand on its own.

The site as generated loads styles and scripts from half a dozen public hosts. Whoever opens a
report must not tell those hosts about it, so scripts and remote references are taken out.
"""

from __future__ import annotations

import errno
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

_SITE = "intake"
STAGED = ".intake-"
"""How folders begin in which Data Docs wait for their run's id; one left behind is a leftover."""
FIRST_PAGE = "index.html"
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


@contextmanager
def staged_docs(reports: Path) -> Iterator[Path]:
    """A place for Data Docs until the run they belong to is known; gone afterwards.

    A run's id is a digest of the briefs that intake accepts, so the docs are there before the id.
    """
    folder = reports / f"{STAGED}{secrets.token_hex(6)}"
    try:
        yield folder / "site"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_docs(staged: Path, folder: Path) -> Path:
    """Put staged docs where they stay, in place of an earlier copy; returns their first page."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for number in count():
        with suppress(FileNotFoundError):
            folder.rename(staged.with_name(f"replaced-{number}"))
        try:
            staged.rename(folder)
            break
        except OSError as error:  # another process does the same run and was quicker
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    return folder / FIRST_PAGE


def publish_docs(context: Any, folder: Path, summaries: Sequence[TableSummary]) -> None:
    """Builds the site of ``context`` in ``folder``, replacing what lies there."""
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
    (partial / FIRST_PAGE).write_text(_first_page(partial, summaries), encoding="utf-8")
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
