"""The layout of LAFAND-MT's text files: `en-swa/train.en` and `en-swa/train.swa`, line by line.

Other parallel text with English may be given in it, too: a folder for each language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.parallel import ENGLISH, Lines, read_pairs, scored_rows, turned
from xstilts.formats.rows import Rows

CODES = {
    "amh": "am", "hau": "ha", "ibo": "ig", "kin": "rw", "lug": "lg", "nya": "ny", "sna": "sn", "swa": "sw",
    "tsn": "tn", "twi": "tw", "xho": "xh", "yor": "yo", "zul": "zu",
}  # fmt: skip
"""Three letters of a folder -> the code of the language; others are their own."""


def folders(root: Path) -> dict[str, Path]:
    """The folder of each language that is there, by its code. Raises `InputError` if there is none, or where one is a
    file or has no text: its language would be missing without a word."""
    found = {path.name.removeprefix("en-"): path for path in sorted(root.glob("en-*"))}
    if not found:
        raise InputError(f"{root}: found no folder of parallel text, expected such as en-swa")
    for path in found.values():
        if not path.is_dir():
            raise InputError(f"{path}: found a file, expected a folder of parallel text")
        if not any(has(path, split) for split in ("train", "dev", "test")):
            raise InputError(f"{path}: found no parallel text, expected such as train.{ENGLISH}")
    return dict(sorted((CODES.get(name, name), path) for name, path in found.items()))


def has(folder: Path, split: str) -> bool:
    """Whether a language has a split, or one side of it: some have a test set alone."""
    return any(folder.glob(f"{split}.*"))


def pairs(folder: Path, split: str, direction: str) -> list[tuple[str, str]]:
    """The (source, target) pairs of one split in a direction."""
    found = read_pairs(folder / f"{split}.{ENGLISH}", folder / f"{split}.{folder.name.removeprefix('en-')}")
    return found if direction.startswith(f"{ENGLISH}-") else turned(found)


def scored_alone(
    found: Lines, raw: Path, labels: Path, split: str, direction: str, other: str, prefix: str = ""
) -> Rows:
    """The rows of a set that has no training text of its own. `found`: its pairs, English first.

    They are compared with training text in this layout, where `labels` is such a folder."""
    pairs = found if direction.startswith(f"{ENGLISH}-") else turned(found)
    return scored_rows(pairs, direction, learnt(labels, raw, other, direction), f"{raw}: {split}/{direction}", prefix)


def learnt(root: Path, raw: Path, language: str, direction: str) -> list[tuple[str, str]]:
    """The training pairs of a direction, which a test set of others is compared with; none where no training text is
    given (`root` is the folder of the test set itself), or where it has not this language."""
    if root == raw:
        return []
    there: Mapping[str, Path] = folders(root)
    folder = there.get(language)
    return pairs(folder, "train", direction) if folder and has(folder, "train") else []
