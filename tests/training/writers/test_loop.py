"""Training resumes where it stopped and sees the same batches as an unbroken run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.training.writers.export import mix
from aigc_guard.training.writers.finetune import batch_loss, first_weights
from aigc_guard.training.writers.loop import Plan, rate_factor, train
from aigc_guard.training.writers.mixture import Encoded
from aigc_guard.training.writers.model import new_trunk
from aigc_guard.training.writers.optimizer import orthogonalise


def model_and_loss() -> tuple[Any, Callable[[int], Any]]:
    import torch

    torch.manual_seed(4)
    model = new_trunk(40, width=32, layers=1, context=16)
    pairs = [Encoded(tuple((n * k) % 39 + 1 for k in range(1, 9)), 3) for n in range(1, 7)]
    return model, lambda step: batch_loss(model, [pairs[step % 6], pairs[(step + 2) % 6]])


def test_a_resumed_run_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    import torch

    plan = Plan(steps=8, warmup=2, checkpoint_seconds=1e9)
    whole, loss = model_and_loss()
    train(whole, loss, plan, tmp_path / "whole")

    class Stopped(Exception):
        pass

    def stopping(inner: Callable[[int], Any]) -> Callable[[int], Any]:
        def loss_at(step: int) -> Any:
            if step == 5:
                raise Stopped
            return inner(step)

        return loss_at

    broken, loss = model_and_loss()
    every_step = Plan(steps=8, warmup=2, checkpoint_seconds=0.0)
    with pytest.raises(Stopped):
        train(broken, stopping(loss), every_step, tmp_path / "broken")
    again, loss = model_and_loss()
    train(again, loss, plan, tmp_path / "broken")
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_a_student_comes_to_predict_as_its_teacher(tmp_path: Path) -> None:
    """The teacher knows the pairs; the student is compared with it on what it says of them."""
    import torch

    teacher, loss = model_and_loss()
    train(teacher, loss, Plan(steps=60, warmup=2, checkpoint_seconds=1e9), tmp_path / "teacher")
    teacher.eval().requires_grad_(False)
    torch.manual_seed(9)
    student = new_trunk(40, width=32, layers=1, context=16)
    pairs = [Encoded(tuple((n * k) % 39 + 1 for k in range(1, 9)), 3) for n in range(1, 7)]
    ids = torch.tensor([pair.ids for pair in pairs])

    def apart() -> float:
        with torch.no_grad():
            said, told = (
                m(input_ids=ids).logits[:, 3:].log_softmax(-1) for m in (student, teacher)
            )
        return float((told.exp() * (told - said)).sum(-1).mean())

    before = apart()
    plan = Plan(steps=60, warmup=2, checkpoint_seconds=1e9)
    train(student, lambda _: batch_loss(student, pairs, [teacher]), plan, tmp_path / "student")
    assert apart() < 0.3 * before


def test_a_stack_of_matrices_is_turned_as_each_alone() -> None:
    import torch

    stack = torch.randn(3, 8, 5, generator=torch.Generator().manual_seed(1))
    alone = torch.stack([orthogonalise(matrix) for matrix in stack])
    assert torch.allclose(orthogonalise(stack), alone, atol=1e-5)


def test_the_loss_falls(tmp_path: Path) -> None:
    model, loss = model_and_loss()
    before = float(loss(0).detach())
    train(model, loss, Plan(steps=30, warmup=2, checkpoint_seconds=1e9), tmp_path)
    assert float(loss(0).detach()) < 0.8 * before


def test_rates_warm_up_and_fall() -> None:
    plan = Plan(steps=100, warmup=10, decay_share=0.5)
    assert rate_factor(0, plan) < rate_factor(9, plan) == 1.0
    assert rate_factor(50, plan) == 1.0
    assert rate_factor(99, plan) < 0.1


def test_training_goes_on_from_the_mean_of_writers(tmp_path: Path) -> None:
    import torch

    starts = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        starts.append(tmp_path / str(seed))
        new_trunk(40, width=32, layers=1, context=16).save_pretrained(str(starts[-1]))
    one, other = (first_weights(tmp_path, [start]) for start in starts)
    mean = first_weights(tmp_path, starts)
    assert any(not torch.equal(one[name], other[name]) for name in mean)
    assert all(torch.allclose(mean[n], (one[n] + other[n]) / 2) for n in mean)
    model = new_trunk(40, width=32, layers=1, context=16)
    model.load_state_dict(one)
    mix(model, [(starts[0], 0.25), (starts[1], 0.5)])
    mixed = model.state_dict()
    assert all(torch.allclose(mixed[n], (one[n] + other[n]) / 2, atol=1e-7) for n in mean)
