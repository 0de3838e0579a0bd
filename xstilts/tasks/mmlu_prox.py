"""MMLU-ProX: MMLU-Pro in 29 languages; harder questions with up to ten options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.english_questions import SIZES, read_english
from xstilts.formats.hub import read_hub, shards
from xstilts.formats.questions import LETTERS, add_question, place
from xstilts.formats.rows import Rows
from xstilts.tasks import Hub, Task

OPTIONS = tuple(f"option_{number}" for number in range(len(LETTERS)))
COLUMNS = {"question_id": int, "question": str, "answer": str, "answer_index": int, **dict.fromkeys(OPTIONS[:2], str)}


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<language>/test-*.parquet of li-lab/MMLU-ProX; options that a question does not have are null.

    A question whose letter and number name two answers is left out and counted. English training and development sets
    come from the folder `labels`."""
    if split != "test":
        return read_english(labels, split, language)
    rows, folder = Rows(), raw / language
    for (where, row), options in zip(read_hub(folder, "test", COLUMNS), _options(folder)):
        texts = [text for text in options if text]
        if options[: len(texts)] != texts:
            raise InputError(f"{where}: found an option behind one that is empty, expected none")
        if place(row["answer"], len(texts), where) != row["answer_index"]:
            rows.odd["two_answers"] += 1
            continue
        add_question(rows, str(row["question_id"]), row["question"], texts, row["answer_index"], where)
    return rows


def _options(folder: Path) -> Iterator[list[str | None]]:
    """The ten options of every row; pyarrow reads them, as `read_hub` takes no null."""
    import pyarrow.parquet

    for path in shards(folder, "test"):
        try:
            table = pyarrow.parquet.read_table(path, columns=[*OPTIONS]).cast(
                pyarrow.schema([(name, pyarrow.string()) for name in OPTIONS])
            )
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            expected = f"columns of text {OPTIONS[0]} to {OPTIONS[-1]}"
            raise InputError(f"{path}: expected {expected}: {' '.join(str(error).split())[:200]}") from None
        for row in table.to_pylist():
            yield [row[name] for name in OPTIONS]


TASK = Task(
    name="mmlu_prox",
    family="choice",
    metric="choice_accuracy",
    languages=tuple("af ar bn cs de en es fr hi hu id it ja ko mr ne pt ru sr sw te th uk ur vi wo yo zh zu".split()),
    readers={"hub": read_parquet},
    # 11,829 says its paper; of 11,759 at this commit one, in English and German, has two answers.
    counts={**SIZES, "test": (11_759, 11_758, 11_829)},
    licence="MIT",
    citation="Xuan et al. 2025: MMLU-ProX: A Multilingual Benchmark for Advanced Large Language Model Evaluation. "
    "EMNLP. arXiv 2503.10497",
    # Commit as pinned in opencompass.
    origin=(Hub("li-lab/MMLU-ProX", "8e6106a6c6ce1c5027e66cc338143cf997b2aa09", ("*/test-*",)),),
)
