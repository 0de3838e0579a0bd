"""Training and selection see English only: recorded file by file while the stages run, on made-up and on real files."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import stages.intermediate
import stages.mixture
import stages.target
from stages.prepare import prepare
from tests import profiles
from tests.fake_grid import write_params
from tests.stages.test_prepare import EVALUATE, given
from tests.tasks.samples import SAMPLES
from tests.tasks_made_up import made_up
from tests.texts import LINES
from xstilts.params import Data, DataSet
from xstilts.records.files import read_json, write_json, write_rows
from xstilts.records.prepared import SCHEMAS
from xstilts.tasks import load

REAL = os.environ.get("XSTILTS_REAL_DATA")
_watching: list[list[str]] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _watching and isinstance(arguments[0], (str, bytes, os.PathLike)):
        _watching[-1].append(os.fsdecode(arguments[0]))


sys.addaudithook(_audit)  # cannot be taken away again: it does nothing unless a test is watching


@contextmanager
def watch(folder: Path) -> Iterator[Callable[[], set[str]]]:
    """Everything below a folder that is opened, by Python or by pyarrow (which Python does not see)."""
    import pyarrow.parquet as pq

    opened: list[str] = []
    read_table, parquet_file = pq.read_table, pq.ParquetFile

    def table(path: Any, *rest: Any, **options: Any) -> Any:
        opened.append(os.fspath(path))
        return read_table(path, *rest, **options)

    class File(parquet_file):  # type: ignore[misc, valid-type]
        def __init__(self, path: Any, *rest: Any, **options: Any) -> None:
            opened.append(os.fspath(path))
            super().__init__(path, *rest, **options)

    root = folder.resolve()

    def below() -> set[str]:
        paths = {Path(path).resolve() for path in opened}
        return {str(path.relative_to(root)) for path in paths if path.is_relative_to(root)}

    _watching.append(opened)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pq, "read_table", table)
            patch.setattr(pq, "ParquetFile", File)
            yield below
    finally:
        _watching.pop()


def split_and_language(file: str) -> tuple[str, str] | None:
    """What a file of one split and language is, by its name in any of the layouts."""
    patterns = (
        r"(?P<split>train|dev|test)-(?P<language>[a-z]{2})\.tsv",  # XTREME
        r"(?P<split>train|dev|test)-context-(?P<language>[a-z]{2})-",  # MLQA
        r"/(?P<language>[a-z]{2})_\w+-ud-(?P<split>train|dev|test)\.conllu",
        r"(?:^|/)(?P<language>[a-z]{2})/(?P<split>train|validation|dev|test)",  # hub, PANX and PAWS-X
    )
    for pattern in patterns:
        if found := re.search(pattern, file):
            return found["split"].replace("validation", "dev"), found["language"]
    return None


def check(opened: set[str], evaluated: set[tuple[str, str]], tuned: str | None) -> None:
    """Training and development files are English; those of other languages are opened only to be scored."""
    assert opened
    for file in opened:
        found = split_and_language(file)
        if found and found[1] != "en":
            scored = found in evaluated or (tuned == found[0] and found[1] in {language for _, language in evaluated})
            assert found[0] != "train" and scored, file


def decoys(raw: Path) -> set[str]:
    """Training and development files of another language, next to each English one."""
    made = set()
    for path in sorted(raw.rglob("*")):
        found = split_and_language(str(path.relative_to(raw))) if path.is_file() else None
        if found and found[1] == "en" and found[0] != "test":
            name = str(path.relative_to(raw))
            other = Path(re.sub(r"(^|/)en([/_])", r"\1tr\2", re.sub(r"-en\.tsv$", "-tr.tsv", name)))
            if str(other) != name:
                (raw / other).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, raw / other)
                made.add(str(other))
    return made


@pytest.mark.parametrize(
    ("name", "layout"), [key for key in sorted(SAMPLES) if key[1] != "xtreme-held-out" and load(key[0]).english]
)
def test_prepare_opens_english_training_files_only(name: str, layout: str, tmp_path: Path) -> None:
    task, sample = load(name), SAMPLES[name, layout]
    scored = [] if task.trains else [language for split, language in sample.rows if split == "test"]
    chosen = EVALUATE.get(name, {"test": scored})
    sample.write(tmp_path / "raw")
    unwanted = decoys(tmp_path / "raw")
    with watch(tmp_path / "raw") as opened:
        prepare(task, Data(kind="generated"), given(layout, chosen, tmp_path), tmp_path / "out")
    check(opened(), {(split, language) for split in chosen for language in chosen[split]}, task.tunes_on)
    assert not opened() & unwanted


SHARED = profiles.content("shared")


@pytest.mark.skipif(REAL is None, reason="XSTILTS_REAL_DATA is not set: no folder with real data sets")
@pytest.mark.parametrize("name", SHARED["tasks"])
def test_prepare_opens_english_training_files_only_of_real_data(name: str, tmp_path: Path) -> None:
    assert REAL is not None
    entry, task = SHARED["tasks"][name], load(name)
    # A few languages: what is opened for one does not depend on the others.
    few = {
        split: task.languages[:3] if isinstance(own, str) else own[:3]
        for split, own in entry.get("evaluate", {}).items()
    }
    there = {key: entry[key].replace("../shared/data", REAL) for key in ("raw", "labels")}
    settings = DataSet.model_validate({**entry, **there, "evaluate": {split: list(own) for split, own in few.items()}})
    with watch(Path(REAL)) as opened:
        prepare(task, Data(kind="cut-down"), settings, tmp_path / "out")
    check(opened(), {(split, language) for split, own in few.items() for language in own}, task.tunes_on)
    for split in ("train", "dev"):
        folder = tmp_path / "out" / split
        languages = {path.stem for path in folder.glob("*.parquet")}
        expected = {"en"} if task.trains else set()
        scored = set(few.get(split, ())) | (set().union(*few.values()) if task.tunes_on == split else set())
        assert languages <= expected | (scored if split == "dev" else set())


RECIPE = {"epochs": 1, "lr": 1.0e-3, "batch": 8, "max_length": 32}
LABELS = ("contradiction", "entailment", "neutral")


def write_prepared(task: str, family: str, rows: list[dict[str, Any]], labels: tuple[str, ...]) -> None:
    """English training and development sets, and files of other languages that whoever reads them fails on."""
    folder = Path("data/prepared") / task
    write_json(folder / "task.json", vars(made_up(family, "accuracy", task, labels)))
    write_json(folder / "counts.json", {"splits": {split: {"en": {"rows": len(rows)}} for split in ("train", "dev")}})
    for split in ("train", "dev"):
        write_rows(folder / split / "en.parquet", rows, SCHEMAS[family])
    for place in ("train/de", "dev/de", "test/de", "test/en", "dev/ar"):
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).with_suffix(".parquet").write_bytes(b"whoever reads this fails")


def test_fine_tuning_opens_english_sets_only(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = list(LINES.values())
    pairs = [{"id": str(n), "text_a": lines[n], "text_b": lines[-n], "label": LABELS[n % 3]} for n in range(16)]
    words = [
        {"id": str(n), "words": line.split(), "tags": ["NOUN"] * len(line.split())} for n, line in enumerate(lines)
    ]
    write_prepared("mnli", "classification", pairs, LABELS)
    write_prepared("udpos", "tagging", words, ("NOUN", "VERB"))
    write_params(
        tmp_path,
        sources={"none": {"tasks": []}, "mnli": {"tasks": ["mnli"], **RECIPE}},
        targets={"classification": {}, "tagging": {"udpos": RECIPE}, "retrieval": {}},
        squad={},
    )
    shutil.copytree(tiny, "models/backbone")
    trained: dict[str, set[str]] = {}
    for stage, *arguments in (["mixture"], ["intermediate", "mnli", "1"], ["target", "udpos", "mnli", "1"]):
        monkeypatch.setattr(sys, "argv", [stage, *arguments])
        with watch(tmp_path / "data") as opened:
            getattr(stages, stage).main()
            trained[stage] = opened()
    sets = {f"mnli/{file}" for file in ("task.json", "train/en.parquet", "dev/en.parquet")}
    copies = {file for file in trained["mixture"] if not file.startswith("prepared/")}
    assert trained["mixture"] - copies == {f"prepared/{file}" for file in sets}
    assert trained["intermediate"] == {f"mixtures/mnli/intermediate/{file}" for file in sets}
    own = {f"prepared/{file.replace('mnli', 'udpos')}" for file in sets}
    assert trained["target"] == {*own, "mixtures/mnli/udpos/training.json"}

    model = tmp_path / "models/target/udpos/mnli/1"
    assert read_json(model / "xstilts.json")["stage"] == "target"
    curve = read_json(Path("results/curves/target/udpos/mnli/1.json"))
    assert curve["counts"]["examples"] == 16 and curve["best"]["step"] in range(1, 3)
    assert not [path for path in Path(".xstilts").rglob("*") if path.is_file()]
