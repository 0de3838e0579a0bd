"""What a person sees of a run: one line for each stage that has ended, and what runs now."""

from __future__ import annotations

import shutil
import sys
import time
from collections import defaultdict
from statistics import fmean as mean

QUIET = 60.0  # seconds after which a log file is told what runs; on a terminal it is always seen


class Progress:
    """Lines for `total` stages, `jobs` of them at a time."""

    def __init__(self, total: int, jobs: int) -> None:
        self.total, self.jobs = total, jobs
        self.began = self.spoke = time.monotonic()
        self.running: dict[str, float] = {}
        self.where: dict[str, str] = {}  # stage -> the machine that executes it, if it is another one
        self.most = jobs  # stages that ran at a time
        self.took: dict[str, list[float]] = defaultdict(list)  # kind of stage -> seconds of each that ran
        self.left: dict[str, int] = defaultdict(int)  # kind of stage -> how many have not ended
        self.ended = 0
        self.terminal = sys.stdout.isatty()

    def expect(self, names: list[str]) -> None:
        """What is to be done."""
        for name in names:
            self.left[kind(name)] += 1

    def start(self, name: str, where: str = "") -> None:
        """A command of a stage starts, maybe on another machine."""
        self.where[name] = where
        self.running.setdefault(name, time.monotonic())
        self.most = max(self.most, len(self.running))

    def end(self, name: str, state: str) -> None:
        """A stage has ended: its line."""
        self.ended += 1
        self.left[kind(name)] -= 1
        began = self.running.pop(name, None)
        took = ""
        if began is not None:
            seconds = time.monotonic() - began
            self.took[kind(name)].append(seconds)
            took = f"  {span(seconds)}" + (f" on {self.where[name]}" if self.where.get(name) else "")
        place = f"[{self.ended:{len(str(self.total))}}/{self.total}]"
        self.say(f"{place} {state:<9} {name}{took}  ({self.times()})")

    def times(self) -> str:
        """Since when, and for how long about: a stage takes as long as those of its kind, or of any kind, took."""
        elapsed = span(time.monotonic() - self.began)
        every = [seconds for kinds in self.took.values() for seconds in kinds]
        if self.ended == self.total or not every:
            return elapsed
        left = sum(count * mean(self.took.get(name) or every) for name, count in self.left.items())
        return f"{elapsed}, about {span(left / self.most)} left"

    def tick(self) -> None:
        """What runs now: in the last line of a terminal, else in a line now and then."""
        now = time.monotonic()
        if not self.running or (not self.terminal and now - self.spoke < QUIET):
            return
        text = "running: " + ", ".join(f"{name} {span(now - began)}" for name, began in sorted(self.running.items()))
        if self.terminal:
            print(f"\r\033[K{text[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)
        else:
            self.say(text)

    def say(self, text: str) -> None:
        """One line of its own."""
        self.spoke = time.monotonic()
        print(f"\r\033[K{text}" if self.terminal else text, flush=True)


def kind(name: str) -> str:
    """Stages of one kind take about the same time."""
    return name.partition("@")[0]


def span(seconds: float) -> str:
    """A time as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
