"""FLORES-200: 1,012 sentences of Wikipedia, the same in all languages; to be scored alone."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.lafand import scored_alone
from xstilts.formats.parallel import directions, other_of, read_pairs
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

CODES = {
    "af": "afr_Latn", "am": "amh_Ethi", "ar": "arb_Arab", "bg": "bul_Cyrl", "bn": "ben_Beng", "de": "deu_Latn",
    "el": "ell_Grek", "es": "spa_Latn", "et": "est_Latn", "eu": "eus_Latn", "fa": "pes_Arab", "fi": "fin_Latn",
    "fr": "fra_Latn", "ha": "hau_Latn", "he": "heb_Hebr", "hi": "hin_Deva", "hu": "hun_Latn", "id": "ind_Latn",
    "ig": "ibo_Latn", "it": "ita_Latn", "ja": "jpn_Jpan", "jv": "jav_Latn", "ka": "kat_Geor", "kk": "kaz_Cyrl",
    "ko": "kor_Hang", "lg": "lug_Latn", "luo": "luo_Latn", "ml": "mal_Mlym", "mr": "mar_Deva", "ms": "zsm_Latn",
    "my": "mya_Mymr", "nl": "nld_Latn", "ny": "nya_Latn", "pt": "por_Latn", "ru": "rus_Cyrl", "rw": "kin_Latn",
    "sn": "sna_Latn", "sw": "swh_Latn", "ta": "tam_Taml", "te": "tel_Telu", "th": "tha_Thai", "tl": "tgl_Latn",
    "tn": "tsn_Latn", "tr": "tur_Latn", "tw": "twi_Latn", "ur": "urd_Arab", "vi": "vie_Latn", "wo": "wol_Latn",
    "xh": "xho_Latn", "yo": "yor_Latn", "zh": "zho_Hans", "zu": "zul_Latn",
}  # fmt: skip
SIZE = 1_012
LANGUAGES = ("ha", "ig", "sw", "yo", "zu")


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`devtest/swh_Latn.devtest` beside `devtest/eng_Latn.devtest`. `labels` may be the training text in LAFAND-MT's
    layout, which the sentences are compared with."""
    other = other_of(language, CODES, str(raw))
    pairs = read_pairs(raw / "devtest/eng_Latn.devtest", raw / f"devtest/{CODES[other]}.devtest")
    return scored_alone(pairs, raw, labels, split, language, other)


COMMIT = "ac0f19c0be3cb4e0d9450fcb2d7a9847c4bdd180"

TASK = Task(
    name="flores200",
    family="translation",
    metric="chrf2++",
    languages=directions(LANGUAGES),
    other_languages=directions([one for one in CODES if one not in LANGUAGES]),
    readers={"native": read_native},
    counts={"test": dict.fromkeys(directions(CODES), SIZE)},
    licence="CC BY-SA 4.0",
    citation="NLLB Team 2022: No Language Left Behind: Scaling Human-Centered Machine Translation. arXiv 2207.04672",
    origin=(Archive(f"https://github.com/Helsinki-NLP/OPUS-MT-testsets/archive/{COMMIT}.zip"),),
    trains=False,
)
