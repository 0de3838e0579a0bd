"""The parameters: the schema of `params.yaml` and the profiles that it is made from.

An unknown key or a wrong type is refused before anything runs."""

from xstilts.params.backbone import Architecture, Backbone, Pretraining
from xstilts.params.data import Benchmark, Corpus, Data, DataSet
from xstilts.params.read import read_params
from xstilts.params.recipes import (
    DualRecipe,
    MaskedText,
    Optimisation,
    Own,
    Recipe,
    Sampling,
    Translated,
    TranslationRecipe,
)
from xstilts.params.sources import Source
from xstilts.params.targets import Decoding, RetrievalSettings, RetrievalTarget, Served, SpanSettings, Targets
from xstilts.params.translation import Translation, Translator, TranslatorTraining
from xstilts.params.whole import Params

__all__ = [
    "Architecture", "Backbone", "Benchmark", "Corpus", "Data", "DataSet", "Decoding", "DualRecipe", "MaskedText",
    "Optimisation", "Own", "Params", "Pretraining", "Recipe", "RetrievalSettings", "RetrievalTarget", "Sampling",
    "Served", "Source", "SpanSettings", "Targets", "Translated", "Translation", "TranslationRecipe", "Translator",
    "TranslatorTraining", "read_params",
]  # fmt: skip
