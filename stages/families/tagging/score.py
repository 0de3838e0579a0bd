"""F1 over chunks: UDPOS as the official program scores it (seqeval 0.0.12 on bare tags) and PANX entities.

Both rules are written out here, because `import seqeval` brings scikit-learn (2 s CPU a process). Tests hold them
equal to seqeval 1.2.2 on random corpora, for UDPOS with every tag rewritten (`S-T` if T begins with S, else `I-T`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from stages.common.errors import InputError
from stages.common.pairing import pair
from stages.common.prepared import Prepared
from stages.common.task import Row

VERSION = "1"  # part of every cell's signature: raise it when a number can change
MAIN = "f1"

Chunk = tuple[str, int, int]  # type, first and last position
Chunker = Callable[[Sequence[str]], list[Chunk]]
Corpus = Sequence[Sequence[str]]


def runs(tags: Sequence[str]) -> list[Chunk]:
    """Chunks of bare tags: a maximal run of equal tags is one chunk.

    official: in seqeval 0.0.12 a tag that begins with S (SCONJ, SYM) reads as a chunk of one token, always."""
    chunks: list[Chunk] = []
    for position, tag in enumerate(tags):
        if position and tags[position - 1] == tag and not tag.startswith("S"):
            chunks[-1] = (tag, chunks[-1][1], position)
        else:
            chunks.append((tag, position, position))
    return chunks


def entities(tags: Sequence[str]) -> list[Chunk]:
    """Entities of B-/I-/O tags as `conlleval` reads them (seqeval's default mode).

    official: an entity starts at B-, at a change of type, and also at an I- after O."""
    chunks: list[Chunk] = []
    open_type = None
    for position, tag in enumerate(tags):
        mark, kind = _split(tag)
        if mark == "O":
            open_type = None
        elif mark == "I" and kind == open_type:
            chunks[-1] = (kind, chunks[-1][1], position)
        else:
            chunks.append((kind, position, position))
            open_type = kind
    return chunks


def strict_entities(tags: Sequence[str]) -> list[Chunk]:
    """Entities of well-formed IOB2 only: B- starts one, I- of the same type continues it, any other I- is none."""
    chunks: list[Chunk] = []
    open_type = None
    for position, tag in enumerate(tags):
        mark, kind = _split(tag)
        if mark == "B":
            chunks.append((kind, position, position))
            open_type = kind
        elif mark == "I" and kind == open_type:
            chunks[-1] = (kind, chunks[-1][1], position)
        else:
            open_type = None
    return chunks


def f1(gold: Corpus, predicted: Corpus, chunker: Chunker) -> dict[str, float]:
    """Micro precision, recall and F1 (x 100) over chunks that agree in type, start and end; 0 if there are none."""
    right = found = wanted = 0
    for one, other in zip(gold, predicted, strict=True):
        chunks, answers = set(chunker(one)), set(chunker(other))
        right += len(chunks & answers)
        found += len(answers)
        wanted += len(chunks)
    return {
        "f1": 200 * right / (found + wanted) if right else 0.0,
        "precision": 100 * right / found if found else 0.0,
        "recall": 100 * right / wanted if wanted else 0.0,
    }


def token_accuracy(gold: Corpus, predicted: Corpus) -> float:
    """Share of words with the right tag x 100."""
    right = sum(a == b for one, other in zip(gold, predicted, strict=True) for a, b in zip(one, other, strict=True))
    return 100 * right / sum(map(len, gold))


def udpos(gold: Corpus, predicted: Corpus) -> dict[str, float]:
    """The official chunk F1 over bare tags, and beside it what most papers mean by POS accuracy."""
    return {"f1": f1(gold, predicted, runs)["f1"], "token_accuracy": token_accuracy(gold, predicted)}


def panx(gold: Corpus, predicted: Corpus) -> dict[str, float]:
    """The official entity F1, and beside it F1 under strict IOB2."""
    return {"f1": f1(gold, predicted, entities)["f1"], "f1_strict": f1(gold, predicted, strict_entities)["f1"]}


METRICS = {"pos_f1": udpos, "entity_f1": panx}


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one language, 0-100. Sentences of unequal length are refused (the official program shifts them)."""
    pairs = pair(gold, predicted)
    for row, answer in pairs:
        if len(row["tags"]) != len(answer["prediction"]):
            found, expected = len(answer["prediction"]), len(row["tags"])
            raise InputError(f"sentence '{row['id']}': found {found} predicted tags, expected {expected}")
    return _metric(task)([row["tags"] for row, _ in pairs], [answer["prediction"] for _, answer in pairs])


def main(scores: dict[str, float]) -> float:
    """The figure that XTREME averages."""
    return scores[MAIN]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What tagging every word with the most frequent tag of this gold file gets (0 for entities: that tag is O)."""
    tag = most_frequent(tag for row in gold for tag in row["tags"])
    return _metric(task)([row["tags"] for row in gold], [[tag] * len(row["tags"]) for row in gold])[MAIN]


def most_frequent(tags: Iterable[str]) -> str:
    """The most frequent tag; the first in the alphabet wins a tie."""
    return min(Counter(tags).items(), key=lambda item: (-item[1], item[0]))[0]


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    variant = {"pos_f1": "official (seqeval 0.0.12, bare tags)", "entity_f1": "official (seqeval, default mode)"}
    return {"metric": task.metric, "variant": variant[task.metric], "scorer": f"tagging {VERSION}"}


def _split(tag: str) -> tuple[str, str]:
    mark, _, kind = tag.partition("-")
    if mark not in ("B", "I", "O") or (mark == "O") != (not kind):
        raise InputError(f"found tag '{tag}', expected O, B-<type> or I-<type>")
    return mark, kind


def _metric(task: Prepared) -> Callable[[Corpus, Corpus], dict[str, float]]:
    if task.metric not in METRICS:
        raise InputError(f"{task.name}: unknown metric '{task.metric}', expected one of {', '.join(METRICS)}")
    return METRICS[task.metric]
