"""Fit a guard's wide part: ``python -m aigc_guard.training.guards.wide DATA FOLDER``.

A logistic regression over word pieces learns from comments and tweets, each beside a disguised copy
with other identity terms, what the pieces say of ``toxicity`` by themselves. A share of it goes
into ``wide.safetensors`` beside the guard's weights (``aigc_guard.checks.guard_wide``), names of
groups at nought, and the labels are calibrated anew. Regularisation and share were chosen on the
development split.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.checks.guard_folder import read_config
from aigc_guard.checks.guard_wide import BIAS, PREFIX
from aigc_guard.text import fold
from aigc_guard.training.guards.attacks import Disguises, identity_terms, swap_identity
from aigc_guard.training.guards.card import add_facts
from aigc_guard.training.guards.frames import GROUP_WORDS
from aigc_guard.training.guards.records import UNKNOWN, ToxicText
from aigc_guard.training.guards.ship import calibration, found_shifts, mixed_split
from aigc_guard.training.guards.toxic_sources import load_toxic, obscene_words

FILE = "wide.safetensors"
LABEL = "toxicity"
SOURCES = ("wiki", "wiki6", "balanced", "civil", "tweets")
SHARE = 0.3
"""Of the regression's logit, so that the trunk keeps the last word."""
STRENGTH = 1.0
"""sklearn's C."""
COPY_WEIGHT = 0.5
_LONGEST = 2000


def write_wide_part(data: Path, folder: Path, *, seed: int = 5) -> dict[str, Any]:
    """Fit, write and calibrate; gives what the card says. ``folder`` is a guard's, as shipped."""
    import numpy as np
    from transformers import AutoTokenizer

    (folder / FILE).unlink(missing_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    records = load_toxic(data)
    weights = SHARE * fitted(training_texts(records, data, seed), tokenizer)
    config = read_config(folder)
    labels = [config["id2label"][key] for key in sorted(config["id2label"], key=int)]
    _write({PREFIX + LABEL: weights}, folder)
    rows = mixed_split(records, "dev")
    found = found_shifts(folder, rows, labels, chinese=False)
    bias = np.array([-found[label] for label in labels])
    _write({PREFIX + LABEL: weights, BIAS: bias}, folder)
    wide = {"sources": list(SOURCES), "share": SHARE, "strength": STRENGTH, "label": LABEL}
    return {"wide": wide | {"calibration": calibration(found, rows)["calibration"]}}


def training_texts(
    records: Iterable[ToxicText], data: Path, seed: int
) -> list[tuple[str, bool, float]]:
    """(folded text, toxic, weight) of every record of the sources, and of a disguised copy."""
    rng = random.Random(seed)
    disguises = Disguises(obscene_words(data))
    out = []
    for record in records:
        if record.split != "train" or record.source not in SOURCES or record.targets[0] == UNKNOWN:
            continue
        text, toxic = record.text[:_LONGEST], record.targets[0] >= 0.5
        out.append((fold(text).text, toxic, 1.0))
        copy = disguises.of(swap_identity(text, rng), rng)
        out.append((fold(copy).text, toxic, COPY_WEIGHT))
    return out


def fitted(texts: Sequence[tuple[str, bool, float]], tokenizer: Any) -> Any:
    """(vocabulary,) weights of a logistic regression, groups' names at nought."""
    from sklearn.linear_model import LogisticRegression

    pieces = counted([text for text, _, _ in texts], tokenizer)
    regression = LogisticRegression(C=STRENGTH, max_iter=400)
    regression.fit(
        pieces, [toxic for _, toxic, _ in texts], sample_weight=[weight for *_, weight in texts]
    )
    weights = regression.coef_[0].copy()
    known = tokenizer.get_vocab()
    weights[[known[word] for word in {*identity_terms(), *GROUP_WORDS} if word in known]] = 0.0
    return weights


def counted(texts: Sequence[str], tokenizer: Any) -> Any:
    """(texts, vocabulary) counts of the pieces over the root of how many there are, sparse."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer

    rows = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
    pieces = {number: number for number in range(len(tokenizer))}
    counts = CountVectorizer(analyzer=list, vocabulary=pieces).transform(rows)
    sizes = np.array([[max(1, len(row))] for row in rows])
    return counts.multiply(1.0 / np.sqrt(sizes)).tocsr()


def _write(part: dict[str, Any], folder: Path) -> None:
    """Rounded to float16, as all weights that ship."""
    import torch
    from safetensors.torch import save_file

    tensors = {name: torch.tensor(value).to(torch.float16) for name, value in part.items()}
    save_file(tensors, folder / FILE, metadata={"format": "pt"})
    (folder / FILE).chmod(0o644)


def main(argv: list[str]) -> None:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the training data")
    parser.add_argument("folder", type=Path, help="folder of the guard, which gets the part")
    given = parser.parse_args(argv)
    facts = write_wide_part(given.data, given.folder)
    add_facts(given.folder, facts)
    print(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
