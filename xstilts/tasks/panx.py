"""PANX: names of places, organisations and persons (WikiAnn, splits of Rahimi et al.) in 40 languages, XTREME-R 48."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.columns import Sentence, read_columns, read_tagged
from xstilts.formats.columns import read_xtreme as read_columns_xtreme
from xstilts.formats.hub import class_name, read_hub
from xstilts.formats.rows import Rows
from xstilts.tasks import Hub, Task

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")  # the order of the hub's integer labels
HUB = {"train": "train", "dev": "validation", "test": "test"}
COLUMNS = {"tokens": [str], "ner_tags": [LABELS]}
ALL = tuple(
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi "
    "yo zh".split()
)
MORE = tuple("az gu lt pa pl qu ro uk".split())
# The other configurations of unimelb-nlp/wikiann, 176 in all.
OTHERS = tuple(
    "ace als am an ang arc arz as ast ay ba bar bat-smg be be-x-old bh bo br bs ca cbk-zam cdo ce ceb ckb co crh cs "
    "csb cv cy da diq dv eml eo ext fiu-vro fo frr fur fy ga gan gd gl gn hak hr hsb hy ia ig ilo io is jbo km kn "
    "ksh ku ky la lb li lij lmo ln lv map-bms mg mhr mi min mk mn mt mwl mzn nap nds ne nn no nov oc or os pdc pms "
    "pnb ps rm rw sa sah scn sco sd sh si simple sk sl so sq sr su sv szl tg tk tt ug uz vec vep vls vo wa war wuu "
    "xmf yi zea zh-classical zh-min-nan zh-yue".split()
)
SIZES: dict[str, int] = dict.fromkeys(ALL + MORE, 10000)
SIZES |= dict.fromkeys("af az bn hi kk ml mr ms sw ta te tl ur".split(), 1_000)
SIZES |= dict.fromkeys("gu jv my pa qu yo".split(), 100)


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<language>/<split> with lines `language:token<TAB>tag`, cut at the first colon; strict where XTREME is not."""
    return read_tagged(_without_prefix(read_columns(raw / language / split, 2)), LABELS)


def _without_prefix(sentences: Iterator[Sentence]) -> Iterator[Sentence]:
    for sentence in sentences:
        for where, fields in sentence:
            prefix, colon, token = fields[0].partition(":")  # a token may hold colons itself
            if not colon or not prefix:
                raise InputError(f"{where}: found {fields[0]!r}, expected a language, a colon and a token")
            fields[0] = _stripped(token)
        yield sentence


def _stripped(token: str) -> str:
    # official: utils_preprocess.py strips tokens. Of one of white space alone nothing is left there; here it is kept.
    return token.strip() or token


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's <split>-<language>.tsv; the test labels come from the label folder."""
    return read_columns_xtreme(raw, labels, "panx", split, language, LABELS)


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """unimelb-nlp/wikiann: the same splits, tokens and integer tags as lists."""
    rows = Rows()
    for where, row in read_hub(raw / language, HUB[split], COLUMNS):
        if len(row["tokens"]) != len(row["ner_tags"]):
            raise InputError(f"{where}: found {len(row['ner_tags'])} tags, expected {len(row['tokens'])}")
        rows.odd["blank_words"] += sum(not word.strip() for word in row["tokens"])
        tags = [class_name(tag, LABELS, where) for tag in row["ner_tags"]]
        rows.add(id=len(rows), words=[_stripped(word) for word in row["tokens"]], tags=tags)
    return rows


TASK = Task(
    name="panx",
    family="tagging",
    metric="entity_f1",
    languages=ALL,
    more_languages=MORE,
    other_languages=OTHERS,
    repeats=0.3,  # titles and lists of Wikipedia: 15 % of the Malay sentences repeat
    labels=LABELS,
    readers={"native": read_native, "xtreme": read_xtreme, "hub": read_parquet},
    counts={"train": {"en": 20_000}, "dev": SIZES, "test": SIZES},
    licence="not stated by its makers; the text is Wikipedia (CC BY-SA)",
    citation="Pan et al. 2017: Cross-lingual Name Tagging and Linking for 282 Languages. ACL. Splits: Rahimi, Li, Cohn "
    "2019: Massively Multilingual Transfer for NER. ACL. arXiv 1902.00193",
    # Commit as linked in a public audit of data set sizes. (XTREME's own download link is dead: xtreme#101.)
    origin=(
        Hub(
            "unimelb-nlp/wikiann",
            "f0a3be6dc5564c0cc4150bb660144800a1f539d4",
            ("en/train-*", "*/validation-*", "*/test-*"),
        ),
    ),
)
