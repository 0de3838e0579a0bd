"""What is known of the translated training sets, for the report."""

from __future__ import annotations

from typing import Any

from xstilts import paths
from xstilts.records.files import read_json


def quality_line(name: str) -> dict[str, Any]:
    """How good one translation looks: rows lost, chrF where a reference exists, lengths, copies."""
    made = read_json(paths.PREPARED / name / "translation.json")
    machine = made.get("translator", {})
    measured = machine.get("held_out", {}).get(made["language"], {})
    signed = {key: value for key, value in machine.items() if key not in ("curve", "held_out")}
    return {
        **{key: made[key] for key in ("task", "language", "by")}, **made["quality"], "chrf": measured.get("chrf2"),
        "rows_in": made["rows"]["english"], "rows_out": made["rows"]["translated"],
        "dropped": {key: value for key, value in made["counts"].items() if key.startswith("dropped")},
        "counts": made["counts"], "signature": {**signed, **made.get("published", {})},
    }  # fmt: skip
