"""`prepare`: what it reads and writes, what it counts and compares, and that nothing half-written stays."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

import stages.prepare
from stages.prepare import prepare
from tests.tasks.published import jsonl, put
from tests.tasks.samples import SAMPLES
from tests.tasks.test_contract import TASKS
from xstilts.errors import InputError
from xstilts.params import Data, DataSet
from xstilts.preparation.splits import needed
from xstilts.records.files import read_rows
from xstilts.tasks import load

Kind = Literal["full", "cut-down", "generated"]
EVALUATE = {"udpos": {"test": ["de"]}, "panx": {"test": ["de"]}, "xquad": {"test": ["de"]}, "mlqa": {"dev": ["de"]}}
EVALUATE |= {"tydiqa": {"test": ["en", "fi"]}, "bucc": {"test": ["de"]}, "tatoeba": {"test": ["de"]}}
EVALUATE |= {
    "mewslix": {"test": ["de"]},
    "multichecklist": {"test": ["de"]},
    "lareqa": {"test": ["de"]},
    "xcopa": {"test": ["et"]},
    "xnli": {"test": ["de"]},
    "pawsx": {"test": ["de"]},
}


def given(
    layout: str, evaluate: dict[str, Any] | None = None, folder: Path = Path(), name: str = ""
) -> DataSet:  # fmt: skip
    """`name`: of a data set that may have no English training set; then it is asked for its own languages."""
    places = {"raw": str(folder / "raw"), "labels": str(folder / "raw/labels")}
    own = {} if not name or load(name).english else {key: [*load(name).languages] for key in ("train", "dev")}
    return DataSet.model_validate({"layout": layout, **places, **own, "evaluate": evaluate or {}})


def run(name: str, layout: str, folder: Path, kind: Kind = "generated", evaluate: Any = None, **change: Any) -> Path:
    """Prepare a made-up sample below `folder`, and check that only the output is there afterwards."""
    if not (folder / "raw").exists():
        SAMPLES[name, layout].write(folder / "raw")
    output = folder / "prepared" / name
    chosen = EVALUATE.get(name, {}) if evaluate is None else evaluate
    try:
        data = Data(kind=kind)
        prepare(replace(load(name), **change), data, given(layout, chosen, folder, name), output)
    except BaseException:
        assert not output.parent.exists() or not list(output.parent.iterdir())
        raise
    assert [path.name for path in output.parent.iterdir()] == [name]
    return output


@pytest.mark.parametrize(("name", "layout"), [key for key in sorted(SAMPLES) if key[1] != "xtreme-held-out"])
def test_every_sample_is_prepared(name: str, layout: str, tmp_path: Path) -> None:
    output, sample = run(name, layout, tmp_path), SAMPLES[name, layout]
    counts = json.loads((output / "counts.json").read_text())
    assert counts["task"] == name and counts["kind"] == "generated"
    written = {(p.parent.name, p.stem) for p in output.rglob("*.parquet")}
    assert written == {(split, language) for split, found in counts["splits"].items() for language in found}
    for split, language in written:
        rows = read_rows(output / split / f"{language}.parquet")
        assert rows == sample.rows[split, language]
        found = counts["splits"][split][language]
        assert found["rows"] == len(rows) and found["declared"] is None
        for what, count in sample.odd.get((split, language), {}).items():
            assert found[what] == count


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("benchmark", ["xtreme", "xtreme-r"])
def test_zero_shot_reads_english_training_data_only(name: str, benchmark: str) -> None:
    task = load(name)
    data = Data(kind="full")
    if not task.english:
        with pytest.raises(InputError, match=rf"tasks\.{name}\.train: found 'en', expected among: {task.published[0]}"):
            list(needed(task, data, given("native", {"test": benchmark})))
        own = {(split, language) for split in ("train", "dev") for language in task.languages}
        assert {*needed(task, data, given("native", name=name))} == own
        return
    pairs = list(needed(task, data, given("native", {"test": benchmark})))
    assert {language for split, language in pairs if split == "train"} == ({"en"} if task.trains else set())
    assert {language for split, language in pairs if split == "test"} == set(task.named(benchmark))
    tuned = set(task.named(benchmark)) if task.tunes_on else {"en"} if task.trains else set()
    assert {language for split, language in pairs if split == "dev"} == tuned
    assert len(pairs) == len(set(pairs))


def test_development_sets_of_other_languages_are_read_for_an_oracle(tmp_path: Path) -> None:
    data = Data(kind="full")
    asked = given("native", {"test": ["en", "de"]}).model_copy(update={"dev": ["de"]})
    assert [*needed(load("xnli"), data, asked)][:3] == [("train", "en"), ("dev", "en"), ("dev", "de")]
    assert [*needed(load("mlqa"), data, asked)] == [("dev", "de"), ("test", "en"), ("test", "de")]
    for name, language, message in (
        ("xquad", "de", r"tasks\.xquad\.dev: found 'de', but xquad has no such development set"),
        ("tydiqa", "ar", r"tasks\.tydiqa\.dev: found 'ar', but tydiqa has no such"),  # its dev files are the test set
        ("xnli", "fi", r"tasks\.xnli\.dev: found 'fi', expected among: ar, bg"),
    ):
        with pytest.raises(InputError, match=message):
            list(needed(load(name), data, asked.model_copy(update={"evaluate": {}, "dev": [language]})))


@pytest.mark.parametrize(
    ("name", "layout", "files"),
    [
        ("xnli", "hub", ["de/train-00000-of-00001.parquet", "de/validation-00000-of-00001.parquet"]),
        ("pawsx", "hub", ["de/train-00000-of-00001.parquet", "de/validation-00000-of-00001.parquet"]),
        ("pawsx", "xtreme", ["train-de.tsv", "dev-de.tsv"]),
        ("panx", "native", ["de/train", "de/dev"]),
        ("udpos", "native", ["UD_German-C/de_c-ud-train.conllu", "UD_German-C/de_c-ud-dev.conllu"]),
    ],
)
def test_training_files_of_other_languages_are_never_opened(
    name: str, layout: str, files: list[str], tmp_path: Path
) -> None:
    SAMPLES[name, layout].write(tmp_path / "raw")
    for file in files:
        put(tmp_path / "raw" / file, "whoever reads this fails")
    run(name, layout, tmp_path)


def test_a_language_that_the_task_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tasks\.xquad\.evaluate\.test: found 'fi', expected among: ar, de, el"):
        run("xquad", "native", tmp_path, "cut-down", {"test": ["fi"]})


def test_a_language_that_only_xtreme_r_has_is_read(tmp_path: Path) -> None:
    """UD 2.7 for those, UD 2.5 for the others, in the folders of the two releases."""
    SAMPLES["udpos", "native"].write(tmp_path / "raw/ud-treebanks-v2.5")
    newer = tmp_path / "raw/ud-treebanks-v2.7"
    for folder, language in (("UD_Wolof-W", "wo"), ("UD_German-C", "de")):
        put(newer / folder / f"{language}_w-ud-test.conllu", "1\tNit\t_\tNOUN\t_\t_\t0\t_\t_\t_\n\n")
    output = run("udpos", "native", tmp_path, evaluate={"test": ["de", "wo"]})
    assert [row["words"] for row in read_rows(output / "test/wo.parquet")] == [["Nit"]]
    assert [row["words"] for row in read_rows(output / "test/de.parquet")] == [["zum", "Haus"]]


def test_task_json_has_the_languages_of_the_benchmark(tmp_path: Path) -> None:
    """Later stages take a benchmark's name for these; a list of one's own leaves XTREME's, as before XTREME-R."""
    task, data = load("xquad"), Data(kind="generated")
    SAMPLES["xquad", "native"].write(tmp_path / "raw")
    for language in set(task.supported) - {"de"}:
        put(tmp_path / f"raw/xquad.{language}.json", (tmp_path / "raw/xquad.de.json").read_text())
    found = {}
    for name, chosen in (("own", ["de"]), ("xtreme", "xtreme"), ("xtreme-r", "xtreme-r")):
        prepare(task, data, given("native", {"test": chosen}, tmp_path), tmp_path / name)
        found[name] = json.loads((tmp_path / name / "task.json").read_text())["languages"]
        assert {path.stem for path in (tmp_path / name / "test").iterdir()} == set(
            found[name] if name != "own" else ["de"]
        )
    assert found["own"] == found["xtreme"] == list(task.languages)
    assert found["xtreme-r"] == sorted([*task.languages, "ro"])


def test_a_layout_that_the_task_does_not_have_is_refused(tmp_path: Path) -> None:
    SAMPLES["bucc", "native"].write(tmp_path / "raw")
    with pytest.raises(InputError, match=r"tasks\.bucc\.layout: found hub, expected one of: native, xtreme"):
        run("bucc", "hub", tmp_path)


@pytest.mark.parametrize(
    ("kind", "declared", "found", "message"),
    [
        ("full", 1, 1, None),
        ("full", 2, None, r"xquad/test/de .*: found 1, expected 2: the full set \(data\.kind says full\)"),
        ("full", 1_000, None, r"found 1, expected 1,000: the full set"),
        ("full", (2, 1), 1, None),
        ("full", (2, 3), None, r"found 1, expected 2 or 3: the full set"),
        ("full", {"de": 1}, 1, None),
        ("full", {"en": 5}, None, None),
        ("cut-down", 9, 9, None),
        ("cut-down", 0, None, r"found 1, expected at most 0: more than the full set has"),
        ("generated", 0, None, None),
    ],
)
def test_counts(kind: Kind, declared: Any, found: int | None, message: str | None, tmp_path: Path) -> None:
    if message is not None:
        with pytest.raises(InputError, match=message):
            run("xquad", "native", tmp_path, kind, counts={"test": declared})
        return
    output = run("xquad", "native", tmp_path, kind, counts={"test": declared})
    assert json.loads((output / "counts.json").read_text())["splits"]["test"]["de"]["declared"] == found


def test_retrieval_compares_gold_pairs(tmp_path: Path) -> None:
    output = run("bucc", "native", tmp_path, "full", counts={"dev": 1, "test": 1})
    counts = json.loads((output / "counts.json").read_text())["splits"]
    assert counts["dev"]["de"] == counts["test"]["de"] == {"rows": 4, "pairs": 1, "declared": 1}


def test_labels_that_are_all_the_same_are_placeholders(tmp_path: Path) -> None:
    SAMPLES["xnli", "xtreme"].write(tmp_path / "raw")
    put(tmp_path / "raw/test-de.tsv", "a\tb\r\n" * 20)
    put(tmp_path / "raw/labels/test-de.tsv", "neutral\n" * 20)
    with pytest.raises(InputError, match=r"xnli/test/de .*: all 20 labels are 'neutral': placeholders"):
        run("xnli", "xtreme", tmp_path)


def test_nothing_stays_when_the_last_language_is_bad(tmp_path: Path) -> None:
    SAMPLES["pawsx", "native"].write(tmp_path / "raw")
    put(tmp_path / "raw/de/test_2k.tsv", "id\tsentence1\tsentence2\tlabel\n1\ta\tb\n")
    with pytest.raises(InputError, match=r"de/test_2k\.tsv:2: found 3 fields, expected 4"):
        run("pawsx", "native", tmp_path)


def test_nothing_stays_when_every_row_is_skipped(tmp_path: Path) -> None:
    SAMPLES["mnli", "native"].write(tmp_path / "raw")
    row = {"gold_label": "-", "sentence1": "a", "sentence2": "b"}
    put(tmp_path / "raw/multinli_1.0_dev_matched.jsonl", jsonl(row))
    with pytest.raises(InputError, match=r"mnli/dev/en .*: found no rows, expected at least one"):
        run("mnli", "native", tmp_path)


def test_nothing_stays_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []

    def full(path: Path, *_: object) -> None:
        written.append(path)
        if len(written) > 1:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half")

    monkeypatch.setattr(stages.prepare, "write_rows", full)
    with pytest.raises(OSError, match="No space left"):
        run("mnli", "native", tmp_path)
    assert len(written) == 2


def test_an_earlier_output_survives_a_failure(tmp_path: Path) -> None:
    output = run("xquad", "native", tmp_path)
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    put(tmp_path / "raw/xquad.de.json", "{}")
    with pytest.raises(InputError):
        prepare(load("xquad"), Data(kind="generated"), given("native", EVALUATE["xquad"], tmp_path), output)
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before
    assert [path.name for path in output.parent.iterdir()] == ["xquad"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = run("udpos", "native", tmp_path / "a"), run("udpos", "native", tmp_path / "b")
    for path in first.rglob("*.*"):
        assert path.read_bytes() == (second / path.relative_to(first)).read_bytes()


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["xnli", "more"]])
def test_the_command_says_what_is_wrong(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stages.prepare", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stderr.startswith("xstilts: error: ") and "Traceback" not in done.stderr


def test_imports_stay_light() -> None:
    code = "import sys, stages.prepare; print([m for m in ('torch', 'transformers', 'pandas') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_labels_that_come_with_the_data_are_facts(tmp_path: Path) -> None:
    """CCG's head has an output for every category of tags_to_id.json, in its order, also for one that no row has; the
    one without letters belongs to no word."""
    facts = json.loads((run("ccg", "native", tmp_path) / "task.json").read_text())
    assert facts["labels"] == ["N", "NP[nb]/N", r"(NP\NP)/(S[dcl]\NP)", r"S[dcl]\NP", "conj", r"S[b]\NP"]
    assert json.loads((run("panx", "native", tmp_path / "other") / "task.json").read_text())["labels"][0] == "O"


def test_files_of_another_revision_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `download` wrote down is compared with the pins: a changed pin must not be answered with the old files.

    A user's own files have no pins, also where a download lies beside them."""
    monkeypatch.chdir(tmp_path)
    record, (pin,) = Path("data/downloads/pawsx/download.json"), load("pawsx").origin
    place = record.parent
    shutil.rmtree(run("pawsx", "native", place).parent)
    for revision in (pin.revision, "0" * 40):  # type: ignore[union-attr]
        put(record, json.dumps({"origin": [{"repo": pin.repo, "revision": revision, "files": []}]}))  # type: ignore[union-attr]
        shutil.rmtree(run("pawsx", "native", Path("data/raw")).parent)
        if revision == pin.revision:  # type: ignore[union-attr]
            shutil.rmtree(run("pawsx", "native", place).parent)
    with pytest.raises(
        InputError, match=r"download.json: found files of .*@0{40}, expected .*dvc repro -f download@pa"
    ):
        run("pawsx", "native", place)
