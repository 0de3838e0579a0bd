"""Evaluation: zero-shot predictions of one target and source, for every language and seed.

The model that saw English alone answers the test set of each language. BUCC and Tatoeba ask the encoder itself, which
is not trained for them. Predictions are the record: scores are computed from them by a stage of its own.

    python -m stages.evaluate xnli mnli
"""

from __future__ import annotations

from xstilts import paths
from xstilts.errors import exit_cleanly
from xstilts.families import part
from xstilts.params.arguments import arguments
from xstilts.records import prepared
from xstilts.records.files import write_json, write_rows, writing
from xstilts.threads import use_threads


def main() -> None:
    """Write `results/predictions/<target>/<source>/<seed>.parquet` and `.json` (signature, counts) for every seed."""
    params, (target, source) = arguments(__doc__, "target", "source")
    task = prepared.facts(target, params.family(target))
    predictor = part(task.family, "answering.predict")  # imports torch: after what is refused
    use_threads(params.threads, params.arithmetic)
    with writing(paths.predictions(target, source)) as folder:
        for seed in params.seeds:
            system = predictor.System(params, task, source, seed)
            records, counts = [], {}
            for split, language in params.evaluated(task.name, task.languages, task.tunes_on):
                predictions, counts[f"{split}/{language}"] = system.predict(split, language)
                records += [{"language": language, "split": split, **row} for row in predictions]
                print(f"{target}/{language} ({split}) from {source}, seed {seed}: {len(predictions)}", flush=True)
            schema = {"language": "str", "split": "str", "id": "str", **system.schema}
            write_rows(folder / f"{seed}.parquet", records, schema)
            write_json(folder / f"{seed}.json", {"signature": system.signature, "counts": counts})


if __name__ == "__main__":
    exit_cleanly(main)
