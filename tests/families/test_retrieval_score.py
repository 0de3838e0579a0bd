"""BUCC and Tatoeba. Expected values: shared metrics handbook sections 7 and 8, produced there by xtreme
`third_party/utils_retrieve.py` @838c13b."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks_made_up import made_up
from xstilts.errors import InputError
from xstilts.families.retrieval.answering import mine
from xstilts.families.retrieval.scoring import score as retrieval

BUCC = made_up("retrieval", "mining_f1", tunes_on="dev")
TATOEBA = made_up("retrieval", "accuracy")
SOURCE = np.array([(1, 0), (0.8, 0.6), (0, 1)], dtype=np.float32)
ENGLISH = np.array([(0.96, 0.28), (0.28, 0.96), (0.6, 0.8)], dtype=np.float32)


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
@pytest.mark.parametrize(("k", "margins"), [(4, (1.434263, 1.411765, 1.139241)), (2, (1.111111, 1.090909, 1.050328))])
def test_margin_mining(k: int, margins: tuple[float, ...], chunk: int) -> None:
    pairs = mine.mine(SOURCE, ENGLISH, k, chunk)
    assert [pair[:2] for pair in pairs] == [(0, 0), (2, 1), (1, 2)]
    assert [pair[2] for pair in pairs] == pytest.approx(margins, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40), st.integers(1, 7), st.integers(1, 45))
def test_mining_does_not_depend_on_chunks(seed: int, n: int, m: int, k: int, chunk: int) -> None:
    """Few distinct vectors, so ties are everywhere; equality is exact, margins included."""
    random = np.random.default_rng(seed)
    pool = random.normal(size=(6, 33)).astype(np.float32)
    x, y = pool[random.integers(0, 6, n)], pool[random.integers(0, 6, m)]
    x[::2] += random.normal(size=x[::2].shape).astype(np.float32) * 1e-4
    assert mine.mine(x, y, k, chunk) == mine.mine(x, y, k, 10**6)
    assert mine.nearest(x, y, chunk).tolist() == mine.nearest(x, y, 10**6).tolist()


Searched = tuple[np.ndarray, ...]


def everything(x: np.ndarray, y: np.ndarray, k: int) -> Searched:
    """Cosines and indices of the k nearest in both directions, from all cosines, sorted by (cosine, index)."""
    cosine = np.array([[float((one * other).sum()) for other in y] for one in x]).reshape(len(x), len(y))
    found: list[np.ndarray] = []
    for side in (cosine, cosine.T):
        index = np.argsort(-side, axis=1, kind="stable")[:, :k]
        found += [np.take_along_axis(side, index, axis=1), index]
    return tuple(found)


def searched(sides: tuple[mine.Neighbours, mine.Neighbours]) -> Searched:
    return tuple(part for side in sides for part in (side.cosine, side.index))


def clouds(seed: int, n: int, m: int, d: int, distinct: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors round a few centres: many exact ties, and with a small `spread` many that float32 cannot tell."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(distinct, d))
    sides = (centres[random.integers(0, distinct, size)] for size in (n, m))
    x, y = (
        mine.unit(side + spread * random.normal(size=side.shape) * (random.random((len(side), 1)) < 0.7))
        for side in sides
    )
    return x, y


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40), st.sampled_from([2, 33, 300]), st.integers(1, 9),
    st.integers(1, 12), st.sampled_from([0, 1e-9, 1e-7, 1e-6, 1e-4, 1.0]), st.integers(3, 45),
)  # fmt: skip
def test_the_search_finds_exactly_the_nearest(
    seed: int, n: int, m: int, d: int, k: int, distinct: int, spread: float, chunk: int
) -> None:
    """To the last bit, in numpy and in torch, whatever the chunk."""
    x, y = clouds(seed, n, m, d, distinct, spread)
    expected = everything(x, y, k)
    for found in (mine.neighbours(x, y, k, chunk), mine.neighbours_on("cpu", x, y, k, chunk)):
        for one, other in zip(searched(found), expected, strict=True):
            assert one.dtype == other.dtype and one.tolist() == other.tolist()


@pytest.mark.parametrize("spread", [0, 1e-7, 1e-5, 1e-2])
def test_collapsed_vectors_fill_no_memory(spread: float) -> None:
    """Where float32 rules out nothing, the search goes on in float64, block by block, still in bounded memory."""
    x, y = clouds(1, 1500, 1500, 16, 1, spread)
    tracemalloc.start()
    found = mine.neighbours(x, y, 4, 128)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000, "all cosines are 18 MB in float64; a block of 128 x 128 is 0.13 MB"
    whole = mine.neighbours_on("cpu", x, y, 4, 2000)
    assert all(one.tolist() == other.tolist() for one, other in zip(searched(found), searched(whole), strict=True))


@pytest.mark.gpu
def test_the_search_on_a_gpu() -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    for spread in (0, 1e-7, 1.0):
        x, y = clouds(3, 3000, 2000, 768, 50, spread)
        found, expected = mine.neighbours(x, y, 4, 700, "cuda"), mine.neighbours(x, y, 4)
        assert all(
            one.tolist() == other.tolist() for one, other in zip(searched(found), searched(expected), strict=True)
        )


def test_units_do_not_depend_on_their_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(2).normal(size=(50, 771)).astype(np.float32)
    whole = mine.unit(vectors)
    monkeypatch.setattr(mine, "CHUNK", 7)
    assert mine.unit(vectors).tolist() == whole.tolist() == [mine.unit(row[None])[0].tolist() for row in vectors]
    assert mine.unit(np.asfortranarray(vectors)).tolist() == whole.tolist()


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_vectors_that_are_not_finite_are_refused(wrong: float) -> None:
    vectors = np.ones((5000, 2))
    vectors[4500, 1] = wrong
    with pytest.raises(InputError, match=r"sentence vectors: row 4500: found a number that is not finite"):
        mine.nearest(vectors, vectors)


def test_mining_equals_a_plain_reading_of_the_rule() -> None:
    """Against the rule written with full matrices and loops; no ties here."""
    random = np.random.default_rng(1)
    x, y, k = random.normal(size=(23, 16)), random.normal(size=(31, 16)), 4
    x, y = x / np.linalg.norm(x, axis=1, keepdims=True), y / np.linalg.norm(y, axis=1, keepdims=True)
    cosine = x @ y.T
    forward, backward = np.argsort(-cosine, axis=1)[:, :k], np.argsort(-cosine.T, axis=1)[:, :k]
    x_mean = np.take_along_axis(cosine, forward, 1).mean(1)
    y_mean = np.take_along_axis(cosine.T, backward, 1).mean(1)
    margin = cosine / ((x_mean[:, None] + y_mean[None]) / 2)
    both = [max((float(margin[i, j]), i, int(j)) for j in row) for i, row in enumerate(forward)]
    both += [max((float(margin[i, j]), int(i), j) for i in column) for j, column in enumerate(backward)]
    expected: list[tuple[int, int]] = []
    for _, i, j in sorted(both, reverse=True):
        if all(i != a and j != b for a, b in expected):
            expected.append((i, j))
    assert [pair[:2] for pair in mine.mine(x, y, k, 5)] == expected


def test_the_last_of_repeated_lines_is_mined_and_its_pairs_vanish() -> None:
    assert mine.unify(["alpha", "beta", "alpha"]) == [2, 1]
    assert mine.unrepeated(["alpha", "beta", " alpha"]) == {1}
    source = np.array([(0, 1), (0.6, 0.8), (1, 0)])
    pairs = mine.mine_texts(["alpha", "beta", "alpha"], source, ["one", "two"], np.array([(1, 0), (0.6, 0.8)]))
    assert [pair[:2] for pair in pairs] == [(1, 1)]


def test_a_zero_vector_is_no_candidate() -> None:
    assert mine.mine(np.zeros((1, 3)), np.ones((1, 3))) == []


DEV_EXAMPLES = [
    ("1.30* 1.20* 1.10 1.05* .95", 4, 1.00, 4, 75),
    ("1.30* 1.20* 1.10 1.05* 1.05", 4, 1.05, 5, 66.6667),
    ("1.30* 1.20 1.10* 1.00", 3, 1.05, 3, 66.6667),
    ("1.30* 1.20*", 4, 1.20, 2, 66.6667),  # the official program raises IndexError
    ("1.30 1.20", 4, 0, 2, 0),
]


def candidates(text: str, size: int) -> tuple[list[retrieval.Candidate], set[retrieval.Pair]]:
    """Scores with gold pairs marked * -> candidates and a gold set of `size` pairs."""
    scored = [((f"s{n}", f"e{n}"), word) for n, word in enumerate(text.split())]
    gold = {pair for pair, word in scored if word.endswith("*")}
    gold |= {(f"missing{n}", f"missing{n}") for n in range(size - len(gold))}
    return [(pair, float(word.rstrip("*"))) for pair, word in scored], gold


@pytest.mark.parametrize(("text", "size", "threshold", "extracted", "f1"), DEV_EXAMPLES)
def test_threshold(text: str, size: int, threshold: float, extracted: int, f1: float) -> None:
    found, gold = candidates(text, size)
    assert retrieval.threshold(found, gold) == pytest.approx(threshold)
    pairs = retrieval.extract(found, retrieval.threshold(found, gold))
    assert len(pairs) == extracted
    assert retrieval.pair_f1(pairs, gold)["f1"] == pytest.approx(f1, abs=1e-4)


def test_corrected_threshold_does_not_split_ties() -> None:
    found, gold = candidates("1.30* 1.20* 1.10 1.05* 1.05", 4)
    assert retrieval.threshold(found, gold, ties_as_one=True) == pytest.approx(1.15)


def test_pair_f1_counts_a_repeated_line_once() -> None:
    lines = [("de-1", "en-1"), ("de-1", "en-1"), ("de-3", "en-2")]
    gold = {("de-1", "en-1"), ("de-2", "en-2")}
    assert retrieval.pair_f1(lines, gold) == {"f1": 50, "precision": 50, "recall": 50}
    assert retrieval.pair_f1([], gold)["f1"] == 0


def side(prefix: str, size: int) -> list[dict[str, Any]]:
    """A gold file where sentence n of one side matches sentence n of the other."""
    source = [{"id": f"{prefix}-de{n}", "side": "source", "gold": [f"{prefix}-en{n}"]} for n in range(size)]
    return [*source, *({"id": f"{prefix}-en{n}", "side": "english", "gold": []} for n in range(size))]


def test_bucc_applies_dev_threshold_to_test() -> None:
    """xtreme#60: the published program tunes on the scored split."""
    dev = [{"id": "d-de0", "prediction": "d-en0", "score": 1.3}, {"id": "d-de1", "prediction": "d-en0", "score": 1.1}]
    margins = (("t-de0", "t-en0", 1.21), ("t-de1", "t-en1", 1.19))
    test = [{"id": source, "prediction": english, "score": margin} for source, english, margin in margins]
    scores = retrieval.score(BUCC, "de", side("t", 2), test, (side("d", 2), dev))
    assert scores == pytest.approx(
        {"f1": 66.6667, "precision": 100, "recall": 50, "threshold": 1.2, "f1_corrected": 66.6667}, abs=1e-4
    )
    assert retrieval.main(scores) == scores["f1"]
    assert retrieval.chance(BUCC, side("t", 2)) == 50


def test_bucc_refuses_foreign_ids_and_a_missing_dev_split() -> None:
    rows = [{"id": "t-de0", "prediction": "en-9", "score": 1.0}]
    with pytest.raises(InputError, match="the pair t-de0 en-9"):
        retrieval.score(BUCC, "de", side("t", 2), rows, (side("d", 2), []))
    with pytest.raises(InputError, match="no predictions for 'dev'"):
        retrieval.score(BUCC, "de", side("t", 2), rows)


def test_tatoeba_direction() -> None:
    """Metrics handbook 8: English queries, source index; the opposite direction would give 100."""
    source, english = np.array([(1, 0), (0, 1), (0.8, 0.6)]), np.array([(0.8, 0.6), (0.96, 0.28), (0.6, 0.8)])
    found = mine.nearest(english, source)  # Boats, Zebras, apples: sorted by code point
    assert found.tolist() == [2, 0, 2]
    gold = [{"id": str(n), "side": "english", "gold": [str(match)]} for n, match in enumerate((2, 0, 1))]
    gold = [*({"id": str(n), "side": "source", "gold": []} for n in range(3)), *gold]
    predicted = [{"id": str(n), "prediction": str(match)} for n, match in enumerate(found)]
    assert retrieval.score(TATOEBA, "de", gold, predicted) == {"accuracy": pytest.approx(66.6667, abs=1e-4)}
    assert retrieval.chance(TATOEBA, gold) == pytest.approx(33.3333, abs=1e-4)


def test_nearest_takes_the_lowest_of_equals() -> None:
    assert mine.nearest(np.array([(1.0, 0)]), np.array([(0, 1.0), (2, 0), (3, 0)])).tolist() == [1]
