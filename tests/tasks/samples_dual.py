"""Made-up files of the dual encoder tasks: LAReQA (XQuAD-R and SQuAD)."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tasks.published import Row, Sample, put, span, squad

# The title's full stop ends no sentence; a line end counts as a blank and is deleted.
CONTEXT = "Dr. Ray saw a cat.\nIt sat on Mt. Fell."
PAIRS = [
    span("a1", CONTEXT, "Who saw it?", "Ray"),
    span("a2", CONTEXT, "Where?", "Mt. Fell", "Fell"),
    span("a3", "All in one.", "What?", "one"),
]


def query(name: str, text: str, *gold: str) -> Row:
    return {"id": name, "query": text, "candidate": "", "gold": list(gold)}


def candidate(name: str, text: str) -> Row:
    return {"id": name, "query": "", "candidate": text, "gold": []}


def matched(name: str, text: str, answer: str, gold: str) -> Row:
    return {"id": name, "query": text, "candidate": answer, "gold": [gold]}


FLAT = CONTEXT.replace("\n", "")
TRAIN = [
    matched("a1", "Who saw it?", f"Dr. Ray saw a cat.{FLAT}", "en_1_0"),
    matched("a2", "Where?", f"It sat on Mt. Fell.{FLAT}", "en_1_1"),
    matched("a3", "What?", "All in one.All in one.", "en_2_0"),
]

# Two sentences with the same text are both right. "q3" begins between two sentences in German: it is not asked there.
XQUAD_R = {
    "de": ("Ja. Rot. Ja.", [[0, 3], [4, 8], [9, 12]], {"q1": 0, "q2": 4, "q3": 3}),
    "en": ("Yes. Red.", [[0, 4], [5, 9]], {"q1": 0, "q2": 5, "q3": 6}),
}


def xquad_r(language: str) -> str:
    context, breaks, starts = XQUAD_R[language]
    qas = [
        {"id": name, "question": f"{name}-{language}?", "answers": [{"text": context[at], "answer_start": at}]}
        for name, at in starts.items()
    ]
    return json.dumps(
        {"data": [{"title": "t", "paragraphs": [{"context": context, "sentence_breaks": breaks, "qas": qas}]}]}
    )


def lareqa(folder: Path) -> None:
    for split in ("train", "dev"):
        put(folder / f"labels/{split}-v1.1.json", squad(*PAIRS))
        put(folder / f"{split}-v1.1.json", squad(*PAIRS))
    for language in XQUAD_R:
        put(folder / f"{language}.json", xquad_r(language))


SAMPLES = {
    ("lareqa", "native"): Sample(
        lareqa,
        {
            ("train", "en"): TRAIN,
            ("dev", "en"): TRAIN,
            ("candidates", "all"): [
                candidate("de_1_0", "Ja.Ja. Rot. Ja."), candidate("de_1_1", "Rot.Ja. Rot. Ja."),
                candidate("de_1_2", "Ja.Ja. Rot. Ja."), candidate("en_1_0", "Yes.Yes. Red."),
                candidate("en_1_1", "Red.Yes. Red."),
            ],
            ("test", "de"): [
                query("q1", "q1-de?", "de_1_0", "de_1_2", "en_1_0"), query("q2", "q2-de?", "de_1_1", "en_1_1"),
            ],
            ("test", "en"): [
                query("q1", "q1-en?", "de_1_0", "de_1_2", "en_1_0"), query("q2", "q2-en?", "de_1_1", "en_1_1"),
                query("q3", "q3-en?", "en_1_1"),
            ],
        },
        {("test", "de"): {"answers_between_sentences": 1}},
    ),
}  # fmt: skip
