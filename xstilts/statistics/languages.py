"""What the gain of a source in a language goes with: rank correlations with facts about the languages.

English is left out: it is what target tasks are trained on."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np

from xstilts.errors import InputError
from xstilts.records.files import read_text
from xstilts.seeding import Seeds

TABLE = Path(__file__).with_name("languages.csv")
PERMUTATIONS = 10_000  # all there are, where that is fewer


@dataclass(frozen=True)
class Language:
    """A row of `languages.csv`; None is not known."""

    family: str
    script: str
    distance: float | None  # from English: 1 - cos(syntax_knn)
    text_gib: float | None  # text that XLM-R was pretrained on

    def factors(self) -> dict[str, float | None]:
        """Each fact as a number. Of family and script: whether it is another than English's."""
        return {
            "not Indo-European": float(not self.family.startswith("IE")),
            "not Latin script": float(self.script != "Latin"),
            "distance": self.distance, "text_gib": self.text_gib,
        }  # fmt: skip


@dataclass(frozen=True)
class Correlation:
    """Spearman's rho over languages; p is None where no order of the languages could be told from another."""

    languages: int
    rho: float | None
    p: float | None


def read_languages(path: Path = TABLE) -> dict[str, Language]:
    """The table by language code; lines that begin with # are comments."""
    lines = [line for line in read_text(path).splitlines() if not line.startswith("#")]
    found: dict[str, Language] = {}
    try:
        for row in csv.DictReader(lines, strict=True):
            distance, size = _number(row["distance"]), _number(row["text_gib"])
            odd = None in row or None in row.values() or not (row["family"] and row["script"])
            if odd or row["language"] in found:
                raise ValueError(f"the line of {row['language']!r} is a second one, too long or too short")
            found[row["language"]] = Language(row["family"], row["script"], distance, size)
        return found
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise InputError(f"{path}: not a table of languages: {error!r}") from None


def _number(text: str) -> float | None:
    value = float(text) if text else None
    if value is not None and not 0 <= value < math.inf:
        raise ValueError(f"found {text}, expected a number from 0")
    return value


def correlate(gains: Mapping[str, float], facts: Mapping[str, float | None]) -> Correlation:
    """Spearman's rho of gains and one fact over the languages that have both, with a two-sided permutation p.

    The p is exact up to seven languages (all orders), else from 10,000 random ones, the observed one counted in."""
    common = [language for language in gains if facts.get(language) is not None]
    x, y = ranks([gains[language] for language in common]), ranks([facts[language] or 0.0 for language in common])
    spread = math.sqrt(float(x @ x) * float(y @ y))
    if len(common) < 3 or not spread:
        return Correlation(len(common), None, None)
    orders, exact = _orders(len(common))
    rho = float(x @ y) / spread
    others = y[orders] @ x / spread
    extreme = int(np.count_nonzero(np.abs(others) >= abs(rho) - 1e-9))
    return Correlation(len(common), rho, extreme / len(orders) if exact else (extreme + 1) / (len(orders) + 1))


def ranks(values: Sequence[float]) -> np.ndarray:
    """Centred ranks; equal values share the mean of theirs."""
    given = np.asarray(values, dtype=np.float64)
    below, equal = (given[:, None] > given).sum(axis=1), (given[:, None] == given).sum(axis=1)
    middle: np.ndarray = below + (equal - 1) / 2 - (len(given) - 1) / 2
    return middle


@cache
def _orders(size: int) -> tuple[np.ndarray, bool]:
    """(orders of so many things, whether they are all there are)."""
    if math.factorial(size) <= PERMUTATIONS:
        return np.array(list(permutations(range(size)))), True
    generator = Seeds("statistics").numpy("permutations", size)
    return generator.permuted(np.tile(np.arange(size), (PERMUTATIONS, 1)), axis=1), False


def by_factor(
    gains: Mapping[str, float], table: Mapping[str, Language], names: Sequence[str]
) -> Iterator[tuple[str, Correlation]]:
    """(factor, its correlation with the gains by language), for every named factor."""
    zero_shot = {language: gain for language, gain in gains.items() if language != "en" and language in table}
    for name in names:
        yield name, correlate(zero_shot, {language: table[language].factors()[name] for language in zero_shot})
