"""Our readers of raw files against the benchmark's own preprocessing of the same files, run here, row by row."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.official_program import convert_treebanks, needs_official, preprocess
from tests.tasks.published import span, squad
from tests.tasks.raw_files import Pair, Tagged, put_panx, put_pawsx, put_tatoeba, put_treebanks, put_tydiqa, put_xnli
from xstilts.records.prepared import Row
from xstilts.tasks import load

pytestmark = needs_official

# No line ends and tabs; blanks of all kinds at the edges, quotes, colons, U+0085 and U+2028, which are no line ends.
ODD = st.text(alphabet=list("ab\"',;:\\ é中\u00a0\u0085\u2028\u3000\u200c\x1c"), max_size=12)
TEXT = st.one_of(ODD.map(lambda text: f"{text}x{text[::-1]}"), st.sampled_from(["NS", " NS ", '"', "a:b"]))
TAGS = st.sampled_from(["O", "B-PER", "I-ORG", "B-LOC"])
QUICK = settings(max_examples=40, deadline=None)


def rows(task: str, layout: str, raw: Path, split: str, language: str, labels: Path | None = None) -> list[Row]:
    return list(load(task).readers[layout](raw, labels or raw, split, language))


def without_ids(found: Sequence[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


@contextmanager
def folders() -> Iterator[tuple[Path, Path, Path]]:
    """Raw files, the official program's output, a label folder."""
    with TemporaryDirectory() as temporary:
        made = [Path(temporary) / name for name in ("raw", "out", "labels")]
        for folder in made:
            folder.mkdir()
        yield made[0], made[1], made[2]


def put_labels(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))


@QUICK
@given(st.lists(st.tuples(TEXT, TEXT, st.sampled_from(load("xnli").labels)), min_size=1, max_size=6))
def test_xnli(pairs: list[Pair]) -> None:
    with folders() as (raw, out, labels):
        put_xnli(raw, pairs)
        preprocess("xnli", raw, out)
        put_labels(labels / "test-de.tsv", [label for _, _, label in pairs])
        for split in ("dev", "test"):
            native = rows("xnli", "native", raw / "XNLI-1.0", split, "de")
            assert without_ids(native) == without_ids(rows("xnli", "xtreme", out, split, "de", labels))
        train = rows("xnli", "xtreme", out, "train", "en")
        assert without_ids(train) == without_ids(native), "'contradictory' is 'contradiction'"


@QUICK
@given(st.lists(st.tuples(TEXT, TEXT, st.sampled_from("01")), min_size=1, max_size=6))
def test_pawsx(pairs: list[Pair]) -> None:
    with folders() as (raw, out, labels):
        put_pawsx(raw, pairs)
        preprocess("pawsx", raw, out)
        put_labels(labels / "test-ko.tsv", [label for _, _, label in pairs])
        for split, language in (("train", "en"), ("dev", "ko"), ("test", "ko")):
            native = rows("pawsx", "native", raw, split, language)
            assert without_ids(native) == without_ids(rows("pawsx", "xtreme", out, split, language, labels))


@QUICK
@given(st.lists(st.lists(st.tuples(TEXT, TAGS), min_size=1, max_size=5), min_size=1, max_size=4))
def test_panx(sentences: list[Tagged]) -> None:
    with folders() as (raw, out, labels):
        put_panx(raw, sentences)
        preprocess("panx", raw, out, PANX_LANGUAGES=["de"])
        put_labels(labels / "test-de.tsv", [line for one in sentences for line in [*(tag for _, tag in one), ""]])
        for split in ("train", "dev", "test"):
            native = rows("panx", "native", raw, split, "de")
            assert native == rows("panx", "xtreme", out, split, "de", labels)


def test_panx_token_of_white_space_is_lost_in_the_official_files() -> None:
    """There it is an empty field, and in the unlabelled test file an empty line, which ends the sentence."""
    with folders() as (raw, out, _):
        put_panx(raw, [[("New", "B-LOC"), ("\u3000", "I-LOC"), ("York", "I-LOC")]])
        preprocess("panx", raw, out, PANX_LANGUAGES=["de"])
        assert (out / "dev-de.tsv").read_text() == "New\tB-LOC\n\tI-LOC\nYork\tI-LOC\n"
        assert (out / "test-de.tsv").read_text() == "New\n\nYork\n"
        native = rows("panx", "native", raw, "test", "de")
        assert [row["words"] for row in native] == [["New", "\u3000", "York"]]


@QUICK
@given(st.randoms(use_true_random=False), st.sampled_from(["de", "es", "fr", "it", "ar"]))
def test_udpos(random: Random, language: str) -> None:
    with folders() as (raw, out, work):
        put_treebanks(raw, random, language)
        convert_treebanks(raw, out, work)
        path = out / f"dev-{language}.tsv"
        official = rows("udpos", "xtreme", out, "dev", language) if path.is_file() and path.read_text().strip() else []
        assert rows("udpos", "native", raw, "dev", language) == official


@QUICK
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8))
def test_tatoeba(pairs: list[tuple[str, str]]) -> None:
    with folders() as (raw, out, _):
        put_tatoeba(raw, pairs)
        preprocess("tatoeba", raw, out)
        for language in ("fa", "sw", "zh", "tl"):  # pes, swh, cmn, tgl
            native = rows("tatoeba", "native", raw, "test", language)
            texts = {side: [row["text"] for row in native if row["side"] == side] for side in ("source", "english")}
            for side, code in (("source", language), ("english", "en")):
                lines = (out / f"{language}-en.{code}").read_text().split("\n")
                assert texts[side] == lines[:-1]
            found = [(texts["source"][int(row["gold"][0])], row["text"]) for row in native if row["gold"]]
            assert sorted(found) == sorted((source, english.strip()) for source, english in pairs)


CONTEXT = st.tuples(ODD, TEXT, ODD)
NAMES = st.sampled_from(["english", "finnish", "telugu"])


def question(number: int, name: str, parts: tuple[str, str, str]) -> Row:
    """Ids with two hyphens in a row, and the same last part over and over."""
    before, answer, after = parts
    row = span(f"{name}--{number}-{number % 3}", "".join(parts), f"{after}?", answer)
    return {**row, "starts": [len(before)]}


@QUICK
@given(st.lists(st.tuples(NAMES, CONTEXT), max_size=8))
def test_tydiqa(questions: list[tuple[str, tuple[str, str, str]]]) -> None:
    questions.append(("english", ("", "x", " ")))
    made = [question(number, *one) for number, one in enumerate(questions)]
    with folders() as (raw, _, labels):
        put_tydiqa(raw, made)
        train = rows("tydiqa", "native", raw, "train", "en")
        test = rows("tydiqa", "native", raw, "test", "en")
        shutil.copy(raw / "tydiqa-goldp-v1.1-dev/tydiqa-goldp-dev-english.json", labels / "test-en.json")
        preprocess("tydiqa", raw, raw / "tydiqa-goldp-v1.1-train")
        official = rows("tydiqa", "xtreme", raw, "train", "en")
        assert without_ids(official) == without_ids(train)
        assert [row["id"].split("#")[0] for row in official] == [row["id"].split("-")[-1] for row in train]
        assert len({row["id"] for row in official}) == len(official), "repeated ids are told apart"
        assert rows("tydiqa", "xtreme", raw, "test", "en", labels) == test


@pytest.mark.parametrize(("task", "name"), [("xquad", "xquad.de.json"), ("mlqa", "test-context-de-question-de.json")])
def test_answers_taken_off_come_back_from_the_label_folder(task: str, name: str) -> None:
    made = [question(number, "q", ("\ufeff ", "Katze", " x")) for number in range(3)]
    with folders() as (raw, _, labels):
        folder = raw / "test" if task == "mlqa" else raw
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(squad(*made))
        native = rows(task, "native", raw, "test", "de")
        shutil.copy(folder / name, labels / "test-de.json")
        preprocess(task, folder, raw)
        assert all(
            answer == {"answer_start": 0, "text": ""}
            for article in json.loads((folder / name).read_text())["data"]
            for answer in article["paragraphs"][0]["qas"][0]["answers"]
        )
        assert rows(task, "xtreme", raw, "test", "de", labels) == native
