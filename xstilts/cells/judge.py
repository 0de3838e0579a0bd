"""Two figures of one cell: are they the same, the same within what is known of them, or different?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from xstilts import arithmetic
from xstilts.cells.audit import Key, name
from xstilts.records.files import read_json
from xstilts.records.results import read_statistics
from xstilts.scoring.cells import Cell

MACHINES, STATISTICS = Path("results/machines.json"), Path("results/statistics.json")
Interval = tuple[float, float]


class Verdict(Enum):
    """What a comparison says; the value is the exit code of the command."""

    EQUAL = 0
    SCORES = 1
    BYTES = 3

    @property
    def text(self) -> str:
        """The verdict in words."""
        return {
            Verdict.EQUAL: "equal",
            Verdict.SCORES: "differs in scores",
            Verdict.BYTES: "differs in bytes, agrees in scores",
        }[self]


@dataclass(frozen=True)
class Known:
    """The intervals over examples of the stored figures."""

    examples: Mapping[tuple[str, str, str, int], Interval]  # target, source, language, seed
    level: float = 0.95

    @classmethod
    def read(cls, path: Path = STATISTICS) -> Known:
        """From `results/statistics.json`; nothing is known where there is none."""
        if not path.exists():
            return cls({})
        document = read_statistics(path)
        found = {
            (one["target"], one["source"], one["language"], one["seed"]): (float(one["low"]), float(one["high"]))
            for one in (*(document.get("scores") or []), *document.get("conditions", {}).get("scores", []))
        }
        return cls(found, float(document["settings"]["level"]))

    def judge(self, target: str, stored: Mapping[Key, Cell], found: Mapping[Key, Cell]) -> list[tuple[Verdict, str]]:
        """The verdict on every cell of one target, and a line that says why.

        A figure agrees that lies within the stored figure's interval over examples, or between the lowest and the
        highest stored figure of the seeds."""
        return [self.judge_one(target, key, stored, found.get(key)) for key in {**stored, **found}]

    def judge_one(self, target: str, key: Key, stored: Mapping[Key, Cell], now: Cell | None) -> tuple[Verdict, str]:
        """The same for one cell; `stored` has the other seeds, too."""
        source, seed, language = key
        before, line = stored.get(key), name(source, target, language, seed)
        if before == now:
            return Verdict.EQUAL, f"{line}: {_main(now)}"
        line += f": stored {_main(before)}, found {_main(now)}"
        if before is None or now is None:
            return Verdict.SCORES, line
        seeds = [float(cell["main"]) for own, cell in stored.items() if (own[0], own[2]) == (source, language)]
        ranges = {
            f"{100 * self.level:.0f} % over examples": self.examples.get((target, source, language, seed)),
            f"{len(seeds)} seeds": (min(seeds), max(seeds)) if len(seeds) > 1 else None,
        }
        known = {what: ends for what, ends in ranges.items() if ends}
        agrees = before["main"] == now["main"] or any(low <= now["main"] <= high for low, high in known.values())
        beside = "; ".join(f"{what} {low:.1f} to {high:.1f}" for what, (low, high) in known.items())
        return Verdict.BYTES if agrees else Verdict.SCORES, f"{line} ({beside or 'no interval is known'})"


def _main(cell: Cell | None) -> str:
    return "nothing" if cell is None else f"{cell['main']}"


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on all of them: the worst one."""
    order = (Verdict.SCORES, Verdict.BYTES, Verdict.EQUAL)
    return min(verdicts, key=order.index, default=Verdict.EQUAL)


def this_machine(setting: arithmetic.Arithmetic, committed: Sequence[Mapping[str, Any]]) -> list[str]:
    """`other_machine` of the machine that asks, under this setting. Torch must not have computed before."""
    arithmetic.choose(setting)
    return other_machine(arithmetic.made(setting), committed)


def machines() -> list[Mapping[str, Any]]:
    """What made the results that lie here; nothing where there are none."""
    return list(read_json(MACHINES)) if MACHINES.exists() else []


def other_machine(here: Mapping[str, Any], committed: Sequence[Mapping[str, Any]]) -> list[str]:
    """How the machine here differs from the `committed` ones of `results/machines.json`; empty where the same bytes are
    promised. A machine is what `xstilts.arithmetic.made` says of it."""
    found: list[str] = []
    for made in committed:
        operations = [one for one, value in made["operations"].items() if here["operations"].get(one) != value]
        versions = [f"{one} {value}" for one, value in made["versions"].items() if here["versions"].get(one) != value]
        found += [f"other kernels for {', '.join(operations)}"] if operations else []
        found += [f"made with {', '.join(versions)}"] if versions else []
        found += [f"arithmetic {made['arithmetic']}"] if made["arithmetic"] != here["arithmetic"] else []
        found += [f"device {made['device']}"] if made["device"] != here["device"] else []
    return list(dict.fromkeys(found))
