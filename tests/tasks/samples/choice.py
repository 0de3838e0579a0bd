"""Made-up files of XCOPA and of what its model is trained on: Social IQa, COPA."""

from __future__ import annotations

from pathlib import Path

from tests.tasks.published import Row, Sample, jsonl, put

EN = [
    {"premise": "It rained.", "choice1": "I got wet.", "choice2": "I ate.", "question": "effect", "label": 0, "idx": 7},
    {"premise": "He slept.", "choice1": "Tea.", "choice2": "He was tired.", "question": "cause", "label": 1, "idx": 9},
]
ET = [
    row | {"premise": premise, "changed": changed}
    for row, premise, changed in zip(EN, ("Sadas.", "Ta magas."), (False, True))
]


def alternative(row: Row, name: str) -> Row:
    prompt = f"{row['premise']} What was the {row['question']}?"
    return {"id": name, "prompt": prompt, "choices": [row["choice1"], row["choice2"]], "label": row["label"]}


COPA = [alternative(EN[0], "7"), alternative(EN[1], "9")]
XCOPA = [alternative(ET[0], "7"), alternative(ET[1], "9")]
COPA_PLACES = {("train", "en"): COPA, ("dev", "en"): COPA}
XCOPA_PLACES = {("dev", "et"): XCOPA, ("test", "et"): XCOPA}


def copa_native(folder: Path) -> None:
    for name in ("train", "val"):
        put(folder / f"{name}.jsonl", jsonl(*EN))
    put(folder / "test.jsonl", jsonl(*({k: v for k, v in row.items() if k != "label"} for row in EN)))


def copa_xtreme(folder: Path) -> None:
    for name in ("train", "val"):
        put(folder / f"{name}-en.jsonl", jsonl(*EN))


def xcopa_native(folder: Path) -> None:
    put(folder / "et/val.et.jsonl", jsonl(*ET))
    put(folder / "et/test.et.jsonl", jsonl(*ET))


def xcopa_xtreme(folder: Path) -> None:
    put(folder / "val-et.jsonl", jsonl(*ET))
    put(folder / "test-et.jsonl", jsonl(*(row | {"label": 0} for row in ET)))
    put(folder / "labels/test-et.jsonl", jsonl(*({"label": row["label"]} for row in ET)))


SOCIAL: Row = {"context": "Kai sang.", "question": "Why?", "answerA": "joy", "answerB": "rain", "answerC": "tea"}
SIQA: list[Row] = [
    {"id": str(number), "prompt": "Kai sang. Why?", "choices": ["joy", "rain", "tea"], "label": label}
    for number, label in enumerate((0, 2))
]


def siqa_native(folder: Path) -> None:
    for split in ("train", "dev"):
        put(folder / f"{split}.jsonl", jsonl(SOCIAL, SOCIAL))
        put(folder / f"{split}-labels.lst", "1\n3\n")


def siqa_xtreme(folder: Path) -> None:
    for name in ("trn", "dev"):
        rows = (SOCIAL | {"correct": letter, "charOrigIndex": "[1, 2]"} for letter in "AC")
        put(folder / f"socialIQa_v1.4_{name}.jsonl", jsonl(*rows))


SAMPLES = {
    ("copa", "native"): Sample(copa_native, COPA_PLACES),
    ("copa", "xtreme"): Sample(copa_xtreme, COPA_PLACES),
    ("xcopa", "native"): Sample(xcopa_native, XCOPA_PLACES, {("test", "et"): {"changed": 1}}),
    ("xcopa", "xtreme"): Sample(xcopa_xtreme, XCOPA_PLACES, {("test", "et"): {"changed": 1}}),
    ("siqa", "native"): Sample(siqa_native, {("train", "en"): SIQA, ("dev", "en"): SIQA}),
    ("siqa", "xtreme"): Sample(siqa_xtreme, {("train", "en"): SIQA, ("dev", "en"): SIQA}),
}
