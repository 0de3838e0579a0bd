"""Target training: fine-tune one encoder on the English training set of one target task.

Stage 2 of Phang et al. 2020. The encoder is the backbone (source `none`) or comes from intermediate training; the task
head is new, unless the source's recipe keeps one. The checkpoint that is best on the English development set is kept.
No label of a target language is seen here, but machine translations of the training set where the source asks for
translate-train; only an oracle, which never is a row of the table, chooses the checkpoint on development sets of target
languages. SQuAD v1.1 is trained once for XQuAD and MLQA.

XTREME-R asks XCOPA of a model that learnt Social IQa and then English COPA: with `--after` a fine-tuned model, encoder
and head, learns on (xtreme `third_party/run_xcopa.py` @838c13b begins again at step 0, too).

    python -m stages.target xnli mnli 1
    python -m stages.target copa none 1 --after siqa
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.encoders.heads import load_head
from xstilts.encoders.models import about, save_model
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Recipe, read_params
from xstilts.records import prepared
from xstilts.records.files import read_json, write_json
from xstilts.seeding import Seeds
from xstilts.threads import is_main_process, use_threads
from xstilts.training.lessons import Labelled, freeze_embeddings, learn


def main() -> None:
    """Write `models/target/<training>/<source>/<seed>/` and the learning curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("training")
    parser.add_argument("source")
    parser.add_argument("seed", type=int)
    parser.add_argument("--after", help="the training whose model learns on")
    arguments = parser.parse_args()
    training, source, seed = cell = (arguments.training, arguments.source, arguments.seed)
    params, start = read_params(), beginning(arguments.after, source, seed)
    use_threads(params.threads)
    prepared.facts(training, params.family(training))
    asked = additions(source, training)
    recipe, selection = selected(params.training(training), asked["selection"])
    oracle = sorted((paths.addition(source, training) / "dev").glob("*.parquet")) if selection == "oracle" else []
    if selection == "oracle" and not oracle:
        raise InputError(f"{training} from {source}: found no development sets for an oracle (`dvc repro -f mixture`)")

    seeds = Seeds(f"{seed}/target/{training}")
    lesson = Labelled(
        params, training, recipe, paths.PREPARED, files(training, source, asked["languages"]), start, seeds,
        oracle,
    )  # fmt: skip
    if asked["head"] and not arguments.after:
        load_head(lesson.model, start, asked["head"])
    if recipe.freeze_embeddings:
        freeze_embeddings(lesson.model)
    steps = lesson.budget(recipe)
    title, state_in = f"target {training} from {source}, seed {seed}", paths.STATE.joinpath("target", *map(str, cell))
    record, state = learn(title, [lesson], [0] * steps, lesson.model, recipe, params.optimisation, seeds, state_in)
    if not is_main_process():
        return
    facts: dict[str, Any] = {"stage": "target", "training": training, "source": source, "seed": seed}
    if arguments.after:
        facts["after"] = arguments.after
    save_model(lesson.model, start, paths.target(*cell), {**facts, "ablate": about(start).get("ablate", False)})
    curve = {
        **facts, "task": training, "recipe": recipe.model_dump(), **asked, "selection": selection,
        "counts": dict(lesson.counts), **record,
    }  # fmt: skip
    write_json(paths.curve("target", *cell), curve)
    state.clear()


def additions(source: str, training: str) -> dict[str, Any]:
    """What the source asks of this training, as `stages.mixture` left it."""
    content: dict[str, Any] = read_json(paths.addition(source, training) / "training.json")
    if "refused" in content:
        raise InputError(content["refused"])
    return content


def selected(recipe: Recipe, asked: str) -> tuple[Recipe, str]:
    """The recipe with the selection that the source asks for, and its name: `english`, `last` or `oracle`.

    A recipe that takes the last checkpoint has nothing to select."""
    if asked == "last" or recipe.selection == "last":
        return recipe.model_copy(update={"selection": "last"}), "last"
    return recipe, asked


def beginning(after: str | None, source: str, seed: int) -> Path:
    """The folder of the model that learns: the source's encoder, or a model fine-tuned before."""
    if after is None:
        return paths.encoder(source, seed)
    folder = paths.target(after, source, seed)
    if (found := about(folder).get("training")) != after:
        raise InputError(f"{folder}: found a model trained on {found}, expected one trained on {after}")
    return folder


def files(training: str, source: str, languages: list[str]) -> list[Path]:
    """The English training set, and the translations that the source adds or takes instead."""
    english = paths.PREPARED / training / "train" / "en.parquet"
    translated = paths.addition(source, training) / "train"
    return [english if language == "en" else translated / f"{language}.parquet" for language in languages]


if __name__ == "__main__":
    exit_cleanly(main)
