"""The second table (the intermediate tasks' own development scores), and what the report says of the sources.

Expected figures are worked out by hand beside each test; the grids are made up (tests/fake_grid.py)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_grid import (
    FACTS,
    INTERMEDIATE,
    RECIPE,
    TRANSLATION,
    WIDE,
    write_grid,
    write_params,
    write_wide,
)
from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import read_json, write_json, write_text
from xstilts.report.figures.development import PAPER, Development, read_development
from xstilts.report.figures.extras import Extras
from xstilts.report.figures.grid import Grid, read_grid
from xstilts.report.figures.runs import records
from xstilts.report.page.curves import curve_figures, source_class
from xstilts.report.page.whole import page
from xstilts.report.tables import write
from xstilts.report.tables.intermediate import intermediate_table, part_tables, translation_lines, whole_table
from xstilts.report.tables.notes import intermediate_notes, notes, training_counts
from xstilts.report.tables.table import Table, averages_tables, main_table, to_csv, to_lines, to_text

TRANSLATIONS = Path("data/mixtures/translations.json")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository root."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def grid_of(root: Path, seeds: Sequence[int] = (1,), kind: str = "cut-down", **tasks: Sequence[str]) -> Grid:
    """The grid of sources by what they train on (`multi_mlm` is the source `multi-mlm`)."""
    named = {name.replace("__", "-"): own for name, own in tasks.items()}
    sources: dict[str, Any] = {
        name: {"tasks": ["mnli"], **RECIPE} if own else {"tasks": []} for name, own in named.items()
    }
    params = write_params(root, sources=sources, seeds=[*seeds], data={"kind": kind})
    write_grid(root, params, named)
    return read_grid(read_params())


def score(task: str, source: str, *mains: float, **more: Any) -> None:
    """Set the main figure of one task and source by seed, and other entries."""
    document = read_json(INTERMEDIATE)
    own = [cell for cell in document["cells"] if (cell["task"], cell["source"]) == (task, source)]
    for cell, main in zip(own, mains, strict=True):
        cell.update(main=main, scores=dict.fromkeys(FACTS[task]["figures"], main), **more)
    write_json(INTERMEDIATE, document)


def read_again() -> Grid:
    return read_grid(read_params())


def row(table: Table, name: str, **options: Any) -> dict[str, str]:
    """A row's texts by the heads of its columns; empty entries are left out."""
    heads, *lines = to_lines(table, **options)
    found = next(line for line in lines if line[0] == name)
    return {head: text for head, text in zip(heads[1:], found[1:], strict=True) if text}


def test_columns_stand_in_the_papers_order_and_mlm_last(root: Path) -> None:
    write_wide(root, seeds=[1])
    heads, *lines = to_lines(intermediate_table(read_again()))
    assert heads == [
        "source", "ANLI+", "MNLI", "QQP accuracy / F1", "SQuAD v2.0 F1 / EM", "SQuAD v1.1 F1 / EM", "HellaSwag", "CCG",
        "Cosmos QA", "CSQA", "MLM",
    ]  # fmt: skip
    assert [line[0] for line in lines] == [*(name for name in WIDE if name != "none"), "chance"]


@given(st.permutations([*PAPER, "mlm", "anli", "snli"]), st.integers(1, 12))
def test_order_of_columns_does_not_hang_on_the_order_of_training(tasks: list[str], size: int) -> None:
    curve = {"source": "multi", "seed": 1, "tasks": tasks[:size]}
    facts = {"family": "x", "metric": "accuracy", "chance": None, "figures": ["accuracy"], "note": None}
    known = {task: {**facts, "family": "mlm" if task == "mlm" else "choice"} for task in tasks}
    cell = {"source": "multi", "seed": 1, "n": 1, "main": 1.0, "scores": {"accuracy": 1.0}, "parts": {}}
    cells = [{**cell, "task": task} for task in reversed(tasks[:size])]
    found = [*_read([curve], {"tasks": known, "cells": cells}).tasks]
    assert sorted(found) == sorted(tasks[:size])
    assert [task for task in found if task in PAPER] == [task for task in PAPER if task in tasks[:size]]
    assert "mlm" not in found[:-1]
    others = [task for task in found if task not in (*PAPER, "mlm")]
    assert others == [task for task in tasks[:size] if task in others]
    assert found[: len(found) - len(others) - ("mlm" in found)] == [task for task in found if task in PAPER]


def _read(curves: list[dict[str, Any]], document: dict[str, Any]) -> Development:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        write_json(Path(folder) / "intermediate.json", document)
        return read_development(Path(folder) / "intermediate.json", curves)


def test_entries_are_means_over_seeds_with_their_spread(root: Path) -> None:
    grid_of(root, [1, 2, 3], none=(), mnli=("mnli",), multi=("mnli", "squad_v2"))
    score("mnli", "mnli", 70.0, 71.0, 75.0)  # mean 72, deviations -2, -1, 3: sd = sqrt(14 / 2) = 2.6
    score("mnli", "multi", 60.0, 60.0, 63.0)  # mean 61
    table = intermediate_table(read_again())
    assert row(table, "mnli", spread=True) == {"MNLI": "72.0 ± 2.6"}
    assert row(table, "multi", deltas=True) == {"MNLI": "-11.0"}  # nobody trains on SQuAD v2.0 alone
    assert row(table, "chance") == {"MNLI": "33.5", "SQuAD v2.0 F1 / EM": "50.1"}
    assert not [line for line in to_csv(table).splitlines() if line.startswith("chance,delta")]


def test_answers_show_f1_before_em_whatever_the_order_of_the_file(root: Path) -> None:
    assert FACTS["squad_v2"]["figures"] == ["em", "f1"]
    grid_of(root, none=(), squad_v2=("squad_v2",))
    score("squad_v2", "squad_v2", 65.0)
    document = read_json(INTERMEDIATE)
    document["cells"][0]["scores"] = {"em": 60.0, "f1": 70.0}
    write_json(INTERMEDIATE, document)
    assert row(intermediate_table(read_again()), "squad_v2") == {"SQuAD v2.0 F1 / EM": "70.0 / 60.0"}


def test_a_perplexity_is_never_coloured_nor_at_chance(root: Path) -> None:
    grid_of(root, none=(), mlm=("mlm",), mnli__mlm=("mnli", "mlm"))
    score("mlm", "mlm", 8.04)
    score("mlm", "mnli-mlm", 900.0)
    grid = read_again()
    table = intermediate_table(grid)
    (column,) = [one for one in table.columns if one.name == "mlm"]
    assert (column.title, column.heat) == ("MLM", False)
    assert (table.text("mlm", column), table.text("mnli-mlm", column)) == ("8.0", "900.0")
    assert not any(column.heat for column in part_tables(grid)["mlm"].columns)
    assert "MLM: perplexity of masked words; lower is better." in intermediate_notes(grid)


def test_an_infinite_perplexity_is_neither_written_nor_read(root: Path) -> None:
    grid_of(root, [1, 2], none=(), mlm=("mlm",))
    with pytest.raises(InputError, match=r"intermediate\.json: cells\[1\]\.main: found inf, expected a finite number"):
        score("mlm", "mlm", 8.0, float("inf"))
    write_text(INTERMEDIATE, INTERMEDIATE.read_text(encoding="utf-8").replace('"main": ', '"main": 1e999, "was": ', 1))
    with pytest.raises(InputError, match=r"intermediate\.json:4: found 1e999, expected a finite number"):
        read_again()


@pytest.mark.parametrize(("main", "is_at_chance"), [(33.0, True), (34.5, True), (34.51, False), (90.0, False)])
def test_at_chance_is_up_to_one_point_above_it(root: Path, main: float, is_at_chance: bool) -> None:
    grid_of(root, [1, 2], none=(), mnli=("mnli",))
    score("mnli", "mnli", 80.0, main)
    grid = read_again()
    assert row(intermediate_table(grid), "mnli")["MNLI"].endswith(" at chance") is is_at_chance
    remark = "At chance on the very task of the intermediate training: mnli on MNLI (seed 2)."
    assert (remark in notes(grid, {}, {})) is is_at_chance
    assert (remark in intermediate_notes(grid)) is is_at_chance


def test_rows_at_chance_stand_in_one_remark(root: Path) -> None:
    grid_of(root, none=(), qqp=("qqp",), multi=("mnli", "qqp", "csqa"))
    score("qqp", "qqp", 63.0)
    score("qqp", "multi", 64.0)
    score("csqa", "multi", 20.5)
    remarks = [one for one in notes(read_again(), {}, {}) if "At chance" in one]
    assert remarks == ["At chance on the very task of the intermediate training: qqp on QQP; multi on QQP, CSQA."]


def test_a_control_may_be_at_chance(root: Path) -> None:
    sources = {"none": {"tasks": []}, "hidden": {"tasks": ["mnli"], **RECIPE, "ablate": True, "control": True}}
    write_grid(root, write_params(root, sources=sources))
    score("mnli", "hidden", 33.0)
    grid = read_again()
    assert not [one for one in notes(grid, {}, {}) if "At chance" in one]
    assert intermediate_table(grid).rows == []
    assert "Intermediate tasks" not in html(grid)


def test_many_collapsed_runs_of_one_training_share_a_line(root: Path) -> None:
    grid_of(root, [1, 2], none=(), a=("mnli",), b=("mnli",), c=("mnli",))
    for number, (source, seed) in enumerate([("none", 1), ("a", 1), ("b", 2), ("b", 1), ("c", 2)]):
        path = paths.curve("target", "panx", source, seed)
        write_json(path, {**read_json(path), "collapsed": f"loss 1.{number} -> 1.1, dev at chance"})
    line = (
        "† collapsed: target training panx from none (seed 1), a (seed 1), b (seeds 1, 2), c (seed 2): the loss does "
        "not fall, dev at chance."
    )
    found = [one for one in notes(read_again(), {}, {}) if "panx" in one]
    assert found == [line]


def test_a_collapsed_training_is_marked_in_both_tables(root: Path) -> None:
    grid_of(root, [1, 2], none=(), multi=("mnli", "csqa"), mnli=("mnli",))
    path = paths.curve("intermediate", "multi", 2)
    write_json(path, {**read_json(path), "collapsed": "loss 1.1 -> 1.1, dev at chance"})
    grid = read_again()
    table = intermediate_table(grid)
    assert [text[-1] for text in row(table, "multi").values()] == ["†", "†"]
    assert not row(table, "mnli")["MNLI"].endswith("†")
    assert row(main_table(grid), "multi")["XNLI"].endswith("†")
    remark = "† collapsed: intermediate training of multi (seed 2): loss 1.1 -> 1.1, dev at chance."
    assert remark in notes(grid, {}, {}) and remark in intermediate_notes(grid)
    assert grid.collapsed("bucc", "multi") == {2: "intermediate training: loss 1.1 -> 1.1, dev at chance"}


def test_parts_of_a_set_have_a_table_and_columns_in_the_csv(root: Path) -> None:
    grid_of(root, none=(), anli_plus=("anli_plus",), multi=("anli_plus", "mnli"))
    names = ("anli/r1", "anli/r2", "anli/r3", "mnli", "snli")
    score("anli_plus", "anli_plus", 70.0, parts={name: {"n": 10, "main": 50.0 + n} for n, name in enumerate(names)})
    score("anli_plus", "multi", 60.0, parts={"mnli": {"n": 10, "main": 51.0}})
    grid = read_again()
    parts = part_tables(grid)
    assert [*parts] == ["anli_plus"]
    expected = {"ANLI r1": "50.0", "ANLI r2": "51.0", "ANLI r3": "52.0", "MNLI": "53.0", "SNLI": "54.0"}
    assert row(parts["anli_plus"], "anli_plus") == expected
    assert row(parts["anli_plus"], "multi", deltas=True) == {"MNLI": "-2.0"}
    text = to_csv(whole_table(intermediate_table(grid), parts), figures=True)
    lines = {(line["source"], line["figure"], line["statistic"]): line for line in csv.DictReader(io.StringIO(text))}
    assert lines["anli_plus", "main", "mean"]["anli_plus:anli/r3"] == "52.0000"
    assert lines["multi", "main", "delta"]["anli_plus"] == "-10.0000"
    assert lines["multi", "main", "mean"]["anli_plus:anli/r3"] == ""
    assert lines["chance", "main", "mean"]["mnli"] == "33.5000"


def test_without_any_training_there_is_no_second_table(root: Path) -> None:
    grid = grid_of(root, none=())
    INTERMEDIATE.unlink()
    grid = read_again()
    write.write_intermediate(Path("results"), grid, intermediate_table(grid), {}, intermediate_notes(grid))
    text = Path("results/intermediate.md").read_text(encoding="utf-8")
    assert "No source trains on an intermediate task." in text and "|" not in text
    assert Path("results/intermediate.csv").read_text(encoding="utf-8") == "source,figure,statistic\n"
    assert "Intermediate tasks" not in html(grid)


def html(grid: Grid) -> str:
    """The report."""
    controls = {"from": "none", "targets": {t: {o: {"chance": 4.0} for o in grid.languages(t)} for t in grid.targets}}
    second = (intermediate_table(grid), part_tables(grid))
    return page(grid, main_table(grid), averages_tables(grid), *second, controls, {}, notes(grid, {}, {}), Extras())


def test_the_file_tells_signatures_and_changes(root: Path) -> None:
    grid = grid_of(root, none=(), qqp=("qqp",), multi=("qqp", "mlm"))
    write.write_intermediate(
        Path("results"), grid, intermediate_table(grid), part_tables(grid), intermediate_notes(grid)
    )
    text = Path("results/intermediate.md").read_text(encoding="utf-8")
    assert "## Signatures\n\n- QQP: max_length: 128, metric: accuracy_and_f1\n" in text
    assert "## Change against the source of one task" in text and "## Parts of MLM" in text
    assert "Rows scored: QQP 200; MLM 200." in text
    assert "accuracy / F1" in html(grid)


def test_gaps_and_leftovers_are_refused(root: Path) -> None:
    def refusal(**changes: Any) -> str:
        write_json(INTERMEDIATE, {**document, **changes})
        with pytest.raises(InputError) as caught:
            read_again()
        return str(caught.value)

    grid_of(root, none=(), mnli=("mnli",), multi=("mnli", "csqa"))
    document = read_json(INTERMEDIATE)
    cells, tasks = document["cells"], document["tasks"]
    missing = "results/intermediate.json: the cell mnli from mnli, seed 1 is missing (run `dvc repro`)"
    assert refusal(cells=cells[1:]) == missing
    assert "found the cell mnli from mnli, seed 1 twice" in refusal(cells=[*cells, cells[0]])
    assert "found the cell qqp from mnli, seed 1 too many" in refusal(cells=[*cells, {**cells[0], "task": "qqp"}])
    assert "`tasks` lacks csqa" in refusal(tasks={"mnli": tasks["mnli"]})
    INTERMEDIATE.unlink()
    with pytest.raises(InputError, match=r"results/intermediate\.json: file not found; params\.yaml has sources"):
        read_again()


ALONE = {task: (task,) for task in PAPER}
EIGHT = {task: own for task, own in ALONE.items() if task != "ccg"}


@pytest.mark.parametrize(
    ("kind", "sources", "word"),
    [
        ("full", EIGHT, "eight"),
        ("cut-down", {task: EIGHT[task] for task in ("mnli", "squad_v1", "hellaswag")}, "three"),
        ("cut-down", {task: EIGHT[task] for task in ("mnli", "squad_v1")}, None),
        ("generated", EIGHT, None),
        ("full", ALONE, None),
        ("full", {**EIGHT, "multi": PAPER}, None),
        ("full", {f"row_{n}": ("mnli", "mlm") for n in range(9)}, None),
    ],
)
def test_a_missing_ccg_is_explained(root: Path, kind: str, sources: dict[str, Any], word: str | None) -> None:
    found = [one for one in notes(grid_of(root, kind=kind, none=(), **sources), {}, {}) if "LDC2005T13" in one]
    assert found == (
        [f"CCG is not in this table: CCGbank is licensed (LDC2005T13); the nine sources are {word} here."]
        if word
        else []
    )


def test_stand_in_labels_are_told_under_every_table_with_their_rows(root: Path) -> None:
    grid = grid_of(root, none=(), mnli=("mnli",), ccg=("ccg",), multi=("mnli", "ccg"))
    remark = "CCG (behind ccg, multi): silver: another parser's supertags, not CCGbank."
    assert remark in notes(grid, {}, {}) and remark in intermediate_notes(grid)
    controls = {t: {o: {"chance": 4.0} for o in grid.languages(t)} for t in grid.targets}
    write.write_languages(Path("results"), grid, controls, {})
    for target in grid.targets:
        assert remark in Path(f"results/languages/{target}.md").read_text(encoding="utf-8")


def test_translate_train_and_kept_heads_are_departures(root: Path) -> None:
    grid_of(root, [1, 2], none=(), mnli=("mnli",), squad_v1=("squad_v1",))

    def change(training: str, sources: Sequence[str], **entries: Any) -> None:
        for path in (paths.curve("target", training, source, seed) for source in sources for seed in (1, 2)):
            write_json(path, {**read_json(path), **entries})

    assert not [one for one in notes(read_again(), {}, {}) if "translate-train" in one or "went on" in one]
    change("squad_v1", ["none", "mnli", "squad_v1"], languages=["en", "sw", "de"])
    change("xnli", ["mnli"], languages=["de"], head="mnli")
    change("pawsx", ["mnli"], head="mnli", after="siqa")  # as XCOPA's second training, which keeps the first one's
    remarks = notes(read_again(), {}, {})
    tail = "English; zero-shot training data is English alone."
    assert f"XQuAD, MLQA: translate-train, trained on sw de beside {tail}" in remarks
    assert f"XNLI from mnli: translate-train, trained on de instead of {tail}" in remarks
    assert "The target training went on with the head of the intermediate one: XNLI from mnli." in remarks


def test_translations_are_a_table(root: Path) -> None:
    grid_of(root, none=())
    other = {**TRANSLATION, "task": "squad_v1", "chrf": None, "dropped": {"no answer": 1234, "empty": 2}}
    write_json(TRANSLATIONS, {"mnli-de": TRANSLATION, "squad_v1-de": {**other, "signature": {"model": "<b>"}}})
    grid = read_again()
    _, first, second = translation_lines(grid)
    assert first == ["mnli-de", "MNLI", "de", "marian", "1,000", "990", "no answer: 10", "41.3", "1.07", "1.2 %"]
    assert second[6:8] == ["empty: 2; no answer: 1234", "no reference"]
    write.write_translations(Path("results/translations.md"), grid)
    text = Path("results/translations.md").read_text(encoding="utf-8")
    assert "Signature of mnli-de: beam: 4" in text
    assert "Translated training data" in html(grid) and "model: &lt;b&gt;" in html(grid)


@pytest.mark.parametrize("content", [None, {}])
def test_no_translation_is_said(root: Path, content: dict[str, Any] | None) -> None:
    grid_of(root, none=())
    if content is not None:
        write_json(TRANSLATIONS, content)
    grid = read_again()
    write.write_translations(Path("results/translations.md"), grid)
    assert "No training data is translated." in Path("results/translations.md").read_text(encoding="utf-8")
    assert "Translated training data" not in html(grid)


def test_mlflow_runs_of_several_tasks(root: Path) -> None:
    grid_of(root, none=(), multi=("anli_plus", "squad_v2", "mlm"))
    path = paths.curve("intermediate", "multi", 1)
    write_json(
        path,
        {
            **read_json(path),
            "recipe": {"tasks": ["x"], "mlm": {"mask": 0.15, "languages": ["de", "hi"]}, "recipe": {"lr": 1e-5}},
        },
    )
    found = {one.name: one for one in records(read_again())}
    run = found["intermediate multi, seed 1"]
    assert (run.tags["stage"], run.tags["task"]) == ("intermediate", "anli_plus+squad_v2+mlm")
    names = {name for name, _, _ in run.metrics}
    assert names == {
        "dev/anli_plus", "dev/squad_v2", "dev/mlm", "dev.f1/squad_v2", "dev.em/squad_v2", "train/lr", "train/loss",
        "train/dev", "train/loss/mlm",
        *(f"train/{kind}/{task}" for kind in ("loss", "dev") for task in ("anli_plus", "squad_v2")),
        *(f"dev.anli_plus/{part}" for part in ("anli/r1", "anli/r2", "anli/r3", "mnli", "snli")),
        *(f"dev.mlm/{part}" for part in ("de", "en", "hi")),
    }  # fmt: skip
    steps = {task: [s for name, _, s in run.metrics if name == f"train/loss/{task}"] for task in ("mlm", "squad_v2")}
    assert steps == {"mlm": [2, 5, 8, 11, 14, 17, 20], "squad_v2": [1, 4, 7, 10, 13, 16, 19]}  # they take turns
    assert len([name for name, _, _ in run.metrics if name == "train/loss"]) == 20
    cell = found["xnli from multi, seed 1"]
    assert cell.tags["family"] == "classification" and cell.tags["parent"] == run.name
    assert cell.params["target.languages"] == "en" and "target.head" not in cell.params
    for params in (run.params, cell.params):
        own = {name: value for name, value in params.items() if name.startswith("intermediate.")}
        assert own == {
            "intermediate.task": "anli_plus+squad_v2+mlm", "intermediate.lr": "1e-05",
            "intermediate.mlm.mask": "0.15", "intermediate.mlm.languages": "de+hi", "intermediate.sampled.mlm": "7",
            "intermediate.sampled.anli_plus": "6", "intermediate.sampled.squad_v2": "7",
            **{
                f"intermediate.count.{task}.{name}": value
                for task in ("anli_plus", "squad_v2", "mlm")
                for name, value in (("examples", "500"), ("truncated", "3"))
            },
        }  # fmt: skip


def test_curves_are_told_task_by_task(root: Path) -> None:
    grid = grid_of(root, none=(), mnli=("mnli",), multi=("mnli", "csqa"))
    captions = re.findall(r"<figcaption>intermediate: (.*?)</figcaption>", curve_figures(grid))
    assert captions == ["MNLI", "CSQA"]
    assert "development score of 2 trainings" in curve_figures(grid)
    write.write_plots(Path("plots"), grid, main_table(grid))
    lines = [line.split(",") for line in Path("plots/curves.csv").read_text(encoding="utf-8").splitlines()]
    own = {tuple(line[:3]) for line in lines if line[0] == "intermediate"}
    assert own == {
        ("intermediate", task, source) for task, source in [("mnli", "mnli"), ("mnli", "multi"), ("csqa", "multi")]
    }
    counts = [training_counts(curve) for curve in grid.curves if curve["stage"] == "intermediate"]
    assert counts == [{}, {"truncated": 3}, {"MNLI truncated": 3, "CSQA truncated": 3}]


def test_a_curve_may_leave_the_scale_of_scores(root: Path) -> None:
    """Selection looks at minus the perplexity."""
    grid_of(root, none=(), mlm=("mlm",))
    path = paths.curve("intermediate", "mlm", 1)
    record = read_json(path)
    for point, value in zip(record["dev"], [-1200.0, -900.0, -300.0, -20.0], strict=True):
        point["value"] = value
    write_json(path, record)
    (figure,) = re.findall(r"<figure>((?:(?!</figure>).)*intermediate: MLM)", curve_figures(read_again()))
    heights = [float(y) for y in re.findall(r'cy="([\d.-]+)"', figure)]  # from the top
    assert len(heights) == 4 and heights == sorted(heights, reverse=True) and 0 < min(heights) < max(heights) < 120
    assert ">-1200</text>" in figure and ">0</text>" in figure


def test_twenty_rows_are_told_apart_and_fit_the_terminal(root: Path) -> None:
    write_wide(root, seeds=[1, 2])
    grid = read_again()
    assert len(grid.sources) == 20
    assert len({source_class(grid, source) for source in grid.sources}) == 20
    text = to_text(to_lines(main_table(grid)))
    assert max(map(len, text.splitlines())) <= 120
    assert "F1 / EM" in text.splitlines()[1]
    report = html(grid)
    assert len(re.findall('<div class="scroll tall">', report)) >= 2


def test_words_of_a_mark_stand_below_the_figure(root: Path) -> None:
    grid_of(root, none=(), mnli=("mnli",))
    score("mnli", "mnli", 33.0)
    report = html(read_again())
    assert '<td>33.0<small><span class="mark">at chance</span></small></td>' in report
    assert re.search(r"<tr[^>]*><th[^>]*>chance</th><td[^>]*>33\.5</td></tr>", report)


def test_notes_of_tasks_are_escaped(root: Path) -> None:
    grid_of(root, none=(), mnli=("mnli",))
    document = read_json(INTERMEDIATE)
    document["tasks"]["mnli"]["note"] = "half of <i>MNLI</i>"
    write_json(INTERMEDIATE, document)
    assert "half of &lt;i&gt;MNLI&lt;/i&gt;" in html(read_again())
