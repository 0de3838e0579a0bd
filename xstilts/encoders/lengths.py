"""The lengths of `params.yaml` against tokenizer and model: checked before anything is trained or answered.

A length below its range would leave nothing of a text; one above it has no position in the model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.encoders.facts import frame, positions
from xstilts.errors import InputError
from xstilts.params import lengths

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from xstilts.params import Params


def check_lengths(params: Params, folder: Path, tokenizer: Tokenizer) -> None:
    """Refuse any length of `params.yaml` that the model in `folder` has no room for, whoever uses it: a mistake in the
    last column of the table is found before the first is trained."""
    one, two = frame(tokenizer, 1).size, frame(tokenizer, 2).size
    _refuse(lengths.wrong(params, one, two, positions(folder), f"the model in {folder}"))


def check_texts(key: str, value: int, tokenizer: Tokenizer, texts: int) -> None:
    """Refuse a length that does not hold a token of each of one or two texts beside the special tokens."""
    _refuse(lengths.short(key, value, frame(tokenizer, texts).size, texts))


def check_windows(
    key: str, value: int, tokenizer: Tokenizer, stride: int, question_length: int, answer_length: int
) -> None:
    """Refuse windows without room for a context or an answer, and a step that is none or skips some of the context."""
    _refuse(lengths.windows(key, value, frame(tokenizer, 2).size, stride, question_length, answer_length))


def _refuse(problem: str) -> None:
    if problem:
        raise InputError(f"params.yaml: {problem}")
