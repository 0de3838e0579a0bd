"""`xstilts new-task`: the four places that a new data set needs."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from ruamel.yaml import YAML

from xstilts import paths
from xstilts.commands.entries import with_entry
from xstilts.commands.project import enter
from xstilts.errors import InputError, unknown
from xstilts.params import Params, read_params
from xstilts.params.section import DEVICES
from xstilts.records.files import read_text, write_text

TEMPLATES = Path(__file__).with_name("templates")
FILES = {  # family -> what its files are called and hold
    "classification": ("tsv", "the columns id, text_a, text_b, label, named in the first line; text_b may be empty"),
    "tagging": ("tsv", "a word, a tab and its tag on each line; an empty line after each sentence"),
    "span": ("json", "the form of SQuAD v1.1"),
    "choice": ("jsonl", 'an object a line: {"id": "1", "prompt": "...", "choices": ["...", "..."], "label": 0}'),
    "retrieval": ("tsv", "the columns source, english, named in the first line"),
}
LABELS = {"classification": ("no", "yes"), "tagging": ("O", "B-NAME", "I-NAME")}  # where no file shows others
RECIPE = {"epochs": 2, "lr": 5.0e-4, "batch": 32, "max_length": 128}


def new_task(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it shall be called: small letters, digits and _.")],
    family: Annotated[str, typer.Option(help=f"One of: {', '.join(FILES)}.")],
    languages: Annotated[str | None, typer.Option(help="Scored languages, such as en,de,sw.")] = None,
    labels: Annotated[str | None, typer.Option(help="Labels or tags, such as no,yes.")] = None,
    licence: Annotated[str, typer.Option(help="Of the data.")] = "not stated",
    citation: Annotated[str, typer.Option(help="Who made the data.")] = "unpublished",
) -> None:
    """Add a data set: its reader, entries and sample.

    Languages and labels that are not given are those of the files in data/raw/NAME, if there are some.

    \b
    Examples:
      xstilts new-task weather --family classification
      xstilts new-task places --family tagging --languages en,de,sw --labels O,B-LOC,I-LOC
    """
    enter()
    params = read_params()
    check(params, name, family)
    folder = paths.RAW / name
    scored = tuple(languages.split(",")) if languages else found_languages(folder, family)
    known = tuple(labels.split(",")) if labels else found_labels(folder, family)
    places = [("test", one) for one in scored]
    places = places if family == "retrieval" else [("train", "en"), ("dev", "en"), *places]
    values = {
        "name": name, "title": f"{name.capitalize()}: a data set of the family {family}", "labels": written(known),
        "languages": written(scored), "licence": quoted(licence), "citation": quoted(citation),
        "places": f"[{', '.join(map(written, places))}]",
    }  # fmt: skip
    text = with_params(read_text(Path("params.yaml")), params, name, family, scored)
    for path, kind in files(name):
        write_text(path, Template(read_text(TEMPLATES / f"{family}{kind}.txt")).substitute(values))
    write_text(Path("params.yaml"), text)
    folder.mkdir(parents=True, exist_ok=True)
    say(name, family, places, known)


def files(name: str) -> list[tuple[Path, str]]:
    """The two new files, each with the end of its template's name."""
    return [(Path(f"xstilts/tasks/{name}.py"), ""), (Path(f"tests/tasks/samples/{name}.py"), "_sample")]


def check(params: Params, name: str, family: str) -> None:
    """Refuse an unknown family, a name that Python, Windows or the project cannot have, and one that is taken."""
    if family not in FILES:
        raise unknown("family", family, FILES, "new-task")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name) or DEVICES.fullmatch(name):
        raise InputError(f"found the name '{name}', expected small letters, digits and _, the first a letter")
    for path, _ in files(name):
        if path.exists():
            raise InputError(f"{path}: found it there already, expected a new name")
    if name in (*params.tasks, *params.unions, *params.translations, *params.target_families(), "mlm"):
        raise InputError(f"params.yaml: found '{name}' there already, expected a new name")


def with_params(text: str, params: Params, name: str, family: str, languages: tuple[str, ...]) -> str:
    """params.yaml with the data set under `tasks` and under `targets`; refused if the whole is not valid.

    Its files lie in `data/raw`: what lies in an output of a stage, as `data/miniature` is one, DVC deletes."""
    raw = (paths.RAW / name).as_posix()
    given = {"layout": "native", "raw": raw, "labels": raw, "evaluate": {"test": list(languages)}}
    new = with_entry(text, ("tasks",), name, given)
    new = with_entry(new, ("targets", family), name, recipe(text, family))
    with TemporaryDirectory() as folder:
        write_text(Path(folder) / "params.yaml", new)
        read_params(Path(folder) / "params.yaml")
    return new


def recipe(text: str, family: str) -> Mapping[str, Any]:
    """The recipe of another target of the family or, if there is none, of another target, as it is written there."""
    if family == "retrieval":
        return {"neighbours": 4}
    content = YAML().load(text)
    groups = [content["targets"].get(one) for one in (family, "classification", "tagging", "span", "choice")]
    shared = [content.get("squad")] * (family == "span")
    like = next((one for group in (*shared, *groups) for one in (group or {}).values()), RECIPE)
    # Without its selection: TyDiQA's is its own, as its development set is its test set.
    return {key: value for key, value in like.items() if key != "selection"}


def found_languages(folder: Path, family: str) -> tuple[str, ...]:
    """The languages of the test files that are there; else English alone, or German where English is the other side."""
    ending = FILES[family][0]
    found = sorted(path.stem.removeprefix("test-") for path in folder.glob(f"test-*.{ending}"))
    return tuple(found) or (("de",) if family == "retrieval" else ("en",))


def found_labels(folder: Path, family: str) -> tuple[str, ...]:
    """The labels of the English training file if it is there, else two or three to be changed."""
    if family not in LABELS or not (folder / "train-en.tsv").is_file():
        return LABELS.get(family, ())
    rows = [line.split("\t") for line in read_text(folder / "train-en.tsv").splitlines() if line]
    place = rows[0].index("label") if "label" in rows[0] else -1
    return tuple(sorted({row[place] for row in rows[family == "classification" :]}))


def written(texts: tuple[str, ...]) -> str:
    """A tuple as Python code, in double quotes."""
    return f"({', '.join(map(quoted_whole, texts))}{',' * (len(texts) == 1)})"


def quoted_whole(text: str) -> str:
    """A text as Python code."""
    return f'"{quoted(text)}"'


def quoted(text: str) -> str:
    """A text as it stands between double quotes in Python code."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def say(name: str, family: str, places: list[tuple[str, str]], labels: tuple[str, ...]) -> None:
    """Say what was written, and what is left to do."""
    ending, form = FILES[family]
    print("\n".join(f"wrote {path}" for path, _ in files(name)))
    print(f"wrote params.yaml: tasks.{name} and targets.{family}.{name}")
    wanted = ", ".join(f"{split}-{language}.{ending}" for split, language in places)
    print(f"1. put {wanted} into {paths.RAW / name}: {form}")
    more = f" and labels ({', '.join(labels)})" if labels else ""
    print(f"2. look at the languages{more} in xstilts/tasks/{name}.py and params.yaml")
    print(f"3. python -m pytest -k {name}")
    print(f"4. dvc repro --glob '*{name}*' makes its column, `dvc repro` the tables")
