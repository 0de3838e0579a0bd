"""What a profile takes on a processor: tokens of all trainings and predictions, and from them time; memory and disk.

All of it is an estimate. Tokens of a row are those that rows of its family usually have in XTREME, at most the recipe's
`max_length`; n parameters (embeddings apart) take 2n operations a token on the way forward, and 4n on the way back
where they are trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params, Recipe
from xstilts.records.files import read_json
from xstilts.tasks import load, names

BYTES = 4  # of a parameter: models are kept as float32
RATE = 60e9  # operations a second of one core with AVX2 or AVX-512 (64e9 to 68e9 were measured); `compatible`: half
GPU_RATE = {"bf16": 790e12, "fp32": 67e12}  # the same of an H200, its peak; the first was measured
GPU_COPY = 4.3e12  # bytes a second of its memory, measured
ADAMW = 28  # bytes that a step of fused AdamW moves for each parameter that it changes
LAUNCHES = (
    0.003,
    0.00175,
)  # seconds a step in eager PyTorch, and more a layer: 24 ms of 12 layers, 45 ms of 24 (estimates)
TOKENS = {
    "classification": 45,
    "tagging": 30,
    "span": 230,
    "choice": 320,
    "retrieval": 25,
    "dual": 250,
    "translation": 35,
}
LIBRARIES, TOKENIZER = 1.0e9, 17e6  # bytes: python, torch and transformers in memory; a vocabulary of 250,000 on disk


Lesson = tuple[str, Recipe, int, Sequence[str]]  # a training: task, recipe, how often, languages


@dataclass(frozen=True)
class Size:
    """Parameters of an encoder, of its embeddings and of one of its layers. For the way back a layer keeps so many
    numbers of a token, `kept`, and so many for each token that it looks at, `looked`."""

    embeddings: int
    layers: int
    layer: int
    kept: int
    looked: int


@dataclass(frozen=True)
class Cost:
    """Seconds of one core, bytes of one training process, bytes of all models; None where something is not known."""

    training: float | None
    predicting: float | None
    memory: float
    cached: float  # models in DVC's cache, frozen weights once
    lying: float  # models in the working folder, frozen weights once
    gpu: tuple[float, float] | None  # seconds of one H200: at its peak, and where each step waits for its launches

    @property
    def seconds(self) -> float | None:
        """Of one core, for everything that is computed with the encoder."""
        return None if self.training is None or self.predicting is None else self.training + self.predicting


def cost(params: Params, size: Size) -> Cost:
    """The cost of a profile whose encoder has such a size."""
    seeds, whole = len(params.seeds), float(size.embeddings + size.layers * size.layer)
    runs = seeds * len(params.sources)  # of each target training
    targets = [(name, params.training(name)) for name in params.trainings()]
    lessons = [
        (member, source.recipe_of(task), seeds, params.dev_languages(name, task))
        for name, source in params.sources.items() for task in source.tasks for member in params.members(task)
    ] + [(name, recipe, runs, ["en"]) for name, recipe in targets]  # fmt: skip
    trained = [(_training(params, task, recipe, size, one), times) for task, recipe, times, one in lessons]
    predicted = [(_dev(params, task, recipe, one), times) for task, recipe, times, one in lessons]
    predicted += [(_tested(params, target), runs) for target in params.target_families()]
    models = [whole]
    for source in params.sources.values():
        models += [_changed(source.recipe, size)] * seeds if source.recipe else []
    for _, recipe in targets:
        models += [_changed(recipe, size)] * runs
    rate = RATE / (2 if params.arithmetic == "compatible" else 1)
    known = all(tokens is not None for tokens, _ in [*trained, *predicted])
    weights = size.layers * size.layer
    seconds = weights / rate  # of one operation with each parameter of the layers
    operations = weights * (_total(trained) + 2 * _total(predicted)) if known else None
    learnt = max([*models[1:], 0.0])
    batches = max(_batch(task, recipe, size) for task, recipe, _, _ in lessons)
    return Cost(
        seconds * _total(trained) if known else None, 2 * seconds * _total(predicted) if known else None,
        LIBRARIES + BYTES * (whole + 4 * learnt + batches),  # gradients, two moments, the best checkpoint
        BYTES * (sum(models) + size.embeddings * (len(models) > 1)) + TOKENIZER,
        BYTES * (sum(models) + size.embeddings * (len(models) > 1)) + len(models) * TOKENIZER,
        None if operations is None else _gpu(params, operations, lessons, size),
    )  # fmt: skip


def _gpu(params: Params, operations: float, lessons: Sequence[Lesson], size: Size) -> tuple[float, float]:
    """Seconds of one GPU: the peak of its arithmetic and the traffic of AdamW; and, if that is more, steps that wait
    for the launches of their kernels."""
    steps = [(times * (_seen(params, task, recipe, one) or 0.0) / recipe.batch, recipe)
             for task, recipe, times, one in lessons]  # fmt: skip
    traffic = sum(number * ADAMW * _changed(recipe, size) for number, recipe in steps) / GPU_COPY
    least = operations / GPU_RATE[params.optimisation.precision] + traffic
    return least, max(least, sum(number for number, _ in steps) * (LAUNCHES[0] + LAUNCHES[1] * size.layers))


def _total(parts: Sequence[tuple[float | None, int]]) -> float:
    """The sum of all parts, each as often as it is gone through."""
    return sum(times * (tokens or 0.0) for tokens, times in parts)


def _moving(recipe: Recipe, size: Size) -> int:
    """Layers that a training changes."""
    return max(0, size.layers - recipe.freeze_layers)


def _changed(recipe: Recipe, size: Size) -> float:
    """Parameters that one training changes, and so keeps for itself."""
    kept = recipe.freeze_embeddings or recipe.freeze_layers > 0  # the embeddings stand below the layers
    return float(_moving(recipe, size) * size.layer + (0 if kept else size.embeddings))


def _batch(task: str, recipe: Recipe, size: Size) -> float:
    """Numbers that the layers keep of one part of a batch, all of whose inputs have the length `max_length`."""
    inputs = recipe.batch / recipe.accumulate * (4 if task in names() and load(task).family == "choice" else 1)
    return _moving(recipe, size) * inputs * recipe.max_length * (size.kept + size.looked * recipe.max_length)


def _tokens(task: str, longest: int) -> int:
    family = load(task).family if task in names() else ""
    return min(TOKENS.get(family, 100), longest * (4 if family == "choice" else 1))


def _rows(params: Params, task: str, split: str, language: str) -> int | None:
    """Rows of a split: those that the full set has, or fewer where `max_rows` says so. How many a part of a set has is
    known when it is prepared."""
    if task not in names() or params.data.kind != "full":
        return _prepared(task, split, language)
    full = max(load(task).declared(split, language), default=None)
    return min((one for one in (full, params.tasks[task].kept(split)) if one is not None), default=None)


def _in_all(params: Params, task: str, split: str, languages: Sequence[str]) -> int | None:
    """Rows of a split in several languages together."""
    rows = [_rows(params, task, split, language) for language in languages]
    return None if None in rows else sum(one or 0 for one in rows)


def _prepared(task: str, split: str, language: str) -> int | None:
    try:
        found = read_json(paths.PREPARED / task / "counts.json")["splits"][split][language]["rows"]
    except (InputError, OSError, LookupError, TypeError):
        return None
    return found if isinstance(found, int) else None


def _training(params: Params, task: str, recipe: Recipe, size: Size, languages: Sequence[str]) -> float | None:
    """Operations that one training on a task takes with each parameter of the layers; None where the size of its set is
    not known."""
    seen = _seen(params, task, recipe, languages)
    each = 2 + 4 * _moving(recipe, size) / max(1, size.layers)
    return None if seen is None else each * seen * _tokens(task, recipe.max_length)


def _seen(params: Params, task: str, recipe: Recipe, languages: Sequence[str]) -> float | None:
    """Examples of all steps of one training; None where the size of its set is not known."""
    full = _in_all(params, task, "train", languages)
    rows = min((one for one in (full, recipe.max_examples) if one is not None), default=None)
    return recipe.steps * recipe.batch if recipe.steps else None if rows is None else rows * (recipe.epochs or 0)


def _dev(params: Params, task: str, recipe: Recipe, languages: Sequence[str]) -> float | None:
    """Tokens of all looks at the development set."""
    rows = _in_all(params, task, "dev", languages)
    return None if rows is None else float(rows * recipe.evaluations * _tokens(task, recipe.max_length))


def _tested(params: Params, target: str) -> float | None:
    """Tokens of the test sets of one target."""
    if target not in names():
        return None
    task, given, total = load(target), params.tasks[target], 0.0
    times = 1 + len(params.conditions.get(target, ()))  # the clean sets, and those under each condition
    whole = params.data.kind == "full"
    for split, chosen in given.evaluate.items():
        for language in task.named(chosen) if isinstance(chosen, str) else chosen:
            rows = _rows(params, target, split, language)
            if rows is None:
                return None
            if (
                task.family == "retrieval" and whole
            ):  # both sides; of BUCC pairs are declared, and a sentence in forty has one
                full = max(task.declared(split, language), default=rows)
                rows = 40 * 2 * full if task.tunes_on else rows + full
            total += times * rows * TOKENS[task.family]
    return total
