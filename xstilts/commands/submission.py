"""`xstilts submission`: XTREME's folders of predictions and labels, and their score."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from xstilts.commands.names import Source, check_source
from xstilts.commands.project import enter
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import write_json, writing
from xstilts.submissions.score import score_folder
from xstilts.submissions.table import to_text
from xstilts.submissions.write import write_labels, write_source

app = typer.Typer(no_args_is_help=True, help="XTREME's folders: write them, score them.")


@app.command()
def write(source: Source) -> None:
    """Write the predictions of a source in XTREME's layout.

    Into results/submissions/SOURCE, one folder a seed. `dvc repro` does the same.

    \b
    Example:
      xstilts submission write mnli
    """
    enter()
    params = read_params()
    check_source(params, source)
    print("\n".join(write_source(params, source)))


@app.command()
def labels(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder.")]) -> None:
    """Write the prepared gold in XTREME's layout.

    \b
    Example:
      xstilts submission labels data/labels
    """
    place = Path.cwd() / folder
    if place.exists():
        raise InputError(f"{folder}: found something there, expected a new folder")
    enter()
    with writing(place) as new:
        print(f"{write_labels(read_params(), new)} files in {folder}")


@app.command()
def score(
    predictions: Annotated[
        Path, typer.Argument(metavar="PREDICTIONS", help="A folder of predictions, whoever made it.")
    ],
    labels: Annotated[Path, typer.Argument(metavar="LABELS", help="A folder of labels in the same layout.")],
    benchmark: Annotated[Literal["xtreme", "xtreme-r"], typer.Option(help="Whose tasks and means.")] = "xtreme",
    lareqa: Annotated[
        float | None, typer.Option(help="mAP@20 (0-100) of XTREME-R's LAReQA, which has no prediction files.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="A json file for all figures.")] = None,
) -> None:
    """Score a folder of predictions as XTREME's own program does.

    Corrected figures stand beside the official ones. It needs no project around it.

    \b
    Examples:
      xstilts submission score results/submissions/mnli/1 data/labels
      xstilts submission score predictions labels --output scores.json
      xstilts submission score predictions labels --benchmark xtreme-r --lareqa 40.7
    """
    result = score_folder(predictions, labels, benchmark, lareqa)
    print(to_text(result))
    if output:
        write_json(output, result)
