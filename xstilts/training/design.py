"""What defines one target training: where it begins, what it learns from, and what chooses its checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import paths
from xstilts.encoders.models import about
from xstilts.errors import InputError
from xstilts.records.files import read_json

if TYPE_CHECKING:
    from xstilts.params import Params, Recipe


@dataclass(frozen=True)
class Design:
    """One target training, read and checked before anything heavy is loaded."""

    start: Path  # the folder of the model that learns
    recipe: Recipe
    selection: str  # english, last or oracle
    languages: list[str]  # of the training set: English, translations beside it or in its place
    files: list[Path]  # the training set, a file a language
    head: str | None  # the task whose head goes on
    oracle: list[Path]  # development sets of other languages, where those choose the checkpoint


def design(params: Params, training: str, source: str, seed: int, after: str | None) -> Design:
    """What the recipe says and what the source asks of this training, as the stage `mixture` left it.

    Raises `InputError` if the source asks for what there is not, or if the model to begin with is missing or another
    one. `after` is the training whose model learns on."""
    place = paths.addition(source, training)
    asked: dict[str, Any] = read_json(place / "training.json")
    if "refused" in asked:
        raise InputError(asked["refused"])
    recipe, selection = selected(params.training(training), asked["selection"])
    oracle = sorted((place / "dev").glob("*.parquet")) if selection == "oracle" else []
    if selection == "oracle" and not oracle:
        raise InputError(f"{training} from {source}: found no development sets for an oracle (`dvc repro -f mixture`)")
    english = paths.PREPARED / training / "train" / "en.parquet"
    files = [english if one == "en" else place / "train" / f"{one}.parquet" for one in asked["languages"]]
    start = beginning(after, source, seed)
    return Design(start, recipe, selection, asked["languages"], files, asked["head"], oracle)


def selected(recipe: Recipe, asked: str) -> tuple[Recipe, str]:
    """The recipe with the selection that the source asks for, and its name: `english`, `last` or `oracle`.

    A recipe that takes the last checkpoint has nothing to select."""
    if asked == "last" or recipe.selection == "last":
        return recipe.model_copy(update={"selection": "last"}), "last"
    return recipe, asked


def beginning(after: str | None, source: str, seed: int) -> Path:
    """The folder of the model that learns: the source's encoder, or a model fine-tuned before."""
    folder = paths.encoder(source, seed) if after is None else paths.target(after, source, seed)
    found = about(folder).get("training")
    if after and found != after:
        raise InputError(f"{folder}: found a model trained on {found}, expected one trained on {after}")
    return folder
