"""Distance and gain: a planted effect is found, none is not, the interval is that of the test, and tables are read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.studies.distance import Effect, Pairs, between, orders, read_distances, smallest, within

SOURCES, TARGETS = ("en", "fa", "id", "ja", "nl", "zh"), tuple("abcdefghijklm")


def world(seed: int, slope: float, noise: float = 1.0) -> tuple[dict[str, dict[str, float]], Pairs]:
    """Gains of made-up sources: what a target language and a source bring, the planted slope, noise."""
    generator = np.random.default_rng(seed)
    distance = {(s, t): float(generator.uniform(0, 0.6)) for s in SOURCES for t in TARGETS}
    easy, good = generator.normal(0, 5, len(TARGETS)), generator.normal(0, 5, len(SOURCES))
    gains = {
        s: {
            t: good[i] + easy[j] + slope * distance[s, t] + float(generator.normal(0, noise))
            for j, t in enumerate(TARGETS)
        }
        for i, s in enumerate(SOURCES)
    }
    return gains, distance


def test_a_planted_effect_is_found() -> None:
    found = [within([world(seed, -15.0)[0]], world(seed, -15.0)[1]) for seed in range(20)]
    assert all(one.p is not None and one.p <= 0.01 for one in found)
    assert all(one.slope is not None and abs(one.slope + 15) < 3 for one in found)
    assert sum(one.low is not None and one.high is not None and one.low <= -15 <= one.high for one in found) >= 17


def test_where_there_is_no_effect_none_is_found() -> None:
    """At most about one in twenty, and the interval has zero in it exactly where p is above 0.05."""
    found = [within([world(seed, 0.0)[0]], world(seed, 0.0)[1]) for seed in range(200)]
    assert sum(one.p is not None and one.p <= 0.05 for one in found) <= 20
    for one in found:
        assert one.p is not None and one.low is not None and one.high is not None
        assert (one.low <= 0 <= one.high) == (one.p > 0.05), one


def test_good_data_and_easy_languages_are_no_effect() -> None:
    """Sources and target languages that differ as much as they like move nothing."""
    gains, distance = world(1, -3.0)
    moved = {s: {t: gain + 40 * i - 7 * j for j, (t, gain) in enumerate(own.items())}
             for i, (s, own) in enumerate(gains.items())}  # fmt: skip
    one, other = within([gains], distance), within([moved], distance)
    assert one.p == other.p and one.slope == pytest.approx(other.slope)


def test_tasks_count_together() -> None:
    gains, distance = world(2, -4.0)
    more, _ = world(3, 0.0)
    other = {s: {t: more[s][t] - 4.0 * distance[s, t] for t in TARGETS[:4]} for s in SOURCES}
    both = within([gains, other], distance)
    assert both.targets == 17 and both.slope == pytest.approx(-4.0, abs=1.5)


@given(st.integers(0, 10**6), st.floats(-10, 10))
@settings(max_examples=25, deadline=None)
def test_the_interval_is_that_of_the_test(seed: int, slope: float) -> None:
    """Just inside a bound the test does not refuse a slope, just outside it does."""
    gains, distance = world(seed, slope)
    whole = within([gains], distance)
    assert whole.low is not None and whole.high is not None and whole.slope is not None
    assert whole.low <= whole.slope <= whole.high
    step = 1e-4 * (whole.high - whole.low)
    for bound, outwards in ((whole.low, -1), (whole.high, 1)):
        for side, refused in ((outwards, True), (-outwards, False)):
            b = bound + side * step
            left = {s: {t: gain - b * distance[s, t] for t, gain in own.items()} for s, own in gains.items()}
            p = within([left], distance).p
            assert p is not None and (p <= 0.05) == refused


@pytest.mark.parametrize(("languages", "p"), [(2, 1.0), (3, 2 / 6), (6, 2 / 720), (7, 2 / 5040), (14, 2 / 10001)])
def test_the_smallest_p(languages: int, p: float) -> None:
    assert smallest(languages) == pytest.approx(p)
    places, exact = orders(languages)
    assert exact == (languages <= 7) and sorted(places[-1]) == list(range(languages))


def test_the_smallest_p_is_reached() -> None:
    gains, distance = world(4, -50.0, noise=0.0)
    assert within([gains], distance).p == pytest.approx(2 / 720)


def test_languages_at_the_same_distances_have_fewer_orders() -> None:
    """One language of six is in another script: where it stands is all that can change."""
    gains, _ = world(4, -50.0, noise=0.0)
    script = {(s, t): float(s != "fa" and t in "abcdef") for s in SOURCES for t in TARGETS}
    one = within([gains], script)
    assert one.smallest == pytest.approx(2 / 6) and one.p is not None and one.p >= one.smallest and one.low is None


def test_many_languages_are_drawn() -> None:
    names = [f"s{i}" for i in range(9)]
    distance = {name: float(i) for i, name in enumerate(names)}
    one = between({name: 2.0 * i + (-1) ** i * 0.1 for i, name in enumerate(names)}, distance)
    assert one.p is not None and one.p <= 0.001 and one.slope == pytest.approx(2.0, abs=0.05)
    assert one == between({name: 2.0 * i + (-1) ** i * 0.1 for i, name in enumerate(names)}, distance)


def test_too_little_to_tell() -> None:
    """Three languages have a slope, and no interval; two, or distances that are all one, have nothing."""
    gains, distance = world(5, -15.0)
    three = within([{s: gains[s] for s in SOURCES[:3]}], distance)
    assert (
        three.slope is not None and (three.low, three.high) == (None, None) and three.smallest == pytest.approx(1 / 3)
    )
    nothing = (None, None, None, None)
    two = within([{s: gains[s] for s in SOURCES[:2]}], distance)
    flat = within([gains], dict.fromkeys(distance, 0.3))
    unknown = within([gains], {})
    for one in (two, flat, unknown, within([], distance)):
        assert isinstance(one, Effect) and (one.slope, one.p, one.low, one.high) == nothing


def test_a_language_without_a_distance_is_left_out() -> None:
    gains, distance = world(6, -15.0)
    without = {pair: value for pair, value in distance.items() if pair != ("ja", "a")}
    less = {s: {t: gain for t, gain in own.items() if t != "a"} for s, own in gains.items()}
    assert within([gains], without) == within([less], distance)
    with pytest.raises(ValueError, match="found other target languages for zh"):
        within([{**gains, "zh": {"a": 1.0}}], distance)


HEAD = "source,target,syntax,genetic,geographic,same_script,log_text\n"


def test_a_table_is_read(tmp_path: Path) -> None:
    file = tmp_path / "distances.csv"
    file.write_text(f"{HEAD}en,de,0.1,,0.2,1,1.8\n", encoding="utf-8")
    found = read_distances(file)
    assert found["syntax"] == {("en", "de"): 0.1} and found["genetic"] == {} and found["log_text"]["en", "de"] == 1.8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,target\nen,de\n", r"csv: found the columns \['source', 'target'\], expected source, target, syntax"),
        (f"{HEAD}en,de,near,,,,\n", r"csv:2: syntax: found 'near', expected a number from 0"),
        (f"{HEAD}en,de,0.1,,,,\nen,de,0.1,,,,\n", r"csv:3: syntax: found '0.1', expected .*each pair once"),
        (f"{HEAD}en,de,0.1\n", r"csv:2: found another number of columns"),
        (f"{HEAD}en,de,-0.1,,,,\n", r"csv:2: syntax: found '-0.1'"),
    ],
)
def test_no_table(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "distances.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_distances(file)
