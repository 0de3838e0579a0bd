"""TICO-19: 2,100 sentences about COVID-19, from papers, news and talks with patients; to be scored alone."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.lafand import scored_alone
from xstilts.formats.parallel import directions, other_of, read_pairs
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

CODES = {"es": "es_LA", "pt": "pt_BR"}  # the others go by their codes
LANGUAGES = ("ha", "sw", "zu")
OTHERS = (
    "am ar bn ckb din es fa fr fuv hi id km kr ku lg ln mr ms my ne nus om prs ps pt ru rw so ta tl ur zh"
).split()
SIZE = 2_100


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`en-sw/tico19-test.en` and `.sw`: each language has an English file of its own, and they are not all the same.

    `labels` may be the training text in LAFAND-MT's layout, which the sentences are compared with."""
    other = other_of(language, (*LANGUAGES, *OTHERS), str(raw))
    code = CODES.get(other, other)
    pairs = read_pairs(raw / f"en-{code}/tico19-test.en", raw / f"en-{code}/tico19-test.{code}")
    return scored_alone(pairs, raw, labels, split, language, other)


COMMIT = "ac0f19c0be3cb4e0d9450fcb2d7a9847c4bdd180"

TASK = Task(
    name="tico19",
    family="translation",
    metric="chrf2++",
    languages=directions(LANGUAGES),
    other_languages=directions(OTHERS),
    readers={"native": read_native},
    counts={"test": dict.fromkeys(directions([*LANGUAGES, *OTHERS]), SIZE)},
    licence="CC0 1.0",
    citation="Anastasopoulos et al. 2020: TICO-19: the Translation Initiative for COvid-19. NLP for COVID-19. "
    "arXiv 2007.01788",
    origin=(Archive(f"https://github.com/Helsinki-NLP/OPUS-MT-testsets/archive/{COMMIT}.zip"),),
    trains=False,
)
