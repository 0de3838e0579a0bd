"""Where things lie, in one place. All paths are relative to the root of the repository."""

from __future__ import annotations

from pathlib import Path

RAW = Path("data/raw")  # a user's own files: no stage writes here
DOWNLOADS = Path("data/downloads")  # <name>/: what `downloads` in params.yaml asks for
PREPARED = Path("data/prepared")  # <task>/<split>/<language>.parquet
CONDITIONS = Path("data/conditions")  # the same, with splits such as `test@swap-0.10`
BACKBONE = Path("models/backbone")
INTERMEDIATE = Path("results/intermediate.json")
TRANSLATIONS = Path("data/mixtures/translations.json")  # beside what `mixture` writes: DVC's run-cache keeps both
KEPT = Path(".xstilts/kept")  # what lay in an output folder and was not of the pipeline
FROZEN = Path(".xstilts/frozen")  # hard links to weights that several models have, by their hash
STATE = Path(".xstilts/state")  # unfinished trainings, outside DVC: it clears a stage's outputs before each run


def under(name: str, condition: str | None) -> str:
    """A split or a language under a condition: `test@swap-0.10`, `tr@swap-0.10`. It is as it is where there is none."""
    return f"{name}@{condition}" if condition else name


def rows_of(split: str) -> Path:
    """The folder of the prepared rows of a split: those under a condition have their own."""
    return CONDITIONS if "@" in split else PREPARED


def mixture(source: str) -> Path:
    """What one source trains on, in the layout of `PREPARED`."""
    return Path("data/mixtures") / source / "intermediate"


def addition(source: str, training: str) -> Path:
    """What one source changes about a target training: its head, and the languages of its data."""
    return Path("data/mixtures") / source / training


def encoder(source: str, seed: int) -> Path:
    """The encoder after intermediate training."""
    return Path("models/intermediate") / source / str(seed)


def target(training: str, source: str, seed: int) -> Path:
    """The model fine-tuned on a target's English training set."""
    return Path("models/target") / training / source / str(seed)


def curve(stage: str, *parts: object) -> Path:
    """The learning curve of one training."""
    *folders, last = map(str, (stage, *parts))
    return Path("results/curves", *folders, f"{last}.json")


def predictions(target: str, source: str) -> Path:
    """The folder of predictions of one target and source: one parquet and one json file a seed."""
    return Path("results/predictions") / target / source


def cells(target: str) -> Path:
    """The scores of one target."""
    return Path("results/cells") / f"{target}.json"


def submissions(source: str) -> Path:
    """The official submission folders of one source: one folder and one json file a seed."""
    return Path("results/submissions") / source
