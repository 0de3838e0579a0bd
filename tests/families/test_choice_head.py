"""Rows with different numbers of choices in one batch: the same scores and losses as one row at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from tests.encoders import zoo
from tests.texts import LINES
from xstilts.encoders.batches import unlabelled
from xstilts.encoders.inference import predict
from xstilts.encoders.models import load_tokenizer, pad_id
from xstilts.families.choice.learning import encode, head, select
from xstilts.seeding import Seeds
from xstilts.training.loop import Plan, fit
from xstilts.training.resume import State

TEXTS = list(LINES.values())
SIZES = (4, 2, 10, 3, 5, 2)


def rows(sizes: tuple[int, ...] = SIZES) -> list[dict[str, Any]]:
    """The last choice of every row is the right one."""
    return [
        {"id": str(n), "prompt": TEXTS[n], "choices": TEXTS[n + 1 : n + 1 + size], "label": size - 1}
        for n, size in enumerate(sizes)
    ]


def examples(folder: Path, sizes: tuple[int, ...] = SIZES) -> Any:
    return encode.encode(rows(sizes), (), load_tokenizer(folder), 64)[0]


@pytest.mark.parametrize("name", zoo.ZOO)
def test_a_batch_of_rows_is_each_row_alone(name: str, tmp_path: Path) -> None:
    folder = zoo.make(name, tmp_path / "made")
    given, padding = examples(folder), pad_id(folder)
    torch.manual_seed(1)
    model = head.build(folder, ()).eval()
    with torch.inference_mode():
        batch = head.collate(given, padding)
        together = head.outputs(model, unlabelled(batch), given)
        alone = [head.outputs(model, unlabelled(head.collate([one], padding)), [one])[0] for one in given]
        sums = [float(head.loss(model, head.collate([one], padding))) for one in given]
        assert float(head.loss(model, batch)) == pytest.approx(sum(sums), rel=1e-4)
    assert batch["choices"].tolist() == list(SIZES) == [len(one) for one in together]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    for one, size, loss in zip(alone, SIZES, sums):
        assert loss == pytest.approx(float(np.log(np.exp(one - one[size - 1]).sum())), abs=1e-5)


def test_nothing_is_new_where_all_rows_have_as_many_choices(tiny: Path, tokenizer: Tokenizer) -> None:
    batch = head.collate(examples(tiny, (3, 3)), pad_id(tiny))
    assert {*batch} == {"input_ids", "attention_mask", "labels"} and batch["input_ids"].shape[:2] == (2, 3)


def test_rows_with_different_numbers_of_choices_are_learnt(tiny: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    given, padding = examples(tiny), pad_id(tiny)
    torch.manual_seed(7)
    model = head.build(tiny, ())
    before = predict(model, head, given, padding)
    plan = Plan(
        steps=[given] * 40, collate=lambda chosen, step: head.collate(chosen, padding),
        loss=lambda network, batch, step: head.loss(network, batch), lr=1e-2, warmup=0.1, weight_decay=0.0, clip=1.0,
    )  # fmt: skip
    curve = fit(model, plan, Seeds("1/test"), State(tmp_path / "state", "x"))
    after = predict(model, head, given, padding)
    assert [len(one) for one in before] == [len(one) for one in after] == list(SIZES)
    assert select.measure(given, after, ()) == 100
    assert curve.steps[-1]["loss"] < 0.5 * curve.steps[0]["loss"]
