"""Sentences as model inputs: the text between the tokenizer's special tokens (XLM-R: `<s> sentence </s>`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xstilts.encoders.batches import Example
from xstilts.encoders.facts import frame, segments
from xstilts.encoders.lengths import check_texts
from xstilts.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from xstilts.params.backbone import Sentence


def check_sentence(tokenizer: Tokenizer, sentence: Sentence, max_length: int) -> None:
    """Refuse a prefix that leaves no room for a sentence, and the state of a first token that is not there."""
    place = "params.yaml: backbone.sentence"
    if sentence.pooling == "cls" and not frame(tokenizer, 1).before:
        raise InputError(f"{place}.pooling: found 'cls', but the tokenizer puts nothing before a text: expected 'mean'")
    used = len(tokenizer.encode(sentence.prefix).ids)
    if used >= max_length:
        raise InputError(
            f"{place}.prefix: found {used} tokens with the special ones, expected less than {max_length}, the "
            "max_length of retrieval"
        )


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
