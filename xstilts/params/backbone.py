"""The encoder that everything starts from."""

from __future__ import annotations

from fractions import Fraction
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


class Sentence(Section):
    """How the encoder makes a vector of a sentence, for all retrieval tasks (BUCC, Tatoeba)."""

    layer: str | Annotated[list[str], Field(min_length=1)] = "14/24"
    """The hidden layer it is taken from, as a fraction of the depth; 14/24 is layer 14 of 24, as in the paper. Of a
    list the first leads, and the cells have the figures of the others beside it."""
    pooling: Literal["mean", "cls"] = "mean"
    """What makes one vector of many: the mean over the tokens, or the first token's."""
    prefix: str = ""
    """Text that is put before every sentence, such as "query: " for E5."""

    @property
    def layers(self) -> list[str]:
        """All layers; the first leads."""
        return [self.layer] if isinstance(self.layer, str) else self.layer

    @model_validator(mode="after")
    def _fractions(self) -> Sentence:
        shares = [_share(layer) for layer in self.layers]
        if len(set(shares)) < len(shares):
            raise ValueError(f"layer: found {', '.join(self.layers)}, expected no layer twice")
        return self


def _share(layer: str) -> Fraction:
    try:
        if len(layer) > 16 or "e" in layer.lower():  # Fraction("1e99999999") takes hours
            raise ValueError
        share = Fraction(layer)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"layer: found {layer!r}, expected a fraction of the depth such as '14/24'") from None
    if not 0 <= share <= 1:
        raise ValueError(f"layer: found {layer!r}, expected a fraction between 0 and 1")
    return share


class Backbone(Section):
    """The encoder that every row starts from: a released one, or a small one made from raw text."""

    kind: Literal["hub", "folder", "pretrain"]
    """`hub` takes a snapshot of a released encoder and needs `repo` and `revision`; `folder` takes a folder that you
    have, and records the hash of each file; `pretrain` makes an encoder and needs `vocabulary`, `architecture` and
    `pretraining`."""
    source: str = Field(alias="from")
    """The folder of the encoder, or of the raw text."""
    convert: bool = False
    """Whether weights that are a pickle (`pytorch_model.bin`) and a tokenizer that is no `tokenizer.json` are
    converted; without it such a folder is refused."""
    layers: PositiveInt | None = None
    """Only so many layers of a released encoder, the lowest ones; all if not given."""
    sentence: Sentence = Sentence()
    """How it makes a vector of a sentence."""
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
        needed = {"hub": ("repo", "revision"), "folder": (), "pretrain": ("vocabulary", "architecture", "pretraining")}
        missing = [name for name in needed[self.kind] if getattr(self, name) is None]
        if missing:
            raise ValueError(f"kind '{self.kind}' also needs: {', '.join(missing)}")
        for name in ("repo", "revision") if self.kind == "folder" else ():
            if getattr(self, name) is not None:
                raise ValueError(f"{name}: found it with kind 'folder', whose files' hashes say what it is")
        for name in ("convert", "layers") if self.kind == "pretrain" else ():
            if getattr(self, name):
                raise ValueError(f"{name}: found it with kind 'pretrain', expected it with a released encoder alone")
        return self
