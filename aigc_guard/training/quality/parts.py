"""What is measured, by which code and on which data: one entry per part, each resumable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigc_guard.errors import ConfigError
from aigc_guard.records import digest_of
from aigc_guard.training.quality.intervals import wilson, with_intervals

if TYPE_CHECKING:
    from aigc_guard.models import ModelStore

Measure = Callable[["Order"], Mapping[str, Any]]

TOXIC = (
    "tox_lexicons/profanity_en.csv",
    "tox_jigsaw_wiki_binary/data.jsonl.gz",
    "tox_jigsaw_wiki_6label/data.jsonl.gz",
    "tox_jigsaw_balanced_binary/data.jsonl.gz",
    "tox_civil_spans/data.jsonl.gz",
    "tox_wiki_context/data.jsonl.gz",
    "tox_davidson_tweets/data.jsonl.gz",
    "tox_edos_sexism/data.jsonl.gz",
    "tox_stormfront/data.jsonl.gz",
    "tox_hatemoji_build/data.jsonl.gz",
    "tox_convabuse/data.jsonl.gz",
    "tox_toxigen_seeds/data.jsonl.gz",
    "tox_wiki_identity_fuzz/madlibs_77k.jsonl.gz",
    "tox_wiki_identity_fuzz/data.jsonl.gz",
    "gen_marketing_products/data.jsonl.gz",
    "gen_marketing_software/data.jsonl.gz",
    "gen_news_onestop/data.jsonl.xz",
    "gen_news_gov/data.jsonl.xz",
    "gen_legal_cuad/clauses.jsonl.gz",
)
NAMED = (
    "pii_contextual_docs/data.jsonl.gz",
    "pii_presidio_synth/data.jsonl.gz",
    "ner_btc/data.jsonl.gz",
    "ner_crossner/data.jsonl.gz",
    "ner_sec_filings/data.jsonl.gz",
    "ner_wikigold/data.jsonl.gz",
    "ner_wnut17/data.jsonl.gz",
)
CHINESE = (
    "tox_zh_cold/data.jsonl.gz",
    "tox_zh_swsr/data.jsonl.gz",
    "tox_lexicons/ldnoobw_zh.txt",
    "gen_legal_zh_laws/data.jsonl.xz",
)
LEGAL = (
    "gen_legal_cuad/clauses.jsonl.gz",
    "gen_legal_templates/documents.jsonl.gz",
    "gen_legal_templates/accord_templates.jsonl.gz",
)
NEWS = (
    "gen_news_gov/data.jsonl.xz",
    "gen_news_onestop/data.jsonl.xz",
    "gen_news_gum/data.jsonl.gz",
)
PRODUCTS = ("gen_marketing_products/data.jsonl.gz",)
MIXED = ("wiki", "tweets", "civil", "stormfront", "hatemoji")


@dataclass(frozen=True)
class Order:
    """One measurement to make: on which data, of which verified model folder, how many texts."""

    data: Path
    folder: Path
    limit: int
    kinds: Path


@dataclass(frozen=True)
class Part:
    """A measurement by name. ``model`` is its entry of the lock, ``needs`` its data files.

    Without a model the checks themselves are measured: their versions stand for a digest.
    """

    name: str
    model: str
    measure: Measure
    needs: Sequence[str]


def missing_data(data: Path, parts: Sequence[Part]) -> list[str]:
    """The data files that ``parts`` need and the folder does not have."""
    return sorted({name for part in parts for name in part.needs if not (data / name).is_file()})


@lru_cache(maxsize=2)
def _toxic(data: Path) -> list[Any]:
    from aigc_guard.training.guards.toxic_sources import load_toxic

    return load_toxic(data)


def _sources(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.guards.evaluate import by_source

    return by_source(order.folder, _toxic(order.data), order.limit)


def _attacks(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.guards.evaluate import under_attack

    return under_attack(order.folder, _toxic(order.data), order.data, min(400, order.limit))


def _identity(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.guards.identity import identity

    return identity(order.folder, _toxic(order.data), order.limit)


def _planted(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.guards.planted import planted

    return planted(order.folder, _toxic(order.data), min(400, order.limit))


def _causes(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.guards.cause_figures import cause_figures

    return cause_figures(order.folder, order.data, order.limit)


def _reliability(order: Order) -> Mapping[str, Any]:
    """How often texts of each score are toxic, and the report of the cut at 0.5."""
    import random

    from sklearn.metrics import classification_report

    from aigc_guard.training.guards.reading import read_scores

    rows = [
        r
        for r in _toxic(order.data)
        if r.split == "test" and r.source in MIXED and r.targets[0] >= 0
    ]
    random.Random(2).shuffle(rows)
    rows = rows[: order.limit]
    truth = [row.targets[0] >= 0.5 for row in rows]
    scores = [s.get("toxicity", 0.0) for s in read_scores(order.folder, [r.text for r in rows])]
    bins = []
    for number in range(10):
        own = [t for s, t in zip(scores, truth, strict=True) if min(9, int(s * 10)) == number]
        if own:
            low, high = wilson(sum(own), len(own))
            bins.append({"from": number / 10, "texts": len(own), "toxic": sum(own) / len(own),
                         "low": low, "high": high})  # fmt: skip
    said = [score >= 0.5 for score in scores]
    report = classification_report(truth, said, target_names=["harmless", "toxic"], digits=3)
    return {"bins": bins, "report": str(report), "n": len(rows)}


def _names(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.guards.evaluate import names
    from aigc_guard.training.guards.name_sources import load_names

    return names(order.folder, load_names(order.data), order.limit)


def _identifiers(order: Order) -> Mapping[str, Any]:
    from aigc_guard.checks.pii.recognizers import analyzer
    from aigc_guard.training.guards.identifiers import evaluate_identifiers

    lean, _ = analyzer(order.folder, None)
    return evaluate_identifiers(lean, order.data, each=min(200, order.limit), limit=order.limit)


def _chinese_sources(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.guards.chinese_sources import LABELS, load_chinese_toxic
    from aigc_guard.training.guards.evaluate import by_source

    records = load_chinese_toxic(order.data)
    return by_source(order.folder, records, order.limit, chinese=True, labels=LABELS)


def _chinese_names(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.guards.chinese_sources import load_chinese_names
    from aigc_guard.training.guards.evaluate import names

    return names(order.folder, load_chinese_names(order.data), order.limit, "zh")


def _mutated(order: Order) -> Mapping[str, Any]:
    from aigc_guard.training.quality.mutated import mutated

    return mutated(order.data, order.limit)


def _swapped_pairs(order: Order) -> Mapping[str, Any]:
    from aigc_guard.checks.interface import Context
    from aigc_guard.config import load_config
    from aigc_guard.models import ModelStore
    from aigc_guard.policy import load_folder
    from aigc_guard.training.quality.swapped import swapped_outcomes

    config = load_config()
    models = ModelStore(config.models)
    context = Context(models=models.facts(), model_loader=models, lists=config.policies)
    return swapped_outcomes(list(load_folder(config.policies)), context, min(1000, order.limit))


@lru_cache(maxsize=1)
def _writer(folder: Path) -> Any:
    from aigc_guard.generators.transformers_lm import LoadedModel

    return LoadedModel(folder)


def _benchmark(domain: str) -> Measure:
    def measure(order: Order) -> Mapping[str, Any]:
        from aigc_guard.training.writers.bench_rnnlg import rnnlg
        from aigc_guard.training.writers.bench_viggo import viggo
        from aigc_guard.training.writers.evaluate import BENCH, BENCH_VIGGO

        writer = _writer(order.folder)
        if domain == "viggo":
            return with_intervals(viggo(writer, order.data, BENCH_VIGGO))
        return with_intervals(rnnlg(writer, order.data, domain, BENCH))

    return measure


def _faithful(kind: str) -> Measure:
    def measure(order: Order) -> Mapping[str, Any]:
        from aigc_guard.training.writers.evaluate import faithful

        found = faithful(order.folder, order.data, order.kinds, kind, limit=order.limit)
        return with_intervals(found)

    return measure


PARTS: tuple[Part, ...] = (
    Part("guard-en.toxicity", "guard-en", _sources, TOXIC),
    Part("guard-en.reliability", "guard-en", _reliability, TOXIC),
    Part("guard-en.causes", "guard-en", _causes, ("tox_civil_spans/semeval2021.jsonl.gz",)),
    Part("guard-en.attacks", "guard-en", _attacks, TOXIC),
    Part("guard-en.planted", "guard-en", _planted, TOXIC),
    Part("guard-en.identity", "guard-en", _identity, TOXIC),
    Part("guard-en.names", "guard-en", _names, NAMED),
    Part("guard-en.identifiers", "guard-en", _identifiers, NAMED[:2]),
    Part("guard-zh.toxicity", "guard-zh", _chinese_sources, CHINESE),
    Part("guard-zh.names", "guard-zh", _chinese_names, ("ner_zh_uner_gsd/data.jsonl.gz",)),
    Part("guard-en.swapped", "guard-en", _swapped_pairs, ()),
    Part("checks.mutated", "", _mutated, NEWS[:2] + LEGAL[:1]),
    Part("writer-en.laptop", "writer-en", _benchmark("laptop"), ("d2t_rnnlg/data.jsonl.gz",)),
    Part("writer-en.tv", "writer-en", _benchmark("tv"), ("d2t_rnnlg/data.jsonl.gz",)),
    Part("writer-en.viggo", "writer-en", _benchmark("viggo"), ("d2t_viggo/data.jsonl.gz",)),
    Part("writer-legal-en.legal", "writer-legal-en", _faithful("legal"), LEGAL),
    Part("writer-news-en.news", "writer-news-en", _faithful("news"), NEWS),
    Part("writer-marketing-en.marketing", "writer-marketing-en", _faithful("marketing"), PRODUCTS),
)


def digest_of_part(part: Part, models: ModelStore) -> str | None:
    """What a kept result belongs to; None when the part's model is not in the lock."""
    from aigc_guard.checks.catalogue import check_types

    if part.model and part.model not in models.entries:
        return None
    model = models.entry(part.model).digest if part.model else ""
    return digest_of(
        {"model": model, "checks": {name: kind.version for name, kind in check_types().items()}}
    )


def chosen_parts(names: Sequence[str]) -> tuple[Part, ...]:
    """The parts whose names begin with one of ``names``; all when none is given."""
    unknown = [n for n in names if not any(p.name.startswith(n) for p in PARTS)]
    if unknown:
        raise ConfigError(
            f"there is no part {unknown[0]!r}",
            hint="parts: " + ", ".join(part.name for part in PARTS),
        )
    return tuple(p for p in PARTS if not names or any(p.name.startswith(n) for n in names))
