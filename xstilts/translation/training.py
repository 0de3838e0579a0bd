"""Training a small Marian model on line-aligned text, in the loop that trains everything else."""

from __future__ import annotations

from pathlib import Path

from xstilts.params import Optimisation, Translator, TranslatorTraining
from xstilts.seeding import Seeds
from xstilts.training.loop import Plan, fit
from xstilts.training.resume import State, digest_ids, fingerprint
from xstilts.translation import marian


def train(
    settings: Translator, training: TranslatorTraining, optimisation: Optimisation, state: Path, output: Path
) -> tuple[dict[str, list[str]], list[dict[str, float]]]:
    """Train a model and save it; returns the lines that were held out, by language, and the loss by step."""
    seeds = Seeds(f"{training.seed}/translator")
    texts, held_out = marian.split(
        marian.read_parallel(Path(settings.source), list(settings.languages)), training.held_out, seeds
    )
    words = marian.Vocabulary(texts, training.vocabulary, list(settings.languages.values()))
    pairs = marian.examples(texts, settings.languages, words, settings.max_length)
    padding = words.ids[marian.PADDING]
    model = marian.new(training, words, settings.max_length, seeds)
    plan = Plan(
        steps=marian.order(pairs, training.steps, training.tokens_per_batch, seeds),
        collate=lambda some, step: marian.collate(some, padding),
        loss=lambda module, batch, *_: marian.loss(module, batch, padding), lr=training.lr, betas=(0.9, 0.98),
        **{**optimisation.model_dump(), "batches": "padded"},
    )  # fmt: skip
    identity = fingerprint(model, training.model_dump(), optimisation.model_dump(), digest_ids(pairs))
    curve = fit(model, plan, seeds, State(state / "training", identity), title="translator")
    output.mkdir(parents=True)
    model.save_pretrained(output)
    words.save(output, settings.max_length)
    return held_out, curve.steps
