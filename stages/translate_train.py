"""Translate the English training set of a task: `data/prepared/<name>/train/<language>.parquet` with the same ids.

By a translator (`models/translators/`), or as published. Labels stay; answers are located again in the translated
passage. `translation.json` is the signature: which machine, what was dropped and why, and how good it looks.

    python -m stages.translate_train mnli-de
"""

from __future__ import annotations

from xstilts import paths
from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.records import prepared
from xstilts.records.files import discard, write_json, write_rows, writing
from xstilts.records.prepared import SCHEMAS
from xstilts.translation import fields
from xstilts.translation.quality import quality
from xstilts.translation.rows import translated


def main() -> None:
    """Write the translation named on the command line."""
    params, (name,) = arguments(__doc__, "translation")
    given, state = params.translations[name], paths.STATE / "translate-train" / name
    family = prepared.facts(given.task).family
    fields.check_family(given.task, family)
    english = prepared.rows(given.task, "train", "en")
    rows, counts, made_by = translated(params, given, english, family, state)
    with writing(paths.PREPARED / name) as folder:
        write_rows(folder / "train" / f"{given.language}.parquet", rows, SCHEMAS[family])
        write_json(folder / "translation.json", {
            "name": name, "task": given.task, "language": given.language, "by": given.by, **made_by,
            "rows": {"english": len(english), "translated": len(rows)}, "counts": dict(counts),
            "quality": quality(english, rows, family),
        })  # fmt: skip
    discard(state)  # what a translator has kept to go on from


if __name__ == "__main__":
    exit_cleanly(main)
