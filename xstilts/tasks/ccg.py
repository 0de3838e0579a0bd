"""CCG supertagging: the category of every word of CCGbank. An intermediate task.

CCGbank is sold by the LDC (LDC2005T13), so nothing is downloaded: its files are made by hand, in the format that jiant
reads. Take the leaves `<L category tag tag word predicate-argument>` of the derivations in `data/AUTO/*/*.auto`, one
sentence a line: the words, a tab, as many categories, both with single blanks between. Name the files ccg.train and
ccg.dev, and list every category with its number in tags_to_id.json. jiant also wants ccg.test: it can be read here, but
no stage asks for it.
"""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.rows import Rows
from xstilts.formats.text import exactly, read_document, read_lines
from xstilts.records.strict import brief
from xstilts.tasks import Task


def read_labels(raw: Path) -> tuple[str, ...]:
    """The categories in the order of their numbers in tags_to_id.json; jiant's head has 1,363, whatever the file says.

    The file decides, not the training set: a category that training never shows has an output that nothing teaches, and
    where it is gold it counts as wrong. A category of no letters (a deleted comma) is left out, see `read_native`."""
    path = raw / "tags_to_id.json"
    numbers = read_document(path)
    if not isinstance(numbers, dict) or not numbers:
        raise InputError(f"{path}: found {type(numbers).__name__}, expected an object with a number for each category")
    try:
        order = {category: int(str(number)) for category, number in numbers.items()}  # jiant takes "3" for 3 as well
    except ValueError:  # also of true, 1.0 and a list
        raise InputError(f"{path}: found a category without a whole number, expected 0 to {len(numbers) - 1}") from None
    if sorted(order.values()) != list(range(len(order))):
        raise InputError(f"{path}: found numbers that repeat or lack, expected each of 0 to {len(order) - 1} once")
    return tuple(category for category in sorted(order, key=order.__getitem__) if category)


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """ccg.<split>: words, a tab, categories.

    official: jiant drops empty categories but not empty words, so that after a double blank its tags slip by one. Here
    a place with neither is left out and counted; one that has only a word or only a category is refused."""
    known, rows = set(read_labels(raw)), Rows()
    for number, line in enumerate(read_lines(raw / f"ccg.{split}"), start=1):
        where = f"{raw / f'ccg.{split}'}:{number}"
        words, categories = (field.split(" ") for field in exactly(line.split("\t"), 2, where))
        if len(words) != len(categories):
            raise InputError(f"{where}: found {len(categories)} categories, expected {len(words)} as there are words")
        pairs = [pair for pair in zip(words, categories, strict=True) if any(pair)]
        rows.odd["empty_places"] += len(words) - len(pairs)
        if not pairs:
            raise InputError(f"{where}: found no words, expected at least one")
        if not all(word for word, _ in pairs):
            raise InputError(f"{where}: found a category without a word, expected one")
        if unknown := [category for _, category in pairs if category not in known]:
            raise InputError(f"{where}: found the category {brief(unknown[0])}, expected one of tags_to_id.json")
        # Ids as jiant's: lines count from 0.
        rows.add(id=number - 1, words=[word for word, _ in pairs], tags=[category for _, category in pairs])
    if split != "train":
        seen = {tag for row in read_native(raw, labels, "train", language) for tag in row["tags"]}
        rows.odd["words_of_unseen_tags"] = sum(tag not in seen for row in rows for tag in row["tags"])
    return rows


TASK = Task(
    name="ccg",
    family="tagging",
    metric="ccg_accuracy",
    languages=("en",),
    read_labels=read_labels,
    readers={"native": read_native},
    # The paper's sizes, or CCGbank's usual cut: sections 02-21, 00 and 23 (Hockenmaier and Steedman 2007). Of the
    # paper's own cut no size of a test set is known. Section 23 is said to have 2,407 sentences; no source of it was
    # found that can be read, so that it is not compared.
    counts={"train": (38_015, 39_604), "dev": (5_484, 1_913), "test": ()},
    licence="LDC2005T13: for members of the LDC and who buys it",
    citation="Hockenmaier, Steedman 2007: CCGbank: A Corpus of CCG Derivations and Dependency Structures Extracted "
    "from the Penn Treebank. Computational Linguistics. ACL J07-3004",
    origin=(),
    notes={"by hand": "https://catalog.ldc.upenn.edu/LDC2005T13"},
)
