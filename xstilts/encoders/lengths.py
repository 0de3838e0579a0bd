"""The lengths of `params.yaml` against tokenizer, model and each other: checked before anything is trained or answered.

A length below the range would leave nothing of a text; one above it has no position in the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.encoders.facts import frame, positions
from xstilts.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def check(key: str, value: int, least: int, most: int | None = None, why: str = "") -> None:
    """Refuse a length outside of its range; `key` is where it stands in `params.yaml`."""
    if value < least or (most is not None and value > most):
        span = f"{least} to {most}" if most is not None and most >= least else f"at least {least}"
        raise InputError(f"params.yaml: {key}: found {value}, expected {span}{why and f' ({why})'}")


def check_texts(key: str, value: int, tokenizer: Tokenizer, texts: int) -> None:
    """Refuse a length that does not hold a token of each of one or two texts beside the special tokens."""
    special = frame(tokenizer, texts).size
    check(key, value, special + texts, why=f"{special} special tokens, and one token of each text")


def check_windows(max_length: int, stride: int, question_length: int, tokenizer: Tokenizer, of: str = "") -> None:
    """Refuse windows without room for a context, and a step that is none."""
    special = frame(tokenizer, 2).size
    check(f"max_length{of}", max_length, special + 2, why=f"{special} special tokens, and one token of each text")
    room = max_length - special - 1
    check(
        "span.question_length", question_length, 1, room, f"max_length{of}, {max_length}, has room for the context, too"
    )
    check("span.stride", stride, 1)


def check_positions(folder: Path, lengths: Mapping[str, Any], of: str = "") -> None:
    """Refuse `max_length` and `query_length` above the positions of the model in `folder`; `of` says whose they are."""
    most = positions(folder)
    for name in ("max_length", "query_length"):
        if most is not None and name in lengths:
            check(f"{name}{of}", lengths[name], 1, most, f"the positions of the model in {folder}")
