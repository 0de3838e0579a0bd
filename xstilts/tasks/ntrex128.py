"""NTREX-128: 1,997 sentences of English news of 2019, the same in all languages; to be scored alone."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.lafand import scored_alone
from xstilts.formats.parallel import directions, other_of, read_pairs
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

CODES = {
    "af": "afr", "am": "amh", "ar": "arb", "bg": "bul", "bn": "ben", "de": "deu", "el": "ell", "es": "spa",
    "et": "est", "eu": "eus", "fa": "fas", "fi": "fin", "fr": "fra", "ha": "hau", "he": "heb", "hi": "hin",
    "hu": "hun", "id": "ind", "ig": "ibo", "it": "ita", "ja": "jpn", "ka": "kat", "kk": "kaz", "ko": "kor",
    "ml": "mal", "mr": "mar", "ms": "msa", "my": "mya", "nl": "nld", "ny": "nya", "pt": "por", "ru": "rus",
    "rw": "kin", "sn": "sna-Latn", "so": "som", "sw": "swa", "ta": "tam", "te": "tel", "th": "tha", "tl": "fil",
    "tn": "tsn", "tr": "tur", "ur": "urd", "vi": "vie", "wo": "wol", "xh": "xho", "yo": "yor", "zh": "zho-CN",
    "zu": "zul",
}  # fmt: skip
SIZE = 1_997
LANGUAGES = ("ha", "ig", "sw", "yo", "zu")


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`newstest2019-src.eng.txt` and `newstest2019-ref.swa.txt`. `labels` may be the training text in LAFAND-MT's
    layout, which the sentences are compared with."""
    other = other_of(language, CODES, str(raw))
    pairs = read_pairs(raw / "newstest2019-src.eng.txt", raw / f"newstest2019-ref.{CODES[other]}.txt")
    return scored_alone(pairs, raw, labels, split, language, other)


TASK = Task(
    name="ntrex128",
    family="translation",
    metric="chrf2++",
    languages=directions(LANGUAGES),
    other_languages=directions([one for one in CODES if one not in LANGUAGES]),
    readers={"native": read_native},
    counts={"test": dict.fromkeys(directions(CODES), SIZE)},
    licence="CC BY-SA 4.0",
    citation="Federmann, Kocmi, Xin 2022: NTREX-128: News Test References for MT Evaluation of 128 Languages. SUMEval. "
    "ACL 2022.sumeval-1.4",
    origin=(
        Archive("https://github.com/MicrosoftTranslator/NTREX/archive/8561f6a622db9edad1217683e5c83daefd8bb2bf.zip"),
    ),
    trains=False,
)
