"""What a profile takes on a processor: tokens of all trainings and predictions, and from them time; memory and disk.

All of it is an estimate. Tokens of a row are those that rows of its family usually have in XTREME, at most the recipe's
`max_length`; a training of n parameters (embeddings apart) takes 6n operations a token, a prediction 2n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xstilts.params import DataSet, Params, Recipe
from xstilts.tasks import load, names

BYTES = 4  # of a parameter: models are kept as float32
RATE = 60e9  # operations a second of one core with AVX2 or AVX-512 (64e9 to 68e9 were measured); `compatible`: half
TOKENS = {"classification": 45, "tagging": 30, "span": 230, "choice": 320, "retrieval": 25, "dual": 250}
LIBRARIES, TOKENIZER = 1.0e9, 17e6  # bytes: python, torch and transformers in memory; a vocabulary of 250,000 on disk


@dataclass(frozen=True)
class Cost:
    """Seconds of one core, bytes of one training process, bytes of all models; None where something is not known."""

    training: float | None
    predicting: float | None
    memory: float
    cached: float  # models in DVC's cache, frozen weights once
    lying: float  # models in the working folder, frozen weights once

    @property
    def seconds(self) -> float | None:
        """Of one core, for everything that is computed with the encoder."""
        return None if self.training is None or self.predicting is None else self.training + self.predicting


def cost(params: Params, embeddings: int, layers: int) -> Cost:
    """The cost of a profile whose encoder has so many parameters in its embeddings and in its layers."""
    seeds, whole = len(params.seeds), float(embeddings + layers)
    runs = seeds * len(params.sources)  # of each target training
    targets = [(name, params.training(name)) for name in params.trainings()]
    lessons = [
        (member, source.recipe_of(task), seeds)
        for source in params.sources.values() for task in source.tasks for member in params.members(task)
    ] + [(name, recipe, runs) for name, recipe in targets]  # fmt: skip
    trained = [(_training(params, task, recipe), times) for task, recipe, times in lessons]
    predicted = [(_dev(params, task, recipe), times) for task, recipe, times in lessons]
    predicted += [(_tested(params, target), runs) for target in params.target_families()]
    models = [whole]
    for source in params.sources.values():
        models += [_changed(source.recipe, embeddings, layers)] * seeds if source.recipe else []
    for _, recipe in targets:
        models += [_changed(recipe, embeddings, layers)] * runs
    rate = RATE / (2 if params.arithmetic == "compatible" else 1)
    known = all(tokens is not None for tokens, _ in [*trained, *predicted])
    seconds = layers / rate
    learnt = max([*models[1:], 0.0])
    return Cost(
        6 * seconds * _total(trained) if known else None, 2 * seconds * _total(predicted) if known else None,
        LIBRARIES + BYTES * (whole + 4 * learnt),  # gradients, two moments, the best checkpoint
        BYTES * (sum(models) + embeddings * (len(models) > 1)) + TOKENIZER,
        BYTES * (sum(models) + embeddings * (len(models) > 1)) + len(models) * TOKENIZER,
    )  # fmt: skip


def _total(parts: Sequence[tuple[float | None, int]]) -> float:
    """The tokens of all parts, each as often as it is gone through."""
    return sum(times * (tokens or 0.0) for tokens, times in parts)


def _changed(recipe: Recipe, embeddings: int, layers: int) -> float:
    """Parameters that one training changes, and so keeps for itself."""
    return float(layers if recipe.freeze_embeddings else embeddings + layers)


def _tokens(task: str, longest: int) -> int:
    return min(TOKENS.get(load(task).family, 100), longest * (4 if load(task).family == "choice" else 1))


def _declared(given: DataSet, task: str, split: str, language: str) -> int | None:
    """Rows of a split: those that the full set has, or fewer where `max_rows` says so."""
    full = max(load(task).declared(split, language), default=None) if task in names() else None
    return min((one for one in (full, given.kept(split)) if one is not None), default=None)


def _training(params: Params, task: str, recipe: Recipe) -> float | None:
    """Tokens that one training on a task goes through; None where the size of its set is not known."""
    if task not in names():
        return None
    full = max(load(task).declared("train", "en"), default=None)
    rows = min((one for one in (full, recipe.max_examples) if one is not None), default=None)
    seen = recipe.steps * recipe.batch if recipe.steps else None if rows is None else rows * (recipe.epochs or 0)
    return None if seen is None else float(seen * _tokens(task, recipe.max_length))


def _dev(params: Params, task: str, recipe: Recipe) -> float | None:
    """Tokens of all looks at the development set."""
    if task not in names():
        return None
    rows = _declared(params.tasks[task], task, "dev", "en")
    return None if rows is None else float(rows * recipe.evaluations * _tokens(task, recipe.max_length))


def _tested(params: Params, target: str) -> float | None:
    """Tokens of the test sets of one target."""
    if target not in names():
        return None
    task, given, total = load(target), params.tasks[target], 0.0
    times = 1 + len(params.conditions.get(target, ()))  # the clean sets, and those under each condition
    for split, chosen in given.evaluate.items():
        for language in task.named(chosen) if isinstance(chosen, str) else chosen:
            rows = _declared(given, target, split, language)
            if rows is None:
                return None
            if task.family == "retrieval":  # both sides; of BUCC pairs are declared, and a sentence in forty has one
                full = max(task.declared(split, language), default=rows)
                rows = 40 * 2 * full if task.tunes_on else rows + full
            total += times * rows * TOKENS[task.family]
    return total
