"""The language-model head, tied to the embeddings. It predicts the masked tokens alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from xstilts.encoders.architecture import half
from xstilts.encoders.batches import IGNORE, Example, inputs_of, pad
from xstilts.encoders.heads import FOLDER, load_head
from xstilts.encoders.models import load_config, load_weights, load_whole
from xstilts.encoders.own import head_class

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def masked_only(kind: type) -> type:
    """`kind`, a masked language model of transformers, whose vocabulary layer sees nothing but the masked positions.

    That layer is the largest product of a small model, and over all positions of a batch XLM-R's takes gigabytes."""

    def forward(self: Any, labels: torch.Tensor, **batch: torch.Tensor) -> torch.Tensor:
        """Summed loss of each row's masked tokens, in one number."""
        states = self.base_model(**batch).last_hidden_state
        chosen = labels != IGNORE
        return cross_entropy(_scores(self, states[chosen]).float(), labels[chosen], reduction="sum")

    return type(kind.__name__, (kind,), {"forward": forward})


def _scores(model: Any, states: torch.Tensor) -> torch.Tensor:
    """What the head of a masked language model makes of states, (tokens, vocabulary)."""
    if hasattr(model, "decoder"):  # ModernBERT
        scores = model.decoder(model.head(states))
    elif hasattr(model, "lm_predictions"):  # a DeBERTa that was released with its head
        scores = model.lm_predictions(states, model.get_input_embeddings())
    else:
        scores = (model.lm_head if hasattr(model, "lm_head") else model.cls)(states)
    return scores


def build(folder: Path, labels: Sequence[str] = ()) -> PreTrainedModel:
    """The encoder in `folder` under the language-model head that is kept beside it, or under a new one."""
    config = load_config(folder)
    model = load_weights(masked_only(head_class("mlm", config)), folder, config)
    if (folder / FOLDER / "mlm").is_dir():
        load_head(model, folder, "mlm")
    return model


def released(folder: Path) -> dict[str, PreTrainedModel]:
    """The model of a released snapshot under "mlm" if all of its language-model head is there, else nothing."""
    config = load_config(folder)
    if half(config):
        return {}
    model = load_whole(masked_only(head_class("mlm", config)), folder, config)
    return {"mlm": model} if model else {}


def collate(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask and labels (rows, length) of examples that are masked already."""
    return inputs_of(examples, pad_id) | {"labels": pad([example.labels for example in examples], IGNORE)}


def loss(model: torch.nn.Module, batch: Any) -> torch.Tensor:
    """Cross-entropy summed over the masked tokens."""
    value: torch.Tensor = model(**batch)
    return value


def outputs(model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
    """Mean loss in nats and number of masked tokens of each example, shape (2,)."""
    found = []
    for row, example in enumerate(examples):
        labels = torch.tensor(example.labels, device=model.device)[None]
        own = {name: tensor[row : row + 1, : labels.shape[1]] for name, tensor in batch.items()}
        tokens = int((labels != IGNORE).sum())
        found.append(np.array([float(model(labels=labels, **own)) / tokens, tokens]))
    return found
