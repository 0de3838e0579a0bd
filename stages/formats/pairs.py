"""XTREME's files of sentence pairs (XNLI, PAWS-X), whose test labels stand in the label folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stages.formats.labels import label_file, same_length
from stages.formats.text import read_csv, read_lines


def read_xtreme_pairs(
    raw: Path, labels: Path, task: str, split: str, language: str
) -> Iterator[tuple[str, str, str, str]]:
    """(file:line, sentence, sentence, label) of `<split>-<language>.tsv`, in file order."""
    path = raw / f"{split}-{language}.tsv"
    if split != "test":
        for where, (text_a, text_b, label) in read_csv(path, 3):
            yield where, text_a, text_b, label
        return
    pairs = list(read_csv(path, 2))
    gold_path = label_file(path, labels, task, split, f"test-{language}.tsv")
    gold = read_lines(gold_path)
    same_length(gold_path, len(gold), path, len(pairs), "labels")
    for number, ((_, (text_a, text_b)), label) in enumerate(zip(pairs, gold), start=1):
        yield f"{gold_path}:{number}", text_a, text_b, label
