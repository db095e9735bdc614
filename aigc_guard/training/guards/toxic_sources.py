"""English toxicity sources: what each one knows, and which of its records are held out.

A label that a source does not know is UNKNOWN and masked in the loss, never guessed. Splits go by
group of near-duplicates; provided splits are kept.
"""

from __future__ import annotations

import csv
import html
import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from aigc_guard.training.guards.frames import draw_frame
from aigc_guard.training.guards.records import (
    TOXICITY_LABELS,
    UNKNOWN,
    ToxicText,
    bucket,
    group_key,
    read_lines,
)

CLEAN = (0.0,) * len(TOXICITY_LABELS)
_CIVIL = {
    "obscene": "Profane/Obscene",
    "threat": "Threat",
    "insult": "Insult",
    "identity_attack": "Identity based Attack",
}


def targets(**known: float) -> tuple[float, ...]:
    """Targets in label order, UNKNOWN for what is not given."""
    return tuple(float(known.get(label, UNKNOWN)) for label in TOXICITY_LABELS)


def by_group(text: str, test: int = 10, dev: int = 4) -> str:
    """``test`` % of the groups, then ``dev`` %, else train."""
    number = bucket(group_key(text))
    return "test" if number < test else "dev" if number < test + dev else "train"


def obscene_words(data: Path) -> re.Pattern[str]:
    """Strong profanity (severity 2 and up): a weak sign of ``obscene`` in toxic texts only."""
    with (data / "tox_lexicons/profanity_en.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if float(row["severity_rating"]) >= 2.0]
    words = sorted({re.escape(row["text"].lower()) for row in rows}, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(words) + r")\b")


def _wiki_binary(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_jigsaw_wiki_binary/data.jsonl.gz"):
        known = targets(toxicity=1) if row["toxic"] else CLEAN
        yield ToxicText(row["text"], known, "wiki", by_group(row["text"]))


def _wiki_six(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_jigsaw_wiki_6label/data.jsonl.gz"):
        known = targets(
            toxicity=row["toxic"],
            obscene=row["obscene"],
            threat=row["threat"],
            insult=row["insult"],
            identity_attack=row["identity_hate"],
        )
        yield ToxicText(row["text"], known, "wiki6", by_group(row["text"]))


def _balanced(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_jigsaw_balanced_binary/data.jsonl.gz"):
        known = targets(toxicity=1) if row["toxic"] else CLEAN
        yield ToxicText(row["text"], known, "balanced", by_group(row["text"]))


def _civil(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_civil_spans/data.jsonl.gz"):
        people = max(1, row["n_annotators"])
        votes = {label: row["votes"].get(name, 0) / people for label, name in _CIVIL.items()}
        split = by_group(row["text"])
        toxic = 1 - row["not_toxic_votes"] / people
        if split != "train":
            toxic = float(toxic > 0.5)
        known = targets(
            toxicity=max(0.0, toxic), **{name: float(v >= 1 / 3) for name, v in votes.items()}
        )
        yield ToxicText(row["text"], known, "civil", split)


def _wiki_context(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_wiki_context/data.jsonl.gz"):
        known = targets(toxicity=1) if row["toxic"] else CLEAN
        yield ToxicText(row["text"], known, "context", by_group(row["text"], 5, 3))


def _tweets(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_davidson_tweets/data.jsonl.gz"):
        hate = float(row["label"] == "hate")
        known = CLEAN if row["label"] == "neither" else targets(toxicity=1, identity_attack=hate)
        text = re.sub(r"@\w+", "@user", html.unescape(row["text"]))
        yield ToxicText(text, known, "tweets", by_group(row["text"]))


def _sexism(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_edos_sexism/data.jsonl.gz"):
        if row["sexist"]:
            threat = float(row["category"].startswith("1"))
            known = targets(toxicity=1, identity_attack=1, threat=threat)
            yield ToxicText(row["text"], known, "edos", row["split"])


def _stormfront(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_stormfront/data.jsonl.gz"):
        if row["label"] in ("hate", "noHate"):
            hate = float(row["label"] == "hate")
            known = targets(toxicity=1, identity_attack=1) if hate else CLEAN
            number = bucket(row["id"].split("_")[0])
            split = "test" if number < 15 else "dev" if number < 19 else "train"
            yield ToxicText(row["text"], known, "stormfront", split)


def _emoji_hate(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_hatemoji_build/data.jsonl.gz"):
        hate = float(row["hate"])
        split = {"validation": "dev"}.get(row["split"], row["split"])
        known = targets(toxicity=hate, identity_attack=hate, threat=hate * UNKNOWN)
        yield ToxicText(row["text"], known, "hatemoji", split)


def _assistants(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_convabuse/data.jsonl.gz"):
        if row["split"] not in ("train", "valid", "validation", "test"):
            continue
        abusive = row["abusive_votes"] * 2 > row["n_annotators"]
        split = {"valid": "dev", "validation": "dev"}.get(row["split"], row["split"])
        if not abusive:
            yield ToxicText(row["text"], CLEAN, "convabuse", split)
            continue
        kinds = row["types"]
        group = any(kinds.get(name) for name in ("sexist", "racist", "homophobic", "transphobic"))
        known = targets(
            toxicity=1,
            identity_attack=float(group),
            insult=1.0 if kinds.get("intellectual") else UNKNOWN,
        )
        yield ToxicText(row["text"], known, "convabuse", split)


def _implicit(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_toxigen_seeds/data.jsonl.gz"):
        hate = float(row["label"] == "hate")
        known = targets(toxicity=1, identity_attack=1) if hate else CLEAN
        yield ToxicText(row["text"], known, "toxigen", by_group(row["text"], 20, 0))


def _templates(data: Path, cap: int = 3000) -> Iterator[ToxicText]:
    """Identity templates, held out by template, so that no tested phrase was trained on.

    One template makes 72,000 of the 76,000 sentences; ``cap`` of them are enough to train on.
    """
    rows = list(read_lines(data, "tox_wiki_identity_fuzz/madlibs_77k.jsonl.gz"))
    names = sorted({row["template"] for row in rows}, key=lambda name: bucket(name, 1 << 30))
    templates = {name: number for number, name in enumerate(names)}
    counts = Counter(row["template"] for row in rows)
    for row in rows:
        split = "test" if templates[row["template"]] % 3 == 0 else "train"
        size = counts[row["template"]]
        if split == "train" and bucket("madlib:" + row["text"], size) >= cap:
            continue
        known = targets(toxicity=1) if row["toxic"] else CLEAN
        yield ToxicText(row["text"], known, "templates", split)


def _frames(data: Path, count: int = 6000, seed: int = 19) -> Iterator[ToxicText]:
    """The project's own sentences about people; none that the held-out templates hold."""
    held = {group_key(r.text) for r in _templates(data) if r.split == "test"}
    rng = random.Random(seed)
    for _ in range(count):
        text, attacks = draw_frame(rng)
        if group_key(text) not in held:
            known = targets(toxicity=1, identity_attack=1) if attacks else CLEAN
            yield ToxicText(text, known, "frames", "train")


def _fuzzed(data: Path) -> Iterator[ToxicText]:
    for row in read_lines(data, "tox_wiki_identity_fuzz/data.jsonl.gz"):
        known = targets(toxicity=1) if row["toxic"] else CLEAN
        yield ToxicText(row["text"], known, "fuzz", "test")


_DRAFTS = (
    "gen_marketing_products/data.jsonl.gz",
    "gen_marketing_software/data.jsonl.gz",
    "gen_news_onestop/data.jsonl.xz",
    "gen_news_gov/data.jsonl.xz",
    "gen_legal_cuad/clauses.jsonl.gz",
)


def _drafts(data: Path, limit: int = 1500) -> Iterator[ToxicText]:
    """Clean copy, news and clauses: the target domain's negatives (first paragraphs)."""
    for name in _DRAFTS:
        for row in itertools.islice(read_lines(data, name), limit):
            text = max((v for v in row.values() if isinstance(v, str)), key=len, default="")
            if len(text) > 20:
                yield ToxicText(text[:600], CLEAN, "drafts", by_group(text))


_SOURCES: tuple[Callable[[Path], Iterator[ToxicText]], ...] = (
    _wiki_binary, _wiki_six, _balanced, _civil, _wiki_context, _tweets, _sexism, _stormfront,
    _emoji_hate, _assistants, _implicit, _templates, _frames, _fuzzed, _drafts,
)  # fmt: skip


def load_toxic(data: Path) -> list[ToxicText]:
    """Every record once. A group that is held out anywhere is not trained on from elsewhere."""
    records = [record for source in _SOURCES for record in source(data)]
    shared = ("templates", "frames", "drafts")
    held = {group_key(r.text) for r in records if r.split == "test" and r.source not in shared}
    strong = obscene_words(data)
    out: list[ToxicText] = []
    for record in records:
        own = record.split == "test" or record.source in shared
        if not own and group_key(record.text) in held:
            continue
        out.append(_with_weak_obscene(record, strong) if record.split == "train" else record)
    return out


def _with_weak_obscene(record: ToxicText, strong: re.Pattern[str]) -> ToxicText:
    toxicity, obscene, *rest = record.targets
    if toxicity < 0.5 or obscene != UNKNOWN or not strong.search(record.text.lower()):
        return record
    return ToxicText(record.text, (toxicity, 1.0, *rest), record.source, record.split)
