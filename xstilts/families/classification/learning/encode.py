"""Sentence pairs as model inputs: XLM-R's is `<s> A </s></s> B </s>`, the longer side cut first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xstilts.encoders.batches import Example
from xstilts.encoders.facts import segments
from xstilts.encoders.lengths import check_texts

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(
    rows: Sequence[dict[str, Any]],
    labels: Sequence[str],
    tokenizer: Tokenizer,
    max_length: int,
    ablate: bool = False,
    at: str = "",
    **_: Any,
) -> tuple[list[Example], Counter[str]]:
    """Encode pairs; the label is the index in `labels`, None where a row has none. `ablate` hides the first sentence,
    `at` is where the recipe stands in `params.yaml`.

    The counter says how many pairs were longer than `max_length`; JIANT, too, cuts the longer side token by token.
    """
    check_texts(f"{at}max_length", max_length, tokenizer, 2)
    tokenizer.enable_truncation(max_length, strategy="longest_first")
    pairs = [("" if ablate else row["text_a"], row["text_b"]) for row in rows]
    encodings = tokenizer.encode_batch(pairs)
    tokenizer.no_truncation()
    number = {label: index for index, label in enumerate(labels)}
    examples = [
        Example(encoding.ids, None if row["label"] is None else number[row["label"]], segments=segments(encoding))
        for row, encoding in zip(rows, encodings, strict=True)
    ]
    return examples, Counter(truncated=sum(bool(encoding.overflowing) for encoding in encodings))
