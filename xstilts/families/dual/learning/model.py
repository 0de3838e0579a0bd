"""The dual encoder: one encoder for queries and candidates, and the scale of its in-batch softmax.

Behaves like `BertForRetrieval` of xtreme `third_party/bert.py` @838c13b. An encoder without a pooler gets one here."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import normalize
from transformers import PreTrainedModel

from xstilts.encoders.architecture import has_pooler, new_encoder
from xstilts.encoders.own import supports, text_state

SCALE = 100.0  # official: learned from there on, like any weight


class DualEncoder(PreTrainedModel):  # type: ignore[misc]
    """Unit vectors of texts: the pooler's output (dense, tanh) on the state of the text, divided by its length."""

    base_model_prefix = "backbone"

    def __init__(self, config: Any) -> None:
        supports(self, config)
        super().__init__(config)
        self.backbone = new_encoder(config)
        if not has_pooler(config):
            self.dense = torch.nn.Linear(config.hidden_size, config.hidden_size)
        self.scale = torch.nn.Parameter(torch.tensor([SCALE]))
        self.post_init()

    def _init_weights(self, module: torch.nn.Module) -> None:
        """Called for what a folder does not hold: with a bare encoder, its pooler and the scale."""
        super()._init_weights(module)
        if module is self:
            torch.nn.init.constant_(self.scale, SCALE)

    def embed(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, segments: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Unit vectors (rows, hidden) of the texts."""
        more = {} if segments is None else {"token_type_ids": segments}
        found = self.backbone(input_ids=input_ids, attention_mask=attention_mask, **more)
        if has_pooler(self.config):
            pooled = found.pooler_output
        else:
            pooled = torch.tanh(self.dense(text_state(self.config, found.last_hidden_state, attention_mask)))
        return normalize(pooled.float(), dim=1)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        candidate_ids: torch.Tensor | None = None,
        candidate_mask: torch.Tensor | None = None,
        token_type_ids: torch.Tensor | None = None,
        candidate_segments: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor]:
        """Vectors of the queries, of the candidates (None where there are none), and the scale."""
        queries = self.embed(input_ids, attention_mask, token_type_ids)
        if candidate_ids is None or candidate_mask is None:
            return queries, None, self.scale
        return queries, self.embed(candidate_ids, candidate_mask, candidate_segments), self.scale
