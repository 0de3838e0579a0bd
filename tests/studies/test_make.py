"""A study from nothing: in a clone beside the project, whose answer comes into the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cells.made_up import Repository
from tests.commands.call import call
from xstilts.errors import InputError
from xstilts.records.files import read_text, write_text
from xstilts.studies.make import clone_of, make, names, profiles

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
ANSWER = """
import sys
from pathlib import Path
from xstilts.params import read_params
from xstilts.records.files import read_json, write_text
params, cells = read_params(), read_json(Path("results/cells/xnli.json"))["cells"]
own = [one for one in cells if one["source"] in params.sources]
text = "".join(f"{params.profile} {one['source']} {one['language']} {one['main']}\\n" for one in own)
write_text(Path(sys.argv[1]) / "answer.md", text)
"""


FACTS = """
import sys
from pathlib import Path
from xstilts.records.files import write_text
write_text(Path(sys.argv[1]) / "run/facts.txt", str(len([*Path("data/prepared").iterdir()])))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with a study. Read only."""
    repository = Repository(tmp_path_factory.mktemp("made") / "repository")
    params: dict[str, Any] = yaml.safe_load(read_text(repository.folder / "params.yaml"))
    del params["profile"]
    rows = {"base": "base", "sources": params["sources"]}
    repository.write("profiles/base.yaml", yaml.safe_dump({**params, "sources": {}}, sort_keys=False))
    repository.write("profiles/rows.yaml", yaml.safe_dump(rows, sort_keys=False))
    repository.write("studies/made/small.yaml", "base: rows\n")
    repository.write("studies/made/one.yaml", "base: base\nsources:\n  none: {tasks: []}\n")
    repository.write("studies/made/answer.py", ANSWER)
    repository.write("studies/made/facts.py", FACTS)
    repository.write(".gitignore", "/data/prepared\n/models\n/results/predictions\n__pycache__\n")
    repository.commit()
    return repository


@pytest.fixture
def root(made: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    copy = made.copied(tmp_path / "project")
    monkeypatch.chdir(copy.folder)
    for name, value in copy.environment.items():
        monkeypatch.setenv(name, value)
    return copy


def test_the_answer_comes_into_the_project(root: Repository, tmp_path: Path, capfd: Any) -> None:
    assert call("study", "made") == 0
    assert "made: studies/made/small" in capfd.readouterr().out
    assert read_text(root.folder / "studies/made/small/answer.md").splitlines() == [
        "small none en 100.0", "small none sw 50.0", "small mnli en 100.0", "small mnli sw 50.0",
    ]  # fmt: skip
    assert int(read_text(root.folder / "studies/made/small/run/facts.txt")) > 0, "what it takes of the data"
    assert (tmp_path / "project-made-small/results/cells/xnli.json").is_file()
    assert root.run("git", "status", "--porcelain") == "?? studies/made/small/\n", "nothing else has changed"


@pytest.mark.slow
def test_one_answer_may_rest_on_several_profiles(root: Repository) -> None:
    together = """
from pathlib import Path
from xstilts.records.files import write_text
study = Path("studies/made")
made = sorted(file.parent.name for file in study.glob("*/answer.md"))
write_text(study / "answer.md", " ".join(made))
"""
    root.write("studies/made/together.py", together)
    root.commit()
    for profile, there in (("one", "one"), ("small", "one small")):
        make(root.folder, "made", profile)
        assert read_text(root.folder / "studies/made/answer.md") == there


@pytest.mark.slow
def test_a_second_run_makes_nothing_again(root: Repository, capfd: Any) -> None:
    make(root.folder, "made", "small")
    clone = root.folder.parent / "project-made-small"
    capfd.readouterr()
    make(root.folder, "made", "small")
    assert "Running stage" not in capfd.readouterr().out
    write_text(clone / "dvc.lock", "schema: '2.0'\n")
    clone_of(root.folder, clone)
    assert read_text(clone / "dvc.lock") == "schema: '2.0'\n", "not the commit's: it says what is finished here"


@pytest.mark.slow
def test_a_new_commit_is_what_is_made(root: Repository, tmp_path: Path) -> None:
    clone = tmp_path / "elsewhere"
    make(root.folder, "made", "one", clone)
    root.write("studies/made/answer.py", ANSWER.replace("{one['main']}", "{one['n']} rows"))
    with pytest.raises(InputError, match=r"studies/made/answer\.py differ from it; commit or stash"):
        make(root.folder, "made", "one", clone)
    root.commit()
    assert make(root.folder, "made", "one", clone) == Path("studies/made/one")
    found = read_text(root.folder / "studies/made/one/answer.md")
    assert found == "one none en 4 rows\none none sw 4 rows\n"


@pytest.mark.slow
def test_where_a_step_fails_the_old_answer_stays(root: Repository) -> None:
    make(root.folder, "made", "one")
    root.write("studies/made/answer.py", "raise SystemExit(3)\n")
    root.commit()
    with pytest.raises(InputError, match=r"-m studies\.made\.answer studies/made/one: stopped with exit code 3 in "):
        make(root.folder, "made", "one")
    assert read_text(root.folder / "studies/made/one/answer.md") == "one none en 100.0\none none sw 50.0\n"


def test_what_is_not_there_is_named(root: Repository, tmp_path: Path, capsys: Any) -> None:
    assert names(root.folder) == ["made"] and profiles(root.folder, "made") == ["one", "small"]
    assert call("study") == 0 and capsys.readouterr().out == "made: one, small\n"
    with pytest.raises(InputError, match=r"unknown study 'mad' \(did you mean 'made'\?\)"):
        call("study", "mad")
    with pytest.raises(InputError, match=r"unknown profile 'smal' \(did you mean 'small'\?\)"):
        call("study", "made", "--profile", "smal")
    (tmp_path / "full").mkdir()
    with pytest.raises(InputError, match=r"full: found no clone of this project, expected one, or nothing"):
        make(root.folder, "made", "small", tmp_path / "full")
