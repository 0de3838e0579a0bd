"""JSICK: the pairs of SICK in Japanese, with labels that were made anew for the Japanese text."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.rows import Rows
from xstilts.formats.sick import LABELS, OWN, read_sick
from xstilts.tasks import Archive, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """jsick.tsv, of which the pairs are taken that SICK_NL.txt beside it has, too: the rows of `sick` in Japanese."""
    if language != "ja":
        raise unknown("language", language, ("ja",), str(raw))
    return read_sick(raw, split, language, OWN)


TASK = Task(
    name="jsick",
    family="classification",
    metric="accuracy",
    languages=("ja",),
    labels=LABELS,
    readers={"native": read_native},
    english=False,
    counts={"train": 4_439, "dev": 495, "test": 4_906},  # the whole set: 4,500, 500, 4,927
    licence="CC BY-SA 4.0 (its README says CC BY 4.0)",
    citation="Yanaka, Mineshima 2022: Compositional Evaluation on Japanese Textual Entailment and Similarity. TACL. "
    "arXiv 2208.04826",
    origin=(Archive("https://github.com/verypluming/JSICK/archive/b3034994192fae2f41b5937bcf69544e4282fc39.zip"),),
    notes={"by hand": "SICK_NL.txt has to lie beside jsick.tsv: see the task sick"},
)
