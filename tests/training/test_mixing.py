"""Several tasks in one training: the sampler, its budget and its golden draws; one encoder under several heads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.encoders.models import load_encoder
from xstilts.families import part
from xstilts.params import Sampling, Source
from xstilts.seeding import Seeds
from xstilts.training.mixing import MultiTask, budget, draws, share_encoder, shares_and_steps, weights

NINE = {  # training sizes of the paper's tasks (its Table 1 as remembered: paper.md 2.1) ...
    "anli_plus": 1_104_934, "mnli": 392_702, "qqp": 363_846, "squad_v2": 130_319, "squad_v1": 87_599,
    "hellaswag": 39_905, "ccg": 38_015, "cosmosqa": 25_588, "csqa": 9_741,
}  # fmt: skip
EXPECTED = [0.181, 0.181, 0.181, 0.180, 0.121, 0.055, 0.052, 0.035, 0.013]  # ... and their shares with the cap 2^17
SIZES = st.lists(st.integers(1, 10**6), min_size=1, max_size=9)
FIRST_HUNDRED = (  # of Seeds("1/intermediate/multi") over NINE, by index: never to change
    "2321150437744300273442670060152425401782376024435526133080354130232305462103533230767504241425150053"
)


def test_shares_of_the_nine_tasks_with_the_cap() -> None:
    shares = weights(list(NINE.values()), Sampling(rule="proportional"))
    assert shares.tolist() == pytest.approx(EXPECTED, abs=6e-4)


@given(SIZES, st.integers(1, 10**6))
def test_rules(sizes: list[int], cap: int) -> None:
    capped = np.minimum(sizes, cap)
    assert weights(sizes, Sampling(rule="proportional", cap=cap)) == pytest.approx(capped / capped.sum())
    assert weights(sizes, Sampling(rule="proportional", cap=None)) == pytest.approx(np.array(sizes) / sum(sizes))
    assert weights(sizes, Sampling(rule="uniform")) == pytest.approx(1 / len(sizes))
    cold = weights(sizes, Sampling(rule="temperature", cap=cap, temperature=1.0))
    assert cold == pytest.approx(capped / capped.sum())
    hot = weights(sizes, Sampling(rule="temperature", cap=cap, temperature=1e9))
    assert hot == pytest.approx(1 / len(sizes), rel=1e-6)
    square = weights(sizes, Sampling(rule="temperature", cap=cap, temperature=2.0))
    assert square == pytest.approx(np.sqrt(capped) / np.sqrt(capped).sum())


def test_budget_is_that_of_jiant() -> None:
    """sum of epochs x ceil(min(n, cap) / batch), `configurator.py` @daa5a258, with numbers that do not divide."""
    assert budget([100, 33, 7], [8, 8, 4], [2, 3, 1], None) == 2 * 13 + 3 * 5 + 2
    assert budget([100, 33, 7], [8, 8, 4], [2, 3, 1], 20) == 2 * 3 + 3 * 3 + 2


def test_the_first_hundred_draws() -> None:
    shares = weights(list(NINE.values()), Sampling(rule="proportional"))
    drawn = draws(shares.tolist(), 100, Seeds("1/intermediate/multi"))
    assert "".join(map(str, drawn)) == FIRST_HUNDRED.replace(" ", "")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5), st.integers(1, 50), st.integers(1, 50))
def test_a_longer_training_begins_with_the_same_tasks(seed: int, one: int, other: int) -> None:
    short, long = sorted((one, other))
    assert draws([0.5, 0.3, 0.2], long, Seeds(seed))[:short] == draws([0.5, 0.3, 0.2], short, Seeds(seed))


def test_draws_follow_the_shares() -> None:
    counts = Counter(draws([0.6, 0.3, 0.1], 20_000, Seeds(3)))
    assert [counts[task] / 20_000 for task in range(3)] == pytest.approx([0.6, 0.3, 0.1], abs=0.01)


def lessons(sizes: Sequence[int], masked: bool) -> list[Any]:
    names = [f"t{n}" for n in range(len(sizes))]
    found = [SimpleNamespace(name=name, size=size) for name, size in zip(names, sizes, strict=True)]
    return found + [SimpleNamespace(name="mlm", size=10**9)] * masked


def source(**change: Any) -> Source:
    recipe = {"epochs": 2, "lr": 0.1, "batch": 10, "max_length": 8}
    return Source.model_validate({"tasks": ["t0", "t1"], "sampling": {"rule": "proportional"}, **recipe, **change})


def test_masked_steps_come_on_top_of_those_of_the_tasks() -> None:
    mlm = {"share": 0.25, "languages": ["en"]}
    plain, mixed = shares_and_steps(source(), lessons([300, 100], False)), source(mlm=mlm)
    assert plain == ([0.75, 0.25], 80)
    shares, steps = shares_and_steps(mixed, lessons([300, 100], True))
    assert steps == round(80 / 0.75) and shares == pytest.approx([0.75 * 0.75, 0.75 * 0.25, 0.25])


def test_steps_count_all_steps() -> None:
    given = source(epochs=None, steps=77, mlm={"share": 0.5, "languages": ["en"]})
    assert shares_and_steps(given, lessons([300, 100], True))[1] == 77
    alone = Source.model_validate(
        {"tasks": [], "steps": 9, "lr": 0.1, "batch": 4, "max_length": 8, "mlm": {"share": 1, "languages": ["en"]}}
    )
    assert shares_and_steps(alone, lessons([], True)) == ([1.0], 9)


def models(folder: Path) -> dict[str, Any]:
    built = {
        "mnli": part("classification", "learning.head").build(folder, ("a", "b", "c")),
        "hellaswag": part("choice", "learning.head").build(folder, ()),
        "squad_v1": part("span", "learning.head").build(folder, ()),
        "mlm": part("mlm", "learning.head").build(folder),
    }
    first, *others = built.values()
    for other in others:
        share_encoder(first, other)
    return built


def test_one_encoder_is_shared_and_stored_once(tiny: Path) -> None:
    built = models(tiny)
    whole = MultiTask(built)
    encoders = {id(model.base_model) for model in built.values()}
    assert len(encoders) == 1
    words = built["mlm"].get_output_embeddings().weight
    assert words.data_ptr() == built["mnli"].base_model.embeddings.word_embeddings.weight.data_ptr()
    state = whole.state_dict()
    expected = sum(p.numel() for p in load_encoder(tiny).parameters())
    stored = sum(t.numel() for name, t in state.items() if ".embeddings." in name or ".encoder." in name)
    assert stored == expected
    assert len({t.data_ptr() for t in state.values()}) == len(state)


def test_the_state_comes_back(tiny: Path) -> None:
    whole = MultiTask(models(tiny))
    state = {name: tensor.clone() for name, tensor in whole.state_dict().items()}
    with torch.no_grad():
        for parameter in whole.parameters():
            parameter.add_(1.0)
    whole.load_state_dict(state)
    assert all(torch.equal(tensor, state[name]) for name, tensor in whole.state_dict().items())
    encoder = load_encoder(tiny).state_dict()
    for model in whole.tasks.values():
        own = model.base_model.state_dict()
        assert all(torch.equal(own[name], encoder[name]) for name in encoder)
    with pytest.raises(ValueError, match="other tasks"):
        whole.load_state_dict({name: tensor for name, tensor in state.items() if "squad_v1" not in name})


def test_a_step_of_one_task_leaves_the_heads_of_the_others(tiny: Path) -> None:
    whole = MultiTask(models(tiny))
    ids = torch.tensor([[0, 5, 6, 7, 2]])
    whole("mnli", input_ids=ids, attention_mask=torch.ones_like(ids)).logits.sum().backward()
    touched = {name for name, parameter in whole.named_parameters() if parameter.grad is not None}
    assert any("classifier" in name for name in touched)
    assert not any(name.startswith(("tasks.squad_v1.qa", "tasks.hellaswag.classifier")) for name in touched)
