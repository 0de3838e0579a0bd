"""A new masked language model of XLM-R's architecture, and the encoder that is kept of it."""

from __future__ import annotations

from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import PreTrainedModel, XLMRobertaConfig, XLMRobertaForMaskedLM

from xstilts import paths
from xstilts.encoders.heads import save_heads
from xstilts.encoders.models import save_model
from xstilts.families.mlm.learning.head import masked_only
from xstilts.params import Architecture
from xstilts.records import places
from xstilts.seeding import Seeds


def new(architecture: Architecture, tokenizer: Tokenizer, seeds: Seeds) -> PreTrainedModel:
    """Random weights from the seed; the ids of XLM-R's special tokens."""
    config = XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        num_hidden_layers=architecture.layers,
        hidden_size=architecture.hidden,
        num_attention_heads=architecture.heads,
        intermediate_size=architecture.intermediate,
        max_position_embeddings=architecture.positions + 2,  # XLM-R counts positions from padding id + 1
        hidden_dropout_prob=architecture.dropout,
        attention_probs_dropout_prob=architecture.dropout,
        initializer_range=architecture.initializer_range,
        type_vocab_size=1, layer_norm_eps=1e-5, bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )  # fmt: skip
    torch.manual_seed(seeds.integer("weights"))
    model: PreTrainedModel = masked_only(XLMRobertaForMaskedLM)(config)
    return model


def save(model: PreTrainedModel, tokenizer: Tokenizer, about: dict[str, Any]) -> None:
    """Keep the encoder and the tokenizer, and beside them the language-model head for masked-LM steps of a source."""
    with places.place(paths.BACKBONE) as folder:
        tokenizer.save(str(folder / "tokenizer.json"))
        facts = {"mlm": {"family": "mlm", "labels": []}}
        save_model(
            model.base_model, folder, paths.BACKBONE, about,
            beside=lambda place: save_heads({"mlm": model}, facts, place),
        )  # fmt: skip
