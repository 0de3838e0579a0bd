"""The questions: which rows of a test set, as model inputs, one by one and in batches of a fixed number of tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts import paths
from xstilts.encoders.batches import Example, token_batches, unlabelled
from xstilts.encoders.facts import frame
from xstilts.errors import InputError
from xstilts.records import prepared
from xstilts.seeding import Seeds

if TYPE_CHECKING:
    import torch

    from xstilts.families.answering import Answerer
    from xstilts.records.prepared import Prepared, Row

Inputs = Mapping[str, "torch.Tensor"]  # what a model is given: input_ids, attention_mask, with some token_type_ids


@dataclass(frozen=True)
class Questions:
    """The questions in one language. A question has several examples where its text is cut into windows."""

    language: str
    split: str
    rows: Sequence[Row]


def choose(task: Prepared, split: str, language: str, number: int) -> Questions:
    """So many rows of a test set, always the same ones: in all languages those at the same places of the file."""
    rows = prepared.rows(task.name, split, language, paths.rows_of(split))
    if len(rows) < 2:
        file = paths.rows_of(split) / task.name / split / f"{language}.parquet"
        raise InputError(f"{file}: found {len(rows)} rows, expected at least two questions to compare times")
    places = Seeds("latency").numpy("questions", task.name, len(rows)).permutation(len(rows))[:number]
    return Questions(language, split, [rows[place] for place in sorted(places)])


class Encoder:
    """Makes model inputs of rows, as the stage `evaluate` does."""

    def __init__(self, system: Answerer) -> None:
        self.encode, self.head = system.encode, system.head
        self.labels, self.tokenizer, self.padding = system.task.labels, system.tokenizer, system.padding
        self.settings = {**system.settings, "ablate": False}
        self.segmented = any(frame(self.tokenizer, 2).kinds)

    def examples(self, row: Row) -> list[Example]:
        """One question, tokenised."""
        found: list[Example] = self.encode.encode([row], self.labels, self.tokenizer, **self.settings)[0]
        return found

    def inputs(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        """Tensors of some examples, filled up to the longest. Where the tokenizer knows segments they are always there:
        a compiled or exported model takes one kind of input."""
        found = unlabelled(self.head.collate(examples, self.padding))
        if self.segmented and "token_type_ids" not in found:
            found["token_type_ids"] = found["input_ids"].new_zeros(found["input_ids"].shape)
        return found

    def question(self, row: Row) -> dict[str, torch.Tensor]:
        """One question from its text to the tensors: what is timed as tokenisation."""
        return self.inputs(self.examples(row))

    def batches(self, rows: Sequence[Row], tokens: int) -> list[dict[str, torch.Tensor]]:
        """All questions in batches of at most `tokens` padded tokens, of similar length; of a multiple choice only such
        as have the same number of choices."""
        examples = [example for row in rows for example in self.examples(row)]
        sizes = [len(example.ids) if example.nested else 1 for example in examples]
        batches = []
        for size in sorted(set(sizes)):
            alike = [example for example, own in zip(examples, sizes, strict=True) if own == size]
            for chosen in token_batches([example.length * size for example in alike], tokens):
                batches.append(self.inputs([alike[place] for place in chosen]))
        return batches
