"""The same folders scored by google-research/xtreme's own `evaluate.py` and by `xstilts submission score`.

XSTILTS_OFFICIAL names a folder with a clone `xtreme` (@838c13b) and a folder `site` with the chunk scorer that defines
the official part-of-speech figure: `pip install --no-deps --target $XSTILTS_OFFICIAL/site seqeval==0.0.12`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.submissions.folders import Odd, known, write_folders
from xstilts.submissions.benchmark import BENCHMARKS
from xstilts.submissions.score import score_folder

OFFICIAL = Path(os.environ.get("XSTILTS_OFFICIAL", "/nowhere"))
MOCK = OFFICIAL / "xtreme" / "mock_test_data"
pytestmark = pytest.mark.skipif("XSTILTS_OFFICIAL" not in os.environ, reason="XSTILTS_OFFICIAL is not set")


def official(predictions: Path, labels: Path, output: Path, benchmark: str, site: str = "site") -> dict[str, Any]:
    """What the official program writes; `site`: the folder of its seqeval, else it takes that of this environment."""
    folders = ["--prediction_folder", str(predictions), "--label_folder", str(labels), "--output_file", str(output)]
    run_there("evaluate.py", *folders, "--xtreme_version", benchmark, site=site)
    result: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return result


def run_there(*command: str, site: str = "site") -> str:
    """The output of Python in the clone."""
    environment = {**os.environ, "PYTHONPATH": str(OFFICIAL / site) if site else "", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        cwd=OFFICIAL / "xtreme", env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def flat(value: Any, *path: str) -> Iterator[tuple[str, float]]:
    """`task/metric/language` -> figure."""
    if isinstance(value, dict):
        for name, own in value.items():
            yield from flat(own, *path, name)
    else:
        yield "/".join(path), value


def assert_same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Every figure of the one is a figure of the other; sums in another order may differ in the last bits."""
    assert dict(flat(ours)) == pytest.approx(dict(flat(theirs)), rel=1e-13, abs=1e-12)


def test_their_mock_folder(tmp_path: Path) -> None:
    theirs = official(MOCK / "predictions", MOCK / "labels", tmp_path / "scores.json", "xtreme")
    ours = score_folder(MOCK / "predictions", MOCK / "labels")
    assert ours["missing"] == {} and ours["left_out"] == ["mewslix"]
    assert_same(ours["official"], theirs)
    assert len(dict(flat(theirs))) == 375, "the number in the README"
    assert ours["official"]["all_task"] == pytest.approx(62.17319850507248)


def test_a_later_seqeval_changes_part_of_speech_alone(tmp_path: Path) -> None:
    """Under seqeval 1.2.2 the official program prints 62.193: the check value of its mock data."""
    later = dict(flat(official(MOCK / "predictions", MOCK / "labels", tmp_path / "scores.json", "xtreme", site="")))
    assert later["all_task"] == pytest.approx(62.193, abs=5e-4)
    ours = dict(flat(score_folder(MOCK / "predictions", MOCK / "labels")["official"]))
    different = {name.split("/")[0] for name in ours if ours[name] != pytest.approx(later[name], abs=1e-9)}
    assert different == {"udpos", "tagging", "all_task"}


@pytest.mark.parametrize("benchmark", ["xtreme", "xtreme-r"])
def test_the_folder_of_known_scores(tmp_path: Path, benchmark: str) -> None:
    folders = write_folders(tmp_path, benchmark, known)
    assert_same(score_folder(*folders, benchmark)["official"], official(*folders, tmp_path / "o.json", benchmark))


@pytest.mark.parametrize("seed", range(6))
def test_random_folders(tmp_path: Path, seed: int) -> None:
    benchmark = ("xtreme", "xtreme-r")[seed % 2]
    folders = write_folders(tmp_path, benchmark, Odd(seed).make)
    assert_same(score_folder(*folders, benchmark)["official"], official(*folders, tmp_path / "o.json", benchmark))


def test_the_benchmarks_are_theirs() -> None:
    names = "[XTREME_VERSIONS_LANG_DICT, XTREME_VERSIONS_GROUP_DICT]"
    languages, groups = json.loads(run_there("-c", f"from evaluate import *; print(json.dumps({names}))"))
    for name, ours in BENCHMARKS.items():
        assert in_order(ours.languages) == in_order(languages[name])
        assert in_order(ours.groups) == in_order(groups[name])


def in_order(lists: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: sorted(own) for name, own in lists.items()}
