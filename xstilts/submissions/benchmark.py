"""What XTREME and XTREME-R average, under the names of XTREME's folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xstilts.report.figures import averages
from xstilts.submissions.write import FOLDERS

LAREQA = "lareqa"
"""XTREME-R's task whose figure (mAP@20) comes from a program of its own: it has no prediction files."""


@dataclass(frozen=True)
class Benchmark:
    """Task folder -> languages that its score is a mean of; group -> its task folders."""

    languages: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]


def _in_folders(given: averages.Benchmark) -> Benchmark:
    languages = {task: () if task == LAREQA else tuple(codes.split()) for task, codes in given.languages.items()}
    groups = {group: tuple(FOLDERS.get(task, task) for task in tasks) for group, tasks in given.groups.items()}
    return Benchmark({FOLDERS.get(task, task): own for task, own in languages.items()}, groups)


BENCHMARKS = {"xtreme": _in_folders(averages.XTREME), "xtreme-r": _in_folders(averages.XTREME_R)}
