"""The dual encoder: one encoder for queries and candidates, and the scale of its in-batch softmax.

Behaves like `BertForRetrieval` of xtreme `third_party/bert.py` @838c13b, for any encoder with a pooler."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import normalize
from transformers import AutoModel, PreTrainedModel

SCALE = 100.0  # official: learned from there on, like any weight


class DualEncoder(PreTrainedModel):  # type: ignore[misc]
    """Unit vectors of texts: the pooler's output (dense, tanh) on `<s>`, divided by its length."""

    base_model_prefix = "backbone"
    _supports_sdpa = True

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.backbone = AutoModel.from_config(config, trust_remote_code=False)
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
        pooled = self.backbone(input_ids=input_ids, attention_mask=attention_mask, **more).pooler_output
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
