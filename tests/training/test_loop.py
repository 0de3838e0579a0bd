"""The training loop against a plain torch loop, and its promises: exact resume, accumulation, selection."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from tests.texts import LINES
from xstilts.encoders.batches import Example
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.seeding import Seeds
from xstilts.training import loop, resume
from xstilts.training.curve import Curve, collapse
from xstilts.training.loop import Plan, fit, learning_rate
from xstilts.training.order import grouped_batches
from xstilts.training.resume import State, fingerprint

SEEDS = Seeds("1/test")
STEPS = 10
LABELS = ("a", "b", "c")


def rows(family: str) -> list[dict[str, Any]]:
    """Forty made-up rows of a family, in lengths from short to long."""
    lines, found = list(LINES.values()), list[dict[str, Any]]()
    for n in range(40):
        one, two = lines[n % 16], " ".join(lines[(5 * n + 3) % 16].split()[: 1 + n % 5])
        if family == "classification":
            found.append({"id": str(n), "text_a": one, "text_b": two, "label": LABELS[n % 3]})
        elif family == "tagging":
            words = f"{one} {two}".split()[: 1 + n % 9]
            found.append({"id": str(n), "words": words, "tags": [LABELS[(n + i) % 3] for i in range(len(words))]})
        elif family == "choice":
            found.append({"id": str(n), "prompt": one, "choices": [two, one[:5], two[::-1]], "label": n % 3})
        else:
            answer = one.split()[-1]
            start = [one.index(answer)]
            found.append({"id": str(n), "context": one, "question": two, "answers": [answer], "starts": start})
    return found


def examples(family: str, tokenizer: Tokenizer) -> list[Example]:
    settings = {"max_length": 64, "stride": 16, "question_length": 16}
    found: list[Example] = part(family, "learning.encode").encode(rows(family), LABELS, tokenizer, **settings)[0]
    return found


def build(family: str, folder: Path) -> Any:
    torch.manual_seed(7)
    return part(family, "learning.head").build(folder, LABELS)


def plan(family: str, given: Sequence[Example], **change: Any) -> Plan:
    """Ten steps of eight examples."""
    head = part(family, "learning.head")
    order = grouped_batches([one.length for one in given], 8, 2, SEEDS)[:STEPS]
    made = Plan(
        steps=[[given[i] for i in step] for step in order], collate=lambda chosen, step: head.collate(chosen, 1),
        loss=lambda model, batch, step: head.loss(model, batch), lr=1e-3, warmup=0.3, weight_decay=0.1, clip=0.5,
    )  # fmt: skip
    return replace(made, **change)


def losses(curve: Curve) -> list[float]:
    return [point["loss"] for point in curve.steps]


def weights(model: torch.nn.Module) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state", "this training")


@pytest.mark.parametrize(("total", "warmup"), [(10, 0.3), (100, 0.1), (7, 0.0), (1000, 0.06)])
def test_learning_rate_is_that_of_transformers_one_step_earlier_in_the_warm_up(total: int, warmup: float) -> None:
    """transformers' first update has rate 0 and so does nothing; ours begins at peak/ramp and reaches the peak with the
    last step of the ramp. From there on both are equal; the last update has peak/(total - ramp), not 0."""
    from transformers import get_linear_schedule_with_warmup

    ramp = max(1, round(total * warmup))
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=2.0)
    schedule = get_linear_schedule_with_warmup(optimiser, ramp, total)
    theirs = []
    for _ in range(total + 1):
        theirs.append(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
    ours = [learning_rate(step, total, 2.0, warmup) for step in range(total)]
    assert ours == pytest.approx([theirs[s + 1] if s < ramp else theirs[s] for s in range(total)])
    assert max(ours) == ours[ramp - 1] == pytest.approx(2.0) and min(ours) > 0


def test_a_training_of_one_step_has_the_peak_rate() -> None:
    assert learning_rate(0, 1, 2.0, 0.1) == 2.0


def reference(model: Any, made: Plan, family: str) -> list[float]:
    """Textbook fine-tuning: mean loss as transformers computes it, AdamW, clipping, a rate for each step."""
    plain = [p for name, p in model.named_parameters() if name.endswith("bias") or "LayerNorm" in name]
    decayed = [p for name, p in model.named_parameters() if not (name.endswith("bias") or "LayerNorm" in name)]
    groups = [{"params": decayed, "weight_decay": made.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, eps=1e-8)
    ramp, total, found = 3, len(made.steps), []
    for number, chosen in enumerate(made.steps):
        rate = made.lr * min((number + 1) / ramp, (total - number) / (total - ramp))
        for group in optimiser.param_groups:
            group["lr"] = rate
        model.train()
        torch.manual_seed(SEEDS.integer("dropout", number, 0))
        batch = made.collate(chosen, number)
        if family == "span":
            batch["start_positions"], batch["end_positions"] = batch.pop("labels").unbind(1)
        loss = model(**batch).loss
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), made.clip)
        optimiser.step()
        found.append(float(loss.detach()))
    return found


# A number that is added to all inputs of a softmax changes nothing: its gradient is a rounding error, of which AdamW
# makes a whole step, up or down, on each processor as it comes.
UNSEEN = {
    "choice": ("classifier.bias",),
    "span": ("qa_outputs.bias", "roberta.encoder.layer.1.output.LayerNorm.bias"),  # the last bias of each token
}


@pytest.mark.parametrize("family", ["classification", "tagging", "choice", "span"])
def test_the_loop_is_a_plain_torch_loop(family: str, tiny_dropout: Path, tokenizer: Tokenizer, state: State) -> None:
    given = examples(family, tokenizer)
    made = plan(family, given)
    ours, theirs = build(family, tiny_dropout), build(family, tiny_dropout)
    curve = fit(ours, made, SEEDS, state)
    assert losses(curve) == pytest.approx(reference(theirs, made, family), abs=1e-5)
    assert len(set(losses(curve))) == STEPS
    for name, tensor in theirs.state_dict().items():
        if name not in UNSEEN.get(family, ()):
            torch.testing.assert_close(ours.state_dict()[name], tensor, atol=1e-5, rtol=0, msg=name)


@pytest.mark.parametrize("family", ["classification", "tagging", "choice", "span"])
def test_accumulation_changes_nothing(family: str, tiny: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    """The mean is over the whole step's labels, so micro-batches with few labels do not weigh more."""
    given, found = examples(family, tokenizer), []
    for accumulate in (1, 4, 3):
        made = plan(family, given, accumulate=accumulate)
        found.append(losses(fit(build(family, tiny), made, SEEDS, State(tmp_path / str(accumulate), "x"))))
    assert found[1] == pytest.approx(found[0], abs=1e-5)
    assert found[2] == pytest.approx(found[0], abs=1e-5)


def scores() -> Any:
    """A made-up development score: best in the middle."""
    values = iter([10.0, 30.0, 30.0, 20.0, 5.0])
    return lambda model: {"value": next(values)}


class Killed(Exception):
    """Stands for a lost machine."""


def a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up time, in which 3.5 minutes pass from one look at the clock to the next: 10 minutes are three steps."""
    ticks = count()
    monkeypatch.setattr(resume, "monotonic", lambda: 210.0 * next(ticks))


@pytest.mark.parametrize(
    ("stop", "keep_best", "by"), [(2, True, "steps"), (3, False, "steps"), (8, True, "steps"), (5, False, "steps"),
                                  (2, True, "time"), (3, False, "time"), (8, True, "time"), (5, False, "time")],
)  # fmt: skip
def test_interrupted_and_resumed_gives_the_same_bytes(
    stop: int,
    keep_best: bool,
    by: str,
    tiny_dropout: Path,
    tokenizer: Tokenizer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if by == "steps":
        monkeypatch.setenv("XSTILTS_CHECKPOINT_STEPS", "3")
    else:
        a_clock(monkeypatch)
    marks = frozenset({2, 4, 6, 8, 10})
    made = plan("classification", examples("classification", tokenizer), evaluate_at=marks, keep_best=keep_best)
    whole = build("classification", tiny_dropout)
    dev: list[float] = []

    def measure(model: torch.nn.Module) -> dict[str, float]:
        model.eval()
        dev.append(round(float(sum(tensor.abs().sum() for tensor in model.state_dict().values())), 3))
        return {"value": -dev[-1]}

    expected = fit(whole, made, SEEDS, State(tmp_path / "whole", "x"), measure=measure)

    def collate(chosen: Sequence[Any], step: int) -> dict[str, torch.Tensor]:
        if step == stop:
            raise Killed
        return made.collate(chosen, step)

    folder = tmp_path / "killed"
    with pytest.raises(Killed):
        fit(
            build("classification", tiny_dropout),
            replace(made, collate=collate),
            SEEDS,
            State(folder, "x"),
            measure=measure,
        )
    assert folder.exists() == (stop >= 3)
    seen: list[int] = []

    def watched(chosen: Sequence[Any], step: int) -> dict[str, torch.Tensor]:
        seen.append(step)
        return made.collate(chosen, step)

    torch.manual_seed(99)  # what else was drawn has no influence
    model, state = build("classification", tiny_dropout), State(folder, "x")
    curve = fit(model, replace(made, collate=watched), SEEDS, state, measure=measure)
    assert seen == list(range(stop // 3 * 3, STEPS)), "goes on from the last state"
    assert weights(model) == weights(whole) and vars(curve) == vars(expected)
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]
    state.clear()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("variables", "seconds", "steps"),
    [
        ({}, 60, [10, 20]),
        ({}, 599, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]),
        ({}, 1, []),
        ({"XSTILTS_CHECKPOINT_MINUTES": "2"}, 30, [4, 8, 12, 16, 20]),
        ({"XSTILTS_CHECKPOINT_STEPS": "7"}, 3600, [7, 14]),
        ({"XSTILTS_CHECKPOINT_STEPS": "7", "XSTILTS_CHECKPOINT_MINUTES": "1"}, 3600, [7, 14]),
    ],
)
def test_the_state_is_saved_by_the_clock_or_after_so_many_steps(
    variables: dict[str, str], seconds: float, steps: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps of `seconds`, of 21 in all; the time that saving takes, here a day, is not counted."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    now, saved = 0.0, []
    monkeypatch.setattr(resume, "monotonic", lambda: now)
    state = State(tmp_path, "x")
    state.start_clock()
    for step in range(1, 22):
        now += seconds
        if state.due(step, 21):
            saved.append(step)
            now += 86_400
            state.start_clock()
    assert saved == steps


def test_the_state_of_another_training_is_not_taken(
    tiny: Path, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XSTILTS_CHECKPOINT_STEPS", "3")
    made = plan("classification", examples("classification", tokenizer))
    one = build("classification", tiny)
    before = weights(one)
    identities = {
        fingerprint(one, {"lr": 1}, "data"),
        fingerprint(one, {"lr": 2}, "data"),
        fingerprint(one, {"lr": 1}, "d"),
    }
    fit(one, made, SEEDS, State(tmp_path, "one"))
    identities.add(fingerprint(one, {"lr": 1}, "data"))
    assert len(identities) == 4, "weights, recipe and data are all part of the identity"
    other = build("classification", tiny)
    optimiser = torch.optim.AdamW(other.parameters())
    assert State(tmp_path, "other").load(other, optimiser, Curve(), {}) == 0
    assert weights(other) == before and not optimiser.state
    assert State(tmp_path, "one").load(other, optimiser, Curve(), {}) == 9


def test_the_best_weights_are_kept_and_the_first_of_equals(tiny: Path, tokenizer: Tokenizer, state: State) -> None:
    made = plan("classification", examples("classification", tokenizer), evaluate_at=frozenset({2, 4, 6, 8, 10}))
    kept, until = build("classification", tiny), build("classification", tiny)
    curve = fit(kept, replace(made, keep_best=True), SEEDS, state, measure=scores())
    assert curve.best == {"step": 4, "value": 30.0} and [point["value"] for point in curve.dev] == [10, 30, 30, 20, 5]

    class Enough(Exception):
        pass

    def stop(step: int, values: Any) -> None:
        if step == 5:
            raise Enough

    snapshots: list[dict[str, bytes]] = []
    last = build("classification", tiny)

    def measure(model: torch.nn.Module) -> dict[str, float]:
        snapshots.append(weights(model))
        return {"value": 0.0}

    with pytest.raises(Enough):
        fit(until, made, SEEDS, state, measure=measure, log=stop)
    assert weights(kept) == snapshots[1]
    final = fit(last, made, SEEDS, state, measure=scores())
    assert final.best == {"step": 10, "value": 5.0} and weights(last) != weights(kept)


def test_the_log_gets_every_point(tiny: Path, tokenizer: Tokenizer, state: State) -> None:
    seen: list[tuple[int, set[str]]] = []
    made = plan("classification", examples("classification", tokenizer), evaluate_at=frozenset({5}))
    fit(
        build("classification", tiny), made, SEEDS, state, measure=lambda model: {"value": 1.0},
        log=lambda step, values: seen.append((step, set(values))),
    )  # fmt: skip
    assert [step for step, names in seen if names == {"loss", "lr"}] == list(range(1, 11))
    assert [step for step, names in seen if names == {"dev"}] == [5]


def curve_of(first: float, last: float, best: float | None, points: int = 8) -> Curve:
    steps = [{"step": n, "loss": first + (last - first) * n / (points - 1), "lr": 0.0} for n in range(points)]
    return Curve(steps=steps, best=None if best is None else {"step": 1, "value": best})


@pytest.mark.parametrize(
    ("curve", "collapsed"),
    [
        (curve_of(1.1, 1.1, 33.3), True),
        (curve_of(1.1, 1.2, 34.0), True),  # within a point of chance
        (curve_of(1.1, 1.1, 50.0), False),  # the score moved
        (curve_of(1.1, 0.5, 33.3), False),  # the loss moved
        (curve_of(1.1, 1.1, None), False),  # never measured
        (curve_of(1.1, 1.1, 33.3, points=3), False),  # too short to say
    ],
)
def test_collapse(curve: Curve, collapsed: bool) -> None:
    reason = collapse(curve, {"mnli": 33.3})
    assert (reason is not None) == collapsed
    if reason:
        assert "at chance 33.3" in reason


def test_of_several_tasks_the_collapsed_one_is_named() -> None:
    steps = [{"step": n, "loss": 1.1 if n % 2 else 1.0 / n, "lr": 0.0, "task": "mnli" if n % 2 else "qqp"}
             for n in range(1, 17)]  # fmt: skip
    best = {"step": 1, "value": 42.0, "tasks": {"mnli": 34.0, "qqp": 50.0}}
    reason = collapse(Curve(steps=steps, best=best), {"mnli": 33.3, "qqp": 50.0})
    assert reason == "mnli: loss 1.100 -> 1.100, dev 34.0 at chance 33.3"


PROGRAM = """
import hashlib, sys
from pathlib import Path
import torch
from xstilts.threads import use_threads
use_threads(1, "avx2")
from xstilts.errors import InputError
from xstilts.training.resume import State
from xstilts.seeding import Seeds
from xstilts.training.loop import Plan, fit
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(300, 700), torch.nn.GELU(), torch.nn.Dropout(0.1), torch.nn.Linear(700, 1))
data = torch.randn(4, 257, 300)
plan = Plan(
    steps=[[0], [1], [2], [3]], collate=lambda chosen, step: {"x": data[chosen[0]], "labels": torch.ones(257)},
    loss=lambda module, batch, step: (module(batch["x"]) - 1).square().sum(),
    lr=1e-3, warmup=0.5, weight_decay=0.1, clip=1.0,
)
fit(model, plan, Seeds(1), State(Path("state"), "x"))
trained = b"".join(tensor.numpy().tobytes() for tensor in model.state_dict().values())
print(hashlib.sha256(trained).hexdigest(), torch.get_num_threads())
"""


def test_the_number_of_threads_given_from_outside_has_no_influence(tmp_path: Path) -> None:
    found = set()
    for threads in ("1", "2"):
        environment = {**os.environ, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "PYTHONPATH": os.getcwd()}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
        )
        found.add(done.stdout)
    assert len(found) == 1 and found.pop().endswith(" 1\n")


@pytest.mark.parametrize("unit", ["steps", "minutes"])
@pytest.mark.parametrize("found", ["0", "-1", "a", ""])
def test_a_bad_number_of_checkpoint_steps_is_refused(
    found: str, unit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"XSTILTS_CHECKPOINT_{unit.upper()}"
    monkeypatch.setenv(name, found)
    with pytest.raises(InputError, match=rf"{name}: found '.*', expected a number of {unit} from 1"):
        State(tmp_path, "x")


@pytest.mark.parametrize(("device", "times", "said"), [("cpu", 12.3, True), ("cpu", 0.7, False), ("cuda", 12.3, False)])
def test_bf16_on_a_processor_that_is_slow_in_it(
    device: str, times: float, said: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loop, "bf16_slowdown", lambda: times)
    loop.warn_of_bf16("target xnli", torch.device(device))
    wanted = "warning: target xnli: optimisation.precision: bf16: a matrix product takes 12 times as long as in fp32"
    assert capsys.readouterr().err.startswith(wanted) == said
