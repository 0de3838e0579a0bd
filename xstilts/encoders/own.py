"""The class of a head, and heads of our own on the bare encoder.

Ours are for architectures that have no such class in transformers (EuroBERT), or one that is another model (mT5, whose
classes run its decoder).

Ours are loaded as any model of transformers: `SpanHead.from_pretrained(folder)`. The names of the tensors are those of
`MT5ForTokenClassification`, which loads a folder of `TokenHead`, too."""

from __future__ import annotations

from typing import Any

import torch
from transformers import PreTrainedModel
from transformers.modeling_outputs import (
    MultipleChoiceModelOutput,
    QuestionAnsweringModelOutput,
    SequenceClassifierOutput,
    TokenClassifierOutput,
)

from xstilts.encoders.architecture import encoder_class, half, theirs, without_pooler
from xstilts.errors import InputError

DROPOUTS = ("classifier_dropout", "hidden_dropout_prob", "dropout_rate", "hidden_dropout")


def dropout(config: Any) -> torch.nn.Dropout:
    """The dropout in front of a head, as the configuration names it; none where it names none."""
    found = (getattr(config, name, None) for name in DROPOUTS)
    return torch.nn.Dropout(next((one for one in found if one is not None), 0.0))


def text_state(config: Any, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """One state a text (rows, hidden): the first token's; of an encoder whose tokenizer puts nothing before a text the
    mean over all tokens."""
    if not half(config):
        return states[:, 0]
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1)


def supports(model: PreTrainedModel, config: Any) -> None:
    """Give a model the attention kinds of the encoder inside it; to be called before its `__init__`."""
    for flag in ("_supports_sdpa", "_supports_flash_attn", "_supports_flex_attn", "_supports_attention_backend"):
        object.__setattr__(model, flag, getattr(encoder_class(config), flag, False))


class Own(PreTrainedModel):  # type: ignore[misc]
    """A bare encoder, and what a head adds in `_head`."""

    base_model_prefix = "transformer"

    def __init__(self, config: Any) -> None:
        supports(self, config)
        super().__init__(config)
        self.transformer = encoder_class(config)(config, **without_pooler(config))
        self.dropout = dropout(config)
        self._head(config)
        self.post_init()

    def _head(self, config: Any) -> None:
        """Make the layers of the head."""
        raise NotImplementedError

    def states(self, **batch: torch.Tensor) -> torch.Tensor:
        """The states of all tokens, (rows, length, hidden)."""
        states: torch.Tensor = self.transformer(**batch).last_hidden_state
        return states


class TokenHead(Own):
    """One linear layer on each token."""

    def _head(self, config: Any) -> None:
        self.classifier = torch.nn.Linear(config.hidden_size, config.num_labels)

    def forward(self, **batch: torch.Tensor) -> TokenClassifierOutput:
        """Logits (rows, length, labels)."""
        return TokenClassifierOutput(logits=self.classifier(self.dropout(self.states(**batch))))


class SpanHead(Own):
    """Two linear outputs a token."""

    def _head(self, config: Any) -> None:
        self.qa_outputs = torch.nn.Linear(config.hidden_size, 2)

    def forward(self, **batch: torch.Tensor) -> QuestionAnsweringModelOutput:
        """Logits of the start and the end, (rows, length) each."""
        start, end = self.qa_outputs(self.states(**batch)).unbind(-1)
        return QuestionAnsweringModelOutput(start_logits=start, end_logits=end)


class TextHead(Own):
    """Dense, tanh and linear on the state of the text, as RoBERTa's."""

    outputs: int | None = None  # as many as there are labels

    def _head(self, config: Any) -> None:
        self.dense = torch.nn.Linear(config.hidden_size, config.hidden_size)
        self.classifier = torch.nn.Linear(config.hidden_size, self.outputs or config.num_labels)

    def scores(self, **batch: torch.Tensor) -> torch.Tensor:
        """The outputs for each text, (rows, outputs)."""
        text = text_state(self.config, self.states(**batch), batch["attention_mask"])
        found: torch.Tensor = self.classifier(self.dropout(torch.tanh(self.dense(self.dropout(text)))))
        return found

    def forward(self, **batch: torch.Tensor) -> Any:
        """Logits (rows, labels)."""
        return SequenceClassifierOutput(logits=self.scores(**batch))


class ChoiceHead(TextHead):
    """One score a choice."""

    outputs = 1

    def forward(self, **batch: torch.Tensor) -> MultipleChoiceModelOutput:
        """Logits (rows, choices) of batches (rows, choices, length)."""
        flat = {name: tensor.flatten(0, 1) for name, tensor in batch.items()}
        return MultipleChoiceModelOutput(logits=self.scores(**flat).view(batch["input_ids"].shape[:2]))


CLASSES = {"classification": TextHead, "tagging": TokenHead, "span": SpanHead, "choice": ChoiceHead}


def head_class(family: str, config: Any) -> Any:
    """The class of a family's head: that of transformers where it stands on the bare encoder, else ours.

    Raises `InputError` where there is neither."""
    if (found := theirs(family, config)) and not half(config):
        return found
    if family in CLASSES:
        return CLASSES[family]
    raise InputError(
        f"the backbone's architecture, {config.model_type}, has no language-model head in transformers: sources with "
        "masked text need another backbone"
    )
