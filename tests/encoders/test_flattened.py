"""Batches without padding give what padded ones give. The attention is torch's, with a mask of blocks, or a row at a
time in the place of the one function of flash-attn, which runs on a GPU alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from torch.nn.functional import scaled_dot_product_attention
from transformers import (
    BertConfig,
    BertForTokenClassification,
    XLMRobertaConfig,
    XLMRobertaForTokenClassification,
    modeling_flash_attention_utils,
)

from tests.training.test_loop import SEEDS, build, examples, losses, plan
from xstilts.encoders import flattened as module
from xstilts.encoders.flattened import Attention, flash, flattened
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.params.recipes import Optimisation
from xstilts.training import loop
from xstilts.training.loop import fit
from xstilts.training.resume import State

SEEN: list[int] = []  # tokens of each flattened batch


@contextmanager
def blocks(config: Any, lengths: torch.Tensor) -> Iterator[dict[str, Any]]:
    """Each row sees itself alone."""
    row = torch.repeat_interleave(torch.arange(len(lengths)), lengths)
    SEEN.append(len(row))
    yield {"attention_mask": (row[:, None] == row[None, :])[None, None]}


def varlen(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, cu_seqlens_q: torch.Tensor, cu_seqlens_k: torch.Tensor,
    max_seqlen_q: int, max_seqlen_k: int, dropout_p: float = 0.0, softmax_scale: float | None = None,
    causal: bool = False, deterministic: bool = False,
) -> torch.Tensor:  # fmt: skip
    """What `flash_attn.flash_attn_varlen_func` computes, a row at a time: (tokens, heads, width) each."""
    ends = cu_seqlens_q.tolist()
    assert ends == cu_seqlens_k.tolist() and deterministic and not causal and not dropout_p
    assert max_seqlen_q == max_seqlen_k == max(end - start for start, end in pairwise(ends))
    SEEN.append(ends[-1])
    found = []
    for start, end in pairwise(ends):
        one, two, three = (row[None, start:end].transpose(1, 2) for row in (q, k, v))
        found.append(scaled_dot_product_attention(one, two, three, scale=softmax_scale).transpose(1, 2)[0])
    return torch.cat(found)


@pytest.fixture
def made_up_flash(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if flash-attn was there: all else that transformers does with it is its own."""
    monkeypatch.setattr("transformers.utils.is_flash_attn_2_available", lambda: True)
    monkeypatch.setattr(modeling_flash_attention_utils, "_loaded_implementation", None)
    monkeypatch.setattr(
        modeling_flash_attention_utils, "_lazy_imports", lambda *_, **__: (varlen, varlen, None, None, None)
    )


@pytest.mark.parametrize("attention", [flash, blocks])
@pytest.mark.parametrize("family", ["classification", "tagging", "choice"])
def test_a_training_without_padding_has_the_losses_of_a_padded_one(
    family: str, attention: Attention, tiny: Path, tokenizer: Tokenizer, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, made_up_flash: None,
) -> None:  # fmt: skip
    given = examples(family, tokenizer)
    padded, flat = build(family, tiny), build(family, tiny)
    wanted = losses(fit(padded, plan(family, given), SEEDS, State(tmp_path / "padded", "x")))
    monkeypatch.setattr(loop, "flattened", lambda model: flattened(model, attention))
    SEEN.clear()
    found = losses(fit(flat, plan(family, given, batches="flattened"), SEEDS, State(tmp_path / "flat", "x")))
    assert found == pytest.approx(wanted, abs=1e-5)
    tokens = [
        sum(len(ids) for one in step for ids in (one.ids if one.nested else [one.ids]))
        for step in plan(family, given).steps
    ]
    layers = 1 if attention is blocks else 2
    assert [one for one in tokens for _ in range(layers)] == SEEN, "no padding was computed"
    assert "forward" not in vars(flat.base_model), "afterwards the encoder is as it was"


def test_the_states_of_each_token_and_zeros_for_padding(tiny: Path, tokenizer: Tokenizer) -> None:
    """Also of a span, whose softmax is over padding, too: the reason why its loss is not that of a padded batch."""
    model = build("span", tiny).train()
    batch = part("span", "learning.head").collate(examples("span", tokenizer)[:9], 1)
    real = batch["attention_mask"].bool()
    given = {name: batch[name] for name in ("input_ids", "attention_mask")}
    wanted = model.base_model(**given).last_hidden_state
    with flattened(model, blocks):
        found = model.base_model(**given).last_hidden_state
        model.eval()
        SEEN.clear()
        assert torch.equal(model.base_model(**given).last_hidden_state, wanted) and not SEEN, "predictions are padded"
    torch.testing.assert_close(found[real], wanted[real], atol=1e-5, rtol=0)
    assert not real.all() and not found[~real].any()


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
def test_positions_begin_where_the_architecture_has_them_and_segments_come_along(kind: str) -> None:
    size: dict[str, Any] = {
        "vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
        "max_position_embeddings": 20, "type_vocab_size": 2, "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }  # fmt: skip
    torch.manual_seed(1)
    model: Any = (
        BertForTokenClassification(BertConfig(**size, pad_token_id=0))
        if kind == "bert"
        else XLMRobertaForTokenClassification(XLMRobertaConfig(**size, pad_token_id=1))
    ).train()
    lengths = torch.tensor([3, 9, 1, 6])
    mask = (torch.arange(9) < lengths[:, None]).long()
    ids = torch.where(mask.bool(), torch.randint(5, 40, (4, 9)), model.config.pad_token_id)
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": (torch.arange(9) > 4).long() * mask}
    wanted = model(**given).logits
    with flattened(model, blocks):
        found = model(**given).logits
    torch.testing.assert_close(found[mask.bool()], wanted[mask.bool()], atol=1e-6, rtol=0)


def test_what_flash_attention_is_told(tiny: Path) -> None:
    config = build("tagging", tiny).config
    before = config._attn_implementation
    with flash(config, torch.tensor([3, 1, 4])) as told:
        assert config._attn_implementation == "flash_attention_2" and told["attention_mask"] is None
        assert told["cu_seq_lens_q"].tolist() == told["cu_seq_lens_k"].tolist() == [0, 3, 4, 8]
        assert told["cu_seq_lens_q"].dtype == torch.int32 and told["max_length_q"] == told["max_length_k"] == 4
    assert config._attn_implementation == before != "flash_attention_2"


def test_without_flash_attention_there_is_one_message(
    tiny: Path, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transformers.utils.is_flash_attn_2_available", lambda: False)
    made = plan("tagging", examples("tagging", tokenizer), batches="flattened")
    with pytest.raises(InputError, match=r"^optimisation\.batches: flattened: found no flash-attn, or no GPU for it"):
        fit(build("tagging", tiny), made, SEEDS, State(tmp_path, "x"))


def test_another_architecture_is_refused(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ARCHITECTURES", {"bert": False})
    with (
        pytest.raises(
            InputError, match=r"^optimisation\.batches: flattened: unknown architecture 'xlm-roberta'.*: bert$"
        ),
        flattened(build("tagging", tiny), blocks),
    ):
        raise AssertionError("not reached")


def test_it_is_for_bf16_alone() -> None:
    assert Optimisation().batches == "padded"
    assert Optimisation(batches="flattened", precision="bf16").batches == "flattened"
    with pytest.raises(ValueError, match="flattened needs precision: bf16"):
        Optimisation(batches="flattened")
