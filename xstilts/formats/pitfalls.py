"""Cross-Lingual Pitfalls: questions with sentences around them, found by a search for what fails in one language."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from xstilts.errors import InputError, unknown
from xstilts.formats.questions import read_list
from xstilts.formats.rows import Rows
from xstilts.records.strict import brief

LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "de": "German", "es": "Spanish", "fr": "French", "hi": "Hindi", "ja": "Japanese",
    "sw": "Swahili", "yo": "Yoruba", "zh": "Chinese",
}  # fmt: skip
QUESTIONS = {"hard": ("transquestion", "transchoices"), "clean": ("transori", "transchoices"),
             "english": ("question", "choices")}  # fmt: skip
"""Form -> the columns of its question and its choices: with the sentences around it, without them, both in English."""
FIELDS = {
    "oriquestion": str, "answer": str, "choices": list, "transchoices": list, "transori": str, "transquestion": str,
    "question": str,
}  # fmt: skip


def read_pitfalls(folder: Path, language: str, form: str = "hard") -> Rows:
    """<Language>.json; rows have the same ids in every form.

    Rows of one question are not independent: an id is the question's hash and a number. Rows with another number of
    choices in the language than in English are left out and counted."""
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES, str(folder))
    if form not in QUESTIONS:
        raise unknown("form", form, QUESTIONS, str(folder))
    rows, seen = Rows(), Counter[str]()
    prompt, choices = QUESTIONS[form]
    for _, where, row in read_list(folder / f"{LANGUAGES[language]}.json", FIELDS):
        name = hashlib.sha256(row["oriquestion"].encode()).hexdigest()[:12]
        seen[name] += 1
        label, options = _label(row, where), [_unquoted(choice, where) for choice in row[choices]]
        if len(row["transchoices"]) != len(row["choices"]):
            rows.odd["other_number_of_choices"] += 1
        elif not row[prompt].strip() or not all(options):
            rows.odd["empty_texts"] += 1
        else:
            rows.add(id=f"{name}-{seen[name]}", prompt=row[prompt].strip(), choices=options, label=label)
    return rows


def english_questions(folder: Path) -> set[str]:
    """The English questions that all files of the folder were made from: nothing may be trained on them."""
    paths = [folder / f"{name}.json" for name in LANGUAGES.values()]
    return {row["oriquestion"].strip() for path in paths if path.exists() for *_, row in read_list(path, FIELDS)}


def _label(row: dict[str, Any], where: str) -> int:
    """The place of the right answer: the answer is given as a text, in English."""
    places = [place for place, choice in enumerate(row["choices"]) if choice == row["answer"]]
    if len(places) != 1:
        raise InputError(f"{where}: found {len(places)} choices that are {brief(row['answer'])}, expected one")
    return places[0]


def _unquoted(choice: Any, where: str) -> str:
    """official: some choices have kept the quotes of a list that Python wrote."""
    if not isinstance(choice, str):
        raise InputError(f"{where}: found the choice {brief(choice)}, expected a text")
    text = choice.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == "'" else text
