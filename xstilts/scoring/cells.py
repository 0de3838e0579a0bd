"""From the predictions of one run to the cells of one target: what is missing, left over or out of step is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.records import prepared
from xstilts.records.files import read_json
from xstilts.records.forms import Each, Maybe, check
from xstilts.scoring import stored

if TYPE_CHECKING:
    from xstilts.params import Params
    from xstilts.records.prepared import Prepared

RUN = {"signature": Each(object), "counts": Each(Each(int))}  # counts: split/language -> what was cut or odd
COUNTS = {"splits": Each(Each({"rows": int, "pairs": Maybe(int, True), "declared": Maybe(int, True)}))}
Pair = tuple[str, str]  # split, language
Splits = dict[Pair, list[dict[str, Any]]]
Cell = dict[str, Any]
"""An entry of `cells` in results/cells/<target>.json: source, seed, language, split, n, scores, main."""


def scored_languages(params: Params, task: Prepared) -> dict[str, str]:
    """The split that each language of a target is scored on, in the order of `params.yaml`."""
    languages: dict[str, str] = {}
    for split, chosen in params.tasks[task.name].evaluate.items():
        for language in task.languages if isinstance(chosen, str) else chosen:
            if language in languages:
                where = f"params.yaml: tasks.{task.name}.evaluate"
                raise InputError(f"{where}: found '{language}' under {languages[language]} and {split}, expected one")
            languages[language] = split
    if not languages:
        raise InputError(f"params.yaml: tasks.{task.name}.evaluate: found no language, expected at least one")
    return languages


class Run:
    """The predictions of one (target, source, seed), by split and language."""

    def __init__(self, task: Prepared, source: str, seed: int, expected: list[Pair]) -> None:
        self.source, self.seed = source, seed
        self.name = f"{task.name} from {source}, seed {seed}"
        path: Path = paths.predictions(task.name, source) / f"{seed}.parquet"
        record = check(read_json(path.with_suffix(".json")), RUN, path.with_suffix(".json"))
        self.signature: dict[str, Any] = record["signature"]
        self.counts: dict[str, dict[str, int]] = record["counts"]
        lead, more = self.signature.get("layer"), str(self.signature.get("further_layers", ""))
        layers: dict[Any, Splits] = {layer: {} for layer in (lead, *filter(None, more.split(", ")))}
        for row in stored.answers(task, path, "split", "language"):
            if (layer := row.get("layer", lead)) not in layers:
                raise InputError(f"{self.name}: found predictions of the layer {layer} in {path}, expected none")
            layers[layer].setdefault((row["split"], row["language"]), []).append(row)
        for rows in layers.values():
            for split, language in sorted({*rows} - {*expected}):
                raise InputError(f"{self.name}: found predictions for {language} ({split}) in {path}, expected none")
            for split, language in expected:
                if f"{split}/{language}" not in self.counts:
                    raise InputError(f"{self.name}: found no predictions for {language} ({split}) in {path}")
                rows.setdefault((split, language), [])
        self.rows: Splits = layers.pop(lead)
        self.further: dict[str, Splits] = layers
        """Predictions from other layers of the encoder, beside the leading one (of sentence vectors)."""

    def score(self, scorer: Any, task: Prepared, gold: Mapping[Pair, Any], split: str, language: str) -> dict[str, Any]:
        """Scores and main figure of one language; a refusal has the cell's name in front.

        Of each further layer there is the main figure, under the name of the first score and the layer."""

        def scored(rows: Splits) -> dict[str, float]:
            tuning = (gold[task.tunes_on, language], rows[task.tunes_on, language]) if task.tunes_on else None
            found: dict[str, float] = scorer.score(task, language, gold[split, language], rows[split, language], tuning)
            return found

        try:
            scores = scored(self.rows)
            further = {layer: scorer.main(scored(rows)) for layer, rows in self.further.items()}
        except InputError as error:
            raise InputError(f"{self.name}, {language} ({split}): {error}") from None
        named = {f"{next(iter(scores))}_layer_{layer.replace('/', '_')}": value for layer, value in further.items()}
        every = {key: rounded(value) for key, value in {**scores, **named}.items()}
        return {"scores": every, "main": rounded(scorer.main(scores))}


class Gold:
    """What the runs of one target are scored against: its facts, scorer and gold rows, read once."""

    def __init__(self, params: Params, target: str) -> None:
        self.task = prepared.facts(target)
        self.scorer = part(self.task.family, "scoring.score")
        self.languages = scored_languages(params, self.task)
        self.expected = params.evaluated(target, self.task.languages, self.task.tunes_on)
        self.rows: Splits = {pair: prepared.gold(self.task, *pair) for pair in self.expected}
        path = paths.PREPARED / target / "counts.json"
        given = check(read_json(path), COUNTS, path)["splits"]
        for language, split in self.languages.items():
            if language not in given.get(split, {}):
                raise InputError(f"{path}: found no counts of {split}/{language} (run `dvc repro`)")
        self.counts = {language: dict(given[split][language]) for language, split in self.languages.items()}

    def run(self, source: str, seed: int) -> Run:
        """The stored predictions of one source and seed."""
        return Run(self.task, source, seed, self.expected)

    def cells(self, run: Run) -> list[Cell]:
        """One cell a language. Raises `InputError` if predictions are missing, left over or out of step."""
        return [
            {
                "source": run.source, "seed": run.seed, "language": language, "split": split,
                "n": self.counts[language].get("pairs", self.counts[language]["rows"]),
                **run.score(self.scorer, self.task, self.rows, split, language),
            }
            for language, split in self.languages.items()
        ]  # fmt: skip


def rounded(value: float) -> float:
    """Six decimals: more than any table shows, and short to read and compare."""
    return round(float(value), 6)
