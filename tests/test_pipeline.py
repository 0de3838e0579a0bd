"""The whole pipeline, small, in throw-away clones: the same bytes every time, and nothing runs that need not.

Minutes, so: `pytest -m slow`. One clone runs straight through; the other gets two threads from outside, saves its state
every five steps, loses a training to SIGKILL and goes on. Both must end with the same `dvc.lock`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from tests import profiles
from tests.imports import ROOT
from tests.test_docs import PAGES, commands

pytestmark = pytest.mark.slow

TASKS = ("mnli", "squad_v1", "xnli", "panx", "tydiqa", "xquad", "tatoeba")
WORLD = {
    "seed": 1, "items": 20, "tatoeba": 30, "bucc": 30, "bucc_gold": 8, "mnli": 400, "pawsx": 40, "hellaswag": 40,
    "squad": 40, "tydiqa": 60, "udpos": 40, "panx": 100, "mono": 150, "mixed": 50, "parallel": 100,
    "squad_v2": 40, "ccg": 40,
    "snli": 40, "anli": 20, "qqp": 40, "cosmosqa": 40, "csqa": 40, "marked": 120,
}  # fmt: skip
RECIPE = {"epochs": 1, "lr": 3.0e-4, "batch": 8, "max_length": 96, "evaluations": 2}
TRAINED = {"xnli": "classification", "panx": "tagging", "tydiqa": "span"}
SOURCES = ("none", "mnli", "mixed")
SUBMISSIONS = {f"submission@{source}" for source in SOURCES}
COLUMNS = {**TRAINED, "xquad": "squad", "tatoeba": "retrieval"}


def small() -> dict[str, Any]:
    """The miniature profile with a smaller world, two sources and a column of each family."""
    params = profiles.content("miniature")
    params["miniature"] = {"world": WORLD}
    params["tasks"] = {name: params["tasks"][name] for name in TASKS}
    for given in params["tasks"].values():
        for split in given.get("evaluate", {}):
            given["evaluate"][split] = given["evaluate"][split][:3]
    params["span"]["stride"] = 48
    params["backbone"]["vocabulary"] = 500
    params["backbone"]["architecture"] |= {"layers": 2, "hidden": 32, "heads": 2, "intermediate": 64, "dropout": 0.1}
    params["backbone"]["pretraining"] |= {"steps": 30, "tokens_per_batch": 512}
    params["translators"] = {"marian": {
        "engine": "marian", "from": "data/miniature/marked", "languages": {"de": ">>deu<<"}, "batch": 32,
        "max_length": 48, "train": {
            "layers": 1, "hidden": 32, "heads": 2, "dropout": 0.1, "vocabulary": 300, "steps": 12,
            "tokens_per_batch": 256, "lr": 1.0e-3, "held_out": 20, "seed": 1,
        },
    }}  # fmt: skip
    params["translations"] = {
        "mnli-de": {"task": "mnli", "language": "de", "by": "marian", "from": "models/translators/marian"}
    }
    params["sources"] = {
        "none": {"tasks": []}, "mnli": {"tasks": ["mnli"], **RECIPE},
        "mixed": {
            "tasks": ["mnli", "squad_v1"], "sampling": {"rule": "proportional"}, **RECIPE, "max_examples": 40,
            "mlm": {"share": 0.2, "languages": ["en", "hi"], "held_out": 10},
        },
    }  # fmt: skip
    params["sources"]["mnli"] |= {"translated": {"languages": ["de"], "mode": "add"}}
    targets: dict[str, dict[str, Any]] = {group: {} for group in params["targets"]}
    for task, family in TRAINED.items():
        targets[family][task] = dict(RECIPE)  # a copy: `-S` cannot change what YAML writes as an alias
    targets["tagging"]["panx"]["epochs"] = 2  # the docs' first experiment sets 1
    targets |= {"squad": {"xquad": {}}, "retrieval": {"tatoeba": {}}}
    return {**params, "targets": targets, "squad": {"squad_v1": dict(RECIPE)}}


class Clone:
    """A clone of this repository with the code as it is in a working folder, and the small parameters."""

    def __init__(self, folder: Path, code: Path = ROOT, **environment: str) -> None:
        self.folder = folder
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        ignored = shutil.ignore_patterns("__pycache__")
        for part in ("stages", "xstilts"):
            shutil.copytree(code / part, folder / part, dirs_exist_ok=True, ignore=ignored)
        shutil.copy(code / "dvc.yaml", folder)
        for old in ("results", "dvc.lock"):  # what was committed belongs to the parameters that were committed
            subprocess.run(["git", "rm", "-rqf", "--ignore-unmatch", old], cwd=folder, check=True)
        (folder / "params.yaml").write_text(yaml.safe_dump(small(), sort_keys=False), encoding="utf-8")
        names = {
            f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        unset = ("XSTILTS_CHECKPOINT_STEPS", "MLFLOW_TRACKING_URI", "PYTHONPATH")
        base = {name: value for name, value in os.environ.items() if name not in unset}
        self.environment = {**base, **names, "PATH": path, **environment}

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def run(self, *command: str) -> str:
        process = self.start(*command)
        output, _ = process.communicate()
        assert process.returncode == 0, output[-3000:]
        return output

    def repro(self) -> list[str]:
        """The names of the stages that ran."""
        return re.findall(r"Running stage '(.+?)'", self.run("dvc", "repro"))

    def lock(self) -> dict[str, Any]:
        content: dict[str, Any] = yaml.safe_load((self.folder / "dvc.lock").read_text(encoding="utf-8"))
        return content["stages"]  # type: ignore[no-any-return]

    def outputs(self) -> dict[str, str]:
        """Stage and path -> hash."""
        return {f"{name}: {out['path']}": out["md5"] for name, stage in self.lock().items() for out in stage["outs"]}

    def tables(self) -> dict[str, str]:
        """The tables that have no column or row for conditions."""
        names = ("table.csv", "table.md", "table.tex", "statistics.csv", "language_gains.csv", "metrics.json",
                 "by_language.json", "findings.md", "numbers.tex", "controls.json", "heatmap.svg")  # fmt: skip
        return {name: (self.folder / "results" / name).read_text(encoding="utf-8") for name in names}

    def status(self) -> set[str]:
        """The stages that `dvc status` marks."""
        return set(json.loads(self.run("dvc", "status", "--json")))

    def commit(self) -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "small")


def edited(file: Path) -> Iterator[None]:
    """A comment at the end of a source file, for a while."""
    before = file.read_text(encoding="utf-8")
    file.write_text(before + "# a comment\n", encoding="utf-8")
    yield
    file.write_text(before, encoding="utf-8")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """One clone, run straight through with one thread."""
    made = Clone(tmp_path_factory.mktemp("straight") / "clone", OMP_NUM_THREADS="1")
    ran = made.repro()
    assert len(ran) == len(set(ran)) == len(made.lock())
    made.commit()
    return made


def kill_a_training(clone: Clone, state: str) -> str:
    """Start `dvc repro`, send SIGKILL to the training that has saved this state; returns the output."""
    process = clone.start("dvc", "repro")
    try:
        deadline = time.monotonic() + 600
        while not (clone.folder / state).exists():
            assert process.poll() is None and time.monotonic() < deadline, "no such state"
            time.sleep(0.01)
        trainings = [
            child
            for child in psutil.Process(process.pid).children(recursive=True)
            if "stages.target" in child.cmdline() and "-c" not in child.cmdline()
        ]
        assert trainings, "the training ended before it could be killed"
        for training in trainings:
            training.kill()
        output, _ = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            process.kill()
    assert process.returncode != 0
    return output


def test_two_clones_have_the_same_bytes(clone: Clone, tmp_path: Path) -> None:
    other = Clone(tmp_path / "clone", clone.folder, OMP_NUM_THREADS="2", XSTILTS_CHECKPOINT_STEPS="5")
    kill_a_training(other, ".xstilts/state/target/xnli/mnli/1/state.json")
    assert not (other.folder / "models/target/xnli/mnli/1").exists(), "nothing half-written stays"
    again = other.run("dvc", "repro")
    assert "continuing after step " in again
    assert "target-classification@xnli-mnli-1" in again and "Running stage 'backbone'" not in again
    assert not list((other.folder / ".xstilts/state").rglob("*.json")), "the state of a finished training goes"
    assert other.outputs() == clone.outputs()
    assert other.lock() == clone.lock()


def test_the_committed_lock_is_that_of_the_committed_code(tmp_path: Path) -> None:
    """Else a reader who pulls predictions would have to train. Data are not there, so only code can be `modified`."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tmp_path / "clone")], check=True)
    status = subprocess.run(
        ["dvc", "status", "--json"], cwd=tmp_path / "clone", capture_output=True, text=True, check=True
    )
    changed = [entry for entries in json.loads(status.stdout).values() for entry in entries if isinstance(entry, dict)]
    files = {file: state for entry in changed for file, state in entry.get("changed deps", {}).items()}
    assert files and not [file for file, state in files.items() if state == "modified"]
    assert not [entry for entry in changed if "params.yaml" in entry.get("changed deps", {})]


def test_stages_side_by_side_give_the_same_bytes(clone: Clone, tmp_path: Path) -> None:
    """`xstilts run` from an empty clone: the lock of serial `dvc repro`, its order too, and the results in git."""
    other = Clone(tmp_path / "clone")
    shown = other.run("python", "-m", "xstilts", "run", "--jobs", "2")
    assert f"{len(clone.lock())} done, 0 restored, 0 unchanged" in shown
    assert (other.folder / "dvc.lock").read_bytes() == (clone.folder / "dvc.lock").read_bytes()
    results = {path.relative_to(clone.folder) for path in (clone.folder / "results").rglob("*") if path.is_file()}
    for path in results - {Path("results/mlflow.json")}:
        assert (other.folder / path).read_bytes() == (clone.folder / path).read_bytes(), path
    assert other.repro() == [] and other.status() == set()


def test_a_second_run_does_nothing(clone: Clone) -> None:
    assert clone.repro() == [] and clone.status() == set()


def test_a_metric_is_scored_again_and_nothing_else(clone: Clone) -> None:
    for _ in edited(clone.folder / "xstilts/families/tagging/scoring/score.py"):
        assert clone.status() == {"score-tagging@panx", "score-intermediate", "statistics"}
    for _ in edited(clone.folder / "xstilts/scoring/cells.py"):
        scores = {f"score-{family}@{task}" for task, family in COLUMNS.items()}
        assert clone.status() == scores | SUBMISSIONS | {"score-intermediate", "statistics"}


def test_a_task_file_is_prepared_again_and_nothing_else(clone: Clone) -> None:
    before = clone.outputs()
    for _ in edited(clone.folder / "xstilts/tasks/panx.py"):
        assert clone.repro() == ["prepare@panx"]
    assert clone.outputs() == before
    assert clone.repro() in ([], ["prepare@panx"])  # the file is as it was: from the run cache or again


def test_a_cell_is_made_again_and_a_changed_stage_is_named(clone: Clone) -> None:
    """`xstilts rebuild` clones the clone. A comment in a stage's code changes its hash, and no output."""
    clone.run("git", "checkout", "-q", "--", ".")
    clone.run("dvc", "checkout")
    command = ("python", "-m", "xstilts", "rebuild", "mnli", "panx", "de")
    shown = clone.run(*command)
    checked = re.search(r"stages checked (\d+), stages equal (\d+)", shown)
    assert checked and checked[1] == checked[2] and "cell: equal" in shown
    assert "target-tagging@panx-mnli-1" in shown and "xnli-mnli" not in shown, "what the cell needs, no more"
    for _ in edited(clone.folder / "stages/target.py"):
        clone.commit()
        process = clone.start(*command)
        shown, _ = process.communicate()
        clone.run("git", "reset", "-q", "--soft", "HEAD~1")
    clone.run("git", "reset", "-q")
    assert process.returncode == 1
    assert "first that differs: target-tagging@panx-mnli-1\n" in shown
    assert "code stages/target.py: dvc.lock has" in shown and "outputs are equal" in shown
    assert "cell: equal" in shown and clone.status() == set()


def test_one_parameter_changes_its_cells_only(clone: Clone) -> None:
    before = clone.outputs()
    output = clone.run("dvc", "exp", "run", "-S", "targets.tagging.panx.epochs=1")
    after = clone.outputs()
    assert set(re.findall(r"Running stage '(.+?)'", output)) == {
        *(f"target-tagging@panx-{source}-1" for source in SOURCES),
        *(f"evaluate-tagging@panx-{source}" for source in SOURCES), "score-tagging@panx",
        "statistics", "aggregate", *SUBMISSIONS,
    }  # fmt: skip
    changed = {name.split(": ")[0] for name in before if before[name] != after[name]}
    assert changed >= {"target-tagging@panx-none-1", "evaluate-tagging@panx-none", "aggregate"}
    assert all("panx" in name or name in {"aggregate", "statistics", *SUBMISSIONS} for name in changed)
    cells = json.loads((clone.folder / "results/metrics.json").read_text())
    assert cells, "figures for `dvc metrics`"


def test_conditions_reach_predictions_and_no_training(clone: Clone) -> None:
    """And no clean figure: everything that is there without conditions has the same bytes."""
    clone.run("git", "checkout", "-q", "--", ".")
    clone.run("dvc", "checkout")
    before, tables = clone.outputs(), clone.tables()
    params = small()
    params["conditions"] = {"xnli": ["swap-0.5"], "xquad": ["drop-0.5"], "panx": ["double-1"], "tatoeba": ["swap-1"]}
    (clone.folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    ran = set(clone.repro())
    noised = {task: COLUMNS[task] for task in params["conditions"]}
    assert ran == {
        "condition", "statistics", "aggregate", *SUBMISSIONS,
        *(f"evaluate-{family}@{task}-{source}" for task, family in noised.items() for source in SOURCES),
        *(f"score-{family}@{task}" for task, family in noised.items()),
    }  # fmt: skip
    after = clone.outputs()
    changed = {name for name in after if before.get(name) != after[name]}
    assert not [name for name in changed if "submission" in name], "submissions are of the clean sets"
    assert {name.split("@")[0] for name in changed} >= {f"score-{family}" for family in noised.values()}
    assert clone.tables() == tables
    for task in noised:
        cells = json.loads((clone.folder / f"results/cells/{task}.json").read_text(encoding="utf-8"))
        assert len([cell for cell in cells["cells"] if "condition" in cell]) * 2 == len(cells["cells"])
    long = (clone.folder / "results/long.csv").read_text(encoding="utf-8").splitlines()
    assert long[0].split(",")[4:7] == ["split", "condition", "n"]
    shown = (clone.folder / "results/conditions.md").read_text(encoding="utf-8")
    assert re.search(r"^\| XNLI +\| +swap-0\.5 \| +mnli \| ", shown, re.M), shown
    cell = clone.run("python", "-m", "xstilts", "cell", "mnli", "xnli", "de", "--condition", "swap-0.5")
    assert "xnli/de@swap-0.5 from mnli, seed 1" in cell and "scored again: equal" in cell
    clone.run("python", "-m", "xstilts", "audit")
    clone.run("git", "checkout", "-q", "--", ".")
    clone.repro()
    assert clone.outputs() == before


def test_a_reader_gets_the_tables_without_a_model(clone: Clone, tmp_path: Path) -> None:
    """What `make pull` brings is enough to score and report again, also after a change of a metric."""
    clone.run("git", "checkout", "-q", "--", ".")
    clone.run("dvc", "checkout")
    clone.run("dvc", "remote", "add", "--local", "-d", "reader", str(tmp_path / "remote"))
    clone.run("dvc", "push")
    other = Clone(tmp_path / "reader", clone.folder)
    other.run("git", "fetch", "-q", str(clone.folder), "HEAD")
    other.run("git", "reset", "-q", "--hard", "FETCH_HEAD")
    (other.folder / ".venv").symlink_to(sys.prefix)
    other.run("dvc", "remote", "add", "--local", "-d", "reader", str(tmp_path / "remote"))
    other.run("make", "-o", ".venv/installed", "pull")
    assert "Data and pipelines are up to date" in other.run("dvc", "repro", "--allow-missing")
    other.run("python", "-m", "stages.aggregate")
    assert other.run("git", "status", "--short", "--untracked-files=no") == "", "the same tables"
    for _ in edited(other.folder / "xstilts/families/tagging/scoring/score.py"):
        output = other.run("dvc", "repro", "--allow-missing")
    assert set(re.findall(r"Running stage '(.+?)'", output)) == {
        "score-tagging@panx",
        "score-intermediate",
        "statistics",
    }
    assert not (other.folder / "models").exists()


def test_the_commands_of_the_readme(clone: Clone) -> None:
    """The `dvc` commands of README and of the sweep in docs/dvc-and-mlflow.md, in this order: each succeeds."""
    sweep = PAGES["dvc-and-mlflow.md"].partition("## Run many")[2].partition("## Share results")[0]
    asked = [command for command in commands(PAGES["README.md"] + sweep) if command[0] == "dvc"]
    assert {tuple(command[1:3]) for command in asked} >= {("exp", "run"), ("exp", "show"), ("metrics", "diff")}
    clone.run("git", "checkout", "-q", "--", ".")
    clone.run("dvc", "checkout")
    for command in asked:
        assert clone.run(*command).strip(), command
    names = clone.run("dvc", "exp", "show", "--csv", "--only-changed")
    assert "targets.tagging.panx.epochs" in names
