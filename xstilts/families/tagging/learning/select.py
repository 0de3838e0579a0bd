"""What chooses the checkpoint on the English development set: entity F1 where all tags are B-, I- or O, else tag
accuracy (UDPOS, CCG)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from xstilts.encoders.batches import Example


def measure(examples: Sequence[Example], outputs: Sequence[np.ndarray], labels: Sequence[str]) -> float:
    """Score of the windows as they are (a sentence split in two is two): 0-100."""
    gold = [_tags(e, np.array(e.labels), labels) for e in examples]
    found = [_tags(e, o, labels) for e, o in zip(examples, outputs, strict=True)]
    if not _entities(labels):
        pairs = [(g, f) for gs, fs in zip(gold, found, strict=True) for g, f in zip(gs, fs, strict=True)]
        return 100 * sum(g == f for g, f in pairs) / len(pairs)
    spans = [({(i, *s) for i, t in enumerate(side) for s in _spans(t)}) for side in (gold, found)]
    correct = len(spans[0] & spans[1])
    return 200 * correct / (len(spans[0]) + len(spans[1])) if correct else 0.0


def chance(examples: Sequence[Example], labels: Sequence[str]) -> float:
    """What always giving the most frequent tag would score."""
    if _entities(labels):
        return 0.0
    tags = Counter(tag for e in examples for tag in _tags(e, np.array(e.labels), labels))
    return 100 * max(tags.values()) / sum(tags.values())


def _entities(labels: Sequence[str]) -> bool:
    """Whether the labels mark entities; a category or a part of speech may be called O, or begin with B-."""
    return "O" in labels and all(label == "O" or label[:2] in ("B-", "I-") for label in labels)


def _tags(example: Example, ids: np.ndarray, labels: Sequence[str]) -> list[str]:
    return [labels[int(ids[position])] for position in example.note[2]]


def _spans(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first, last, type) of each entity: it begins at B-, at a change of type, or at an I- after O."""
    spans: list[tuple[int, int, str]] = []
    for at, tag in enumerate(tags):
        kind = tag[2:]
        if tag == "O":
            continue
        if tag.startswith("I-") and spans and spans[-1][1:] == (at - 1, kind):
            spans[-1] = (spans[-1][0], at, kind)
        else:
            spans.append((at, at, kind))
    return spans
