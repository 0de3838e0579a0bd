"""Files of sentence pairs: XTREME's (XNLI, PAWS-X), and the JSON lines of SNLI and MultiNLI."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from xstilts.formats.labels import label_file, same_length
from xstilts.formats.rows import Rows, one_of, row_id
from xstilts.formats.text import read_jsonl, read_lines, read_quoted_tsv


def read_xtreme_pairs(
    raw: Path, labels: Path, task: str, split: str, language: str
) -> Iterator[tuple[str, str, str, str]]:
    """(file:line, sentence, sentence, label) of `<split>-<language>.tsv`, in file order."""
    path = raw / f"{split}-{language}.tsv"
    if split != "test":
        for where, (text_a, text_b, label) in read_quoted_tsv(path, 3):
            yield where, text_a, text_b, label
        return
    pairs = list(read_quoted_tsv(path, 2))
    gold_path = label_file(path, labels, task, split, f"test-{language}.tsv")
    gold = read_lines(gold_path)
    same_length(gold_path, len(gold), path, len(pairs), "labels")
    for number, ((_, (text_a, text_b)), label) in enumerate(zip(pairs, gold), start=1):
        yield f"{gold_path}:{number}", text_a, text_b, label


def read_inference(path: Path, labels: Collection[str], label: str = "gold_label", name: str = "pairID") -> Rows:
    """SNLI's and MultiNLI's JSON lines. Rows without a majority label ("-") are skipped and counted, as in jiant.

    `label` and `name` are the fields of the label and of the id."""
    rows = Rows()
    fields = {label: str, "sentence1": str, "sentence2": str}
    for number, (where, row) in enumerate(read_jsonl(path, fields)):
        if row[label] == "-":
            rows.odd["unlabelled"] += 1
            continue
        found = one_of(row[label], labels, where)
        rows.add(id=row_id(row, name, number, where), text_a=row["sentence1"], text_b=row["sentence2"], label=found)
    return rows
