"""Gold rows beside the predictions for them: every gold row exactly once, or a refusal that says which are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xstilts.errors import InputError
from xstilts.records.prepared import Row


def pair(gold: Sequence[Row], predicted: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Pair rows by id. Predictions in gold's order may repeat ids where gold does; otherwise ids must be unique."""
    wanted, found = [row["id"] for row in gold], [row["id"] for row in predicted]
    if not wanted:
        raise InputError("found no gold rows, expected at least one")
    if wanted == found:
        return list(zip(gold, predicted, strict=True))
    if len(wanted) != len(found):
        raise InputError(f"found {len(found)} predictions, expected {len(wanted)}{_difference(wanted, found)}")
    by_id = {row["id"]: row for row in predicted}
    if len(by_id) < len(found) or set(wanted) != set(found):
        raise InputError(f"the ids of predictions and gold differ{_difference(wanted, found)}")
    return [(row, by_id[row["id"]]) for row in gold]


def _difference(wanted: Sequence[str], found: Sequence[str]) -> str:
    """The first missing and the first unasked-for id, for the message."""
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    named = (("missing", missing), ("unknown", extra))
    parts = [f"{len(ids)} {word}, such as '{min(ids)}'" for word, ids in named if ids]
    return f" ({'; '.join(parts)})" if parts else ""
