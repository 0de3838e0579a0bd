"""What every form of a table shares: the best in bold, intervals of changes, and spread only where it is measured."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from stages import aggregate
from tests.fake_grid import PARAMS, RECIPE, write_grid, write_params
from xstilts import paths
from xstilts.cells import audit
from xstilts.params import read_params
from xstilts.records.files import read_json, write_json
from xstilts.report.figures.averages import task_scores
from xstilts.report.figures.controls import read_controls
from xstilts.report.figures.gains import Gain, Statistics
from xstilts.report.figures.grid import MAIN, Grid, mean, read_grid
from xstilts.report.page import html
from xstilts.report.paper.numbers import to_macros
from xstilts.report.tables.intermediate import intermediate_table, part_tables, remarks
from xstilts.report.tables.latex import to_latex
from xstilts.report.tables.notes import notes
from xstilts.report.tables.selection import selection_tables
from xstilts.report.tables.table import (
    BOLD,
    Column,
    Table,
    averages_tables,
    language_table,
    main_table,
    to_csv,
    to_lines,
)
from xstilts.report.tables.write import write_languages, write_tables
from xstilts.tracking import view as mlflow_view

SEEDS = [1, 2, 3]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository root with a grid of four sources and three seeds, which `none` scores alike on Tatoeba and BUCC."""
    monkeypatch.chdir(tmp_path)
    write_grid(tmp_path, write_params(tmp_path, seeds=SEEDS))
    for target in ("bucc", "tatoeba"):
        document = read_json(paths.cells(target))
        for cell in document["cells"]:
            if cell["source"] == "none":
                cell.update(main=40.1, scores=dict.fromkeys(cell["scores"], 40.1))
        write_json(paths.cells(target), document)
    return tmp_path


def grid() -> Grid:
    return read_grid(read_params())


def edit_curve(path: Path, **changes: Any) -> None:
    write_json(path, {**read_json(path), **changes})


def small() -> Table:
    """Two sources that are printed alike in X, one of each best in Q, a gap, and a yardstick above all."""
    one, answers, gap = Column("x", "X"), Column("q", "Q", ("f1", "em")), Column("gap", "gap", heat=False)
    table = Table([one, answers, gap, Column("alone", "alone")], yardstick="limit")
    for row, score, f1, em in (("none", 50.04, 70.0, 40.0), ("a", 49.96, 60.0, 45.0), ("c", 20.0, 1.0, 1.0)):
        table.put(row, one, MAIN, [score, score + 0.001])
        table.put(row, answers, "f1", [f1])
        table.put(row, answers, "em", [em])
        table.put(row, gap, MAIN, [score])
    table.marks["none", "x"] = "†"
    table.put("a", table.columns[3], MAIN, [1.0])
    table.put("limit", one, MAIN, [99.0])
    return table


def test_the_best_is_bold_in_markdown_and_in_the_page() -> None:
    table = small()
    assert [line[1:] for line in to_lines(table, best=BOLD)[1:]] == [
        ["**50.0**†", "**70.0** / 40.0", "50.0", ""],
        ["**50.0**", "60.0 / **45.0**", "50.0", "1.0"],
        ["20.0", "1.0 / 1.0", "20.0", ""],
        ["99.0", "", "", ""],
    ]
    assert to_lines(table, spread=True, best=BOLD)[1][1] == "**50.0** ± 0.0†"
    assert "*" not in str(to_lines(table)), "the terminal has no bold"
    cells = [html.cell(table, row, column) for row in table.rows for column in table.columns]
    assert [re.findall("<b>(.*?)</b>", cell) for cell in cells] == [
        ["50.0"], ["70.0"], [], [], ["50.0"], ["45.0"], [], [], *[[]] * 8,
    ]  # fmt: skip
    assert r"\textbf{1.0}" not in to_latex(table, "T", "t"), "nothing is the best alone"


@pytest.mark.usefixtures("root")
def test_the_best_is_bold_in_the_files() -> None:
    own = grid()
    table = main_table(own)
    write_tables(Path("results"), table, averages_tables(own), selection_tables(own), [], {}, Statistics(), 3)
    write_languages(Path("results"), own, read_controls(own)["targets"], {})
    rows = [line for line in Path("results/table.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    scores = {line.split("|")[1].strip(): line.split("|") for line in rows[2:6]}
    best = max(scores, key=lambda row: table.values[row, "xnli", MAIN].mean)
    assert [row for row, cells in scores.items() if "**" in cells[2]] == [best]
    for kind in ("table.csv", "languages/xnli.csv"):
        assert "*" not in (Path("results") / kind).read_text(encoding="utf-8")
    text = Path("results/languages/xnli.md").read_text(encoding="utf-8")
    controls = next(line for line in text.splitlines() if line.startswith("| highest control"))
    gaps = [line.split("|")[4] for line in text.splitlines() if line.startswith("| ")]
    assert text.count("**") == 2 * 8 and "**" not in controls and "**" not in "".join(gaps)
    assert "highest control,main,delta" not in Path("results/languages/xnli.csv").read_text(encoding="utf-8")


def test_choices_of_the_checkpoint_are_not_ranked(root: Path) -> None:
    sources = {**PARAMS["sources"], "none-oracle": {"tasks": [], "target_selection": "oracle"}}
    write_grid(root, write_params(root, sources=sources, seeds=SEEDS))
    (table,) = selection_tables(grid()).values()
    assert len(table.rows) == 2 and "*" not in str(to_lines(table, best=BOLD))


@pytest.mark.usefixtures("root")
def test_changes_have_the_intervals_of_the_statistics() -> None:
    own = grid()
    table = main_table(own)
    delta = {name: table.delta("mnli", column, MAIN) for name in ("xnli", "xquad", "panx")
             for column in table.columns if column.name == name}  # fmt: skip
    gains = {
        ("mnli", "xnli"): Gain(0.0, -16.34, -6.6, True), ("mnli", "xquad"): Gain(0.0, -0.01, 2.0),
        ("mnli", "panx"): Gain(0.0),
    }  # fmt: skip

    def changes(statistics: Statistics, seeds: int = 3) -> tuple[str, dict[str, str]]:
        write_tables(Path("results"), table, {}, {}, [], {}, statistics, seeds)
        text = Path("results/table.md").read_text(encoding="utf-8").partition("## Change against `none`\n\n")[2]
        heads, _, row, *_ = [[one.strip() for one in line.split("|")] for line in text.splitlines()]
        return text, dict(zip(heads, row, strict=True))

    text, row = changes(Statistics(gains=gains))
    assert row["XNLI"] == f"{delta['xnli']:+.1f}* [-16.3, -6.6]"
    assert row["XQuAD"] == f"{delta['xquad']:+.1f} [0.0, 2.0]" and row["NER"] == f"{delta['panx']:+.1f}"
    assert "95 % interval over seeds and examples; * p < 0.05" in text and "mean of F1 and EM" in text
    assert "over examples alone" in changes(Statistics(gains=gains), 1)[0]
    text, row = changes(Statistics())
    assert row["XNLI"] == f"{delta['xnli']:+.1f}" and " / " in row["XQuAD F1 / EM"] and "[" not in text


@pytest.mark.usefixtures("root")
def test_the_aggregation_reads_the_statistics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mlflow_view, "rebuild", lambda profile, records: "mlflow: left alone")
    monkeypatch.setattr(sys, "argv", ["aggregate"])
    table = main_table(grid())
    gain = table.delta("mnli", table.columns[0], MAIN)
    about = {"source": "mnli", "target": "xnli", "p": 0.01, "p_holm": 0.01, "better": True, "worse": False}
    gains = [{**about, "gain": gain, "low": -1.25, "high": 98.76}]
    write_json(
        Path("results/statistics.json"), {"settings": {"samples": 9, "level": 0.9}, "scores": [], "gains": gains}
    )
    aggregate.main()
    text = Path("results/table.md").read_text(encoding="utf-8")
    assert f"| {gain:+.1f}* [-1.2, 98.8] |" in text and "90 % interval over seeds and examples" in text


@pytest.mark.usefixtures("root")
def test_averages_over_collapsed_trainings_are_marked() -> None:
    own = grid()  # hellaswag has collapsed on PAWS-X
    assert {*main_table(own).marks} == {("hellaswag", "pawsx"), ("hellaswag", "average")}
    tables = averages_tables(own)
    assert {*tables["Groups"].marks} == {("hellaswag", "classification")}
    assert {*tables["Mean without English"].marks} == {("hellaswag", "pawsx")}
    assert "† `none`" not in "\n".join(notes(own, {}, {}))


@pytest.mark.usefixtures("root")
def test_a_collapsed_base_is_said() -> None:
    edit_curve(paths.curve("target", "panx", "none", 2), collapsed="dev at chance")
    assert "† `none` itself has collapsed on NER (seed 2): changes there are against a collapsed run." in notes(
        grid(), {}, {}
    )
    assert main_table(grid()).marks["none", "average"] == "†"


@pytest.mark.usefixtures("root")
def test_seeds_of_an_untrained_encoder_are_no_spread() -> None:
    own = grid()
    controls = read_controls(own)["targets"]
    table, languages = main_table(own), {target: language_table(own, target, controls) for target in own.targets}
    assert "± is the standard deviation over seeds; not for `none` on BUCC, Tatoeba, where nothing is trained." in (
        "\n".join(notes(own, {}, {}))
    )
    named = {**averages_tables(own), **languages, "main": table}
    for name, one in named.items():
        text = str(to_lines(one, spread=True)) + "".join(
            html.cell(one, row, column) for row in one.rows for column in one.columns
        )
        assert "± 0.0" not in text and r"\,0.0}" not in to_latex(one, "T", "t"), name
    for row, column, there in (
        ("none", "bucc", False), ("none", "xnli", True), ("none", "average", True), ("mnli", "bucc", True),
    ):  # fmt: skip
        assert (table.values[row, column, MAIN].sd is not None) == there, (row, column)
    assert languages["tatoeba"].values["none", "de", MAIN].sd is None
    sd = next(line for line in to_csv(table).splitlines() if line.startswith("none,sd,")).split(",")
    assert sd[-3:-1] == ["", ""] and all(sd[:-3])
    macros = to_macros(own, table, languages, intermediate_table(own), part_tables(own), Statistics())
    assert "{num/none/bucc/score}" in macros and "{num/mnli/retrieval/sd}" in macros and "{num/none/qa/sd}" in macros
    for name in ("num/none/bucc", "num/none/retrieval", "lang/none/tatoeba/de"):
        assert f"{{{name}/sd}}" not in macros


def test_untrained_encoders_that_differ_by_seed_have_a_spread(root: Path) -> None:
    write_grid(root, write_params(root, seeds=SEEDS))  # drawn anew in each seed
    assert main_table(grid()).values["none", "bucc", MAIN].sd is not None


@pytest.mark.usefixtures("root")
def test_an_audit_makes_the_same_table() -> None:
    own, params = grid(), read_params()
    again = audit._grid(params, own.documents)
    assert to_csv(main_table(again)) == to_csv(main_table(own))


def test_languages_that_a_row_was_trained_in_are_not_zero_shot(root: Path) -> None:
    """They are marked, they stay in XTREME's means, and no row has them in its zero-shot mean."""
    before = {name: table.rows for name, table in averages_tables(grid()).items()}
    sources = {
        "none": {"tasks": []},
        "mnli": {"tasks": ["mnli"], "languages": ["de"], **RECIPE},
        "squad_v1": {"tasks": ["squad_v1"], "languages": ["en", "hi"], **RECIPE},
        "hellaswag": {"tasks": ["hellaswag"], **RECIPE},
    }
    names = ("mnli", "squad_v1", "hellaswag")
    own: dict[str, Any] = {name: {"layout": "native", "raw": name, "labels": name} for name in names}
    own["mnli"] |= {"train": ["de"], "dev": ["de"]}
    write_params(root, seeds=SEEDS, sources=sources, tasks={**PARAMS["tasks"], **own})
    one = grid()
    assert one.seen == {("mnli", "de"), ("squad_v1", "hi")} and one.zero_shot("xnli") == ["ar", "es", "tr"]

    averages = averages_tables(one)
    (title,) = {*averages} - {*before}
    assert title == "Zero-shot mean: without English and every language that a row was trained in"
    for source in one.sources:
        expected = [mean(seed) for seed in zip(*(one.values("xnli", source, other) for other in ("ar", "es", "tr")))]
        assert averages[title].values[source, "xnli", MAIN].mean == pytest.approx(mean(expected))
        assert main_table(one).values[source, "xnli", MAIN].mean == pytest.approx(
            mean(task_scores(one, "xnli", source))
        )
    marks = {key: mark for key, mark in main_table(one).marks.items() if key[1] == "xnli"}
    assert marks == {("mnli", "xnli"): "§", ("squad_v1", "xnli"): "§"}
    table = language_table(one, "xnli", read_controls(one)["targets"])
    assert {key[1] for key, mark in table.marks.items() if key[0] == "mnli" and mark == "§"} == {
        "de", "mean", "mean without en", "gap",
    }  # fmt: skip
    assert "zero-shot" in [column.name for column in table.columns]
    assert main_table(one).marks["hellaswag", "pawsx"] == "†"
    lines = notes(one, {}, read_controls(one)["targets"])
    assert [line for line in lines if "§" in line] == [
        "Trained in these languages: mnli (de); squad_v1 (en hi). § Not zero-shot: the row was trained in this "
        "language, or a language of this mean."
    ]
    assert "Development sets that are not in English: MNLI of mnli (de)." in remarks(one)


def test_without_such_rows_nothing_is_said(root: Path) -> None:
    one = grid()
    assert not one.seen and "§" not in str(
        [main_table(one), averages_tables(one), notes(one, {}, read_controls(one)["targets"])]
    )
    assert [*averages_tables(one)][1:] == [
        "Mean without English",
        "Transfer gap (English minus the mean of the others)",
    ]
