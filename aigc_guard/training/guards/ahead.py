"""What a training runs on: its device, and processes that draw views ahead for a fast one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aigc_guard.training.guards.views import Batch, Views


@dataclass(frozen=True, slots=True)
class Machine:
    """``device`` as torch names it; ``workers`` processes draw views, 0: the training itself does.

    A GPU reads views several times faster than one process draws them.
    """

    device: str = "cpu"
    workers: int = 0

    @staticmethod
    def ask(parser: argparse.ArgumentParser) -> None:
        """Add both to a command line."""
        parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1 …")
        parser.add_argument("--workers", type=int, default=0, help="processes that draw views")

    def fed(self, views: Views, steps: int) -> Views | Ahead:
        """The same batches, drawn here or ahead."""
        return Ahead(views, steps, self.workers) if self.workers else views


CPU = Machine()


class Ahead:
    """The batches of ``views`` in their order, each block drawn by one of ``workers`` processes.

    Steps have to be asked for in their order; the first one may be any, so a training resumes.
    """

    def __init__(self, views: Views, steps: int, workers: int) -> None:
        self._views, self._steps, self._workers = views, steps, workers
        self._blocks: Iterator[tuple[int, list[Batch]]] | None = None
        self._block: tuple[int, list[Batch]] = (-1, [])

    def batch(self, step: int) -> Batch:
        """The batch of ``step``."""
        number, index = divmod(step, self._views.per_block)
        if self._blocks is None:
            self._blocks = enumerate(self._loader(number), number)
        while self._block[0] != number:
            self._block = next(self._blocks)
        return self._block[1][index]

    def _loader(self, first: int) -> Any:
        from torch.utils.data import DataLoader

        last = (self._steps - 1) // self._views.per_block
        return DataLoader(
            _Blocks(self._views),  # type: ignore[arg-type]  # has what a map-style one needs
            batch_size=None,
            sampler=range(first, last + 1),
            num_workers=self._workers,
            prefetch_factor=4,
        )


class _Blocks:
    """What a worker asks: block by number."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def __getitem__(self, number: int) -> list[Batch]:
        return self._views.block(number)
