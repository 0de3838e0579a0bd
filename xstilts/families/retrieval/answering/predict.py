"""Predictions of the encoder itself: mined pairs (BUCC) or nearest neighbours (Tatoeba)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts import paths
from xstilts.encoders.inference import predict
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import load_tokenizer, pad_id
from xstilts.families.retrieval.answering import mine
from xstilts.families.retrieval.learning.encode import check_sentence, encode
from xstilts.families.retrieval.learning.head import Pooled, build, layer_of
from xstilts.records import prepared

if TYPE_CHECKING:
    from xstilts.params import Params
    from xstilts.records.prepared import Prepared


class System:
    """One encoder cut off at the retrieval layer, ready to compare any language with English."""

    def __init__(self, params: Params, task: Prepared, source: str, seed: int) -> None:
        folder, sentence = paths.encoder(source, seed), params.backbone.sentence
        self.layers = sentence.layers
        numbers = [layer_of(folder, layer) for layer in self.layers]
        self.schema = {"prediction": "str", "score": "float"} | ({"layer": "str"} if len(numbers) > 1 else {})
        self.task, self.max_length, self.prefix = task, params.retrieval.max_length, sentence.prefix
        self.neighbours = params.targets.retrieval[task.name].neighbours
        self.tokenizer, self.padding = load_tokenizer(folder), pad_id(folder)
        check_lengths(params, folder, self.tokenizer)
        check_sentence(self.tokenizer, sentence, self.max_length)
        self.model, self.head = build(folder, max(numbers)), Pooled(sentence.pooling, numbers)
        self.signature = {
            "layer": self.layers[0], "pooling": sentence.pooling, "prefix": sentence.prefix or "none",
            "max_length": self.max_length, "hidden_state": numbers[0], "search": "exact cosine",
        }  # fmt: skip
        if len(numbers) > 1:
            self.signature["further_layers"] = ", ".join(self.layers[1:])
        if task.tunes_on:
            self.signature["neighbours"] = self.neighbours

    def predict(self, split: str, language: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """Mined pairs where a threshold is tuned on another split (BUCC), else each English sentence's nearest.

        With several layers, each layer's with its name, one layer after the other; the texts are encoded once."""
        rows = prepared.rows(self.task.name, split, language, paths.rows_of(split))
        source, english = ([row for row in rows if row["side"] == side] for side in ("source", "english"))
        examples, counts = encode(
            [self.prefix + row["text"] for row in source + english],
            self.tokenizer,
            self.max_length,
            "retrieval.max_length",
        )
        vectors = np.stack(predict(self.model, self.head, examples, self.padding))
        find = self._mined if self.task.tunes_on else self._nearest
        if len(self.layers) == 1:
            return find(source, vectors[: len(source)], english, vectors[len(source) :]), dict(counts)
        found: list[dict[str, Any]] = []
        for place, layer in enumerate(self.layers):
            own = vectors[:, place]
            answers = find(source, own[: len(source)], english, own[len(source) :])
            found += [{**row, "layer": layer} for row in answers]
        return found, dict(counts)

    def _mined(self, source: Any, x: np.ndarray, english: Any, y: np.ndarray) -> list[dict[str, Any]]:
        texts, translations = ([row["text"] for row in side] for side in (source, english))
        return [
            {"id": source[i]["id"], "prediction": english[j]["id"], "score": margin}
            for i, j, margin in mine.mine_texts(
                texts, x, translations, y, self.neighbours, device=self.model.device.type
            )
        ]

    def _nearest(self, source: Any, x: np.ndarray, english: Any, y: np.ndarray) -> list[dict[str, Any]]:
        found = mine.nearest(y, x, device=self.model.device.type)
        cosines = (mine.unit(y) * mine.unit(x)[found]).sum(axis=1)
        return [
            {"id": row["id"], "prediction": source[int(index)]["id"], "score": round(float(cosine), 6)}
            for row, index, cosine in zip(english, found, cosines, strict=True)
        ]
