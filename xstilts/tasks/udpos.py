"""UDPOS: universal part-of-speech tags of Universal Dependencies 2.5 in 33 languages; XTREME-R adds five from 2.7."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.columns import read_xtreme as read_columns_xtreme
from xstilts.formats.conllu import read_conllu
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

# The order of jiant's heads.
LABELS = tuple("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())


MORE = tuple("lt pl ro uk wo".split())


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """UD_*/<language>_<treebank>-ud-<split>.conllu, all treebanks of the language in the order of their file names.

    Above them there may be the folders of the releases, ud-treebanks-v2.5 and -v2.7: XTREME-R keeps 2.5 for XTREME's
    languages and takes those that it adds from 2.7."""
    release = raw / f"ud-treebanks-v{'2.7' if language in MORE else '2.5'}"
    folder = release if release.is_dir() else raw
    paths = sorted(folder.glob(f"UD_*/{language}_*-ud-{split}.conllu"), key=lambda path: path.name)
    if not paths:
        raise InputError(f"{folder}/UD_*/{language}_*-ud-{split}.conllu: file not found")
    rows = Rows()
    for path in paths:
        for words, tags in read_conllu(path, language, LABELS, rows.odd):
            rows.add(id=len(rows), words=words, tags=tags)
    rows.odd["treebanks"] = len(paths)
    return rows


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's <split>-<language>.tsv; the test labels come from the label folder."""
    return read_columns_xtreme(raw, labels, "udpos", split, language, LABELS)


# Sentences in XTREME's own converted files, in the copy in wuhjie/few_shots_that_matters_wu at 54cbabfe; the English
# ones are those of the XTREME paper, whose largest test set, 20,436, is no language's here. The hub's copies are other
# conversions of other releases. kk, th, tl and yo have no development set.
DEV: dict[str, int] = {
    "af": 194, "ar": 909, "bg": 1_115, "de": 19_233, "el": 403, "en": 3_974, "es": 3_054, "et": 3_125,
    "eu": 1_798, "fa": 599, "fi": 3_239, "fr": 2_903, "he": 484, "hi": 1_659, "hu": 441, "id": 559, "it": 2_278,
    "ja": 511, "ko": 3_016, "mr": 46, "nl": 1_394, "pt": 1_770, "ru": 8_108, "ta": 80, "te": 131, "tr": 988,
    "ur": 552, "vi": 800, "zh": 1_000,
}  # fmt: skip
TEST: dict[str, int] = {
    "af": 425, "ar": 1_680, "bg": 1_116, "de": 22_358, "el": 456, "en": 5_440, "es": 3_147, "et": 3_760,
    "eu": 1_799, "fa": 600, "fi": 4_422, "fr": 5_009, "he": 491, "hi": 2_684, "hu": 449, "id": 1_557, "it": 3_518,
    "ja": 2_372, "kk": 1_047, "ko": 4_276, "mr": 47, "nl": 1_471, "pt": 2_681, "ru": 8_976, "ta": 120, "te": 146,
    "th": 1_000, "tl": 55, "tr": 4_785, "ur": 535, "vi": 800, "yo": 100, "zh": 3_455,
}  # fmt: skip
LINDAT = "https://lindat.mff.cuni.cz/repository/xmlui/bitstream/handle/11234"

TASK = Task(
    name="udpos",
    family="tagging",
    metric="pos_f1",
    languages=tuple(
        "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh".split()
    ),
    more_languages=MORE,
    labels=LABELS,
    readers={"native": read_native, "xtreme": read_xtreme},
    counts={"train": {"en": 21_253}, "dev": DEV, "test": TEST},
    licence="Universal Dependencies 2.5: per treebank, several non-commercial (see each README)",
    citation="Zeman, Nivre et al. 2019: Universal Dependencies 2.5. LINDAT/CLARIAH-CZ. "
    "http://hdl.handle.net/11234/1-3105",
    origin=(
        Archive(f"{LINDAT}/1-3105/ud-treebanks-v2.5.tgz"),
        Archive(f"{LINDAT}/1-3424/ud-treebanks-v2.7.tgz"),
    ),
    notes={"no dev": "kk th tl yo"},
)
