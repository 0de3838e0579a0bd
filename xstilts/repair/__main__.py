"""`python -m xstilts.repair`: what `make repro` does before each of its parts, and `xstilts doctor --repair`."""

from __future__ import annotations

from xstilts.errors import exit_cleanly
from xstilts.repair.project import repair


def main() -> None:
    """Say what was repaired, if anything."""
    for line in repair():
        print(f"repaired: {line}", flush=True)


if __name__ == "__main__":
    exit_cleanly(main)
