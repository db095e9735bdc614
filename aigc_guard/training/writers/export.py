"""Writes a checkpoint as a model folder: float16 safetensors, tokenizer, config, card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aigc_guard.training.lineage import own_sentences, sets_of
from aigc_guard.training.writers import pairs_authored
from aigc_guard.training.writers.model import new_trunk

SOURCES = (
    ("raw_openstax", "CC-BY-4.0"),
    ("gen_news_gov", "CC0-1.0"),
    ("gen_news_onestop", "CC-BY-SA-4.0"),
    ("gen_news_gum", "CC-BY-2.5, CC-BY-SA-3.0, CC-BY-4.0"),
    ("gen_legal_cuad", "CC-BY-4.0"),
    ("gen_legal_templates", "CC0-1.0, CC-BY-4.0, CC-BY-SA-4.0, Apache-2.0"),
    ("gen_legal_ada", "CC0-1.0"),
    ("gen_marketing_products", "MIT-0, MIT"),
    ("d2t_rnnlg", "Apache-2.0"),
    ("d2t_viggo", "CC-BY-SA-4.0"),
    ("d2t_e2e_cleaned", "CC-BY-SA-4.0"),
    ("d2t_sgd", "CC-BY-SA-4.0"),
    ("d2t_fetaqa", "CC-BY-SA-4.0"),
)


def load_checkpoint(work: Path, stage: str = "pairs") -> tuple[Any, int]:
    """Return the model of a stage's newest checkpoint and the step it was taken at."""
    import torch
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(work / "tokenizer" / "tokenizer.json"))
    state = torch.load(work / stage / "checkpoint.pt", weights_only=True, map_location="cpu")
    weights = state["model"]
    model = new_trunk(
        tokenizer.get_vocab_size(),
        width=weights["transformer.wte.weight"].size(1),
        layers=sum(name.endswith(".ln_1.weight") for name in weights),
    )
    model.load_state_dict(weights)
    return model.eval(), int(state["step"])


def mean_weights(folders: Sequence[Path], shares: Sequence[float] = ()) -> dict[str, Any]:
    """Return the weighted mean of exported writers' weights, by default in equal shares.

    Writers that were trained on from the same one can be averaged, and their mean is often better
    than each (Wortsman et al. 2022, arXiv:2203.05482).
    """
    from aigc_guard.models.weights import load_state

    own = shares or [1 / len(folders)] * len(folders)
    states = [load_state(folder) for folder in folders]
    mean = {
        name: sum(share * state[name].float() for share, state in zip(own, states, strict=True))
        for name in states[0]
    }
    return mean | {"lm_head.weight": mean["transformer.wte.weight"]}


def mix(model: Any, others: Sequence[tuple[Path, float]]) -> None:
    """Bring the exported `others` into `model`, each with its share; the rest stays its own."""
    if not others:
        return
    folders, shares = zip(*others, strict=True)
    mean, own = mean_weights(folders, shares), 1 - sum(shares)
    weights = model.state_dict()
    model.load_state_dict({name: own * weights[name] + mean[name] for name in mean})


def export(
    work: Path,
    folder: Path,
    figures: dict[str, Any] | None = None,
    recipe: str = "",
    others: Sequence[tuple[Path, float]] = (),
    data: Path | None = None,
) -> Path:
    """Write the folder that `models.lock` names; returns it. `others` are mixed in (`mix`).

    With ``data``, the folder that it was trained on, the card names each set by its digest.
    """
    from transformers import PreTrainedTokenizerFast

    model, step = load_checkpoint(work)
    mix(model, others)
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(str(folder), safe_serialization=True)
    PreTrainedTokenizerFast.from_pretrained(str(work / "tokenizer")).save_pretrained(str(folder))
    parameters = sum(p.numel() for p in model.parameters())
    card = {
        "name": folder.name,
        "summary": "English writers (marketing, news, legal): GPT-2 trunk of "
        f"{parameters / 1e6:.1f} M parameters with its own vocabulary, trained from scratch on "
        "delexicalised pairs",
        "licence": "CC-BY-SA-4.0",
        "languages": ["en"],
        "approved_for": ["marketing", "news", "legal"],
        "parameters": parameters,
        "steps": step,
        **({"recipe": recipe} if recipe else {}),
        "trained_on": lineage(data) if data else [],
        "figures": figures or {},
        "limits": "Writes a few sentences from a brief's facts; values are copied through "
        "placeholders. It knows nothing about the world and must be reviewed where the policy "
        "says so.",
    }
    (folder / "model_card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return folder


def lineage(data: Path) -> list[dict[str, str]]:
    """What the shared writer is taught: the sets, and this project's own sentences."""
    return [*sets_of(data, SOURCES), own_sentences(pairs_authored.FILE)]


def main() -> None:
    """Export the newest checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="what it was trained on, for the card")
    parser.add_argument("--figures", type=Path)
    parser.add_argument("--recipe", default="", help="what the card says of how it was trained")
    parser.add_argument(
        "--mix", nargs=2, action="append", metavar=("FOLDER", "SHARE"), default=[],
        help="an exported writer to average with, and its share",
    )  # fmt: skip
    options = parser.parse_args()
    others = [(Path(other), float(share)) for other, share in options.mix]
    figures = json.loads(options.figures.read_text("utf-8")) if options.figures else None
    print(export(options.work, options.out, figures, options.recipe, others, options.data))


if __name__ == "__main__":
    main()
