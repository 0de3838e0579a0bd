"""Queries and candidates as model inputs: XLM-R's are `<s> text </s>` each, two in a training example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xstilts.encoders.batches import Example
from xstilts.families.retrieval.learning.encode import encode as encode_texts

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(
    rows: Sequence[dict[str, Any]],
    labels: Sequence[str],
    tokenizer: Tokenizer,
    max_length: int,
    query_length: int,
    ablate: bool = False,
    at: str = "",
    **_: Any,
) -> tuple[list[Example], Counter[str]]:
    """Pairs of a query (cut at `query_length` tokens) and its candidate (at `max_length`). `ablate` hides the query."""
    queries, cut = encode_texts(
        ["" if ablate else row["query"] for row in rows], tokenizer, query_length, f"{at}query_length"
    )
    candidates, also = encode_texts([row["candidate"] for row in rows], tokenizer, max_length, f"{at}max_length")
    pairs = [
        Example([query.ids, own.ids], 0, segments=[query.segments, own.segments])
        for query, own in zip(queries, candidates, strict=True)
    ]
    return pairs, Counter(cut_queries=cut["truncated"], cut_candidates=also["truncated"])
