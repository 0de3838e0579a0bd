"""`xstilts benchmark`: what is measured on this machine, and stands outside the promise of equal bytes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from xstilts import arithmetic
from xstilts.commands.names import Seed, Target, chosen_seed, complete_sources
from xstilts.commands.output import AsJson, Table, note, print_json, print_table
from xstilts.commands.project import enter
from xstilts.errors import InputError, unknown
from xstilts.params import read_params
from xstilts.records.files import write_json

app = typer.Typer(no_args_is_help=True, help="What is measured on this machine: how long a model takes.")
Names = list[str] | None
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


@app.callback()
def _group() -> None:
    """What is measured on this machine, and is another number each time."""


@app.command()
def latency(
    target: Target,
    source: Annotated[
        Names, typer.Option("--source", help="A source; the first is what others are compared with. Else all.",
                            autocompletion=complete_sources)
    ] = None,
    language: Annotated[Names, typer.Option("--language", help="A language of the target; else all.")] = None,
    engine: Annotated[Names, typer.Option("--engine", help="eager, compiled or onnx; else eager and onnx.")] = None,
    control: Annotated[
        Names, typer.Option("--control", help="again, half, int8 or random; else again, half and int8.")
    ] = None,
    seed: Seed = None,
    questions: Annotated[int, typer.Option("--questions", min=2, help="Questions of each language.")] = 100,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Rounds that count.")] = 5,
    warm_up: Annotated[int, typer.Option("--warm-up", min=1, help="Rounds before, which do not count.")] = 1,
    tokens: Annotated[int, typer.Option("--tokens", min=1, help="Padded tokens of a batch, for questions/s.")] = 2048,
    margin: Annotated[float, typer.Option("--margin", min=0.1, help="Equivalent up to so many percent.")] = 5.0,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Threads of a model; else those of params.yaml.")
    ] = None,
    clock: Annotated[
        str, typer.Option("--clock", help="wall, or cpu: time of this process alone, for a busy machine.")
    ] = "wall",
    output: Annotated[
        Path | None, typer.Option("--output", help="The JSON file; else results/latency.json.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Measure how long trained models take to answer.

    The same questions go to all models in turn: one by one (p50, p95, p99 in milliseconds), and in batches of a fixed
    number of tokens (questions a second). Tokenisation is timed apart. Each model is compared with that of the first
    source: equivalent up to the margin, different by more, or cannot decide. Controls say whether this run could tell:
    the same model once more, half of its layers, and 8 bits. The page docs/latency.md says more.

    \b
    Examples:
      xstilts benchmark latency xnli
      xstilts benchmark latency xnli --source none --source mnli --language en --language sw
      xstilts benchmark latency xnli --engine eager --engine compiled --control half
    """
    given = output and output.absolute()  # before the working folder becomes another
    root = enter()
    file = given or root / "results/latency.json"
    if clock not in CLOCKS:
        raise unknown("clock", clock, CLOCKS, "--clock")
    if file.is_dir():
        raise InputError(f"{file}: found a folder, expected a file or nothing there")
    params = read_params()
    engines = tuple(engine or ("eager", "onnx"))
    controls = tuple(control or ("again", "half", "int8"))
    if "int8" in controls and "onnx" not in engines:
        note("int8 is left out: it needs --engine onnx")
    from xstilts.latency import benchmark, summary

    asked = benchmark.Asked(
        target, tuple(source or params.sources), tuple(language or ()), engines, controls, chosen_seed(params, seed),
        questions, rounds, warm_up, tokens, margin / 100, threads or params.threads, clock,
    )  # fmt: skip
    arithmetic.choose("native")  # as fast as this machine can: no bytes are promised
    task, sets = benchmark.check(params, asked)
    records: list[benchmark.Record] = []
    for language_records in benchmark.run(params, task, sets, asked, CLOCKS[clock], note):
        records += language_records
        write_json(file, records)  # after each language: a run that is stopped leaves what it has measured
    note(f"written: {file}")
    if as_json:
        print_json(records)
        return
    print_table(Table(summary.HEAD, summary.rows(records), summary.FORMS))
    print("\n".join(["", *summary.words(records)]))
