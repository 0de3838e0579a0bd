"""Submission: the predictions of one source in the form that XTREME accepts, and the score of any such folder.

`write` is a stage: `results/submissions/<source>/<seed>/<task>/test-<language>.<ending>`, and beside each folder a json
file that says which split every file holds. `labels` writes the prepared gold in the same layout. `score` compares two
folders in that layout, whoever made them, with the figures of XTREME's own program.

    python -m stages.submission write mnli
    python -m stages.submission labels data/labels
    python -m stages.submission score results/submissions/mnli/1 data/labels --output scores.json
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from xstilts import paths
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import read_params
from xstilts.records.files import write_json, writing
from xstilts.submissions import write


def main() -> None:
    """Do what the first argument says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("write", help="results/submissions/<source> from the predictions of a source")
    one.add_argument("source")
    one = commands.add_parser("labels", help="the prepared gold as a label folder")
    one.add_argument("folder", type=Path)
    one = commands.add_parser("score", help="figures of a prediction folder against a label folder")
    one.add_argument("predictions", type=Path)
    one.add_argument("labels", type=Path)
    one.add_argument("--benchmark", choices=["xtreme", "xtreme-r"], default="xtreme")
    one.add_argument("--lareqa", type=float, help="mAP@20 (0-100) of XTREME-R's LAReQA, which has no prediction files")
    one.add_argument("--output", type=Path, help="a json file for all figures")
    arguments = parser.parse_args()
    {"write": _write, "labels": _labels, "score": _score}[arguments.command](arguments)


def _write(arguments: argparse.Namespace) -> None:
    params, source = read_params(), arguments.source
    params.source(source)
    with writing(paths.submissions(source)) as folder:
        folder.mkdir()
        for seed in params.seeds:
            record = write.write_submission(params, source, seed, folder / str(seed))
            kind = params.row_kind(source)
            write_json(folder / f"{seed}.json", record if kind == "record" else {"row": kind, **record})
            files = sum(len(languages) for languages in record.values())
            print(f"{source}, seed {seed}: {files} files in {paths.submissions(source) / str(seed)}")
    if params.row_kind(source) != "record":
        print(f"warning: {source} ({params.row_kind(source)}) is no row of the table; nothing to hand in")
    if others := write.left_out(params):
        print(f"no part of XTREME's submission: {', '.join(others)}")


def _labels(arguments: argparse.Namespace) -> None:
    if arguments.folder.exists():
        raise InputError(f"{arguments.folder}: found something there, expected a new folder")
    with writing(arguments.folder) as folder:
        print(f"{write.write_labels(read_params(), folder)} files in {arguments.folder}")


def _score(arguments: argparse.Namespace) -> None:
    # Loaded by name: the stage depends on the code that writes, not on that which scores.
    score = importlib.import_module("xstilts.submissions.score")
    table = importlib.import_module("xstilts.submissions.table")
    result = score.score_folder(arguments.predictions, arguments.labels, arguments.benchmark, arguments.lareqa)
    print(table.to_text(result))
    if arguments.output:
        write_json(arguments.output, result)


if __name__ == "__main__":
    exit_cleanly(main)
