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

from typing import Any

from xstilts import arithmetic, environment, paths
from xstilts.encoders.heads import load_head
from xstilts.encoders.models import about, save_model
from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.records import prepared
from xstilts.records.files import write_json
from xstilts.seeding import Seeds
from xstilts.threads import is_main_process, use_threads
from xstilts.training.design import design


def main() -> None:
    """Write `models/target/<training>/<source>/<seed>/` and the learning curve."""
    params, (training, source, seed, after) = arguments(__doc__, "training", "source", "seed", "--after")
    prepared.facts(training, params.family(training))
    asked = design(params, training, source, seed, after)
    from xstilts.training.lessons import Labelled, freeze, learn  # imports torch: after all that is refused

    use_threads(params.threads, params.arithmetic)
    seeds, recipe, start = Seeds(f"{seed}/target/{training}"), asked.recipe, asked.start
    lesson = Labelled(
        params, training, recipe, params.place(training), paths.PREPARED, asked.files, start, seeds, asked.oracle
    )
    if asked.head and not after:
        load_head(lesson.model, start, asked.head)
    freeze(lesson.model, recipe)
    title, folder = (
        f"target {training} from {source}, seed {seed}",
        paths.STATE / "target" / training / source / str(seed),
    )
    tasks = [0] * lesson.budget(recipe)
    record, state = learn(title, [lesson], tasks, lesson.model, recipe, params.optimisation, seeds, folder)

    if is_main_process():
        facts: dict[str, Any] = {"stage": "target", "training": training, "source": source, "seed": seed}
        facts |= {"made": arithmetic.made(params.arithmetic, environment.processes())}
        facts |= {"after": after} if after else {}
        ablate = about(start).get("ablate", False)
        save_model(lesson.model, start, paths.target(training, source, seed), {**facts, "ablate": ablate})
        learnt = {"task": training, "recipe": recipe.model_dump(), "counts": dict(lesson.counts)}
        chosen = {"languages": asked.languages, "head": asked.head, "selection": asked.selection}
        write_json(paths.curve("target", training, source, seed), {**facts, **learnt, **chosen, **record})
        state.clear()


if __name__ == "__main__":
    exit_cleanly(main)
