"""Damaged predictions of every family as the pipeline stores them: a refusal or scores, never another exception."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests import damage
from tests.tasks_made_up import made_up
from xstilts import paths
from xstilts.families import part
from xstilts.records import prepared
from xstilts.records.files import write_json, write_rows
from xstilts.records.prepared import Prepared
from xstilts.scoring.cells import Pair, Run

IDS = [f"q{n}" for n in range(6)]
Made = tuple[Prepared, list[dict[str, Any]], list[dict[str, Any]]]  # facts, gold, predictions


def corpus(split: str) -> list[dict[str, Any]]:
    source = [{"id": f"de-{n}", "side": "source", "text": "x", "gold": [f"en-{n}"]} for n in range(6)]
    english = [{"id": f"en-{n}", "side": "english", "text": "x", "gold": [f"de-{n}"]} for n in range(6)]
    return [*source, *english]


SPAN = {"context": "a lamp", "question": "?", "starts": [2], "answers": ["lamp"]}
KINDS: dict[str, Made] = {
    "classification": (
        made_up("classification", "accuracy", "t", ("0", "1")),
        [{"id": one, "text_a": "a", "text_b": "", "label": "1"} for one in IDS],
        [{"id": one, "prediction": "1"} for one in IDS],
    ),
    "tagging": (
        made_up("tagging", "pos_f1", "t", ("NOUN", "VERB")),
        [{"id": one, "words": ["a", "b"], "tags": ["NOUN", "VERB"]} for one in IDS],
        [{"id": one, "prediction": ["NOUN", "NOUN"]} for one in IDS],
    ),
    "entities": (
        made_up("tagging", "entity_f1", "t", ("O", "B-PER", "I-PER")),
        [{"id": one, "words": ["a", "b"], "tags": ["B-PER", "O"]} for one in IDS],
        [{"id": one, "prediction": ["B-PER", "O"]} for one in IDS],
    ),
    "ccg": (
        made_up("tagging", "ccg_accuracy", "t"),
        [{"id": one, "words": ["a", "b"], "tags": ["N", None]} for one in IDS],
        [{"id": one, "prediction": ["N"]} for one in IDS],
    ),
    "squad": (made_up("span", "squad", "t"), [{"id": one, **SPAN} for one in IDS], [
        {"id": one, "prediction": "lamp", "score": 1.0, "no_answer": 0.0} for one in IDS
    ]),
    "mlqa": (made_up("span", "mlqa", "t"), [{"id": one, **SPAN} for one in IDS], [
        {"id": one, "prediction": "lamp", "score": 1.0, "no_answer": 0.0} for one in IDS
    ]),
    "squad_v2": (made_up("span", "squad_v2", "t"), [{"id": one, **SPAN} for one in IDS], [
        {"id": one, "prediction": "", "score": 1.0, "no_answer": 2.0} for one in IDS
    ]),
    "checklist": (
        made_up("span", "failure_rate", "t"), [{"id": f"a/{one}/0", **SPAN} for one in IDS],
        [{"id": f"a/{one}/0", "prediction": "lamp"} for one in IDS],
    ),
    "choice": (
        made_up("choice", "accuracy", "t"),
        [{"id": one, "prompt": "p", "choices": ["a", "b"], "label": 1} for one in IDS],
        [{"id": one, "prediction": 1} for one in IDS],
    ),
    "bucc": (made_up("retrieval", "mining_f1", "t", tunes_on="dev"), corpus("test"), [
        {"id": f"de-{n}", "prediction": f"en-{n}", "score": 1.0 + n / 8} for n in range(6)
    ]),
    "tatoeba": (made_up("retrieval", "accuracy", "t"), corpus("test"), [
        {"id": f"en-{n}", "prediction": f"de-{n}", "score": 0.5} for n in range(6)
    ]),
    "lareqa": (
        made_up("dual", "map", "t"), [{"id": one, "query": "q", "candidate": "", "gold": ["c0"]} for one in IDS],
        [{"id": one, "ranking": ["c1", "c0"], "ranking_last_first": ["c0", "c1"]} for one in IDS],
    ),
    "mewslix": (
        made_up("dual", "mrr", "t"), [{"id": one, "query": "q", "candidate": "", "gold": ["c0"]} for one in IDS],
        [{"id": one, "ranking": ["c1", "c0"]} for one in IDS],
    ),
}  # fmt: skip


def attempt(draw: random.Random, kind: str, folder: Path) -> None:
    """Score damaged predictions, and what a resampled test set is scored from, as the stages do."""
    task, gold, predicted = KINDS[kind]
    splits = ["test", "dev"] if task.tunes_on else ["test"]
    rows = [{"split": split, "language": "de", **row} for split in splits for row in predicted]
    path = paths.predictions("t", "none") / "1.parquet"
    record = {"signature": {"max_length": 8}, "counts": {f"{split}/de": {"truncated": 1} for split in splits}}
    path.parent.mkdir(parents=True, exist_ok=True)
    how = draw.randrange(8)
    table = pa.Table.from_pylist(damage_rows(draw, rows) if how < 5 else rows)
    pq.write_table(table, path)
    if how == 5:
        path.write_bytes(broken(draw, path.read_bytes()))
    path.with_suffix(".json").write_bytes(damage.dump(damage.of_json(draw, record) if how > 5 else record))
    expected: list[Pair] = [(split, "de") for split in splits]
    run = Run(task, "none", 1, expected)
    own = dict.fromkeys(expected, gold)
    found = run.score(part(task.family, "scoring.score"), task, own, "test", "de")
    assert all(isinstance(value, float) for value in found["scores"].values())
    write_json(folder / "cell.json", found)
    tuning = (gold, run.rows["dev", "de"]) if task.tunes_on else None
    part(task.family, "scoring.units").counts(task, "de", gold, run.rows["test", "de"], tuning)


def damage_rows(draw: random.Random, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A column of another type, renamed, away or null; or rows whose values are odd."""
    column = draw.choice(list(rows[0]))
    odd = draw.choice(
        [None, 1, 1.5, float("nan"), float("inf"), True, "x", "", "\0", b"\xff", [], ["x"], [1], [None], {"a": 1}]
    )
    some = draw.random() < 0.5
    kinds: list[Callable[[], list[dict[str, Any]]]] = [
        lambda: [{**row, column: odd} if not some or place == 2 else row for place, row in enumerate(rows)],
        lambda: [{name: value for name, value in row.items() if name != column} for row in rows],
        lambda: [{(f"{name} " if name == column else name): value for name, value in row.items()} for row in rows],
        lambda: rows[: draw.randrange(len(rows))], lambda: [*rows, rows[0]], lambda: rows[::-1],
        lambda: [{**row, "id": str(place)} for place, row in enumerate(rows)],
        lambda: [{**row, "id": f"{row['id']} "} for row in rows], lambda: [{**row, "language": "fr"} for row in rows],
    ]  # fmt: skip
    made = draw.choice([*kinds, *kinds[:1] * 6])()
    try:
        pa.Table.from_pylist(made)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # a column holds one type only
        return [{**row, column: odd} for row in rows]
    return made


def broken(draw: random.Random, data: bytes) -> bytes:
    place = draw.randrange(len(data))
    return draw.choice(
        [b"", data[:place], data[place:], damage.PAGE, damage.POINTER, data[:place] + b"\xff\0" + data[place + 2 :]]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_predictions(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    counts = damage.outcomes(60, lambda draw: attempt(draw, kind, tmp_path))
    assert counts["refused"] > 20 and counts.total() == 60


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_damaged_predictions(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    counts = damage.outcomes(1000, lambda draw: attempt(draw, kind, tmp_path), seed=1)
    print(f"\n{kind}: {dict(counts)}")


def test_sound_predictions_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cases are sound before they are damaged."""
    monkeypatch.chdir(tmp_path)
    for task, gold, predicted in KINDS.values():
        schema = prepared.SCHEMAS[task.family]
        write_rows(paths.PREPARED / "t" / "test" / "de.parquet", gold, schema)
        assert prepared.gold(task, "test", "de") == gold
        tuning = (gold, predicted) if task.tunes_on else None
        part(task.family, "scoring.score").score(task, "de", gold, predicted, tuning)
