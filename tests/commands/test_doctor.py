"""`xstilts doctor`: facts, problems, and what a profile would take."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.call import call
from tests.imports import ROOT
from xstilts.commands.checks import tracking
from xstilts.commands.cost import Size
from xstilts.commands.plan import KEYS, RELEASED, parameters, parts, plan, split
from xstilts.params import read_params
from xstilts.params.profiles import compose


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """This repository, with the programs of this environment on the path and a store of its own."""
    monkeypatch.chdir(ROOT / "docs")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/none.db")


def of(profile: str, folder: Path) -> Any:
    (folder / "params.yaml").write_text(compose(profile, ROOT / "profiles"), encoding="utf-8")
    return read_params(folder / "params.yaml")


def test_a_sound_project(sound: None, capsys: Any) -> None:
    assert call("doctor", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["problems"] == []
    assert {"python", "torch", "transformers", "dvc", "mlflow"} <= {*found["environment"]}
    assert {"processor", "arithmetic", "instructions", "device", "cores", "free disk"} <= {*found["machine"]}
    assert "not made yet" in found["tracking"]["store"] and found["project"]["root"] == str(ROOT)
    assert found["profile"]["trains"].startswith("28 trainings (backbone 1, intermediate 3, target 24)")
    assert call("doctor") == 0
    assert capsys.readouterr().out.endswith("no problem found\n")


def test_problems_are_listed_and_change_the_exit_code(
    sound: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for name in ("dvc.yaml", "dvc.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".dvc").mkdir()
    (tmp_path / "params.yaml").write_text("profile: x\nsees: [1]\n", encoding="utf-8")
    (tmp_path / "dvc.lock").write_text("schema: '2.0'\nstages:\n  prep", encoding="utf-8")
    (tmp_path / "none.db").write_text("no store", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    assert call("doctor", "--json") == 1
    problems = "\n".join(json.loads(capsys.readouterr().out)["problems"])
    for text in ("git is not on the PATH", "dvc is not on the PATH", "none.db (MLFLOW_TRACKING_URI) cannot be read",
                 "sees: unknown key", "dvc.lock: not a lock file of DVC"):  # fmt: skip
        assert text in problems


def test_a_server_that_does_not_answer_is_a_problem_and_its_password_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, "MLFLOW_TRACKING_URI": "http://me:secret@127.0.0.1:9"})
    problems: list[str] = []
    facts = tracking(problems)
    assert facts["store"] == "http://127.0.0.1:9 (MLFLOW_TRACKING_URI): cannot be read"
    assert len(problems) == 1 and "secret" not in problems[0]


def test_own_data_that_is_not_there_is_a_problem(sound: None, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    for name in ("xstilts", "stages"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("dvc.yaml", "dvc.lock"):
        shutil.copy(ROOT / name, tmp_path)
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    own = "tasks:\n  weather: {layout: native, raw: data/raw/weather, labels: data/raw/weather}"
    (tmp_path / "params.yaml").write_text(text.replace("tasks:", own, 1), encoding="utf-8")
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc/config").write_text("[core]\n    no_scm = true\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    call("doctor", "--json")
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert "data/raw/weather: nothing there, but prepare@weather reads it and no stage makes it" in problems


def test_the_plan_of_the_paper(tmp_path: Path) -> None:
    params = of("paper", tmp_path)
    own = plan(params)
    trained = [name for name, source in params.sources.items() if source.recipe]
    assert own.trainings["intermediate"] == 3 * len(trained) and own.trainings["backbone"] == 0
    assert own.trainings["target"] == 3 * len(params.sources) * len(params.trainings())
    assert own.downloads["backbone"] == ["FacebookAI/xlm-roberta-large"] and own.downloads["xnli"] == ["facebook/xnli"]
    assert own.parameters == 558_840_832, "XLM-R Large without its pooler"
    assert own.bytes == own.models * 4 * 558_840_832


def test_parameters_are_those_of_a_model(tiny: Path) -> None:
    from safetensors import safe_open

    config = json.loads((tiny / "config.json").read_text(encoding="utf-8"))
    with safe_open(next(tiny.glob("*.safetensors")), "pt") as file:
        names = file.keys()
        size = sum(file.get_tensor(name).numel() for name in names)
    assert whole(split(*(config[key] for key in KEYS))) == size
    assert whole(split(*RELEASED["FacebookAI/xlm-roberta-base"])) == 277_453_056


def whole(size: Size) -> int:
    return size.embeddings + size.layers * size.layer


def test_an_unknown_encoder_has_no_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    params = of("paper", tmp_path)
    other = params.backbone.model_copy(update={"repo": "someone/else"})
    assert parameters(params.model_copy(update={"backbone": other})) is None
    assert plan(params.model_copy(update={"backbone": other})).bytes is None


def test_the_laptop_profile_takes_what_it_says(tmp_path: Path) -> None:
    """Two hours on two cores, 8 GB of memory."""
    own = plan(of("laptop", tmp_path)).cost
    assert own and own.seconds and own.training
    assert 3.0 < own.seconds / 3600 < 4.1 and own.training / own.seconds > 0.5
    assert 2 * own.memory < 8e9 and own.cached < own.lying


def test_costs_grow_with_what_is_asked_for(tmp_path: Path) -> None:
    params = of("laptop", tmp_path)
    once = plan(params).cost
    twice = plan(params.model_copy(update={"seeds": [1, 2]})).cost
    slow = plan(params.model_copy(update={"arithmetic": "compatible"})).cost
    assert once and twice and slow and once.seconds and twice.seconds and slow.seconds
    assert twice.seconds == pytest.approx(2 * once.seconds) and slow.seconds == pytest.approx(2 * once.seconds)
    rest = {name: one.model_copy(update={"max_rows": {}}) for name, one in params.tasks.items()}
    whole = plan(params.model_copy(update={"tasks": rest})).cost
    assert whole and whole.seconds and whole.seconds > 1.5 * once.seconds and whole.training == once.training


def test_the_paper_takes_days_of_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: MNLI has 392,702 rows, so two epochs in batches of 24 are 32,725 steps. A step of 24 layers takes 45 ms
    at most, and moves 28 bytes for each of 559 M parameters; a tenth more are looks at the development set."""
    monkeypatch.chdir(tmp_path)
    params = of("paper", tmp_path)
    whole = plan(params).cost
    assert whole and whole.gpu and 5 < whole.gpu[0] / 3600 < whole.gpu[1] / 3600 < 200
    none = params.model_copy(update={"sources": {"none": params.sources["none"]}, "seeds": [1]})
    more = {"sources": {name: params.sources[name] for name in ("none", "mnli")}, "seeds": [1]}
    one, two = plan(none).cost, plan(params.model_copy(update=more)).cost
    assert one and two and one.gpu and two.gpu
    alone = [both - 2 * own for both, own in zip(two.gpu, one.gpu, strict=True)]  # targets are those of `none` again
    assert alone[1] == pytest.approx(32_725 * 0.045, rel=0.01)
    assert alone[0] == pytest.approx(6 * 302e6 * 2 * 392_702 * 45 / 790e12 + 32_725 * 28 * 559e6 / 4.3e12, rel=0.1)
    slow = params.model_copy(update={"optimisation": params.optimisation.model_copy(update={"precision": "fp32"})})
    assert (other := plan(slow).cost) and other.gpu and other.gpu[0] > 3 * whole.gpu[0]


def test_frozen_layers_and_a_cut_encoder_cost_less(tmp_path: Path) -> None:
    params = of("laptop", tmp_path)
    half = params.backbone.model_copy(update={"layers": 6})
    whole, cut = plan(params).cost, plan(params.model_copy(update={"backbone": half})).cost
    assert whole and cut and whole.seconds and cut.seconds == pytest.approx(whole.seconds / 2)
    assert parts(params.model_copy(update={"backbone": half})).layers == 6  # type: ignore[union-attr]
    targets = {
        family: {name: one.model_copy(update={"freeze_layers": 6}) for name, one in tasks.items()}
        for family, tasks in (("classification", params.targets.classification), ("tagging", params.targets.tagging))
    }
    frozen = plan(params.model_copy(update={"targets": params.targets.model_copy(update=targets)})).cost
    assert frozen and frozen.training and whole.training and frozen.cached < whole.cached
    assert 2 / 3 * whole.training < frozen.training < whole.training  # 2 of 6 operations are saved where half is frozen


def test_a_folder_says_its_size_whatever_was_pretrained_before(tmp_path: Path, tiny: Path) -> None:
    """`architecture` is of `kind: pretrain` alone: a profile may rest on one that pretrains."""
    params = of("miniature", tmp_path)
    other = params.backbone.model_copy(update={"kind": "folder", "source": str(tiny)})
    assert parts(params.model_copy(update={"backbone": other})) != parts(params)


def test_a_task_of_ones_own_has_no_known_cost(tmp_path: Path) -> None:
    params = of("laptop", tmp_path)
    sources = {"weather": params.sources["mnli"].model_copy(update={"tasks": ["weather"]})}
    tasks = {**params.tasks, "weather": params.tasks["mnli"]}
    own = plan(params.model_copy(update={"sources": sources, "tasks": tasks})).cost
    assert own and own.seconds is None and own.memory > 0


def test_doctor_says_what_a_released_encoder_takes(
    sound: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from xstilts.commands import checks

    monkeypatch.chdir(tmp_path)
    of("laptop", tmp_path)
    problems: list[str] = []
    facts = checks.present(tmp_path, problems)
    assert "hours of one core" in facts["takes"] and "2 stages side by side" in facts["takes"]
    assert "hours of one H200" in facts["on a GPU"]
    assert "GB a training" in facts["memory"] and "in DVC's cache" in facts["disk"]
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("Memory", (), {"total": 2e9})())
    checks.present(tmp_path, problems)
    assert any("of memory, this machine has 2 GB: `make repro JOBS=1`" in one for one in problems)
