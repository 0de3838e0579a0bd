"""Tatoeba pairs: short sentences of learners, as the Tatoeba translation challenge tests them; to be scored alone."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.lafand import scored_alone
from xstilts.formats.parallel import directions, other_of, read_pairs
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

CODES = {
    "af": "afr", "am": "amh", "ar": "ara", "bg": "bul", "bn": "ben", "de": "deu", "el": "ell", "es": "spa",
    "et": "est", "eu": "eus", "fa": "fas", "fi": "fin", "fr": "fra", "ha": "hau", "he": "heb", "hi": "hin",
    "hu": "hun", "id": "ind", "ig": "ibo", "it": "ita", "ja": "jpn", "ka": "kat", "kk": "kaz", "ko": "kor",
    "ml": "mal", "mr": "mar", "ms": "msa", "my": "mya", "nl": "nld", "pt": "por", "ru": "rus", "sw": "swa",
    "ta": "tam", "te": "tel", "th": "tha", "tl": "tgl", "tr": "tur", "ur": "urd", "vi": "vie", "yo": "yor",
    "zh": "zho", "zu": "zul",
}  # fmt: skip
RELEASE = "tatoeba-test-v2021-08-07"
LANGUAGES = ("ha", "ig", "sw", "yo", "zu")


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`eng-swa/tatoeba-test-v2021-08-07.eng` and `.swa`, the two codes of a folder in the order of the alphabet.

    `labels` may be the training text in LAFAND-MT's layout, which the sentences are compared with. How many pairs
    there are is another number in each release; sentences with several translations stand there several times."""
    other = other_of(language, CODES, str(raw))
    folder = raw / "-".join(sorted(("eng", CODES[other])))
    pairs = read_pairs(folder / f"{RELEASE}.eng", folder / f"{RELEASE}.{CODES[other]}")
    return scored_alone(pairs, raw, labels, split, language, other, f"{other}/")


COMMIT = "ac0f19c0be3cb4e0d9450fcb2d7a9847c4bdd180"

TASK = Task(
    name="tatoeba_pairs",
    family="translation",
    metric="chrf2++",
    languages=directions(LANGUAGES),
    other_languages=directions([one for one in CODES if one not in LANGUAGES]),
    readers={"native": read_native},
    counts={"test": {}},
    licence="CC BY 2.0 FR",
    citation="Tiedemann 2020: The Tatoeba Translation Challenge - Realistic Data Sets for Low Resource and "
    "Multilingual MT. WMT. arXiv 2010.06354",
    origin=(Archive(f"https://github.com/Helsinki-NLP/OPUS-MT-testsets/archive/{COMMIT}.zip"),),
    trains=False,
)
