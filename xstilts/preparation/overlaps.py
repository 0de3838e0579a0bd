"""What stands in two places of one data set: test rows in the training set, English rows in another language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xstilts.errors import InputError
from xstilts.preparation.checks import FEW
from xstilts.records.prepared import Row

INPUTS = {  # family -> what a model is given; ids and labels do not count
    "classification": ("text_a", "text_b"), "tagging": ("words",), "span": ("context", "question"),
    "choice": ("prompt", "choices"), "dual": ("query",),
}  # fmt: skip
SHOWN = {
    "in_training_set": "in the training set", "target_in_training_set": "whose target is in the training set",
    "left_out_same_text": "left out (both sides the same)", "same_as_english": "the same as in English",
    "empty_texts": "with an empty text", "repeated_ids": "with the id of another",
    "cut_rows": "left out (max_rows)",
}  # fmt: skip
PARALLEL = ("target_in_training_set", "left_out_same_text")  # of parallel text alone: said where there are some


class Overlaps:
    """The inputs of all splits and languages of one data set, as short hashes; a retrieval set has sides instead.

    Of parallel text the reader compares each side with the training pairs of the same direction."""

    def __init__(self, family: str) -> None:
        self.columns = INPUTS.get(family, ())
        self.found: dict[tuple[str, str], list[bytes]] = {}

    def add(self, split: str, language: str, rows: Sequence[Row]) -> None:
        """Take in the rows of one split and language."""
        if self.columns:
            self.found[split, language] = [_hash([row[name] for name in self.columns]) for row in rows]

    def counts(self, name: str) -> Iterator[tuple[str, str, dict[str, int]]]:
        """(split, language, what was found) where something was; nothing is said of zero.

        Real sets share some rows. Where all of them are shared, one file came under two names: an `InputError`."""
        trained = {one for (split, _), own in self.found.items() if split == "train" for one in own}
        tested = [own for (split, language), own in self.found.items() if split != "train" and language == "en"]
        english = {one for own in tested for one in own}
        for (split, language), own in self.found.items():
            found = {}
            if split != "train" and trained:
                found["in_training_set"] = sum(one in trained for one in own)
            if split != "train" and language != "en" and english:
                found["same_as_english"] = sum(one in english for one in own)
            for what, number in found.items():
                if number == len(own) >= FEW:
                    other = "the training set" if what == "in_training_set" else "English"
                    raise InputError(
                        f"{name}/{split}/{language}: found all {number:,} rows in {other} too, expected others: one "
                        "file under two names?"
                    )
            if found := {what: number for what, number in found.items() if number}:
                yield split, language, found


def summary(name: str, splits: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """One line for the terminal: how many rows, and how many of them are odd in which way."""
    sets = [own for languages in splits.values() for own in languages.values()]
    numbers = {what: sum(one.get(what) or 0 for one in sets) for what in SHOWN}
    told = (f"{number:,} {SHOWN[what]}" for what, number in numbers.items() if number or what not in PARALLEL)
    return f"{name}: {sum(one['rows'] for one in sets):,} rows; {', '.join(told)}"


def _hash(texts: Sequence[object]) -> bytes:
    return hashlib.blake2b(repr(texts).encode("utf-8", "surrogatepass"), digest_size=12).digest()
