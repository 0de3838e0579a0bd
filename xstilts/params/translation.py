"""Translators, and the English training sets that they translate."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveInt, model_validator

from xstilts.params.section import Commit, Name, Rate, Section, Seed, Share


class TranslatorTraining(Section):
    """A small Marian model made from line-aligned text."""

    layers: PositiveInt
    """Layers of the encoder, and of the decoder."""
    hidden: PositiveInt
    """Width of a layer."""
    heads: PositiveInt
    """Attention heads of a layer."""
    dropout: Share
    """Share of values that are dropped while training."""
    vocabulary: PositiveInt
    """Pieces of the vocabulary."""
    steps: PositiveInt
    """Optimiser steps."""
    tokens_per_batch: PositiveInt
    """Tokens of one step."""
    lr: Rate
    """The highest learning rate."""
    held_out: PositiveInt
    """Lines that are kept for measuring its quality."""
    seed: Seed
    """The seed of this training."""

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> TranslatorTraining:
        if self.hidden % self.heads:
            raise ValueError(f"heads: found {self.heads}, expected a divisor of hidden, which is {self.hidden}")
        return self


class Translator(Section):
    """A machine that translates from English. With `train` it is made here, without it is a snapshot of a hub's."""

    engine: Literal["marian", "nllb", "m2m100"]
    """The kind of model; `train` can make a `marian` alone."""
    source: str = Field(alias="from")
    """The folder of the snapshot, or of the line-aligned text."""
    repo: str | None = None
    """The hub's repository of the snapshot."""
    revision: Commit | None = None
    """The commit of that repository, 40 digits."""
    languages: Annotated[dict[Name, str], Field(min_length=1)]
    """The languages it translates into, each with the model's own name for it (`""` if it has none)."""
    beam: PositiveInt = 1
    """Translations that are followed at once; 1 is greedy search."""
    batch: PositiveInt
    """Sentences that are translated at once."""
    max_length: PositiveInt
    """Tokens of a sentence; what is longer is cut."""
    train: TranslatorTraining | None = None
    """How it is made here."""

    @model_validator(mode="after")
    def _made_or_taken(self) -> Translator:
        if self.train and self.engine != "marian":
            raise ValueError(f"train: engine '{self.engine}' cannot be trained here, only marian")
        if not self.train and not (self.repo and self.revision):
            raise ValueError("a translator that is not trained here also needs: repo, revision")
        return self


class Translation(Section):
    """The English training set of a task in another language: by a translator, or as somebody published it."""

    task: str
    """The entry of `tasks` whose training set it is."""
    language: Name
    """The language."""
    by: str
    """The entry of `translators` that translates it, or `published`."""
    source: str = Field(alias="from")
    """`models/translators/` and the translator's name, or the folder of the published files."""
    layout: Literal["xnli-mt", "hub", "mlqa", "pawsx", "xtreme"] | None = None
    """The format of published files."""

    @model_validator(mode="after")
    def _published_or_made(self) -> Translation:
        if (self.by == "published") != (self.layout is not None):
            raise ValueError("`by: published` and a `layout` go together: give both or neither")
        return self
