"""Which texts of a row are translated, by family, and how the row is put together again.

`say` gives the translation of one sentence. Rows are rendered twice: once with a `say` that only notes what is asked
for, once with one that knows the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from xstilts.errors import InputError
from xstilts.translation import answers
from xstilts.translation.sentences import Part, split

Row = dict[str, Any]
Say = Callable[[str], str]
Counts = Counter[str]

REFUSED = {
    "tagging": "its labels belong to the English words",
    "dual": "its queries and candidates come from different texts",
    "retrieval": "it is not trained on",
    "mlm": "raw text exists in every language",
}


def text(value: str, say: Say) -> str:
    """A text, sentence by sentence; what stands between sentences stays, also blanks at its beginning and end."""
    return "".join(say(part.text) if part.sentence else part.text for part in split(value))


def _pair(row: Row, say: Say, counts: Counts) -> Row:
    return {**row, "text_a": text(row["text_a"], say), "text_b": text(row["text_b"], say)}


def _choice(row: Row, say: Say, counts: Counts) -> Row:
    return {**row, "prompt": text(row["prompt"], say), "choices": [text(choice, say) for choice in row["choices"]]}


def _span(row: Row, say: Say, counts: Counts) -> Row | None:
    """A question with its passage. A row none of whose answers is found again is dropped; one without answers stays."""
    parts = split(row["context"])
    said = [say(part.text) if part.sentence else part.text for part in parts]
    context = "".join(said)
    begins = [sum(map(len, said[:i])) for i in range(len(said) + 1)]
    found = []
    for start, answer in zip(row["starts"], row["answers"], strict=True):
        first, last = _around(parts, start, start + len(answer))
        english = row["context"][parts[first].start : parts[last].end]
        offset = start - parts[first].start
        # Only the answer's own sentence is searched: a name stands in many.
        plain = context[begins[first] : begins[last + 1]]
        marks = answers.mark(english, offset, offset + len(answer))
        inside = "" if answers.quoted(english) else answers.bare(answers.marked(say(marks)), answer)
        own = answers.bare(say(answer.strip()), answer)
        place = (offset + len(answer) / 2) / len(english)
        at = answers.locate(plain, inside, own, place)
        counts[f"answers_{at[0] if at else 'lost'}"] += 1
        if at:
            found.append((begins[first] + at[1], at[2]))
    for start, answer in found:
        assert context[start : start + len(answer)] == answer
    if row["answers"] and not found:
        counts["dropped_answer_not_found"] += 1
        return None
    return {
        **row, "context": context, "question": text(row["question"], say),
        "starts": [start for start, _ in found], "answers": [answer for _, answer in found],
    }  # fmt: skip


def _around(parts: list[Part], start: int, end: int) -> tuple[int, int]:
    """First and last of the parts that an answer lies in."""
    touched = [i for i, part in enumerate(parts) if part.start < end and part.end > start]
    return touched[0], touched[-1]


FAMILIES: dict[str, Callable[[Row, Say, Counts], Row | None]] = {
    "classification": _pair, "choice": _choice, "span": _span,
}  # fmt: skip


def check_family(task: str, family: str) -> None:
    """Refuse a family whose rows cannot be translated, and say why."""
    if family not in FAMILIES:
        reason = REFUSED.get(family, "it is not known")
        raise InputError(f"translations: task '{task}' is of the family {family}: {reason}; "
                         f"expected one of: {', '.join(FAMILIES)}")  # fmt: skip


def needed(rows: Iterable[Row], family: str) -> list[str]:
    """Every text that rendering the rows asks for, once, in order."""
    asked: dict[str, None] = {}

    def note(sentence: str) -> str:
        asked[sentence] = None
        return sentence

    for row in rows:
        FAMILIES[family](row, note, Counter())
    return list(asked)


def render(rows: Iterable[Row], family: str, say: Say) -> tuple[list[Row], Counts]:
    """The translated rows, and how answers were found and what was dropped."""
    counts: Counts = Counter()
    made = [FAMILIES[family](row, say, counts) for row in rows]
    return [row for row in made if row is not None], counts


def texts(row: Row, family: str) -> list[str]:
    """The texts of a row, for comparing it with its translation."""
    if family == "classification":
        return [row["text_a"], row["text_b"]]
    if family == "choice":
        return [row["prompt"], *row["choices"]]
    return [row["question"], row["context"]]
