"""The pretraining itself: AdamW with the betas of RoBERTa over the steps that `corpus` has planned."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer
from transformers import PreTrainedModel

from xstilts import paths
from xstilts.encoders.batches import Example
from xstilts.params import Params
from xstilts.pretraining.masking import PairMasker
from xstilts.seeding import Seeds
from xstilts.training import loop
from xstilts.training.curve import Curve
from xstilts.training.resume import State, digest_ids, fingerprint


def fit(
    model: PreTrainedModel, words: Tokenizer, steps: Sequence[Sequence[Example]], texts: Sequence[Example],
    params: Params, seeds: Seeds,
) -> tuple[Curve, State]:  # fmt: skip
    """Train `model` in place on the examples of each step, masked anew each time; `texts` are all that were planned.

    Returns the curve, and the state, which the caller clears once the outputs are written."""
    backbone, optimisation = params.backbone, params.optimisation
    recipe = backbone.pretraining
    assert recipe  # the schema makes sure for this kind
    masker = PairMasker(recipe.mask, words, model.config.pad_token_id, seeds)
    plan = loop.Plan(
        steps=steps, collate=masker.collate, loss=lambda module, batch, step: module(**batch), lr=recipe.lr,
        warmup=recipe.warmup, weight_decay=recipe.weight_decay, clip=optimisation.clip,
        precision=optimisation.precision, betas=(0.9, 0.98), task="mlm",
    )  # fmt: skip
    identity = fingerprint(model, backbone.model_dump(), optimisation.model_dump(), digest_ids(texts))
    state = State(paths.STATE / "backbone", identity)
    return loop.fit(model, plan, seeds, state, title="backbone"), state
