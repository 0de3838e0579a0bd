"""Word-per-line files: an empty line ends a sentence. XTREME's UDPOS and PANX files and the WikiANN originals."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.labels import label_file, same_length
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import exactly, read_lines

Sentence = list[tuple[str, list[str]]]
"""(file:line, fields) of each word."""


def read_columns(path: Path, fields: int) -> Iterator[Sentence]:
    """Sentences of a file with one word a line and tab-separated fields.

    Only a line with nothing in it ends a sentence: a white-space token is a token."""
    sentence: Sentence = []
    for number, line in enumerate(read_lines(path), start=1):
        if line:
            sentence.append((f"{path}:{number}", exactly(line.split("\t"), fields, f"{path}:{number}")))
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def read_tagged(sentences: Iterator[Sentence], tags: Collection[str]) -> Rows:
    """Rows of sentences whose words come as (word, tag)."""
    rows = Rows()
    for number, sentence in enumerate(sentences):
        words = [fields[0] for _, fields in sentence]
        rows.odd["blank_words"] += sum(not word.strip() for word in words)
        checked = [one_of(fields[1], tags, where) for where, fields in sentence]
        rows.add(id=str(number), words=words, tags=checked)
    return rows


def read_xtreme(raw: Path, labels: Path, task: str, split: str, language: str, tags: Collection[str]) -> Rows:
    """XTREME's `<split>-<language>.tsv`; the tags of its test files come from the label folder.

    official: evaluate.py compares only the number of sentences; here each sentence must have as many tags as words."""
    path = raw / f"{split}-{language}.tsv"
    if split != "test":
        return read_tagged(read_columns(path, 2), tags)
    words = list(read_columns(path, 1))
    gold_path = label_file(path, labels, task, split, f"test-{language}.tsv")
    gold = list(read_columns(gold_path, 1))
    same_length(gold_path, len(gold), path, len(words), "sentences")
    return read_tagged((_join(*pair) for pair in zip(words, gold)), tags)


def _join(words: Sentence, gold: Sentence) -> Sentence:
    if len(words) != len(gold):
        expected = f"{len(words)} as in the sentence at {words[0][0]}"
        raise InputError(f"{gold[0][0]}: found {len(gold)} tags, expected {expected}")
    return [(where, [word[1][0], tag[0]]) for word, (where, tag) in zip(words, gold)]
