"""Sentence pairs as model inputs: the source as the encoder's tokenizer cuts it, the target in the decoder's pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xstilts.encoders.batches import Example
from xstilts.encoders.facts import segments
from xstilts.encoders.lengths import check_texts
from xstilts.errors import InputError
from xstilts.families.translation.learning.pieces import STOP, Pieces

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(
    rows: Sequence[dict[str, Any]],
    labels: Sequence[str],
    tokenizer: Tokenizer,
    max_length: int,
    target_length: int,
    ablate: bool = False,
    at: str = "",
    **_: Any,
) -> tuple[list[Example], Counter[str]]:
    """Pairs to learn from. `labels` of an example: the language that is asked for, the pieces of the target, and the
    end; at most `target_length` pieces with the end. `labels` of the task are the pieces that there are.

    `ablate` hides the source, `at` is where the recipe stands in `params.yaml`. Counted is what was cut."""
    if target_length < 2:
        raise InputError(
            f"params.yaml: {at}target_length: found {target_length}, expected at least 2 (a piece, the end)"
        )
    known = Pieces(labels)
    examples, counts = sources(rows, tokenizer, max_length, ablate, at)
    targets = known.encode([row["target"] for row in rows])
    counts["cut_targets"] = sum(len(target) >= target_length for target in targets)
    return [
        Example(one.ids, [known.language(row["into"]), *target[: target_length - 1], STOP], segments=one.segments)
        for row, one, target in zip(rows, examples, targets, strict=True)
    ], counts


def sources(
    rows: Sequence[dict[str, Any]], tokenizer: Tokenizer, max_length: int, ablate: bool = False, at: str = ""
) -> tuple[list[Example], Counter[str]]:
    """The sources alone, and how many were longer than `max_length`."""
    check_texts(f"{at}max_length", max_length, tokenizer, 1)
    tokenizer.enable_truncation(max_length)
    encodings = tokenizer.encode_batch(["" if ablate else row["source"] for row in rows])
    tokenizer.no_truncation()
    counts = Counter(truncated=sum(bool(encoding.overflowing) for encoding in encodings))
    return [Example(encoding.ids, segments=segments(encoding)) for encoding in encodings], counts
