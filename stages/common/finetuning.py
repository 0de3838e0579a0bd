"""Fine-tuning one encoder on the English data of one task: what intermediate and target training have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from stages.common import paths, prepared
from stages.common.batching import grouped_batches
from stages.common.encoder import about, load_tokenizer, pad_id
from stages.common.errors import InputError
from stages.common.inference import predict
from stages.common.process import use_threads
from stages.common.resume import State, digest_ids, fingerprint
from stages.common.seeding import Seeds
from stages.common.tracking import live
from stages.common.training import Plan, collapse, fit
from stages.families import part

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from stages.common.params import Params, Recipe


def finetune(
    params: Params, stage: str, name: str, recipe: Recipe, data: Path, encoder: Path, source: str, seed: int
) -> tuple[PreTrainedModel, dict[str, Any], State]:
    """Train the encoder under a new head on the English set of task `name` in `data`; returns model, curve and state.

    The checkpoint that is best on the full English development set is kept (or the last, where the recipe says so).
    The caller writes the outputs and then clears the state.
    """
    use_threads(params.threads)
    task, seeds = prepared.facts(name, folder=data), Seeds(f"{seed}/{stage}/{name}")
    encode, head, select = (part(task.family, module) for module in ("encode", "head", "select"))
    tokenizer, padding = load_tokenizer(encoder), pad_id(encoder)
    settings = {**params.encoding(recipe), "ablate": about(encoder).get("ablate", False)}

    rows = subset(prepared.rows(name, "train", "en", data), recipe.max_examples, seeds)
    train, counts = encode.encode(rows, task.labels, tokenizer, **settings)
    dev, _ = encode.encode(prepared.rows(name, "dev", "en", data), task.labels, tokenizer, **settings)

    torch.manual_seed(seeds.integer("head"))
    model = head.build(encoder, task.labels)
    if recipe.freeze_embeddings:
        model.base_model.embeddings.requires_grad_(False)
    plan = make_plan(params, recipe, train, head, padding, seeds)
    cell = f"{stage} {name} from {source}, seed {seed}" if stage == "target" else f"{stage} {source}, seed {seed}"
    defined_by = (recipe.model_dump(), params.optimisation.model_dump(), digest_ids(train), digest_ids(dev))
    state = State(paths.STATE / stage / name / source / str(seed), fingerprint(model, *defined_by))
    with live(cell) as log:
        curve = fit(
            model, plan, seeds, state, title=cell, log=log,
            measure=lambda now: select.measure(dev, predict(now, head, dev, padding), task.labels),
        )  # fmt: skip
    record = {
        "stage": stage, "task": name, "source": source, "seed": seed, "recipe": recipe.model_dump(),
        "selection": recipe.selection, "counts": {"examples": len(rows), "inputs": len(train), **counts},
        "collapsed": collapse(curve, select.chance(dev, task.labels)), **vars(curve),
    }  # fmt: skip
    if record["collapsed"]:
        print(f"warning: {cell} has collapsed: {record['collapsed']}", flush=True)
    return model, record, state


def subset(rows: list[Any], size: int | None, seeds: Seeds) -> list[Any]:
    """The first `size` rows of one seeded order, so that a small subset is contained in a larger one."""
    if size is None:
        return rows
    if size > len(rows):
        raise InputError(f"params.yaml: max_examples {size}, but the training set has {len(rows)} rows")
    return [rows[i] for i in seeds.numpy("subset").permutation(len(rows))[:size]]


def make_plan(params: Params, recipe: Recipe, train: list[Any], head: Any, padding: int, seeds: Seeds) -> Plan:
    """The steps of one training: length-grouped, with `evaluations` dev scores spread evenly up to the last step."""
    order = grouped_batches([example.length for example in train], recipe.batch, recipe.epochs, seeds)
    marks = np.linspace(0, len(order), recipe.evaluations + 1)[1:]
    return Plan(
        steps=[[train[i] for i in step] for step in order],
        collate=lambda examples, step: head.collate(examples, padding),
        loss=head.loss, lr=recipe.lr, accumulate=recipe.accumulate,
        evaluate_at=frozenset(marks.round().astype(int).tolist()), keep_best=recipe.selection == "best",
        **params.optimisation.model_dump(),
    )  # fmt: skip
