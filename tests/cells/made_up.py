"""A made-up repository: two sources, one target in two languages, DVC stages that take no time, the real scorer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.fake_grid import PARAMS, RECIPE, write_params
from tests.imports import ROOT

SCRIPTS = {
    "prepare": """
from pathlib import Path
from xstilts.records.files import write_json, write_rows
from xstilts.records.prepared import SCHEMAS
labels = Path("data/given/labels.txt").read_text().split()
rows = [{"id": str(n), "text_a": "somebody", "text_b": "b", "label": label} for n, label in enumerate(labels)]
folder = Path("data/prepared/xnli")
for language in ("en", "sw"):
    write_rows(folder / "test" / f"{language}.parquet", rows, SCHEMAS["classification"])
about = {"name": "xnli", "family": "classification", "metric": "accuracy", "labels": sorted(set(labels))}
write_json(folder / "task.json", {**about, "languages": ["en", "sw"], "tunes_on": None})
size = {"rows": len(rows), "declared": None}
write_json(folder / "counts.json", {"splits": {"test": {"en": size, "sw": size}}})
""",
    "target": """
import sys
from pathlib import Path
from xstilts.records.files import write_json
write_json(Path(f"models/target/xnli/{sys.argv[1]}/model.json"), {"answer": "entailment"})
""",
    "evaluate": """
import sys
from pathlib import Path
from xstilts import paths
from xstilts.params import read_params
from xstilts.records.files import read_json, read_rows, write_json, write_rows
source = sys.argv[1]
answer, folder = read_json(Path(f"models/target/xnli/{source}/model.json"))["answer"], Path("results/predictions/xnli")
pairs = read_params().evaluated("xnli", (), None)
gold = {(split, one): read_rows(paths.rows_of(split) / f"xnli/{split}/{one}.parquet") for split, one in pairs}
rows = [
    {"language": one, "split": split, "id": row["id"],
     "prediction": row["label"] if (split, one) == ("test", "en") else answer}
    for (split, one), own in gold.items() for row in own
]
write_rows(folder / source / "1.parquet", rows, dict.fromkeys(("language", "split", "id", "prediction"), "str"))
counts = {f"{split}/{one}": {} for split, one in pairs}
write_json(folder / source / "1.json", {"signature": {"max_length": 128}, "counts": counts})
""",
    "tables": """
from pathlib import Path
from xstilts.records.files import read_json, write_text
cells = read_json(Path("results/cells/xnli.json"))["cells"]
noised = any("condition" in c for c in cells)
clean = lambda c: f",{c.get('clean', c['main'])}" * noised
under = {id(c): "," + c.get("condition", "clean") if noised else "" for c in cells}
lines = [
    f"xnli,{c['source']},{c['seed']},{c['language']},test{under[id(c)]},{c['n']},{c['main']}{clean(c)},{c['main']}"
    for c in cells
]
head = f"target,source,seed,language,split{',condition' * noised},n,main{',clean' * noised},accuracy"
write_text(Path("results/long.csv"), "\\n".join([head, *lines, ""]))
clean = [c for c in cells if "condition" not in c]
mean = {name: sum(c["main"] for c in clean if c["source"] == name) / 2 for name in ("none", "mnli")}
delta = mean["mnli"] - mean["none"]
rows = [("none", "mean", mean["none"]), ("mnli", "mean", mean["mnli"]), ("mnli", "delta", delta)]
text = "".join(f"{source},{what},{value:.4f},{value:.4f}\\n" for source, what, value in rows)
write_text(Path("results/table.csv"), "source,statistic,xnli,average\\n" + text)
""",
}
LABELS = "entailment neutral contradiction entailment"  # `entailment` throughout is right in two of four


def _stage(command: str, deps: list[str], outs: list[Any]) -> dict[str, Any]:
    return {"cmd": command, "deps": deps, "outs": outs}


def stages(conditions: bool = False) -> dict[str, Any]:
    """The content of dvc.yaml; with a stage that makes test sets under conditions, if there are any."""
    cells, tables = {"results/cells/xnli.json": {"cache": False}}, [f"results/{one}.csv" for one in ("long", "table")]
    made: dict[str, Any] = {
        "prepare": _stage(
            "python -m stages.made.prepare", ["data/given", "stages/made/prepare.py"], ["data/prepared/xnli"]
        ),
        "score": _stage(
            "python -m stages.score xnli", ["results/predictions/xnli", "data/prepared/xnli", "stages/score.py"],
            [cells],
        ),
        "aggregate": _stage(
            "python -m stages.made.tables", ["results/cells", "stages/made/tables.py"],
            [{one: {"cache": False}} for one in tables],
        ),
    }  # fmt: skip
    for name in ("none", "mnli"):
        model, predictions = f"models/target/xnli/{name}", f"results/predictions/xnli/{name}"
        made[f"target-{name}"] = _stage(
            f"python -m stages.made.target {name}", ["data/prepared/xnli", "stages/made/target.py"], [model]
        )
        made[f"evaluate-{name}"] = _stage(
            f"python -m stages.made.evaluate {name}", [model, "data/prepared/xnli", "stages/made/evaluate.py"],
            [predictions],
        )  # fmt: skip
    if conditions:
        made["condition"] = _stage(
            "python -m stages.condition", ["data/prepared/xnli", "stages/condition.py"], ["data/conditions"]
        )
        for name in ("score", "evaluate-none", "evaluate-mnli"):
            made[name]["deps"].append("data/conditions/xnli")
    return made


class Repository:
    """The made-up repository in a folder, run once and committed; `data/given` is in no commit and made by no stage."""

    def __init__(self, folder: Path, conditions: Mapping[str, list[str]] | None = None) -> None:
        self.folder = folder
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        names = {
            f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        self.environment = {**os.environ, **names, "PATH": path}
        for code in ("stages", "xstilts"):
            shutil.copytree(ROOT / code, folder / code, ignore=shutil.ignore_patterns("__pycache__"))
        for name, text in SCRIPTS.items():
            self.write(f"stages/made/{name}.py", text)
        self.write("data/given/labels.txt", LABELS)
        self.write(".gitignore", "/data\n/models\n/results/predictions\n__pycache__\n")
        self.write(".dvcignore", "__pycache__\n")
        self.write("dvc.yaml", yaml.safe_dump({"stages": stages(bool(conditions))}, sort_keys=False))
        tasks = {name: PARAMS["tasks"][name] for name in ("mnli", "xnli")}
        tasks["xnli"] = {**tasks["xnli"], "evaluate": {"test": ["en", "sw"]}}
        sources = {"none": {"tasks": []}, "mnli": {"tasks": ["mnli"], **RECIPE}}
        targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {"classification": {"xnli": RECIPE}}
        write_params(folder, tasks=tasks, sources=sources, targets=targets, squad={}, conditions=dict(conditions or {}))
        self.run("git", "init", "--quiet")
        self.run(sys.executable, "-m", "dvc", "init", "--quiet")
        self.run(sys.executable, "-m", "dvc", "repro", "--quiet")
        self.commit()

    def copied(self, folder: Path) -> Repository:
        """A copy in another folder, to change."""
        shutil.copytree(self.folder, folder, symlinks=True)
        copy = object.__new__(Repository)
        copy.folder, copy.environment = folder, self.environment
        return copy

    def run(self, *command: str) -> str:
        """Run a command in the repository."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def write(self, path: str, text: str) -> None:
        """Write one file."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def commit(self) -> None:
        """Commit all that git does not ignore."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "--quiet", "--allow-empty", "-m", "made up")
