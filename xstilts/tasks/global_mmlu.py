"""Global-MMLU: MMLU's test set in 42 languages, translated by machine and in part mended by people."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.english_questions import SIZES, read_english
from xstilts.formats.hub import read_hub
from xstilts.formats.questions import add_question, place
from xstilts.formats.rows import Rows
from xstilts.tasks import Hub, Task

OPTIONS = tuple(f"option_{letter}" for letter in "abcd")
COLUMNS = dict.fromkeys(("sample_id", "question", *OPTIONS, "answer"), str)


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<language>/test-*.parquet of CohereLabs/Global-MMLU; an id (`sample_id`) is the same in all languages.

    English training and development sets come from the folder `labels`."""
    if split != "test":
        return read_english(labels, split, language)
    rows = Rows()
    for where, row in read_hub(raw / language, "test", COLUMNS):
        options = [row[name] for name in OPTIONS]
        add_question(rows, row["sample_id"], row["question"], options, place(row["answer"], 4, where), where)
    return rows


TASK = Task(
    name="global_mmlu",
    family="choice",
    metric="choice_accuracy",
    languages=tuple(
        "am ar bn cs de el en es fa fil fr ha he hi id ig it ja ko ky lt mg ms ne nl ny pl pt ro ru si sn so sr sv sw "
        "te tr uk vi yo zh".split()
    ),
    readers={"hub": read_parquet},
    counts={**SIZES, "test": 14_042},
    licence="Apache 2.0",
    citation="Singh et al. 2025: Global MMLU: Understanding and Addressing Cultural and Linguistic Biases in "
    "Multilingual Evaluation. ACL. arXiv 2412.03304",
    # Commit as pinned in a public project.
    origin=(Hub("CohereLabs/Global-MMLU", "0e619dbeb34206cd48705a1a0ea7fb21cae09993", ("*/test-*",)),),
    notes={
        "translations": "a translation of MMLU: not independent of its results; how it was made differs by language"
    },
)
