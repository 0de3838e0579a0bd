"""`stages.aggregate`: XTREME's averages, tables, controls, the report and the MLflow view, from made-up grids."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stages import aggregate
from tests.fake_grid import FAMILIES, PARAMS, write_grid, write_params
from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import read_json, write_json, write_text
from xstilts.report.figures.averages import group_scores, overall, overall_name, task_scores, transfer_gap
from xstilts.report.figures.controls import KEPT, format_only, in_english, read_controls
from xstilts.report.figures.grid import MAIN, Grid, read_grid
from xstilts.report.figures.runs import records
from xstilts.report.tables.selection import selection_tables
from xstilts.report.tables.table import averages_tables, language_table, main_table, to_csv, to_lines
from xstilts.tracking import view as mlflow_view

VIEWS = (
    "by_language.json",
    "controls.json", "findings.json", "findings.md", "heatmap.svg", "intermediate.csv", "intermediate.md",
    "intermediate.tex", "long.csv", "metrics.json", "mlflow.json", "numbers.tex", "published.md", "published.tex",
    "report.html", "table.csv", "table.md", "table.tex", "translations.md", "languages/xquad.csv",
    "languages/xquad.md", "languages/xquad.tex", "plots/curves.csv", "plots/heatmap.csv",
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path) -> Path:
    """A repository root with a full grid of one seed, and an empty MLflow store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setattr(sys, "argv", ["aggregate"])
    (tmp_path / "mlflow.db").write_bytes(empty_store.read_bytes())
    write_grid(tmp_path, write_params(tmp_path))
    return tmp_path


@pytest.fixture
def no_mlflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that look at files alone."""
    monkeypatch.setattr(mlflow_view, "rebuild", lambda profile, records: "mlflow: left alone")


def grid_of(root: Path, **changes: Any) -> Grid:
    """The grid of other parameters, its files written anew."""
    for path in (*root.glob("results/cells/*"), *root.glob("results/curves/**/*.json")):
        path.unlink()
    write_grid(root, write_params(root, **changes))
    return read_grid(read_params())


def edit(path: Path, **changes: Any) -> None:
    """Change top-level entries of a json file."""
    write_json(path, {**read_json(path), **changes})


def set_scores(target: str, **scores: float) -> None:
    """Give every cell of a target the same scores."""
    document = read_json(paths.cells(target))
    main = (scores["em"] + scores["f1"]) / 2 if "em" in scores else next(iter(scores.values()))
    for cell in document["cells"]:
        cell.update(scores=scores, main=main)
    write_json(paths.cells(target), document)


WORKED = {  # metrics handbook 9
    "pawsx": {"accuracy": 80}, "xnli": {"accuracy": 70}, "udpos": {"f1": 60}, "panx": {"f1": 50},
    "xquad": {"em": 40, "f1": 60}, "mlqa": {"em": 30, "f1": 50}, "tydiqa": {"em": 20, "f1": 40}, "bucc": {"f1": 70},
    "tatoeba": {"accuracy": 50},
}  # fmt: skip


def test_xtreme_averages(root: Path) -> None:
    for target, scores in WORKED.items():
        set_scores(target, **scores)
    grid = read_grid(read_params())
    assert overall(grid, "none") == [pytest.approx(55.5556, abs=1e-4)]
    assert overall_name(grid) == "average of nine"
    groups = {name: group_scores(grid, name, "none") for name in ("classification", "tagging", "qa", "retrieval")}
    assert groups == {"classification": [75], "tagging": [55], "qa": [40], "retrieval": [60]}


def test_without_all_nine_the_mean_is_called_partial(root: Path) -> None:
    for target, scores in WORKED.items():
        set_scores(target, **scores)
    targets = {**PARAMS["targets"], "retrieval": {"tatoeba": {}}}
    write_params(root, targets=targets)
    paths.cells("bucc").unlink()
    grid = read_grid(read_params())
    assert overall_name(grid) == "partial mean of 8"
    assert group_scores(grid, "retrieval", "none") == []
    assert group_scores(grid, "qa", "none") == [40]
    assert [column.name for column in averages_tables(grid)["Groups"].columns] == ["classification", "tagging", "qa"]


def test_english_is_in_the_mean_and_beside_it(root: Path) -> None:
    document = read_json(paths.cells("xnli"))
    for cell in document["cells"]:
        cell.update(scores={"accuracy": 90.0 if cell["language"] == "en" else 60.0}, main=90.0)
        cell["main"] = cell["scores"]["accuracy"]
    write_json(paths.cells("xnli"), document)
    grid = read_grid(read_params())
    assert task_scores(grid, "xnli", "none") == [65]
    assert task_scores(grid, "xnli", "none", english=False) == [60]
    assert transfer_gap(grid, "xnli", "none") == [30]
    assert transfer_gap(grid, "bucc", "none") == []  # English is a side there, not a language


def test_main_table_has_deltas_marks_and_spread(root: Path) -> None:
    table = main_table(grid_of(root, seeds=[1, 2, 3]))
    lines = to_lines(table, spread=True)
    assert lines[0][:6] == ["source", "XNLI", "PAWS-X", "POS", "NER", "XQuAD F1 / EM"]
    assert lines[0][-1] == "average of nine"
    assert re.fullmatch(r"\d\d\.\d ± \d+\.\d", lines[1][1])
    assert lines[4][2].endswith("†")  # hellaswag -> pawsx has collapsed, and is still there
    csv = to_csv(table).splitlines()
    assert csv[0].startswith("source,statistic,xnli,pawsx,udpos,panx,xquad_f1,xquad_em,mlqa_f1,mlqa_em,tydiqa_f1,")
    assert [line.split(",")[:2] for line in csv[1:6]] == [
        ["none", "mean"], ["none", "sd"], ["mnli", "mean"], ["mnli", "sd"], ["mnli", "delta"],
    ]  # fmt: skip
    none, mnli, delta = (float(csv[n].split(",")[2]) for n in (1, 3, 5))
    assert delta == pytest.approx(mnli - none, abs=2e-4)


def test_one_seed_has_no_spread(root: Path) -> None:
    lines = to_csv(main_table(read_grid(read_params()))).splitlines()
    assert not [line for line in lines if ",sd," in line]


def test_language_table_marks_dev_and_cut_languages(root: Path) -> None:
    grid = read_grid(read_params())
    table = language_table(grid, "udpos", read_controls(grid)["targets"])
    heads = to_lines(table)[0]
    assert heads == ["source", "mean", "without en", "gap", "en", "ar (dev)", "de (cut)", "es", "hi (dev)", "tr"]
    assert to_lines(table)[-1][:5] == ["highest control", "", "", "", "4.0 chance"]
    figures = {line.split(",")[1] for line in to_csv(table, figures=True).splitlines()[1:]}
    assert figures == {"f1", "main", "precision", "recall"}


def test_bucc_tuned_on_the_scored_split_is_marked(root: Path) -> None:
    document = read_json(paths.cells("bucc"))
    document["languages"] = dict.fromkeys(document["languages"], "dev")
    document["signature"]["threshold"] = "tuned on dev"
    write_json(paths.cells("bucc"), document)
    tasks = {**PARAMS["tasks"], "bucc": {**PARAMS["tasks"]["bucc"], "evaluate": {"dev": ["de", "es", "tr"]}}}
    write_params(root, tasks=tasks)
    assert read_grid(read_params()).marks("bucc", "es") == ["dev", "tuned on it"]


def test_controls_are_no_rows_and_mark_format_only(root: Path) -> None:
    grid = grid_of(root, controls=True)
    assert list(grid.sources) == ["none", "mnli", "squad_v1", "hellaswag"]
    controls = read_controls(grid)
    assert set(controls["targets"]["xnli"]["de"]) == {"random", "ablated", "chance"}
    assert set(controls["targets"]["udpos"]["de"]) == {"random", "chance"}  # nothing to hide in a sentence to tag
    assert format_only(grid, controls["targets"]) == {}
    controls["targets"]["xnli"]["tr"]["ablated"] = 99.0
    controls["targets"]["xnli"]["en"]["ablated"] = 99.0  # English is not zero-shot
    assert format_only(grid, controls["targets"]) == {"xnli": ["tr"]}


@pytest.mark.usefixtures("no_mlflow")
def test_other_choices_of_checkpoints_are_no_rows(root: Path) -> None:
    sources = {**PARAMS["sources"], "none-last": {"tasks": [], "target_selection": "last"}}
    sources |= {"none-oracle": {"tasks": [], "target_selection": "oracle"}}
    grid = grid_of(root, sources=sources)
    assert list(grid.sources) == ["none", "mnli", "squad_v1", "hellaswag"]
    (title, table), *others = selection_tables(grid).items()
    assert (title, others, table.rows) == ("Choice of the checkpoint: none", [], ["English dev", "last", "oracle"])
    assert [column.name for column in table.columns] == ["xnli", "pawsx", "udpos", "panx", "xquad", "mlqa", "tydiqa"]
    for row, source in {"English dev": "none", "last": "none-last", "oracle": "none-oracle"}.items():
        values = [grid.scores["xnli", source, 1, language][MAIN] for language in grid.languages("xnli")]
        assert table.values[row, "xnli", MAIN].mean == pytest.approx(sum(values) / len(values))
    assert {run.tags["row"] for run in records(grid) if run.tags["source"] == "none-oracle"} == {"oracle"}
    assert {run.tags["row"] for run in records(grid) if run.tags["source"] == "none"} == {"record"}
    aggregate.main()
    assert "## Choice of the checkpoint: none" in Path("results/table.md").read_text(encoding="utf-8")
    assert "oracle" not in Path("results/table.csv").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_mlflow")
def test_controls_of_an_earlier_run_serve_the_same_profile(root: Path) -> None:
    kept = read_controls(grid_of(root, controls=True))
    kept["targets"]["panx"]["tr"]["random"] = 99.0
    write_json(KEPT, kept)
    grid = grid_of(root)
    controls = read_controls(grid)
    assert controls["from"] == "studies/gates/small/controls.json"
    assert format_only(grid, controls["targets"]) == {"panx": ["tr"]}
    aggregate.main()
    english = f"{grid.values('panx', 'none', 'en')[0]:.1f}; the highest control"
    remark = f"‡ NER is format only: `none` is not above every control in tr. In English it is ({english}"
    assert remark in Path("results/table.md").read_text(encoding="utf-8")
    assert "NER‡" in Path("results/table.md").read_text(encoding="utf-8")
    other = read_controls(grid_of(root, profile="other"))
    assert other["from"] == "this run (chance only)"
    assert set(other["targets"]["panx"]["tr"]) == {"chance"}


def test_english_tells_why_a_target_is_format_only(root: Path) -> None:
    grid = grid_of(root, controls=True)
    controls = read_controls(grid)["targets"]
    assert in_english(grid, controls, "panx").endswith("the task is learnt there, and does not carry over.")
    controls["panx"]["en"]["random"] = grid.values("panx", "none", "en")[0]
    assert in_english(grid, controls, "panx").endswith("the task itself is not learnt.")
    assert in_english(grid, controls, "bucc") == ""


def test_gaps_and_leftovers_are_refused(root: Path) -> None:
    def refusal() -> str:
        with pytest.raises(InputError) as caught:
            read_grid(read_params())
        return str(caught.value)

    document = read_json(paths.cells("xnli"))
    edit(paths.cells("xnli"), cells=document["cells"][1:])
    assert "results/cells/xnli.json: the cell xnli/en from none, seed 1 is missing" in refusal()
    edit(paths.cells("xnli"), cells=[*document["cells"], document["cells"][0]])
    assert "found the cell xnli/en from none, seed 1 twice" in refusal()
    edit(paths.cells("xnli"), cells=[*document["cells"], {**document["cells"][0], "source": "ccg"}])
    assert "found the cell xnli/en from ccg, seed 1 too many" in refusal()
    edit(paths.cells("xnli"), languages={"en": "test"})
    assert "languages scored on test are not those of params.yaml" in refusal()
    edit(paths.cells("xnli"), **{**document, "signature": {"profile": "paper"}})
    assert "found cells of the profile 'paper', expected 'fake'" in refusal()
    write_json(paths.cells("xnli"), document)
    paths.curve("target", "squad_v1", "none", 1).unlink()
    assert "results/curves/target/squad_v1/none/1.json: file not found" in refusal()


def hashes() -> dict[str, str]:
    """The hash of every view."""
    return {name: hashlib.sha256((Path("results") / name).read_bytes()).hexdigest() for name in VIEWS}


def runs(name: str = "mlflow.db") -> dict[str, str]:
    """Names of the MLflow runs, with the content they show."""
    with sqlite3.connect(name) as store:
        query = """SELECT runs.name, tags.value FROM runs JOIN tags USING (run_uuid)
                   WHERE lifecycle_stage = 'active' AND tags.key = 'content'"""
        found = store.execute(query).fetchall()
    assert len(found) == len(dict(found))
    return dict(found)


def test_twice_gives_the_same_bytes_and_doubles_no_run(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aggregate.main()
    first, wanted = (
        hashes(),
        4 * len(FAMILIES) + 3 + 1,
    )  # cells of four sources, three intermediate trainings, the tables
    assert f"mlflow: {wanted} runs written, 0 kept, 0 removed" in capsys.readouterr().out
    aggregate.main()
    assert hashes() == first
    assert f"mlflow: 0 runs written, {wanted} kept, 0 removed" in capsys.readouterr().out
    assert runs() == read_json(Path("results/mlflow.json"))


def test_mlflow_follows_cells_and_is_rebuilt_from_nothing(
    root: Path, empty_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    aggregate.main()
    set_scores("bucc", f1=12.0, precision=12.0, recall=12.0)
    aggregate.main()
    assert "mlflow: 5 runs written, 35 kept, 5 removed" in capsys.readouterr().out
    current = runs()
    assert current == read_json(Path("results/mlflow.json"))
    monkeypatch.setenv("DVC_EXP_NAME", "other-lr")  # an experiment stands beside the workspace
    aggregate.main()
    with sqlite3.connect("mlflow.db") as store:
        assert store.execute("SELECT count(*) FROM runs WHERE lifecycle_stage = 'active'").fetchone() == (80,)
    monkeypatch.delenv("DVC_EXP_NAME")
    Path("new.db").write_bytes(empty_store.read_bytes())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{root / 'new.db'}")
    aggregate.main()
    assert runs("new.db") == current
    with sqlite3.connect("new.db") as store:
        steps = "SELECT max(step), count(*) FROM metrics WHERE key = 'train/loss' GROUP BY run_uuid"
        assert set(store.execute(steps)) == {(20, 20)}
        languages = {key for (key,) in store.execute("SELECT DISTINCT key FROM metrics WHERE key LIKE 'xquad%'")}
        assert {"xquad/tr", "xquad.em/tr", "xquad.f1/tr"} <= languages
        recipe = "SELECT count(*) FROM params WHERE key = 'intermediate.lr' AND value = '0.0003'"
        assert store.execute(recipe).fetchone() == (30,)


@pytest.mark.usefixtures("root")
def test_mlflow_takes_more_parameters_than_one_request_does() -> None:
    """Nine tasks at once have recipes and counts of their own; MLflow refuses more than 100 in one request."""
    params = {f"intermediate.count.{n}": str(n) for n in range(230)}
    metrics = [("train/loss", 1.0, n) for n in range(1200)]
    mlflow_view.rebuild("fake", [mlflow_view.Record("intermediate multi, seed 1", {}, params, metrics)])
    with sqlite3.connect("mlflow.db") as store:
        assert dict(store.execute("SELECT key, value FROM params")) == params
        assert store.execute("SELECT count(*) FROM metrics").fetchone() == (1200,)


@pytest.mark.usefixtures("no_mlflow")
def test_report_needs_nothing_else(root: Path) -> None:
    aggregate.main()
    html = Path("results/report.html").read_text(encoding="utf-8")
    assert not re.findall(r"<(?:link|img)\b|<script[^>]*src|https?://|url\(|@import", html)
    for word in ("CUT-DOWN", "prefers-color-scheme", "viewport", "dev at chance", "truncated: 3", "highest control"):
        assert word in html
    figures = read_json(Path("results/metrics.json"))
    assert len(figures["average"]) + len(figures["best"]) == 13


@pytest.mark.usefixtures("no_mlflow")
def test_text_from_outside_is_escaped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """params.yaml takes no such name any more; the page does not rely on it."""
    odd = replace(grid_of(root), profile="<b>&")
    monkeypatch.setattr("xstilts.report.whole.read_grid", lambda params, results: odd)
    aggregate.main()
    html = Path("results/report.html").read_text(encoding="utf-8")
    assert "<h1>Scores: &lt;b&gt;&amp;</h1>" in html


@pytest.mark.usefixtures("no_mlflow")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("language_gains.csv", "language\ntr\n"), ("language_analysis.csv", "source\nmnli\n"),
        ("statistics.json", '{"settings": {"level": 0.95}, "gains": [{"source": "mnli"}], "scores": []}'),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_no_new_tables(
    root: Path, capsys: pytest.CaptureFixture[str], name: str, content: str
) -> None:
    before = {path: path.read_bytes() for path in Path("results").rglob("*") if path.is_file()}
    write_text(Path("results") / name, content)
    with pytest.raises(InputError, match=f"^results/{re.escape(name)}: "):
        aggregate.main()
    assert "report:" not in capsys.readouterr().out
    after = {path for path in Path("results").rglob("*") if path.is_file()}
    assert after == {*before, Path("results") / name}


@pytest.mark.usefixtures("no_mlflow")
def test_the_folder_of_languages_loses_old_tables_and_no_file_of_a_user(root: Path) -> None:
    """DVC does not empty it, so the stage says what must not be there."""
    folder = Path("results/languages")
    write_text(folder / "xcopa.csv", "of another profile")
    write_text(folder / ".xnli.md.0123.tmp", "of a killed process")
    aggregate.main()
    assert not (folder / "xcopa.csv").exists() and (folder / "xnli.csv").exists()
    for name in ("notes.txt", "xnli.txt", "mine.csv", "mine/notes.csv"):
        write_text(folder / name, "mine")
        write_text(folder / "xcopa.csv", "of another profile")
        before = {path: path.read_bytes() for path in Path("results").rglob("*") if path.is_file()}
        with pytest.raises(InputError, match=f"^{folder / name.split('/')[0]}: found what no stage has written"):
            aggregate.main()
        assert {path: path.read_bytes() for path in Path("results").rglob("*") if path.is_file()} == before
        (folder / name).unlink()


@pytest.mark.usefixtures("no_mlflow")
@pytest.mark.parametrize("profile", ["miniature", "xtreme-r"])
def test_results_of_another_profile_change_nothing(profile: str, root: Path, capsys: Any) -> None:
    """As in a fresh clone, where git has cells and tables of the miniature: one remark, and the same bytes."""
    aggregate.main()
    alone = hashes()
    capsys.readouterr()
    cells = read_json(paths.cells("xnli")) | {"signature": {"profile": profile}}
    for name in ("xcopa", "lareqa", "weather"):
        write_json(paths.cells(name), cells | {"target": name})
        write_text(Path(f"results/languages/{name}.md") if name != "weather" else Path("results/weather.md"), "old")
    curve = read_json(paths.curve("target", "xnli", "none", 1))
    for place in (("target", "xnli", "gone", 1), ("target", "weather", "none", 1), ("target", "xnli", "none", 99)):
        write_json(paths.curve(*place), curve)
    aggregate.main()
    assert hashes() == alone
    assert (
        "6 files and folders of other parameters were left out; `xstilts clean` lists them" in capsys.readouterr().out
    )


@pytest.mark.usefixtures("no_mlflow")
def test_the_report_has_the_findings_of_this_run(root: Path) -> None:
    write_text(root / "results/findings.json", "[{}]")
    aggregate.main()
    html = Path("results/report.html").read_text(encoding="utf-8")
    for one in read_json(Path("results/findings.json")):
        assert f">{one['finding']}<" in html and f">{one['verdict']}<" in html


def test_everything_is_written_before_anything_is_printed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(sys, "argv", ["aggregate"])
    monkeypatch.setattr("builtins.print", gone)
    with pytest.raises(BrokenPipeError):
        aggregate.main()
    assert all((root / "results" / name).is_file() for name in VIEWS)


def test_a_broken_store_does_not_stop_the_tables(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["aggregate"])
    monkeypatch.setattr(mlflow_view, "_rebuild", lambda *_: 1 / 0)
    aggregate.main()
    assert "warning: no MLflow view: division by zero; `python -m stages.aggregate` tries" in capsys.readouterr().out
    assert (root / "results/table.md").is_file()


def test_show_prints_and_writes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["aggregate", "--show"])
    aggregate.main()
    printed = capsys.readouterr().out
    assert "XQuAD F1 / EM" in printed
    assert "report: results/report.html" in printed
    assert max(map(len, printed.splitlines())) <= 120
    assert not Path("results/table.md").exists()


def test_a_chain_of_trainings_has_a_curve_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XCOPA's model is trained twice: both curves are asked for, and the last one is its training."""
    monkeypatch.chdir(tmp_path)
    own = {"layout": "native", "raw": "x", "labels": "x"}
    tasks = {"siqa": own, "copa": own, "xcopa": {**own, "evaluate": {"test": ["et", "qu"]}}}
    recipe = PARAMS["squad"]["squad_v1"]
    write_params(
        tmp_path, tasks={**PARAMS["tasks"], **tasks}, sources={"none": {"tasks": []}},
        targets={"copa": {"xcopa": {}}}, siqa=recipe, copa=recipe,
    )  # fmt: skip
    cells = [
        {
            "source": "none",
            "seed": 1,
            "language": one,
            "split": "test",
            "n": 5,
            "scores": {"accuracy": 60.0},
            "main": 60.0,
        }
        for one in ("et", "qu")
    ]
    signature = {"profile": "fake", "data": "cut-down"}
    languages = {"et": "test", "qu": "test"}
    document = {"cells": cells, "languages": languages, "signature": signature, "counts": {}}
    facts = {"target": "xcopa", "family": "choice", "metric": "accuracy", "chance": {"et": 50.0, "qu": 50.0}}
    write_json(paths.cells("xcopa"), {**facts, **document})
    for place in (("intermediate",), ("target", "siqa"), ("target", "copa")):
        about: dict[str, Any] = {"tasks": []} if place == ("intermediate",) else {"task": place[-1]}
        record = {"stage": place[0], **about, "source": "none", "seed": 1, "collapsed": None, "steps": [], "dev": []}
        record |= {"recipe": None, "best": None}
        write_json(paths.curve(*place, "none", 1), record)
    grid = read_grid(read_params())
    assert grid.training_of == {"xcopa": "copa"} and task_scores(grid, "xcopa", "none") == [60.0]
    assert to_lines(main_table(grid))[0][1].startswith("XCOPA")
    paths.curve("target", "siqa", "none", 1).unlink()
    with pytest.raises(InputError, match=r"curves/target/siqa/none/1\.json: file not found; params\.yaml asks for it"):
        read_grid(read_params())
