"""The tables of what is published: made from the record, with what has to be known before the first figure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.publication.made_up import record
from xstilts.errors import InputError
from xstilts.publication.record import Record
from xstilts.publication.views import made
from xstilts.records.files import read_json

PLACE = Path("results/real")


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every text file of a published table with two rows, one of which has a seed more, and a control."""
    own = record(tmp_path_factory.mktemp("one") / "run", ("none", "mnli", "random"), (1, 2), controls=True)
    for target, document in own.cells.items():
        document["cells"] = [one for one in document["cells"] if (one["source"], one["seed"]) != ("mnli", 2)]
        own.units[target] = {key: one for key, one in own.units[target].items() if key[:2] != ("mnli", 2)}
    here = os.getcwd()
    with made(own, PLACE) as folder:
        found = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
        found["controls"] = str(read_json(folder / "controls.json"))
    assert os.getcwd() == here
    return found


def test_the_first_lines_say_which_encoder_how_many_rows_and_how_sure(views: dict[str, str]) -> None:
    title, *lead, table = views["table.md"].split("\n\n")[:6]
    assert title == "# Scores" and table.startswith("| source")
    assert lead[0] == (
        "Encoder: an encoder pretrained here. Profile fake: CUT-DOWN data: these are not results on the full "
        "benchmarks. 1 seed."
    )
    assert lead[1].startswith("English rows trained on: XNLI 500, ")
    assert lead[2].startswith("n, test rows a language (of BUCC and Tatoeba pairs): XNLI 100, ")
    assert "95 % over test rows, at most ±: XNLI " in lead[3]
    assert "Encoder: an encoder pretrained here" in views["report.html"]


def test_what_other_rows_lack_is_named_and_not_in_the_table(views: dict[str, str]) -> None:
    assert "not in this table, as other rows lack these seeds: none (seed 2)." in views["table.md"]
    assert "| mnli " in views["table.md"] and "random" not in views["table.csv"]


def test_controls_stand_beside_the_table(views: dict[str, str]) -> None:
    assert "'random'" in views["controls"] and "[1, 2]" in views["controls"]


def test_the_record_itself_and_what_others_have_is_not_among_them(views: dict[str, str]) -> None:
    assert {"table.md", "table.csv", "table.tex", "statistics.json", "findings.md", "report.html"} <= {*views}
    assert not {"intermediate.json", "published.md", "metrics.json"} & {*views}
    assert not [name for name in views if name.startswith(("cells", "curves", "real"))]


def test_nothing_finished_is_no_table(tmp_path: Path) -> None:
    own = record(tmp_path / "run", ("none",), (1,))
    with pytest.raises(InputError, match="no row of the table is finished"), made(Record(own.params, {}, []), PLACE):
        pass
