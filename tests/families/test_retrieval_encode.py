"""Sentence vectors: which layer, which tokens, and that stopping there gives what the whole encoder gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from tests.texts import LINES
from xstilts.encoders.batches import inputs
from xstilts.encoders.inference import predict
from xstilts.encoders.models import load_encoder
from xstilts.families.retrieval.learning.encode import encode
from xstilts.families.retrieval.learning.head import Pooled, build, layer_of
from xstilts.records.files import write_json

SENTENCES = [*LINES.values(), "", "a"]


@pytest.mark.parametrize(
    ("share", "depth", "layer"),
    [
        ("14/24", 24, 14), ("14/24", 12, 7), ("14/24", 6, 4), ("14/24", 3, 2), ("14/24", 2, 1), ("14/24", 1, 1),
        ("1/2", 3, 2), ("1/2", 24, 12), ("0", 24, 0), ("1", 24, 24), ("0.5", 24, 12), ("8/12", 24, 16),
    ],
)  # fmt: skip
def test_layer(share: str, depth: int, layer: int, tmp_path: Path) -> None:
    write_json(tmp_path / "config.json", {"num_hidden_layers": depth})
    assert layer_of(tmp_path, share) == layer


@pytest.mark.parametrize("layer", [1, 2])
def test_the_encoder_cut_off_at_a_layer_gives_that_hidden_state(layer: int, tiny: Path, tokenizer: Tokenizer) -> None:
    examples, _ = encode(SENTENCES, tokenizer, 64)
    batch = inputs([example.ids for example in examples], 1)
    with torch.no_grad():
        states = load_encoder(tiny).eval()(**batch, output_hidden_states=True).hidden_states
        short = build(tiny, layer).eval()
        last = short(**batch).last_hidden_state
    assert len(states) == 3 and torch.equal(last, states[layer]) and not torch.equal(last, states[layer - 1])
    assert sum(name.endswith("attention.self.query.weight") for name in short.state_dict()) == layer


@pytest.mark.parametrize("budget", ["1", "200", "100000"])
def test_mean_over_all_tokens_special_ones_included(
    budget: str, tiny: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand, one sentence at a time, without padding; the size of evaluation batches has no influence."""
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS", budget)
    model = build(tiny, 1)
    examples, _ = encode(SENTENCES, tokenizer, 64)
    vectors = predict(model, Pooled("mean"), examples, 1)
    starts = predict(model, Pooled("cls"), examples, 1)
    whole = load_encoder(tiny).eval()
    for text, vector, start in zip(SENTENCES, vectors, starts, strict=True):
        ids = torch.tensor([tokenizer.encode(text).ids])
        with torch.no_grad():
            states = whole(ids, output_hidden_states=True).hidden_states[1][0].numpy()
        assert len(states) == len(tokenizer.encode(text, add_special_tokens=False).ids) + 2
        np.testing.assert_allclose(vector, states.sum(axis=0) / len(states), atol=1e-6)
        np.testing.assert_allclose(start, states[0], atol=1e-6)


def test_long_sentences_are_cut_and_counted(tokenizer: Tokenizer) -> None:
    examples, counts = encode([" ".join(LINES.values()), "a"], tokenizer, 16)
    assert counts == {"truncated": 1} and len(examples[0].ids) == 16 and examples[0].ids[-1] == 2
    assert examples[1].ids == tokenizer.encode("a").ids and tokenizer.truncation is None
