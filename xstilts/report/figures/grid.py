"""All cells and curves of a params file: exactly those that it asks for, no more and no fewer."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.records.forms import Each, check
from xstilts.records.results import read_cells, read_curve, read_translations
from xstilts.report.figures.complete import all_there, cells_of, curves_of, same_cells
from xstilts.report.figures.development import Development, read_development

if TYPE_CHECKING:
    from xstilts.params import Params

ORDER = ("xnli", "pawsx", "udpos", "panx", "xquad", "mlqa", "tydiqa", "bucc", "tatoeba")  # the paper's table
TITLES = {
    "xnli": "XNLI", "pawsx": "PAWS-X", "udpos": "POS", "panx": "NER", "xquad": "XQuAD", "mlqa": "MLQA",
    "tydiqa": "TyDiQA", "bucc": "BUCC", "tatoeba": "Tatoeba", "xcopa": "XCOPA", "lareqa": "LAReQA",
    "mewslix": "Mewsli-X", "multichecklist": "MultiCheckList", "siqa": "Social IQa", "copa": "COPA",
    "anli_plus": "ANLI+", "anli": "ANLI", "mnli": "MNLI", "snli": "SNLI", "qqp": "QQP", "squad_v2": "SQuAD v2.0",
    "squad_v1": "SQuAD v1.1", "hellaswag": "HellaSwag", "ccg": "CCG", "cosmosqa": "Cosmos QA", "csqa": "CSQA",
    "mlm": "MLM", "mmlu": "MMLU", "mmmlu": "MMMLU", "global_mmlu": "Global-MMLU", "mmlu_prox": "MMLU-ProX",
    "include": "INCLUDE", "belebele": "Belebele", "cmmlu": "CMMLU", "jmmlu": "JMMLU", "turkishmmlu": "TurkishMMLU",
    "exams": "EXAMS", "jcommonsenseqa": "JCommonsenseQA", "pitfalls": "Pitfalls", "choice_pool": "English questions",
    "lafand": "LAFAND-MT", "flores200": "FLORES-200", "tico19": "TICO-19", "ntrex128": "NTREX-128",
    "tatoeba_pairs": "Tatoeba pairs",
}  # fmt: skip
CONDITIONED = {  # a cell under a condition, beside CELL
    "condition": str, "clean": float, "flips": {"lost": int, "won": int, "n": int},
}  # fmt: skip
BESIDE = {"chrf2++": ("bleu",)}  # metric -> figures that MLflow has beside the main one, where a table has no room
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
    development: Development = field(default_factory=Development, repr=False)
    translations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)  # by name
    backbone: str = "not named"
    selections: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # source -> its row of record, how selected
    trained_in: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # source -> languages, where not English alone
    dev_in: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)  # (source, task), where not English
    seen: frozenset[tuple[str, str]] = frozenset()  # (source, language) that are not zero-shot, English apart

    @property
    def everything(self) -> list[str]:
        """All sources: rows of the table, controls, and rows whose checkpoints were chosen otherwise."""
        return [*self.sources, *self.controls, *self.selections]

    def languages(self, target: str) -> list[str]:
        """Languages of a target, English first, the others by code."""
        return sorted(self.documents[target]["languages"], key=lambda language: (language != "en", language))

    def conditions(self, target: str) -> list[str]:
        """Conditions under which a target is scored beside the clean sets. Their scores stand under `tr@swap-0.10`."""
        return sorted(self.documents[target].get("conditions", {}))

    def chance(self, target: str, language: str, condition: str) -> float:
        """The chance level on the rows that are there under a condition."""
        levels: Mapping[str, float] = self.documents[target]["chance"]
        return levels.get(paths.under(language, condition), levels[language])

    def zero_shot(self, target: str) -> list[str]:
        """Languages of a target that are neither English nor one that a row was trained in: the same for every row.

        A translation model has learnt every direction: none is one."""
        if self.documents[target]["family"] == "translation":
            return []
        return [one for one in self.languages(target)
                if one != "en" and not any((source, one) in self.seen for source in self.sources)]  # fmt: skip

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
                found[curve["seed"]] = f"{training(curve)}: {curve['collapsed']}"
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


def tasks_of(curve: Mapping[str, Any]) -> list[str]:
    """What a training was on: a target's training set, or all tasks of a source, none for `none`."""
    return list(curve["tasks"]) if curve["stage"] == "intermediate" else [curve["task"]]


def dev_curve(curve: Mapping[str, Any], task: str) -> list[tuple[int, float]]:
    """(step, development score) of one task of a training; masked text beside other tasks has none."""
    if len(tasks_of(curve)) == 1:
        return [(point["step"], point["value"]) for point in curve["dev"]]
    return [(point["step"], point["tasks"][task]) for point in curve["dev"] if task in point["tasks"]]


def loss_curve(curve: Mapping[str, Any], task: str) -> list[tuple[int, float]]:
    """(step, loss) of the steps that were one task's: all of them where there is but one."""
    alone = len(tasks_of(curve)) == 1
    return [(point["step"], point["loss"]) for point in curve["steps"] if alone or point["task"] == task]


def counts_of(curve: Mapping[str, Any]) -> dict[str, Mapping[str, int]]:
    """What was counted in the data of each task of a training."""
    counts = curve.get("counts") or {}
    return dict(counts) if curve["stage"] == "intermediate" else {curve["task"]: counts}


def training(curve: Mapping[str, Any]) -> str:
    """A training in words; an intermediate one is named by its source, which may have many tasks."""
    return "intermediate training" if curve["stage"] == "intermediate" else f"target training {curve['task']}"


def seed_list(seeds: Sequence[int]) -> str:
    """` (seed 2)` or ` (seeds 1, 3)`."""
    return f" (seed{'s' * (len(seeds) > 1)} {', '.join(map(str, seeds))})"


def mean(values: Iterable[float]) -> float:
    """Plain mean, summed without rounding error so that the order of values cannot show."""
    return statistics.fmean(values)


def spread(values: Sequence[float]) -> float | None:
    """Sample standard deviation over seeds; None for a single one."""
    return statistics.stdev(values) if len(values) > 1 else None


def in_order(params: Params) -> list[str]:
    """The targets of the table: those of the paper in its order, then the others."""
    families = params.target_families()
    return [*(name for name in ORDER if name in families), *(name for name in families if name not in ORDER)]


def read_grid(params: Params, results: Path = Path("results")) -> Grid:
    """Read every cell and curve that `params` asks for, and no other. A gap is refused with its name."""
    families, targets = params.target_families(), in_order(params)
    trainings = {name: None if group == "retrieval" else params.training_of(name) for name, group in families.items()}
    curves = curves_of(params)
    all_there([*cells_of(params), *curves])
    records = [_curve(path) for path in curves]
    documents = {name: read_cells(paths.cells(name)) for name in targets}
    kinds = {name: params.row_kind(name) for name in params.sources}
    scores: dict[tuple[str, str, int, str], Mapping[str, float]] = {}
    for name, document in documents.items():
        scores |= _scores(params, name, document)
    return Grid(
        profile=params.profile, kind=params.data.kind, seeds=params.seeds, targets=targets, documents=documents,
        sources=params.rows,
        controls={name: kind for name, kind in kinds.items() if kind in ("random", "ablated")},
        selections={name: (params.record_of(name), kind) for name, kind in kinds.items() if kind in ("last", "oracle")},
        curves=records, training_of=trainings, scores=scores,
        development=read_development(
            results / "intermediate.json", [one for one in records if one["stage"] == "intermediate"]
        ),
        translations=read_translations(paths.TRANSLATIONS) if paths.TRANSLATIONS.exists() else {},
        backbone=encoder_name(params),
        trained_in={name: one.languages for name, one in params.sources.items() if one.own_languages},
        dev_in={
            (name, task): own for name in params.rows for task in params.sources[name].tasks
            if (own := params.dev_languages(name, task)) != ["en"]
        },
        seen=frozenset(
            (name, language) for document in documents.values() for language in document["languages"]
            for name, one in params.sources.items() if one.saw(language)
        ),
    )  # fmt: skip


def encoder_name(params: Params) -> str:
    """What the encoder that every row starts from is called: its repository, else its folder."""
    own = params.backbone
    return "an encoder pretrained here" if own.kind == "pretrain" else own.repo or Path(own.source).name


def _curve(path: Path) -> dict[str, Any]:
    """A curve that is of the training its path names."""
    record = read_curve(path)
    task = [record["task"]] if record["stage"] == "target" else []
    if (own := paths.curve(record["stage"], *task, record["source"], record["seed"])) != path:
        raise InputError(f"{path}: found the curve of {own}")
    return record


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
    conditions = _conditions(params, target, document, path)
    labels = [*languages, *(paths.under(language, one) for one in conditions for language in languages
                            if document["conditions"][one][language]["rows"])]  # fmt: skip
    expected = {(target, *run) for run in product(params.sources, params.seeds, labels)}
    cells = (
        (
            (target, cell["source"], cell["seed"], paths.under(cell["language"], cell.get("condition"))),
            {**cell["scores"], MAIN: cell["main"]},
        )
        for cell in document["cells"]
    )
    return dict(same_cells(path, cells, expected, _name))


def _conditions(params: Params, target: str, document: Mapping[str, Any], path: Path) -> list[str]:
    """The conditions of one target, checked: those of the parameters, with counts of every language."""
    found: Mapping[str, Mapping[str, Any]] = document.get("conditions", {})
    check(found, Each(Each(Each(int))), f"{path}: conditions")
    check(found, Each(Each({"rows": int, "rows_changed": int})), f"{path}: conditions")
    expected = params.conditions.get(target, [])
    if {*found} != {*expected} or any({*own} != {*document["languages"]} for own in found.values()):
        raise InputError(
            f"{path}: found the conditions {', '.join(found) or 'none'}, expected {', '.join(expected) or 'none'} in "
            "every language (run `dvc repro`)"
        )
    for place, cell in enumerate(document["cells"]):
        if "condition" in cell:
            check(cell, CONDITIONED, f"{path}: cells[{place}]")
    return expected


def _name(key: tuple[str, str, int, str]) -> str:
    target, source, seed, language = key
    return f"{target}/{language} from {source}, seed {seed}"
