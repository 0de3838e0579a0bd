"""Live curves: nothing without an address, whole with one."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from xstilts.errors import InputError
from xstilts.tracking import live as tracking
from xstilts.tracking import view
from xstilts.tracking.search import runs

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


def test_with_an_address_curves_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path) -> None:
    (tmp_path / "live.db").write_bytes(empty_store.read_bytes())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'live.db'}")
    with tracking.live("another process of the same training", main=False) as log:
        log(1, {"loss": 9.0})
    monkeypatch.setenv("RANK", "1")  # a scheduler's, which says nothing
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


class Server(ThreadingHTTPServer):
    """A server that answers every request in one way."""

    daemon_threads = True

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            do_POST = do_GET

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def status(code: int, body: bytes = b"{}", kind: str = "application/json") -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def never(request: BaseHTTPRequestHandler) -> None:
    time.sleep(60)


def slowly(request: BaseHTTPRequestHandler) -> None:
    """A byte a second, so that no read takes long."""
    request.send_response(200)
    request.end_headers()
    for _ in range(60):
        request.wfile.write(b" ")
        request.wfile.flush()
        time.sleep(1)


def cut_off(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"{")
    request.connection.close()


SERVERS = {
    "500": status(500), "503": status(503), "404": status(404), "401": status(401), "never": never, "slowly": slowly,
    "a page": status(200, b"<html>log in</html>", "text/html"), "other JSON": status(200, b'{"experiment": 1}'),
    "cut off": cut_off,
}  # fmt: skip


@pytest.fixture
def refused_port() -> Iterator[str]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{one.getsockname()[1]}"


@pytest.fixture
def silent_port() -> Iterator[str]:
    """Connections are made and nobody reads."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen(1)
        yield f"http://127.0.0.1:{one.getsockname()[1]}"


Courtesy = Callable[[str], str]


@pytest.fixture
def courtesy(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Courtesy:
    """The one line that a training of a second says about a store that costs it at most ten seconds more."""

    def train(address: str) -> str:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
        tracking._prepare()
        begin = time.monotonic()
        with tracking.live("target xnli from none, seed 1") as log:
            for step in range(1, 101):
                log(step, {"loss": 1 / step})
                time.sleep(0.01)
        took, lines = time.monotonic() - begin, capfd.readouterr().err.splitlines()
        assert took < 1 + tracking.SECONDS + 5, "five for a busy machine"
        assert len(lines) == 1 and lines[0].startswith("warning: no live curves: the MLflow store "), lines
        assert lines[0].endswith("; the training goes on without")
        return lines[0]

    return train


@pytest.mark.parametrize("kind", SERVERS)
def test_a_broken_server_costs_one_line_and_seconds(kind: str, courtesy: Courtesy) -> None:
    server = Server(SERVERS[kind])
    courtesy(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()


def test_a_server_that_is_gone_and_one_that_is_silent(refused_port: str, silent_port: str, courtesy: Courtesy) -> None:
    assert "secret" not in courtesy(refused_port.replace("//", "//me:secret@")), "a password is not printed"
    courtesy(silent_port)


def text(path: Path) -> None:
    path.write_text("this is text, no database")


def cut_database(path: Path) -> None:
    with sqlite3.connect(path) as store:
        store.execute("create table experiments (name text)")
    path.write_bytes(path.read_bytes()[:1500])


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as store:
        store.execute("create table alembic_version (version_num text)")
        store.execute("insert into alembic_version values ('ffffffffffff')")


def locked(path: Path) -> None:
    store = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    store.execute("create table one (name text)")
    store.execute("begin exclusive")
    KEPT.append(store)


KEPT: list[sqlite3.Connection] = []


def begins_well(path: Path) -> None:
    """A store of MLflow that was cut: sqlite opens it, and finds pages missing."""
    with sqlite3.connect(path) as store:
        store.execute("create table experiments (name text)")
        store.executemany("insert into experiments values (?)", [("x" * 500,)] * 100)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


BROKEN: dict[str, Callable[[Path], None]] = {
    "text": text, "cut": cut_database, "cut later": begins_well, "folder": Path.mkdir,
}  # fmt: skip
UNUSABLE: dict[str, Callable[[Path], None]] = {"other": other_database, "locked": locked}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_store_of_others_that_cannot_be_used_costs_one_line_and_seconds(
    kind: str, tmp_path: Path, courtesy: Courtesy
) -> None:
    UNUSABLE[kind](tmp_path / "mlflow.db")
    content = (tmp_path / "mlflow.db").read_bytes()
    courtesy(f"sqlite:///{tmp_path / 'mlflow.db'}")
    while KEPT:
        KEPT.pop().close()
    assert (tmp_path / "mlflow.db").read_bytes() == content and not list(tmp_path.glob("*.damaged"))


def run_of(name: str) -> list[float]:
    client = tracking.connect()
    (run,) = (
        run for run in client.search_runs([tracking.experiment(client, tracking.LIVE)]) if run.info.run_name == name
    )
    assert run.info.status == "FINISHED"
    return [point.value for point in client.get_metric_history(run.info.run_id, "loss")]


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_store_is_set_aside_and_made_again(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    BROKEN[kind](file := tmp_path / "mlflow.db")
    content = file.read_bytes() if file.is_file() else b""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{file}")
    with tracking.live("one") as log:
        for step in range(1, 101):
            log(step, {"loss": step})
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"warning: the MLflow store {file}: ") and "set aside as" in line and "a new one is" in line
    aside = tmp_path / "mlflow.db.damaged"
    assert aside.is_dir() if kind == "folder" else aside.read_bytes() == content
    assert run_of("one") == [*range(1, 101)]


def test_a_store_of_another_version_is_set_aside_if_it_is_the_project_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    other_database(Path("mlflow.db"))
    Path("mlflow.db-journal").touch()
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert view.rebuild("fake", [view.Record("one")]).startswith("mlflow: 1 runs written")
    assert "found tables of the version ffffffffffff" in capfd.readouterr().err
    assert Path("mlflow.db.damaged").is_file() and [run.info.run_name for run in runs("fake", "")] == ["one"]


def test_a_command_leaves_a_broken_store_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    text(Path("mlflow.db"))
    with pytest.raises(InputError, match=r"mlflow\.db: found b'this is text', .+; the next `python -m stages"):
        list(runs("fake", ""))
    Path("mlflow.db.damaged").touch()
    assert view.rebuild("fake", []).startswith("mlflow: 0 runs written") and Path("mlflow.db.damaged-2").is_file()


def test_a_file_that_is_no_store_by_its_name_stays(tmp_path: Path, courtesy: Courtesy) -> None:
    text(tmp_path / "notes.txt")
    assert "found b'this is text'" in courtesy(f"sqlite:///{tmp_path / 'notes.txt'}")
    assert (tmp_path / "notes.txt").read_text() == "this is text, no database"


def test_a_store_that_is_gone_in_the_middle_costs_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (file := tmp_path / "mlflow.db").write_bytes(empty_store.read_bytes())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{file}")
    with tracking.live("one") as log:
        log(1, {"loss": 1.0})
        while len(tracking.connect().search_experiments()) != 2:
            time.sleep(0.05)
        file.unlink()
        log(2, {"loss": 1.0})
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) <= 1 and all(line.startswith("warning: no live curves") for line in lines)


@pytest.mark.parametrize("kind", ["slowly", "never", "500"])
def test_the_view_gives_a_bad_server_up(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(SERVERS[kind])
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(tracking, "SECONDS", 2)
    tracking._prepare()
    begin = time.monotonic()
    assert view.rebuild("fake", [view.Record("one")]).startswith("warning: no MLflow view: ")
    assert time.monotonic() - begin < 5
    server.shutdown()


def test_the_view_of_a_locked_store_does_not_stop_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked(tmp_path / "mlflow.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    tracking._prepare()
    begin = time.monotonic()
    assert view.rebuild("fake", []).startswith("warning: no MLflow view: ")
    assert time.monotonic() - begin < tracking.SECONDS and not list(tmp_path.glob("*.damaged"))
    KEPT.pop().close()


@pytest.mark.slow
def test_eight_processes_that_start_on_a_new_store_keep_all_their_metrics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
import sys, time
from xstilts.tracking.live import live
with live(f"training {sys.argv[1]}") as log:
    for step in range(1, 201):
        log(step, {"loss": float(step)})
        time.sleep(0.01)
"""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(i)], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        for i in range(8)
    ]
    said = [one.communicate()[1] for one in started]
    assert said == [""] * 8
    for i in range(8):
        assert run_of(f"training {i}") == [*range(1, 201)]


@pytest.mark.parametrize("address", ["foo://bar", "postgresql://127.0.0.1:9/x", "sqlite:////nowhere/at/all/x.db"])
def test_an_odd_address_costs_one_line(address: str, tmp_path: Path, courtesy: Courtesy) -> None:
    if address.startswith("sqlite"):
        (tmp_path / "file").touch()
        address = f"sqlite:///{tmp_path}/file/x.db"
    courtesy(address)


def test_the_training_never_waits_for_the_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(never)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "50")
    monkeypatch.setattr(tracking, "SECONDS", 2)
    tracking._prepare()
    log = tracking.Live("x")
    begin = time.monotonic()
    for step in range(1000):
        log(step, {"loss": 1.0})
    assert time.monotonic() - begin < 1.5
    log.close()
    assert 1.9 < time.monotonic() - begin < 6
    log.close()
    assert capsys.readouterr().err.count("\n") == 1
    server.shutdown()


def test_a_command_refuses_a_broken_store_and_the_view_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused_port: str
) -> None:
    text(tmp_path / "notes.txt")
    for address in (f"sqlite:///{tmp_path}/notes.txt", refused_port):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        with pytest.raises(InputError):
            list(runs("fake", ""))
        assert view.rebuild("fake", []).startswith("warning: no MLflow view: ")
