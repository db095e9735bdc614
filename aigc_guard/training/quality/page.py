"""``docs/quality.md`` from the results: every figure with its interval and its floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aigc_guard.training.guards.evaluate import ASIDE
from aigc_guard.training.quality.baseline import baseline_section
from aigc_guard.training.quality.cells import number, spread
from aigc_guard.training.quality.checks_page import (
    mutated_section,
    planted_section,
    swapped_section,
)
from aigc_guard.training.quality.drafts import shares
from aigc_guard.training.quality.floors import FAITHFUL, STATED, Floor, floors

Drafts = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Measured:
    """All that the page says. ``results`` by part, ``models`` name to digest, sizes in MB.

    With ``limit`` 0 the figures are those of the model cards.
    """

    date: str
    limit: int
    results: Mapping[str, Mapping[str, Any]]
    models: Mapping[str, str]
    sizes: Mapping[str, float]
    drafts: Drafts
    baseline: Mapping[str, Any] | None = None


def render(measured: Measured) -> str:
    """The page in Markdown; a part that was not measured has no section."""
    results = measured.results
    lines = [
        "# Quality of the embedded models",
        "",
        *_origin(measured),
        "They are from splits that no training has seen. Intervals are 95 %: bootstrap over texts",
        "for AUC and accuracy, Wilson for shares. A floor that is missed is shown as missed. No",
        "text of the data is repeated here.",
        "",
        "| Model | Digest | Size |",
        "|---|---|---|",
    ]
    for name, digest in measured.models.items():
        lines.append(f"| {name} | `{digest[:16]}` | {measured.sizes.get(name, 0):.1f} MB |")
    lines += ["", "## Floors", "", *_floor_table(floors(results))]
    for title, part, table in (
        ("Toxicity in English, by source", "guard-en.toxicity", _sources),
        ("Reliability", "guard-en.reliability", _reliability),
        ("The words behind a finding", "guard-en.causes", _causes),
        ("Bad sentences in clean drafts", "guard-en.planted", planted_section),
        ("Disguised texts", "guard-en.attacks", _attacks),
        ("Bias: harmless templates by identity term", "guard-en.identity", _identity),
        ("Bias: outcomes with identity terms swapped", "guard-en.swapped", swapped_section),
        ("Names in English", "guard-en.names", _names),
        ("Identifiers", "guard-en.identifiers", _identifiers),
        ("Toxicity in Chinese, by source", "guard-zh.toxicity", _sources),
        ("Names in Chinese", "guard-zh.names", _names),
        ("Drafts in which one thing was changed", "checks.mutated", mutated_section),
    ):
        if results.get(part):
            lines += ["", f"## {title}", "", *table(results[part])]
    lines += _writers(results)
    lines += baseline_section(measured.baseline)
    lines += _drafts(measured.drafts)
    return "\n".join(lines) + "\n"


def _origin(measured: Measured) -> list[str]:
    if not measured.limit:
        return [
            f"Written on {measured.date} from the model cards: the figures are those that were",
            "measured when the models were exported. `make quality DATA=DIR` measures them anew.",
        ]
    return [
        f"Measured on {measured.date} by `make quality DATA=DIR`, at most {measured.limit} texts",
        "per source, with the checks and the decoder as they ship.",
    ]


def _with_interval(row: Any) -> str:
    if not isinstance(row, Mapping):
        return "–"
    return number(row.get("value")) + spread(row.get("low"), row.get("high"))


def _floor_table(rows: Sequence[Floor]) -> list[str]:
    lines = ["| Figure | Measured | Floor | |", "|---|---|---|---|"]
    for row in rows:
        digits = 4 if row.floor < 0.1 else 3
        value = number(row.value, digits) + spread(row.low, row.high, digits)
        lines.append(f"| {row.title} | {value} | {row.side} {row.floor:g} | {row.verdict} |")
    counts = {word: sum(row.verdict == word for row in rows) for word in ("met", "**missed**")}
    lines += ["", f"{counts['met']} floors met, {counts['**missed**']} missed, "
              f"{len(rows) - sum(counts.values())} not measured."]  # fmt: skip
    return lines


def _sources(found: Mapping[str, Any]) -> list[str]:
    labels = sorted({label for own in found.values() for label in own} - {"accuracy_at_half"})
    labels = [*sorted(labels, key=lambda label: (label != "toxicity", label)), "accuracy_at_half"]
    heads = [label.replace("_at_half", " at 0.5").replace("_", " ") for label in labels]
    lines = ["AUC of the ROC curve per label, and the accuracy of the highest score at 0.5.", "",
             "| Source | Texts | " + " | ".join(heads) + " |",
             "|---|---|" + "---|" * len(labels)]  # fmt: skip
    for source, own in sorted(found.items()):
        cells = [_with_interval(own.get(label)) for label in labels]
        texts = max((row.get("n", 0) for row in own.values()), default=0)
        lines.append(f"| {source} | {texts} | " + " | ".join(cells) + " |")
    return lines


def _reliability(found: Mapping[str, Any]) -> list[str]:
    lines = [f"{found.get('n')} texts of the test splits. A score is not a probability: 0.5 is the",
             "best single cut, and this is what lies behind each score.", "",
             "| Score | Texts | Toxic |", "|---|---|---|"]  # fmt: skip
    for row in found.get("bins", ()):
        start = float(row["from"])
        share = number(row["toxic"], 2) + spread(row["low"], row["high"], 2)
        lines.append(f"| {start:.1f}–{start + 0.1:.1f} | {row['texts']} | {share} |")
    return [*lines, "", "```", str(found.get("report", "")).rstrip(), "```"]


def _causes(found: Mapping[str, Any]) -> list[str]:
    return [
        f"Characters that people marked as toxic (SemEval-2021 task 5, test split), in the "
        f"{found.get('flagged')} of",
        f"{found.get('texts')} comments in which a sentence is flagged: mean F1 per comment.", "",
        "| What is shown | F1 |", "|---|---|",
        f"| the words that flag by themselves | {_with_interval(found.get('words'))} |",
        f"| the whole sentence | {_with_interval(found.get('sentences'))} |",
    ]  # fmt: skip


def _attacks(found: Mapping[str, Any]) -> list[str]:
    lines = [f"Recall at 0.5 on {found.get('n')} toxic texts with strong words, each of these",
             f"disguised. Plain: {number(found.get('plain'))}.", "",
             "| Disguise | Recall lost, points |", "|---|---|"]  # fmt: skip
    lost = found.get("lost_points", {})
    return lines + [f"| {name.replace('_', ' ')} | {number(v, 1)} |" for name, v in lost.items()]


def _identity(found: Mapping[str, Any]) -> list[str]:
    between_terms = number(found.get("largest_gap_between_terms_points"), 1)
    lines = [
        f"All {found.get('templates')} harmless sentences of the held-out templates. Toxic at 0.5:",
        f"{number(found.get('false_positive_rate'))} of all; largest gap between two groups:",
        f"{number(found.get('largest_gap_points'), 1)} points; between two single terms "
        f"(about 20 sentences each): {between_terms} points.",
        f"Toxic templates found: {number(found.get('recall_on_toxic_templates'))} of "
        f"{found.get('toxic_templates')}. Of {found.get('swapped_pairs')} real texts whose "
        f"identity terms were exchanged, {found.get('flips')} changed sides.",
        "",
        "| Group | False positives |",
        "|---|---|",
        *(f"| {name} | {number(rate)} |" for name, rate in found.get("groups", {}).items()),
        "",
    ]
    rates = found.get("rates", {})
    if not rates:
        return [*lines, "No term has a false positive."]
    lines += ["| Term | False positives |", "|---|---|"]
    worst = sorted(rates.items(), key=lambda item: (-item[1], item[0]))
    return [*lines, *(f"| {term} | {number(rate)} |" for term, rate in worst),
            "", "Terms that are not listed have none."]  # fmt: skip


def _names(found: Mapping[str, Any]) -> list[str]:
    lines = ["Exact spans with their label; `touched` counts values found at least in part."]
    if any(ASIDE in own for own in found.values()):
        lines += [
            "`all, unmarked aside` leaves out what is found at a capital of a template's own",
            "words, which the set does not mark: a band or a magazine, as often as not.",
        ]
    lines += ["", "| Source | Label | Values | Precision | Recall | F1 |",
              "|---|---|---|---|---|---|"]  # fmt: skip
    for source, own in sorted(found.items()):
        for label, row in own.items():
            cells = " | ".join(number(row.get(key)) for key in ("precision", "recall", "f1"))
            lines.append(f"| {source} | {label} | {number(row.get('n'))} | {cells} |")
    return lines


def _identifiers(found: Mapping[str, Any]) -> list[str]:
    from aigc_guard.training.quality.intervals import wilson

    lines = ["Values made by their own rules among look-alike numbers (`made`), and two corpora.",
             "", "| Source | Label | Values | Recall | Precision |",
             "|---|---|---|---|---|"]  # fmt: skip
    for source, own in sorted(found.items()):
        for label, row in own.items():
            low, high = wilson(round(row["recall"] * row["n"]), row["n"])
            recall = number(row["recall"]) + spread(low, high)
            precision = number(row["precision"])
            lines.append(f"| {source} | {label} | {row['n']} | {recall} | {precision} |")
    return lines


def _writers(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    bench = [(d, results[f"writer-en.{d}"]) for d in ("laptop", "tv", "viggo")
             if results.get(f"writer-en.{d}")]  # fmt: skip
    if bench:
        yield from ("", "## Writers: data to text", "",
                    "Slot error counts missing, repeated and invented values over all values.",
                    "", "| Test set | Orders | Slots | Slot error | BLEU-4 |",
                    "|---|---|---|---|---|")  # fmt: skip
    for domain, row in bench:
        error = number(row.get("slot_error"), 4)
        error += spread(row.get("slot_error_low"), row.get("slot_error_high"), 4)
        slots = row.get("slots", row.get("items"))
        bleu = number(row.get("bleu4")) + spread(row.get("bleu4_low"), row.get("bleu4_high"))
        yield f"| {domain} | {row.get('acts')} | {slots} | {error} | {bleu} |"
    people = (results.get("writer-en.viggo") or {}).get("aligner_error_on_people")
    if people is not None:
        yield from ("", f"ViGGO's aligner finds {number(people, 4)} on the texts people wrote.")
    kinds = [
        (part.partition(".")[2], results[part])
        for part in (*FAITHFUL, *STATED)
        if results.get(part)
    ]
    if kinds:
        yield from ("", "## Writers: briefs from unseen texts", "",
                    "| Kind | Briefs | Faithful | What failed |", "|---|---|---|---|")  # fmt: skip
    for kind, row in kinds:
        share = number(row.get("faithful")) + spread(row.get("low"), row.get("high"))
        reasons = row.get("reasons", {})
        failed = ", ".join(f"{n} {why.rstrip(':')}" for why, n in sorted(reasons.items()))
        yield f"| {kind} | {row.get('briefs')} | {share} | {failed or 'nothing'} |"


def _drafts(drafts: Drafts) -> Iterator[str]:
    if not drafts:
        return
    yield from ("", "## Drafts", "",
                "Drawn by a seed from the sample briefs. The line below each is what the programme",
                "itself says of it; personal values are masked, toxic texts withheld.")  # fmt: skip
    for kind, rows in drafts.items():
        yield from ("", f"### {kind}: {shares(drafts)[kind]} faithful")
        for row in rows:
            yield from ("", f"**{row['brief']}**", "")
            yield from (f"> {line}".rstrip() for line in row["text"].splitlines() or ["(empty)"])
            yield from ("", f"*{row['judgement']}*")
