"""Libraries: each declared one is imported, and our own parts give what the library gives that they stand for."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.families.classification.scoring.score import accuracy, f1
from xstilts.statistics.inference import holm

ROOT = Path(__file__).parent.parent
MODULES = {"pyyaml": "yaml", "ruamel.yaml": "ruamel"}  # where a package is imported by another name
NOT_IMPORTED = {"ruamel.yaml.clib"}  # makes DVC's own YAML faster


def imported() -> set[str]:
    """The first words of every import of the library and the stages."""
    files = [path for folder in ("xstilts", "stages") for path in (ROOT / folder).rglob("*.py")]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.split(".")[0] for name in plain | {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}}


def test_every_dependency_is_imported_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in ("pipeline", "ray", "latency") for line in extras[extra])]
    names = {re.split(r"[<>=;\[ ]", line)[0] for line in lines}
    assert {MODULES.get(name, name) for name in names - NOT_IMPORTED} <= imported()
    page = (ROOT / "docs/libraries.md").read_text(encoding="utf-8")
    needed = names - NOT_IMPORTED - {"numpy", "pyarrow", "torch", "sqlalchemy"}  # what all others stand on
    assert {name for name in needed if f"`{name}" not in page} == set()


def test_the_tests_that_the_page_names_are_there() -> None:
    page = (ROOT / "docs/libraries.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/.]+)`", page))
    assert len(named) > 10 and not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.skipif(find_spec("statsmodels") is None, reason="statsmodels is no dependency")
@settings(deadline=None)  # the import
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_holm_is_that_of_statsmodels(values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    assert holm(values) == pytest.approx(list(multipletests(values, method="holm")[1]), abs=1e-12)


@pytest.mark.skipif(find_spec("sklearn") is None, reason="scikit-learn comes with mlflow")
@settings(deadline=None)  # the import
@given(st.lists(st.tuples(st.sampled_from("01"), st.sampled_from("01")), min_size=1, max_size=30))
def test_accuracy_and_f1_are_those_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    from sklearn.metrics import accuracy_score, f1_score

    gold, predicted = [one for one, _ in pairs], [other for _, other in pairs]
    assert accuracy(gold, predicted) == pytest.approx(100 * accuracy_score(gold, predicted))
    assert f1(gold, predicted) == pytest.approx(100 * f1_score(gold, predicted, pos_label="1", zero_division=0))
