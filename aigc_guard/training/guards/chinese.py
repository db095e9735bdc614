"""Train the Chinese guard from nothing, by characters.

``python -m aigc_guard.training.guards.chinese DATA FOLDER --words jieba/dict.txt``
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aigc_guard.text import fold
from aigc_guard.training.guards import chinese_people, chinese_places
from aigc_guard.training.guards.ahead import CPU, Machine
from aigc_guard.training.guards.chinese_sources import (
    LABELS,
    Names,
    load_chinese_names,
    load_chinese_toxic,
)
from aigc_guard.training.guards.chinese_words import WORD_TAGS, WordList, WordTagger
from aigc_guard.training.guards.fit import Beside, fit, parameter_groups
from aigc_guard.training.guards.model import build
from aigc_guard.training.guards.views import Mix, Views
from aigc_guard.training.loop import LoopSettings

MIX = Mix(
    toxic_shares={"cold": 0.62, "swsr": 0.15, "clean": 0.16, "lexicon": 0.07},
    name_shares={"uner": 0.4, "refilled": 0.6},
    toxic_batches=4,
    name_batches=16,
    batch=32,
    max_tokens=96,
    swapped=0.0,
    disguised=0.0,
)
SHAPE: dict[str, Any] = {
    "hidden_size": 192, "intermediate_size": 768, "num_attention_heads": 6,
    "num_hidden_layers": 3, "max_position_embeddings": 160, "type_vocab_size": 2,
    "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0,
    "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.1,
    "toxicity_labels": len(LABELS),
}  # fmt: skip


def write_vocabulary(texts: Iterable[str], folder: Path, least: int = 3) -> Path:
    """``vocab.txt`` of the folded texts' characters; Latin words are read letter by letter."""
    counts = Counter(char for text in texts for char in fold(text).text if not char.isspace())
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    chars = sorted(c for c, n in counts.items() if n >= least and c not in letters)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = [*special, *letters, *("##" + c for c in letters), *chars]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "vocab.txt"
    path.write_text("\n".join(words) + "\n", encoding="utf-8")
    return path


def run(
    data: Path,
    folder: Path,
    settings: LoopSettings,
    *,
    seed: int = 7,
    words: Path | None = None,
    start: Path | None = None,
    machine: Machine = CPU,
) -> Any:
    """Train to the last step, resuming if ``folder`` holds a checkpoint; gives the model.

    With a word list (see ``chinese_words``) words are taught beside the tasks, and its names fill
    sentences. ``start`` is the folder of an earlier training whose weights and vocabulary are
    taken over.
    """
    import torch
    from transformers import BertTokenizerFast

    torch.manual_seed(seed)
    toxic, names = load_chinese_toxic(data, seed), load_chinese_names(data)
    word_list = WordList.load(words) if words else None
    made = Names(names, seed, word_list.names() if word_list else None)
    texts = [r.text for r in toxic if r.split == "train"]
    texts += [r.text for r in names if r.split == "train"]
    texts += 3 * [chinese_people.CHARACTERS + chinese_places.CHARACTERS]
    vocabulary = folder / "vocab.txt"
    if not vocabulary.exists():  # a resumed training keeps its own
        write_vocabulary(texts, folder)
        if start:
            shutil.copyfile(start / "vocab.txt", vocabulary)
    tokenizer = BertTokenizerFast(vocab=str(vocabulary), do_lower_case=True)
    views = Views(toxic, names, tokenizer, MIX, seed=seed, refiller=made)
    config, beside = SHAPE | {"vocab_size": len(tokenizer)}, None
    if word_list:
        config |= {"word_tags": WORD_TAGS}
        beside = Beside(
            WordTagger(word_list, tokenizer.get_vocab()), mask_id=int(tokenizer.mask_token_id)
        )
    guard = build(config)
    if start:
        _take_over(guard, start)
    guard.to(machine.device)
    groups = parameter_groups(guard, freeze_words=False, head_scale=1.0)
    fit(guard, machine.fed(views, settings.steps), settings, folder, groups, beside)
    return guard


def _take_over(guard: Any, start: Path) -> None:
    """Weights of an earlier training; a words head that it lacks stays fresh."""
    import torch

    state = torch.load(start / "checkpoint.pt", weights_only=True, mmap=True)["model"]
    fresh = {k: v for k, v in guard.state_dict().items() if k.startswith("words.")}
    guard.load_state_dict(fresh | state)


def main(argv: list[str]) -> None:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the training data")
    parser.add_argument("folder", type=Path, help="where checkpoints and the vocabulary go")
    parser.add_argument("--words", type=Path, help="dict.txt of jieba 0.42.1: words, beside tasks")
    parser.add_argument("--start", type=Path, help="folder of an earlier training to go on from")
    parser.add_argument("--steps", type=int, default=5500)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bfloat16", action="store_true", help="matrix products in bfloat16")
    Machine.ask(parser)
    given = parser.parse_args(argv)
    settings = LoopSettings(
        steps=given.steps, learning_rate=given.rate, warmup_share=0.08, log_every=100,
        checkpoint_seconds=200, half=given.bfloat16,
    )  # fmt: skip
    run(
        given.data,
        given.folder,
        settings,
        seed=given.seed,
        words=given.words,
        start=given.start,
        machine=Machine(given.device, given.workers),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
