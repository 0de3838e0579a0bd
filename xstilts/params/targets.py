"""The columns of the table."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveInt

from xstilts.params.recipes import DualRecipe, Recipe
from xstilts.params.section import Section


class SpanSettings(Section):
    """Windows and decoding of all span tasks. The defaults are those of JIANT (templates/squad_style/core.py)."""

    stride: PositiveInt = 128
    """Tokens between the beginnings of two windows of a long text; less than a window holds of the text."""
    question_length: PositiveInt = 64
    """Tokens of a question; what is longer is cut."""
    answer_length: PositiveInt = 30
    """Tokens that an answer may have."""
    nbest: PositiveInt = 20
    """Beginnings and ends that are tried for an answer."""


class RetrievalSettings(Section):
    """Sentence vectors of all retrieval tasks."""

    max_length: PositiveInt = 512
    """Tokens of a sentence; what is longer is cut. Layer and pooling are the encoder's: `backbone.sentence`."""


class Decoding(Section):
    """How all translations are written: the most probable piece first (greedy), or a beam. Nothing is drawn."""

    beam: PositiveInt = 1
    """Translations that are kept in sight; 1 is greedy."""
    batch: PositiveInt = 32
    """Sentences that are translated together. It is part of what defines the result."""


class RetrievalTarget(Section):
    """Settings of one retrieval task."""

    neighbours: PositiveInt = 4
    """The k nearest neighbours of BUCC's margin."""


class Served(Section):
    """A target that a shared training serves: it has no settings of its own (`{}`)."""


class Targets(Section):
    """The columns of the table, by family. Each key is a group of entries of `tasks`; a group may be empty."""

    classification: dict[str, Recipe] = {}
    """Targets whose texts, or pairs of texts, have a label."""
    tagging: dict[str, Recipe] = {}
    """Targets with a label for each word."""
    span: dict[str, Recipe] = {}
    """Targets whose answers are parts of a text, trained on their own English questions."""
    choice: dict[str, Recipe] = {}
    """Targets where one of several answers is right."""
    squad: dict[str, Served] = {}
    """Targets without training questions: one training on SQuAD v1.1, in the section `squad`, serves them all."""
    copa: Annotated[dict[str, Served], Field(max_length=1)] = {}  # dvc.yaml has one chain a target
    """XCOPA: trained on Social IQa and then on COPA, in the sections `siqa` and `copa`."""
    retrieval: dict[str, RetrievalTarget] = {}
    """Targets that the encoder does without a training: sentences with the nearest vectors belong together."""
    dual: dict[str, DualRecipe] = {}
    """Targets that train a query and a candidate encoder."""
    translation: dict[str, Served] = {}
    """Targets whose answer is a translation: one training on parallel text, in the section `parallel`, serves them all.
    Their languages are directions, such as `en-sw`."""
