"""Predictions of a model that was fine-tuned: the same steps for every trained family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stages.common import paths, prepared
from stages.common.encoder import about, load_tokenizer, pad_id
from stages.common.inference import predict

if TYPE_CHECKING:
    from stages.common.params import Params
    from stages.common.prepared import Prepared


class TrainedSystem:
    """One fine-tuned model of a family, ready to answer any language."""

    def __init__(
        self, params: Params, task: Prepared, source: str, seed: int, encode: Any, head: Any, decode: Any
    ) -> None:
        training = params.training_of(task.name)
        folder = paths.target(training, source, seed)
        recipe = params.training(training)
        self.task, self.encode, self.head, self.decode = task, encode, head, decode
        self.settings = {**params.encoding(recipe), "ablate": about(folder).get("ablate", False)}
        self.tokenizer, self.padding = load_tokenizer(folder), pad_id(folder)
        self.model = head.build(folder, task.labels)
        self.schema: Mapping[str, str] = decode.SCHEMA
        self.signature = {
            "training": training, "selection": recipe.selection, "max_length": recipe.max_length,
            **getattr(decode, "SIGNATURE", {}),
        }  # fmt: skip

    def predict(self, split: str, language: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """One prediction a row of the prepared split, and the counts of what was cut or odd."""
        rows = prepared.rows(self.task.name, split, language)
        examples, counts = self.encode.encode(rows, self.task.labels, self.tokenizer, **self.settings)
        outputs = predict(self.model, self.head, examples, self.padding)
        return self.decode.decode(rows, examples, outputs, self.task.labels, **self.settings), dict(counts)
