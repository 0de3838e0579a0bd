"""Words as model inputs: the tag stands on a word's first sub-token; long sentences become several windows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from xstilts.encoders.batches import IGNORE, Example
from xstilts.encoders.facts import frame, unknown_id
from xstilts.encoders.lengths import check_texts

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(
    rows: Sequence[dict[str, Any]],
    labels: Sequence[str],
    tokenizer: Tokenizer,
    max_length: int,
    at: str = "",
    **_: Any,
) -> tuple[list[Example], Counter[str]]:
    """Encode sentences word by word. `note` is (row, first word, positions of the words' first sub-tokens).

    A word without sub-tokens, or with more than fit a window, becomes the tokenizer's unknown token (official: XTREME
    utils_tag.py); both are counted. A sentence longer than the window is split at a word and joined again by the
    decoder: nothing is cut.
    """
    check_texts(f"{at}max_length", max_length, tokenizer, 1)
    around, unknown = frame(tokenizer, 1), unknown_id(tokenizer)
    before, after, room = around.before, around.after, max_length - around.size
    number = {label: index for index, label in enumerate(labels)}
    counts: Counter[str] = Counter(unknown_words=0, split_sentences=0)
    examples = []
    words = [word for row in rows for word in row["words"]]
    pieces = iter(encoding.ids for encoding in tokenizer.encode_batch(words, add_special_tokens=False))
    for index, row in enumerate(rows):
        own = [_fit(next(pieces), room, unknown, counts) for _ in row["words"]]
        windows = list(_windows(own, room))
        counts["split_sentences"] += len(windows) > 1
        for first, last in windows:
            ids, targets, positions = list(before), [IGNORE] * len(before), []
            for word in range(first, last):
                positions.append(len(ids))
                ids += own[word]
                tag = IGNORE if row["tags"] is None else number[row["tags"][word]]
                targets += [tag] + [IGNORE] * (len(own[word]) - 1)
            targets += [IGNORE] * len(after)
            kinds = around.segments(len(ids) - len(before))
            examples.append(Example(ids + after, targets, (index, first, positions), kinds))
    return examples, counts


def _fit(ids: list[int], room: int, unknown: int, counts: Counter[str]) -> list[int]:
    if 0 < len(ids) <= room:
        return ids
    counts["unknown_words"] += 1
    return [unknown]


def _windows(pieces: Sequence[Sequence[int]], room: int) -> Iterator[tuple[int, int]]:
    """Word ranges whose sub-tokens fit into `room`."""
    first, used = 0, 0
    for word, ids in enumerate(pieces):
        if used + len(ids) > room:
            yield first, word
            first, used = word, 0
        used += len(ids)
    if first < len(pieces):
        yield first, len(pieces)
