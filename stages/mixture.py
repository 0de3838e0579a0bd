"""What each source trains on: the training and development sets of its tasks and its raw text, side by side.

DVC cannot take a recipe's list of tasks as dependencies. So this stage, which takes a second, reads all prepared data
and gives every source a folder of its own; a source is trained again only if something in its folder has changed. What
a source asks of target trainings (translated data, a kept head) lies there too. All of it is checked before any
training begins.

    python -m stages.mixture
"""

from __future__ import annotations

from pathlib import Path

from xstilts import paths
from xstilts.errors import exit_cleanly
from xstilts.mixtures.targets import addition, check_english, trainable
from xstilts.mixtures.tasks import check_heads, task_data
from xstilts.mixtures.text import masked_text
from xstilts.mixtures.translations import quality_line
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json, writing


def main() -> None:
    """Write `data/mixtures/<source>/` for every source, and what is known of the translations."""
    params, _ = arguments(__doc__)
    check_english(params)
    with writing(Path("data/mixtures")) as folder:
        for name, source in params.sources.items():
            tasks = [task_data(params, name, source, task, folder / name / "intermediate") for task in source.tasks]
            check_heads(name, source, tasks)
            if source.mlm:
                masked_text(params.corpus, source.mlm, f"sources.{name}.mlm", folder / name / "intermediate" / "mlm")
            if not source.trained:  # a stage depends on this folder, and DVC keeps no empty ones
                write_json(folder / name / "intermediate" / "nothing.json", {})
            for training in trainable():
                addition(params, name, source, tasks, training, folder / name / training)
        write_json(folder / paths.TRANSLATIONS.name, {name: quality_line(name) for name in params.translations})


if __name__ == "__main__":
    exit_cleanly(main)
