"""What docs/real-table.md says of the published table is what its cells give."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import mean

import pytest

from xstilts.records.results import read_cells

ROOT = Path(__file__).parents[1]
ROWS = re.findall(
    r"^\| `(\w+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$",
    (ROOT / "docs/real-table.md").read_text(encoding="utf-8"), re.M,
)  # fmt: skip


@pytest.mark.parametrize(("source", *"abcd"), ROWS)
def test_the_layers_of_retrieval(source: str, a: str, b: str, c: str, d: str) -> None:
    found = []
    for target, score in (("tatoeba", "accuracy"), ("bucc", "f1")):
        cells = read_cells(ROOT / f"results/real/cells/{target}.json")["cells"]
        own = [cell["scores"] for cell in cells if cell["source"] == source]
        found += [mean(one[score] for one in own), mean(one[f"{score}_layer_14_24"] for one in own)]
    assert [f"{one:.1f}" for one in found] == [a, b, c, d]


def test_every_published_row_is_there() -> None:
    published = {cell["source"] for cell in read_cells(ROOT / "results/real/cells/tatoeba.json")["cells"]}
    assert {source for source, *_ in ROWS} == published
