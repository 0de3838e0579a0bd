"""Fine-tuning one encoder on training data of one or several tasks: what intermediate and target training share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch

from xstilts.encoders import architecture
from xstilts.encoders.batches import Example
from xstilts.encoders.inference import predict
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import about, load_tokenizer, pad_id
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.records import prepared
from xstilts.records.files import read_rows
from xstilts.seeding import Seeds
from xstilts.threads import is_main_process
from xstilts.tracking.live import live
from xstilts.training.curve import collapse
from xstilts.training.loop import Plan, fit
from xstilts.training.order import grouped_batches
from xstilts.training.resume import State, digest_ids, fingerprint

if TYPE_CHECKING:
    from xstilts.params import Optimisation, Params, Recipe
    from xstilts.training.loop import Batch

Steps = list[list[Example]]


class Lesson(Protocol):
    """One task of a training: its model, its examples, and how it is learnt and measured."""

    model: Any  # a model of transformers

    @property
    def name(self) -> str:
        """The task, in curves and results."""

    @property
    def family(self) -> str:
        """Its family."""

    @property
    def labels(self) -> Sequence[str]:
        """What its head tells apart."""

    @property
    def size(self) -> int:
        """Encoded training examples, by which a task is weighed."""

    @property
    def counts(self) -> Mapping[str, int]:
        """What there is to count about its data."""

    @property
    def chance(self) -> float | None:
        """What its development score has to stand above; None where there are no labels."""

    def steps(self, count: int) -> Steps:
        """The examples of its first `count` optimiser steps."""

    def collate(self, examples: Sequence[Example], step: int) -> dict[str, torch.Tensor]:
        """The batch of one step."""

    def loss(self, model: Any, batch: Batch) -> torch.Tensor:
        """The summed loss of a batch."""

    def measure(self, model: Any) -> float:
        """The development score that selects the checkpoint; more is better."""

    def identity(self) -> list[str]:
        """What, beside weights and settings, its training is defined by."""


class Labelled:
    """A lesson from labelled data of one family."""

    def __init__(
        self, params: Params, name: str, recipe: Recipe, place: str, data: Path, languages: Sequence[Path],
        encoder: Path, seeds: Seeds, oracle: Sequence[Path] = (),
    ) -> None:  # fmt: skip
        """`place` is where the recipe stands in `params.yaml`, `data` holds the task's facts and English development
        set, `languages` are the files of its training set.

        `oracle`: development sets of other languages, whose mean score then stands in the place of the English one."""
        task = prepared.facts(name, folder=data)
        encode, self.head, self.select = (part(task.family, f"learning.{one}") for one in ("encode", "head", "select"))
        tokenizer, self.padding = load_tokenizer(encoder), pad_id(encoder)
        check_lengths(params, encoder, tokenizer)
        settings = {**params.encoding(recipe, place), "ablate": about(encoder).get("ablate", False)}
        rows = subset([read_rows(path) for path in languages], recipe.max_examples, seeds)
        self.examples, counts = encode.encode(rows, task.labels, tokenizer, **settings)
        files = oracle or [data / name / "dev" / "en.parquet"]
        self.devs = [encode.encode(read_rows(path), task.labels, tokenizer, **settings)[0] for path in files]
        self.name, self.labels, self.family, self.seeds, self.batch = (
            name,
            task.labels,
            task.family,
            seeds,
            recipe.batch,
        )
        self.size = len(self.examples)
        self.counts: Mapping[str, int] = {"examples": len(rows), "inputs": self.size, **counts}
        self.chance = fmean(self.select.chance(dev, task.labels) for dev in self.devs)
        torch.manual_seed(seeds.integer("head"))
        self.model = self.head.build(encoder, task.labels, **params.building(recipe))

    def budget(self, recipe: Recipe) -> int:
        """Optimiser steps of a training on this task alone."""
        return recipe.steps or (recipe.epochs or 0) * math.ceil(self.size / self.batch)

    def steps(self, count: int) -> Steps:
        """Passes over the examples, each in an order of its own, cut after `count` steps."""
        lengths = [example.length for example in self.examples]
        order = grouped_batches(lengths, self.batch, math.ceil(count / math.ceil(self.size / self.batch)), self.seeds)
        return [[self.examples[i] for i in step] for step in order[:count]]

    def collate(self, examples: Sequence[Example], step: int) -> dict[str, torch.Tensor]:
        """The family's tensors."""
        return dict(self.head.collate(examples, self.padding))

    def loss(self, model: Any, batch: Batch) -> torch.Tensor:
        """The family's loss."""
        value: torch.Tensor = self.head.loss(model, batch)
        return value

    def measure(self, model: Any) -> float:
        """The family's score on the full English development set; of an oracle the mean of its languages."""
        outputs = [predict(model, self.head, dev, self.padding) for dev in self.devs]
        scores = (self.select.measure(*both, self.labels) for both in zip(self.devs, outputs, strict=True))
        return fmean(scores)

    def identity(self) -> list[str]:
        """Hashes of the encoded examples."""
        return [digest_ids(self.examples), *map(digest_ids, self.devs)]


def learn(
    title: str, lessons: Sequence[Lesson], tasks: Sequence[int], model: torch.nn.Module, recipe: Recipe,
    optimisation: Optimisation, seeds: Seeds, folder: Path,
) -> tuple[dict[str, Any], State]:  # fmt: skip
    """Train `model` in place on the lessons; step i is the next one of lesson `tasks[i]`.

    The checkpoint with the best mean of the labelled lessons' development scores is kept (or the last, where the recipe
    says so). Returns what the learning curve records, and the state, which the caller clears once the outputs are
    written.
    """
    several = len(lessons) > 1
    scored = [lesson for lesson in lessons if lesson.chance is not None] or lessons
    streams = [iter(lesson.steps(tasks.count(index))) for index, lesson in enumerate(lessons)]

    def loss(network: Any, batch: Batch, step: int) -> torch.Tensor:
        lesson = lessons[tasks[step]]
        return lesson.loss(partial(network, lesson.name) if several else network, batch)

    def measure(network: Any) -> dict[str, Any]:
        values = {one.name: round(one.measure(one.model if several else network), 6) for one in scored}
        return {"value": round(sum(values.values()) / len(values), 6), **({"tasks": values} if several else {})}

    marks = np.linspace(0, len(tasks), recipe.evaluations + 1)[1:]
    plan = Plan(
        steps=[next(streams[task]) for task in tasks],
        collate=lambda examples, step: lessons[tasks[step]].collate(examples, step),
        loss=loss, lr=recipe.lr, accumulate=recipe.accumulate,
        evaluate_at=frozenset(marks.round().astype(int).tolist()), keep_best=recipe.selection == "best",
        tasks=[lessons[task].name for task in tasks] if several else (), task=lessons[0].name,
        **optimisation.model_dump(),
    )  # fmt: skip
    settings = (recipe.model_dump(), optimisation.model_dump(), list(tasks) if several else len(tasks))
    state = State(folder, fingerprint(model, *settings, *(digest for one in lessons for digest in one.identity())))
    with live(title, main=is_main_process()) as log:
        curve = fit(model, plan, seeds, state, title=title, log=log, measure=measure)
    collapsed = collapse(curve, {one.name: one.chance for one in lessons if one.chance is not None})
    if collapsed:
        print(f"warning: {title} has collapsed: {collapsed}", flush=True)
    return {"collapsed": collapsed, **vars(curve)}, state


def subset(languages: Sequence[list[dict[str, Any]]], size: int | None, seeds: Seeds) -> list[dict[str, Any]]:
    """The rows of the first `size` examples of one seeded order, in every language that has them.

    A small subset is contained in a larger one; translations of a row (of the same id) are the same example."""
    if size is None:
        return [row for rows in languages for row in rows]
    ids = list(dict.fromkeys(row["id"] for rows in languages for row in rows))
    if size > len(ids):
        raise InputError(f"params.yaml: max_examples {size}, but the training set has {len(ids)} examples")
    chosen = [ids[i] for i in seeds.numpy("subset").permutation(len(ids))[:size]]
    by_id = [{row["id"]: row for row in rows} for rows in languages]
    return [rows[name] for rows in by_id for name in chosen if name in rows]


def freeze(model: Any, recipe: Recipe) -> None:
    """Keep what the recipe says of the encoder as it is: it gets no gradient, and takes no time on the way back."""
    architecture.freeze(model.base_model, recipe.freeze_embeddings, recipe.freeze_layers)
