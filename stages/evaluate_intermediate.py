"""Evaluation of intermediate tasks: predictions of a source's tasks on their own English development sets.

A failed intermediate training explains a bad row of the table, so its own scores are part of the results. Of masked
text the loss of each held-out line is kept.

    python -m stages.evaluate_intermediate mnli
"""

from __future__ import annotations

import argparse
from pathlib import Path

from xstilts import paths
from xstilts.encoders.heads import load_head
from xstilts.encoders.inference import predict
from xstilts.encoders.models import load_tokenizer, pad_id
from xstilts.errors import exit_cleanly
from xstilts.families import part
from xstilts.families.answering import Answerer
from xstilts.params import Params, read_params
from xstilts.records import prepared
from xstilts.records.files import write_json, write_rows, writing
from xstilts.threads import use_threads


def main() -> None:
    """Write `results/predictions/intermediate/<source>/<seed>/<task>.parquet` and `.json` for every seed and task."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    name = parser.parse_args().source
    params = read_params()
    use_threads(params.threads)
    source = params.source(name)
    with writing(paths.predictions("intermediate", name)) as folder:
        folder.mkdir()
        for seed in params.seeds:
            for task in source.tasks:
                answer(params, name, seed, task, folder / str(seed))
            if source.mlm:
                read_lines(params, name, seed, folder / str(seed))


def answer(params: Params, name: str, seed: int, task: str, output: Path) -> None:
    """One prediction a row of the task's development set."""
    data, folder = paths.mixture(name), paths.encoder(name, seed)
    facts, recipe = prepared.facts(task, folder=data), params.source(name).recipe_of(task)
    family = {
        "encode": part(facts.family, "learning.encode"),
        "head": part(facts.family, "learning.head"),
        "decode": part(facts.family, "answering.decode"),
    }
    answerer = Answerer(params, facts, recipe, folder, **family)
    load_head(answerer.model, folder, task)
    predictions, counts = answerer.answer(prepared.rows(task, "dev", "en", data))
    write_rows(output / f"{task}.parquet", predictions, {"id": "str", **answerer.schema})
    write_json(
        output / f"{task}.json", {"signature": {"selection": recipe.selection, **answerer.signature}, "counts": counts}
    )
    print(f"{task}/en (dev) from {name}, seed {seed}: {len(predictions)}", flush=True)


def read_lines(params: Params, name: str, seed: int, output: Path) -> None:
    """The loss of every held-out line, masked once and for all: the same masks for every seed and source."""
    from xstilts.families.mlm.answering import decode
    from xstilts.families.mlm.learning import encode, head, masking
    from xstilts.seeding import Seeds

    text, recipe, folder = params.source(name).mlm, params.source(name).recipe_of("mlm"), paths.encoder(name, seed)
    assert text  # of a source with masked text
    tokenizer, padding = load_tokenizer(folder), pad_id(folder)
    model = head.build(folder)
    load_head(model, folder, "mlm")
    masker = masking.Masker(text.mask, tokenizer, padding, Seeds("perplexity"))
    rows = [row for language in text.languages for row in prepared.rows("mlm", "dev", language, paths.mixture(name))]
    examples = masker.fixed(encode.encode(rows, tokenizer, recipe.max_length)[0])
    predictions = decode.decode(rows, predict(model, head, examples, padding))
    write_rows(output / "mlm.parquet", predictions, {"id": "str", **decode.SCHEMA})
    write_json(output / "mlm.json", {"signature": {"max_length": recipe.max_length, "mask": text.mask}, "counts": {}})
    print(f"masked text from {name}, seed {seed}: {len(predictions)} lines", flush=True)


if __name__ == "__main__":
    exit_cleanly(main)
