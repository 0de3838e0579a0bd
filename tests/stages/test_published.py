"""Published sets from the stage `condition` to scores, statistics and studies: clean figures are of the same rows."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

import stages.condition
import stages.evaluate
from stages.score import score
from tests.conditions.test_variants import cleandl, typos
from tests.fake_grid import CONTROLS, PARAMS, RECIPE, write_params
from tests.stages.test_score import LABELS, SOURCES, prepare
from xstilts import paths
from xstilts.cells.find import find
from xstilts.commands.errors import compare
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.params import Params, read_params
from xstilts.publication.gather import units
from xstilts.publication.record import Record
from xstilts.publication.samples import sample
from xstilts.records.files import read_json, read_rows, write_json, write_rows
from xstilts.scoring.cells import Gold
from xstilts.seeding import Seeds
from xstilts.statistics.analyse import Target, condition_rows
from xstilts.statistics.collect import collect
from xstilts.statistics.tables import statistics
from xstilts.studies.kept import Run
from xstilts.studies.noised import read_noised
from xstilts.studies.robustness.measure import measure

FILES = {"xnli_typos": "typos", "xnli_cleandl": "cleandl"}
GOLD = ("entailment", "neutral", "contradiction")
ROWS = [{"id": str(n), "text_a": f"one {n}", "text_b": f"other {n}", "label": GOLD[n % 3]} for n in range(40)]
GERMAN = [*range(19), 21]
# of the rows with these numbers the answer is wrong; all others are right
CLEAN = {"en": {*range(8)}, "de": {*range(10)}, "sw": {*range(4)}}
TYPOS = {"en": {*range(12)}, "de": {*range(14)}, "sw": set[int]()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """XNLI in three languages. The typos are of all English rows, of half of the German ones, and of no Swahili one."""
    monkeypatch.chdir(tmp_path)
    ask(["typos"])
    prepare("xnli", "classification", "accuracy", {("test", one): ROWS for one in CLEAN}, LABELS)
    typos(tmp_path / "typos", "en", [*range(40)])
    typos(tmp_path / "typos", "de", [*GERMAN, 99])
    cleandl(tmp_path / "cleandl", 40)
    return tmp_path


def ask(conditions: list[str], sources: dict[str, Any] = SOURCES, files: dict[str, str] = FILES) -> None:
    tasks = {name: dict(given) for name, given in PARAMS["tasks"].items()}
    tasks["xnli"]["evaluate"] = {"test": [*CLEAN]}
    targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {
        "classification": {"xnli": {**RECIPE, "max_length": 32}}
    }
    given: dict[str, Any] = {"condition_files": files, "conditions": {"xnli": conditions}}
    write_params(Path(), sources=sources, tasks=tasks, targets=targets, **given)


def make(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the stage; gives what was counted of XNLI."""
    monkeypatch.setattr(sys, "argv", ["condition"])
    stages.condition.main()
    counts: dict[str, Any] = read_json(paths.CONDITIONS / "xnli/counts.json")["splits"]
    return counts


def predict(source: str = "none", more: int = 0) -> None:
    """What the stage `evaluate` leaves behind; under typos `more` further German rows are wrong."""
    wrong = {"typos": {**TYPOS, "de": {*range(14 + more)}}}
    rows, counts = [], {}
    for split, language in read_params().evaluated("xnli", (), None):
        given = wrong.get(split.partition("@")[2], CLEAN)[language]
        for row in read_rows(paths.rows_of(split) / f"xnli/{split}/{language}.parquet"):
            other = GOLD[(GOLD.index(row["label"]) + 1) % 3]
            answer = other if int(row["id"]) in given else row["label"]
            rows.append({"language": language, "split": split, "id": row["id"], "prediction": answer})
        counts[f"{split}/{language}"] = {"truncated": 0}
    path = paths.predictions("xnli", source) / "1.parquet"
    write_rows(path, rows, dict.fromkeys(("language", "split", "id", "prediction"), "str"))
    write_json(path.with_suffix(".json"), {"signature": {"max_length": 128}, "counts": counts})


def run(params: Params) -> Run:
    """What a study is made from."""
    document = score(params, "xnli")
    return Run(params, {"xnli": document}, lambda target, asked: collect(params, target, [*params.sources], asked))


def test_the_sets_are_those_rows_that_have_a_pair(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(["typos", "cleandl"])
    counts = make(monkeypatch)
    assert counts["test@typos"] == {
        "en": {"rows": 40, "rows_changed": 40, "rows_missing": 0, "rows_extra": 0},
        "de": {"rows": 20, "rows_changed": 20, "rows_missing": 20, "rows_extra": 1},
        "sw": {"rows": 0, "rows_changed": 0, "rows_missing": 40, "rows_extra": 0},
    }
    assert {one: own["rows_changed"] for one, own in counts["test@cleandl"].items()} == {"en": 40, "de": 0, "sw": 0}
    german, swahili = (read_rows(paths.CONDITIONS / f"xnli/test@typos/{one}.parquet") for one in ("de", "sw"))
    assert [row["id"] for row in german] == [str(n) for n in GERMAN] and german[19]["text_a"] == "onne 21"
    assert not swahili


def test_the_stages_go_through(folder: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model answers the sets, one of which has no rows, and its answers are scored."""
    make(monkeypatch)
    shutil.copytree(tiny, paths.target("xnli", "none", 1))
    monkeypatch.setattr(sys, "argv", ["evaluate", "xnli", "none"])
    stages.evaluate.main()
    answers = Counter(
        (row["split"], row["language"]) for row in read_rows(paths.predictions("xnli", "none") / "1.parquet")
    )
    assert answers == {
        **{("test", one): 40 for one in CLEAN}, ("test@typos", "en"): 40, ("test@typos", "de"): 20,
    }  # fmt: skip
    cells = [cell for cell in score(read_params(), "xnli")["cells"] if "condition" in cell]
    assert [(cell["language"], cell["n"], cell["flips"]["n"]) for cell in cells] == [("en", 40, 40), ("de", 20, 20)]


@pytest.mark.parametrize("family", ["classification", "tagging"])
def test_no_rows_have_no_answers(family: str, tokenizer: Tokenizer) -> None:
    """What a language gives in which a published set is not there: of these families they are."""
    examples, _ = part(family, "learning.encode").encode([], LABELS, tokenizer, max_length=32)
    assert [*examples] == [] == part(family, "answering.decode").decode([], examples, [], LABELS)


def test_both_sides_of_a_cell_are_of_the_same_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(monkeypatch)
    predict()
    document = score(read_params(), "xnli")
    cells = {(cell["language"], cell.get("condition")): cell for cell in document["cells"]}
    assert {one: cells[one, None]["main"] for one in CLEAN} == {"en": 80.0, "de": 75.0, "sw": 90.0}
    german = cells["de", "typos"]
    assert (german["n"], german["clean"], german["main"]) == (20, 50.0, 30.0)  # 10 and 6 of 20
    assert german["flips"] == {"lost": 4, "won": 0, "n": 20}
    english = cells["en", "typos"]
    assert (english["n"], english["clean"], english["main"]) == (40, 80.0, 70.0)
    assert ("sw", "typos") not in cells and document["conditions"]["typos"]["sw"]["rows"] == 0
    # the most frequent label: 14 of 40 rows, and 8 of the 20
    assert document["chance"] == {**dict.fromkeys(CLEAN, 35.0), "de@typos": 40.0}


def test_statistics_are_of_the_same_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(monkeypatch)
    predict()
    found = statistics(read_params(), 2000).content(2000)["conditions"]
    rows = {row["language"]: row for row in found["rows"]}
    assert {one: (row["languages"], row["clean"], row["noised"], row["drop"]) for one, row in rows.items()} == {
        "mean": (2, 65.0, 50.0, 15.0), "en": (1, 80.0, 70.0, 10.0), "de": (1, 50.0, 30.0, 20.0),
    }  # fmt: skip
    assert {row["language"] for row in found["scores"]} == {"en@typos", "de@typos"}
    # the standard error of a share of 20 rows, not of 40: sqrt(.5 * .5 / 20)
    assert rows["de"]["clean_error"] == pytest.approx(100 * np.sqrt(0.25 / 20), rel=0.15)
    assert rows["de"]["low"] < 20 < rows["de"]["high"]


def test_a_perturbation_beside_it_has_all_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(["swap-1", "typos"])
    make(monkeypatch)
    predict()
    cells = {(cell["language"], cell.get("condition")): cell for cell in score(read_params(), "xnli")["cells"]}
    assert (cells["de", "swap-1"]["n"], cells["de", "swap-1"]["clean"]) == (40, 75.0)
    rows = statistics(read_params(), 50).content(50)["conditions"]["rows"]
    found = {(row["condition"], row["language"]): row["clean"] for row in rows}
    assert (found["swap-1", "de"], found["typos", "de"]) == (75.0, 50.0)


def test_what_is_published_gives_the_same_statistics(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(monkeypatch)
    predict()
    params = read_params()
    kept = units(params, "xnli", [("none", 1)])
    record = Record({}, {}, [], {"xnli": score(params, "xnli")}, {"xnli": kept})
    samples = (sample(record, params, "xnli", ["none"], ["typos"]), collect(params, "xnli", ["none"], ["typos"]))
    one, other = (condition_rows(Target.of(own, 200, Seeds("x")), "none", "typos") for own in samples)
    for own, same in zip(one, other, strict=True):
        assert {name: own[name] for name in ("language", "clean", "noised", "drop")} == {
            name: same[name] for name in ("language", "clean", "noised", "drop")
        }


def test_a_study_takes_the_clean_score_of_the_same_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources: dict[str, Any] = {"none": {"tasks": []}, "mnli": {"tasks": ["mnli"], **RECIPE}}
    ask(["typos", "cleandl"], sources)
    make(monkeypatch)
    for number, source in enumerate(sources):
        predict(source, more=number)
    params = read_params()
    target = read_noised(run(params), "xnli", 100)
    assert (target.languages("typos"), target.languages("cleandl")) == (["en", "de"], ["en"])
    assert target.fewer["typos"] == {"de": 20} and not target.fewer["cleandl"]
    points = {(one.condition, one.source): one for one in measure(params, [target]).points}
    row = points["typos", "mnli"]  # in German 15 of 20 are wrong instead of 10
    assert (row.clean, row.noised, row.drop.mean) == pytest.approx((65.0, 47.5, 17.5))
    assert row.lost == pytest.approx((4 / 40 + 5 / 20) / 2) and row.relative == pytest.approx(17.5 / 27.5)
    assert points["cleandl", "mnli"].clean == pytest.approx(80.0)
    assert target.clean("none", "de", "typos").observed == pytest.approx([50.0])
    assert target.drop("none", "typos", ["de"]).observed == pytest.approx([20.0])


def test_no_control_is_asked_where_a_set_is_english_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources: dict[str, Any] = {**SOURCES, "random": CONTROLS["random"]}
    for conditions, asked in ((["cleandl"], 0), (["typos"], 1)):
        ask(conditions, sources)
        make(monkeypatch)
        for source in sources:
            predict(source)
        params = read_params()
        assert len(measure(params, [read_noised(run(params), "xnli", 20)]).silence) == asked


def test_other_rows_than_clean_ones_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(monkeypatch)
    path = paths.CONDITIONS / "xnli/test@typos/de.parquet"
    rows = read_rows(path)
    for wrong in (rows[::-1], [*rows, {**rows[0], "id": "99"}]):
        write_rows(path, wrong, dict.fromkeys(rows[0], "str"))
        with pytest.raises(InputError, match=r"xnli/de \(test@typos\): found other ids than in the clean set"):
            Gold(read_params(), "xnli")


def test_files_of_another_set_are_refused_by_the_stage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(["typos"], files={"xnli_typos": "cleandl"})
    with pytest.raises(InputError, match=r"^cleandl: 'typos': found fewer than 10 rows of the test set of xnli"):
        make(monkeypatch)
    assert not paths.CONDITIONS.exists()
    ask(["typos"], files={"xnli_typos": "nowhere"})
    with pytest.raises(InputError, match=r"^nowhere: folder not found"):
        make(monkeypatch)


def test_tables_of_words_are_found_by_the_stage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "words").mkdir()
    (folder / "words/en.natural").write_text("other othr\n", encoding="utf-8")
    ask(["natural-1"], files={"natural": "words"})
    counts = make(monkeypatch)["test@natural-1"]
    assert {one: own["rows_changed"] for one, own in counts.items()} == {"en": 40, "de": 0, "sw": 0}
    assert read_rows(paths.CONDITIONS / "xnli/test@natural-1/en.parquet")[0]["text_b"] == "othr 0"


@pytest.mark.parametrize(
    ("conditions", "files", "message"),
    [
        (["typos"], {"natural": "x"}, "conditions.xnli: 'typos' also needs condition_files.xnli_typos"),
        (["natural-0.1"], {"xnli_typos": "x"}, "conditions.xnli: 'natural-0.1' also needs condition_files.natural"),
        (["code-mix-0.1"], {"natural": "x"}, "'code-mix-0.1' also needs condition_files.code_mix"),
        (["typos-0.1"], FILES, "condition 'typos-0.1': found a level, expected typos: a published set has none"),
        (["typo"], FILES, "conditions.xnli: unknown condition 'typo' (did you mean 'typos'?)"),
        (["typos", "typos"], FILES, "conditions.xnli: found 'typos' and 'typos', which are the same"),
    ],
)
def test_what_cannot_be_is_refused_with_the_parameters(
    conditions: list[str], files: dict[str, str], message: str, folder: Path
) -> None:
    ask(conditions, files=files)
    with pytest.raises(InputError) as caught:
        read_params()
    assert message in str(caught.value) and str(caught.value).startswith("params.yaml: ")


def test_a_published_set_is_of_its_task_and_noises_no_source(folder: Path) -> None:
    targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {"tagging": {"panx": RECIPE}}
    write_params(Path(), targets=targets, condition_files=FILES, conditions={"panx": ["cleandl"]})
    with pytest.raises(InputError, match=r"conditions.panx: found 'cleandl', a published test set of xnli alone"):
        read_params()
    ask(["typos"], {"none": {"tasks": []}, "mnli": {"tasks": ["mnli"], "noised": "typos", **RECIPE}})
    with pytest.raises(InputError, match=r"sources.mnli.noised: condition 'typos': found a published test set, expect"):
        read_params()


def test_a_language_without_rows_is_said_to_be_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(monkeypatch)
    predict()
    write_json(paths.cells("xnli"), score(read_params(), "xnli"))
    cell, _ = find("fake", "none", "xnli", "de", 1, "typos")
    assert cell["n"] == 20
    with pytest.raises(InputError, match="xnli/sw: the published set 'typos' has no rows in this language"):
        find("fake", "none", "xnli", "sw", 1, "typos")
    with pytest.raises(InputError, match="xnli/sw: the published set 'typos' has no rows in this language"):
        compare(read_params(), "xnli", "sw", ("none", "none"), 1, "typos")
    assert len(compare(read_params(), "xnli", "de", ("none", "none"), 1, "typos")) == 20


def test_clean_cells_are_as_without_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(["swap-1"])
    make(monkeypatch)
    predict()
    before = score(read_params(), "xnli")
    ask(["swap-1", "typos"])
    make(monkeypatch)
    predict()
    after = score(read_params(), "xnli")
    kept = [cell for cell in after["cells"] if cell.get("condition") != "typos"]
    assert json.dumps(kept) == json.dumps(before["cells"])
