"""Evaluation of intermediate tasks: predictions of a source's tasks on their own English development sets.

A failed intermediate training explains a bad row of the table, so its own scores are part of the results. Of masked
text the loss of each held-out line is kept.

    python -m stages.evaluate_intermediate mnli
"""

from __future__ import annotations

from xstilts import paths
from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json, write_rows, writing
from xstilts.threads import use_threads


def main() -> None:
    """Write `results/predictions/intermediate/<source>/<seed>/<task>.parquet` and `.json` for every seed and task."""
    params, (name,) = arguments(__doc__, "source")
    from xstilts.families.development import development  # imports torch: after the arguments

    use_threads(params.threads, params.arithmetic)
    with writing(paths.predictions("intermediate", name)) as folder:
        folder.mkdir()
        for seed in params.seeds:
            for task, (predictions, schema, record) in development(params, name, seed):
                write_rows(folder / str(seed) / f"{task}.parquet", predictions, schema)
                write_json(folder / str(seed) / f"{task}.json", record)
                print(f"{task} (dev) from {name}, seed {seed}: {len(predictions)}", flush=True)


if __name__ == "__main__":
    exit_cleanly(main)
