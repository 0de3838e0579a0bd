"""Masked language modelling as one task of a training."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xstilts.encoders.batches import Example
from xstilts.encoders.inference import predict
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import load_tokenizer, pad_id
from xstilts.families.mlm.learning import head
from xstilts.families.mlm.learning.encode import encode
from xstilts.families.mlm.learning.masking import Masker
from xstilts.records import prepared
from xstilts.seeding import Seeds
from xstilts.training.order import grouped_batches
from xstilts.training.resume import digest_ids

if TYPE_CHECKING:
    from xstilts.params import Params
    from xstilts.training.loop import Batch


def smoothed(sizes: Sequence[int], exponent: float) -> np.ndarray:
    """XLM's shares of the languages: q proportional to p ** exponent (Lample & Conneau 2019, section 3.1)."""
    powers = (np.asarray(sizes) / np.sum(sizes)) ** exponent
    shares: np.ndarray = powers / powers.sum()
    return shares


class Masked:
    """A lesson from raw text in several languages: one language a step, masked anew each time."""

    name = family = "mlm"
    labels: Sequence[str] = ()
    chance: float | None = None

    def __init__(self, params: Params, source: str, data: Path, encoder: Path, seeds: Seeds) -> None:
        text, self.recipe, self.seeds = params.source(source).mlm, params.source(source).recipe_of("mlm"), seeds
        assert text  # of a source with masked text
        self.text = text
        self.tokenizer, self.padding = load_tokenizer(encoder), pad_id(encoder)
        check_lengths(params, encoder, self.tokenizer)
        self.masker = Masker(text.mask, self.tokenizer, self.padding, seeds)
        self.lines = {language: prepared.rows("mlm", "train", language, data) for language in text.languages}
        held = [row for language in text.languages for row in prepared.rows("mlm", "dev", language, data)]
        self.held = self.masker.fixed(encode(held, self.tokenizer, self.recipe.max_length)[0])
        self.size = sum(map(len, self.lines.values()))
        self.counts: Counter[str] = Counter(examples=self.size)
        torch.manual_seed(seeds.integer("head"))
        self.model = head.build(encoder)

    def steps(self, count: int) -> list[list[Example]]:
        """A language for each step, and its next lines. Only what is drawn is encoded; lines of like length meet."""
        shares = smoothed([len(lines) for lines in self.lines.values()], self.text.smoothing)
        names = list(self.lines)
        drawn = [names[i] for i in self.seeds.numpy("languages").choice(len(names), size=count, p=shares)]
        streams = {name: iter(self._batches(name, drawn.count(name))) for name in names}
        return [next(streams[name]) for name in drawn]

    def _batches(self, language: str, count: int) -> list[list[Example]]:
        lines, batch = self.lines[language], self.recipe.batch
        epochs = math.ceil(count / math.ceil(len(lines) / batch))
        order = grouped_batches(
            [len(row["text"]) for row in lines], batch, epochs, Seeds(f"{self.seeds.seed}/{language}")
        )[:count]
        needed = sorted({int(i) for step in order for i in step})
        examples, counts = encode([lines[i] for i in needed], self.tokenizer, self.recipe.max_length)
        self.counts.update({f"drawn {language}": len(needed), **counts})
        encoded = dict(zip(needed, examples, strict=True))
        return [[encoded[int(i)] for i in step] for step in order]

    def collate(self, examples: Sequence[Example], step: int) -> dict[str, torch.Tensor]:
        """Masked by (seed, step) alone."""
        return self.masker.collate(examples, step)

    def loss(self, model: Any, batch: Batch) -> torch.Tensor:
        """Summed over the masked tokens."""
        return head.loss(model, batch)

    def measure(self, model: Any) -> float:
        """Minus the perplexity of the held-out lines, so that more is better (as JIANT's major metric of this task)."""
        found = np.array(predict(model, head, self.held, self.padding))
        return -float(np.exp((found[:, 0] * found[:, 1]).sum() / found[:, 1].sum()))

    def identity(self) -> list[str]:
        """A hash of the drawn and the held-out text."""
        texts = [Example(ids=[row["text"]]) for lines in self.lines.values() for row in lines]
        return [digest_ids(texts), digest_ids(self.held), repr(self.text.model_dump())]
