"""From scores to the rows of the tables: signs, families of Holm, and what one seed may decide."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest

from tests.tasks_made_up import made_up
from xstilts.seeding import Seeds
from xstilts.statistics.analyse import Statistics, Target, adjust
from xstilts.statistics.collect import Sample
from xstilts.statistics.inference import holm
from xstilts.statistics.tables import GAINS, MEANS, summary, to_csv

SOURCES = ("none", "up", "down")
RIGHT = {"none": 50, "up": 70, "down": 30}  # of a hundred examples, in every language


def sample(target: str, seeds: int, **right: int) -> Sample:
    """Accuracies by source; a seed more is one right answer more."""
    runs = [(source, seed) for source in SOURCES for seed in range(1, seeds + 1)]
    hits = [{**RIGHT, **right}[source] + seed for source, seed in runs]
    counts = np.array([[[float(row < own), 1.0] for own in hits] for row in range(100)])
    names = [str(row) for row in range(100)]
    task = made_up("classification", "accuracy", target, ("a", "b"))
    return Sample(target, runs, {"en": names, "de": names}, {"en": counts, "de": counts}, "example", task)


def analysed(seeds: int) -> dict[str, Any]:
    found = Statistics(SOURCES)
    for one in (sample("xnli", seeds), sample("pawsx", seeds, up=51), sample("other", seeds, up=50, down=50)):
        found.add(Target.of(one, 300, Seeds("test")))
    assert {row["gain"] > 0 for row in found.by_language if row["source"] == "down" and row["target"] != "other"} == {
        False
    }
    return found.content(300)


def test_gains_have_the_sign_of_the_scores_and_holm_goes_over_targets() -> None:
    content = analysed(3)
    gains = {(row["source"], row["target"]): row for row in content["gains"]}
    assert {key: row["gain"] for key, row in gains.items()} == {
        ("up", "xnli"): 20, ("down", "xnli"): -20, ("up", "pawsx"): 1, ("down", "pawsx"): -20,
        ("up", "other"): 0, ("down", "other"): 0,
    }  # fmt: skip
    assert gains["up", "xnli"]["by_seed"] == [20, 20, 20]
    assert {key for key, row in gains.items() if row["better"]} == {("up", "xnli")}
    assert {key for key, row in gains.items() if row["worse"]} == {("down", "xnli"), ("down", "pawsx")}
    for source in ("up", "down"):
        own = [row for key, row in gains.items() if key[0] == source]
        assert [row["p_holm"] for row in own] == pytest.approx(holm([row["p"] for row in own]), rel=0.01)


def test_one_seed_decides_nothing() -> None:
    content = analysed(1)
    assert not [row for row in content["gains"] if row["better"] or row["worse"]]
    assert min(row["p_holm"] for row in content["gains"]) < 0.05, "over examples alone it would"


def test_the_table_keeps_the_two_intervals_of_a_mean_apart() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(MEANS + GAINS, summary(analysed(3))))))
    (none,) = [row for row in rows if (row["source"], row["target"]) == ("none", "xnli")]
    assert (float(none["mean"]), none["n"], none["gain"]) == (52, "3", "")
    seeds, examples = ([float(none[f"{kind}_{end}"]) for end in ("low", "high")] for kind in ("seeds", "examples"))
    assert seeds == pytest.approx([52 - 4.3027 / 3**0.5, 52 + 4.3027 / 3**0.5], abs=1e-3)  # t of 2 degrees of freedom
    assert examples == pytest.approx([52 - 9.8, 52 + 9.8], abs=1.5)  # 1.96 x sqrt(0.52 x 0.48 / 100)


def test_holm_leaves_other_families_alone() -> None:
    values = [("a", 0.01), ("b", 0.02), ("a", None), ("a", 0.03)]
    assert adjust([{"source": source, "p": p} for source, p in values], "source") == [0.02, 0.02, None, 0.03]
