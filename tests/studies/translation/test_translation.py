"""The study of translation: planted effects are claimed, none is claimed where there is none, ratios of bad systems are
not compared, and the page follows its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.imports import ROOT
from xstilts import paths
from xstilts.families.translation.scoring import units
from xstilts.families.translation.scoring.statistics import CHRF
from xstilts.params import Params, read_params
from xstilts.params.profiles import compose
from xstilts.records.files import read_text, write_text
from xstilts.records.prepared import Prepared
from xstilts.statistics.collect import Sample
from xstilts.studies.kept import Run
from xstilts.studies.translation import page as pages
from xstilts.studies.translation.figures import write_figures
from xstilts.studies.translation.measure import AREA, CLEAN, Measured, Scores, measure, scores_of

DIRECTIONS, CONDITIONS, SENTENCES = ("en-sw", "sw-en"), ("swap-0.1", "swap-0.3"), 120
COPY = {"en-sw": 12.0, "sw-en": 12.0}
Quality = Callable[[str, str, float], float]  # source, direction, level -> share of n-grams that are right


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> Params:
    file = tmp_path_factory.mktemp("params") / "params.yaml"
    write_text(file, compose(str(ROOT / "studies/translation/small.yaml"), ROOT / "profiles"))
    return read_params(file).model_copy(update={"seeds": [1, 2, 3]})


def sample(params: Params, quality: Quality, again: Quality) -> Sample:
    """Counts of sentences in which a share of the n-grams is right, of all orders alike."""
    random = np.random.default_rng(7)
    runs = [(source, seed) for source in params.sources for seed in params.seeds]
    easy = random.normal(0, 0.05, SENTENCES)  # a sentence is easy for all

    def counted(share: float) -> np.ndarray:
        right = np.clip(share + easy + random.normal(0, 0.01, SENTENCES), 0, 1)
        counts = np.zeros((SENTENCES, CHRF), dtype=np.int32)
        for order in range(CHRF // 3):
            size = 60 - 5 * order
            counts[:, 3 * order : 3 * order + 3] = np.stack(
                [np.full(SENTENCES, size), np.full(SENTENCES, size), np.round(right * size)], axis=1
            )
        return counts

    counts: dict[str, np.ndarray] = {}
    for direction in DIRECTIONS:
        for level, condition in ((0.0, None), (0.1, CONDITIONS[0]), (0.3, CONDITIONS[1])):
            parts = []
            for source, _ in runs:
                own = np.zeros((SENTENCES, units.ROWS + 1), dtype=np.int32)
                own[:, units.MAIN] = counted(quality(source, direction, level))
                if condition:
                    own[:, units.BEFORE] = counted(again(source, direction, level))
                own[:, units.OFF], own[:, units.ROWS] = np.arange(SENTENCES) < 12, 1
                parts.append(own)
            counts[paths.under(direction, condition)] = np.stack(parts, axis=1)
    task = Prepared("lafand", "translation", "chrf2++", (), DIRECTIONS, None)
    names = [str(number) for number in range(SENTENCES)]
    return Sample("lafand", runs, dict.fromkeys(counts, names), counts, "sentence", task)


def scores(params: Params, quality: Quality, again: Quality | None = None, copy: Mapping[str, float] = COPY) -> Scores:
    return scores_of(sample(params, quality, again or (lambda *_: 0.6)), CONDITIONS, copy, 300)


def planted(source: str, direction: str, level: float) -> float:
    """`sick` is better by six points from English alone; `ocnli` loses half of what the others lose."""
    clean = 0.4 + 0.06 * (source == "sick" and direction == "en-sw")
    return clean * (1 - level * (0.5 if source == "ocnli" else 1.0))


@pytest.fixture(scope="module")
def found(params: Params) -> Measured:
    return measure(params, [scores(params, planted)], {"lafand": document()})


def document(seen: float = 38.2) -> dict[str, Any]:
    own = {"chrf2++": 40.0, "chrf2++_unseen": 33.5, "seen": seen}
    cells = [{"source": source, "language": "en-zu", "scores": own} for source in ("none", "sick")]
    return {"cells": cells, "chance": COPY, "conditions": {}}


def verdicts(measured: Measured, seeds: int = 3) -> dict[tuple[str, str, str], str]:
    return {(one.source, one.side, one.quantity): one.verdict(seeds) for one in measured.comparisons}


def test_what_is_planted_is_claimed_and_nothing_else(found: Measured) -> None:
    said = verdicts(found)
    assert {key for key, verdict in said.items() if verdict == "gain"} == {
        ("sick", "from English", CLEAN), ("ocnli", "from English", AREA), ("ocnli", "into English", AREA)
    }  # fmt: skip
    assert set(said.values()) == {"gain", "open"} and len(said) == 5 * 2 * 3
    gain = next(one.gain for one in found.comparisons if (one.source, one.quantity) == ("sick", CLEAN))
    assert gain and 4 < gain.mean < 8


def test_the_ratio_and_its_area_are_what_they_say(params: Params) -> None:
    own = scores(params, lambda source, direction, level: 0.5 * (1 - level))
    for level, condition in ((0.1, "swap-0.1"), (0.3, "swap-0.3")):
        ratio = own.ratio("none", "en-sw", condition)
        assert ratio.observed == pytest.approx(100 * (1 - level), abs=1.5) and ratio.resampled.shape == (300, 3)
    expected = (0.1 * (100 + 90) / 2 + 0.2 * (90 + 70) / 2) / 0.3
    assert own.area("none", "en-sw").observed == pytest.approx(expected, abs=1.5)
    assert own.mean_consistency("none", "sw-en").observed == pytest.approx(60, abs=2)
    (point, *_) = measure(params, [own], {}).points
    assert (point.off_clean, point.off_noised, point.copy, point.above_copy) == (10, 10, 12, True)


def test_a_bad_system_is_not_called_robust(params: Params) -> None:
    """`random` says the same whatever it reads: R is 100, but it is not above the copied source."""
    own = scores(params, lambda source, direction, level: 0.05 if source == "random" else planted("", "", level))
    measured = measure(params, [own], {})
    said = verdicts(measured)
    assert [said["random", side, AREA] for side in ("from English", "into English")] == ["nothing", "nothing"]
    assert said["random", "from English", CLEAN] == "loss"
    assert all(one.above_copy != (one.source == "random") for one in measured.points)
    assert any(one.ratio.mean > 95 for one in measured.points if one.source == "random")
    page = "\n".join(pages.lines(run_of(params), measured))
    assert "no direction in which both are above the copied source" in page and "en-sw of `random`" in page


def test_a_target_without_conditions_has_clean_scores_alone(params: Params) -> None:
    clean = sample(params, planted, planted)
    counts = {one: clean.counts[one] for one in DIRECTIONS}
    measured = measure(params, [scores_of(replace(clean, counts=counts), [], COPY, 50)], {})
    assert not measured.points and {one.quantity for one in measured.comparisons} == {CLEAN}
    assert len(measured.clean) == 2 * 6 and "![" not in "\n".join(pages.lines(run_of(params), measured))


def test_with_one_seed_nothing_is_claimed(params: Params, found: Measured) -> None:
    assert set(verdicts(found, seeds=1).values()) == {"open"}
    page = pages.lines(run_of(params.model_copy(update={"seeds": [1]})), found)
    assert "**Cannot decide: 0 of 30 comparisons show a difference.**" in page[6] and "one seed" in page[6]


def run_of(params: Params) -> Run:
    def none(target: str, conditions: object) -> Sample:
        raise AssertionError("the page is made from what was measured")

    return Run(params, {}, none)


def test_the_page_and_the_files(params: Params, found: Measured, tmp_path: Path) -> None:
    page = "\n".join(pages.lines(run_of(params), found))
    assert "**More than `none`: clean chrF++ of `sick`, LAFAND-MT from English; area of R of `ocnli`" in page
    assert "one side of 38.2 % of the test rows stands in the training set" in page and "changes by -6.5" in page
    assert "sw-en" in page or "into English" in page
    pages.write_page(tmp_path, run_of(params), found)
    write_figures(tmp_path, "lafand", found.points)
    names = {path.name for path in tmp_path.iterdir()}
    pictures = {f"{kind}-lafand.{ending}" for kind in ("noise", "clean") for ending in ("svg", "png")}
    assert names == {"answer.md", "table.md", "table.csv", "table.tex", *pictures}
    assert len(read_text(tmp_path / "table.csv").splitlines()) == 1 + 2 * 6 + 2 * 2 * 6, "clean rows, too"
    for picture in ("noise-lafand", "clean-lafand"):
        assert f"({picture}.svg)" in page
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    pages.write_page(tmp_path, run_of(params), found)
    write_figures(tmp_path, "lafand", found.points)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_other_domains_stand_beside_the_news(params: Params) -> None:
    """Over the directions that all test sets have; each source on its own lines."""
    news, health = scores(params, planted), scores(params, lambda source, direction, level: 0.2)
    own = replace(health.target.sample, target="tico19")
    measured = measure(params, [news, replace(health, target=replace(health.target, sample=own))], {})
    page = pages.domains(measured)
    assert page[0].startswith("Clean chrF++, mean over en-sw, sw-en.") and len(page) == 2 + 2 + 6 * 2
    cells = [[one.strip() for one in line.strip("|").split("|")] for line in page[2:]]
    assert cells[0] == ["source", "side", "LAFAND-MT", "TICO-19"] and cells[2][:2] == ["`none`", "from English"]
    assert 37 < float(cells[2][2]) < 42 and 17 < float(cells[2][3]) < 22
    assert "one test set alone" in pages.domains(measure(params, [news], {}))[0]


def test_all_profiles_hold_rows_and_passes_equal() -> None:
    """English and several languages see the same rows in as many steps; every arm has the same recipe beside."""
    for name, english, several in (("small", "sick", "sick-multilingual"), ("paper", "mnli", "mnli-multilingual")):
        import yaml

        own = yaml.safe_load(compose(str(ROOT / f"studies/translation/{name}.yaml"), ROOT / "profiles"))["sources"]
        many = own[several].get("languages") or own[several]["translated"]["languages"]
        assert own[english]["epochs"] == own[several]["epochs"] * len(many)
        trained = [one for one in own.values() if one["tasks"]]
        rows = {(one["max_examples"], one["lr"], one["batch"], one["max_length"]) for one in trained}
        assert len(rows) == 1 and len(own) == 6
    frozen = yaml.safe_load(compose(str(ROOT / "studies/translation/frozen.yaml"), ROOT / "profiles"))
    assert frozen["parallel"]["lafand"]["freeze_layers"] == 12 and frozen["parallel"]["lafand"]["freeze_embeddings"]
