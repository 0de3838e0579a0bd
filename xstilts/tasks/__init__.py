"""What a data set is: the record that each file in `xstilts/tasks/` fills in."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xstilts.errors import unknown
from xstilts.records.prepared import Prepared, Row

Reader = Callable[[Path, Path, str, str], Iterable[Row]]
"""(raw folder, label folder, split, language) -> rows of the family's schema, in file order."""

Count = int | tuple[int, ...]
"""How many rows the full set has; several numbers where verified sources disagree."""


@dataclass(frozen=True)
class Hub:
    """A repository on the Hugging Face hub, pinned to a commit."""

    repo: str
    revision: str
    files: tuple[str, ...]  # patterns, as huggingface_hub's `allow_patterns`
    kind: str = "dataset"  # or model


@dataclass(frozen=True)
class Archive:
    """A published file; `sha256` is None where the hash could not be verified when this was written."""

    url: str
    sha256: str | None = None


@dataclass(frozen=True)
class Task:
    """One data set: where it comes from, what it holds, how it is read and scored."""

    name: str
    family: str
    metric: str
    languages: tuple[str, ...]  # those that XTREME averages over (or the only benchmark that has the task)
    readers: Mapping[str, Reader]  # layout -> reader
    counts: Mapping[str, Count | Mapping[str, Count]]  # split -> rows of the full set (per language); retrieval: pairs
    licence: str
    citation: str
    origin: tuple[Hub | Archive, ...]
    labels: tuple[str, ...] = ()
    read_labels: Callable[[Path], tuple[str, ...]] | None = None  # from the raw folder, where they come with the data
    trains: bool = True  # has an English training and development set
    tunes_on: str | None = None  # split needed in every evaluated language beside the evaluated one
    more_languages: tuple[str, ...] = ()  # what XTREME-R adds (xtreme `evaluate.py` @838c13b)
    pool: bool = False  # one set of candidates for the queries of all languages: split `candidates`, language `all`
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def supported(self) -> tuple[str, ...]:
        """Every language that the readers know."""
        return self.languages + self.more_languages

    def declared(self, split: str, language: str) -> tuple[int, ...]:
        """How many rows (retrieval: pairs) the full set has; several where sources disagree, none if not known."""
        count = self.counts.get(split, ())
        if not isinstance(count, (int, tuple)):
            count = count.get(language, ())
        return (count,) if isinstance(count, int) else count

    def facts(self, labels: tuple[str, ...], benchmark: str) -> Prepared:
        """What later stages need to know of it, with the languages that `benchmark` averages over."""
        return Prepared(self.name, self.family, self.metric, labels, self.named(benchmark), self.tunes_on)

    def named(self, benchmark: str) -> tuple[str, ...]:
        """The languages that `xtreme` or `xtreme-r` averages over."""
        return self.languages if benchmark == "xtreme" else tuple(sorted(self.supported))


def names() -> list[str]:
    """Every data set that has a file here."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")


def load(name: str) -> Task:
    """The task called `name`, from `xstilts/tasks/<name>.py` alone: no other task's code is imported."""
    try:
        module = importlib.import_module(f"xstilts.tasks.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"xstilts.tasks.{name}":
            raise
        raise unknown("task", name, names(), "xstilts/tasks/") from None
    task: Task = module.TASK
    return task
