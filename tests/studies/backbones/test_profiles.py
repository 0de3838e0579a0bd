"""The profiles of the study compose, have the same examples in English and in several languages, and are pinned."""

from __future__ import annotations

from functools import cache
from math import isclose

import pytest

from stages.download import wanted
from tests.imports import ROOT
from xstilts.params import Params
from xstilts.params.load import load
from xstilts.params.profiles import compose
from xstilts.studies.backbones.rates import FACTORS, RECIPES, label, scaled
from xstilts.studies.backbones.rows import arm, named, trained_in
from xstilts.tasks import Hub

STUDY = ROOT / "studies/backbones"
NAMES = sorted(path.stem for path in STUDY.glob("*.yaml"))
RELEASED = [name for name in NAMES if not name.startswith("small") and name != "e5-small-shared"]


@cache
def text(name: str) -> str:
    return compose(str(STUDY / f"{name}.yaml"), ROOT / "profiles")


@cache
def params(name: str) -> Params:
    return Params.model_validate(load(text(name), name))


def test_there_is_a_profile_of_every_encoder_of_the_question() -> None:
    assert {
        "xlm-r-base", "xlm-r-large", "xlm-v-base", "glot500-base", "mbert-base", "mdeberta-v3-base", "rembert",
        "mmbert-base", "mmbert-small", "eurobert-210m", "e5-small", "e5-base", "e5-large", "mt5-small", "mt5-base",
    } == {*RELEASED}  # fmt: skip
    assert {"small", "e5-small-shared"} <= {*NAMES} - {*RELEASED}


@pytest.mark.parametrize("name", NAMES)
def test_each_row_of_a_task_has_the_same_examples_as_often(name: str) -> None:
    """Once in each of k languages, or k times in English: as many steps, and only the language differs."""
    whole = params(name)
    rows = {(named(one), arm(" ".join(trained_in(one)))): one for one in whole.sources.values()}
    tasks = {task for task, _ in rows} - {"none"}
    assert tasks and {*rows} == {("none", "none")} | {(task, kind) for task in tasks for kind in ("en", "multi")}
    for task in tasks:
        english, several = rows[task, "en"].recipe, rows[task, "multi"].recipe
        assert english and several and english.epochs and several.epochs
        assert english.epochs == several.epochs * len(trained_in(rows[task, "multi"]))
        assert english == several.model_copy(update={"epochs": english.epochs})


@pytest.mark.parametrize("name", NAMES)
def test_three_seeds(name: str) -> None:
    assert len(params(name).seeds) == 3


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_encoder_is_what_is_downloaded(name: str) -> None:
    whole = params(name)
    assert whole.backbone.kind == "hub" and whole.backbone.revision and len(whole.backbone.revision) == 40
    asked = dict(whole.downloads["backbone"])
    files = asked.pop("files", None)
    assert asked == {"repo": whole.backbone.repo, "revision": whole.backbone.revision}
    assert (files is not None) == whole.backbone.convert, "what is converted is not what is fetched by itself"
    origin = wanted(whole, "backbone")[1][0]
    assert isinstance(origin, Hub)
    assert origin.files == tuple(files or ("config.json", "model.safetensors", "tokenizer.json"))
    assert {*whole.tasks} <= {*whole.downloads}


def test_no_two_profiles_have_one_encoder() -> None:
    found = [(params(name).backbone.repo, params(name).backbone.revision) for name in RELEASED]
    assert len({*found}) == len(found)


@pytest.mark.parametrize("name", ["small-deep", "small-pieces", "small-texts"])
def test_small_encoders_have_one_budget_and_differ_in_one_thing(name: str) -> None:
    one, other = params("small"), params(name)
    kept = {"profile": "x", "backbone": one.backbone}
    assert one.model_copy(update=kept) == other.model_copy(update=kept)
    assert one.backbone.pretraining and other.backbone.pretraining
    assert one.backbone.pretraining.steps == other.backbone.pretraining.steps
    assert one.backbone.pretraining.tokens_per_batch == other.backbone.pretraining.tokens_per_batch
    sizes = [
        own.layers * (4 * own.hidden**2 + 2 * own.hidden * own.intermediate)
        for own in (one.backbone.architecture, other.backbone.architecture)
        if own
    ]
    assert isclose(*sizes, rel_tol=0.05)


@pytest.mark.parametrize("name", ["small", "e5-small-shared", "xlm-r-large"])
def test_dvc_makes_its_stages(name: str) -> None:
    from tests.test_dag import expand

    stages = expand(load(text(name), name))
    whole = params(name)
    for source in whole.sources:
        for seed in whole.seeds:
            assert f"intermediate@{source}-{seed}" in stages


@pytest.mark.parametrize("name", ["small", "e5-small-shared"])
@pytest.mark.parametrize("factor", FACTORS)
def test_a_sweep_changes_the_rates_of_targets_alone(name: str, factor: float) -> None:
    before, after = params(name), Params.model_validate(scaled(load(text(name), name), factor))
    assert after.seeds == before.seeds[:1] and [*after.sources] == ["none"]
    assert before.trainings() == after.trainings()
    for training in before.trainings():
        one, other = before.training(training), after.training(training)
        assert isclose(other.lr, one.lr * factor, rel_tol=0.05)
        assert other.model_copy(update={"lr": one.lr}) == one
    assert {*RECIPES} <= {*type(before.targets).model_fields}


def test_names_of_factors() -> None:
    assert [label(one) for one in FACTORS] == ["1/3", "1", "3"]
