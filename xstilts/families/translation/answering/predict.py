"""Translations of all directions that are asked for, clean and under conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch

from xstilts import environment, paths
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import about, load_tokenizer, pad_id
from xstilts.families.translation.answering.decode import SCHEMA, decode
from xstilts.families.translation.learning import head
from xstilts.families.translation.learning.encode import sources
from xstilts.families.translation.learning.pieces import Pieces
from xstilts.records import prepared

if TYPE_CHECKING:
    from xstilts.params import Params
    from xstilts.records.prepared import Prepared

Row = dict[str, Any]


class System:
    """One translation model, ready to translate any prepared split."""

    def __init__(self, params: Params, task: Prepared, source: str, seed: int) -> None:
        training = params.training_of(task.name)
        recipe, folder = params.training(training), paths.target(training, source, seed)
        self.task, self.schema, self.decoding = task, SCHEMA, params.decoding
        self.tokenizer, self.padding = load_tokenizer(folder), pad_id(folder)
        check_lengths(params, folder, self.tokenizer)
        self.model = head.trained(folder)
        if torch.cuda.is_available() and not environment.on_the_processor():  # one piece after the other takes long
            self.model.to("cuda")
        written = self.model.config.translation
        self.pieces, self.length = Pieces(written["pieces"]), int(written["length"])
        self.max_length, self.ablate = recipe.max_length, about(folder).get("ablate", False)
        self.signature = {
            "training": training, "max_length": recipe.max_length, "target_length": self.length,
            **params.decoding.model_dump(),
        }  # fmt: skip
        self.clean: dict[tuple[str, str], dict[str, Row]] = {}

    def predict(self, split: str, language: str) -> tuple[list[Row], dict[str, int]]:
        """The translations of one prepared split and direction.

        Under a condition, `clean` is what was said of the clean source. Where the condition changes nothing in a
        source, its translation is that, too."""
        rows = prepared.rows(self.task.name, split, language, paths.rows_of(split))
        name, _, condition = split.partition("@")
        if not condition:
            found, counts = self.translate(rows)
            said = [{"id": row["id"], "prediction": text, "clean": None} for row, text in zip(rows, found, strict=True)]
            self.clean[split, language] = {row["id"]: {**row, **one} for row, one in zip(rows, said, strict=True)}
            return said, counts
        clean = self._clean(name, language)
        changed = [row for row in rows if row["source"] != clean[row["id"]]["source"]]
        found, counts = self.translate(changed)
        new = {row["id"]: text for row, text in zip(changed, found, strict=True)}
        before = {row["id"]: clean[row["id"]]["prediction"] for row in rows}
        return [
            {"id": name, "prediction": new.get(name, before[name]), "clean": before[name]} for name in before
        ], counts

    def translate(self, rows: Sequence[Row]) -> tuple[list[str], dict[str, int]]:
        """A translation for each row, and how many sources were cut, and translations not ended or empty."""
        examples, counts = sources(rows, self.tokenizer, self.max_length, self.ablate)
        found = [""] * len(rows)
        for into in dict.fromkeys(row["into"] for row in rows):
            places = [place for place, row in enumerate(rows) if row["into"] == into]
            asked = [examples[place] for place in places]
            texts = decode(self.model, self.pieces, asked, self.padding, into, self.length, self.decoding)
            for place, text in zip(places, texts, strict=True):
                found[place] = text
        return found, dict(counts + Counter(empty=sum(not text for text in found)))

    def _clean(self, split: str, language: str) -> dict[str, Row]:
        if (split, language) not in self.clean:
            self.predict(split, language)
        return self.clean[split, language]
