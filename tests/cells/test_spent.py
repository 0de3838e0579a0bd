"""Models that nobody needs now: what is removed of them, and that nothing else is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cells.made_up import Repository
from tests.commands.call import call
from xstilts.cells.pipeline import Pipeline
from xstilts.cells.spent import drop, spent

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
NONE, MNLI = "models/target/xnli/none", "models/target/xnli/mnli"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Read only."""
    return Repository(tmp_path_factory.mktemp("made") / "repository")


def cached(root: Path) -> set[Path]:
    return {path.relative_to(root) for path in (root / ".dvc/cache/files").rglob("*") if path.is_file()}


def test_models_go_and_nothing_has_to_be_made_again(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Both models have the same bytes, as frozen weights have: one file of the cache for two."""
    root, before = repository.folder, cached(repository.folder)
    assert call("clean", "--models") == 0
    assert capsys.readouterr().out == f"{NONE}\n{MNLI}\n2 models to remove (--remove)\n"
    assert cached(root) == before and Path(NONE).exists()
    assert call("clean", "--models", "--remove") == 0
    assert "2 models removed, 0.0 GB of DVC's cache; go on with `dvc repro --allow-missing`" in capsys.readouterr().out
    assert not Path(NONE).exists() and len(before - cached(root)) == 2, "a file, and the list of its folder"
    assert "up to date" in repository.run("dvc", "repro", "--allow-missing")
    repository.run("dvc", "repro")
    assert Path(NONE, "model.json").exists() and cached(root) == before, "and they can be made again"


def test_what_is_pushed_is_enough_and_a_model_is_made_again_where_it_is_asked_for(
    repository: Repository, tmp_path: Path
) -> None:
    """The remote has predictions and gold alone; in a clone nothing has to be made, and the models can be."""
    remote, before = tmp_path / "remote", cached(repository.folder)
    repository.run("dvc", "remote", "add", "--local", "--default", "meet", str(remote))
    assert call("push") == 0
    pushed = {path.relative_to(remote) for path in remote.rglob("*") if path.is_file()}
    model, kept = Path(NONE, "model.json").read_bytes(), [(remote / path).read_bytes() for path in pushed]
    assert pushed and model not in kept and {Path(".dvc/cache") / path for path in pushed} < before
    repository.run("git", "clone", "--quiet", ".", str(tmp_path / "clone"))
    clone = repository.copied(tmp_path / "reader")
    shutil.rmtree(clone.folder)
    (tmp_path / "clone").rename(clone.folder)
    clone.run("dvc", "remote", "add", "--local", "--default", "meet", str(remote))
    clone.run(sys.executable, "-m", "xstilts", "pull")
    assert "up to date" in clone.run("dvc", "repro", "--allow-missing")
    assert not (clone.folder / "models").exists()
    shutil.copytree(repository.folder / "data/given", clone.folder / "data/given")  # what no stage makes
    clone.run("dvc", "repro", "--single-item", "target-none")
    assert (clone.folder / NONE / "model.json").read_bytes() == model


def test_a_model_that_is_still_needed_stays(repository: Repository) -> None:
    """Its predictions are not in the lock, or not in the cache, where both rows have the same file."""
    root, pipeline = repository.folder, Pipeline(repository.folder)
    assert spent(pipeline) == [NONE, MNLI]
    own = pipeline.lock.pop("evaluate-mnli")["outs"][0]["md5"]
    assert spent(pipeline) == [NONE]
    (root / ".dvc/cache/files/md5" / own[:2] / own[2:]).unlink()
    assert spent(Pipeline(root)) == []


def test_what_another_output_has_stays_in_the_cache(repository: Repository) -> None:
    root, pipeline = repository.folder, Pipeline(repository.folder)
    before = cached(root)
    assert drop(pipeline, root, [NONE]) == 0 and cached(root) == before and not Path(NONE).exists()
    assert Path(MNLI, "model.json").exists()


def test_a_changed_model_and_a_shared_cache_are_left_alone(repository: Repository, tmp_path: Path) -> None:
    root = repository.folder
    Path(NONE, "model.json").write_text("mine")
    assert spent(Pipeline(root)) == [MNLI]
    subprocess.run(["cp", "-r", ".dvc/cache", tmp_path / "shared"], check=True)
    repository.run("dvc", "config", "--local", "cache.dir", str(tmp_path / "shared"))
    there = {path for path in (tmp_path / "shared").rglob("*") if path.is_file()}
    assert drop(Pipeline(root), root, [MNLI]) == 0 and not Path(MNLI).exists()
    assert {path for path in (tmp_path / "shared").rglob("*") if path.is_file()} == there
