"""Sentences as model inputs: `<s> sentence </s>`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xstilts.encoders.batches import Example

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(texts: Sequence[str], tokenizer: Tokenizer, max_length: int) -> tuple[list[Example], Counter[str]]:
    """Encode sentences, cut at `max_length` tokens and counted."""
    tokenizer.enable_truncation(max_length)
    encodings = tokenizer.encode_batch(list(texts))
    tokenizer.no_truncation()
    counts = Counter(truncated=sum(bool(encoding.overflowing) for encoding in encodings))
    return [Example(ids=encoding.ids) for encoding in encodings], counts
