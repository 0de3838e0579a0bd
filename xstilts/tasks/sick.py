"""SICK: sentence pairs about pictures in English, Dutch and Japanese, all with the labels of the English pairs."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.rows import Rows
from xstilts.formats.sick import LABELS, read_sick
from xstilts.tasks import Archive, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """SICK_NL.txt for English and Dutch; for Japanese jsick.tsv, too. An id names the same pair in every language."""
    return read_sick(raw, split, language)


TASK = Task(
    name="sick",
    family="classification",
    metric="accuracy",
    languages=("en", "ja", "nl"),
    labels=LABELS,
    readers={"native": read_native},
    counts={"train": 4_439, "dev": 495, "test": 4_906},
    licence="English: CC BY-NC-SA 3.0; Dutch: MIT; Japanese: CC BY-SA 4.0 (its README says CC BY 4.0)",
    citation="Marelli, Menini, Baroni, Bentivogli, Bernardi, Zamparelli 2014: A SICK cure for the evaluation of "
    "compositional distributional semantic models. LREC. Dutch: Wijnholds, Moortgat 2021: SICK-NL: A Dataset for Dutch "
    "Natural Language Inference. EACL. arXiv 2101.05716. Japanese: Yanaka, Mineshima 2022: Compositional Evaluation on "
    "Japanese Textual Entailment and Similarity. TACL. arXiv 2208.04826",
    origin=(
        Archive("https://github.com/gijswijnholds/sick_nl/archive/2e8391ec8015abc5e9aa09e0e87d07e9bb6a6da6.zip"),
        Archive("https://github.com/verypluming/JSICK/archive/b3034994192fae2f41b5937bcf69544e4282fc39.zip"),
    ),
    notes={
        "labels": "57% are neutral. Of the 9,840 pairs 8,520 have the same label in `jsick`, whose labels are its own",
        "by hand": "the two files have to lie in one folder",
    },
)
