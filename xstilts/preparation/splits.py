"""Which splits and languages of a data set are prepared: what is trained, tuned and scored on, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xstilts.errors import InputError
from xstilts.params import Data, DataSet
from xstilts.tasks import Task


def needed(task: Task, data: Data, given: DataSet) -> Iterator[tuple[str, str]]:
    """(split, language) pairs: training and development sets, the evaluated splits, what those are tuned on.

    The English development set is always one of them, if the data set has any."""
    trained = [*(("train", language) for language in given.train), *([("dev", "en")] if task.english else [])]
    pairs = trained if task.trains else []
    known = ", ".join(task.published)
    for language in given.train if task.trains else ():
        if language not in (*task.published, *(["en"] if task.english else [])):
            raise InputError(f"tasks.{task.name}.train: found '{language}', expected among: {known}")
    there = task.counts.get("dev", {})  # by language, or one number for all
    for language in given.dev:
        if isinstance(there, Mapping) and language not in there:
            raise InputError(f"tasks.{task.name}.dev: found '{language}', but {task.name} has no such development set")
        if language not in task.published and data.kind != "generated":
            raise InputError(f"tasks.{task.name}.dev: found '{language}', expected among: {known}")
        pairs.append(("dev", language))
    for split, languages in given.evaluate.items():
        for language in task.named(languages) if isinstance(languages, str) else languages:
            if language not in task.published and data.kind != "generated":
                raise InputError(f"tasks.{task.name}.evaluate.{split}: found '{language}', expected among: {known}")
            pairs += [(task.tunes_on, language)] if task.tunes_on else []
            pairs += [("candidates", "all")] if task.pool else []
            pairs.append((split, language))
    yield from dict.fromkeys(pairs)
