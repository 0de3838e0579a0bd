"""What XTREME and XTREME-R average: tasks, languages and groups of xtreme `evaluate.py` @838c13b."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stages.report.averages import GROUPS, LANGUAGES
from stages.submissions.write import FOLDERS


@dataclass(frozen=True)
class Benchmark:
    """Task folder -> languages that its score is a mean of; group -> its task folders."""

    languages: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]


_XTREME = {FOLDERS[task]: tuple(languages.split()) for task, languages in LANGUAGES.items()}
_GROUPS = {group: tuple(FOLDERS[task] for task in tasks) for group, tasks in GROUPS.items()}

LAREQA = "lareqa"
"""XTREME-R's task whose figure (mAP@20) comes from a program of its own: it has no prediction files."""

BENCHMARKS = {
    "xtreme": Benchmark(_XTREME, _GROUPS),
    "xtreme-r": Benchmark(
        {
            "xnli": _XTREME["xnli"],
            "panx": (*_XTREME["panx"], *"qu pl uk az lt pa gu ro".split()),
            "udpos": (*_XTREME["udpos"], *"lt pl uk wo ro".split()),
            "tatoeba": (*_XTREME["tatoeba"], *"az lt pl uk ro".split()),
            "xcopa": tuple("et ht id it qu sw ta th tr vi zh".split()),
            LAREQA: (),
            "mewslix": tuple("ar de en es fa ja pl ro ta tr uk".split()),
            "xquad": (*_XTREME["xquad"], "ro"),
            "mlqa": _XTREME["mlqa"],
            "tydiqa": _XTREME["tydiqa"],
        },
        {  # official: XCOPA counts in two groups, LAReQA in none
            "classification": ("xnli", "xcopa"),
            "tagging": _GROUPS["tagging"],
            "qa": _GROUPS["qa"],
            "retrieval": ("tatoeba", "mewslix"),
            "multi_choice": ("xcopa",),
        },
    ),
}
