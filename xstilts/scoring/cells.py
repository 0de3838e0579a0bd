"""From the predictions of one run to the cells of one target: what is missing, left over or out of step is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.params.conditions import PUBLISHED
from xstilts.records import prepared
from xstilts.records.files import read_json
from xstilts.records.forms import Each, Maybe, check
from xstilts.scoring import stored

if TYPE_CHECKING:
    import numpy as np

    from xstilts.params import Params
    from xstilts.records.prepared import Prepared

RUN = {"signature": Each(object), "counts": Each(Each(int))}  # counts: split/language -> what was cut or odd
COUNTS = {"splits": Each(Each({"rows": int, "pairs": Maybe(int, True), "declared": Maybe(int, True)}))}
Pair = tuple[str, str]  # split, language
Splits = dict[Pair, list[dict[str, Any]]]
Counts = dict[str, dict[str, Any]]  # language -> what was counted
Cell = dict[str, Any]
"""An entry of `cells` in results/cells/<target>.json: source, seed, language, split, n, scores, main. A set under a
condition also has `condition`; `clean`, the main figure of the clean answers to the same rows; and `flips`: how many
answers became wrong, or right, by it. Its `n` is that of its own rows."""
Places = slice | list[int]  # of rows of a clean set: all of them, or those that are there under a condition
EVERY = slice(None)


def label(cell: Mapping[str, Any]) -> str:
    """The language of a cell, and its condition where it has one: `tr`, `tr@swap-0.10`."""
    return paths.under(cell["language"], cell.get("condition"))


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
            found: dict[str, float] = scorer.score(task, language, *_sides(task, gold, rows, split, language))
            return found

        with self.named(split, language):
            scores = scored(self.rows)
            further = {layer: scorer.main(scored(rows)) for layer, rows in self.further.items()}
        named = {f"{next(iter(scores))}_layer_{layer.replace('/', '_')}": value for layer, value in further.items()}
        every = {key: rounded(value) for key, value in {**scores, **named}.items()}
        return {"scores": every, "main": rounded(scorer.main(scores))}

    def counted(self, task: Prepared, gold: Mapping[Pair, Any], split: str, language: str) -> np.ndarray:
        """What the main figure of one language is the sum of, by gold row; a refusal has the cell's name in front."""
        with self.named(split, language):
            found: np.ndarray = part(task.family, "scoring.units").counts(
                task, language, *_sides(task, gold, self.rows, split, language)
            )
        return found

    def main_of(
        self, scorer: Any, task: Prepared, gold: Mapping[Pair, Any], split: str, language: str, places: list[int]
    ) -> float:
        """The main figure of some rows of one language, of a task that tunes nothing."""
        rows = [gold[split, language][place] for place in places]
        names = {row["id"] for row in rows}
        answers = [row for row in self.rows[split, language] if row["id"] in names]
        with self.named(split, language):
            return rounded(scorer.main(scorer.score(task, language, rows, answers, None)))

    def flips(
        self, task: Prepared, gold: Mapping[Pair, Any], split: str, condition: str, language: str,
        places: Places = EVERY,
    ) -> dict[str, int]:  # fmt: skip
        """Answers that are right on the clean set and wrong under a condition (`lost`), the other way round (`won`),
        and all (`n`). `places`: the rows of the clean set that are there under the condition."""
        sides = [self.counted(task, gold, one, language) for one in (split, paths.under(split, condition))]
        clean, noised = (part(task.family, "scoring.units").right(task, one) for one in (sides[0][places], sides[1]))
        return {"lost": int((clean & ~noised).sum()), "won": int((noised & ~clean).sum()), "n": len(clean)}

    @contextmanager
    def named(self, split: str, language: str) -> Iterator[None]:
        """A refusal has the cell's name in front."""
        try:
            yield
        except InputError as error:
            raise InputError(f"{self.name}, {language} ({split}): {error}") from None


def _sides(task: Prepared, gold: Mapping[Pair, Any], rows: Splits, split: str, language: str) -> tuple[Any, Any, Any]:
    """Gold, predictions, and both of the split that the task tunes on: always the clean one."""
    tuning = (gold[task.tunes_on, language], rows[task.tunes_on, language]) if task.tunes_on else None
    return gold[split, language], rows[split, language], tuning


class Gold:
    """What the runs of one target are scored against: its facts, scorer and gold rows, read once."""

    def __init__(self, params: Params, target: str) -> None:
        self.task = prepared.facts(target)
        self.scorer = part(self.task.family, "scoring.score")
        self.languages = scored_languages(params, self.task)
        self.expected = params.evaluated(target, self.task.languages, self.task.tunes_on)
        self.rows: Splits = {pair: prepared.gold(self.task, *pair, paths.rows_of(pair[0])) for pair in self.expected}
        self.counts = self._counts(None)
        self.conditions = {one: self._counts(one) for one in params.conditions.get(target, ())}
        """Condition -> language -> what was counted when it was made."""
        self.places = {pair: self._places(*pair) for pair in self.expected}
        """Split and language -> the rows of the clean set that are there under the condition."""

    def _places(self, split: str, language: str) -> Places:
        """All rows; of a published set some of them may do, or none. Other ids than the clean ones are refused."""
        name, _, condition = split.partition("@")
        clean, own = ([row["id"] for row in self.rows[one, language]] for one in (name, split))
        if own == clean:
            return EVERY
        names = {*own} if condition in PUBLISHED else set()
        places = [place for place, one in enumerate(clean) if one in names]
        if [clean[place] for place in places] != own:
            raise InputError(
                f"{self.task.name}/{language} ({split}): found other ids than in the clean set (run `dvc repro`)"
            )
        return places

    def _counts(self, condition: str | None) -> Counts:
        """What was counted of the scored sets, clean or under a condition."""
        splits = {language: paths.under(split, condition) for language, split in self.languages.items()}
        path = (paths.CONDITIONS if condition else paths.PREPARED) / self.task.name / "counts.json"
        given = check(read_json(path), COUNTS, path)["splits"]
        for language, split in splits.items():
            if language not in given.get(split, {}):
                raise InputError(f"{path}: found no counts of {split}/{language} (run `dvc repro`)")
        return {language: dict(given[split][language]) for language, split in splits.items()}

    def run(self, source: str, seed: int) -> Run:
        """The stored predictions of one source and seed."""
        return Run(self.task, source, seed, self.expected)

    def cells(self, run: Run) -> list[Cell]:
        """One cell a language, then one a condition and language, where there are rows. Raises `InputError` if
        predictions are missing, left over or out of step."""
        clean = [self._clean(run, language) for language in self.languages]
        noised = [(one, cell) for one in self.conditions for cell in clean
                  if self.places[paths.under(cell["split"], one), cell["language"]]]  # fmt: skip
        return [*clean, *(self._noised(run, one, cell) for one, cell in noised)]

    def _clean(self, run: Run, language: str) -> Cell:
        split = self.languages[language]
        size = self.counts[language].get("pairs", self.counts[language]["rows"])
        found = run.score(self.scorer, self.task, self.rows, split, language)
        return {"source": run.source, "seed": run.seed, "language": language, "split": split, "n": size, **found}

    def _noised(self, run: Run, condition: str, clean: Cell) -> Cell:
        """The cell under a condition; both sides of a comparison are of the same rows."""
        split, language = clean["split"], clean["language"]
        under = paths.under(split, condition)
        places = self.places[under, language]
        size, before = clean["n"], clean["main"]
        if isinstance(places, list):
            size = len(places)
            before = run.main_of(self.scorer, self.task, self.rows, split, language, places)
        about = {name: clean[name] for name in ("source", "seed", "language", "split")}
        found = run.score(self.scorer, self.task, self.rows, under, language)
        flips = run.flips(self.task, self.rows, split, condition, language, places)
        return {**about, "condition": condition, "n": size, **found, "clean": before, "flips": flips}


def rounded(value: float) -> float:
    """Six decimals: more than any table shows, and short to read and compare."""
    return round(float(value), 6)
