"""Sentence pairs as model inputs: `<s> A </s></s> B </s>`, the longer side cut first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xstilts.encoders.batches import Example

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(
    rows: Sequence[dict[str, Any]],
    labels: Sequence[str],
    tokenizer: Tokenizer,
    max_length: int,
    ablate: bool = False,
    **_: Any,
) -> tuple[list[Example], Counter[str]]:
    """Encode pairs; the label is the index in `labels`, None where a row has none. `ablate` hides the first sentence.

    The counter says how many pairs were longer than `max_length`; JIANT, too, cuts the longer side token by token.
    """
    tokenizer.enable_truncation(max_length, strategy="longest_first")
    pairs = [("" if ablate else row["text_a"], row["text_b"]) for row in rows]
    encodings = tokenizer.encode_batch(pairs)
    tokenizer.no_truncation()
    number = {label: index for index, label in enumerate(labels)}
    examples = [
        Example(ids=encoding.ids, labels=None if row["label"] is None else number[row["label"]])
        for row, encoding in zip(rows, encodings, strict=True)
    ]
    return examples, Counter(truncated=sum(bool(encoding.overflowing) for encoding in encodings))
