"""All cells and curves of a params file: exactly those that it asks for, no more and no fewer."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.common import paths
from stages.common.errors import InputError
from stages.common.files import read_json

if TYPE_CHECKING:
    from stages.common.params import Params

ORDER = ("xnli", "pawsx", "udpos", "panx", "xquad", "mlqa", "tydiqa", "bucc", "tatoeba")  # the paper's table
TITLES = {
    "xnli": "XNLI", "pawsx": "PAWS-X", "udpos": "POS", "panx": "NER", "xquad": "XQuAD", "mlqa": "MLQA",
    "tydiqa": "TyDiQA", "bucc": "BUCC", "tatoeba": "Tatoeba", "xcopa": "XCOPA", "lareqa": "LAReQA",
    "mewslix": "Mewsli-X", "multichecklist": "MultiCheckList",
}  # fmt: skip
MAIN = "main"  # the figure that XTREME averages: a score, or for answers the mean of EM and F1


@dataclass(frozen=True)
class Grid:
    """Scores by (target, source, seed, language), the trainings behind them, and what to say about both."""

    profile: str
    kind: str
    seeds: Sequence[int]
    sources: Sequence[str]  # rows of the table
    controls: Mapping[str, str]  # control source -> what was taken from it: "random" or "ablated"
    targets: Sequence[str]  # columns, in the paper's order
    documents: Mapping[str, Mapping[str, Any]]  # target -> its cells file
    curves: Sequence[Mapping[str, Any]]
    training_of: Mapping[str, str | None]  # target -> the training set behind it
    scores: Mapping[tuple[str, str, int, str], Mapping[str, float]] = field(repr=False)

    def languages(self, target: str) -> list[str]:
        """Languages of a target, English first, the others by code."""
        return sorted(self.documents[target]["languages"], key=lambda language: (language != "en", language))

    def figures(self, target: str) -> list[str]:
        """The figures that head a target's column: F1 and EM for answers, else the one that XTREME averages."""
        names = {name for key, scores in self.scores.items() if key[0] == target for name in scores}
        return ["f1", "em"] if "em" in names else [MAIN]

    def values(self, target: str, source: str, language: str, figure: str = MAIN) -> list[float]:
        """One figure by seed; a figure that the language does not have is left out."""
        cells = [self.scores[target, source, seed, language] for seed in self.seeds]
        return [cell[figure] for cell in cells if figure in cell]

    def collapsed(self, target: str, source: str) -> dict[int, str]:
        """Seeds whose intermediate or target training has collapsed, with the reason."""
        trainings = {("intermediate", None), ("target", self.training_of[target])}
        found: dict[int, str] = {}
        for curve in self.curves:
            own = (curve["stage"], None if curve["stage"] == "intermediate" else curve["task"])
            if curve["source"] == source and own in trainings and curve["collapsed"]:
                found[curve["seed"]] = f"{curve['stage']} training {curve['task']}: {curve['collapsed']}"
        return found

    def marks(self, target: str, language: str) -> list[str]:
        """What to know about a language: scored on another split than test (and tuned there), or on fewer rows."""
        document = self.documents[target]
        counts = document["counts"].get(language, {})
        size, declared = counts.get("pairs", counts.get("rows")), counts.get("declared")
        split = document["languages"][language]
        fewer = declared is not None and size is not None and size < declared
        tuned = document["signature"].get("threshold") == f"tuned on {split}"
        return [split] * (split != "test") + ["tuned on it"] * tuned + ["cut"] * fewer


def mean(values: Iterable[float]) -> float:
    """Plain mean, summed without rounding error so that the order of values cannot show."""
    return statistics.fmean(values)


def spread(values: Sequence[float]) -> float | None:
    """Sample standard deviation over seeds; None for a single one."""
    return statistics.stdev(values) if len(values) > 1 else None


def read_grid(params: Params, results: Path = Path("results")) -> Grid:
    """Read every cell and curve that `params` asks for. A gap or a leftover is refused with its name."""
    families = params.target_families()
    targets = [*(name for name in ORDER if name in families), *(name for name in families if name not in ORDER)]
    trainings = {name: None if group == "retrieval" else params.training_of(name) for name, group in families.items()}
    _same_files(results / "cells", [paths.cells(name) for name in targets])
    runs = list(product(params.sources, params.seeds))
    curves = [paths.curve("intermediate", source, seed) for source, seed in runs]
    trained = dict.fromkeys(one for name in trainings if trainings[name] for one in params.trainings_of(name))
    curves += [paths.curve("target", name, *run) for name, run in product(trained, runs)]
    _same_files(results / "curves", curves)
    documents = {name: read_json(paths.cells(name)) for name in targets}
    scores: dict[tuple[str, str, int, str], Mapping[str, float]] = {}
    for name, document in documents.items():
        scores |= _scores(params, name, document)
    return Grid(
        profile=params.profile, kind=params.data.kind, seeds=params.seeds, targets=targets, documents=documents,
        sources=[name for name, source in params.sources.items() if not source.control],
        controls={
            name: "ablated" if source.ablate else "random" for name, source in params.sources.items() if source.control
        },
        curves=[read_json(path) for path in curves], training_of=trainings, scores=scores,
    )  # fmt: skip


def _same_files(folder: Path, expected: Sequence[Path]) -> None:
    """Refuse a folder that lacks a file or has one too many: an old cell of a task that has left the parameters."""
    found = set(folder.rglob("*.json")) - {paths.curve("backbone")}  # the backbone's own curve belongs to no cell
    for path in expected:
        if path not in found:
            raise InputError(f"{path}: file not found; params.yaml asks for it (run `dvc repro`)")
    for path in sorted(found - set(expected)):
        raise InputError(f"{path}: params.yaml asks for no such cell or curve; delete the file, or put the entry back")


def _scores(
    params: Params, target: str, document: Mapping[str, Any]
) -> dict[tuple[str, str, int, str], Mapping[str, float]]:
    """The cells of one target by (target, source, seed, language), checked against sources, seeds and languages."""
    path, languages = paths.cells(target), document["languages"]
    if document["signature"].get("profile") != params.profile:
        found = document["signature"].get("profile")
        raise InputError(f"{path}: found cells of the profile {found!r}, expected {params.profile!r} (run `dvc repro`)")
    for split, chosen in params.tasks[target].evaluate.items():
        if not isinstance(chosen, str) and {language for language, own in languages.items() if own == split} != {
            *chosen
        }:
            raise InputError(
                f"{path}: the languages scored on {split} are not those of params.yaml: {', '.join(chosen)}"
            )
    expected = {(target, *run) for run in product(params.sources, params.seeds, languages)}
    scores: dict[tuple[str, str, int, str], Mapping[str, float]] = {}
    for cell in document["cells"]:
        key = (target, cell["source"], cell["seed"], cell["language"])
        if key not in expected or key in scores:
            raise InputError(f"{path}: found the cell {_name(key)} {'twice' if key in scores else 'too many'}")
        scores[key] = {**cell["scores"], MAIN: cell["main"]}
    for key in sorted(expected - set(scores)):
        raise InputError(f"{path}: the cell {_name(key)} is missing (run `dvc repro`)")
    return scores


def _name(key: tuple[str, str, int, str]) -> str:
    target, source, seed, language = key
    return f"{target}/{language} from {source}, seed {seed}"
