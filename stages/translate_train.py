"""Translate the English training set of a task: `data/prepared/<name>/train/<language>.parquet` with the same ids.

By a translator (`models/translators/`), or as published. Labels stay; answers are located again in the translated
passage. `translation.json` is the signature: which machine, what was dropped and why, and how good it looks.

    python -m stages.translate_train mnli-de
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Params, Translation, read_params
from xstilts.records import prepared
from xstilts.records.files import read_json, write_json, write_rows, writing
from xstilts.records.prepared import SCHEMAS
from xstilts.translation import fields, published

Row = dict[str, Any]


def main() -> None:
    """Write the translation named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    name, params = parser.parse_args().name, read_params()
    if name not in params.translations:
        known = ", ".join(params.translations) or "none"
        raise InputError(f"params.yaml: unknown translation '{name}'; there are: {known}")
    given = params.translations[name]
    facts = prepared.facts(given.task)
    fields.check_family(given.task, facts.family)
    english = prepared.rows(given.task, "train", "en")
    state = paths.STATE / "translate-train" / name
    read = from_publisher if given.by == "published" else by_machine
    rows, counts, made_by = read(params, given, english, facts.family, state)
    with writing(paths.PREPARED / name) as folder:
        write_rows(folder / "train" / f"{given.language}.parquet", rows, SCHEMAS[facts.family])
        write_json(folder / "translation.json", {
            "name": name, "task": given.task, "language": given.language, "by": given.by, **made_by,
            "rows": {"english": len(english), "translated": len(rows)}, "counts": dict(counts),
            "quality": quality(english, rows, facts.family),
        })  # fmt: skip
    if given.by != "published":
        from xstilts.translation.engine import forget

        forget(state)


def by_machine(
    params: Params, given: Translation, english: Sequence[Row], family: str, state: Path
) -> tuple[list[Row], Counter[str], dict[str, Any]]:
    """Every text of the rows, each sentence once, by a translator."""
    from xstilts.threads import use_threads
    from xstilts.translation import engine, layout

    folder = Path(given.source)
    about = read_json(folder / "translator.json")
    settings = engine.Settings.of(about)
    code = settings.code(given.language, given.by)
    layout.check_files(folder, settings.engine)
    use_threads(params.threads)
    sentences = fields.needed(english, family)
    machine = engine.Engine(folder, settings, code)
    signature = [about["weights_sha256"][:16], given.language, settings.beam, settings.batch, settings.max_length]
    known = engine.translate_all(machine, sentences, state / "-".join(map(str, signature)), state.name)
    rows, counts = fields.render(english, family, known.__getitem__)
    return rows, Counter({**counts, **machine.odd}), {"translator": about}


def from_publisher(
    params: Params, given: Translation, english: Sequence[Row], family: str, state: Path
) -> tuple[list[Row], Counter[str], dict[str, Any]]:
    """A published translation of the rows."""
    odd: Counter[str] = Counter()
    rows = published.read(given, english, odd)
    hashes = {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in published.files(given)}
    return rows, odd, {"published": {"layout": given.layout, "sha256": hashes}}


def quality(english: Sequence[Row], rows: Sequence[Row], family: str) -> dict[str, float]:
    """What can be said without a reference: characters for each English one, how many texts are left as they were."""
    originals = {row["id"]: row for row in english}
    worded = [
        (one, other) for row in rows
        for one, other in zip(fields.texts(originals[row["id"]], family), fields.texts(row, family))
        if any(map(str.isalpha, one))
    ]  # fmt: skip
    before, after = sum(len(one) for one, _ in worded), sum(len(other) for _, other in worded)
    copies = sum(one == other for one, other in worded)
    return {"length_ratio": round(after / max(1, before), 4), "copies": round(copies / max(1, len(worded)), 4)}


if __name__ == "__main__":
    exit_cleanly(main)
