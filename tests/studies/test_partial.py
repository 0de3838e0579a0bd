"""The mixed model: a planted effect is found beside others, none is not, and what cannot be fitted is said."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts.studies.partial import Row, partial

LANGUAGES = ("en", "fa", "id", "ja", "nl", "zh")


def rows(seed: int, distance: float, languages: tuple[str, ...] = LANGUAGES, seeds: int = 2) -> list[Row]:
    generator = np.random.default_rng(seed)
    targets = {t: float(generator.uniform(0, 2.5)) for t in "abcdefghijkl"}
    found = []
    for language in languages:
        own, english = float(generator.normal(0, 2)), float(generator.uniform(0, 0.5))
        near = {t: float(generator.uniform(0, 0.6)) for t in targets}
        for one in range(1, seeds + 1):
            training = float(generator.normal(0, 1))
            for t, text in targets.items():
                facts = {"distance": near[t], "to_english": english, "log_text": text}
                gain = own + training + distance * near[t] + 1.5 * text + float(generator.normal(0, 1))
                found.append(Row(f"nli-{language}", language, "xnli", t, one, gain, facts))
    return found


@pytest.mark.parametrize("planted", [-12.0, 0.0])
def test_a_planted_effect_and_none(planted: float) -> None:
    """By the side of source, training and text of the language, which move gains, too."""
    held = 0
    for seed in range(4):
        found = partial(rows(seed, planted))
        assert found.problem is None and (found.rows, found.sources) == (144, 6)
        one = found.facts["distance"]
        assert abs(one.value - planted) < 3.5
        held += one.low <= planted <= one.high
        assert (one.high < 0) == (planted < 0), one
        assert found.facts["log_text"].low > 0
    assert held >= 3


def test_what_cannot_be_fitted_is_said() -> None:
    three = partial(rows(1, -12.0, LANGUAGES[:3]))
    assert three.problem == "found 3 source languages, an interval needs four" and not three.facts
    twice = [Row(r.source, r.language, r.task, r.target, r.seed, r.gain, {**r.facts, "again": r.facts["distance"]})
             for r in rows(1, -12.0)]  # fmt: skip
    assert "cannot be told from one another" in (partial(twice).problem or "")
    assert partial([]).problem


def test_a_fact_that_differs_nowhere_is_left_out() -> None:
    same = [Row(r.source, r.language, r.task, r.target, r.seed, r.gain, {**r.facts, "same_script": 1.0})
            for r in rows(2, -12.0, seeds=1)]  # fmt: skip
    found = partial(same)
    assert found.problem is None and set(found.facts) == {"distance", "to_english", "log_text"}
