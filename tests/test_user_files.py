"""What a user has put somewhere stays: DVC empties outputs, so no folder for users is one, and none lies in one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import profiles
from tests.imports import ROOT
from tests.test_dag import PROFILES, expand, stages_of
from tests.test_pipeline import WORLD
from xstilts import paths
from xstilts.cells.pipeline import overlap

PAGES = [ROOT / "README.md", ROOT / "data/README.md", *sorted((ROOT / "docs").glob("*.md"))]
USERS = (  # folders and files that a page, a command or a profile tells users to write, or writes for them
    "data/raw", "data/labels", "profiles", "params.yaml", "scores.json", "results/errors", "results/real",
    "studies/gates/small", ".xstilts", "xstilts/tasks", "tests/tasks/samples", "mlflow.db",
)  # fmt: skip
PIPELINE = (
    "data/miniature",
    "data/downloads",
    "data/prepared",
    "data/mixtures",
    "data/conditions",
    "models",
    "results",
)
FILES = ("train-en.tsv", "dev-en.tsv", "test-en.tsv")
RECIPE = {"epochs": 1, "lr": 1.0e-3, "batch": 8, "max_length": 32}
KEPT = ("profile", "data", "seeds", "threads", "arithmetic", "condition_files", "corpus", "backbone")


@pytest.mark.parametrize("profile", PROFILES)
def test_no_output_is_a_folder_of_a_user(profile: str) -> None:
    outputs = {path for stage in stages_of(profile).values() for path in stage.outputs}
    assert outputs and [(out, own) for out in outputs for own in USERS if overlap(out, own)] == []
    assert [out for out in outputs if not any(overlap(out, folder) for folder in PIPELINE)] == []


def test_every_folder_of_data_in_the_pages_is_known() -> None:
    """A page that names another folder names one for users: it belongs into `USERS`."""
    found = {path for page in PAGES for path in re.findall(r"\bdata/[\w./-]*\w", page.read_text(encoding="utf-8"))}
    known = (*USERS, *PIPELINE, "data/README.md")
    assert found and [path for path in found if not any(overlap(path, one) for one in known)] == []
    assert str(paths.RAW) in USERS and str(paths.KEPT).startswith(".xstilts/")


@pytest.mark.parametrize("raw", ["data/raw/weather", "/somewhere/weather", "../own/weather"])
def test_the_files_of_a_task_may_lie_anywhere(raw: str) -> None:
    params = profiles.content("miniature")
    params["tasks"]["xnli"] |= {"raw": raw, "labels": raw}
    assert raw in expand(params)["prepare@xnli"].dependencies


class Project:
    """A DVC repository with this code, one generated world and one task of a user's own."""

    def __init__(self, folder: Path, raw: Path, labels: Path) -> None:
        self.folder = folder
        for name in ("xstilts", "stages"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("dvc.yaml", ".dvcignore"):
            shutil.copy(ROOT / name, folder)
        given = profiles.content("miniature")
        small = {key: given[key] for key in KEPT if key in given}
        mine = {"layout": "native", "raw": str(raw), "labels": str(labels), "evaluate": {"test": ["en"]}}
        targets: dict[str, Any] = {group: {} for group in given["targets"]}
        params = {
            **{key: {} for key in given}, **small, "miniature": {"world": WORLD}, "tasks": {"pawsx": mine},
            "sources": {"none": {"tasks": []}}, "targets": targets | {"classification": {"pawsx": RECIPE}},
        }  # fmt: skip
        params |= {"optimisation": given["optimisation"], "span": given["span"], "retrieval": given["retrieval"]}
        (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
        (folder / ".dvc").mkdir()
        (folder / ".dvc/config").write_text("[core]\n    no_scm = true\n    analytics = false\n", encoding="utf-8")

    def run(self, *command: str) -> str:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=self.folder, env=environment, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:]
        return done.stdout


def put(folder: Path, sentences: int) -> None:
    for name in ("train", "dev_2k", "test_2k"):
        lines = [f"{n}\t{name} {n}\tit is {n}\t{n % 2}" for n in range(1, sentences + 1)]
        (folder / "en").mkdir(parents=True, exist_ok=True)
        text = "\n".join(["id\tsentence1\tsentence2\tlabel", *lines, ""])
        (folder / f"en/{name}.tsv").write_text(text, encoding="utf-8")


def test_a_file_of_a_user_outlives_every_run(tmp_path: Path) -> None:
    """Wherever the pages tell users to write, also at the places that earlier versions named."""
    folder, raw, labels = tmp_path / "project", Path("data/raw/pawsx"), tmp_path / "elsewhere/pawsx"
    folder.mkdir()
    labels.mkdir(parents=True)
    project = Project(folder, raw, labels)
    put(folder / raw, 4)
    own = [folder / raw / "notes.txt", labels / "notes.txt"]
    own += [folder / path / "mine/notes.txt" for path in USERS if not Path(path).suffix or path == ".xstilts"]
    own += [folder / "data/raw/miniature/weather/train-en.tsv", folder / "data/mine.txt", folder / "results/mine.txt"]
    for path in own:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine", encoding="utf-8")

    stages = ("miniature@world", "prepare@pawsx")
    assert project.run("dvc", "repro", *stages).count("Running stage") == 2
    put(folder / raw, 6)  # runs again
    shutil.rmtree(folder / "data/miniature")  # is taken from DVC's cache
    said = project.run("dvc", "repro", *stages)
    assert "'miniature@world' is cached" in said and "Running stage 'prepare@pawsx'" in said
    project.run("dvc", "checkout", "--force", "data/miniature", "data/prepared/pawsx")
    assert [path for path in own if not path.exists()] == []

    stranger = folder / "data/prepared/pawsx/train/notes.txt"
    stranger.write_text("mine", encoding="utf-8")
    kept = folder / paths.KEPT / "data/prepared/pawsx/train/notes.txt"
    said = project.run("xstilts", "keep")
    assert said == (
        f"{stranger.relative_to(folder)}: not written by this pipeline, moved to {kept.relative_to(folder)}\n"
    )
    assert kept.read_text(encoding="utf-8") == "mine" and not stranger.exists()
    assert project.run("xstilts", "keep") == ""

    stranger.write_text("again", encoding="utf-8")
    project.run("stages.prepare", "pawsx")  # by hand: the new folder takes the old one's place
    assert Path(str(kept).replace("kept", "kept.1")).read_text(encoding="utf-8") == "again"
    counts = json.loads((folder / "data/prepared/pawsx/counts.json").read_text(encoding="utf-8"))
    assert counts["splits"]["train"]["en"]["rows"] == 6
