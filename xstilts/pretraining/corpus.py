"""Raw text for pretraining: one text a line, a file a language; parallel files are aligned line by line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from xstilts.encoders.batches import Example, token_batches
from xstilts.errors import InputError
from xstilts.formats.stand_ins import refuse_inside, refuse_stand_in
from xstilts.records.files import read_text
from xstilts.seeding import Seeds

Texts = dict[str, list[str]]  # language -> lines


def read(root: Path, folders: Sequence[str]) -> Texts:
    """All `<language>.txt` of the folders together, in the order of folders and languages."""
    texts: Texts = {}
    for folder in folders:
        files = sorted((root / folder).glob("*.txt"))
        if not files:
            raise InputError(f"{root / folder}: found no <language>.txt")
        for file in files:
            texts.setdefault(file.stem, []).extend(_lines(file))
    return texts


def read_parallel(root: Path, folder: str) -> Texts:
    """Line-aligned files; refused if their numbers of lines differ or English is missing."""
    files = sorted((root / folder).glob("*.txt"))
    texts = {file.stem: _lines(file) for file in files}
    if "en" not in texts:
        raise InputError(f"{root / folder}/en.txt: file not found; parallel text is aligned with English")
    for language, lines in texts.items():
        if len(lines) != len(texts["en"]):
            raise InputError(
                f"{root / folder}/{language}.txt: {len(lines)} lines, expected {len(texts['en'])} as in en.txt"
            )
    return texts


def _lines(file: Path) -> list[str]:
    refuse_stand_in(file)
    text = read_text(file)
    refuse_inside(text, file)
    return text.rstrip("\n").split("\n")


def examples(
    tokenizer: Tokenizer, texts: Texts, parallel: Texts, max_length: int
) -> tuple[list[Example], list[Example]]:
    """(texts, English-X pairs), cut at `max_length` tokens; the `note` of a pair is where its second text begins."""
    tokenizer.enable_truncation(max_length)
    single = [Example(ids=e.ids) for lines in texts.values() for e in tokenizer.encode_batch(lines) if len(e.ids) > 3]
    pairs: list[Example] = []
    for language, lines in parallel.items():
        if language != "en":
            encodings = tokenizer.encode_batch(list(zip(parallel["en"], lines, strict=True)))
            pairs += [Example(ids=e.ids, note=e.sequence_ids.index(1)) for e in encodings if 1 in e.sequence_ids]
    tokenizer.no_truncation()
    return single, pairs


def plan(
    single: Sequence[Example], pairs: Sequence[Example], share: float, steps: int, tokens: int, seeds: Seeds
) -> list[list[Example]]:
    """The examples of each step: passes over the single texts with `share` translation pairs mixed in, by length."""
    if not single:
        raise InputError("no line of the raw text has more than one token")
    wanted = round(len(single) * share / (1 - share)) if pairs else 0
    batches: list[list[Example]] = []
    epoch = 0
    while len(batches) < steps:
        rng = seeds.numpy("text", epoch)
        drawn = [pairs[i] for i in rng.choice(len(pairs), wanted, replace=wanted > len(pairs))] if wanted else []
        mixed = [*single, *drawn]
        order = rng.permutation(len(mixed))  # decides which texts of one length meet in a batch
        cut = token_batches([len(mixed[i].ids) for i in order], tokens)
        batches += [[mixed[order[i]] for i in cut[number]] for number in rng.permutation(len(cut))]
        epoch += 1
    return batches[:steps]
