"""Which files the folder of each kind of translator has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xstilts.errors import InputError

SAFE, PICKLED = "model.safetensors", "pytorch_model.bin"
FILES: Mapping[str, tuple[str, ...]] = {
    "marian": ("config.json", "source.spm", "target.spm", "vocab.json"),
    "nllb": ("config.json", "tokenizer.json"),
    "m2m100": ("config.json", "sentencepiece.bpe.model", "vocab.json"),
}
"""What each engine needs beside its weights."""


def published(engine: str) -> tuple[str, ...]:
    """Patterns of what to fetch from a hub repository: the weights in either form, not those of other libraries."""
    return (*FILES[engine], "*.json", "[pm]*odel.[bs]*")


def check_files(folder: Path, engine: str, weights: Sequence[str] = (SAFE,)) -> None:
    """Refuse a folder without the files of this engine."""
    missing = [name for name in FILES[engine] if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in weights):
        missing.append(" or ".join(weights))
    if missing:
        found = ", ".join(sorted(path.name for path in folder.iterdir())) if folder.is_dir() else "no such folder"
        raise InputError(f"{folder}: not a {engine} model: {', '.join(missing)} missing (found: {found or 'nothing'})")
