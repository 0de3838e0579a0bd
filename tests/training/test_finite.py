"""A number that is NaN or infinite stops a training with its place, and nothing is left to go on from."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from tests.training.test_loop import SEEDS, build, examples, plan, weights
from xstilts.encoders.inference import predict
from xstilts.errors import NotFinite
from xstilts.families import part
from xstilts.training.loop import fit
from xstilts.training.resume import State

NAN, INF = math.nan, math.inf


def breaking(made: Any, step: int, factor: float) -> Any:
    """The same plan, whose loss is multiplied in one step (from 0)."""
    return replace(made, loss=lambda model, batch, at: made.loss(model, batch, at) * (factor if at == step else 1.0))


@pytest.mark.parametrize(
    ("factor", "what"),
    [(NAN, "loss is nan"), (INF, "loss is inf"), (-INF, "loss is -inf"), (1e38, "(loss|gradient norm) is (inf|nan)")],
)
@pytest.mark.parametrize("step", [0, 4, 9])
def test_the_first_loss_or_gradient_stops(
    step: int, factor: float, what: str, tiny: Path, tokenizer: Tokenizer, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("XSTILTS_CHECKPOINT_STEPS", "2")
    made = replace(plan("classification", examples("classification", tokenizer)), task="mnli")
    seen: list[int] = []
    message = rf"target mnli: step {step + 1}, task mnli, learning rate [\d.e-]+: the {what}, expected a finite number"
    with pytest.raises(NotFinite, match=message):
        fit(
            build("classification", tiny), breaking(made, step, factor), SEEDS, State(tmp_path / "state", "x"),
            log=lambda at, values: seen.append(at), title="target mnli",
        )  # fmt: skip
    assert seen == list(range(1, step + 1)), "the broken point is in no curve"
    assert not list(tmp_path.iterdir()), "no state to go on from"


def test_of_several_tasks_the_one_of_the_step_is_named(tiny: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    made = plan("classification", examples("classification", tokenizer), tasks=["mnli", "qqp"] * 5)
    with pytest.raises(NotFinite, match=r"step 4, task qqp, learning rate"):
        fit(build("classification", tiny), breaking(made, 3, NAN), SEEDS, State(tmp_path, "x"))


@pytest.mark.parametrize(
    "point", [{"value": NAN}, {"value": INF}, {"value": 1.0, "tasks": {"a": 1.0, "b": -INF}}, {"value": -INF}]
)
def test_a_development_score(point: dict[str, Any], tiny: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    made = plan("tagging", examples("tagging", tokenizer), evaluate_at=frozenset({5}), keep_best=True)
    with pytest.raises(NotFinite, match=r"step 5.*the development score is -?(nan|inf)"):
        fit(build("tagging", tiny), made, SEEDS, State(tmp_path / "state", "x"), measure=lambda model: point)


@pytest.mark.parametrize("value", [NAN, INF, -INF])
@pytest.mark.parametrize("name", ["embeddings.word", "LayerNorm.bias", "classifier"])
def test_initial_weights(name: str, value: float, tiny: Path, tokenizer: Tokenizer, state: State) -> None:
    model = build("classification", tiny)
    weight = next(weight for own, weight in model.named_parameters() if name in own)
    weight.data.view(-1)[-1] = value
    with pytest.raises(NotFinite, match=rf"before the first step: a weight of .*{name}.* is NaN or infinite"):
        fit(model, plan("classification", examples("classification", tokenizer)), SEEDS, state)


@pytest.mark.parametrize(
    ("step", "where"), [(10, "after the last step"), (4, r"step 4, learning rate .*: after the step")]
)
def test_weights_that_break_later_are_neither_saved_nor_handed_on(
    step: int, where: str, tiny: Path, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XSTILTS_CHECKPOINT_STEPS", "2")
    made = plan("classification", examples("classification", tokenizer), evaluate_at=frozenset({step}))

    def measure(model: Any) -> dict[str, float]:
        model.classifier.dense.weight.data[1, 1] = INF
        return {"value": 1.0}

    with pytest.raises(NotFinite, match=where):
        fit(build("classification", tiny), made, SEEDS, State(tmp_path / "state", "x"), measure=measure)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("rate", "what"), [(1e39, "too large"), (1e300, "too large"), (3e37, "(loss|norm) is (nan|inf)")]
)
def test_learning_rates_without_measure(rate: float, what: str, tiny: Path, tokenizer: Tokenizer, state: State) -> None:
    with pytest.raises(NotFinite, match=what):
        fit(build("span", tiny), plan("span", examples("span", tokenizer), lr=rate), SEEDS, state)


@pytest.mark.parametrize("family", ["classification", "tagging", "choice", "span"])
@pytest.mark.parametrize("value", [NAN, INF])
def test_no_answer_is_given_from_broken_weights(family: str, value: float, tiny: Path, tokenizer: Tokenizer) -> None:
    """Also of tagging, whose outputs are numbers of tags: the best of several NaN is 0."""
    given, head = examples(family, tokenizer), part(family, "learning.head")
    model = build(family, tiny)
    whole = predict(model, head, given, 1)
    assert len(whole) == len(given)
    model.base_model.encoder.layer[1].output.dense.weight.data[0, 0] = value
    with pytest.raises(NotFinite, match=r"found an output that is NaN or infinite"):
        predict(model, head, given, 1)
    assert not model._forward_hooks


def test_one_broken_piece_of_the_vocabulary_is_found_where_it_is_read(tiny: Path, tokenizer: Tokenizer) -> None:
    given, head = examples("tagging", tokenizer), part("tagging", "learning.head")
    model = build("tagging", tiny)
    model.base_model.embeddings.word_embeddings.weight.data[given[3].ids[1]] = NAN
    with pytest.raises(NotFinite):
        predict(model, head, given, 1)


def test_a_development_set_with_broken_outputs_names_the_step(tiny: Path, tokenizer: Tokenizer, state: State) -> None:
    given, head = examples("tagging", tokenizer), part("tagging", "learning.head")
    made = plan("tagging", given, evaluate_at=frozenset({5}))

    def measure(model: Any) -> dict[str, float]:
        model.classifier.bias.data[0] = NAN
        predict(model, head, given, 1)
        raise AssertionError("not reached")

    with pytest.raises(NotFinite, match=r"train: step 5, learning rate .*, development: .*NaN or infinite"):
        fit(build("tagging", tiny), made, SEEDS, state, measure=measure)


def test_a_training_that_is_fine_is_untouched(tiny: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    """Looking at every number changes none."""
    made = plan("span", examples("span", tokenizer))
    one, two = build("span", tiny), build("span", tiny)
    fit(one, made, SEEDS, State(tmp_path / "1", "x"))
    fit(two, made, SEEDS, State(tmp_path / "2", "x"))
    assert weights(one) == weights(two) and all(torch.isfinite(weight).all() for weight in one.parameters())


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state", "x")
