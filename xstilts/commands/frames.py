"""What a person types in Python: `xstilts.table()`, `xstilts.scores()`, `xstilts.predictions("xnli", "mnli")`.

All read files that are there, and change nothing. pandas is imported when one of them is called."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xstilts import paths
from xstilts.commands.project import find
from xstilts.errors import InputError, missing, unknown

if TYPE_CHECKING:
    from pandas import DataFrame

Statistic = Literal["mean", "sd", "delta"]
RESULTS = Path("results")


def table(folder: str | Path | None = None, statistic: Statistic = "mean") -> DataFrame:
    """The main table: a row a source, a column a target (of answers one a figure), and `average`.

    Means over languages and seeds, 0 to 100. `statistic`: `sd` over seeds, where there are several, or `delta`, the
    change against `none`. `folder` has the table, such as `results/real`; if not given, the `results` of the project
    that the working folder lies in. Raises `InputError` for a folder without a table and a statistic that it lacks."""
    found = _read(_folder(folder) / "table.csv")
    there = list(dict.fromkeys(found["statistic"]))
    if statistic not in there:
        raise unknown("statistic", statistic, there, "table.csv")
    return found[found["statistic"] == statistic].drop(columns="statistic").set_index("source")


def scores(folder: str | Path | None = None) -> DataFrame:
    """The scores of every cell, a line each: target, source, seed, language, split, n (rows scored), main, and more.

    `main` is the figure of the tables, 0 to 100; then come all other figures, missing (NaN) where a metric has none.
    `folder` is that of `table`, with the same errors."""
    return _read(_folder(folder) / "long.csv")


def predictions(target: str, source: str, folder: str | Path | None = None) -> DataFrame:
    """The stored predictions of a source on a target, of all seeds and languages, a row each.

    Columns: seed, language, split, id, prediction (a text; of tagging a list of tags), and what else the family keeps,
    such as score. Gold has the same ids: `data/prepared/TARGET/SPLIT/LANGUAGE.parquet`. Raises `InputError` for a
    target or source that has none there."""
    import pandas

    place = _folder(folder) / paths.predictions("", "").relative_to(RESULTS)
    if not place.is_dir():
        raise missing(RESULTS / place.name, "folder") if folder is None else missing(place, "folder")
    own = _known(place, "target", target)
    files = sorted(_known(own, "source", source).glob("*.parquet"), key=lambda file: (len(file.stem), file.stem))
    if not files:
        raise InputError(f"{own / source}: found no parquet file, expected one a seed")
    frames = [pandas.read_parquet(file).assign(seed=int(file.stem)) for file in files]
    whole = pandas.concat(frames, ignore_index=True)
    return whole[["seed", *(name for name in whole.columns if name != "seed")]]


def _folder(given: str | Path | None) -> Path:
    """The folder of results that is meant."""
    if given is None:
        return find(Path.cwd()) / RESULTS
    folder = Path(given)
    if not folder.is_dir():
        raise missing(folder, "folder")
    return folder


def _read(file: Path) -> DataFrame:
    """A table of ours. Only an empty field is a missing value: to pandas the word `null` would be one, too."""
    import pandas

    if not file.is_file():
        raise missing(file)
    return pandas.read_csv(file, keep_default_na=False, na_values=[""])


def _known(place: Path, what: str, name: str) -> Path:
    """The folder of a target or source; `InputError` with the nearest one that is there."""
    there: Iterable[str] = sorted(path.name for path in place.iterdir() if path.is_dir())
    if name not in there:
        raise unknown(what, name, there, str(place))
    return place / name
