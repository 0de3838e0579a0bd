"""Words as model inputs: the tag stands on a word's first sub-token; long sentences become several windows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from xstilts.encoders.batches import IGNORE, Example

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encode(
    rows: Sequence[dict[str, Any]], labels: Sequence[str], tokenizer: Tokenizer, max_length: int, **_: Any
) -> tuple[list[Example], Counter[str]]:
    """Encode sentences word by word. `note` is (row, first word, positions of the words' first sub-tokens).

    A word without sub-tokens, or with more than fit a window, becomes `<unk>` (official: XTREME utils_tag.py); both are
    counted. A sentence longer than the window is split at a word and joined again by the decoder: nothing is cut.
    """
    before, after = _specials(tokenizer)
    room = max_length - len(before) - len(after)
    number = {label: index for index, label in enumerate(labels)}
    counts: Counter[str] = Counter(unknown_words=0, split_sentences=0)
    examples = []
    words = [word for row in rows for word in row["words"]]
    pieces = iter(encoding.ids for encoding in tokenizer.encode_batch(words, add_special_tokens=False))
    for index, row in enumerate(rows):
        own = [_fit(next(pieces), room, tokenizer, counts) for _ in row["words"]]
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
            examples.append(Example(ids=ids + after, labels=targets, note=(index, first, positions)))
    return examples, counts


def _specials(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The ids that the tokenizer puts before and after one text."""
    ids = tokenizer.encode("").ids
    return ids[: len(ids) // 2], ids[len(ids) // 2 :]


def _fit(ids: list[int], room: int, tokenizer: Tokenizer, counts: Counter[str]) -> list[int]:
    if 0 < len(ids) <= room:
        return ids
    counts["unknown_words"] += 1
    return [tokenizer.token_to_id("<unk>") or 0]


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
