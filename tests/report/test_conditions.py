"""Conditions in the tables, the page and the MLflow view: there where they are asked for, and else no trace of them."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from stages import aggregate
from tests.fake_grid import CONTROLS, PARAMS, write_grid, write_params
from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import read_json, write_json
from xstilts.report.figures.conditions import drops
from xstilts.report.figures.grid import read_grid
from xstilts.report.figures.runs import records
from xstilts.report.tables.conditions import remarks
from xstilts.report.tables.write import write_long
from xstilts.report.whole import Report
from xstilts.tracking import view as mlflow_view

CONDITIONS = {"xnli": ["swap-0.10", "case-upper-1"], "xquad": ["drop-0.2"]}
STATISTICS = Path("results/statistics.json")
OWN = ("conditions.csv", "conditions.md", "conditions.tex", "long.csv", "report.html", "mlflow.json")
"""The files that conditions may change."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["aggregate"])
    monkeypatch.setattr(mlflow_view, "rebuild", lambda profile, records: "mlflow: left alone")
    return tmp_path


def made(root: Path, conditions: Any, seeds: tuple[int, ...] = (1, 2)) -> dict[str, bytes]:
    """Everything that `aggregate` writes, with a row and a control."""
    sources = {name: PARAMS["sources"][name] for name in ("none", "mnli")} | {"random": CONTROLS["random"]}
    write_grid(root, write_params(root, sources=sources, seeds=[*seeds], conditions=conditions))
    STATISTICS.unlink(missing_ok=True)
    if conditions:
        write_json(STATISTICS, statistics())
    aggregate.main()
    files = [path for path in Path("results").rglob("*") if path.is_file() and path.parts[1] not in ("cells", "curves")]
    return {str(path.relative_to("results")): path.read_bytes() for path in files if path != STATISTICS}


def statistics(drop: float = 0.0) -> dict[str, Any]:
    """What the stage `statistics` says of one condition, as the made-up cells have it."""
    grid = read_grid(read_params())
    rows = [
        {"source": one.source, "target": one.target, "condition": one.condition, "language": one.language,
         "drop": one.drop + drop, "low": one.drop - 1, "high": one.drop + 1, "clean_error": 1.5}
        for one in drops(grid, Path("nothing")) if one.source in grid.sources
    ]  # fmt: skip
    return {"settings": {"level": 0.95}, "gains": [], "conditions": {"method": "", "rows": rows}}


def test_conditions_change_no_other_file(root: Path) -> None:
    without = made(root, {})
    assert b"onditions" not in without["report.html"].replace(b"no condition", b"")
    assert without["conditions.md"] == b"# Test sets under a condition\n\nNo test set is under a condition.\n"
    assert without["conditions.csv"].count(b"\n") == 1 and b"condition" not in without["long.csv"]
    within = made(root, CONDITIONS)
    assert {name for name in within if within[name] != without[name]} == {*OWN}
    assert made(root, {}) == without


def test_the_table_has_drops_shares_and_flips(root: Path) -> None:
    made(root, CONDITIONS)
    grid = read_grid(read_params())
    rows = list(csv.DictReader(io.StringIO(Path("results/conditions.csv").read_text(encoding="utf-8"))))
    assert {(row["target"], row["condition"]) for row in rows} == {
        ("xnli", "swap-0.10"), ("xnli", "case-upper-1"), ("xquad", "drop-0.2"),
    }  # fmt: skip
    own = {row["language"]: row for row in rows
           if (row["source"], row["condition"]) == ("mnli", "swap-0.10")}  # fmt: skip
    assert list(own) == ["mean", "en", "de", "es", "tr"], "nothing changes in Hindi and Arabic"
    for language, row in own.items():
        chosen = ["en", "de", "es", "tr"] if language == "mean" else [language]
        values = [value for one in chosen for value in grid.values("xnli", "mnli", one)]
        clean = sum(values) / len(values)
        assert float(row["clean"]) == pytest.approx(clean, abs=1e-3)
        assert float(row["drop"]) == pytest.approx(0.1 * clean, abs=1e-3)
        assert float(row["relative"]) == pytest.approx(0.1 * clean / (clean - 4), abs=1e-3)  # chance is 4
        assert (row["lost"], row["won"], row["n"]) == tuple(str(n * 2 * len(chosen)) for n in (12, 2, 100))
    shown = Path("results/conditions.md").read_text(encoding="utf-8")
    row = own["mean"]
    interval = f"{float(row['drop']):.1f} [{float(row['low']):.1f}, {float(row['high']):.1f}]"
    assert any(f" {interval} |" in line and " mnli |" in line for line in shown.splitlines())
    assert "XNLI, swap-0.10: rows 600, rows_changed 360. No row changes in ar, hi: no part of the mean." in shown
    controls = [row for row in rows if row["source"] == "random"]
    assert controls and not [row for row in controls if row["low"] or row["relative"]], "no interval is known"
    tex = Path("results/conditions.tex").read_text(encoding="utf-8")
    assert r"\toprule" in tex and r"{[}" in tex and "swap-0.10" in tex
    html = Path("results/report.html").read_text(encoding="utf-8")
    assert 'id="under-conditions"' in html and html.count("<td>case-upper-1</td>") == 3


def test_a_published_set_is_compared_with_the_clean_rows_that_it_has(root: Path) -> None:
    params = write_params(root, conditions={"xnli": ["typos"]}, condition_files={"xnli_typos": "typos"}, seeds=[1, 2])
    write_grid(root, params)
    content = read_json(paths.cells("xnli"))
    for cell in content["cells"]:
        if cell.get("condition") and cell["language"] == "de":
            cell["clean"], cell["n"], cell["flips"]["n"] = cell["main"] + 5.0, 40, 40
    content["chance"]["de@typos"] = 10.0
    for language, own in content["conditions"]["typos"].items():
        own.update({"rows": 40, "rows_missing": 60} if language == "de" else {"rows_missing": 0})
        own.update({"rows": 0, "rows_missing": 100} if language == "hi" else {})
    content["cells"] = [one for one in content["cells"] if (one["language"], one.get("condition")) != ("hi", "typos")]
    write_json(paths.cells("xnli"), content)
    grid = read_grid(read_params())
    write_json(STATISTICS, statistics())
    found = {(one.source, one.language): one for one in drops(grid, STATISTICS)}
    german, mean = found["none", "de"], found["none", "mean"]
    assert german.drop == pytest.approx(5.0) and german.n == 2 * 40
    assert german.relative == pytest.approx(5.0 / (german.clean - 10.0))
    others = [found["none", one] for one in ("en", "es", "tr")]
    assert mean.clean == pytest.approx(sum(one.clean for one in (german, *others)) / 4)
    assert mean.relative == pytest.approx(mean.drop / (mean.clean - (4.0 * 3 + 10.0) / 4))
    assert not any(one.language == "hi" for one in found.values())
    run = next(one for one in records(grid) if one.name == "xnli from none, seed 2")
    names = {name for name, _, _ in run.metrics}
    assert {"xnli/hi", "xnli.typos/de"} <= names and "xnli.typos/hi" not in names
    said = "XNLI, typos: the published set has a part of the clean rows: de 40. All is of these."
    assert said in remarks(grid)
    write_long(Path("long.csv"), grid)
    rows = list(csv.DictReader(io.StringIO(Path("long.csv").read_text(encoding="utf-8"))))
    own = next(row for row in rows if (row["source"], row["language"], row["condition"]) == ("none", "de", "typos"))
    assert own["n"] == "40" and float(own["clean"]) - float(own["main"]) == pytest.approx(5.0)
    assert all(row["clean"] == row["main"] for row in rows if row["condition"] == "clean")


def test_a_share_near_chance_is_left_out(root: Path) -> None:
    made(root, {"xnli": ["swap-0.10"]})
    document = statistics()
    for row in document["conditions"]["rows"]:
        row["clean_error"] = 40.0
    write_json(STATISTICS, document)
    assert {one.relative for one in drops(read_grid(read_params()), STATISTICS)} == {None}


def test_long_has_a_column_and_metrics_have_names_that_mlflow_takes(root: Path) -> None:
    from mlflow.utils.validation import _validate_metric_name

    made(root, CONDITIONS)
    rows = list(csv.DictReader(io.StringIO(Path("results/long.csv").read_text(encoding="utf-8"))))
    assert [*rows[0]][:7] == ["target", "source", "seed", "language", "split", "condition", "n"]
    found = {
        target: {row["condition"] for row in rows if row["target"] == target} for target in ("xnli", "xquad", "panx")
    }
    assert found == {"xnli": {"clean", *CONDITIONS["xnli"]}, "xquad": {"clean", "drop-0.2"}, "panx": {"clean"}}
    grid = read_grid(read_params())
    run = next(one for one in records(grid) if one.name == "xnli from mnli, seed 2")
    values = {name: value for name, value, _ in run.metrics}
    assert values["xnli.swap-0.10/tr"] == pytest.approx(0.9 * values["xnli/tr"], abs=1e-5)
    assert values["xnli.case-upper-1/ar"] == values["xnli/ar"]
    for name in values:
        _validate_metric_name(name)  # type: ignore[no-untyped-call]
    assert {name for name in values if name.startswith("xnli/")} == {f"xnli/{one}" for one in grid.languages("xnli")}


@pytest.mark.parametrize("seeds", [(1,), (1, 2, 3)])
def test_clean_figures_are_those_without_conditions(seeds: tuple[int, ...], root: Path) -> None:
    made(root, {}, seeds)
    before = read_grid(read_params())
    made(root, CONDITIONS, seeds)
    after = read_grid(read_params())
    assert {key: after.scores[key] for key in before.scores} == before.scores
    assert {key[3].partition("@")[2] for key in {*after.scores} - {*before.scores}} == {
        "swap-0.10", "case-upper-1", "drop-0.2",
    }  # fmt: skip


def _cell(content: Any) -> Any:
    return next(cell for cell in content["cells"] if "condition" in cell)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda one: one["cells"].remove(_cell(one)), "the cell xnli/en@swap-0.10 from none, seed 1 is missing"),
        (lambda one: one["cells"].append(_cell(one)), "found the cell xnli/en@swap-0.10 from none, seed 1 twice"),
        (lambda one: _cell(one).pop("flips"), "flips is missing"),
        (lambda one: _cell(one).update(condition=3), "condition: found 3, expected a text"),
        (lambda one: _cell(one).update(condition="drop-0.2"), "found the cell xnli/en@drop-0.2 from none"),
        (lambda one: one.pop("conditions"), "found the conditions none, expected swap-0.10 in every language"),
        (lambda one: one["conditions"]["swap-0.10"].pop("tr"), "expected swap-0.10 in every language"),
        (lambda one: one["conditions"]["swap-0.10"]["tr"].pop("rows_changed"), "tr.rows_changed is missing"),
        (lambda one: one["conditions"]["swap-0.10"]["tr"].update(rows_changed="x"), "expected a whole number"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_its_name(change: Any, message: str, root: Path) -> None:
    made(root, {"xnli": ["swap-0.10"]})
    content = read_json(paths.cells("xnli"))
    change(content)
    write_json(paths.cells("xnli"), content)
    with pytest.raises(InputError) as caught:
        read_grid(read_params())
    assert message in str(caught.value) and str(caught.value).startswith("results/cells/xnli.json: ")


def test_statistics_of_other_cells_are_refused(root: Path) -> None:
    made(root, {"xnli": ["swap-0.10"]})
    write_json(STATISTICS, statistics(drop=0.5))
    with pytest.raises(
        InputError, match=r"statistics.json: found a drop of .* for none on xnli/mean@swap-0.10, expected"
    ):
        Report(read_params(), Path("results")).write()
    content = statistics()
    del content["conditions"]["rows"][0]["low"]
    write_json(STATISTICS, content)
    with pytest.raises(InputError, match=r"statistics.json: conditions.rows\[0\].low is missing"):
        Report(read_params(), Path("results")).write()
