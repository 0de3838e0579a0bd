"""Facts about languages, and rank correlations against scipy 1.17."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.tasks.test_contract import TASKS
from xstilts.errors import InputError
from xstilts.statistics.languages import by_factor, correlate, read_languages
from xstilts.tasks import load


def test_every_language_of_the_benchmarks_is_in_the_table() -> None:
    """Not those of exams and of translation: the analysis leaves out languages that it has no facts of."""
    tasks = [one for one in map(load, TASKS) if one.metric not in ("choice_accuracy", "chrf2++")]
    assert {language for task in tasks for language in task.supported} <= set(read_languages())
    ((_, known),) = by_factor({"de": 1.0, "hr": 2.0}, read_languages(), ["distance"])
    assert known.languages == 1


def test_the_table() -> None:
    """Distances: shared notes on lang2vec 1.1.2; text: arXiv 1911.02116, table 6."""
    table = read_languages()
    assert (table["nl"].distance, table["my"].distance, table["en"].distance) == (0.076, 0.605, 0.0)
    assert (table["en"].text_gib, table["sw"].text_gib, table["yo"].text_gib) == (300.8, 1.6, 0.0)
    assert sum(one.distance is not None for one in table.values()) == 40
    assert table["hi"].factors()["not Latin script"] == 1 and table["hi"].factors()["not Indo-European"] == 0


def named(values: list[float]) -> dict[str, float]:
    return {f"l{place}": value for place, value in enumerate(values)}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3)), min_size=3, max_size=4))
def test_rho_and_exact_p_are_those_of_scipy(pairs: list[tuple[int, int]]) -> None:
    gains, facts = ([float(value) for value in side] for side in zip(*pairs, strict=True))
    found = correlate(named(gains), named(facts))
    if len({*gains}) == 1 or len({*facts}) == 1:
        assert (found.rho, found.p) == (None, None)
        return
    expected = stats.permutation_test(
        (gains,), lambda x: stats.spearmanr(x, facts).statistic, permutation_type="pairings", n_resamples=10_000
    )
    assert found.rho == pytest.approx(expected.statistic)
    ties = abs(expected.null_distribution) >= abs(expected.statistic) - 1e-9
    assert found.p == pytest.approx(ties.mean())


def test_many_languages_are_permuted_at_random() -> None:
    facts = named([float(n) for n in range(20)])
    noisy = named([n + (n * 7919 % 20) * 1.5 for n in range(20)])
    found, expected = correlate(noisy, facts), stats.spearmanr(list(noisy.values()), list(facts.values()))
    assert found.rho == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue, abs=0.02)


def test_english_and_what_is_not_known_are_left_out() -> None:
    gains = {"en": 9.0, "de": 3.0, "es": 2.0, "tr": 1.0, "az": 0.0, "xx": 5.0}
    found = dict(by_factor(gains, read_languages(), ["distance", "not Latin script"]))
    assert (found["distance"].languages, found["distance"].rho) == (3, -1.0)  # Azerbaijani has no distance
    assert found["not Latin script"].languages == 4 and found["not Latin script"].rho is None


def test_a_broken_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "languages.csv"
    path.write_text("language,family,script,distance,text_gib\nde,IE: Germanic,Latin,far,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="not a table of languages"):
        read_languages(path)
