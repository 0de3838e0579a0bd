"""Made-up files of the intermediate tasks ANLI, SNLI, QQP, Cosmos QA and CommonsenseQA, with their oddities."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.tasks.published import Row, Sample, jsonl, pair, put, put_hub

NLI = ["entailment", "neutral", "contradiction"]


def described(name: str, label: str, one: str, two: str) -> Row:
    return {"captionID": name[:-3], "pairID": name, "gold_label": label, "sentence1": one, "sentence2": two}


SNLI = [  # the second has no majority label
    described("7.jpg#2r1n", "neutral", "N/A", "D\u2028?"), described("7.jpg#2r1c", "-", "A", "no majority"),
    described("8.jpg#0r1e", "entailment", "E", 'F "g"'),
]  # fmt: skip
SNLI_ROWS = [pair("7.jpg#2r1n", "N/A", "D\u2028?", "neutral"), pair("8.jpg#0r1e", "E", 'F "g"', "entailment")]


def snli_native(folder: Path) -> None:
    for split in ("train", "dev"):
        put(folder / f"snli_1.0_{split}.jsonl", jsonl(*SNLI))


def snli_hub(folder: Path) -> None:
    rows = [
        {"premise": row["sentence1"], "hypothesis": row["sentence2"], "label": label}
        for row, label in zip(SNLI, (1, -1, 0))
    ]
    for split in ("train", "validation"):
        put_hub(folder / f"plain_text/{split}-00000-of-00001.parquet", rows, {"label": NLI})


ANLI: dict[str, list[Row]] = {  # the first uid of round 1 comes again, also in round 2
    "1": [
        {"uid": "a1", "context": "A<br>b.", "hypothesis": "B", "label": "n", "model_label": "e", "reason": "r"},
        {"uid": "a1", "context": "C", "hypothesis": "D", "label": "c", "model_label": "e", "reason": ""},
    ],
    "2": [{"uid": "a1", "context": "E", "hypothesis": "F", "label": "e", "model_label": "n", "reason": "r"}],
    "3": [{"uid": "b", "context": "G", "hypothesis": "H", "label": "c", "model_label": "n", "reason": "r"}],
}
ANLI_ROWS = [
    pair("r1/a1", "A<br>b.", "B", "neutral"), pair("r1/a1#2", "C", "D", "contradiction"),
    pair("r2/a1", "E", "F", "entailment"), pair("r3/b", "G", "H", "contradiction"),
]  # fmt: skip


def anli_native(folder: Path) -> None:
    for number, rows in ANLI.items():
        for split in ("train", "dev"):
            put(folder / f"R{number}/{split}.jsonl", jsonl(*rows))


def anli_hub(folder: Path) -> None:
    order = {"e": 0, "n": 1, "c": 2}
    for number, rows in ANLI.items():
        columns = [
            {"uid": row["uid"], "premise": row["context"], "hypothesis": row["hypothesis"], "reason": row["reason"]}
            | {"label": order[row["label"]]}
            for row in rows
        ]
        for split in ("train", "dev"):
            put_hub(folder / f"plain_text/{split}_r{number}-00000-of-00001.parquet", columns, {"label": NLI})


QQP_HEADER = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n"
QQP_ROWS = [
    pair("7", 'Why "a?', 'What is "b" for c?', "1"), pair("9", "A\u2028b?", "", "0"), pair("11", '"', "D?", "0")
]  # fmt: skip


def qqp_native(folder: Path) -> None:
    """A quote that nobody closes, an empty question, and one that a line end has broken in two."""
    lines = [f"{r['id']}\t1\t2\t{r['text_a']}\t{r['text_b']}\t{r['label']}\n" for r in QQP_ROWS]
    broken = "8\t5\t6\tIs it\nbroken?\tIt is?\t0\n"
    for split in ("train", "dev"):
        put(folder / f"{split}.tsv", QQP_HEADER + lines[0] + broken + lines[1] + lines[2])


def qqp_hub(folder: Path) -> None:
    rows = [
        {"question1": r["text_a"], "question2": r["text_b"], "label": int(r["label"]), "idx": int(r["id"])}
        for r in QQP_ROWS
    ]
    for split in ("train", "validation"):
        put_hub(folder / f"qqp/{split}-00000-of-00001.parquet", rows, {"label": ["not_duplicate", "duplicate"]})


COSMOS_COLUMNS = "id context question answer0 answer1 answer2 answer3 label".split()
COSMOS: list[list[str]] = [  # answers that pandas takes for missing numbers, commas, quotes, a line end in a field
    ["w##q1", 'He said , " no " .', "Why ?", "None", "NA", "nan", "null", "1"],
    ["w##q2", "One .\nTwo .", "What , then ?", "1", "None of the above choices .", "", "b", "1"],
]
COSMOS_ROWS: list[Row] = [
    {"id": "w##q1", "prompt": 'He said , " no " . Why ?', "choices": ["None", "NA", "nan", "null"], "label": 1},
    {"id": "w##q2", "prompt": "One .\nTwo . What , then ?", "choices": COSMOS[1][3:7], "label": 1},
]


def cosmos_csv(*rows: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COSMOS_COLUMNS, *rows])
    return text.getvalue()


def cosmosqa_native(folder: Path) -> None:
    for name in ("train", "valid"):
        put(folder / f"{name}.csv", cosmos_csv(*COSMOS))


def cosmosqa_hub(folder: Path) -> None:
    rows = [{**dict(zip(COSMOS_COLUMNS, row)), "label": int(row[-1])} for row in COSMOS]
    for split in ("train", "validation"):
        put_hub(folder / f"default/{split}/0000.parquet", rows)


def commonsense(name: str, stem: str, letters: str, texts: list[str], key: str) -> Row:
    choices = [{"label": letter, "text": text} for letter, text in zip(letters, texts)]
    return {"answerKey": key, "id": name, "question": {"question_concept": "x", "choices": choices, "stem": stem}}


CSQA = [  # the second with its letters out of order and a choice that stands there twice
    commonsense("q1", "Where is it?", "ABCDE", ["a", "NA", "c", "d", "e"], "B"),
    commonsense("q2", "Who ?", "CABED", ["c", "a", "b", "e", "a"], "A"),
]
CSQA_ROWS: list[Row] = [
    {"id": "q1", "prompt": "Where is it?", "choices": ["a", "NA", "c", "d", "e"], "label": 1},
    {"id": "q2", "prompt": "Who ?", "choices": ["a", "b", "c", "a", "e"], "label": 0},
]


def csqa_native(folder: Path) -> None:
    for split in ("train", "dev"):
        put(folder / f"{split}_rand_split.jsonl", jsonl(*CSQA))


def csqa_hub(folder: Path) -> None:
    rows = []
    for row in CSQA:
        question = row["question"]
        lists = {name: [choice[name] for choice in question["choices"]] for name in ("label", "text")}
        rows.append({"id": row["id"], "question": question["stem"], "choices": lists, "answerKey": row["answerKey"]})
    for split in ("train", "validation"):
        put_hub(folder / f"data/{split}-00000-of-00001.parquet", rows)


def both(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    return {("train", "en"): rows, ("dev", "en"): rows}


def odd(**counts: int) -> dict[tuple[str, str], dict[str, int]]:
    return {("train", "en"): counts, ("dev", "en"): counts}


SAMPLES = {
    ("anli", "native"): Sample(anli_native, both(ANLI_ROWS), odd(repeated_ids=1)),
    ("anli", "hub"): Sample(anli_hub, both(ANLI_ROWS), odd(repeated_ids=1)),
    ("snli", "native"): Sample(snli_native, both(SNLI_ROWS), odd(unlabelled=1)),
    ("snli", "hub"): Sample(
        snli_hub, both([row | {"id": number} for row, number in zip(SNLI_ROWS, "02")]), odd(unlabelled=1)
    ),
    ("qqp", "native"): Sample(qqp_native, both(QQP_ROWS), odd(broken_lines=2, empty_questions=1)),
    ("qqp", "hub"): Sample(qqp_hub, both(QQP_ROWS), odd(empty_questions=1)),
    ("cosmosqa", "native"): Sample(cosmosqa_native, both(COSMOS_ROWS), odd(none_of_the_above=1)),
    ("cosmosqa", "hub"): Sample(cosmosqa_hub, both(COSMOS_ROWS), odd(none_of_the_above=1)),
    ("csqa", "native"): Sample(csqa_native, both(CSQA_ROWS), odd(repeated_choices=1)),
    ("csqa", "hub"): Sample(csqa_hub, both(CSQA_ROWS), odd(repeated_choices=1)),
}
