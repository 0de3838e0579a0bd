"""UDPOS: universal part-of-speech tags of Universal Dependencies 2.5 in 33 languages; XTREME-R adds five from 2.7."""

from __future__ import annotations

from pathlib import Path

from stages.common.errors import InputError
from stages.common.task import Archive, Task
from stages.formats.columns import read_xtreme as read_columns_xtreme
from stages.formats.conllu import read_conllu
from stages.formats.rows import Rows

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
    # Of XTREME's conversion only the English sizes are published; the hub's copies are other conversions.
    counts={"train": {"en": 21_253}, "dev": {"en": 3_974}},
    licence="Universal Dependencies 2.5: per treebank, several non-commercial (see each README)",
    citation="Zeman, Nivre et al. 2019: Universal Dependencies 2.5. LINDAT/CLARIAH-CZ. "
    "http://hdl.handle.net/11234/1-3105",
    origin=(
        Archive(f"{LINDAT}/1-3105/ud-treebanks-v2.5.tgz"),
        Archive(f"{LINDAT}/1-3424/ud-treebanks-v2.7.tgz"),
    ),
    notes={"no dev": "kk th tl yo"},
)
