"""The MLflow UI in a real browser: the runs of the view are found, filtered, opened and compared."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import browser
from tests.fake_grid import FAMILIES, PARAMS, write_grid, write_params
from xstilts.params import read_params
from xstilts.report.figures.grid import read_grid
from xstilts.report.figures.runs import records, tables_record
from xstilts.tracking import live as tracking
from xstilts.tracking import view as mlflow_view
from xstilts.tracking.view import Record

pytestmark = browser.needed
README = Path(__file__).parents[2] / "docs/dvc-and-mlflow.md"
SOURCES = ("none", "mnli", "squad_v1")
HASHES = {"data/prepared/xnli/train/en.parquet": "0123abcd" * 4, "data/prepared/xnli": "4567cdef" * 4 + ".dir"}
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
RUN = "xnli from mnli, seed 1"
LISTED = """[...document.querySelectorAll('a')].filter(a => /\\/runs\\/[0-9a-f]{32}$/.test(a.href))
            .sort((one, other) => one.getBoundingClientRect().y - other.getBoundingClientRect().y)
            .map(a => a.innerText)"""


@dataclass
class UI:
    """The pages of the view's experiment, and the runs that they should show."""

    tab: browser.Tab
    address: str
    runs: dict[str, Record]
    identities: dict[str, str]

    def open(self, page: str, **query: str) -> None:
        """A page by the part of its address after `#`; the type is the switch at the top left of the UI."""
        query["workflowType"] = "machine_learning"
        self.tab.open(f"{self.address}/#/{page}?" + "&".join(f"{key}={quote(query[key])}" for key in query))

    def open_run(self, name: str, page: str = "") -> None:
        self.open(f"experiments/1/runs/{self.identities[name]}{page}")

    def listed(self, *names: str) -> list[str]:
        """The runs in the table from above, once all of `names` are there."""
        self.tab.wait_for(*names)
        return [str(name) for name in self.tab.evaluate(LISTED)]

    def metric(self, run: str, metric: str) -> float:
        return next(value for name, value, _ in self.runs[run].metrics if name == metric)


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[UI]:
    """`mlflow ui` as the README starts it, in a folder with the view of a made-up grid of three sources; a browser."""
    folder, port = tmp_path_factory.mktemp("ui"), browser.free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        (folder / "mlflow.db").write_bytes(empty_store.read_bytes())
        runs = view(folder)
        identities = {str(run.info.run_name): str(run.info.run_id) for run in tracking.search(tracking.connect(), "1")}
    command = [sys.executable, "-m", "mlflow", "ui", "--port", str(port), "--workers", "1"]
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"} | QUIET
    address = f"http://127.0.0.1:{port}"
    with (
        browser.server(command, f"{address}/health", folder / "ui.log", cwd=folder, env=environment),
        browser.tab(folder / "chromium", 1900, 1600) as tab,
    ):
        yield UI(tab, address, {run.name: run for run in runs}, identities)


def view(folder: Path) -> list[Record]:
    """Write the grid and rebuild its view; the runs that it should have."""
    write_grid(folder, write_params(folder, sources={name: PARAMS["sources"][name] for name in SOURCES}))
    (folder / "results/table.md").write_text("| source | XNLI |\n", encoding="utf-8")
    grid = read_grid(read_params())
    runs = [tables_record(grid, Path("results")), *records(grid, HASHES)]
    mlflow_view.rebuild(grid.profile, runs)
    return runs


def test_the_note_leads_to_the_scores_of_all_runs(ui: UI) -> None:
    """From the page on which the UI opens an experiment to exactly the runs of the view, in its order, with means."""
    ui.tab.open(f"{ui.address}/#/experiments/1")
    ui.tab.wait_for("scores of all runs")
    link = ui.tab.evaluate("[...document.querySelectorAll('a')].find(a => a.innerText == 'scores of all runs').href")
    ui.tab.open(link)
    assert ui.listed(*ui.runs) == list(ui.runs) and len(ui.runs) == len(SOURCES) * len(FAMILIES) + 3
    means = ("mean", "mean.zero-shot", "mean.gain")
    ui.tab.wait_for(*means, "seed", *(shown(ui.metric(RUN, name)) for name in means))


def test_search(ui: UI) -> None:
    """The README's filter shows the runs that it describes, and no other."""
    (query,) = re.findall(r"The search field takes\s+``(.+?)``", README.read_text(encoding="utf-8"))
    assert query == "tags.family = 'tagging' and metrics.`panx/tr` > 50"
    scores = {source: ui.metric(f"panx from {source}, seed 1", "panx/tr") for source in SOURCES}
    wanted = [f"panx from {source}, seed 1" for source in SOURCES if scores[source] > 50]
    assert 0 < len(wanted) < len(SOURCES)
    ui.open("experiments/1/runs", searchFilter=query)
    ui.tab.wait_for(f"{len(wanted)} matching runs")
    assert ui.listed(*wanted) == wanted


def test_one_run(ui: UI) -> None:
    ui.open_run(RUN)
    text = ui.tab.wait_for(RUN, "xnli/tr", shown(ui.metric(RUN, "xnli/tr")), "target.lr", "xnli/train/en (0123abcd")
    for tag, value in ui.runs[RUN].tags.items():
        assert f"{tag}\n: {value}" in text


def test_the_tables_are_artifacts(ui: UI) -> None:
    ui.open_run("tables", "/artifacts/table.md")
    ui.tab.wait_for("table.md", "source", "XNLI")


def test_two_runs_compared(ui: UI) -> None:
    runs = [f"xnli from {source}, seed 1" for source in ("none", "mnli")]
    ui.open("compare-runs", runs=json.dumps([ui.identities[run] for run in runs]), experiments='["1"]')
    ui.tab.wait_for("Comparing 2 Runs", *runs, "xnli/tr", *(f"{ui.metric(run, 'xnli/tr'):.2f}" for run in runs))


def shown(value: float) -> str:
    """A number as JavaScript writes it."""
    return repr(value).removesuffix(".0")
