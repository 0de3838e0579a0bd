"""A real browser without a screen, where one is installed."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
needed = pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu")
OFFLINE = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-background-networking")
PIPE = 'exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null'  # DevTools reads from descriptor 3 and writes to 4


def dom(page: Path, profile: Path, state: str = "") -> str:
    """What a page has become once its program has run, opened at `page#state`."""
    address = f"{page.resolve().as_uri()}#{state}" if state else page.resolve().as_uri()
    command = [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", "--dump-dom", address]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


class Tab:
    """A page that goes on working while it is looked at, over the DevTools protocol: for what `--dump-dom` sees too
    early, pages that fetch what they show."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process, self._seconds = process, seconds
        self._calls, self._unread = 0, b""
        self._session: dict[str, str] = {}
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = {"sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol, and its result. Events that come meanwhile are dropped."""
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": params, **self._session}
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\0")
        self._process.stdin.flush()
        deadline = time.monotonic() + self._seconds
        while (answer := self._message(deadline)).get("id") != self._calls:
            pass
        assert "error" not in answer, f"{method}: {answer['error']}"
        return dict(answer["result"])

    def _message(self, deadline: float) -> dict[str, Any]:
        """The browser's next message; they end with a zero byte."""
        assert self._process.stdout
        pipe = self._process.stdout.fileno()
        while b"\0" not in self._unread:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"no answer from the browser in {self._seconds} seconds"
            chunk = os.read(pipe, 1 << 16)
            assert chunk, "the browser has ended"
            self._unread += chunk
        message, _, self._unread = self._unread.partition(b"\0")
        return dict(json.loads(message))

    def open(self, address: str) -> None:
        """Leave the page for another; it starts from nothing even where only the part after `#` differs."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=address)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def text(self) -> str:
        """All text that the page shows now."""
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def wait(self, expression: str) -> Any:
        """The value of an expression as soon as it is true; fails with the page's text when time is up."""
        deadline = time.monotonic() + self._seconds
        while not (value := self.evaluate(expression)):
            assert time.monotonic() < deadline, f"not in {self._seconds} seconds: {expression}; shown:\n{self.text()}"
            time.sleep(0.05)
        return value

    def wait_for(self, *words: str) -> str:
        """The page's text as soon as all of `words` are in it."""
        self.wait(f"document.body && {json.dumps(words)}.every(word => document.body.innerText.includes(word))")
        return self.text()

    def screenshot(self, path: Path) -> None:
        """What is seen now, as a PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def tab(profile: Path, width: int = 1280, height: int = 900, seconds: float = 60) -> Iterator[Tab]:
    """A tab of a browser of its own, which reaches this machine alone; it fails what takes longer than `seconds`.

    The browser ends when its pipe does, so that it does not outlive tests that are killed."""
    profile.mkdir(parents=True, exist_ok=True)
    options = [*OPTIONS, *OFFLINE, f"--window-size={width},{height}", f"--user-data-dir={profile}"]
    command = ["sh", "-c", PIPE, "sh", CHROMIUM, *options, "--remote-debugging-pipe", "about:blank"]
    environment = {**os.environ, "HOME": str(profile), "TMPDIR": str(profile)}
    with _group(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        yield Tab(process, seconds)


@contextmanager
def server(command: list[str], health: str, log: Path, seconds: float = 60, **options: Any) -> Iterator[None]:
    """A server that answers at `health`, until the end of the context or of the tests, however these end."""
    watched = ["sh", "-c", '"$@" & read -r line; kill -KILL 0', "sh", *command]
    with log.open("wb") as output, _group(watched, stdout=output, stderr=subprocess.STDOUT, **options):
        deadline = time.monotonic() + seconds
        while not _answers(health):
            assert time.monotonic() < deadline, f"no answer in {seconds} seconds; its log:\n{log.read_text()}"
            time.sleep(0.1)
        yield


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def _group(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends, with all that it started, when the pipe to its input does; it is killed if it does not."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, **options) as process:
        assert process.stdin
        try:
            yield process
            process.stdin.close()
            process.wait(10)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
