"""Muon for the matrices inside the blocks, AdamW for the rest, in float32 on a CPU.

torch's own Muon orthogonalises in bfloat16, which a CPU without native support does
hundreds of times slower; so the few lines are here.
"""

from __future__ import annotations

from typing import Any

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrix: Any, steps: int = 5) -> Any:
    """Push the singular values of one matrix, or of each of a stack, towards 1 (Newton-Schulz)."""
    a, b, c = COEFFICIENTS
    tall = matrix.size(-2) > matrix.size(-1)
    x = matrix.mT if tall else matrix
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return x.mT if tall else x


def _fused(name: str) -> tuple[int, int]:
    """How many maps lie side by side in a matrix, and in which dimension their outputs do.

    Each is turned for itself: query, key and value of an attention, the four gates of an LSTM.
    """
    if "weight_ih" in name or "weight_hh" in name:
        return 4, 0
    if ".lora_A." in name:  # what all outputs share
        return 1, 1
    if ".lora_B." in name:
        return (3, 0) if "c_attn" in name else (1, 0)
    return (3, 1) if "c_attn" in name else (1, 1)


class MuonAdam:
    """One optimizer over both groups, with the state in one dict so that training resumes."""

    def __init__(self, model: Any, *, muon_rate: float, adam_rate: float) -> None:
        """Sort the parameters: block matrices to Muon, embeddings, norms and biases to AdamW."""
        import torch

        named = dict(model.named_parameters())
        self.matrices = {n: p for n, p in named.items() if p.ndim == 2 and ".h." in n}
        others = [p for n, p in named.items() if n not in self.matrices]
        self.muon_rate, self.adam_rate = muon_rate, adam_rate
        self.momenta = {n: torch.zeros_like(p) for n, p in self.matrices.items()}
        self.adam = torch.optim.AdamW(
            others, lr=adam_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        )

    def step(self, factor: float) -> None:
        """Update every parameter with both learning rates times `factor`, then clear gradients."""
        import torch

        for group in self.adam.param_groups:
            group["lr"] = self.adam_rate * factor
        self.adam.step()
        with torch.no_grad():
            for alike in self._alike().values():
                self._turn(alike, self.muon_rate * factor)
        self.adam.zero_grad(set_to_none=True)
        for parameter in self.matrices.values():
            parameter.grad = None

    def _alike(self) -> dict[tuple[Any, ...], list[str]]:
        """Matrices with gradients, grouped so that one stack of products turns a whole group."""
        groups: dict[tuple[Any, ...], list[str]] = {}
        for name, parameter in self.matrices.items():
            if parameter.grad is not None:
                groups.setdefault((*parameter.shape, *_fused(name)), []).append(name)
        return groups

    def _turn(self, names: list[str], rate: float) -> None:
        import torch

        count, out = _fused(names[0])
        blocks = []
        for name in names:
            gradient = self.matrices[name].grad
            self.momenta[name].lerp_(gradient, 0.05)
            blocks += gradient.lerp(self.momenta[name], 0.95).chunk(count, dim=out)
        turned = orthogonalise(torch.stack(blocks)).unbind()
        scale = max(1.0, blocks[0].size(out) / blocks[0].size(1 - out)) ** 0.5
        for number, name in enumerate(names):
            update = torch.cat(turned[number * count : (number + 1) * count], dim=out)
            self.matrices[name].mul_(1 - 0.01 * rate)
            self.matrices[name].add_(update, alpha=-rate * scale)

    def state_dict(self) -> dict[str, Any]:
        """Return all that a resumed run needs."""
        return {"adam": self.adam.state_dict(), "momenta": self.momenta}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue where `state_dict` was taken."""
        self.adam.load_state_dict(state["adam"])
        for name, value in state["momenta"].items():
            self.momenta[name].copy_(value)
