"""What a data set is: the record that each file in `xstilts/tasks/` fills in."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.records.prepared import Prepared, Row

Reader = Callable[[Path, Path, str, str], Iterable[Row]]
"""(raw folder, label folder, split, language) -> rows of the family's schema, in file order."""

Count = int | tuple[int, ...]
"""How many rows the full set has; several numbers where verified sources disagree."""


LONG = re.compile(r"([^\s/]{200})[^\s/]{100,}")
LONGEST = 1_200
CODE = re.compile(r"[a-z]{2,3}(-[a-z]{2,8})*")


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
    trains: bool = True  # has a training and a development set
    english: bool = True  # these are in English; if not, they are in `languages`, and the set can be a source alone
    tunes_on: str | None = None  # split needed in every evaluated language beside the evaluated one
    more_languages: tuple[str, ...] = ()  # what XTREME-R adds (xtreme `evaluate.py` @838c13b)
    other_languages: tuple[str, ...] = ()  # what the published set has beyond both; no benchmark averages over them
    repeats: float = 0.02  # share of the rows of a split that may say what an earlier one says: more is a file twice
    pool: bool = False  # one set of candidates for the queries of all languages: split `candidates`, language `all`
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make every reader refuse a split or a language that the data set cannot have."""
        checked = {layout: _checked(self, reader) for layout, reader in self.readers.items()}
        object.__setattr__(self, "readers", checked)

    @property
    def supported(self) -> tuple[str, ...]:
        """Every language of XTREME and XTREME-R."""
        return self.languages + self.more_languages

    @property
    def published(self) -> tuple[str, ...]:
        """Every language of the published set: all of them can be evaluated."""
        return self.supported + self.other_languages

    @property
    def splits(self) -> tuple[str, ...]:
        """Every split that the readers know."""
        known = dict.fromkeys((*(("train", "dev") if self.trains else ()), *(self.counts or ("test",))))
        return (*known, *({"candidates"} - {*known} if self.pool else ()))

    def check(self, split: str, language: str) -> None:
        """Refuse a split that the data set does not have, and what cannot be a language of it.

        Made-up data have more languages than the published set: a name that could be one is looked for in the files."""
        where = f"xstilts/tasks/{self.name}.py"
        if split not in self.splits:
            raise unknown("split", str(split), self.splits, where)
        known = {*self.published, "en"} if self.english and split in ("train", "dev") else {*self.published}
        pool = self.pool and split == "candidates" and language == "all"
        if pool or language in known:
            return
        if self.languages == ("en",) or not isinstance(language, str) or not CODE.fullmatch(language):
            raise unknown("language", str(language), sorted(known), where)

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


def _checked(task: Task, reader: Reader) -> Reader:
    reader = getattr(reader, "__wrapped__", reader)  # of a copy of a task

    @wraps(reader)
    def read(raw: Path, labels: Path, split: str, language: str) -> Iterable[Row]:
        task.check(split, language)
        try:
            return reader(raw, labels, split, language)
        except InputError as error:
            raise InputError(_short(str(error))) from None
        except OSError as error:  # a link whose aim is too long a name, a folder that may not be looked into
            raise InputError(_short(f"{error.filename or raw}: cannot be read: {error.strerror or error}")) from None

    return read


def _short(message: str) -> str:
    """One line, without the thousands of characters that a damaged file may have where a name should be."""
    message = LONG.sub(r"\1...", message.replace("\n", "\\n"))
    return message if len(message) <= LONGEST else f"{message[: LONGEST - 200]} ... {message[-190:]}"


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
