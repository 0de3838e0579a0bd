"""Lines of raw text as model inputs: one line is one example, cut at the maximum length (JIANT `tasks/lib/mlm.py`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xstilts.encoders.batches import Example
from xstilts.encoders.facts import segments
from xstilts.encoders.lengths import check_texts

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(rows: Sequence[dict[str, Any]], tokenizer: Tokenizer, max_length: int) -> tuple[list[Example], Counter[str]]:
    """Encode the lines; `note` is the row's id. Nothing is masked yet."""
    check_texts("max_length", max_length, tokenizer, 1)
    tokenizer.enable_truncation(max_length)
    encodings = tokenizer.encode_batch([row["text"] for row in rows])
    tokenizer.no_truncation()
    counts = Counter(truncated=sum(bool(encoding.overflowing) for encoding in encodings))
    return [
        Example(ids=e.ids, note=row["id"], segments=segments(e)) for row, e in zip(rows, encodings, strict=True)
    ], counts
