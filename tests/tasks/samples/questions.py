"""Made-up files of exams with several options: MMLU and its translations, and those that were written in a language."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.tasks.published import Row, Sample, jsonl, put, put_hub

ENGLISH: list[Row] = [  # the right answer stands last, an option is empty, and two questions have no one right answer
    {"question": "What barks? ", "choices": ["a cat", "a tree", "a dog"], "answer": "a dog", "source": "sciq"},
    {"question": "How many?", "choices": ["five", "six", "five"], "answer": "five", "source": "sciq"},
    {"question": "Where?", "choices": ["here", "there"], "answer": "", "source": "sciq"},
    {"question": "Is it?", "choices": ["no", "", "yes", "never"], "answer": "never", "source": "sciq"},
    {"question": "Who sleeps 0?", "choices": ["I", "you"], "answer": "you", "source": "sciq"},
]
ENGLISH[2]["choices"] = [*ENGLISH[2]["choices"], ""]


def question(name: str, prompt: str, choices: Sequence[str], label: int) -> Row:
    return {"id": name, "prompt": prompt, "choices": list(choices), "label": label}


TRAIN = [
    question("sciq-3", "Is it?", ["yes", "never", "no"], 1),
    question("sciq-4", "Who sleeps 0?", ["you", "I"], 0),
]
DEV = [question("sciq-0", "What barks?", ["a dog", "a cat", "a tree"], 0)]
COUNTED = {"empty_choices": 2, "answer_not_one": 2}
PLACES = {("train", "en"): TRAIN, ("dev", "en"): DEV}
ODD = {("train", "en"): COUNTED}


def pool(folder: Path) -> None:
    put(folder / "ai2_arc_easy.json", "[]")
    put(folder / "truthful_qa.json", "[]")
    put(folder / "sciq.json", json.dumps(ENGLISH, indent=4))


def lines(rows: Iterable[Sequence[object]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def with_pool(write: Callable[[Path], None]) -> Callable[[Path], None]:
    def both(folder: Path) -> None:
        pool(folder / "labels")
        write(folder)

    return both


FOUR = [
    ["Which one, of these?", "one", "two", "three", "four", "C"],
    ["Again\nwhich?", "a", "b", "b", "d", "A"],
    ["Empty?", "a", " ", "c", "d", "A"],
]
FOUR_ROWS = [
    question("{}0", "Which one, of these?", ["one", "two", "three", "four"], 2),
    question("{}1", "Again\nwhich?", ["a", "b", "b", "d"], 0),
]
FOUR_ODD = {"empty_texts": 1, "repeated_choices": 1}


def named(prefix: str) -> list[Row]:
    return [{**row, "id": row["id"].format(prefix)} for row in FOUR_ROWS]


def mmlu_native(folder: Path) -> None:
    put(folder / "test/anatomy_test.csv", lines(FOUR))
    put(folder / "test/world_religions_test.csv", lines(FOUR[:1]))


def mmlu_hub(folder: Path) -> None:
    names = ["A", "B", "C", "D"]
    rows = [{"question": q, "subject": "anatomy", "choices": own, "answer": names.index(a)} for q, *own, a in FOUR]
    for split, own in (("test", rows), ("auxiliary_train", rows[:1]), ("validation", rows[1:])):
        for place in (folder, folder / "labels"):
            put_hub(place / f"all/{split}-00000-of-00001.parquet", own, {"answer": names})
            put_hub(place / f"{split}-00000-of-00001.parquet", own, {"answer": names})


def mmmlu(folder: Path) -> None:
    header = ["", "Question", "A", "B", "C", "D", "Answer", "Subject"]
    text = lines([header, *([number, *row, "anatomy"] for number, row in enumerate(FOUR))])
    for place in (folder, folder / "test"):
        put(place / "mmlu_SW-KE.csv", text)


def global_mmlu(folder: Path) -> None:
    names = ("question", "option_a", "option_b", "option_c", "option_d", "answer")
    rows = [{"sample_id": f"anatomy/test/{n}", **dict(zip(names, row))} for n, row in enumerate(FOUR)]
    put_hub(folder / "am/test-00000-of-00001.parquet", rows)


def mmlu_prox(folder: Path) -> None:
    rows: list[Row] = [
        {"question_id": 70, "question": "Ten?", "answer": "J", "answer_index": 9},
        {"question_id": 71, "question": "Three?", "answer": "B", "answer_index": 1},
        {"question_id": 72, "question": "Which?", "answer": "C", "answer_index": 1},
    ]
    for row, size in zip(rows, (10, 3, 3)):
        row |= {f"option_{number}": f"o{number}" if number < size else None for number in range(10)}
    put_hub(folder / "zu/test-00000-of-00001.parquet", rows)


PROX = [
    question("70", "Ten?", [f"o{number}" for number in range(10)], 9), question("71", "Three?", ["o0", "o1", "o2"], 1),
]  # fmt: skip


def include(folder: Path) -> None:
    names = ("question", "option_a", "option_b", "option_c", "option_d")
    rows = [{"language": "x", **dict(zip(names, row)), "answer": "ABCD".index(row[5])} for row in FOUR]
    put_hub(folder / "North Macedonian/test-00000-of-00001.parquet", rows)


PASSAGE = {
    "link": "https://en.wikibooks.org/wiki/Accordion/Right_hand", "flores_passage": "Keep the hand relaxed. ",
    "question": "What is good?", "mc_answer1": "a", "mc_answer2": "b", "mc_answer3": "c", "mc_answer4": "d",
}  # fmt: skip
READ = [
    question(f"Right_hand-{number}", "Keep the hand relaxed. What is good?", "abcd", label)
    for number, label in ((1, 3), (2, 0))
]


def belebele(folder: Path) -> None:
    rows: list[Row] = [PASSAGE | {"question_number": 1, "correct_answer_num": "4"}, PASSAGE | {"question_number": 2}]
    rows[1]["correct_answer_num"] = 1  # as in the archive
    for place in (folder, folder / "data"):
        put(place / "swh_Latn.jsonl", jsonl(*rows))
        put(place / "acm_Arab.jsonl", jsonl(rows[0]))


def cmmlu(folder: Path) -> None:
    header = ["", "Question", "A", "B", "C", "D", "Answer"]
    text = lines([header, *([number, *row] for number, row in enumerate(FOUR))])
    put(folder / "test/anatomy.csv", text)
    put(folder / "dev/anatomy.csv", text)


def jmmlu(folder: Path) -> None:
    """The first field is quoted behind a byte-order mark, and there are blanks in front of fields."""
    put(folder / "anatomy.csv", "\ufeff" + lines([[FOUR[0][0], " one", *FOUR[0][2:5], " C"], *FOUR[1:]]))


def turkishmmlu(folder: Path) -> None:
    rows: list[Row] = [{"question": "Hangisi?", "choices": ["1", "2", "3", "4", "5"], "answer": "E"}]
    put(folder / "test/TurkishMMLU_Religion and Ethics.json", json.dumps(rows))
    put(folder / "dev/TurkishMMLU_Biology.json", json.dumps(rows))


def exam(name: str, language: str, options: str, answer: str) -> Row:
    choices = [{"text": f"o{letter}", "label": letter} for letter in options]
    about = {"grade": 10, "subject": "Biology", "language": language}
    return {"id": name, "question": {"stem": "Cine?", "choices": choices}, "answerKey": answer, "info": about}


EXAMS = [
    exam("a-1", "German", "ABC", "B"),
    exam("a-2", "German", "ABCD", "@"),
    exam("b-1", "North Macedonian", "ABCDE", "E"),
]
EXAM_ROWS = {
    ("test", "de"): [question("a-1", "Cine?", ["oA", "oB", "oC"], 1)],
    ("test", "mk"): [question("b-1", "Cine?", [f"o{letter}" for letter in "ABCDE"], 4)],
    ("train", "mk"): [question("b-1", "Cine?", [f"o{letter}" for letter in "ABCDE"], 4)],
}


def exams(folder: Path) -> None:
    for split in ("train", "dev", "test"):
        put(folder / f"multilingual/{split}.jsonl", jsonl(*EXAMS))


def jcommonsenseqa(folder: Path) -> None:
    row = {"q_id": 7, "question": "絵本は?", **{f"choice{number}": f"c{number}" for number in range(5)}, "label": 2}
    put(folder / "train-v1.3.json", jsonl(row))
    put(folder / "valid-v1.3.json", jsonl(row | {"q_id": 8, "label": 0}))


TRAP: Row = {
    "oriquestion": "Is it?", "question": "So. Is it?", "choices": ["I", "you"], "answer": "you", "transori": "Wer?",
    "transquestion": "Also. Wer?", "transchoices": ["'ich'", "du"],
}  # fmt: skip


TRAPPED = question("ecde693842a9-1", "Also. Wer?", ["ich", "du"], 1)


def pitfalls(folder: Path) -> None:
    put(folder / "German.json", json.dumps([TRAP, TRAP | {"transchoices": ["ich"]}]))


JCQ = [f"c{number}" for number in range(5)]
HUB_ENGLISH = {
    ("train", "en"): [question("train-0", FOUR[0][0], FOUR[0][1:5], 2)],
    ("dev", "en"): [question("dev-0", FOUR[1][0], FOUR[1][1:5], 0)],
}


def tested(language: str, rows: list[Row], odd: dict[str, int], write: Callable[[Path], None]) -> Sample:
    """A set with nothing but a test set in one language, beside the English pool."""
    return Sample(with_pool(write), {**PLACES, ("test", language): rows}, {**ODD, ("test", language): odd})


SAMPLES = {
    ("choice_pool", "native"): Sample(pool, PLACES, ODD),
    ("mmlu", "native"): tested("en", [*named("anatomy-"), named("world_religions-")[0]], FOUR_ODD, mmlu_native),
    ("mmlu", "hub"): Sample(mmlu_hub, {**HUB_ENGLISH, ("test", "en"): named("")}, {("test", "en"): FOUR_ODD}),
    ("mmmlu", "native"): tested("sw", named(""), FOUR_ODD, mmmlu),
    ("mmmlu", "hub"): tested("sw", named(""), FOUR_ODD, mmmlu),
    ("global_mmlu", "hub"): tested("am", named("anatomy/test/"), FOUR_ODD, global_mmlu),
    ("mmlu_prox", "hub"): tested("zu", PROX, {"two_answers": 1}, mmlu_prox),
    ("include", "hub"): tested("mk", named("mk-"), FOUR_ODD, include),
    ("belebele", "native"): tested("sw", READ, {}, belebele),
    ("belebele", "hub"): tested("acm-arab", READ[:1], {}, belebele),
    ("cmmlu", "native"): tested("zh", named("anatomy-"), FOUR_ODD, cmmlu),
    ("jmmlu", "native"): tested("ja", named("anatomy-"), FOUR_ODD, jmmlu),
    ("turkishmmlu", "native"): tested(
        "tr", [question("Religion_and_Ethics-0", "Hangisi?", "12345", 4)], {}, turkishmmlu
    ),
    ("exams", "native"): Sample(with_pool(exams), {**PLACES, **EXAM_ROWS}, {**ODD, ("test", "de"): {"no_answer": 1}}),
    ("pitfalls", "native"): Sample(  # a question of the training set was asked in German
        with_pool(pitfalls),
        {("train", "en"): TRAIN[1:], ("dev", "en"): DEV, ("test", "de"): [TRAPPED]},
        {("train", "en"): {**COUNTED, "in_test_set": 1}, ("test", "de"): {"other_number_of_choices": 1}},
    ),
    ("jcommonsenseqa", "native"): Sample(
        with_pool(jcommonsenseqa),
        {
            **PLACES,
            ("train", "ja"): [question("7", "絵本は?", JCQ, 2)],
            ("dev", "ja"): [question("8", "絵本は?", JCQ, 0)],
        },
        ODD,
    ),
}
