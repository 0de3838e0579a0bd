"""`xstilts ui`: the link, the port, and a server that ends with the command. MLflow's own pages: tests/tracking."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.commands.call import call
from tests.fake_grid import write_params
from xstilts.commands import ui
from xstilts.errors import InputError
from xstilts.tracking import search
from xstilts.tracking.view import NOTE, PAGE

ROOT = Path(__file__).parents[2]
SERVER = """
import http.server, subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("worker", worker.pid, flush=True)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(self.path.encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose profile has the experiment 7."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setattr(ui, "identity", lambda profile: "7")
    write_params(tmp_path)
    (tmp_path / "dvc.yaml").write_text("stages: {}\n", encoding="utf-8")
    return tmp_path


def test_the_link_is_that_of_the_note() -> None:
    assert f"]({PAGE})" in NOTE and "{}" in PAGE


@pytest.mark.usefixtures("project")
def test_a_server_that_runs_is_not_started_again(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://localhost:8080/")
    assert call("ui", "--profile", "full") == 0
    assert capsys.readouterr().out == f"full: http://localhost:8080/{PAGE.format(7)}\n"


def test_without_a_view_the_command_that_makes_it_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui, "identity", search.identity)
    with pytest.raises(InputError, match=r"stages\.aggregate` makes it"):
        call("ui")


def test_a_port_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as one:
        one.bind((ui.HOST, 0))
        one.listen()
        taken = one.getsockname()[1]
        with pytest.raises(InputError, match=f"the port {taken} is taken by another program; choose one with --port"):
            ui.free_port(taken)
        monkeypatch.setattr(ui, "PORTS", range(taken, taken + 20))
        assert taken < ui.free_port(None) < taken + 20


def test_a_server_that_ends_at_once_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui, "command", lambda port, store: [sys.executable, "-c", "print('no'); raise SystemExit(3)"])
    with pytest.raises(InputError, match=r"MLflow has ended; \.xstilts/logs/mlflow\.log says why"):
        call("ui")
    assert (project / ui.LOG).read_text(encoding="utf-8") == "no\n"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_server_and_what_it_started_end_with_the_command(project: Path, sign: signal.Signals) -> None:
    program = (
        "import sys; from xstilts.commands import app, ui; "
        "ui.identity = lambda profile: '7'; "
        f"ui.command = lambda port, store: [sys.executable, '-c', {SERVER!r}, str(port)]; app.main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, "ui"]
    with subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            line = running.stdout.readline()
            found = re.fullmatch(r"[\w-]+: (http://127\.0\.0\.1:\d+/)(#/experiments/7/runs\?\S+)\n", line)
            assert found and found[2] == PAGE.format(7)
            assert urlopen(found[1]).status == 200
            running.send_signal(sign)
            assert running.wait(60) == (0 if sign is signal.SIGINT else 143)
        finally:
            running.terminate()
    worker = Path("/proc") / (project / ui.LOG).read_text(encoding="utf-8").split("worker ")[1].split()[0]
    limit = time.monotonic() + 30
    while (worker / "status").exists() and "State:\tZ" not in (worker / "status").read_text(encoding="utf-8"):
        assert time.monotonic() < limit, "a process was left"
        time.sleep(0.1)
