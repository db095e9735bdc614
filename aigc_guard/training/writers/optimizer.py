"""Muon for the matrices inside the blocks, AdamW for the rest, in float32 on a CPU.

torch's own Muon orthogonalises in bfloat16, which a CPU without native support does
hundreds of times slower; so the few lines are here.
"""

from __future__ import annotations

from typing import Any

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrix: Any, steps: int = 5) -> Any:
    """Push the singular values of a matrix towards 1 (Newton-Schulz iteration)."""
    a, b, c = COEFFICIENTS
    tall = matrix.size(0) > matrix.size(1)
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return x.T if tall else x


def _fused(name: str) -> tuple[int, int]:
    """How many maps lie side by side in a matrix, and in which dimension their outputs do.

    Each is turned for itself: query, key and value of an attention, the four gates of an LSTM.
    """
    if "weight_ih" in name or "weight_hh" in name:
        return 4, 0
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
            for name, parameter in self.matrices.items():
                if parameter.grad is None:
                    continue
                momentum = self.momenta[name]
                momentum.lerp_(parameter.grad, 0.05)
                update = parameter.grad.lerp(momentum, 0.95)
                count, out = _fused(name)
                blocks = update.chunk(count, dim=out)
                turned = torch.cat([orthogonalise(block) for block in blocks], dim=out)
                scale = max(1.0, blocks[0].size(out) / blocks[0].size(1 - out)) ** 0.5
                parameter.mul_(1 - 0.01 * self.muon_rate * factor)
                parameter.add_(turned, alpha=-self.muon_rate * factor * scale)
        self.adam.zero_grad(set_to_none=True)
        for parameter in self.matrices.values():
            parameter.grad = None

    def state_dict(self) -> dict[str, Any]:
        """Return all that a resumed run needs."""
        return {"adam": self.adam.state_dict(), "momenta": self.momenta}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue where `state_dict` was taken."""
        self.adam.load_state_dict(state["adam"])
        for name, value in state["momenta"].items():
            self.momenta[name].copy_(value)
