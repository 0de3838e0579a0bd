"""The bootstrap over units: strata, sums of draws, and the spread of the scores of resamples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks_made_up import made_up
from xstilts.seeding import Seeds
from xstilts.statistics.bootstrap import drawn_sums, resampled_scores, strata
from xstilts.statistics.collect import Sample, grouped

ACCURACY, F1 = made_up("classification", "accuracy"), made_up("tagging", "entity_f1")


def sample(counts: dict[str, np.ndarray], units: dict[str, Sequence[str]], task: object = ACCURACY) -> Sample:
    runs = [("none", seed) for seed in range(next(iter(counts.values())).shape[1])]
    return Sample("made-up", runs, units, counts, "", task)  # type: ignore[arg-type]


def right(*values: Sequence[bool]) -> np.ndarray:
    """Counts of classification, unit x run x 4."""
    answers = np.array(values, dtype=np.int16).T
    return np.stack([answers, np.ones_like(answers), 0 * answers, 0 * answers], axis=-1)


def test_units_of_the_same_languages_make_a_stratum() -> None:
    units: dict[str, Sequence[str]] = {"de": ["a", "b", "c"], "es": ["b", "a"], "tr": ["x"]}
    found = strata(sample({one: right([True] * len(names)) for one, names in units.items()}, units))
    assert found == {("de", "es"): {"de": [0, 1], "es": [1, 0]}, ("de",): {"de": [2]}, ("tr",): {"tr": [0]}}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=20), st.integers(0, 99))
def test_draws_have_the_size_of_the_test_set(rows: list[tuple[int, int]], seed: int) -> None:
    given_rows = np.array([(*row, 1) for row in rows], dtype=np.int16)
    blocks = list(drawn_sums(given_rows, 150, np.random.default_rng(seed)))
    assert [begin for begin, _ in blocks] == [0, 100] and sum(len(sums) for _, sums in blocks) == 150
    for _, sums in blocks:
        assert np.all(sums[:, 2] == len(rows))
        assert np.all((sums >= given_rows.min(0) * len(rows)) & (sums <= given_rows.max(0) * len(rows)))


def test_spread_of_an_accuracy_is_the_binomial_one() -> None:
    answers = [n % 10 < 7 for n in range(200)]
    drawn = resampled_scores(sample({"en": right(answers)}, {"en": [str(n) for n in range(200)]}), 4000, Seeds("test"))
    assert drawn["en"].mean() == pytest.approx(70, abs=0.2)
    assert drawn["en"].std() == pytest.approx(100 * np.sqrt(0.7 * 0.3 / 200), rel=0.05)


def test_f1_of_a_resample_is_exact() -> None:
    """Against a bootstrap that draws sentences one by one and recomputes F1 from their counts."""
    random = np.random.default_rng(5)
    wanted, found = random.integers(0, 4, 60), random.integers(0, 4, 60)
    counts = np.stack([np.minimum(wanted, found) // 2, found, wanted], axis=-1).astype(np.int16)
    drawn = resampled_scores(sample({"en": counts[:, None]}, {"en": [*map(str, range(60))]}, F1), 4000, Seeds("test"))
    total = counts[random.integers(0, 60, size=(4000, 60))].sum(axis=1)
    expected = 200 * total[:, 0] / (total[:, 1] + total[:, 2])
    assert drawn["en"][:, 0].mean() == pytest.approx(expected.mean(), abs=0.5)
    assert np.percentile(drawn["en"], [2.5, 97.5]) == pytest.approx(np.percentile(expected, [2.5, 97.5]), abs=1.0)


def test_translations_are_drawn_together_and_runs_share_their_draws() -> None:
    answers = [n % 3 > 0 for n in range(90)]
    names = [str(n) for n in range(90)]
    both = sample({one: right(answers, answers) for one in ("de", "es")}, {"de": names, "es": names[:]})
    drawn = resampled_scores(both, 300, Seeds("test"))
    assert np.array_equal(drawn["de"], drawn["es"]) and np.array_equal(drawn["de"][:, 0], drawn["de"][:, 1])
    apart = resampled_scores(
        sample(dict(both.counts), {"de": names, "es": [f"es{n}" for n in names]}), 300, Seeds("test")
    )
    assert abs(np.corrcoef(apart["de"][:, 0], apart["es"][:, 0])[0, 1]) < 0.2


def test_rows_of_one_paragraph_are_summed() -> None:
    counts = np.array([(1.0, 0.5), (0.0, 0.25), (1.0, 1.0)])
    assert grouped(["p", "q", "p"], ["p", "q"], counts).tolist() == [[2.0, 1.5], [0.0, 0.25]]
