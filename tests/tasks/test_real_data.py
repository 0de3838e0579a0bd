"""Reads every real file that is there, and compares the layouts with each other where the same data come in two.

XSTILTS_REAL_DATA names the folder: xtreme/ as XTREME's download folder (with xtreme/labels), native/ and intermediate/
with first-hand files. The files may be cut down."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from xstilts.errors import InputError
from xstilts.formats.squad import read_squad
from xstilts.preparation.checks import check_count, check_rows
from xstilts.records.prepared import Row
from xstilts.tasks import load
from xstilts.tasks.ccg import read_labels
from xstilts.tasks.tatoeba import CODES

ROOT = Path(os.environ.get("XSTILTS_REAL_DATA", "."))
pytestmark = pytest.mark.skipif(
    "XSTILTS_REAL_DATA" not in os.environ, reason="XSTILTS_REAL_DATA is not set: no folder with real data sets"
)
XTREME = ROOT / "xtreme"
LABELS = XTREME / "labels"
UD = ROOT / "native/ud-treebanks-v2.5"
LASER = ROOT / "native/LASER/data/tatoeba/v1"


def read(name: str, layout: str, raw: Path, split: str, language: str, labels: Path | None = None) -> list[Row]:
    """Rows of one file, checked as `prepare` does it with cut-down data."""
    task = load(name)
    rows = list(task.readers[layout](raw, labels or raw, split, language))
    check_rows(task.family, rows, f"{name}/{split}/{language}")
    size = sum(len(row["gold"]) for row in rows) if task.family == "retrieval" else len(rows)
    check_count("cut-down", size, task.declared(split, language), f"{name}/{split}/{language}")
    return rows


def columns(folder: Path, pattern: str) -> list[tuple[str, str]]:
    """(split, language) of the files of a folder whose names match."""
    found = [match for path in folder.glob("**/*") if (match := re.fullmatch(pattern, path.name))]
    return sorted((match["split"], match["language"]) for match in found)


def places(pattern: str) -> pytest.MarkDecorator:
    folder, _, name = pattern.rpartition("/")
    found = columns(ROOT / folder, name) if "XSTILTS_REAL_DATA" in os.environ else []
    return pytest.mark.parametrize(("split", "language"), found or [("none", "here")])


TSV = r"(?P<split>\w+)-(?P<language>\w\w)\.tsv"


def test_intermediate() -> None:
    for split in ("train", "dev"):
        read("mnli", "native", ROOT / "intermediate/multinli_1.0", split, "en")
        read("hellaswag", "native", ROOT / "intermediate/hellaswag", split, "en")
        read("squad_v1", "xtreme", XTREME / "squad", split, "en")


def test_squad_v2() -> None:
    """Numbers of the data folder's README; impossible questions have plausible answers, which stay out."""
    folder = ROOT / "intermediate/squad_v2"
    for split, size in (("train", 2_838), ("dev", 1_062)):
        rows = read("squad_v2", "native", folder, split, "en")
        document = json.loads((folder / f"{split}-v2.0.json").read_text(encoding="utf-8"))
        questions = [q for article in document["data"] for p in article["paragraphs"] for q in p["qas"]]
        assert len(rows) == size == len({row["id"] for row in rows})
        assert [not row["answers"] for row in rows] == [question["is_impossible"] for question in questions]
        assert {len(row["starts"]) for row in rows} > {0, 3}
        with pytest.raises(InputError, match="labels are not in this file"):
            read_squad(folder / f"{split}-v2.0.json")


def test_ccg_of_a_parser() -> None:
    """SICK with depccg's categories in the place of CCGbank, whose deleted commas left double blanks."""
    folder = ROOT / "intermediate/ccg"
    labels = read_labels(folder)
    assert len(labels) == 134 and "" not in labels and labels[:2] == ("N", "NP[nb]/N")
    for split, size, words in (("train", 4_200, 41_577), ("dev", 500, 4_962)):
        rows = read("ccg", "native", folder, split, "en")
        assert (len(rows), sum(len(row["words"]) for row in rows)) == (size, words)
        assert all(len(row["words"]) == len(row["tags"]) and set(row["tags"]) <= set(labels) for row in rows)
        assert all(word for row in rows for word in row["words"]) and rows[0]["id"] == "0"


@places("xtreme/xnli/" + TSV)
def test_xnli(split: str, language: str) -> None:
    rows = read("xnli", "xtreme", XTREME / "xnli", split, language, LABELS / "xnli")
    if split != "train":  # the languages are translations of each other, row by row
        english = read("xnli", "xtreme", XTREME / "xnli", split, "en", LABELS / "xnli")
        assert [row["label"] for row in rows] == [row["label"] for row in english]


@places("xtreme/pawsx/" + TSV)
def test_pawsx_in_both_layouts(split: str, language: str) -> None:
    rows = read("pawsx", "xtreme", XTREME / "pawsx", split, language, LABELS / "pawsx")
    native = read("pawsx", "native", ROOT / "native/x-final", split, language)
    if split == "train":
        rows = rows[: len(native)]
    assert [plain(row) for row in rows] == [plain(row) for row in native]


def plain(row: Row) -> tuple[str, str, str]:
    return row["text_a"], row["text_b"], row["label"]


@pytest.mark.parametrize("split", ["dev", "test"])
def test_xnli_in_both_layouts(split: str) -> None:
    path = ROOT / f"native/XNLI-1.0/xnli.{split}.tsv"
    languages = {line.split("\t")[0] for line in path.read_text(encoding="utf-8").split("\n")[1:]} - {""}
    assert languages
    for language in languages:
        native = read("xnli", "native", path.parent, split, language)
        rows = read("xnli", "xtreme", XTREME / "xnli", split, language, LABELS / "xnli")
        assert {plain(row) for row in native} <= {plain(row) for row in rows}


def test_mnli_is_the_training_set_of_xnli() -> None:
    mnli = read("mnli", "native", ROOT / "intermediate/multinli_1.0", "train", "en")
    xnli = read("xnli", "xtreme", XTREME / "xnli", "train", "en")
    # XTREME's copy has single blanks only.
    assert [tuple(" ".join(part.split()) for part in plain(row)) for row in mnli] == [plain(row) for row in xnli]


@places("xtreme/udpos/" + TSV)
def test_udpos(split: str, language: str) -> None:
    if split == "test" and not (LABELS / "udpos" / f"test-{language}.tsv").is_file():
        with pytest.raises(InputError, match=rf"udpos/test: labels are not in .*test-{language}\.tsv; XTREME strips"):
            read("udpos", "xtreme", XTREME / "udpos", split, language, LABELS / "udpos")
        return
    read("udpos", "xtreme", XTREME / "udpos", split, language, LABELS / "udpos")


# Cut from the beginning like all files here, XTREME's development sets of these end within their first treebank
# (es_ancora, fi_ftb), while only the second is there as CoNLL-U.
OTHER_TREEBANK = [("dev", "es"), ("dev", "fi")]


@places(r"native/ud-treebanks-v2.5/(?P<language>\w\w)_\w+-ud-(?P<split>\w+)\.conllu")
def test_udpos_conversion_gives_what_xtreme_has(split: str, language: str) -> None:
    native = [(row["words"], row["tags"]) for row in read("udpos", "native", UD, split, language)]
    if not (XTREME / "udpos" / f"{split}-{language}.tsv").is_file():
        assert split == "train" and language != "en", "XTREME has no training sets but the English one"
        return
    xtreme = [
        (row["words"], row["tags"])
        for row in read("udpos", "xtreme", XTREME / "udpos", split, language, LABELS / "udpos")
    ]
    if (split, language) in OTHER_TREEBANK:
        assert not any(one in xtreme for one in native)
        return
    begin = xtreme.index(native[0])  # 0 but for French, where a treebank without text leaves a few sentences
    assert xtreme[begin : begin + len(native)] == native


@places("xtreme/panx/" + TSV)
def test_panx(split: str, language: str) -> None:
    if split == "test":
        with pytest.raises(InputError, match=rf"panx/test: labels are not in .*test-{language}\.tsv; XTREME strips"):
            read("panx", "xtreme", XTREME / "panx", split, language, LABELS / "panx")
        return
    read("panx", "xtreme", XTREME / "panx", split, language)


@pytest.mark.parametrize("language", load("xquad").languages)
def test_xquad(language: str) -> None:
    rows = read("xquad", "xtreme", XTREME / "xquad", "test", language)
    english = read("xquad", "native", XTREME / "xquad", "test", "en")
    assert [row["id"] for row in rows] == [row["id"] for row in english]


@pytest.mark.parametrize("language", load("mlqa").languages)
def test_mlqa(language: str) -> None:
    read("mlqa", "xtreme", XTREME / "mlqa", "dev", language)
    with pytest.raises(InputError, match=rf"test-context-{language}-question-{language}\.json: file not found"):
        read("mlqa", "xtreme", XTREME / "mlqa", "test", language)


@pytest.mark.parametrize("language", load("tydiqa").languages)
def test_tydiqa_without_answers_is_refused(language: str) -> None:
    with pytest.raises(InputError, match=r"labels are not in this file: found no answer"):
        read("tydiqa", "xtreme", XTREME / "tydiqa", "test", language, LABELS / "tydiqa")


def test_tydiqa_english() -> None:
    rows = read("tydiqa", "xtreme", XTREME / "tydiqa", "train", "en")
    assert len({row["id"] for row in rows}) == len(rows)
    train = read("tydiqa", "xtreme-held-out", XTREME / "tydiqa", "train", "en")
    dev = read("tydiqa", "xtreme-held-out", XTREME / "tydiqa", "dev", "en")
    assert len(train) + len(dev) == len(rows) and dev
    assert not {row["context"] for row in train} & {row["context"] for row in dev}


def test_bucc() -> None:
    rows = read("bucc", "xtreme", XTREME / "bucc2018", "dev", "zh")
    assert {row["side"] for row in rows} == {"source", "english"}
    with pytest.raises(InputError, match=r"zh-en\.test\.zh: file not found"):
        read("bucc", "xtreme", XTREME / "bucc2018", "test", "zh")


def tatoeba_layout() -> str:
    """Label files are about in both directions; the wrong one is refused (see below)."""
    try:
        read("tatoeba", "xtreme", XTREME / "tatoeba", "test", "de", LABELS / "tatoeba")
    except InputError:
        return "xtreme-by-source"
    return "xtreme"


LASER_LANGUAGES = [code for code in CODES if (LASER / f"tatoeba.{CODES[code]}-eng.eng").is_file()]


@pytest.mark.parametrize("language", load("tatoeba").languages)
def test_tatoeba_in_both_layouts(language: str) -> None:
    layout = tatoeba_layout()
    other = {"xtreme": "xtreme-by-source", "xtreme-by-source": "xtreme"}[layout]
    rows = read("tatoeba", layout, XTREME / "tatoeba", "test", language, LABELS / "tatoeba")
    with pytest.raises(InputError, match="found labels that pair long sentences with short ones"):
        read("tatoeba", other, XTREME / "tatoeba", "test", language, LABELS / "tatoeba")
    if language in LASER_LANGUAGES:
        assert rows == read("tatoeba", "native", LASER, "test", language)


def test_some_tatoeba_languages_are_there_in_both_layouts() -> None:
    assert LASER_LANGUAGES
