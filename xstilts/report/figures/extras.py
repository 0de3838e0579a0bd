"""What other stages may have left for the report: significance, languages by distance. Each may be absent."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.records.files import read_text
from xstilts.records.results import read_statistics

if TYPE_CHECKING:
    from xstilts.params import Architecture, Params

Run = tuple[str, str, int, str]  # target, source, seed, language
FACTOR = ("source", "target", "factor", "languages", "rho", "p", "p_holm")  # columns of language_analysis.csv


@dataclass(frozen=True)
class Extras:
    """What the page shows beside the grid; nothing where a file is not there."""

    level: float = 0.95
    gains: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)  # (target, source)
    intervals: Mapping[Run, tuple[float, float]] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()  # as findings.json has them
    distances: Mapping[str, float] = field(default_factory=dict)  # language -> distance from English
    analysis: Sequence[Mapping[str, str]] = ()  # source, target, factor, languages, rho, p, p_holm, as they are written
    parameters: tuple[int, int] | None = None  # of the encoder: embeddings, layers

    def order(self, languages: Sequence[str]) -> list[str]:
        """English first, then by distance where it is known, the others by code."""
        far = float("inf")
        return sorted(languages, key=lambda one: (one != "en", self.distances.get(one, far), one))


def read_extras(results: Path, params: Params, findings: Sequence[Mapping[str, Any]] = ()) -> Extras:
    """Read what is there below `results`; a file that lacks what was agreed on is an `InputError` with its name."""
    path = results / "statistics.json"
    nothing: dict[str, Any] = {"settings": {"level": 0.95}, "gains": []}
    document = read_statistics(path) if path.exists() else nothing
    intervals = {
        (one["target"], one["source"], one["seed"], one["language"]): (one["low"], one["high"])
        for one in document.get("scores") or ()
    }
    return Extras(
        level=float(document["settings"]["level"]), intervals=intervals, findings=findings,
        gains={(one["target"], one["source"]): one for one in document["gains"]},
        distances=_distances(results / "language_gains.csv"), analysis=_analysis(results / "language_analysis.csv"),
        parameters=_parameters(params),
    )  # fmt: skip


@contextmanager
def _form(path: Path, expected: str) -> Iterator[None]:
    """Whatever is missing or odd in the content of one file is told under the file's name."""
    try:
        yield
    except KeyError as error:
        raise InputError(f"{path}: found no {error}, expected {expected}") from None
    except (AttributeError, TypeError, ValueError, csv.Error) as error:
        raise InputError(f"{path}: expected {expected}, but {error}") from None


def _with(one: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    """The same, once all of `names` are found in it."""
    for name in names:
        one[name]
    return one


def _distances(path: Path) -> dict[str, float]:
    """The columns `language` and `distance` of the stage `statistics`, which has several lines a language."""
    with _form(path, "the columns language and distance, a number or nothing"):
        return {line["language"]: _number(line["distance"]) for line in _lines(path) if line["distance"]}


def _analysis(path: Path) -> list[Mapping[str, str]]:
    """Rank correlations of the stage `statistics`; p may be empty."""
    with _form(path, f"the columns {', '.join(FACTOR)}, with numbers or nothing as p"):
        lines = [_with(line, FACTOR) for line in _lines(path)]
        for line in lines:
            for name in ("rho", "p", "p_holm"):
                _number(line[name] or "1")
            if not re.fullmatch("[0-9]{1,3}", line["languages"]):
                raise ValueError(f"the number of languages is {line['languages']!r}")
    return lines


def _lines(path: Path) -> list[dict[str, str]]:
    """The lines of a csv file by column; none where it is not there."""
    lines = list(csv.DictReader(io.StringIO(read_text(path)))) if path.exists() else []
    for number, line in enumerate(lines, start=2):
        if None in line or None in line.values():
            raise InputError(f"{path}:{number}: found more or fewer fields than in the first line")
    return lines


def _number(text: str) -> float:
    """A finite number."""
    if not isfinite(number := float(text)):
        raise ValueError(f"{text} is not finite")
    return number


def _parameters(params: Params) -> tuple[int, int] | None:
    """Parameters of an encoder that is pretrained here; those of a released one stand in no file of ours."""
    own = params.backbone
    return encoder_parameters(own.architecture, own.vocabulary) if own.architecture and own.vocabulary else None


def encoder_parameters(size: Architecture, vocabulary: int) -> tuple[int, int]:
    """Parameters of an XLM-R encoder without pooler: embeddings (with their norm), and all layers."""
    hidden, inner = size.hidden, size.intermediate
    embeddings = (vocabulary + size.positions + 2 + 1) * hidden + 2 * hidden  # two positions are padding, one type
    layer = 4 * (hidden * hidden + hidden) + 2 * hidden * inner + inner + hidden + 4 * hidden
    return embeddings, size.layers * layer
