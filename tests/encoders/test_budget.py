"""Batches of an evaluation: of one size, or as large as memory allows. Memory and its end are made up here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from tests.training.test_loop import build, examples
from xstilts.encoders import budget
from xstilts.encoders.batches import Example
from xstilts.encoders.devices import give_back, has_room, to_device
from xstilts.encoders.inference import predict
from xstilts.errors import InputError
from xstilts.families import part

FAMILIES = ("classification", "tagging", "span", "choice")


class Memory:
    """The head of a family on a device with room for so many padded tokens."""

    def __init__(self, family: str, tokens: float = float("inf")) -> None:
        self.head, self.tokens = part(family, "learning.head"), tokens
        self.tried: list[int] = []  # padded tokens of each batch
        self.sizes: list[int] = []  # and its examples
        self.rows = 0

    def collate(self, chosen: Sequence[Example], pad_id: int) -> Any:
        return self.head.collate(chosen, pad_id)

    def outputs(self, model: Any, batch: Any, chosen: Sequence[Example]) -> list[np.ndarray]:
        self.tried.append(batch["input_ids"].numel())
        self.sizes.append(len(chosen))
        if self.tried[-1] > self.tokens:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        self.rows += len(chosen)
        return list(self.head.outputs(model, batch, chosen))


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that says that it has room, whatever it is asked."""
    monkeypatch.setattr(budget, "has_room", lambda device: True)


@pytest.mark.parametrize("family", FAMILIES)
def test_batches_grow_until_memory_ends_and_the_answers_stay(
    family: str, tiny: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty examples, each answered once; after the end of memory no batch is as large again."""
    model, given = build(family, tiny), examples(family, tokenizer)
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS", "100")
    wanted = predict(model, Memory(family), given, 1)
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS_MOST", "100000")
    memory = Memory(family, tokens=350)
    found = predict(model, memory, given, 1)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    assert memory.rows == len(given)
    at = next(index for index, tokens in enumerate(memory.tried) if tokens > 350)
    assert memory.tried[at] > 2 * memory.tried[0], "they have grown"
    later = list(zip(memory.tried, memory.sizes, strict=True))[at + 1 :]
    assert later and all(tokens <= memory.tried[at] // 2 or size == 1 for tokens, size in later)
    again = Memory(family, tokens=350)
    predict(model, again, given, 1)
    assert again.tried and max(again.tried) <= 350, "what was found of a model is kept"


def test_they_grow_to_what_was_said(tiny: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS", "100")
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS_MOST", "300")
    memory, given = Memory("tagging"), examples("tagging", tokenizer)
    predict(build("tagging", tiny), memory, given, 1)
    assert 200 < max(memory.tried) <= 300


@pytest.mark.parametrize("asked", [{}, {"XSTILTS_EVAL_TOKENS_MOST": "200"}])
def test_without_a_word_every_batch_is_as_before(
    asked: dict[str, str], tiny: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `token_batches` cuts them; so the same bytes, however much memory there is."""
    from xstilts.encoders.batches import token_batches

    monkeypatch.setenv("XSTILTS_EVAL_TOKENS", "200")
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    memory, given = Memory("classification"), examples("classification", tokenizer)
    predict(build("classification", tiny), memory, given, 1)
    lengths = [one.length for one in given]
    assert memory.tried == [len(batch) * lengths[batch[-1]] for batch in token_batches(lengths, 200)]


def test_a_size_that_was_asked_for_is_not_changed_in_silence(
    tiny: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS", "1000")
    with pytest.raises(
        InputError, match=r"^there is not enough memory for a batch of \d+ padded tokens; XSTILTS_EVAL_TOKENS is 1000: "
    ):
        predict(build("span", tiny), Memory("span", tokens=300), examples("span", tokenizer), 1)


def test_one_example_that_has_no_room(tiny: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS_MOST", "10000")
    given = examples("span", tokenizer)
    longest = max(one.length for one in given)
    with pytest.raises(InputError, match=rf"^there is not enough memory for a batch of {longest} .*which is one exa"):
        predict(build("span", tiny), Memory("span", tokens=longest - 1), given, 1)


def test_another_error_is_none_of_memory(tiny: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS_MOST", "10000")

    def broken(model: Any, batch: Any, chosen: Any) -> None:
        raise RuntimeError("CUDA error: an illegal memory access")

    head = Memory("tagging")
    monkeypatch.setattr(head, "outputs", broken)
    with pytest.raises(RuntimeError, match="illegal memory access"):
        predict(build("tagging", tiny), head, examples("tagging", tokenizer), 1)


class Recorded:
    """Stands for a tensor: notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def pin_memory(self) -> Recorded:
        self.asked.append("pinned")
        return self

    def to(self, device: torch.device, non_blocking: bool = False) -> Recorded:
        self.asked.append((device.type, non_blocking))
        return self


def test_copies_to_a_gpu_are_not_waited_for_and_on_a_processor_there_are_none() -> None:
    tensor: Any = torch.arange(6)
    assert to_device({"x": tensor}, torch.device("cpu"))["x"] is tensor
    recorded: Any = Recorded()
    assert to_device({"x": recorded}, torch.device("cuda"))["x"] is recorded
    assert recorded.asked == ["pinned", ("cuda", True)]
    assert has_room(torch.device("cpu")) is False
    give_back(torch.device("cpu"))
