"""`xstilts cell`, `audit` and `rebuild`: what they print, find and refuse, on a made-up repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.score import score
from tests.cells.made_up import LABELS, Repository
from tests.commands.call import call
from xstilts import paths
from xstilts.cells.compare import compare
from xstilts.cells.pipeline import Pipeline, Stage, ordered, overlap, read_lock
from xstilts.cells.rebuild import cloned
from xstilts.cells.show import ranges
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import read_json, write_json
from xstilts.scoring.cells import Gold

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
ORDER = ["prepare", "target-mnli", "evaluate-mnli"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository as it was committed. Read only."""
    return Repository(tmp_path_factory.mktemp("made") / "repository")


def test_a_cell_with_all_that_it_comes_from(repository: Repository, capsys: Any) -> None:
    assert call("cell", "mnli", "xnli", "sw", "--all-files") == 0
    shown = capsys.readouterr().out
    assert "xnli/sw from mnli, seed 1: profile fake, HEAD " in shown and "changed" not in shown
    assert "official    accuracy 50.0; in the averages as 50.0\n" in shown
    assert "n, split    4, test\n" in shown and "max_length: 128, metric: accuracy" in shown
    assert "results/predictions/xnli/mnli/1.parquet, scored again: equal" in shown
    assert re.findall(r"^ +\d (\S+): python", shown, re.M) == [*ORDER, "score"]
    lock = read_lock(Path("dvc.lock"))
    for name in ORDER:
        for entry in (*lock[name]["deps"], *lock[name]["outs"]):
            assert entry["md5"] in shown
    assert re.search(r"reads  data/given  \w+\.dir  43 B, 1 files, made by no stage\n", shown)
    assert re.search(r"reads  models/target/xnli/mnli  .*, from 2\n", shown)
    assert re.search(r"writes results/predictions/xnli/mnli  .*, in the cache\n", shown)
    assert re.search(r"writes results/cells/xnli.json  .*, in git\n", shown)
    assert re.search(r"^ +\w{32}  stages/made/target\.py  2\n", shown, re.M)
    assert "xstilts rebuild mnli xnli sw --seed 1\n" in shown and "dvc repro evaluate-mnli," in shown


def test_a_cell_in_short_has_its_model_and_what_comes_after_it(repository: Repository, capsys: Any) -> None:
    assert call("cell", "mnli", "xnli", "sw") == 0
    shown = capsys.readouterr().out.splitlines()
    at = shown.index("from the model to the cell, 3 of 4 stages (--all-files shows all that they read)")
    assert at <= 9 and [line.split(":")[0] for line in shown[at + 1 :: 2]] == ["target-mnli", "evaluate-mnli", "score"]
    assert re.fullmatch(r" +writes models/target/xnli/mnli  \w{32}\.dir  .* B, 1 files, in the cache", shown[at + 2])


def test_a_cell_for_a_program(repository: Repository, capsys: Any) -> None:
    """The same facts as JSON; from a folder below the root, as all commands work."""
    os.chdir("results/cells")
    assert call("cell", "mnli", "xnli", "sw", "--json") == 0
    cell = json.loads(capsys.readouterr().out)
    assert (cell["main"], cell["n"], cell["split"], cell["seed"]) == (50.0, 4, "test", 1)
    assert cell["predictions"]["equal"] is True and cell["predictions"]["scored_again"]["main"] == 50.0
    locked = read_lock(Path("dvc.lock"))["target-mnli"]["outs"][0]["md5"]
    (model,) = cell["stages"][0]["writes"]
    assert model["md5"] == locked and model["here"] == "as locked" and model["place"] == "in the cache"


def test_what_is_not_as_dvc_lock_has_it(repository: Repository, capsys: Any) -> None:
    shutil.rmtree("results/predictions/xnli/mnli")
    shutil.rmtree(".dvc/cache")
    repository.write("models/target/xnli/mnli/model.json", "{}")
    repository.write("stages/made/target.py", "pass\n")
    assert call("cell", "mnli", "xnli", "sw", "--all-files") == 0
    shown = capsys.readouterr().out
    assert "1 changed file here" in shown and "1.parquet, not here" in shown
    assert re.search(r"writes results/predictions/xnli/mnli .* not in the cache; here: deleted\n", shown)
    assert re.search(r"writes models/target/xnli/mnli .* not in the cache; here: modified\n", shown)
    assert re.search(r"stages/made/target\.py  2; here: modified\n", shown)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope", "xnli", "sw"], r"unknown source 'nope' \(did you mean 'none'\?\); there are: none, mnli"),
        (["mnli", "nope", "sw"], "unknown target 'nope'; there are: xnli"),
        (["mnli", "xnli", "de"], "xnli: unknown language 'de'; there are: en, sw"),
        (["mnli", "xnli", "sw", "--seed", "7"], "unknown seed 7; there are: 1"),
    ],
)
@pytest.mark.parametrize("command", ["cell", "rebuild"])
def test_unknown_cells_are_refused(repository: Repository, arguments: list[str], message: str, command: str) -> None:
    with pytest.raises(InputError, match=message):
        call(command, *arguments)


@pytest.mark.parametrize("arguments", [[], ["mnli", "xnli"], ["mnli", "--all"], ["--all", "--seed", "1"]])
def test_half_a_cell_is_refused(repository: Repository, arguments: list[str]) -> None:
    with pytest.raises(InputError, match=r"give SOURCE, TARGET and LANG of a cell, or --all|give no source, target"):
        call("rebuild", *arguments)


def test_a_missing_lock_or_cells_file_is_refused(repository: Repository) -> None:
    os.rename("dvc.lock", "other")
    with pytest.raises(InputError, match=r"dvc\.lock: file not found"):
        call("cell", "mnli", "xnli", "sw")
    Path("dvc.lock").write_text("schema: '2.0'\nstages:\n  prep", encoding="utf-8")
    with pytest.raises(InputError, match=r"dvc\.lock: not a lock file .* cut off"):
        call("cell", "mnli", "xnli", "sw")
    os.remove("results/cells/xnli.json")
    with pytest.raises(InputError, match=r"results/cells/xnli\.json: file not found"):
        call("cell", "mnli", "xnli", "sw")


def test_all_cells_and_tables_agree(repository: Repository, capsys: Any) -> None:
    assert call("audit") == 0
    shown = capsys.readouterr().out
    assert "cells checked 4, cells equal 4\n" in shown
    assert re.search(r"results/table.csv +lines +4, equal +4\n", shown)
    assert re.search(r"results/long.csv +lines +5, equal +5\n", shown)


def test_an_audit_for_a_program(repository: Repository, capsys: Any) -> None:
    shutil.rmtree("results/predictions/xnli/none")
    assert call("audit", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["cells"] == {"checked": 4, "equal": 2}
    assert any("results/predictions/xnli/none/1.json: file not found" in one for one in found["problems"])


def test_a_score_that_no_prediction_gives_is_found(repository: Repository, capsys: Any) -> None:
    cells = read_json(paths.cells("xnli"))
    cells["cells"][3] |= {"main": 51.0, "scores": {"accuracy": 51.0}}
    write_json(paths.cells("xnli"), cells)
    assert call("audit") == 1
    shown = capsys.readouterr().out
    assert "cells checked 4, cells equal 3\n" in shown
    assert "xnli/sw from mnli, seed 1: results/cells/xnli.json has main 51.0, accuracy 51.0, found main 50.0" in shown
    assert "results/cells/xnli.json: modified, compared with dvc.lock" in shown


def test_a_figure_that_no_cell_gives_is_found(repository: Repository, capsys: Any) -> None:
    text = Path("results/table.csv").read_text(encoding="utf-8")
    repository.write("results/table.csv", text.replace("none,mean,75.0000", "none,mean,76.0000"))
    assert call("audit") == 1
    shown = capsys.readouterr().out
    assert "cells checked 4, cells equal 4\n" in shown
    assert "results/table.csv:2: found 'none,mean,76.0000,75.0000', expected 'none,mean,75.0000,75.0000'" in shown


def test_predictions_that_are_not_here_are_no_equal_cells(repository: Repository, capsys: Any) -> None:
    shutil.rmtree("results/predictions/xnli/none")
    assert call("audit") == 1
    shown = capsys.readouterr().out
    assert "cells checked 4, cells equal 2\n" in shown
    assert "results/predictions/xnli/none/1.json: file not found" in shown
    assert "table.csv: not compared" in shown


def test_a_cell_comes_out_again(repository: Repository, capsys: Any, tmp_path: Path) -> None:
    """In a clone with nothing in it, from raw files that are in no commit; nothing is left of it, nothing changed."""
    shutil.rmtree(".dvc/cache")
    before = repository.run("git", "status", "--porcelain", "--ignored")
    assert call("rebuild", "mnli", "xnli", "sw") == 0
    shown = capsys.readouterr().out
    assert re.findall(r"\[(\d)/3\] +\d+ s  (\S+)", shown) == [(str(n), name) for n, name in enumerate(ORDER, start=1)]
    assert "stages checked 3, stages equal 3" in shown
    assert "cell: xnli/sw from mnli, seed 1: 50.0\nverdict: equal\n" in shown
    assert list((tmp_path / "temporary").iterdir()) == []
    assert repository.run("git", "status", "--porcelain", "--ignored") == before


def test_the_first_stage_that_differs_is_named(repository: Repository, capsys: Any) -> None:
    """The code of one stage was changed and committed, its outputs were not made again."""
    file = Path("stages/made/target.py")
    file.write_text(file.read_text(encoding="utf-8").replace("entailment", "neutral"), encoding="utf-8")
    repository.commit()
    assert call("rebuild", "mnli", "xnli", "sw") == 1
    shown = capsys.readouterr().out
    assert "stages checked 3, stages equal 1" in shown and "first that differs: target-mnli\n" in shown
    assert re.search(r"code stages/made/target.py: dvc.lock has \w{32}, found \w{32}\n", shown)
    assert re.search(r"output models/target/xnli/mnli: dvc.lock has", shown)
    assert "after it: evaluate-mnli\n" in shown
    assert "cell: xnli/sw from mnli, seed 1: stored 50.0, found 25.0 (no interval is known)\n" in shown
    assert "verdict: differs in scores\n" in shown


def test_scores_within_their_interval_agree(repository: Repository, capsys: Any) -> None:
    """The same change, but four examples leave an interval in which 25 lies, too; and results need not be committed."""
    file = Path("stages/made/target.py")
    file.write_text(file.read_text(encoding="utf-8").replace("entailment", "neutral"), encoding="utf-8")
    repository.commit()
    own = {"source": "mnli", "target": "xnli", "seed": 1, "language": "sw", "low": 0.0, "high": 100.0}
    write_json(Path("results/statistics.json"), {"settings": {"level": 0.95}, "gains": [], "scores": [own]})
    assert call("rebuild", "mnli", "xnli", "sw") == 3
    shown = capsys.readouterr().out
    assert "seed 1: stored 50.0, found 25.0 (95 % over examples 0.0 to 100.0)\n" in shown
    assert "verdict: differs in bytes, agrees in scores\n" in shown


def test_the_whole_table_comes_out_again(repository: Repository, capsys: Any) -> None:
    """But for a comment in one stage's code, which changes no output."""
    file = Path("stages/made/tables.py")
    file.write_text(file.read_text(encoding="utf-8") + "# a comment\n", encoding="utf-8")
    repository.commit()
    assert call("rebuild", "--all") == 3
    shown = capsys.readouterr().out
    assert "stages checked 7, stages equal 6" in shown and "cells checked 4: equal 4, differs in scores 0" in shown
    assert "first that differs: aggregate\n" in shown and "outputs are equal" in shown


def test_a_stage_that_fails_is_named(repository: Repository, tmp_path: Path) -> None:
    repository.write("stages/made/target.py", "raise ValueError('made up')\n")
    repository.commit()
    with pytest.raises(InputError, match=r"target-mnli failed in a clean clone[^$]*ValueError: made up"):
        call("rebuild", "mnli", "xnli", "sw", "--keep")
    (kept,) = (tmp_path / "temporary").iterdir()
    assert (kept / "clone/data/prepared/xnli/task.json").exists()


def test_nothing_is_left_of_an_interrupted_rebuild(repository: Repository, tmp_path: Path) -> None:
    def stop(text: str) -> None:
        raise KeyboardInterrupt(text)

    pipeline = Pipeline(Path.cwd())
    stages = pipeline.behind("xnli", "mnli")
    with pytest.raises(KeyboardInterrupt, match=r"\[1/3\] .* prepare"), cloned(Path.cwd()) as clone:
        clone.lend(pipeline, Path.cwd(), stages)
        clone.run(stages, stop)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_next_rebuild_removes_what_a_killed_one_has_left(repository: Repository, tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from xstilts.cells.rebuild import cloned\n"
        "with cloned(Path.cwd()) as clone: print(clone.folder, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    here = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=here)
    left = Path(killed.stdout.strip())
    assert killed.returncode == -signal.SIGKILL and (left / ".git").is_dir()
    with cloned(Path.cwd()) as living, cloned(Path.cwd()) as other:
        assert not left.exists() and (living.folder / ".git").is_dir() and (other.folder / ".git").is_dir()
    assert list((tmp_path / "temporary").glob("**/clone")) == []


def test_only_head_can_be_rebuilt(repository: Repository) -> None:
    repository.write("stages/made/target.py", "pass\n")
    for arguments in (["mnli", "xnli", "sw"], ["--all"]):
        with pytest.raises(InputError, match=r"what is rebuilt is HEAD, but stages/made/target\.py differ"):
            call("rebuild", *arguments)


def test_changed_and_deleted_raw_files_are_refused(repository: Repository) -> None:
    repository.write("data/given/labels.txt", f"{LABELS} neutral")
    with pytest.raises(InputError, match=r"data/given: its content is not what dvc.lock has; prepare reads it"):
        call("rebuild", "mnli", "xnli", "sw")
    shutil.rmtree("data/given")
    with pytest.raises(InputError, match=r"data/given: found nothing; prepare reads it"):
        call("rebuild", "--all")


def test_one_run_is_scored_as_the_stage_scores_all(repository: Repository) -> None:
    params = read_params()
    gold = Gold(params, "xnli")
    own = [*gold.cells(gold.run("none", 1)), *gold.cells(gold.run("mnli", 1))]
    assert own == score(params, "xnli")["cells"] == read_json(paths.cells("xnli"))["cells"]


def test_predictions_that_no_stage_writes(repository: Repository) -> None:
    with pytest.raises(InputError, match="no stage writes results/predictions/xnli/nope"):
        Pipeline(Path.cwd()).behind("xnli", "nope")


def test_two_locks_of_one_stage() -> None:
    code, data = {"path": "stages/a.py", "md5": "1"}, {"path": "data/a", "md5": "2", "size": 3}
    before = {
        "cmd": "a",
        "deps": [code, data],
        "params": {"params.yaml": {"lr": 1}},
        "outs": [{"path": "o", "md5": "4"}],
    }
    now = {**before, "params": {"params.yaml": {"lr": 2}}, "outs": [{"path": "o", "md5": "5"}]}
    found = compare(["first", "second", "third"], {"first": before, "second": before}, {"first": before, "second": now})
    assert [one.text() for one in found["second"]] == [
        "parameter params.yaml:lr: dvc.lock has 1, found 2", "output o: dvc.lock has 4, found 5"
    ]  # fmt: skip
    assert list(found) == ["second"]
    assert {one.now for one in compare(["a"], {"a": before}, {})["a"]} == {None}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a/b", "a", True),
        ("a/../c", "a", False),
        ("a/b/../../own/c", "own", True),
        ("a", "a/b", True),
        ("a", "a", True),
        ("a/b", "a/bc", False),
        ("ab", "a", False),
    ],
)
def test_overlap(one: str, other: str, same: bool) -> None:
    assert overlap(one, other) is same


@given(st.sets(st.integers(1, 60), min_size=1))
def test_ranges_name_each_number_once(numbers: set[int]) -> None:
    parts = [part.split("-") for part in ranges(sorted(numbers)).split(", ")]
    assert [n for part in parts for n in range(int(part[0]), int(part[-1]) + 1)] == sorted(numbers)


@given(st.permutations(range(8)), st.data())
def test_stages_come_after_those_they_read(places: list[int], data: st.DataObject) -> None:
    edges = [data.draw(st.sets(st.integers(0, n - 1))) if n else set() for n in range(8)]
    given_ = [Stage(str(n), "", (), (), frozenset(map(str, edges[n]))) for n in places]
    seen: set[str] = set()
    for stage in ordered(given_):
        assert stage.after <= seen
        seen.add(stage.name)
    assert seen == set(map(str, range(8)))


def test_the_lock_is_read_as_dvc_reads_params_yaml(tmp_path: Path) -> None:
    """To PyYAML, which follows YAML 1.1, the first is a text, the second False and the third eight."""
    params = {"lr": 5e-05, "word": "no", "number": 10}
    text = "        lr: 5e-05\n        word: no\n        number: 010\n"
    lock = tmp_path / "dvc.lock"
    lock.write_text(f"schema: '2.0'\nstages:\n  one:\n    cmd: one\n    params:\n      params.yaml:\n{text}")
    assert read_lock(lock)["one"]["params"] == {"params.yaml": params}


@pytest.mark.parametrize("command", ["cell", "rebuild"])
def test_cells_of_another_profile_are_not_those_of_this_one(repository: Repository, command: str) -> None:
    """Models and predictions of a new profile are there before its scores are."""
    text = Path("params.yaml").read_text(encoding="utf-8")
    repository.write("params.yaml", text.replace("profile: fake", "profile: other"))
    repository.commit()
    with pytest.raises(InputError, match=r"xnli\.json: found cells of the profile fake, expected other as in params"):
        call(command, "mnli", "xnli", "sw")
