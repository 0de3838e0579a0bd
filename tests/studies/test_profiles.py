"""Profiles of studies: each composes to a whole `params.yaml` that the schema takes, and DVC can make its stages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.imports import ROOT
from tests.test_dag import expand
from xstilts.params import read_params
from xstilts.params.profiles import compose

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
PROFILES = sorted((ROOT / "studies").glob("*/*.yaml"))


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_profile_composes(path: Path, tmp_path: Path) -> None:
    whole = compose(str(path), ROOT / "profiles")
    (tmp_path / "params.yaml").write_text(whole, encoding="utf-8")
    params = read_params(tmp_path / "params.yaml")
    assert params.profile == path.stem and "none" in params.rows
    stages = expand(yaml.safe_load(whole))
    assert {f"intermediate@{source}-{seed}" for source in params.sources for seed in params.seeds} <= set(stages)
    assert {one for one in params.tasks if f"prepare@{one}" not in stages} == set()
