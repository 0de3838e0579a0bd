"""A real browser without a screen, where one is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
needed = pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")


def dom(page: Path, profile: Path, state: str = "") -> str:
    """What a page has become once its program has run, opened at `page#state`."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--dump-dom"]
    address = f"{page.resolve().as_uri()}#{state}" if state else page.resolve().as_uri()
    command = [CHROMIUM, *options, address]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
