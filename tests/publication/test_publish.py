"""`xstilts publish` and what `audit` says of it, on a made-up repository that DVC has run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import fake_grid
from tests.cells.made_up import Repository
from tests.commands.call import call
from xstilts import paths
from xstilts.errors import InputError
from xstilts.publication.gather import gather
from xstilts.publication.record import Record
from xstilts.records.files import read_json, read_rows, write_json, write_rows
from xstilts.records.prepared import SCHEMAS

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
REAL = Path("results/real")
TEXTS = ("a secret text", "its secret label", "secret-id")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository as DVC leaves it, with learning curves and development scores of the source. Read only."""
    made = Repository(tmp_path_factory.mktemp("made") / "repository")
    for source, tasks in (("none", ()), ("mnli", ("mnli",))):
        write_json(made.folder / paths.curve("intermediate", source, 1), fake_grid._intermediate(source, 1, tasks))
        write_json(made.folder / paths.curve("target", "xnli", source, 1), fake_grid._target("xnli", source, 1))
    data, file = made.folder / paths.mixture("mnli"), made.folder / paths.predictions("intermediate", "mnli") / "1/mnli"
    rows = [{"id": f"{TEXTS[2]}{n}", "text_a": TEXTS[0], "text_b": "b", "label": one} for n, one in enumerate("ab")]
    write_rows(data / "mnli/dev/en.parquet", rows, SCHEMAS["classification"])
    facts = {"name": "mnli", "family": "classification", "metric": "accuracy", "labels": ["a", "b"]}
    write_json(data / "mnli/task.json", {**facts, "languages": ["en"], "tunes_on": None})
    write_rows(file.with_suffix(".parquet"), [{"id": row["id"], "prediction": "a"} for row in rows],
               {"id": "str", "prediction": "str"})  # fmt: skip
    write_json(file.with_suffix(".json"), {"signature": {"max_length": 128}})
    return made


@pytest.fixture
def repository(made: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A copy to change, as the working folder."""
    copy = made.copied(tmp_path / "repository")
    monkeypatch.chdir(copy.folder)
    return copy


def edit(change: Any) -> None:
    """Change params.yaml."""
    content = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
    change(content)
    Path("params.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def test_a_run_is_published_audited_and_left_alone(repository: Repository, capsys: Any) -> None:
    assert call("publish", "real", "--minutes", "3", "--memory-gb", "1.5") == 0
    assert "results/real: 2 runs, 1 targets: mnli (seed 1), none (seed 1)" in capsys.readouterr().out
    cells = read_json(paths.cells("xnli"))
    assert read_json(REAL / "cells/xnli.json")["cells"] == cells["cells"]
    about = read_json(REAL / "about.json")
    assert about["runs"][0]["minutes"] == 3 and about["runs"][0]["memory_gb"] == 1.5
    assert about["n"] == {"xnli": {"en": 4, "sw": 4}} and about["seeds"] == [1]
    assert any(key == "data/prepared/xnli" for key in about["recipes"]["scores of xnli"])
    statistics = read_json(REAL / "statistics.json")
    assert {row["mean"] for row in statistics["scores"]} == {cell["main"] for cell in cells["cells"]}

    assert call("audit") == 0
    shown = capsys.readouterr().out
    assert re.search(r"^results/real cells +4, equal +4$", shown, re.M), shown
    before = {path: path.read_bytes() for path in REAL.rglob("*") if path.is_file()}
    assert call("publish", "real", "--minutes", "3", "--memory-gb", "1.5") == 0  # nothing is new
    repository.run("dvc", "repro", "--force", "--quiet")
    assert call("clean", "--remove") == 0 and call("keep") == 0
    assert {path: path.read_bytes() for path in REAL.rglob("*") if path.is_file()} == before


def test_no_row_text_id_or_label_of_the_data_is_published(repository: Repository) -> None:
    call("publish", "real")
    gold = read_rows(Path("data/prepared/xnli/test/en.parquet"))
    words = {*TEXTS, "secret", *(row["label"] for row in gold)} - {"a", "b"}
    for path in REAL.rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            text = path.read_text(encoding="utf-8")
            assert [word for word in words if re.search(rf"\b{word}\b", text)] == [], path
    for row in read_rows(REAL / "units/xnli.parquet"):
        assert row["units"] == [0, 1, 2, 3] and {*row["counts"]} <= {0.0, 1.0} and row["width"] == 2


def test_what_is_not_finished_waits(repository: Repository, capsys: Any) -> None:
    shutil.rmtree("results/predictions/xnli/mnli")
    call("publish", "real")
    shown = capsys.readouterr().out
    assert "mnli, seed 1: not finished: no predictions in results/predictions/xnli/mnli/1.parquet" in shown
    assert "1 runs, 1 targets: none (seed 1)" in shown and "| none" in (REAL / "table.md").read_text(encoding="utf-8")
    repository.run("dvc", "checkout", "--quiet")
    call("publish", "real")
    assert "2 runs, 1 targets: mnli (seed 1), none (seed 1)" in capsys.readouterr().out


def test_tables_do_not_depend_on_the_order_of_languages_in_a_run(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set over two splits has those of the test split first; a stored document has them by name."""

    def other_order(*given: Any) -> tuple[Record, list[str]]:
        record, lines = gather(*given)
        for document in record.cells.values():
            document["languages"] = dict(sorted(document["languages"].items(), reverse=True))
        return record, lines

    monkeypatch.setattr("xstilts.publication.publish.gather", other_order)
    call("publish", "real")
    assert call("audit") == 0


def test_a_run_without_a_finished_row_leaves_nothing(repository: Repository) -> None:
    shutil.rmtree("results/predictions/xnli")
    with pytest.raises(InputError, match="found no finished row, expected one at least: none, seed 1: not finished"):
        call("publish", "real")
    assert not REAL.exists()


def test_parameters_that_did_not_make_the_predictions_are_not_published(repository: Repository, capsys: Any) -> None:
    Path("results/predictions/xnli/mnli/1.json").write_text('{"signature": {}, "counts": {}}')
    call("publish", "real")
    assert "mnli, seed 1: not finished: results/predictions/xnli/mnli: modified" in capsys.readouterr().out


def test_audit_finds_what_was_changed_by_hand(repository: Repository, capsys: Any) -> None:
    call("publish", "real")
    table = REAL / "table.md"
    table.write_text(table.read_text(encoding="utf-8").replace("| mnli ", "| mnIi "), encoding="utf-8")
    assert call("audit") == 1
    assert "results/real/table.md: not what its cells give" in capsys.readouterr().out
    call("publish", "real")
    cells = read_json(REAL / "cells/xnli.json")
    cells["cells"][0]["main"] += 1
    write_json(REAL / "cells/xnli.json", cells)
    assert call("audit") == 1
    shown = capsys.readouterr().out
    assert "xnli/en from none, seed 1: not what the predictions give (100.0)" in shown
    assert "results/real: what lies there does not fit together: " in shown


def test_audit_says_that_the_predictions_of_that_run_are_not_here(repository: Repository, capsys: Any) -> None:
    call("publish", "real")
    about = read_json(REAL / "about.json")
    about["recipes"]["scores of xnli"]["data/prepared/xnli"] = "of other data"
    write_json(REAL / "about.json", about)
    assert call("audit") == 0
    assert "results/real cells   the predictions of that run are not here" in capsys.readouterr().out
    with pytest.raises(InputError, match="scores of xnli: data/prepared/xnli: published of other data, found"):
        call("publish", "real")


@pytest.mark.parametrize("name", ["", "../real", "cells", "Real", "languages", "a/b"])
def test_a_name_that_is_no_folder_of_ones_own(repository: Repository, name: str) -> None:
    with pytest.raises(InputError, match="expected a new one such as real"):
        call("publish", name)


def test_files_of_a_user_in_the_folder_are_moved_and_named(repository: Repository, capsys: Any) -> None:
    call("publish", "real")
    (REAL / "mine.txt").write_text("mine")
    call("publish", "real")
    assert "results/real/mine.txt" in capsys.readouterr().out
    assert next(Path(".xstilts").rglob("mine.txt")).read_text() == "mine"
