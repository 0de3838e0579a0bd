"""What other parameters have made is no part of a table, and can be removed by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.call import call
from tests.fake_grid import PARAMS, write_params
from xstilts import paths
from xstilts.params import read_params
from xstilts.report.figures.complete import cells_of, curves_of, left_over, states_left


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All files that the parameters ask for, as empty files, and models."""
    monkeypatch.chdir(tmp_path)
    write_params(tmp_path)
    Path("dvc.yaml").touch()
    params = read_params()
    for path in [*cells_of(params), *curves_of(params), paths.curve("backbone")]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for source in params.sources:
        for folder in (paths.encoder(source, params.seeds[0]), paths.predictions("intermediate", source)):
            folder.mkdir(parents=True)
    return tmp_path


STALE = [
    paths.cells("xcopa"), paths.curve("target", "xnli", "gone", 1), paths.curve("intermediate", "none", 99),
    paths.encoder("gone", 1), paths.encoder("none", 99), paths.target("gone", "none", 1), paths.submissions("gone"),
    paths.predictions("xcopa", "none"), paths.predictions("intermediate", "gone"), paths.target("xnli", "gone", 1),
]  # fmt: skip


FILES = {
    "predictions": ("1.parquet", "1.json"), "intermediate": ("1/mnli.parquet",),
    "submissions": ("1.json", "1/xnli/test-de.tsv"),
    "models": ("config.json", "model.safetensors", "tokenizer.json", "xstilts.json", "heads/mnli/head.json"),
}  # fmt: skip


def write(path: Path) -> None:
    """A file of a stage, or a folder with the files that a stage writes there."""
    kind = "intermediate" if path.is_relative_to("results/predictions/intermediate") else path.parts[1]
    names = FILES["models" if path.parts[0] == "models" else kind] if not path.suffix else ()
    for file in [path / name for name in names] or [path]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('{"target": "", "stage": ""}')


@pytest.mark.parametrize("path", STALE, ids=str)
def test_what_nobody_asks_for_is_named_and_removed_alone(
    path: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left_over(read_params()) == []
    before = sorted(results.rglob("*"))
    write(path)
    (named,) = left_over(read_params())
    assert named == path or named in path.parents
    assert call("clean") == 0 and str(named) in capsys.readouterr().out and path.exists()
    assert call("clean", "--remove") == 0
    assert not path.exists() and [one for one in before if not one.exists()] == []


@pytest.mark.parametrize("path", STALE, ids=str)
def test_what_no_stage_has_written_is_never_removed(path: Path, results: Path) -> None:
    """Beside what goes, in folders of other names, and under the names of files of stages."""
    write(path)
    folder = path.parent if path.suffix else path
    own = [folder / "notes.json", folder / "deep/notes.txt", Path("results/cells/notes.json"), Path("models/mine/x")]
    own += [Path("results", one) for one in ("predictions/mine/x.parquet", "curves/mine.json", "submissions/a/1/b")]
    for one in own:
        one.parent.mkdir(parents=True, exist_ok=True)
        one.write_text('{"mine": 1}')
    (results / "else").mkdir()
    Path("models/intermediate/mine").symlink_to(results / "else")
    assert call("clean", "--remove") == 0
    assert [one for one in own if not one.exists()] == [] and Path("models/intermediate/mine").is_symlink()
    assert not (path.exists() if path.suffix else (path / "1.parquet").exists() or (path / "config.json").exists())


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("target/xnli/none/1", True),
        ("target/xnli/gone/1", False),
        ("target/gone/none/1", False),
        ("intermediate/none/99", False),
        ("intermediate/none/1", True),
        ("backbone", True),
        ("translator/gone", False),
        ("translate-train/gone", False),
    ],
)
def test_a_state_that_no_training_will_go_on_from_is_removed(
    name: str, stays: bool, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in results.glob("models/**/*"):
        path.rmdir() if not any(path.iterdir()) else None
    (paths.STATE / name).mkdir(parents=True)
    (paths.STATE / name / "state.json").touch()
    left = states_left(read_params())
    assert (left == []) == stays and all((paths.STATE / name).is_relative_to(one) for one in left)
    if stays:  # and now its training ends
        ("models" / Path(name)).mkdir(parents=True, exist_ok=True)
    assert call("clean", "--remove") == 0 and not (paths.STATE / name).exists()


def test_parameters_of_the_made_up_grid_have_several_sources() -> None:
    assert len(PARAMS["sources"]) > 1 and len(PARAMS["seeds"]) > 0
