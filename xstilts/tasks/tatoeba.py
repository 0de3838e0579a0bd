"""Tatoeba: find the translation of each English sentence among up to 1,000; no training."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.labels import check_direction, inverse, label_file, read_permutation, same_length
from xstilts.formats.rows import Rows
from xstilts.formats.text import read_lines
from xstilts.tasks import Archive, Task

# Codes of LASER's files; note pes, swh, cmn and tgl.
CODES = {
    "af": "afr", "ar": "ara", "bg": "bul", "bn": "ben", "de": "deu", "el": "ell", "es": "spa", "et": "est",
    "eu": "eus", "fa": "pes", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun", "id": "ind",
    "it": "ita", "ja": "jpn", "jv": "jav", "ka": "kat", "kk": "kaz", "ko": "kor", "ml": "mal", "mr": "mar",
    "nl": "nld", "pt": "por", "ru": "rus", "sw": "swh", "ta": "tam", "te": "tel", "th": "tha", "tl": "tgl",
    "tr": "tur", "ur": "urd", "vi": "vie", "zh": "cmn",
}  # fmt: skip
OTHERS = {  # LASER's other languages go by the names of their files; with the number of pairs where it is not 1,000
    code: int(size or 1_000)
    for code, _, size in (one.partition(":") for one in (
        "amh:168 ang:134 arq:911 arz:477 ast:127 awa:231 bel ber bos:354 bre cat cbk ceb:600 ces cha:137 cor csb:253 "
        "cym:575 dan dsb:479 dtp epo fao:262 fry:173 gla:829 gle glg gsw:117 hrv hsb:483 hye:742 ido ile ina isl kab "
        "khm:722 kur:410 kzj lat lfn lvs max:284 mhr mkd mon:440 nds nno nob nov:257 oci orv:835 pam pms:525 slk "
        "slv:823 sqi srp swe swg:112 tat tuk:203 tzl:104 uig uzb:428 war wuu xho:142 yid:848 yue zsm"
    ).split())
}  # fmt: skip
MORE = {"az": "aze", "lt": "lit", "pl": "pol", "ro": "ron", "uk": "ukr"}  # XTREME-R
SMALL = {"jv": 205, "te": 234, "ta": 307, "sw": 390, "th": 548, "kk": 575, "ml": 687, "ka": 746}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """LASER's line-aligned files, put in XTREME's order: the English side is sorted."""
    code = (CODES | MORE).get(language, language)
    stem = f"tatoeba.{code}-eng"
    source, english = read_lines(raw / f"{stem}.{code}"), read_lines(raw / f"{stem}.eng")
    same_length(raw / f"{stem}.eng", len(english), raw / f"{stem}.{code}", len(source), "lines")
    # official: utils_preprocess.py strips the English lines and sorts them, equal ones in file order.
    order = sorted(range(len(english)), key=lambda line: english[line].strip())
    return _rows(source, [english[line].strip() for line in order], order)


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's <l>-en.{<l>,en}; line k of the label file is the source line of English line k, counted from 0."""
    source, english, gold, path = _labelled(raw, labels, split, language)
    check_direction(path, source, english, gold, "tasks.tatoeba.layout: xtreme-by-source")
    return _rows(source, english, gold)


def read_by_source(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The same with label files the other way round: line i is the English line of source line i."""
    source, english, gold, path = _labelled(raw, labels, split, language)
    check_direction(path, source, english, inverse(gold), "tasks.tatoeba.layout: xtreme")
    return _rows(source, english, inverse(gold))


def _labelled(raw: Path, labels: Path, split: str, language: str) -> tuple[list[str], list[str], list[int], Path]:
    source, english = read_lines(raw / f"{language}-en.{language}"), read_lines(raw / f"{language}-en.en")
    same_length(raw / f"{language}-en.en", len(english), raw / f"{language}-en.{language}", len(source), "lines")
    path = label_file(raw / f"{language}-en.en", labels, "tatoeba", split, f"test-{language}.tsv")
    return source, english, read_permutation(path, len(source)), path


def _rows(source: list[str], english: list[str], gold: list[int]) -> Rows:
    rows = Rows()
    for number, text in enumerate(source):
        rows.append({"id": str(number), "side": "source", "text": text, "gold": []})
    for number, (text, line) in enumerate(zip(english, gold)):
        rows.append({"id": str(number), "side": "english", "text": text, "gold": [str(line)]})
    return rows


COMMIT = "74bc6ae7ffb7cba670fe0f428d0ede9f666fb821"
LASER = f"https://raw.githubusercontent.com/facebookresearch/LASER/{COMMIT}/data/tatoeba/v1/tatoeba"

TASK = Task(
    name="tatoeba",
    family="retrieval",
    metric="accuracy",
    languages=tuple(CODES),
    more_languages=tuple(MORE),
    other_languages=tuple(OTHERS),
    readers={"native": read_native, "xtreme": read_xtreme, "xtreme-by-source": read_by_source},
    counts={"test": {language: SMALL.get(language, 1_000) for language in CODES | MORE} | OTHERS},  # pairs
    licence="CC BY 2.0 FR",
    citation="Artetxe, Schwenk 2019: Massively Multilingual Sentence Embeddings for Zero-Shot Cross-Lingual Transfer "
    "and Beyond. TACL. arXiv 1812.10464",
    origin=tuple(
        Archive(f"{LASER}.{code}-eng.{side}") for code in (*(CODES | MORE).values(), *OTHERS) for side in (code, "eng")
    ),
    trains=False,
)
