"""F1 over chunks: UDPOS as the official program scores it (seqeval 0.0.12, bare tags), PANX entities; CCG accuracy.

The chunk rule is written out here, because `import seqeval` brings scikit-learn (2 s CPU a process), and because newer
versions read bare tags otherwise. Tests hold it equal to seqeval 0.0.12, and to 1.2.2 where the two agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

from xstilts.errors import InputError
from xstilts.families.pairing import pair
from xstilts.records.prepared import Prepared, Row

VERSION = "1"  # part of every cell's signature: raise it when a number can change

Chunk = tuple[str, int, int]  # type, first and last position
Chunker = Callable[[Sequence[str]], list[Chunk]]
Corpus = Sequence[Sequence[str]]


def chunks(tags: Sequence[str]) -> list[Chunk]:
    """Chunks of a row of tags, whatever the tags are: of `B-PER` the mark is B and the type PER, of `NOUN` N and NOUN.

    A rewording of `get_entities`, `start_of_chunk` and `end_of_chunk` of seqeval 0.0.12. So of B-/I-/O tags an entity
    starts at B-, at a change of type, and also at an I- after O; of bare tags a maximal run of equal ones is one chunk.

    official: a bare tag that begins with S (SCONJ, SYM) reads as a chunk of one token, always."""
    found: list[Chunk] = []
    begin, mark, kind = 0, "O", ""
    for position, tag in enumerate((*tags, "O")):
        if not tag:
            raise InputError(f"found an empty tag at position {position}")
        before, changed = mark, kind != tag.split("-")[-1]
        mark = tag[0]
        if before in "ES" or (before in "BI" and mark in "BSO") or (before not in "O." and changed):
            found.append((kind, begin, position - 1))
        if mark in "BS" or (before in "ESO" and mark in "EI") or (mark not in "O." and changed):
            begin = position
        kind = tag.split("-")[-1]
    return found


def strict_entities(tags: Sequence[str]) -> list[Chunk]:
    """Entities of well-formed IOB2 only: B- starts one, I- of the same type continues it, any other tag is none."""
    found: list[Chunk] = []
    open_type = None
    for position, tag in enumerate(tags):
        mark, _, kind = tag.partition("-")
        if mark == "B":
            found.append((kind, position, position))
            open_type = kind
        elif mark == "I" and kind == open_type:
            found[-1] = (kind, found[-1][1], position)
        else:
            open_type = None
    return found


def f1(gold: Corpus, predicted: Corpus, chunker: Chunker) -> dict[str, float]:
    """Micro precision, recall and F1 (x 100) over chunks that agree in type, start and end; 0 if there are none.

    official: the file is read as one row of tags with an O after every sentence."""
    for number, (one, other) in enumerate(zip(gold, predicted, strict=True), start=1):
        if len(one) != len(other):
            raise InputError(f"sentence {number}: found {len(other)} predicted tags, expected {len(one)}")
    wanted, found = (set(chunker([tag for row in side for tag in (*row, "O")])) for side in (gold, predicted))
    right = len(wanted & found)
    return {
        "f1": 200 * right / (len(found) + len(wanted)) if right else 0.0,
        "precision": 100 * right / len(found) if found else 0.0,
        "recall": 100 * right / len(wanted) if wanted else 0.0,
    }


def token_accuracy(gold: Corpus, predicted: Corpus) -> float:
    """Share of words with the right tag x 100."""
    if not any(gold):
        raise InputError("found no words, expected at least one")
    right = sum(a == b for one, other in zip(gold, predicted, strict=True) for a, b in zip(one, other, strict=True))
    return 100 * right / sum(map(len, gold))


def udpos(gold: Corpus, predicted: Corpus) -> dict[str, float]:
    """The official chunk F1 over bare tags, and beside it what most papers mean by POS accuracy."""
    return {**f1(gold, predicted, chunks), "token_accuracy": token_accuracy(gold, predicted)}


def panx(gold: Corpus, predicted: Corpus) -> dict[str, float]:
    """The official entity F1, and beside it F1 under strict IOB2."""
    return {**f1(gold, predicted, chunks), "f1_strict": f1(gold, predicted, strict_entities)["f1"]}


def ccg(gold: Sequence[Sequence[str | None]], predicted: Sequence[Sequence[str | None]]) -> dict[str, float]:
    """Accuracy over labelled words (x 100); a gold tag None is no label. jiant `CCGEvaluationScheme` @daa5a258.

    official: a word that was cut off (predicted None, or the row ends before it) leaves the denominator; `corrected`
    counts it as wrong, `cut_words` says how many there are."""
    pairs = [
        (tag, answer)
        for one, other in zip(gold, predicted, strict=True)
        for tag, answer in zip_longest(one, other[: len(one)])
        if tag is not None
    ]
    right, cut = sum(tag == answer for tag, answer in pairs), sum(answer is None for _, answer in pairs)
    if cut == len(pairs):
        raise InputError(f"found no predicted tag for any of {len(pairs)} labelled words, expected at least one")
    return {
        "accuracy": 100 * right / (len(pairs) - cut),
        "accuracy_corrected": 100 * right / len(pairs),
        "cut_words": float(cut),
    }


METRICS: dict[str, Callable[..., dict[str, float]]] = {"pos_f1": udpos, "entity_f1": panx, "ccg_accuracy": ccg}


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one language, 0-100. Sentences of unequal length are refused (the official program shifts them).

    In CCG a row may end early, where the words were cut off. A predicted tag that is not one of the task's is refused,
    and so is an entity tag that is not IOB2."""
    pairs, known = pair(gold, predicted), {*task.labels, None}
    for row, answer in pairs:
        found, expected = len(answer["prediction"]), len(row["tags"])
        if found > expected or (found < expected and task.metric != "ccg_accuracy"):
            raise InputError(f"sentence '{row['id']}': found {found} predicted tags, expected {expected}")
        if task.labels and not known.issuperset(answer["prediction"]):
            tag = next(tag for tag in answer["prediction"] if tag not in known)
            raise InputError(f"sentence '{row['id']}': found the tag '{tag}', expected one of {', '.join(task.labels)}")
        if task.metric == "entity_f1":
            odd = next((tag for tag in (*row["tags"], *answer["prediction"]) if not _is_iob2(tag)), None)
            if odd is not None:
                raise InputError(f"sentence '{row['id']}': found the tag '{odd}', expected O, B-<type> or I-<type>")
    return _metric(task)([row["tags"] for row, _ in pairs], [answer["prediction"] for _, answer in pairs])


def main(scores: dict[str, float]) -> float:
    """The figure that XTREME averages; for CCG the accuracy."""
    return scores["f1"] if "f1" in scores else scores["accuracy"]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What tagging every word with the most frequent tag of this gold file gets (0 for entities: that tag is O)."""
    tag = most_frequent(tag for row in gold for tag in row["tags"])
    return main(_metric(task)([row["tags"] for row in gold], [[tag] * len(row["tags"]) for row in gold]))


def most_frequent(tags: Iterable[str]) -> str:
    """The most frequent tag; the first in the alphabet wins a tie."""
    return min(Counter(tags).items(), key=lambda item: (-item[1], item[0]))[0]


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    variant = {
        "pos_f1": "official (seqeval 0.0.12, bare tags)", "entity_f1": "official (seqeval, default mode)",
        "ccg_accuracy": "official (jiant)",
    }  # fmt: skip
    return {"metric": task.metric, "variant": variant[task.metric], "scorer": f"tagging {VERSION}"}


def _is_iob2(tag: str) -> bool:
    return tag == "O" or (tag[:2] in ("B-", "I-") and len(tag) > 2)


def _metric(task: Prepared) -> Callable[[Corpus, Corpus], dict[str, float]]:
    if task.metric not in METRICS:
        raise InputError(f"{task.name}: unknown metric '{task.metric}', expected one of {', '.join(METRICS)}")
    return METRICS[task.metric]
