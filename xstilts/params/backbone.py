"""The encoder that everything starts from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveInt, model_validator

from xstilts.params.section import Commit, Name, NotNegative, Positive, Rate, Section, Seed, Share


class Architecture(Section):
    """Size of an encoder of XLM-R's architecture that is pretrained here."""

    layers: PositiveInt
    """Transformer layers."""
    hidden: PositiveInt
    """Width of a layer."""
    heads: PositiveInt
    """Attention heads of a layer."""
    intermediate: PositiveInt
    """Width of the feed-forward part of a layer."""
    positions: PositiveInt
    """The longest input, in tokens."""
    dropout: Share
    """Share of values that are dropped while training."""
    initializer_range: Positive
    """Standard deviation of the first weights."""

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> Architecture:
        if self.hidden % self.heads:
            raise ValueError(f"heads: found {self.heads}, expected a divisor of hidden, which is {self.hidden}")
        return self


class Pretraining(Section):
    """Masked (and translation) language modelling from raw text."""

    steps: PositiveInt
    """Optimiser steps."""
    tokens_per_batch: PositiveInt
    """Tokens of one step."""
    lr: Rate
    """The highest learning rate."""
    warmup: Share
    """The share of the steps in which the learning rate rises from 0."""
    weight_decay: NotNegative
    """AdamW's weight decay."""
    mask: Rate
    """The share of tokens that are hidden."""
    parallel_share: Annotated[float, Field(ge=0, lt=1)]
    """The share of steps on pairs of translations."""
    max_length: PositiveInt
    """Tokens of an input."""
    seed: Seed
    """The seed of this training; it is made once for all seeds of the table."""


class Backbone(Section):
    """The encoder that every row starts from: a snapshot of a released one, or a small one made from raw text."""

    kind: Literal["hub", "pretrain"]
    """`hub` copies a snapshot and needs `repo` and `revision`; `pretrain` makes one and needs `vocabulary`,
    `architecture` and `pretraining`."""
    source: str = Field(alias="from")
    """The folder of the snapshot, or of the raw text."""
    repo: str | None = None
    """The hub's repository of the snapshot."""
    revision: Commit | None = None
    """The commit of that repository, 40 digits."""
    monolingual: list[Name] = []
    """Folders below `from` with `<language>.txt`, a text a line."""
    parallel: str | None = None
    """A folder below `from` with `en.txt` and `<language>.txt`, whose lines are translations of one another."""
    vocabulary: PositiveInt | None = None
    """Pieces of the vocabulary."""
    seed_pieces: bool = False
    """Whether candidate pieces are counted over running text: for small vocabularies, where it matters."""
    architecture: Architecture | None = None
    """The size of the encoder."""
    pretraining: Pretraining | None = None
    """How it is pretrained."""

    @model_validator(mode="after")
    def _complete(self) -> Backbone:
        needed = ("repo", "revision") if self.kind == "hub" else ("vocabulary", "architecture", "pretraining")
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise ValueError(f"kind '{self.kind}' also needs: {', '.join(missing)}")
        return self
