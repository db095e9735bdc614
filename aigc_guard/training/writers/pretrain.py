"""First stage: the tokenizer, then modern prose, packed into full windows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from aigc_guard.training.writers.loop import Plan, train
from aigc_guard.training.writers.model import ask_shape, asked_writer
from aigc_guard.training.writers.sources import group_of, prose, read_records, tidy
from aigc_guard.training.writers.splits import split_of
from aigc_guard.training.writers.tokenizer import save_tokenizer, train_tokenizer

PAIR_FILES = (
    "d2t_rnnlg/data.jsonl.gz",
    "d2t_viggo/data.jsonl.gz",
    "d2t_e2e_cleaned/data.jsonl.gz",
    "d2t_fetaqa/data.jsonl.gz",
    "gen_marketing_products/data.jsonl.gz",
    "gen_marketing_software/data.jsonl.gz",
    "gen_legal_cuad/clauses.jsonl.gz",
)


def tokenizer_texts(data: Path, paragraphs: list[str]) -> list[str]:
    """Collect what the vocabulary is learnt from: training prose, and pairs that no test holds."""
    texts = list(paragraphs)
    for name in PAIR_FILES:
        source = name.partition("/")[0]
        for record in read_records(data / name):
            split = record.get("split") or split_of(group_of(source, record))
            if split == "train":
                texts.append(tidy(str(record["text"]))[:1000])
    return texts


def pack(tokenizer: Any, paragraphs: list[str], window: int) -> Any:
    """Return a tensor of full windows of token ids, texts divided by `<eos>`."""
    import torch

    ids: list[int] = []
    for encoding in tokenizer.encode_batch(paragraphs):
        ids.append(1)
        ids.extend(encoding.ids)
        ids.append(2)
    count = len(ids) // window
    return torch.tensor(ids[: count * window]).view(count, window)


def main() -> None:
    """Train the tokenizer and the trunk's first stage."""
    import torch
    from tokenizers import Tokenizer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--characters", type=int, default=7_000_000)
    parser.add_argument("--vocabulary", type=int, default=5120)
    parser.add_argument("--steps", type=int, default=420)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--bfloat16", action="store_true", help="products in bfloat16")
    ask_shape(parser)
    parser.add_argument("--tokenizer", type=Path, help="take this tokenizer.json, train none")
    options = parser.parse_args()
    torch.manual_seed(11)
    paragraphs = prose(options.data, options.characters)
    if options.tokenizer:
        tokenizer = Tokenizer.from_file(str(options.tokenizer))
    else:
        tokenizer = train_tokenizer(tokenizer_texts(options.data, paragraphs), options.vocabulary)
    save_tokenizer(tokenizer, options.out / "tokenizer")
    windows = pack(tokenizer, paragraphs, 256)
    model = asked_writer(tokenizer.get_vocab_size(), options)
    size = sum(p.numel() for p in model.parameters())
    print(f"windows {tuple(windows.shape)}, parameters {size}", flush=True)
    order = torch.randperm(len(windows), generator=torch.Generator().manual_seed(5))

    def loss_at(step: int) -> Any:
        rows = [int(order[(step * options.batch + i) % len(order)]) for i in range(options.batch)]
        batch = windows[rows].to(options.device)
        with torch.autocast(batch.device.type, torch.bfloat16, enabled=options.bfloat16):
            return model(input_ids=batch, labels=batch, use_cache=False).loss

    train(model, loss_at, Plan(steps=options.steps, decay_share=0.3), options.out / "prose")


if __name__ == "__main__":
    main()
