"""LAReQA: find the sentences, in all languages at once, that answer a question; trained on SQuAD v1.1 (XTREME-R)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.formats.rows import Rows
from xstilts.formats.sentences import sentence_breaks
from xstilts.formats.squad import read_squad
from xstilts.formats.text import has_fields, read_document
from xstilts.records.strict import brief
from xstilts.tasks import Archive, Task

LANGUAGES = tuple("ar de el en es hi ru th tr vi zh".split())


@dataclass
class File:
    """XQuAD-R in one language: candidate id -> text, and question id -> its text and the candidates that answer it.

    Translations of a question share its id."""

    candidates: dict[str, str] = field(default_factory=dict)
    questions: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    between: int = 0  # questions whose answer begins in no sentence


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """[xquad-r/]<language>.json, XQuAD with sentence breaks; the label folder has SQuAD's {train,dev}-v1.1.json.

    Split `candidates`, language `all`: the sentences of every language whose file is there."""
    if split in ("train", "dev"):
        return _pairs(labels / f"{split}-v1.1.json")
    folder = raw / "xquad-r" if (raw / "xquad-r").is_dir() else raw
    given = [one for one in LANGUAGES if os.path.lexists(folder / f"{one}.json")]
    if not given or (split != "candidates" and language not in given):
        raise InputError(f"{folder}/{language if split == 'test' else '<language>'}.json: file not found")
    files = {one: _read(one, folder / f"{one}.json") for one in given}
    rows = Rows()
    _check_different({one: file.candidates for one, file in files.items()}, folder)
    if split == "candidates":
        for file in files.values():
            for name, text in file.candidates.items():
                rows.add(id=name, query="", candidate=text, gold=[])
        return rows
    rows.odd["answers_between_sentences"] += files[language].between
    for name, (question, _) in files[language].questions.items():
        gold = [one for file in files.values() if name in file.questions for one in file.questions[name][1]]
        rows.add(id=name, query=question, candidate="", gold=gold)
    return rows


def _check_different(candidates: dict[str, dict[str, str]], folder: Path) -> None:
    """Refuse one file under the names of two languages."""
    seen: dict[tuple[str, ...], str] = {}
    for language, texts in candidates.items():
        other = seen.setdefault(tuple(texts.values()), language)
        if other != language:
            raise InputError(
                f"{folder}/{language}.json: found the same texts as in {other}.json, expected '{language}'"
            )


def _pairs(path: Path) -> Rows:
    """Each question of a SQuAD file with the sentence that its first answer begins in, and the paragraph."""
    rows = Rows()
    paragraphs: dict[str, tuple[int, list[tuple[int, int]]]] = {}
    for row in read_squad(path):
        context = row["context"]
        if context not in paragraphs:
            paragraphs[context] = (len(paragraphs) + 1, sentence_breaks(context))
        number, breaks = paragraphs[context]
        place = _sentence(breaks, row["starts"][0])
        if place is None:  # official: such a question is left out
            rows.odd["answers_between_sentences"] += 1
            continue
        text = _joined(context[slice(*breaks[place])], context)
        rows.add(id=row["id"], query=row["question"], candidate=text, gold=[f"en_{number}_{place}"])
    return rows


def _read(language: str, path: Path) -> File:
    """One file of XQuAD-R, checked."""
    file = File()
    for number, (where, paragraph) in enumerate(_paragraphs(path), start=1):
        context, breaks = paragraph["context"], [tuple(one) for one in paragraph["sentence_breaks"]]
        sentences = [context[start:end] for start, end in breaks]
        names = [f"{language}_{number}_{place}" for place in range(len(breaks))]
        file.candidates |= {name: _joined(one, context) for name, one in zip(names, sentences)}
        for question in paragraph["qas"]:
            has_fields(question, {"id": str, "question": str, "answers": list}, where)
            if len(question["answers"]) != 1 or question["id"] in file.questions:
                found = f"{len(question['answers'])} answers" if question["id"] not in file.questions else "it again"
                raise InputError(f"{where}: question {question['id']}: found {found}, expected it once with one answer")
            has_fields(question["answers"][0], {"answer_start": int}, where)
            place = _sentence(breaks, question["answers"][0]["answer_start"])
            if place is None:  # official: such a question is left out
                file.between += 1
                continue
            # official: a sentence of the paragraph with the same text is right too.
            gold = [name for name, one in zip(names, sentences) if one == sentences[place]]
            file.questions[question["id"]] = (question["question"], gold)
    return file


def _paragraphs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, paragraph) in file order; sentence breaks lie within the paragraph."""
    document = read_document(path)
    has_fields(document, {"data": list}, str(path))
    number = 0
    for article in document["data"]:
        has_fields(article, {"paragraphs": list}, str(path))
        for paragraph in article["paragraphs"]:
            number += 1
            where = f"{path}: paragraph {number}"
            has_fields(paragraph, {"context": str, "qas": list, "sentence_breaks": list}, where)
            size = len(paragraph["context"])
            for one in paragraph["sentence_breaks"]:
                pair = isinstance(one, list) and len(one) == 2 and all(type(place) is int for place in one)
                if not pair or not 0 <= one[0] < one[1] <= size:
                    raise InputError(
                        f"{where}: found the sentence break {brief(one)}, expected a range within 0 to {size}"
                    )
            yield where, paragraph


def _sentence(breaks: list[tuple[int, int]], offset: int) -> int | None:
    """The number of the sentence that holds a character."""
    return next((place for place, (start, end) in enumerate(breaks) if start <= offset < end), None)


def _joined(sentence: str, context: str) -> str:
    # official: nothing stands between the two, and line ends are deleted (xtreme `third_party/processors/lareqa.py`).
    return (sentence + context).replace("\n", "")


COMMIT = "9bc8c7fb6dd8d01d72a05a93c2cb96882b0d299c"
XQUAD_R = f"https://raw.githubusercontent.com/google-research-datasets/lareqa/{COMMIT}/xquad-r"
SQUAD = "https://rajpurkar.github.io/SQuAD-explorer/dataset"

TASK = Task(
    name="lareqa",
    family="dual",
    metric="map",
    languages=LANGUAGES,
    readers={"native": read_native},
    counts={"test": 1_190, "candidates": 13_014},
    licence="CC BY-SA 4.0",
    citation="Roy, Constant, Al-Rfou, Barua, Phillips, Yang 2020: LAReQA: Language-agnostic Answer Retrieval from a "
    "Multilingual Pool. EMNLP. arXiv 2004.05484",
    origin=(
        *(Archive(f"{XQUAD_R}/{language}.json") for language in LANGUAGES),
        *(Archive(f"{SQUAD}/{split}-v1.1.json") for split in ("train", "dev")),
    ),
    pool=True,
)
