"""The answers of an intermediate model to the development sets of its own tasks, and its losses on held-out lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xstilts import paths
from xstilts.encoders.heads import load_head
from xstilts.encoders.inference import predict
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import load_tokenizer, pad_id
from xstilts.families import part
from xstilts.families.answering import Answerer
from xstilts.families.mlm.answering import decode
from xstilts.families.mlm.learning import encode, head, masking
from xstilts.params import Params
from xstilts.records import prepared
from xstilts.seeding import Seeds

Answers = tuple[list[dict[str, Any]], dict[str, str], dict[str, Any]]
"""Predictions, their columns, and the record that travels with them: signature and counts."""


def development(params: Params, name: str, seed: int) -> Iterator[tuple[str, Answers]]:
    """Each task of a source with its answers, masked text last."""
    source = params.source(name)
    for task in source.tasks:
        yield task, answers(params, name, seed, task)
    if source.mlm:
        yield "mlm", held_out(params, name, seed)


def answers(params: Params, name: str, seed: int, task: str) -> Answers:
    """One prediction a row of the development set of one of the source's tasks, by the head that was kept of it."""
    data, folder = paths.mixture(name), paths.encoder(name, seed)
    facts, recipe = prepared.facts(task, folder=data), params.source(name).recipe_of(task)
    family = {
        "encode": part(facts.family, "learning.encode"),
        "head": part(facts.family, "learning.head"),
        "decode": part(facts.family, "answering.decode"),
    }
    answerer = Answerer(params, facts, recipe, params.place_in(name, task), folder, **family)
    load_head(answerer.model, folder, task)
    predictions, counts = answerer.answer(prepared.rows(task, "dev", "en", data))
    record = {"signature": {"selection": recipe.selection, **answerer.signature}, "counts": counts}
    return predictions, {"id": "str", **answerer.schema}, record


def held_out(params: Params, name: str, seed: int) -> Answers:
    """The loss of every held-out line, masked once and for all: the same masks for every seed and source."""
    text, recipe, folder = params.source(name).mlm, params.source(name).recipe_of("mlm"), paths.encoder(name, seed)
    assert text  # of a source with masked text
    tokenizer, padding = load_tokenizer(folder), pad_id(folder)
    check_lengths(params, folder, tokenizer)
    model = head.build(folder)
    load_head(model, folder, "mlm")
    masker = masking.Masker(text.mask, tokenizer, padding, Seeds("perplexity"))
    rows = [row for language in text.languages for row in prepared.rows("mlm", "dev", language, paths.mixture(name))]
    examples = masker.fixed(encode.encode(rows, tokenizer, recipe.max_length)[0])
    predictions = decode.decode(rows, predict(model, head, examples, padding))
    record = {"signature": {"max_length": recipe.max_length, "mask": text.mask}, "counts": {}}
    return predictions, {"id": "str", **decode.SCHEMA}, record
