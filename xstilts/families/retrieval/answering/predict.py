"""Predictions of the encoder itself: mined pairs (BUCC) or nearest neighbours (Tatoeba)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts import paths
from xstilts.encoders.inference import predict
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import load_tokenizer, pad_id
from xstilts.families.retrieval.answering import mine
from xstilts.families.retrieval.learning.encode import encode
from xstilts.families.retrieval.learning.head import Pooled, build, layer_of
from xstilts.records import prepared

if TYPE_CHECKING:
    from xstilts.params import Params
    from xstilts.records.prepared import Prepared


class System:
    """One encoder cut off at the retrieval layer, ready to compare any language with English."""

    def __init__(self, params: Params, task: Prepared, source: str, seed: int) -> None:
        folder = paths.encoder(source, seed)
        layer = layer_of(folder, params.retrieval.layer)
        self.schema = {"prediction": "str", "score": "float"}
        self.task, self.max_length = task, params.retrieval.max_length
        self.neighbours = params.targets.retrieval[task.name].neighbours
        self.tokenizer, self.padding = load_tokenizer(folder), pad_id(folder)
        check_lengths(params, folder, self.tokenizer)
        self.model, self.head = build(folder, layer), Pooled(params.retrieval.pooling)
        self.signature = {**params.retrieval.model_dump(), "hidden_state": layer, "search": "exact cosine"}
        if task.tunes_on:
            self.signature["neighbours"] = self.neighbours

    def predict(self, split: str, language: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """Mined pairs where a threshold is tuned on another split (BUCC), else each English sentence's nearest."""
        rows = prepared.rows(self.task.name, split, language)
        source, english = ([row for row in rows if row["side"] == side] for side in ("source", "english"))
        examples, counts = encode(
            [row["text"] for row in source + english], self.tokenizer, self.max_length, "retrieval.max_length"
        )
        vectors = np.stack(predict(self.model, self.head, examples, self.padding))
        find = self._mined if self.task.tunes_on else self._nearest
        return find(source, vectors[: len(source)], english, vectors[len(source) :]), dict(counts)

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
