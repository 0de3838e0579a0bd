"""Live curves: nothing without an address, whole with one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from xstilts.tracking import live as tracking

ROOT = Path(__file__).parent.parent.parent


def test_without_an_address_nothing_is_imported_or_written(tmp_path: Path) -> None:
    code = """
import sys
from xstilts.tracking.live import live
with live("target xnli from none, seed 1") as log:
    log(1, {"loss": 0.5})
    log.log(2, {"dev": 50.0})
assert "mlflow" not in sys.modules
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("MLFLOW_TRACKING_URI", None)
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment)
    assert not list(tmp_path.iterdir())


def test_with_an_address_curves_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'live.db'}")
    monkeypatch.setenv("RANK", "1")
    with tracking.live("another process of the same training") as log:
        log(1, {"loss": 9.0})
    monkeypatch.setenv("RANK", "0")
    with tracking.live("target xnli from none, seed 1") as log:
        log(1, {"loss": 0.5, "lr": 1e-4})
        log(2, {"loss": 0.25})
    with pytest.raises(KeyboardInterrupt), tracking.live("interrupted"):
        raise KeyboardInterrupt
    client = tracking.connect()
    found = {run.info.run_name: run for run in client.search_runs([tracking.experiment(client, tracking.LIVE)])}
    assert {name: run.info.status for name, run in found.items()} == {
        "target xnli from none, seed 1": "FINISHED",
        "interrupted": "FAILED",
    }
    history = client.get_metric_history(found["target xnli from none, seed 1"].info.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(1, 0.5), (2, 0.25)]
