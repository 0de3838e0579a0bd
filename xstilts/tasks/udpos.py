"""UDPOS: universal part-of-speech tags of Universal Dependencies 2.5 in 33 languages; XTREME-R adds five from 2.7."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.columns import read_xtreme as read_columns_xtreme
from xstilts.formats.conllu import read_conllu
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

# The order of jiant's heads.
LABELS = tuple("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())


MORE = tuple("lt pl ro uk wo".split())
# Of UD 2.5 and 2.7; not those whose treebanks leave words or tags out.
OTHERS = tuple(
    "aii ajp akk am apu aqz be bho bm br bxr ca ckt cop cs cu cy da fo fro ga gd gl got grc gsw gun gv hr hsb hy is "
    "kfm kmr koi kpv krl la lv lzh mdf mt myu myv no nyq olo orv otk pcm qhe qtd sa sk sl sme sms soj sq sr sv swl "
    "tpn ug wbp yue".split()
)


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """UD_*/<language>_<treebank>-ud-<split>.conllu, all treebanks of the language in the order of their file names.

    Above them there may be the folders of the releases, ud-treebanks-v2.5 and -v2.7: XTREME-R keeps 2.5 for XTREME's
    languages and takes those that it adds from 2.7. Any other language is of the earlier release that has it."""
    release = raw / f"ud-treebanks-v{'2.7' if language in MORE else '2.5'}"
    folder = release if release.is_dir() else raw
    paths = _treebanks(folder, language, split)
    if not paths and language in OTHERS:
        paths = _treebanks(raw / "ud-treebanks-v2.7", language, split)
    if not paths:
        raise InputError(f"{folder}/UD_*/{language}_*-ud-{split}.conllu: file not found")
    for one, two in pairwise(paths):
        if one.name == two.name:
            raise InputError(f"{two}: found this treebank twice, expected it once; the other is in {one.parent.name}")
    rows = Rows()
    for path in paths:
        for words, tags in read_conllu(path, language, LABELS, rows.odd):
            rows.add(id=len(rows), words=words, tags=tags)
    rows.odd["treebanks"] = len(paths)
    return rows


def _treebanks(folder: Path, language: str, split: str) -> list[Path]:
    return sorted(folder.glob(f"UD_*/{language}_*-ud-{split}.conllu"), key=lambda path: path.name)


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's <split>-<language>.tsv; the test labels come from the label folder."""
    return read_columns_xtreme(raw, labels, "udpos", split, language, LABELS)


# Sentences in XTREME's own converted files, in the copy in wuhjie/few_shots_that_matters_wu at 54cbabfe; the English
# ones are those of the XTREME paper, whose largest test set, 20,436, is no language's here. The hub's copies are other
# conversions of other releases. kk, th, tl and yo have no development set. Those that XTREME-R adds: the sums of the
# treebanks of UD 2.7, as in dataset_infos.json of the data set universal_dependencies of huggingface/datasets
# @040102f1. That file has no usable numbers of one of the two Lithuanian treebanks: those of lt (ALKSNIS + HSE) were
# counted in the files themselves, at the tag r2.7 of both repositories of UniversalDependencies.
DEV: dict[str, int] = {
    "af": 194, "ar": 909, "bg": 1_115, "de": 19_233, "el": 403, "en": 3_974, "es": 3_054, "et": 3_125,
    "eu": 1_798, "fa": 599, "fi": 3_239, "fr": 2_903, "he": 484, "hi": 1_659, "hu": 441, "id": 559, "it": 2_278,
    "ja": 511, "ko": 3_016, "mr": 46, "nl": 1_394, "pt": 1_770, "ru": 8_108, "ta": 80, "te": 131, "tr": 988,
    "ur": 552, "vi": 800, "zh": 1_000,
    "lt": 617 + 55, "pl": 1_745 + 2_215, "ro": 1_052 + 752 + 443, "uk": 672, "wo": 449,
}  # fmt: skip
TEST: dict[str, int] = {
    "af": 425, "ar": 1_680, "bg": 1_116, "de": 22_358, "el": 456, "en": 5_440, "es": 3_147, "et": 3_760,
    "eu": 1_799, "fa": 600, "fi": 4_422, "fr": 5_009, "he": 491, "hi": 2_684, "hu": 449, "id": 1_557, "it": 3_518,
    "ja": 2_372, "kk": 1_047, "ko": 4_276, "mr": 47, "nl": 1_471, "pt": 2_681, "ru": 8_976, "ta": 120, "te": 146,
    "th": 1_000, "tl": 55, "tr": 4_785, "ur": 535, "vi": 800, "yo": 100, "zh": 3_455,
    "lt": 684 + 55, "pl": 1_727 + 2_215 + 1_000, "ro": 1_052 + 729 + 491, "uk": 892, "wo": 470,
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
    other_languages=OTHERS,
    repeats=0.15,  # headings and short answers
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
