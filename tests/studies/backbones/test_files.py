"""What the study reads of a run: scores as rows, the examples of a source, the learning rates that were tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.studies.backbones.made_up import small
from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.records.files import read_json, write_json, write_rows
from xstilts.records.prepared import SCHEMAS
from xstilts.statistics.collect import Sample
from xstilts.studies.backbones.rates import measured
from xstilts.studies.backbones.rows import Row, examples, rows
from xstilts.studies.kept import Run


def params(**sources: Any) -> Params:
    """The small profile with XNLI alone, and other sources."""
    content = small().model_dump(by_alias=True)
    content |= {"targets": {"classification": {"xnli": content["targets"]["classification"]["xnli"]}}, "squad": {}}
    content["sources"] = {name: content["sources"][name] for name in ("none", "mnli", "mnli-translated")}
    for name, change in sources.items():
        content["sources"][name] |= change
    return Params.model_validate({**content, "profile": "made"})


def mixture(source: str, **languages: int) -> None:
    """So many rows of MNLI in each language; a row of one id in all languages is one example."""
    for language, size in languages.items():
        pairs = [{"id": f"{n}", "text_a": "a", "text_b": "b", "label": "neutral"} for n in range(size)]
        file = paths.mixture(source) / "mnli/train" / f"{language}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_rows(file, pairs, SCHEMAS["classification"])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the mixtures of a run, and one score a source."""
    monkeypatch.chdir(tmp_path)
    mixture("mnli", en=4)
    mixture("mnli-translated", de=4, tr=3, hi=4)
    cell = {"seed": 1, "language": "es", "n": 10}
    cells = [
        {**cell, "source": "none", "main": 40.0}, {**cell, "source": "mnli", "main": 50.5},
        {**cell, "source": "mnli-translated", "main": 60.25},
        {**cell, "source": "mnli", "main": 1.0, "condition": "swap-0.10"}, {**cell, "source": "another", "main": 2.0},
    ]  # fmt: skip
    write_json(paths.cells("xnli"), {"cells": cells, "metric": "accuracy"})
    return tmp_path


def kept(run: Params) -> Run:
    """A run with the scores of the working folder."""

    def sample(target: str, conditions: Sequence[str]) -> Sample:
        raise AssertionError("no interval is asked for")

    return Run(run, {"xnli": read_json(paths.cells("xnli"))}, sample)


def test_scores_become_rows_of_the_common_format(run: Path) -> None:
    first = Row("made", "none", "", 0, 1, "xnli", "es", "clean", 10, "accuracy", 40.0)
    english = replace(first, source="mnli", source_language="en", source_size=4, value=50.5)
    sizes = {"none": 0, "mnli": 4, "mnli-translated": 4}
    assert rows(kept(params()), sizes) == [first, english, replace(english, source_language="de tr hi", value=60.25)]


def test_an_example_in_three_languages_is_one(run: Path) -> None:
    assert [examples(params(), name) for name in ("none", "mnli", "mnli-translated")] == [0, 4, 4]
    recipe = params().source("mnli").recipe
    assert recipe is not None
    fewer = params(mnli={"recipe": {**recipe.model_dump(), "max_examples": 3}})
    assert examples(fewer, "mnli") == 3


def curve(**change: Any) -> None:
    recipe = {"lr": small().training("xnli").lr}
    dev = [{"step": 1, "value": 60.0}, {"step": 2, "value": 70.0}, {"step": 3, "value": 65.0}]
    write_json(
        paths.curve("target", "xnli", "none", 1),
        {"recipe": recipe, "dev": dev, "best": {"step": 2, "value": 70.0}, **change},
    )


def test_the_rate_has_the_score_of_the_checkpoint_that_is_kept(run: Path) -> None:
    curve()
    (found,) = measured(params(), run, 1 / 3, "made")
    assert (found.training, found.factor, found.english_dev, found.seed) == ("xnli", "1/3", 70.0, 1)
    assert found.lr == small().training("xnli").lr


def test_a_training_without_development_scores_has_no_rate(run: Path) -> None:
    curve(dev=[], best=None)
    assert measured(params(), run, 1.0, "made") == []


def test_scores_of_another_rate_are_refused(run: Path) -> None:
    curve(recipe={"lr": 1e-5})
    with pytest.raises(InputError, match=r"xnli/none/1\.json: found the learning rate 1e-05, expected 0\.001"):
        measured(params(), run, 1.0, "made")
