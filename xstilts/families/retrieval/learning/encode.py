"""Sentences as model inputs: the text between the tokenizer's special tokens (XLM-R: `<s> sentence </s>`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xstilts.encoders.batches import Example
from xstilts.encoders.facts import segments
from xstilts.encoders.lengths import check_texts

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(
    texts: Sequence[str], tokenizer: Tokenizer, max_length: int, key: str = "max_length"
) -> tuple[list[Example], Counter[str]]:
    """Encode sentences, cut at `max_length` tokens and counted; `key` is where that stands in `params.yaml`."""
    check_texts(key, max_length, tokenizer, 1)
    tokenizer.enable_truncation(max_length)
    encodings = tokenizer.encode_batch(list(texts))
    tokenizer.no_truncation()
    counts = Counter(truncated=sum(bool(encoding.overflowing) for encoding in encodings))
    return [Example(ids=encoding.ids, segments=segments(encoding)) for encoding in encodings], counts
