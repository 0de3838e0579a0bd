"""`xstilts ui`: MLflow's pages, opened where the runs are."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated
from urllib.error import URLError
from urllib.request import urlopen

import typer

from xstilts import environment
from xstilts.commands.project import enter
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.tracking.search import identity
from xstilts.tracking.view import PAGE

HOST, PORTS = "127.0.0.1", range(5000, 5050)
SECONDS = 120  # to start, on a busy machine
LOG = Path(".xstilts/logs/mlflow.log")
QUIET = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # helpers of its pages for chat traces


def ui(
    port: Annotated[
        int | None, typer.Option("--port", help="Else the first free one from 5000 on.", min=1, max=65535)
    ] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="That of params.yaml if not given.")] = None,
) -> None:
    """Start MLflow, and print the link to the runs with their scores.

    `mlflow ui` alone opens an experiment on its pages for chat traces. The server is for this machine alone, and Ctrl-C
    ends it. Where MLFLOW_TRACKING_URI names a server that runs, nothing is started.

    \b
    Examples:
      xstilts ui
      xstilts ui --port 8080
    """
    enter()
    name = profile or read_params().profile
    page, address = PAGE.format(identity(name)), environment.tracking_address()
    if address and address.startswith("http"):
        print(f"{name}: {address.rstrip('/')}/{page}")
        return
    chosen = free_port(port)
    here = f"http://{HOST}:{chosen}"
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        server = subprocess.Popen(
            command(chosen, address), env={**os.environ, **QUIET}, start_new_session=True,
            stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        wait(server, f"{here}/health")
        print(f"{name}: {here}/{page}\nCtrl-C ends it; what MLflow says is in {LOG}", flush=True)
        server.wait()
    except KeyboardInterrupt:  # the usual end
        return
    finally:
        end(server)
        signal.signal(signal.SIGTERM, before)
    raise InputError(f"MLflow has ended with exit code {server.returncode}; {LOG} says why")


def command(port: int, store: str | None) -> list[str]:
    """What starts the server; the store is MLflow's own default if none is named."""
    words = [sys.executable, "-m", "mlflow", "ui", "--host", HOST, "--port", str(port), "--workers", "1"]
    return [*words, "--backend-store-uri", store] if store else words


def free_port(wanted: int | None) -> int:
    """The port that is asked for, or the first free one; `InputError` if there is none."""
    for port in PORTS if wanted is None else (wanted,):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((HOST, port))
            except OSError:
                continue
            return port
    taken = f"the port {wanted} is" if wanted else f"the ports {PORTS[0]} to {PORTS[-1]} are"
    raise InputError(f"xstilts ui: {taken} taken by another program; choose one with --port")


def wait(server: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the server answers; `InputError` if it ends or is silent for too long."""
    limit = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < limit:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    said = "has ended" if server.poll() is not None else f"has not answered in {SECONDS} s"
    raise InputError(f"MLflow {said}; {LOG} says why")


def end(server: subprocess.Popen[bytes]) -> None:
    """End the server with all processes that it has started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, sign)
            server.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
