"""Predictions of a model with a trained head: the same steps for every trained family, target and intermediate task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xstilts import paths
from xstilts.encoders.inference import predict
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import about, load_tokenizer, pad_id
from xstilts.records import prepared

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.params import Params, Recipe
    from xstilts.records.prepared import Prepared

Rows = list[dict[str, Any]]


class Answerer:
    """One model of a family, ready to answer any rows of its task."""

    def __init__(
        self, params: Params, task: Prepared, recipe: Recipe, place: str, folder: Path, encode: Any, head: Any,
        decode: Any,
    ) -> None:  # fmt: skip
        """`place` is where the recipe stands in `params.yaml`, `folder` holds encoder and head; one whose
        head lies beside the encoder loads it into `model` itself."""
        self.task, self.encode, self.head, self.decode = task, encode, head, decode
        self.settings = {**params.encoding(recipe, place), "ablate": about(folder).get("ablate", False)}
        self.tokenizer, self.padding = load_tokenizer(folder), pad_id(folder)
        check_lengths(params, folder, self.tokenizer)
        self.model = head.build(folder, task.labels)
        self.schema: Mapping[str, str] = decode.SCHEMA
        self.signature: dict[str, Any] = {"max_length": recipe.max_length, **getattr(decode, "SIGNATURE", {})}

    def answer(self, rows: Sequence[dict[str, Any]]) -> tuple[Rows, dict[str, int]]:
        """One prediction a row, and the counts of what was cut or odd."""
        examples, counts = self.encode.encode(rows, self.task.labels, self.tokenizer, **self.settings)
        outputs = predict(self.model, self.head, examples, self.padding)
        return self.decode.decode(rows, examples, outputs, self.task.labels, **self.settings), dict(counts)


class TrainedSystem(Answerer):
    """A model fine-tuned for one target, ready to answer any language."""

    def __init__(self, params: Params, task: Prepared, source: str, seed: int, **family: Any) -> None:
        """`family`: its parts encode, head and decode."""
        training = params.training_of(task.name)
        recipe, folder = params.training(training), paths.target(training, source, seed)
        super().__init__(params, task, recipe, params.place(training), folder, **family)
        self.signature["training"] = training

    def predict(self, split: str, language: str) -> tuple[Rows, dict[str, int]]:
        """The answers to one prepared split."""
        return self.answer(prepared.rows(self.task.name, split, language, paths.rows_of(split)))
