"""A made-up parallel text and prepared tasks, and stages run on them in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.imports import ROOT
from xstilts.records.files import write_json, write_rows
from xstilts.records.prepared import SCHEMAS

PEOPLE = ("Anna", "Leo", "Mia", "Tom", "Eva", "Jan", "Ida", "Max")
VERBS = {"saw": ("sah", "gördü"), "had": ("hatte", "aldı"), "lost": ("verlor", "kaybetti")}
THINGS = {
    "ball": ("Ball", "topu"),
    "hat": ("Hut", "şapkayı"),
    "chair": ("Stuhl", "sandalyeyi"),
    "coat": ("Mantel", "paltoyu"),
}
SENTENCES = [
    (f"{who} {verb} the {thing}.", f"{who} {v[0]} den {t[0]}.", f"{who} {t[1]} {v[1]}.")
    for who in PEOPLE for verb, v in VERBS.items() for thing, t in THINGS.items()
]  # fmt: skip
TRAINING: dict[str, Any] = {
    "layers": 1, "hidden": 32, "heads": 2, "dropout": 0.0, "vocabulary": 120, "steps": 30, "tokens_per_batch": 200,
    "lr": 3e-3, "held_out": 8, "seed": 1,
}  # fmt: skip
TRANSLATOR: dict[str, Any] = {
    "engine": "marian", "from": "text", "languages": {"de": ">>deu<<", "tr": ">>tur<<"}, "beam": 1, "batch": 2,
    "max_length": 24, "train": TRAINING,
}  # fmt: skip


def rows(family: str) -> list[dict[str, Any]]:
    """Twelve to forty-eight rows of a family."""
    english = [sentence[0] for sentence in SENTENCES]
    if family == "classification":
        return [{"id": f"{i}", "text_a": one, "text_b": two, "label": ("no", "yes")[i % 2]}
                for i, (one, two) in enumerate(zip(english, english[::-1]))][:48]  # fmt: skip
    if family == "choice":
        return [{"id": f"{i}", "prompt": one, "choices": english[i : i + 2], "label": i % 2}
                for i, one in enumerate(english[:12])]  # fmt: skip
    if family == "span":
        found = []
        for i, one in enumerate(english[:12]):
            who = one.split()[0]
            found.append({"id": f"{i}", "context": f"{english[i + 20]} {one}", "question": one, "answers": [who],
                          "starts": [len(english[i + 20]) + 1]})  # fmt: skip
        return [*found, {**found[0], "id": "impossible", "starts": [], "answers": []}]
    return [{"id": "1", "words": ["Anna"], "tags": ["PER"]}]


def write(folder: Path, **change: Any) -> None:
    """params.yaml, parallel text and prepared data; `change` is merged into the translator."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params["arithmetic"] = "avx2"  # that of this process
    params["translators"] = {"small": {**TRANSLATOR, **change}}
    language = next(iter(params["translators"]["small"]["languages"]))
    by = {"by": "small", "from": "models/translators/small", "language": language}
    tasks = {"mnli": "classification", "hellaswag": "choice", "squad_v1": "span", "panx": "tagging"}
    params["translations"] = {f"{task}-de": {"task": task, **by} for task in tasks}
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    (folder / "text").mkdir(parents=True, exist_ok=True)
    for i, language in enumerate(("en", "de", "tr")):
        lines = "".join(f"{sentence[i]}\n" for sentence in SENTENCES)
        (folder / "text" / f"{language}.txt").write_text(lines, encoding="utf-8")
    for task, family in tasks.items():
        facts: dict[str, Any] = {
            "name": task,
            "family": family,
            "metric": "accuracy",
            "labels": [],
            "languages": [],
            "tunes_on": None,
        }
        write_json(folder / "data/prepared" / task / "task.json", {**facts, "tunes_on": None})
        write_rows(folder / "data/prepared" / task / "train/en.parquet", rows(family), SCHEMAS[family])


def start(folder: Path, module: str, name: str) -> subprocess.Popen[str]:
    """A stage in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen([sys.executable, "-m", module, name], cwd=folder, env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
