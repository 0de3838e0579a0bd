"""The records as a table, and in words: what was found, and whether the controls were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

WANTED = {"again": "equivalent", "random": "equivalent", "half": "different", "int8": "different"}
HEAD = ("language", "engine", "source", "p50 ms", "p95 ms", "p99 ms", "questions/s", "ratio", "95 %", "verdict")
FORMS = {"p50 ms": ".2f", "p95 ms": ".2f", "p99 ms": ".2f", "questions/s": ".1f", "ratio": ".3f"}
Record = Mapping[str, Any]


def rows(records: Sequence[Record]) -> list[list[Any]]:
    """A row a record, under `HEAD`."""
    found = []
    for one in records:
        to = one["against"]
        compared = [to["ratio"], f"{to['low']:.3f} to {to['high']:.3f}", to["paired"]["verdict"]] if to else [None] * 3
        times = [one[name] for name in ("p50_ms", "p95_ms", "p99_ms", "questions_per_s")]
        found.append([one["language"], one["engine"], one["source"], *times, *compared])
    return found


def words(records: Sequence[Record]) -> list[str]:
    """Sentences: of the sources, of tokenisation, of each control, and what follows where a control was not found."""
    compared = [one for one in records if one["against"]]
    sources = [one for one in compared if not one["control"]]
    lines = [f"Sources: {_counted(sources)}."] if sources else []
    lines += [
        f"Tokenisation, {language}: {one['tokenise_ms']:.2f} ms a question, {one['tokens_per_question']:.0f} tokens."
        for language, one in {one["language"]: one for one in records}.items()
    ]
    for control, wanted in WANTED.items():
        own = [one for one in compared if one["control"] == control]
        if own:
            failed = [f"{one['language']} ({one['engine']})" for one in own if _verdict(one) != wanted]
            then = f" NOT FOUND in {', '.join(failed)}: believe no verdict there" if failed else ""
            lines.append(f"Control {control}, expected {wanted}: {_counted(own)}.{then}")
    return lines


def _verdict(record: Record) -> str:
    found: str = record["against"]["paired"]["verdict"]
    return found


def _counted(records: Sequence[Record]) -> str:
    counts = Counter(map(_verdict, records))
    return ", ".join(f"{counts[name]} {name}" for name in ("equivalent", "different", "cannot decide") if counts[name])
