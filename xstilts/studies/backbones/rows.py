"""The scores of one backbone as rows of a study: one a source, seed, target and language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params, Source
from xstilts.records.files import read_rows, read_text
from xstilts.studies.kept import Run

CLEAN = "clean"
NONE, ENGLISH, MULTILINGUAL = "none", "en", "multi"
ARMS = (NONE, ENGLISH, MULTILINGUAL)


@dataclass(frozen=True)
class Row:
    """One score. `source` is the task of the intermediate data, `source_language` their languages with blanks between,
    `source_size` the examples: one that is there in three languages is one."""

    backbone: str
    source: str
    source_language: str
    source_size: int
    seed: int
    target: str
    language: str
    condition: str
    n: int
    metric: str
    value: float

    @property
    def arm(self) -> str:
        """`none`, `en` or `multi`."""
        return arm(self.source_language)


def arm(languages: str) -> str:
    """What a text such as `de tr hi` makes of a source: `none`, `en` or `multi`."""
    return NONE if not languages else ENGLISH if languages == "en" else MULTILINGUAL


def trained_in(source: Source) -> list[str]:
    """The languages of a source's labelled data, as published and translated."""
    translated = source.translated
    own = [] if not source.tasks or (translated and translated.mode == "replace") else source.languages
    return [*own, *(translated.languages if translated else [])]


def named(source: Source) -> str:
    """The tasks of a source, as the study calls it."""
    return "+".join(source.tasks) or NONE


def examples(params: Params, name: str) -> int:
    """The number of examples that a source is trained on: ids of its mixture, or the part that its recipe takes."""
    source = params.source(name)
    files = [file for task in source.tasks for file in (paths.mixture(name) / task / "train").glob("*.parquet")]
    ids = {(file.parent.parent.name, row["id"]) for file in files for row in read_rows(file)}
    most = source.recipe.max_examples if source.recipe else None
    return min(len(ids), most) if most else len(ids)


def rows(run: Run, sizes: Mapping[str, int]) -> list[Row]:
    """All scores of the clean test sets, of the rows of the table. The backbone has the name of the profile.

    `sizes`: source -> the number of its examples."""
    found, params = [], run.params
    about = {
        name: (named(params.source(name)), " ".join(trained_in(params.source(name))), sizes[name])
        for name in params.rows
    }
    for target in params.target_families():
        document = run.documents[target]
        for cell in document["cells"]:
            if cell["source"] in about and not cell.get("condition"):
                source, languages, size = about[cell["source"]]
                score = (CLEAN, cell["n"], document["metric"], cell["main"])
                found.append(
                    Row(params.profile, source, languages, size, cell["seed"], target, cell["language"], *score)
                )
    return found


def unseen(found: Iterable[Row]) -> set[str]:
    """The languages of some rows that are not English, and that none of their sources was trained in."""
    kept = list(found)
    seen = {"en"} | {language for row in kept for language in row.source_language.split()}
    return {row.language for row in kept if seen.isdisjoint(row.language.split("-"))}


def to_csv(found: Sequence[Any]) -> str:
    """Records as CSV; nothing of a value is lost."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(asdict(found[0])) if found else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in asdict(one).items()} for one in found)
    return text.getvalue()


def read(path: Path, record: type[Any]) -> list[Any]:
    """The records of a CSV file. Raises `InputError` with the line where it is not as `to_csv` writes it."""
    names = [field.name for field in fields(record)]
    kinds = {field.name: str(field.type) for field in fields(record)}
    lines = csv.DictReader(read_text(path).splitlines())
    if lines.fieldnames is not None and list(lines.fieldnames) != names:
        raise InputError(f"{path}: found the columns {', '.join(lines.fieldnames)}, expected {', '.join(names)}")
    found = []
    for number, line in enumerate(lines, start=2):
        if None in line or None in line.values():
            raise InputError(f"{path}: line {number}: found more or fewer values than the {len(names)} columns")
        try:
            found.append(record(**{name: _value(kinds[name], line[name]) for name in names}))
        except ValueError as error:
            raise InputError(f"{path}: line {number}: {error}") from None
    return found


def _value(kind: str, text: str) -> Any:
    if "None" in kind and not text:
        return None
    if kind.startswith("int"):
        return int(text)
    if kind.startswith("float"):
        return finite(text)
    return text


def finite(text: str) -> float:
    """A number, or `ValueError`."""
    value = float(text)
    if value - value != 0:
        raise ValueError(f"found {text}, expected a finite number")
    return value
