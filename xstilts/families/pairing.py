"""Gold rows beside the predictions for them: every gold row exactly once, or a refusal that says which are wrong.

The one place that compares ids, of stored predictions and of submissions: what differs is named in the same words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from xstilts.errors import InputError
from xstilts.records.prepared import Row

SHOWN = 3  # ids that a message names


def pair(gold: Sequence[Row], predicted: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Pair rows by id. Predictions in gold's order may repeat ids where gold does; otherwise ids must be unique."""
    wanted, found = [row["id"] for row in gold], [row["id"] for row in predicted]
    if not wanted:
        raise InputError("found no gold rows, expected at least one")
    if wanted == found:
        return list(zip(gold, predicted, strict=True))
    if len(wanted) != len(found):
        raise InputError(f"found {len(found)} predictions, expected {len(wanted)}{difference(wanted, found)}")
    by_id = {row["id"]: row for row in predicted}
    if len(by_id) < len(found) or set(wanted) != set(found):
        raise InputError(f"the ids of predictions and gold differ{difference(wanted, found)}")
    return [(row, by_id[row["id"]]) for row in gold]


def difference(wanted: Iterable[object], found: Iterable[object]) -> str:
    """What is missing, unknown or repeated, the first ids of both sides and how they seem to differ: for a message."""
    wanted, found = list(wanted), list(found)
    asked, given = Counter(wanted), Counter(found)
    missing, unknown = [one for one in asked if one not in given], [one for one in given if one not in asked]
    again = [one for one in given if given[one] > max(1, asked[one])]
    named = (("missing", missing), ("unknown", unknown), ("repeated", again))
    parts = [f"{len(ids)} {word}, such as {ids[0]!r}" for word, ids in named if ids]
    if missing and unknown:
        parts.append(f"found first {_first(found)}, expected first {_first(wanted)}{alike(missing, unknown)}")
    return f" ({'; '.join(parts)})" if parts else ""


def alike(missing: Iterable[object], unknown: Iterable[object]) -> str:
    """`: 'x1' instead of 'x01'` for the first unknown id that is a missing one in other clothes, else nothing."""
    by_key = {_key(one): one for one in missing}
    for one in unknown:
        if (other := by_key.get(_key(one))) is not None:
            return f": {one!r} instead of {other!r}"
    return ""


def shape(name: str) -> str:
    """An id without its number: what all ids of one side of a corpus have in common."""
    return re.sub(r"\d+", "0", name)


def _key(one: object) -> str:
    """What is left of an id without white space, case, Unicode form, zeros in front of numbers, and quotes around."""
    text = "".join(unicodedata.normalize("NFKC", str(one)).casefold().split()).strip("'\"\ufeff")
    return re.sub(r"0+(?=\d)", "", re.sub(r"\.0$", "", text))


def _first(ids: Sequence[object]) -> str:
    return ", ".join(map(repr, ids[:SHOWN]))
