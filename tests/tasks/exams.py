"""The table of exams in `docs/exams.md`: every reader, and what was checked of it on the small files of its layout.

python -m tests.tasks.exams     # writes the rows of the table
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.tasks.published import Row
from tests.tasks.samples import SAMPLES
from xstilts.conditions.apply import apply
from xstilts.families.choice.scoring.score import EXAM, guessing
from xstilts.tasks import load, names

REAL_ROWS = {  # test rows of real files that were read whole (slow tests); other sets were not to be had here
    ("mmlu", "native"): 12_256, ("cmmlu", "native"): 9_839, ("jmmlu", "native"): 5_603, ("turkishmmlu", "native"): 700,
    ("exams", "native"): 6_073, ("jcommonsenseqa", "native"): 700, ("pitfalls", "native"): 882,
    ("choice_pool", "native"): 390,
}  # fmt: skip
ACROSS = {"mmmlu", "global_mmlu", "mmlu_prox", "belebele"}
"""Sets whose questions are the same in all languages, under the same id."""
HEAD = (
    "set",
    "layout",
    "languages",
    "options in the small files",
    "rows",
    "left out",
    "same twice",
    "order",
    "ids across languages",
    "real rows",
)


def exams() -> list[tuple[str, str]]:
    """Every exam and layout."""
    return [(name, layout) for name, layout in sorted(SAMPLES) if name in names() and load(name).metric == EXAM]


def row(name: str, layout: str, folder: Path) -> tuple[str, ...]:
    """What is true of one reader; `no` where a check fails."""
    task, sample = load(name), SAMPLES[name, layout]
    sample.write(folder)
    own = [place for place in sample.rows if place[0] != "train" and (place[0] == "test" or place[1] != "en")] or [
        ("dev", "en")
    ]
    read, again = ([task.readers[layout](folder, folder / "labels", *place) for place in sample.rows] for _ in range(2))
    tested = [one for place in own for one in task.readers[layout](folder, folder / "labels", *place)]
    sizes = sorted({len(one["choices"]) for one in tested})
    counted = sorted(what for place in own for what, number in sample.odd.get(place, {}).items() if number)
    turned = apply(tested, "choice", "en", "option-order-1").rows
    same = all(_right(old) == _right(new) for old, new in zip(tested, turned)) and guessing(turned) == guessing(tested)
    left_out = [one.replace("_", " ") for one in dict.fromkeys(counted) if one != "repeated_choices"]
    real = REAL_ROWS.get((name, layout))
    return (
        f"`{name}`", layout, str(len(task.published)), " to ".join(map(str, dict.fromkeys((sizes[0], sizes[-1])))),
        _yes([list(one) for one in read] == [*sample.rows.values()]), ", ".join(left_out) or "-",
        _yes([list(one) for one in read] == [list(one) for one in again]), _yes(same),
        "the same" if name in ACROSS else "one language" if len(task.published) == 1 else "of each language",
        f"{real:,}" if real else "none here",
    )  # fmt: skip


def _right(one: Row) -> str:
    text: str = one["choices"][one["label"]]
    return text


def _yes(found: bool) -> str:
    return "yes" if found else "no"


def lines() -> list[str]:
    """The table."""
    found = [HEAD, ("---",) * len(HEAD)]
    for name, layout in exams():
        with TemporaryDirectory() as folder:
            found.append(row(name, layout, Path(folder)))
    return [f"| {' | '.join(one)} |" for one in found]


if __name__ == "__main__":
    print("\n".join(lines()))
