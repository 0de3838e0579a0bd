"""Damaged prediction and label files in every format: a refusal, or the figures of XTREME's own program."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from tests import damage
from tests.submissions.folders import Odd, known
from tests.submissions.test_official import flat, run_there
from tests.submissions.test_official import pytestmark as needs_the_official_program
from xstilts.records.strict import dump
from xstilts.submissions.benchmark import BENCHMARKS
from xstilts.submissions.measures import MEASURES
from xstilts.submissions.score import score_folder
from xstilts.submissions.table import to_text

LANGUAGES = {task: "id" if task == "xcopa" else "de" if task != "tydiqa" else "en" for task in MEASURES}
OFFICIAL = """
import json, sys
from evaluate import evaluate_one_task
print(json.dumps([evaluate_one_task(*case) for case in json.load(open(sys.argv[1]))]))
"""


def attempt(draw: random.Random, task: str, folder: Path) -> dict[str, float]:
    """The official figures of a damaged file beside a sound one, in whichever folder it is."""
    language, ending = LANGUAGES[task], MEASURES[task][0]
    texts = known(task, language) if draw.random() < 0.5 else Odd(draw.randrange(1000)).make(task, language)
    files = [text.encode() for text in texts]
    side = 0 if draw.random() < 0.7 else 1
    if ending == "tsv" or draw.random() < 0.4:
        files[side] = damage.of_bytes(draw, files[side])
    elif ending == "json":
        files[side] = damage.dump(damage.of_json(draw, json.loads(files[side])))
    else:
        rows = damage.of_json(draw, [json.loads(line) for line in files[side].splitlines()])
        files[side] = b"\n".join(map(damage.dump, rows if isinstance(rows, list) else [rows]))
    for name, data in zip(("predictions", "labels"), files, strict=True):
        path = folder / name / task / f"test-{language}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    benchmark = "xtreme" if task in BENCHMARKS["xtreme"].languages else "xtreme-r"
    result = score_folder(folder / "predictions", folder / "labels", benchmark)
    to_text(result), dump(result, Path("scores.json"))
    figures = {name: own[language] for name, own in result["official"][task].items()}
    assert all(0 <= value <= 100 and math.isfinite(value) for value in figures.values())
    return figures


@pytest.mark.parametrize("task", MEASURES)
def test_damaged_files_are_refused_or_scored(task: str, tmp_path: Path) -> None:
    counts = damage.outcomes(60, lambda draw: void(attempt(draw, task, tmp_path)))
    assert counts["refused"] > 10 and counts.total() == 60


def void(_: Any) -> None:
    """An attempt counts by what it raises."""


@pytest.mark.slow
@pytest.mark.parametrize("task", MEASURES)
def test_many_damaged_files(task: str, tmp_path: Path) -> None:
    counts = damage.outcomes(1500, lambda draw: void(attempt(draw, task, tmp_path)), seed=1)
    print(f"\n{task}: {dict(counts)}")
    assert counts["refused"] > 300 and counts.total() == 1500


@needs_the_official_program
@pytest.mark.slow
@pytest.mark.parametrize("task", MEASURES)
def test_what_is_taken_has_the_official_figures(task: str, tmp_path: Path) -> None:
    cases: list[list[str]] = []
    ours: list[dict[str, float]] = []

    def kept(draw: random.Random) -> None:
        folder = tmp_path / str(len(cases))
        ours.append(attempt(draw, task, folder))
        name = f"{task}/test-{LANGUAGES[task]}.{MEASURES[task][0]}"
        cases.append([str(folder / "predictions" / name), str(folder / "labels" / name), task, LANGUAGES[task]])

    damage.outcomes(300, kept, seed=2)
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    theirs = json.loads(run_there("-c", OFFICIAL, str(tmp_path / "cases.json")))
    assert len(theirs) == len(ours) > 20
    for case, official, own in zip(cases, theirs, ours, strict=True):
        assert dict(flat(own)) == pytest.approx(dict(flat(official)), rel=1e-12, abs=1e-12), case
