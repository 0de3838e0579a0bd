"""The benchmark: what is asked is checked, models are loaded and brought into their engines, measured and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts import environment, paths
from xstilts.errors import InputError, unknown
from xstilts.latency import comparison, machine, on_onnx
from xstilts.latency.measure import Clock, measure
from xstilts.latency.models import CONTROLS, check_models
from xstilts.latency.questions import Questions, choose
from xstilts.records import prepared
from xstilts.seeding import Seeds

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from xstilts.latency.engines import Answer
    from xstilts.latency.questions import Encoder, Inputs
    from xstilts.params import Params
    from xstilts.records.prepared import Prepared

ENGINES = ("eager", "compiled", "onnx")
CLOSE = 1e-3  # how far the outputs of an engine may be from those of torch, by their size
Record = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What is measured. The first source is the one that all others are compared with."""

    target: str
    sources: tuple[str, ...]
    languages: tuple[str, ...]  # empty: all
    engines: tuple[str, ...]
    controls: tuple[str, ...]
    seed: int
    questions: int
    rounds: int
    warm_up: int
    tokens: int  # padded tokens of a batch, at most
    margin: float  # such as 0.05
    threads: int
    clock: str = "wall"  # the name of the clock that is given, for the record


@dataclass(frozen=True)
class Arm:
    """A model in an engine. `control` is None for that of a source."""

    source: str
    control: str | None
    engine: str
    model: PreTrainedModel
    answer: Answer

    @property
    def name(self) -> str:
        """What tells it from all others of its engine."""
        return f"{self.source}, {self.control}" if self.control else self.source


def check(params: Params, asked: Asked) -> tuple[Prepared, list[Questions]]:
    """The task and its questions by language. Whatever is wrong is refused here, before a model is loaded."""
    environment.check()
    for what, given, known in (
        ("source", asked.sources, params.sources), ("engine", asked.engines, ENGINES),
        ("control", asked.controls, CONTROLS),
    ):  # fmt: skip
        for name in given:
            if name not in known:
                raise unknown(what, name, known, "params.yaml" if what == "source" else f"--{what}")
        if len(set(given)) < len(given):
            raise InputError(f"--{what}: found {', '.join(given)}, expected each once")
    if asked.target not in params.target_families():
        raise unknown("target", asked.target, params.target_families())
    check_models(params, asked.target, asked.sources, asked.seed)
    if "onnx" in asked.engines:
        on_onnx.library()
    if "compiled" in asked.engines:
        from xstilts.latency.engines import check_compiler

        check_compiler()
    task = prepared.facts(asked.target, params.family(asked.target))
    splits = {
        language: split for split, language in params.evaluated(task.name, task.languages, task.tunes_on)
        if "@" not in split
    }  # fmt: skip
    for language in asked.languages:
        if language not in splits:
            raise unknown("language", language, splits, f"'{asked.target}'")
    return task, [choose(task, splits[one], one, asked.questions) for one in asked.languages or splits]


def run(
    params: Params, task: Prepared, sets: Sequence[Questions], asked: Asked, clock: Clock, say: Say
) -> Iterator[list[Record]]:
    """The records of one language after the other: one for each model in an engine, in the order of what was asked."""
    import torch

    from xstilts.latency.questions import Encoder

    busy = machine.load()
    torch.set_num_threads(asked.threads)
    say("loading the models")
    system, models = load_models(params, task, asked)
    encoder = Encoder(system)
    example = encoder.examples(sets[0].rows[0])
    with arms_of(models, asked, encoder.inputs([*example, *example]), say) as arms:
        for questions in sets:
            records = in_language(questions, encoder, arms, asked, clock)
            facts = {**machine.machine(asked.threads), "load": [busy, machine.load()]}
            say(f"{task.name}/{questions.language}: done")
            yield [{"target": task.name, **record, "machine": facts} for record in records]


def load_models(params: Params, task: Prepared, asked: Asked) -> tuple[Any, dict[tuple[str, str | None], Any]]:
    """The first source's system, and all models by source and control."""
    from xstilts.latency import models

    first, *others = asked.sources
    system = models.load(params, task, first, asked.seed)
    found: dict[tuple[str, str | None], Any] = {(first, None): system.model}
    for source in others:
        found[source, None] = models.load(params, task, source, asked.seed).model
    folder = paths.target(params.training_of(task.name), first, asked.seed)
    for control in asked.controls:
        if control == "again":
            found[first, control] = models.load(params, task, first, asked.seed).model
        elif control == "half":
            found[first, control] = models.half(system.model, folder)
        elif control == "random":
            found[first, control] = models.random(system.model)
    return system, found


@contextmanager
def arms_of(
    models: Mapping[tuple[str, str | None], PreTrainedModel], asked: Asked, example: Inputs, say: Say
) -> Iterator[list[Arm]]:
    """Every model in every engine. Files of ONNX lie in a temporary folder as long as they are used."""
    from xstilts.latency import engines

    with tempfile.TemporaryDirectory() as folder:
        arms = []
        for engine in asked.engines:
            for number, ((source, control), model) in enumerate(models.items()):
                file = Path(folder) / f"{number}.onnx"
                if engine == "onnx":
                    say(f"to ONNX: {', '.join(filter(None, (source, control)))}")
                    on_onnx.export(model, example, file)
                    answer = on_onnx.open_file(file, asked.threads)
                elif engine == "compiled":
                    answer = engines.compiled(model, list(example))
                else:
                    answer = engines.eager(model)
                arms.append(Arm(source, control, engine, model, answer))
        if "onnx" in asked.engines and "int8" in asked.controls:
            smaller = Path(folder) / "int8.onnx"
            on_onnx.to_int8(Path(folder) / "0.onnx", smaller)
            first = next(arm for arm in arms if arm.engine == "onnx")
            arms.append(Arm(first.source, "int8", "onnx", first.model, on_onnx.open_file(smaller, asked.threads)))
        yield arms


def in_language(
    questions: Questions, encoder: Encoder, arms: Sequence[Arm], asked: Asked, clock: Clock
) -> list[Record]:
    """Measure all models on the questions of one language, and compare each with the first of its engine."""
    one_by_one = [encoder.question(row) for row in questions.rows]
    batches = encoder.batches(questions.rows, asked.tokens)
    differences = [largest_difference(arm, one_by_one) for arm in arms]
    seeds, answers = Seeds("latency"), [arm.answer for arm in arms]

    def timed(models: Sequence[Callable[[Any], object]], items: Sequence[Any], what: str) -> np.ndarray:
        order = seeds.numpy(what, asked.target, questions.language)
        return measure(models, items, asked.rounds, asked.warm_up, order, clock)

    reading = timed([encoder.question], questions.rows, "tokenisation")[0]
    single, batched = timed(answers, one_by_one, "one by one"), timed(answers, batches, "batches")
    tokens = [int(inputs["attention_mask"].sum()) for inputs in one_by_one]
    records = []
    for place, arm in enumerate(arms):
        first = next(number for number, other in enumerate(arms) if other.engine == arm.engine)
        p50, p95, p99 = (1000 * value for value in comparison.percentiles(single[place]))
        records.append({
            "source": arm.name, "control": arm.control, "language": questions.language, "engine": arm.engine,
            "p50_ms": p50, "p95_ms": p95, "p99_ms": p99,
            "questions_per_s": comparison.per_second(batched[place], len(questions.rows)),
            "tokenise_ms": 1000 * comparison.percentiles(reading)[0], "tokens_per_question": float(np.mean(tokens)),
            "largest_difference": differences[place],
            "against": None if place == first else against(single[place], single[first], arms[first], asked.margin),
            "seed": asked.seed, "split": questions.split, "questions": len(questions.rows), "batches": len(batches),
            "tokens_per_batch": asked.tokens, "rounds": asked.rounds, "warm_up": asked.warm_up, "clock": asked.clock,
        })  # fmt: skip
    return records


def against(seconds: np.ndarray, reference: np.ndarray, arm: Arm, margin: float) -> Record:
    """The ratio to the reference, as medians with a bootstrap interval, and the test of equivalence."""
    ratio, low, high = comparison.ratio_interval(seconds, reference, Seeds("latency").numpy("bootstrap"))
    tested = comparison.equivalence(seconds, reference, margin)
    return {"source": arm.name, "ratio": ratio, "low": low, "high": high, "margin": margin, "paired": asdict(tested)}


def largest_difference(arm: Arm, items: Sequence[Inputs]) -> float | None:
    """How far the outputs are from those of the same model in torch, at most; None where it is torch.

    Refused are those of an engine that are not nearly the same; 8 bits may give what they like."""
    from xstilts.latency.engines import eager

    if arm.engine == "eager":
        return None
    plain, most = eager(arm.model), 0.0
    for inputs in items:
        for found, expected in zip(arm.answer(inputs), plain(inputs), strict=True):
            most = max(most, float(np.abs(found - expected).max()))
            if arm.control != "int8" and not np.allclose(found, expected, rtol=CLOSE, atol=CLOSE):
                raise InputError(
                    f"--engine {arm.engine}: the outputs of {arm.name} differ from those of torch by {most:.2g}: "
                    "it answers otherwise, so its times mean nothing"
                )
    return most
