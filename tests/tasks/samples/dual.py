"""Made-up files of the dual encoder tasks: LAReQA (XQuAD-R and SQuAD), Mewsli-X."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tasks.published import Row, Sample, jsonl, put, span, squad

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


NEWS = "Old Bob {x}.  Then Bob ran.\nIt ended."
SPANS = [{"start": 0, "end": 12}, {"start": 14, "end": 27}, {"start": 28, "end": 37}]


def context(language: str) -> Row:
    return {"document_id": f"{language}-1", "language": language, "text": NEWS, "sentence_spans": SPANS}


def mention(name: str, start: int, end: int, entity: str) -> Row:
    span = {"start": start, "end": end, "text": NEWS[start:end]}
    return {"example_id": name, "mention_span": span, "entity_id": entity, "metadata": {"bin_name": "b"}}


def entity(name: str, text: str, *ends: int) -> Row:
    spans = [{"start": start, "end": end} for start, end in zip((0, *ends), ends)]
    return {"entity_id": name, "title": "t", "description": text, "description_language": "en", "sentence_spans": spans}


BOBS = [mention("m1", 4, 7, "Q1"), mention("m2", 19, 22, "Q2")]
ENTITIES = [entity("Q1", "One Bob.\nA king.", 8, 16), entity("Q2", "A hill, cut here. Gone.", 17)]
KING, HILL = "One Bob. A king.", "A hill, cut here."
ASKED = ["Bob: Old { Bob } (x).", "Bob: Then { Bob } ran."]


def mewslix_common(folder: Path) -> None:
    pairs = [
        {"contextual_mention": {"context": context("en"), "mention": one}, "entity": ENTITIES[n]}
        for n, one in enumerate(BOBS)
    ]
    for split in ("train", "dev"):
        put(folder / f"wikipedia_pairs-{split}.jsonl", jsonl(*pairs))
    put(folder / "candidate_set_entities.jsonl", jsonl(*ENTITIES))


def mewslix_native(folder: Path) -> None:
    mewslix_common(folder)
    articles = [{"context": context(language), "mentions": BOBS} for language in ("de", "tr")]
    put(folder / "wikinews_mentions-test.jsonl", jsonl(*articles))


def mewslix_xtreme(folder: Path) -> None:
    mewslix_common(folder)
    emptied = [one | {"entity_id": ""} for one in BOBS]
    put(folder / "wikinews_mentions/test-de.jsonl", jsonl({"context": context("de"), "mentions": emptied}))
    put(folder / "labels/test-de.json", json.dumps({"m1": ["Q1"], "m2": [" Q2"], "m3": ["Q1"]}))


MEWSLIX_PAIRS = [matched("m1", ASKED[0], KING, "Q1"), matched("m2", ASKED[1], HILL, "Q2")]
MEWSLIX = {
    ("train", "en"): MEWSLIX_PAIRS,
    ("dev", "en"): MEWSLIX_PAIRS,
    ("candidates", "all"): [candidate("Q1", KING), candidate("Q2", HILL)],
    ("test", "de"): [query("m1", ASKED[0], "Q1"), query("m2", ASKED[1], "Q2")],
}

SAMPLES = {
    ("mewslix", "native"): Sample(mewslix_native, MEWSLIX),
    ("mewslix", "xtreme"): Sample(mewslix_xtreme, MEWSLIX),
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
