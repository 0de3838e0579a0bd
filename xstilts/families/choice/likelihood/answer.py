"""Multiple choice without a trained head: how likely a masked language model finds each option after the question.

The pseudo-log-likelihood of a text (Salazar et al. 2020, arXiv 1910.14659) is the sum over its tokens of the logarithm
of the probability that the model gives a token where that one is masked. Here it is that of the option's tokens, with
the question in front of them. Long options have small sums, and some options are likely after any question. So there
are three scores: the sum, its mean over tokens, and that mean less the same without the question (`gain`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xstilts import environment
from xstilts.encoders.batches import IGNORE
from xstilts.encoders.facts import mask_id
from xstilts.encoders.heads import FOLDER
from xstilts.encoders.models import load_tokenizer
from xstilts.errors import InputError
from xstilts.families.choice.likelihood.inputs import Asked, asked
from xstilts.families.mlm.learning import head
from xstilts.records.prepared import Row

if TYPE_CHECKING:
    from transformers import PreTrainedModel

SCORES = ("gain", "mean", "sum")


@dataclass(frozen=True)
class Likelihood:
    """Of one option: log-probabilities in nats, after the question and without it, and its tokens."""

    after: float
    alone: float
    tokens: int
    tokens_alone: int

    def score(self, name: str) -> float:
        """One of `SCORES`."""
        if name == "sum":
            return self.after
        mean = self.after / self.tokens
        return mean if name == "mean" else mean - self.alone / self.tokens_alone


def has_head(folder: Path) -> bool:
    """Whether a model folder holds a language-model head: that of the backbone, or of a source with masked text."""
    return (folder / FOLDER / "mlm").is_dir()


class Answerer:
    """The masked language model of a folder, ready to answer questions in any language."""

    def __init__(self, folder: Path, max_length: int) -> None:
        if not has_head(folder):
            raise InputError(f"{folder}: found no language-model head, expected {FOLDER}/mlm")
        self.tokenizer, self.max_length = load_tokenizer(folder), max_length
        self.mask, self.model = mask_id(self.tokenizer), head.build(folder).eval()
        self.budget = environment.number("XSTILTS_EVAL_TOKENS")

    def answer(self, rows: Sequence[Row]) -> tuple[list[dict[str, int]], Counter[str]]:
        """The option that each score prefers, a row a question, ties to the first; and how many questions were cut."""
        answers, counts = [], Counter(truncated=0)
        for row in rows:
            found, cut = self.likelihoods(row)
            counts["truncated"] += cut
            answers.append({name: int(np.argmax([one.score(name) for one in found])) for name in SCORES})
        return answers, counts

    def likelihoods(self, row: Row) -> tuple[list[Likelihood], bool]:
        """Of every option of a question; and whether a text was cut."""
        found, cut = [], False
        for option in row["choices"]:
            after, alone = (asked(self.tokenizer, text, option, self.max_length) for text in (row["prompt"], ""))
            if not after.places or not alone.places:
                raise InputError(f"question {row['id']}: found an option without tokens, expected at least one")
            cut |= after.cut
            with_question, without = (
                pseudo_log_likelihood(self.model, one, self.mask, self.budget) for one in (after, alone)
            )
            found.append(Likelihood(with_question, without, len(after.places), len(alone.places)))
        return found, cut


def pseudo_log_likelihood(model: PreTrainedModel, text: Asked, mask: int, budget: int = 8192) -> float:
    """The sum over the option's tokens of the log-probability of each where it is masked, in nats.

    A copy of the text for each token; at most `budget` tokens are in one forward pass."""
    copies = max(1, budget // len(text.ids))
    with torch.inference_mode():
        return -sum(float(model(**batch)) for batch in _batches(text, mask, copies, model.device))


def _batches(text: Asked, mask: int, copies: int, device: Any) -> Iterator[dict[str, torch.Tensor]]:
    """input_ids, attention_mask, labels (copies, length): one token is masked, and labelled, in each row."""
    for begin in range(0, len(text.places), copies):
        places = text.places[begin : begin + copies]
        ids = torch.tensor(text.ids, device=device).repeat(len(places), 1)
        labels, rows = torch.full_like(ids, IGNORE), range(len(places))
        labels[rows, places] = ids[rows, places]
        ids[rows, places] = mask
        yield {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}
