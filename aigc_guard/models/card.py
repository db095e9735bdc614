"""A model card in Markdown from a lock entry: what it is, what it learned from, how good it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aigc_guard.i18n import translate
from aigc_guard.models.lock import ModelEntry


def render_card(entry: ModelEntry, language: str = "en") -> str:
    """The card of ``entry`` with front matter that model hubs understand."""
    lines = [
        "---",
        f"license: {entry.licence}",
        f"language: [{', '.join(entry.languages)}]",
        "---",
        "",
        f"# {entry.name}",
        "",
    ]
    if entry.summary:
        lines += [entry.summary, ""]
    for label, value in _facts(entry, language):
        lines.append(f"- **{label}:** {value}")
    lines += ["", "## " + translate("Trained on", language), "", *_lineage(entry, language)]
    lines += ["", "## " + translate("Measured quality", language), "", *_figures(entry, language)]
    lines += ["", "## " + translate("Files", language), "", *_files(entry, language), ""]
    return "\n".join(lines)


def _facts(entry: ModelEntry, language: str) -> Iterator[tuple[str, str]]:
    kinds = ", ".join(entry.approved_for)
    yield translate("Role", language), entry.role
    yield translate("Source", language), entry.source
    if entry.revision:
        yield translate("Revision", language), entry.revision
    if entry.base:
        yield translate("Base", language), f"{entry.base.name} `{entry.base.digest}`"
    yield translate("Licence", language), entry.licence
    yield translate("Languages", language), ", ".join(entry.languages) or "-"
    if entry.role == "writer":
        yield translate("Approved for", language), kinds or translate("nothing", language)
    yield translate("Date", language), entry.date or "-"
    digest = f"`{entry.digest}`" if entry.digest else translate("remote, not verifiable", language)
    yield translate("Digest", language), digest


def _lineage(entry: ModelEntry, language: str) -> list[str]:
    if not entry.trained_on:
        return [translate("Nothing is stated.", language)]
    data, licence = translate("Data", language), translate("Licence", language)
    rows = [f"| {data} | {licence} | sha256 |", "|---|---|---|"]
    for item in entry.trained_on:
        rows.append(f"| {item.name} | {item.licence or '-'} | {item.sha256[:16] or '-'} |")
    return rows


def _figures(entry: ModelEntry, language: str) -> list[str]:
    if not entry.figures:
        return [translate("No figure is stated.", language)]
    figure, value_head = translate("Figure", language), translate("Value", language)
    rows = [f"| {figure} | {value_head} |", "|---|---|"]
    rows += [f"| {name} | {value} |" for name, value in _flat(entry.figures)]
    return rows


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name} · ")
        else:
            text = f"{value:.4g}" if isinstance(value, float) else str(value)
            yield f"{prefix}{name}", text


def _files(entry: ModelEntry, language: str) -> list[str]:
    if entry.remote:
        return [
            translate("A server answers for this model: its files can't be verified.", language)
        ]
    return [f"- `{name}` sha256 `{digest}`" for name, digest in entry.files.items()]
