"""Batches without padding, for trainings: the rows of a batch one behind another in one row, in which each sees itself
alone. Heads and losses do not know of it: they get the states of the padded batch, with zeros in the place of padding.

The attention that knows where rows end is the one of the package flash-attn, which takes half-precision numbers on a
GPU. It adds in another order, and draws another dropout, so a training gives other bytes than with padding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import torch
from torch.nn.functional import pad

from xstilts.errors import InputError, unknown

KEY = "optimisation.batches: flattened"
# Architecture -> whether its positions begin behind the number of the padding token, as fairseq's do.
ARCHITECTURES = {"bert": False, "roberta": True, "xlm-roberta": True}
# (configuration, tokens of each row) -> what a forward pass is told, so that no row sees another one
Attention = Callable[[Any, torch.Tensor], AbstractContextManager[dict[str, Any]]]


def check_flash() -> None:
    """Refuse to begin where flash-attn cannot be used."""
    from transformers.utils import is_flash_attn_2_available

    if not is_flash_attn_2_available():
        raise InputError(f"{KEY}: found no flash-attn, or no GPU for it; `pip install flash-attn`, or set it to padded")


@contextmanager
def flash(config: Any, lengths: torch.Tensor) -> Iterator[dict[str, Any]]:
    """Flash attention, in the block alone: predictions are made with padding."""
    before = config._attn_implementation
    ends, longest = pad(lengths.cumsum(0, dtype=torch.int32), (1, 0)), int(lengths.max())
    config._attn_implementation = "flash_attention_2"
    try:
        yield {
            "attention_mask": None, "cu_seq_lens_q": ends, "cu_seq_lens_k": ends, "max_length_q": longest,
            "max_length_k": longest, "deterministic": True,
        }  # fmt: skip
    finally:
        config._attn_implementation = before


@contextmanager
def flattened(model: torch.nn.Module, attention: Attention = flash) -> Iterator[None]:
    """In the block every encoder in `model` computes without padding while it is in training mode.

    Raises `InputError` for an architecture whose positions are not known here, or without flash-attn."""
    from transformers import PreTrainedModel

    if attention is flash:
        check_flash()
    models = [one for one in model.modules() if isinstance(one, PreTrainedModel)]
    encoders = list({id(one.base_model): one.base_model for one in models}.values())
    for encoder in encoders:
        if encoder.config.model_type not in ARCHITECTURES:
            raise unknown("architecture", encoder.config.model_type, ARCHITECTURES, KEY)
    for encoder in encoders:
        encoder.forward = _forward(encoder, attention)
    try:
        yield
    finally:
        for encoder in encoders:
            del encoder.forward  # that of its class is there again


def _forward(encoder: Any, attention: Attention) -> Callable[..., Any]:
    """What stands in the place of the encoder's own forward pass."""
    from transformers.modeling_outputs import BaseModelOutputWithPoolingAndCrossAttentions

    padded, config = encoder.forward, encoder.config
    first = config.pad_token_id + 1 if ARCHITECTURES[config.model_type] else 0

    def forward(
        input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None, **more: Any
    ) -> Any:
        if not encoder.training:
            return padded(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids, **more)
        real = attention_mask.bool()
        positions = (attention_mask.cumsum(1) - 1 + first)[real]
        segments = None if token_type_ids is None else token_type_ids[real][None]
        with attention(config, attention_mask.sum(1)) as told:
            states = padded(
                input_ids=input_ids[real][None], position_ids=positions[None], token_type_ids=segments, **told
            ).last_hidden_state[0]
        whole = states.new_zeros(*real.shape, states.shape[-1])
        whole[real] = states
        pooler = getattr(encoder, "pooler", None)
        return BaseModelOutputWithPoolingAndCrossAttentions(
            last_hidden_state=whole, pooler_output=pooler(whole) if pooler is not None else None
        )

    return forward
