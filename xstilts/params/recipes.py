"""How one training goes, and what a source may add to it: several tasks, masked text, translations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from xstilts.params.section import Name, NotNegative, Positive, Rate, Section, Share


class Optimisation(Section):
    """What all trainings share: AdamW, warm-up, linear decay, clipping. The defaults are those of JIANT."""

    warmup: Share = 0.1
    """The share of the steps in which the learning rate rises from 0."""
    weight_decay: NotNegative = 0.01
    """AdamW's weight decay."""
    clip: Positive = 1.0
    """Gradients with a larger norm are scaled down to it."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """The numbers that trainings compute in; `bf16` is for a GPU. On most processors it is slower, and a training says
    so when it begins."""
    batches: Literal["padded", "flattened"] = "padded"
    """`flattened`: intermediate and target trainings compute nothing for padding. This needs `bf16`, a GPU, the package
    flash-attn, and an encoder of the kinds BERT, RoBERTa or XLM-R. A training then gives other bytes than with
    `padded`."""

    @model_validator(mode="after")
    def _half_precision(self) -> Optimisation:
        if self.batches == "flattened" and self.precision != "bf16":
            raise ValueError("batches: flattened needs precision: bf16, for flash attention takes nothing else")
        return self


class Recipe(Section):
    """Hyper-parameters of one training; its length is given in `epochs` or in optimiser `steps`."""

    epochs: PositiveInt | None = None
    """How often the training data is gone through."""
    steps: PositiveInt | None = None
    """The number of optimiser steps, in the place of `epochs`."""
    lr: Rate
    """The highest learning rate."""
    batch: PositiveInt
    """Examples of one optimiser step."""
    max_length: PositiveInt
    """Tokens of an input; what is longer is cut (of a span task: split into windows)."""
    accumulate: PositiveInt = 1
    """Parts that a batch is computed in, for less memory; `batch` must be a multiple of it."""
    selection: Literal["best", "last"] = "best"
    """The checkpoint that is kept: the best on the development set, or the last."""
    evaluations: PositiveInt = 5
    """How often, at equal distances, the development set is scored."""
    freeze_embeddings: bool = False
    """Whether the word embeddings stay as they are."""
    freeze_layers: NonNegativeInt = 0
    """So many layers of the encoder, the lowest ones, and the embeddings stay as they are."""
    max_examples: PositiveInt | None = None
    """Train on so many examples, drawn at random; on all if not given."""

    @model_validator(mode="after")
    def _whole_micro_batches(self) -> Recipe:
        if self.batch % self.accumulate:
            raise ValueError(f"batch {self.batch} is not a multiple of accumulate {self.accumulate}")
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("found both or neither of epochs and steps, expected one of them")
        return self


class DualRecipe(Recipe):
    """The recipe of a dual encoder: `max_length` is that of its candidates."""

    query_length: PositiveInt
    """Tokens of a query."""


class TranslationRecipe(Recipe):
    """The recipe of a translation model: `max_length` is that of its sources."""

    target_length: PositiveInt
    """Pieces of a translation, with the one that ends it; what is longer is cut, and nothing longer is written."""
    decoder_layers: PositiveInt = 2
    """Layers of the new decoder, whose width and heads are those of the encoder."""


class Sampling(Section):
    """How often each of several tasks is drawn: by the size of its training set, evenly, or something between."""

    # 2^17 is the cap that the project's description of the paper gives; JIANT has the rules, but no value.
    rule: Literal["proportional", "uniform", "temperature"]
    """The weight of a task: min(size, cap), 1, or min(size, cap) ** (1 / temperature)."""
    cap: PositiveInt | None = 2**17
    """The size above which a task weighs no more."""
    temperature: Positive | None = None
    """Of the rule `temperature` alone: the higher, the more even."""

    @model_validator(mode="after")
    def _of_this_rule(self) -> Sampling:
        if (self.rule == "temperature") != (self.temperature is not None):
            raise ValueError(
                f"rule {self.rule}: found temperature {self.temperature}; it belongs to 'temperature' alone"
            )
        return self


class MaskedText(Section):
    """Masked-LM steps on the text of `corpus`. All lines of a step are of one language (Lample & Conneau 2019)."""

    share: Annotated[float, Field(gt=0, le=1)]
    """Their share of all steps: 1 without tasks, less than 1 with them."""
    languages: Annotated[list[Name], Field(min_length=1)]
    """The languages of the text."""
    lines: PositiveInt | None = None
    """Lines of each language; all there are if not given."""
    smoothing: Share = 0.7
    """A step's language is drawn with p ** smoothing, where p is its share of the lines."""
    mask: Rate = 0.15
    """The share of tokens that are hidden."""
    batch: PositiveInt | None = None
    """Lines of one step; the recipe's if not given."""
    max_length: PositiveInt | None = None
    """Tokens of a line; the recipe's if not given."""
    held_out: PositiveInt = 100
    """Lines of each language that are kept for measuring the perplexity."""


class Translated(Section):
    """Machine-translated training data."""

    languages: Annotated[list[Name], Field(min_length=1)]
    """Languages; each needs an entry under `translations`."""
    mode: Literal["replace", "add"]
    """Whether the translations replace the English rows or are added to them."""
    by: str | None = None
    """The translator, where a task has translations by several."""


class Own(Section):
    """Settings of one task among several; the others are those of the recipe."""

    epochs: PositiveInt | None = None
    """How often its training data counts in the length of the training."""
    batch: PositiveInt | None = None
    """Examples of one of its steps."""
    max_length: PositiveInt | None = None
    """Tokens of one of its inputs."""
