"""What `xstilts run` uses of DVC's inside is there: a new version of DVC that has moved it is named here."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from operator import attrgetter
from typing import Any

import pytest
from dvc.repo import Repo

from tests.cluster.project import Project
from tests.cluster.test_run import project

__all__ = ["project"]  # a fixture
INSIDE: dict[str, tuple[str, ...]] = {  # module -> names, with the arguments that are given
    "dvc.data_cloud": ("DataCloud.push objs remote", "DataCloud.pull objs remote"),
    "dvc.dvcfile": ("PROJECT_FILE", "Lockfile", "ProjectFile.resolver"),
    "dvc.exceptions": ("DvcException",),
    "dvc.output": ("Output.checkout force", "Output.get_used_objs", "Output.is_in_repo"),
    "dvc.parsing": ("DataResolver", "MatrixDefinition.normalized_iterable"),
    "dvc.lock": ("LockError", "Lock.is_locked"),
    "dvc.repo": ("Repo._reset", "Repo.scm_context", "Repo.index", "Repo.tmp_dir"),
    "dvc.repo.reproduce": (
        "collect_stages repo targets glob", "get_active_graph graph", "plan_repro graph stages",
    ),
    "dvc.rwlock": ("rwlock tmp_dir fs cmd read write hardlink",),
    "dvc.stage": (
        "Stage.reproduce interactive kwargs", "Stage.dump kwargs", "Stage.addressing", "Stage.is_callback",
    ),
    "dvc.stage.cache": (
        "_get_cache_hash cache key", "StageCache.save stage", "StageCache.restore stage",
        "StageCache._create_stage cache wdir", "RunCacheNotFoundError",
    ),
    "dvc.stage.exceptions": ("StageCmdFailedError cmd status",),
    "dvc.stage.run": (
        "cmd_run stage dry run_env", "_enforce_cmd_list cmd", "_make_cmd executable cmd", "get_executable",
        "prepare_kwargs stage",
    ),
    "dvc.stage.serialize": ("to_single_stage_lockfile stage",),
    "dvc.utils.serialize": ("modify_yaml path", "parse_yaml text path"),
}  # fmt: skip
MOVED = f"DVC {version('dvc')} is another inside than 3.67.1: look at bookkeeping.py and travel.py in xstilts/cluster"


@pytest.mark.parametrize(("module", "used"), [(module, used) for module in INSIDE for used in INSIDE[module]])
def test_what_is_used_is_there(module: str, used: str) -> None:
    name, *arguments = used.split()
    try:
        found: Callable[..., Any] = attrgetter(name)(import_module(module))
    except (ImportError, AttributeError):
        pytest.fail(f"{MOVED}: {module}.{name} is gone")
    if arguments:
        missing = set(arguments) - set(inspect.signature(found).parameters)
        assert not missing, f"{MOVED}: {module}.{name} takes no {missing}"


def test_a_command_is_run_through_the_name_that_is_replaced() -> None:
    from dvc.stage.run import run_stage

    assert "unlocked_repo(cmd_run)" in inspect.getsource(run_stage), MOVED


def test_the_lock_has_what_is_set(project: Project) -> None:
    with Repo(str(project.folder)) as repo:
        assert {"_friendly", "_wait"} <= vars(repo.lock).keys(), MOVED
        (stage, *_) = repo.index.stages
        assert stage.dvcfile._lockfile.path == str(project.folder / "dvc.lock"), MOVED
        assert repo.stage_cache.cache_dir == str(project.folder / ".dvc/cache/runs"), MOVED
