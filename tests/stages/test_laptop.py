"""The laptop profile without a network: local folders laid out as the hub's repositories and the published archives,
read by the real readers (`datasets`), and cut as the profile says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from stages.mixture import main as mixture
from stages.prepare import prepare
from tests import profiles
from tests.tasks.samples import SAMPLES
from xstilts import paths
from xstilts.params import Params, read_params
from xstilts.records.files import read_json, read_rows
from xstilts.tasks import load

BELOW = {"udpos": "udpos/ud-treebanks-v2.5", "mlqa": "mlqa/MLQA_V1", "bucc": "bucc/bucc2018"}  # what archives unpack to


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    """The profile with folders as `download` leaves them, for the languages that the samples have."""
    monkeypatch.chdir(tmp_path)
    whole = profiles.content("laptop")
    for name, entry in whole["tasks"].items():
        sample = SAMPLES[name, entry["layout"]]
        sample.write(paths.DOWNLOADS / BELOW.get(name, name))
        if "evaluate" in entry:
            (split,) = entry["evaluate"]
            there = sorted(language for own, language in sample.rows if own == split)
            entry["evaluate"] = {split: there}
        entry["max_rows"] = dict.fromkeys(entry.get("max_rows", ()), 2)
    whole["data"] = {"kind": "generated"}  # a sample has not the counts of the full set
    for recipe in (*whole["sources"].values(), *whole["targets"]["classification"].values()):
        recipe.pop("max_examples", None)
    Path("params.yaml").write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    return read_params()


def test_all_sets_are_prepared_cut_and_mixed(params: Params, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = 0
    for name, given in params.tasks.items():
        prepare(load(name), params.data, given, paths.PREPARED / name)
        splits = read_json(paths.PREPARED / name / "counts.json")["splits"]
        for split, languages in splits.items():
            for language, counts in languages.items():
                rows = read_rows(paths.PREPARED / name / split / f"{language}.parquet")
                asked = [row for row in rows if row.get("side", "english") == "english"]
                assert counts["rows"] == len(rows) and rows
                assert split not in given.max_rows or len(asked) <= 2, (name, split, language)
                cut += counts.get("cut_rows", 0)
    assert cut > 0 and {*params.target_families()} <= {path.name for path in paths.PREPARED.iterdir()}
    monkeypatch.setattr("sys.argv", ["mixture"])
    mixture()
    for source in ("mnli", "squad_v1", "hellaswag"):
        assert read_rows(paths.mixture(source) / source / "train/en.parquet")
