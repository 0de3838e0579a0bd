"""English questions of ARC-easy, SciQ and TruthfulQA: a training set for encoders that answer exams."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.english_questions import read_pool
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The three files of `data/source` in the repository of Cross-Lingual Pitfalls."""
    return read_pool(raw, split)


TASK = Task(
    name="choice_pool",
    family="choice",
    metric="choice_accuracy",
    languages=("en",),
    readers={"native": read_native},
    counts={"train": 3_281, "dev": 390},
    licence="ARC: CC BY-SA 4.0; SciQ: CC BY-NC 3.0; TruthfulQA: Apache 2.0; the selection: MIT",
    citation="Clark et al. 2018: ARC. arXiv 1803.05457. Welbl, Liu, Gardner 2017: Crowdsourcing Multiple Choice "
    "Science Questions. arXiv 1707.06209. Lin, Hilton, Evans 2022: TruthfulQA. ACL. arXiv 2109.07958. The selection: "
    "Xu et al. 2025: Cross-Lingual Pitfalls. ACL. arXiv 2505.18673",
    origin=(
        Archive("https://github.com/xzx34/Cross-Lingual-Pitfalls/archive/98ffe2ff9e053fb768185c5c87eb93470fd3c55b.zip"),
    ),
    notes={"options": "in an order by a hash: the right answer of SciQ and of TruthfulQA stands last in the files"},
)
