"""The training loop: AdamW, linear warm-up and decay, clipping, English-dev selection, exact resume.

One loop serves pretraining, intermediate and target training. It runs on whatever `accelerate` finds (CPU, one GPU,
several under `torchrun` or `accelerate launch`); the order of examples is fixed before it starts, so that neither the
number of processes nor an interruption changes which examples a step sees.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from tqdm import tqdm

from xstilts.arithmetic import bf16_slowdown
from xstilts.encoders.batches import IGNORE
from xstilts.encoders.devices import to_device
from xstilts.encoders.flattened import flattened
from xstilts.encoders.loading import check_finite
from xstilts.errors import InputError, NotFinite
from xstilts.seeding import Seeds
from xstilts.threads import processes
from xstilts.training.curve import Curve
from xstilts.training.finite import Watch
from xstilts.training.resume import State, learnt

if TYPE_CHECKING:
    from accelerate import Accelerator

Batch = Mapping[str, torch.Tensor]
Loss = Callable[[torch.nn.Module, Batch, int], torch.Tensor]
Point = Mapping[str, Any]  # a development score: "value", and "tasks" with those it is the mean of
SLOW = 1.5  # times as long as in fp32: from there on bf16 is no help
CURVE_POINTS = 100  # of the loss, kept per training


@dataclass(frozen=True)
class Plan:
    """Everything that defines one training run, beside the model and the data."""

    steps: Sequence[Sequence[Any]]  # the examples of each optimiser step
    collate: Callable[[Sequence[Any], int], dict[str, torch.Tensor]]  # (examples, step) -> tensors
    loss: Loss  # (model, batch, step) -> sum over the labels that are not IGNORE
    lr: float
    warmup: float
    weight_decay: float
    clip: float
    precision: str = "fp32"
    batches: str = "padded"  # or flattened
    accumulate: int = 1
    betas: tuple[float, float] = (0.9, 0.999)
    evaluate_at: frozenset[int] = frozenset()  # after these many steps
    keep_best: bool = False
    tasks: Sequence[str] = ()  # whose step each is, where there are several
    task: str = ""  # the one that there is, for messages

    def task_of(self, step: int) -> str:
        """Whose step it is."""
        return self.tasks[step] if self.tasks else self.task


def learning_rate(step: int, total: int, peak: float, warmup: float) -> float:
    """Linear warm-up over `warmup` x `total` steps, then linear decay to 0; `step` counts from 0."""
    ramp = max(1, round(total * warmup))
    if step < ramp:
        return peak * (step + 1) / ramp
    return peak * (total - step) / max(1, total - ramp)


def fit(
    model: torch.nn.Module,
    plan: Plan,
    seeds: Seeds,
    state: State,
    measure: Callable[[torch.nn.Module], Point] | None = None,
    log: Callable[[int, Mapping[str, float]], None] = lambda step, values: None,
    title: str = "train",
) -> Curve:
    """Train `model` in place; afterwards it holds the selected weights. Continues from `state` if that has some.

    Raises `NotFinite` at the first loss, gradient norm, development score or weight that is NaN or infinite; the saved
    state of such a training is forgotten."""
    accelerator = _accelerator(plan)
    if plan.precision == "bf16" and accelerator.is_main_process:
        warn_of_bf16(title, accelerator.device)
    try:
        if (
            plan.lr / (1 - plan.betas[0]) > torch.finfo(torch.float32).max
        ):  # what AdamW multiplies with in its first step
            raise NotFinite(f"{title}: learning rate {plan.lr:.4g} is too large for 32-bit floats")
        check_finite(dict(model.named_parameters()), f"{title}: before the first step")
        with flattened(model) if plan.batches == "flattened" else nullcontext():
            curve = _fit(accelerator, model, plan, seeds, state, measure, log, title)
        check_finite(dict(model.named_parameters()), f"{title}: after the last step, learning rate up to {plan.lr:.4g}")
    except NotFinite:
        if accelerator.is_main_process:
            state.clear()
        raise
    return curve


def _fit(
    accelerator: Accelerator, model: torch.nn.Module, plan: Plan, seeds: Seeds, state: State,
    measure: Callable[[torch.nn.Module], Point] | None, log: Callable[[int, Mapping[str, float]], None], title: str,
) -> Curve:  # fmt: skip
    optimiser = _optimiser(model, plan)
    curve = Curve()
    best_weights: dict[str, torch.Tensor] = {}
    first = _first(accelerator, state, model, optimiser, curve, best_weights)
    wrapped, optimiser = accelerator.prepare(model, optimiser)
    total, watch = len(plan.steps), Watch(title)
    progress = tqdm(
        total=total, initial=first, desc=title, mininterval=0.5 if os.isatty(2) else 20, ncols=100,
        disable=not accelerator.is_main_process,
    )  # fmt: skip
    state.start_clock()
    with progress, state.telling():
        for step in range(first, total):
            rate = learning_rate(step, total, plan.lr, plan.warmup)
            loss, norm = _step(accelerator, wrapped, optimiser, plan, step, rate, seeds)
            watch.add(step + 1, plan.task_of(step), rate, loss, norm)
            progress.update()
            point = (step + 1) % max(1, total // CURVE_POINTS) == 0
            measured = measure is not None and step + 1 in plan.evaluate_at
            saved = accelerator.is_main_process and state.due(step + 1, total)
            if point or measured or saved or step + 1 == total:
                watch.look()  # waits for the device, so not at every step
            if point:
                value = float(loss)
                progress.set_postfix(loss=f"{value:.3f}", refresh=False)
                own = {"task": plan.tasks[step]} if plan.tasks else {}
                curve.steps.append({"step": step + 1, "loss": round(value, 6), "lr": rate, **own})
                log(step + 1, {"loss": value, "lr": rate})
            if measure and measured:
                found = _measured(measure, model, watch, step + 1, plan.task_of(step), rate)
                curve.dev.append({"step": step + 1, **found})
                log(step + 1, {"dev": found["value"]})
                if not plan.keep_best or curve.best is None or found["value"] > curve.best["value"]:
                    curve.best = curve.dev[-1]
                    best_weights = {k: v.detach().to("cpu", copy=True) for k, v in learnt(model).items()}
                model.train()
            if saved:
                check_finite(
                    dict(model.named_parameters()), f"{watch.at(step + 1, plan.task_of(step), rate)}: after the step"
                )
                state.save(step + 1, model, optimiser, curve, best_weights)
    if best_weights and plan.keep_best:
        model.load_state_dict(best_weights, strict=False)
    return curve


def _measured(
    measure: Callable[[torch.nn.Module], Point], model: torch.nn.Module, watch: Watch, step: int, task: str, rate: float
) -> Point:
    """The development score, whose model and value have to be finite."""
    try:
        found = measure(model)
    except NotFinite as error:
        raise NotFinite(f"{watch.at(step, task, rate)}, development: {error}") from None
    for name, value in found.get("tasks", {}).items():
        watch.check(step, name, rate, {"development score": value})
    watch.check(step, task, rate, {"development score": found["value"]})
    return found


def _first(
    accelerator: Accelerator, state: State, model: torch.nn.Module, optimiser: Any, curve: Curve,
    best: dict[str, torch.Tensor],
) -> int:  # fmt: skip
    """The step to begin with, which must be the same one for all processes: else they would wait for each other."""
    with accelerator.main_process_first():  # it may set the state aside
        first = state.load(model, optimiser, curve, best)
    if accelerator.num_processes > 1:
        from accelerate.utils import gather_object

        found = set(gather_object([first]))
        if len(found) > 1:
            raise InputError(f"{state.folder}: the processes found different saved states, after steps {sorted(found)}")
    return first


def warn_of_bf16(title: str, device: torch.device) -> None:
    """Say once, before a training, that its processor is slow in bf16; a GPU is not asked."""
    if device.type == "cpu" and (times := bf16_slowdown()) > SLOW:
        print(
            f"warning: {title}: optimisation.precision: bf16: a matrix product takes {times:.0f} times as long as in "
            "fp32 on this processor; bf16 is for a GPU",
            file=sys.stderr,
            flush=True,
        )


def _accelerator(plan: Plan) -> Accelerator:
    from accelerate import Accelerator, DistributedDataParallelKwargs

    processes()  # `Accelerator` takes over what is decided there
    # Of several tasks each step uses one head, the others have no gradient.
    handlers = [DistributedDataParallelKwargs(find_unused_parameters=True)] if plan.tasks else []
    return Accelerator(mixed_precision="bf16" if plan.precision == "bf16" else "no", kwargs_handlers=handlers)


def _optimiser(model: torch.nn.Module, plan: Plan) -> torch.optim.AdamW:
    """AdamW with eps 1e-8; no weight decay on biases and layer norms (JIANT shared/model_setup.py).

    Fused, as its square root is then the exact one, which MKL's is not: see `xstilts/arithmetic.py`."""
    trainable = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    plain = [p for name, p in trainable if p.ndim < 2]
    decayed = [p for name, p in trainable if p.ndim >= 2]
    groups = [{"params": decayed, "weight_decay": plan.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=plan.lr, betas=plan.betas, eps=1e-8, fused=True)


def _step(
    accelerator: Accelerator, model: torch.nn.Module, optimiser: Any, plan: Plan, step: int, rate: float, seeds: Seeds
) -> tuple[torch.Tensor, torch.Tensor]:
    """One optimiser step; returns the mean loss over the step's items, and the norm of the gradient before clipping."""
    model.train()
    torch.manual_seed(seeds.integer("dropout", step, accelerator.process_index))
    for group in optimiser.param_groups:
        group["lr"] = rate
    whole = plan.collate(plan.steps[step], step)
    items = max(1, int((whole["labels"] != IGNORE).sum()))
    parts = _parts(whole, accelerator.process_index, accelerator.num_processes, plan.accumulate)
    mean = torch.zeros((), device=accelerator.device)
    for index, part in enumerate(parts):
        batch = to_device(part, accelerator.device)
        # With several processes gradients are averaged once, at the last micro-batch.
        with accelerator.no_sync(model) if index + 1 < len(parts) else nullcontext():
            with accelerator.autocast():
                # The processes' gradients are averaged, so each contributes its sum times their number.
                loss = plan.loss(model, batch, step) * accelerator.num_processes / items
            accelerator.backward(loss)
        mean += loss.detach()
    norm: torch.Tensor = accelerator.clip_grad_norm_(model.parameters(), plan.clip)
    optimiser.step()
    optimiser.zero_grad()
    averaged: torch.Tensor = accelerator.reduce(mean, "mean")
    return averaged, norm.detach()


def _parts(whole: Batch, process: int, processes: int, accumulate: int) -> list[Batch]:
    """The micro-batches (rows) of one process. One without rows gets a row whose labels are all ignored."""
    rows = len(whole["labels"])
    size = -(-rows // (processes * accumulate))
    starts = [(process * accumulate + index) * size for index in range(accumulate)]
    parts: list[Batch] = [{k: v[at : at + size] for k, v in whole.items()} for at in starts if at < rows]
    empty = {k: v[:1] for k, v in whole.items()} | {"labels": torch.full_like(whole["labels"][:1], IGNORE)}
    return parts or [empty]
