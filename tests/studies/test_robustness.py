"""The study of size and robustness: a planted trend is claimed, a flat one is not, and the page follows its rules."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import stages.condition
from studies.robustness import answer
from tests.fake_grid import CONTROLS, PARAMS, RECIPE, write_params
from tests.stages.test_score import LABELS, predict, prepare
from tests.studies.fake import noised, params_of
from tests.studies.kept import keep_here
from xstilts import paths
from xstilts.params import Params
from xstilts.records.files import read_text
from xstilts.statistics.collect import Sample
from xstilts.studies.kept import Run
from xstilts.studies.noised import Noised
from xstilts.studies.robustness import page as pages
from xstilts.studies.robustness.figures import write_figures
from xstilts.studies.robustness.measure import Answer, Measured, measure
from xstilts.studies.robustness.page import sentence
from xstilts.studies.series import planted, series


@pytest.fixture(scope="module")
def params() -> Params:
    return params_of("small")


def size(params: Params, source: str) -> int:
    recipe = params.sources[source].recipe
    return recipe.max_examples or 0 if recipe else 0


def rising(params: Params, noise: float = -0.06) -> Noised:
    """Each doubling of MNLI loses four points more, of SQuAD nothing; the noised rows lose less; random nothing."""

    def drop(source: str) -> float:
        if source == "random":
            return 0.0
        step = {1000: 0, 2000: 1, 4000: 2, 8000: 3}.get(size(params, source), 0) if source.startswith("mnli") else 0
        return 0.1 + 0.04 * step + noise * source.endswith("noised")

    return noised(params, drop, lambda source: 0.4 if source == "random" else 0.7)


@pytest.fixture(scope="module")
def found(params: Params) -> Measured:
    return measure(params, [rising(params)])


def of(measured: Measured, name: str) -> Answer:
    return next(one for one in measured.answers if one.series.name == name)


def run_of(params: Params) -> Run:
    def sample(target: str, conditions: Sequence[str]) -> Sample:
        raise AssertionError("the page is made from what was measured")

    return Run(params, {}, sample)


def lines(params: Params, measured: Measured) -> list[str]:
    return pages.lines(run_of(params), measured)


def test_series_are_sources_that_differ_in_size_alone(params: Params) -> None:
    assert [(one.name, one.sizes) for one in series(params)] == [
        (f"{task}, fixed {budget}", (1000, 2000, 4000, 8000))
        for task in ("mnli", "squad_v1") for budget in ("epochs", "updates")
    ]  # fmt: skip
    assert planted(params) == {"mnli-noised": "mnli-8000-epochs", "squad_v1-noised": "squad_v1-8000-epochs"}
    real = params_of("e5", (1,))
    assert [one.sizes for one in series(real)] == [(250, 500, 1000, 2000, 3000), (400, 800, 1600, 3336)]
    assert planted(real) == {"mnli-noised": "mnli-3000"}
    assert [len(one.sizes) for one in series(params_of("paper"))] == [5, 5, 4, 4]


def test_a_planted_trend_is_claimed_and_a_flat_one_is_not(found: Measured) -> None:
    assert {name: of(found, name).verdict for name in ("mnli, fixed epochs", "mnli, fixed updates")} == {
        "mnli, fixed epochs": "grows", "mnli, fixed updates": "grows",
    }  # fmt: skip
    assert of(found, "squad_v1, fixed epochs").verdict == "open"
    slope = of(found, "mnli, fixed epochs").mixed
    assert slope and slope.doubling and slope.doubling.low < 4.0 < slope.doubling.high and slope.doubling.low > 2


def test_the_planted_row_is_found_and_the_control_is_silent(found: Measured) -> None:
    assert [one.found for one in found.planted] == [True, True]
    assert all(3 < one.saved.mean < 9 for one in found.planted)
    assert [one.silent for one in found.silence] == [True]


def test_a_plant_that_does_nothing_is_not_found(params: Params) -> None:
    measured = measure(params, [rising(params, noise=0.0)])
    assert not any(one.found for one in measured.planted)
    page = "\n".join(lines(params, measured))
    assert "Planted effect on XNLI NOT found: " in page and "An effect below " in page


def test_sources_on_the_line_have_no_effective_robustness(found: Measured) -> None:
    rows = {one.source: one for one in found.points if one.condition == "swap-0.1"}
    noisy, clean = rows["mnli-noised"].effective, rows["mnli-8000-epochs"].effective
    assert noisy and clean and noisy.mean > clean.mean + 2


def test_the_page_says_first_what_the_data_are(params: Params, found: Measured) -> None:
    page = lines(params, found)
    assert page[0].startswith("# ") and page[2].startswith("**All data are generated") and page[2].endswith("3 seeds.")
    real = params_of("e5", (1,))
    assert "real rows, but cut" in lines(real, Measured([], [], [], [], [], {}, {}))[2]
    assert "full published sets" in lines(params_of("paper"), Measured([], [], [], [], [], {}, {}))[2]


def test_sentences_follow_the_numbers(params: Params, found: Measured) -> None:
    number = r"-?\d+\.\d"
    assert re.fullmatch(
        rf"XNLI after mnli, fixed epochs: the drop grows with the size\. rho \+1\.00 \[{number}\d, 1\.00\], "
        rf"p (<|=) [\d.]+; from 1,000 to 8,000 rows the drop changes by \+{number} points \[{number}, {number}\]\. "
        rf"A change below {number} points would be missed in one of five studies\.",
        sentence(of(found, "mnli, fixed epochs")),
    )
    flat = sentence(of(found, "squad_v1, fixed updates"))
    assert ": cannot decide. rho " in flat and " would be missed in one of five studies." in flat
    page = "\n".join(lines(params, found))
    assert (
        "**More data lose more: XNLI after mnli, fixed epochs; XNLI after mnli, fixed updates.** Cannot decide in 2"
        in page
    )
    assert "Control `random` on XNLI silent: " in page and "nan" not in page and "None" not in page


def test_nothing_is_claimed_where_nothing_is(params: Params) -> None:
    measured = measure(params, [noised(params, lambda source: 0.1)])
    assert {one.verdict for one in measured.answers} == {"open"}
    assert "**Cannot decide: 0 of 4 comparisons show a trend.**" in "\n".join(lines(params, measured))
    assert not any(one.silent for one in measured.silence), "a control that loses ten points is not silent"


def test_languages_with_few_words_that_can_change_are_named(params: Params) -> None:
    target = replace(noised(params, lambda source: 0.1), able={("swap-0.1", "tr"): 0.06, ("swap-0.1", "de"): 0.6})
    page = "\n".join(lines(params, measure(params, [target])))
    assert "- XNLI, swap-0.1: in tr less than a tenth of the words can change." in page
    assert page.count("less than a tenth") == 1


def test_published_sets_are_said_to_have_a_part_of_the_rows(found: Measured) -> None:
    params = params_of("e5", (1,))
    page = "\n".join(lines(params, replace(found, fewer={("xnli", "typos"): {"de": 23, "en": 1200}})))
    assert "- XNLI, typos: the published set has a part of the clean rows (de 23, en 1,200). Its drop is from" in page
    assert "- All noise but that of typos and cleandl was made by rules." in page
    page = "\n".join(lines(params_of("small"), found))
    assert "- Noise was made by rules." in page and "published" not in page


def test_near_chance_nothing_is_decided(params: Params) -> None:
    """Where there is nothing to lose, no trend can be seen, even if numbers have an order."""
    at_chance = noised(params, lambda source: 0.02 * size(params, source) / 1000, lambda source: 0.34)
    measured = measure(params, [at_chance])
    assert {one.verdict for one in measured.answers} == {"chance"} and all(
        one.mixed is None for one in measured.answers
    )
    assert all(one.near_chance and one.relative is None for one in measured.points)
    assert "cannot decide. Clean scores of mnli-1000-epochs" in sentence(measured.answers[0])


def test_one_seed_decides_nothing_and_is_no_crash(tmp_path: Path) -> None:
    params = params_of("small", (1,))
    measured = measure(params, [rising(params)])
    assert {one.verdict for one in measured.answers} == {"seed"}
    pages.write_page(tmp_path, run_of(params), measured)
    page = read_text(tmp_path / "answer.md")
    assert "Over examples alone: rho +1.00" in page and "One seed: nothing can be said about other trainings." in page
    assert "no mixed model: found 4 trainings, an interval needs five." in page


def test_files_have_the_same_bytes_twice(params: Params, found: Measured, tmp_path: Path) -> None:
    target = rising(params)
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        pages.write_page(folder, run_of(params), found)
        write_figures(folder, target, found)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted([
        "answer.md", "table.md", "table.csv", "table.tex", "size-xnli.svg", "size-xnli.png", "effective-xnli.svg",
        "effective-xnli.png",
    ])  # fmt: skip
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    pictures = re.findall(r"!\[\w+\]\((.+?)\)", read_text(tmp_path / "a/answer.md"))
    assert pictures and set(pictures) <= set(names)


def test_the_answer_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From prepared rows and predictions, as the stages leave them behind, to the folder of the study."""
    monkeypatch.chdir(tmp_path)
    text = "several people were walking slowly through another village"
    rows = [{"id": str(n), "text_a": f"{text} {n}", "text_b": text, "label": LABELS[n % 3]} for n in range(60)]
    sets: dict[tuple[str, str], list[dict[str, Any]]] = {("test", "en"): rows, ("test", "de"): rows[:45]}
    sizes = {f"mnli-{size}": {"tasks": ["mnli"], **RECIPE, "max_examples": size} for size in (10, 20, 40)}
    sources: dict[str, Any] = {
        "none": {"tasks": []}, **sizes, "noisy": {**sizes["mnli-40"], "noised": "swap-1"}, "random": CONTROLS["random"],
    }  # fmt: skip
    tasks = {name: dict(given) for name, given in PARAMS["tasks"].items()}
    tasks["xnli"]["evaluate"] = {"test": ["en", "de"]}
    targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {"classification": {"xnli": RECIPE}}
    conditions = {"xnli": ["swap-0.5", "case-upper-1"]}
    written = write_params(tmp_path, sources=sources, tasks=tasks, targets=targets, conditions=conditions)
    prepare("xnli", "classification", "accuracy", sets, LABELS)
    monkeypatch.setattr(sys, "argv", ["condition"])
    stages.condition.main()
    for number, source in enumerate(sources):
        answers = {}
        for (split, language), own in sets.items():
            right = [row["label"] for row in own]
            wrong = [LABELS[(LABELS.index(one) + 1) % 3] for one in right]
            for under, lost in ((None, 6), ("swap-0.5", 8 + 2 * number), ("case-upper-1", 7)):
                answers[paths.under(split, under), language] = [*wrong[:lost], *right[lost:]]
        predict("xnli", answers, source)
    keep_here(written, Path("made"), ("none/1", "mnli-80/1"))
    monkeypatch.setattr(sys, "argv", ["answer", "made"])
    answer.main()
    table = list(csv.DictReader(read_text(tmp_path / "made/table.csv").splitlines()))
    assert len(table) == len(sources) * 2
    row = next(one for one in table if (one["source"], one["condition"]) == ("mnli-40", "swap-0.5"))
    # (60 - 6) / 60 and (45 - 6) / 45 right; 14 wrong instead of 6: 8 of 60 and of 45 are lost
    assert (float(row["drop"]), float(row["lost"])) == pytest.approx((100 * (8 / 60 + 8 / 45) / 2,) * 2, abs=1e-3)
    assert (row["size"], row["series"], row["near chance"]) == ("40", "mnli, fixed epochs", "")
    page = read_text(tmp_path / "made/answer.md")
    assert "less than a tenth" not in page and "Missing (source/seed): mnli-80/1." in page
    assert "XNLI after mnli, fixed epochs: cannot decide. There is one training of each size" in page
    assert "Planted effect on XNLI NOT found: noise in the training data of `noisy`" in page


def test_rows_without_two_sizes_answer_nothing(params: Params) -> None:
    """As in a study of which two rows are finished."""
    content = params.model_dump(by_alias=True)
    content["sources"] = {name: content["sources"][name] for name in ("none", "mnli-8000-epochs")}
    two = Params.model_validate(content)
    text = "\n".join(lines(two, measure(two, [rising(two)])))
    assert "No two sources differ in size alone" in text and "No planted effect and no control is among" in text
    assert "Page's" not in text and "mixed model has" not in text
