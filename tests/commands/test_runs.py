"""Five questions to the view, on a store with runs whose answers can be read off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from tests.commands.call import call
from xstilts.errors import InputError
from xstilts.tracking import view as mlflow_view
from xstilts.tracking.search import runs
from xstilts.tracking.view import Input, Record

Ask = Callable[..., list[list[str]]]
SCORES = {  # target, source, seed -> English, Swahili
    ("xnli", "none", 1): (80.0, 60.0), ("xnli", "none", 2): (80.0, 62.0),
    ("xnli", "mnli", 1): (90.0, 40.0), ("xnli", "mnli", 2): (70.0, 50.0),
    ("panx", "none", 1): (70.0, 30.0), ("panx", "none", 2): (70.0, 30.0),
    ("panx", "mnli", 1): (90.0, 50.0), ("panx", "mnli", 2): (92.0, 52.0),
}  # fmt: skip


def record(target: str, source: str, seed: int, en: float, sw: float, lr: str = "0.001") -> Record:
    tags = {"stage": "target", "target": target, "source": source, "seed": str(seed), "row": "record"}
    if (target, source) == ("xnli", "mnli") and seed == 2:
        tags["collapsed"] = "target training xnli: dev at chance"
    mean, none = (en + sw) / 2, sum(SCORES[target, "none", seed]) / 2
    metrics = [("mean", mean, 0), ("mean.gain", mean - none, 0), (f"{target}/en", en, 0), (f"{target}/sw", sw, 0)]
    inputs = [Input(f"{target}/train/en", "0" * 32, f"data/prepared/{target}/train/en.parquet", "training")]
    return Record(
        f"{target} from {source}, seed {seed}", tags, {"target.lr": lr}, [*metrics, ("train/dev", 50, 9)], inputs
    )


@pytest.fixture
def ask(tmp_path: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """A question as on the command line; the answer's lines as words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    Path("dvc.yaml").touch()
    Path("params.yaml").touch()
    Path("mlflow.db").write_bytes(empty_store.read_bytes())
    at_commit(monkeypatch, "a" * 12, [record(*run, *scores) for run, scores in SCORES.items()])

    def ask(*words: str) -> list[list[str]]:
        capsys.readouterr()
        assert call(*words, "--profile", "p") == 0
        return [line.split() for line in capsys.readouterr().out.splitlines()]

    return ask


def at_commit(patch: pytest.MonkeyPatch, commit: str, records: list[Record]) -> None:
    """Rebuild the view as it would be at a commit; the tables mark that it was."""
    patch.setattr(mlflow_view, "_commit", lambda: {"commit": commit})
    mlflow_view.rebuild("p", [Record("tables", {"stage": "tables"}, each_commit=True), *records])


def test_best_sources(ask: Ask) -> None:
    assert ask("best") == [
        ["target", "source", "mean", "gain", "seeds"],
        ["panx", "mnli", "71.0", "+21.0", "2"],
        ["xnli", "none", "70.5", "+0.0", "2"],
    ]
    assert [line[1] for line in ask("best", "--target", "xnli")[1:]] == ["none", "mnli"]


def test_worst_languages(ask: Ask) -> None:
    assert ask("worst")[1:3] == [["panx", "sw", "40.5", "mnli", "51.0"], ["xnli", "sw", "53.0", "none", "61.0"]]
    assert len(ask("worst", "--target", "xnli")) == 3 and len(ask("worst", "--lines", "1")) == 2


def test_spread_over_seeds(ask: Ask) -> None:
    """Means 65 and 60 of xnli from mnli: sd sqrt(12.5) = 3.54; 70 and 72: sqrt(2) = 1.41."""
    assert ask("spread")[1:3] == [
        ["xnli", "mnli", "3.54", "60.0", "65.0", "2"],
        ["panx", "mnli", "1.41", "70.0", "72.0", "2"],
    ]


def test_collapsed_runs(ask: Ask) -> None:
    (line,) = ask("collapsed")[1:]
    assert " ".join(line) == "xnli from mnli, seed 2 target training xnli: dev at chance"


def test_what_changed_between_commits(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {**SCORES, ("panx", "none", 1): (70.0, 34.0)}
    runs = [record(*run, *scores, lr="0.002" if run[0] == "panx" else "0.001") for run, scores in changed.items()]
    at_commit(monkeypatch, "b" * 12, runs)
    at_commit(monkeypatch, "c" * 12, runs)
    answer = [" ".join(line) for line in ask("changed", "aaa", "bbb")]
    assert answer[1:3] == [
        "panx from none, seed 1 panx/sw 30.00 34.00 +4.00",
        "panx from none, seed 1 mean 50.00 52.00 +2.00",
    ]
    assert next(line for line in answer if "target.lr" in line) == "panx from mnli, seed 1 target.lr 0.001 0.002 -"
    assert not any("xnli" in line or "train/" in line for line in answer)
    assert ask("changed", "bbb", "ccc") == [], "no bare head"
    assert ask("changed", "aaa", "bbb", "--target", "xnli") == []
    assert len(ask("changed", "aaa", "bbb", "--target", "panx")) == len(answer)
    with pytest.raises(InputError, match="the MLflow view: unknown target 'nosuch'; there are: panx, xnli"):
        ask("changed", "aaa", "bbb", "--target", "nosuch")
    with pytest.raises(typer.TyperException, match="No such option"):
        ask("changed", "aaa", "bbb", "--scope", "other-lr")
    with pytest.raises(InputError, match="no run of the commit or experiment 'ddd'; the store has: cccccccccccc, "):
        ask("changed", "aaa", "ddd")
    monkeypatch.setenv("DVC_EXP_NAME", "other-lr")
    at_commit(monkeypatch, "c" * 12, [record("xnli", "none", 1, 81.0, 60.0)])
    assert [" ".join(line[5:]) for line in ask("changed", "ccc", "other-lr")[1:]] == [
        "xnli/en 80.00 81.00 +1.00",
        "mean 70.00 70.50 +0.50",
    ]


@pytest.mark.parametrize("question", ["best", "worst", "spread", "collapsed"])
def test_unknown_targets_and_scopes_are_refused(ask: Ask, question: str) -> None:
    for target in ("nosuch", "x'y", "xnl%"):
        with pytest.raises(InputError, match=f"the MLflow view: unknown target '{target}'.*; there are: panx, xnli"):
            ask(question, "--target", target)
    with pytest.raises(InputError, match="the MLflow view: unknown scope 'nosuch'; there are: workspace"):
        ask(question, "--scope", "nosuch", "--target", "xnli")


def test_an_empty_answer_says_why(
    ask: Ask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On stderr: nothing comes into a pipe."""

    def why(*words: str) -> str:
        capsys.readouterr()
        assert call(*words, "--profile", "p") == 0
        shown = capsys.readouterr()
        assert shown.out == ""
        return shown.err.splitlines()[-1]

    assert why("collapsed", "--target", "panx") == "# nothing to show: no training has collapsed"
    monkeypatch.setenv("DVC_EXP_NAME", "one-seed")
    at_commit(monkeypatch, "c" * 12, [record("xnli", "none", 1, 81.0, 60.0)])
    assert why("spread", "--scope", "one-seed") == "# nothing to show: no target and source has several seeds"
    none = "# nothing to show: the experiment has no such run"
    assert why("best", "--scope", "one-seed", "--target", "panx") == none
    same = "# nothing to show: no figure and no parameter differs"
    assert why("changed", "one-seed", "one-seed") == same


def test_answers_for_a_program(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers as they are computed, the filter not among them."""
    capsys.readouterr()
    assert call("best", "--profile", "p", "--json") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)[0] == {"target": "panx", "source": "mnli", "mean": 71.0, "gain": 21.0, "seeds": 2}
    assert "tags.row = 'record'" in shown.err
    call("collapsed", "--target", "panx", "--profile", "p", "--json")
    assert json.loads(capsys.readouterr().out) == []


def test_data_sets_are_inputs(ask: Ask) -> None:
    run = next(run for run in runs("p", "tags.target = 'xnli'"))
    assert run.inputs
    (given,) = run.inputs.dataset_inputs
    assert (given.dataset.name, given.dataset.digest) == ("xnli/train/en", "0" * 32)
    assert {tag.key: tag.value for tag in given.tags} == {"mlflow.data.context": "training"}


def test_without_a_store_or_experiment(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="the MLflow store: unknown experiment 'q'; there are: Default, p"):
        list(runs("q", ""))
    Path("mlflow.db").unlink()
    with pytest.raises(InputError, match=r"mlflow\.db: file not found \(`python -m stages\.aggregate` makes it\)"):
        ask("best")
