"""Every scorer against the official programs themselves, on inputs that nobody chose (see tests/official.py).

XSTILTS_EXAMPLES says how many inputs a metric (default 200).
"""

from __future__ import annotations

import itertools
import math
import os
import unicodedata
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests import official
from tests.golden import read
from xstilts.report.figures.averages import XTREME, XTREME_R

pytestmark = pytest.mark.skipif(not official.AVAILABLE, reason=official.REASON)
Case = dict[str, Any]
fuzz = settings(
    max_examples=int(os.environ.get("XSTILTS_EXAMPLES", "200")), deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip

WORDS = """
a an the The AN thé un una el la los las der die das ein einem des của là cái chiếc những ال الميناء
العالم والقلعة 灯 塔 灯塔 高灯塔 総決赛 2019年 一 龥 龦 㐀 𠀀 豈 タワー ประภาคาร หอ बंदरगाह। क़िला डॉ॰ 등대를 Brücke
BRÜCKE straße STRASSE İ ΟΔΟΣ ς ＡＢＣ １２ （灯） 「灯台」 twenty-one o'clock “x” ¿y? $5 1,000
a_b 👩\u200d🚀 x̃ . , ! 。 、 … -
— ' \u0640 \u200b \u200d \u00ad
""".split()
BLANKS = [" ", " ", "", "  ", "\u3000", "\u00a0", "\n", "\t", "\u2028", "\x1c", "\x85"]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Words of many scripts with all kinds of blanks between, whole or in part, composed or not, or any text."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.text(max_size=12))
    parts = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BLANKS)), max_size=6))
    text = "".join(word + blank for word, blank in parts)
    return unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text)


@st.composite
def answered(draw: st.DrawFn, unanswerable: bool = False) -> tuple[list[str], str | None]:
    """Gold answers and a prediction that is often close to one of them, or missing."""
    answers = draw(st.lists(texts(), min_size=draw(st.sampled_from([0, 1, 1, 1])) if unanswerable else 1, max_size=3))
    near = [answer[draw(st.integers(0, 3)) :] for answer in answers] + [f"the {answer}." for answer in answers]
    others = [st.sampled_from(near)] if near else [st.just("")]
    return answers, draw(st.one_of(texts(), *others, st.just("")))


@st.composite
def documents(draw: st.DrawFn) -> list[Case]:
    """Questions, some without prediction."""
    rows = draw(st.lists(answered(), min_size=1, max_size=4))
    return [{"answers": a, "prediction": p if draw(st.integers(0, 9)) else None} for a, p in rows]


def check(metric: str, case: Case) -> None:
    """Equal figures; where the official program stops, ours refuses."""
    expected, found = official.run(metric, case), read.run(metric, case)
    assert read.same(metric, expected, found), f"{metric}: official {expected}, ours {found}"


@fuzz
@given(documents())
def test_squad(questions: list[Case]) -> None:
    check("squad", {"questions": questions})


@fuzz
@given(documents(), st.sampled_from("en es de ar hi vi zh th".split()))
def test_mlqa(questions: list[Case], language: str) -> None:
    check("mlqa", {"questions": questions, "language": language})


@st.composite
def squad_v2_documents(draw: st.DrawFn) -> Case:
    rows = draw(st.lists(answered(unanswerable=True), min_size=1, max_size=6))
    grid = st.integers(-4, 4).map(lambda n: n / 2)
    scores = st.floats(-5, 5) if draw(st.booleans()) else grid  # the grid makes ties
    questions = [{"answers": a, "prediction": p, "no_answer": draw(scores)} for a, p in rows]
    return {"questions": questions, "threshold": draw(st.one_of(grid, st.just(1.0)))}


@fuzz
@given(squad_v2_documents())
def test_squad_v2(case: Case) -> None:
    check("squad_v2", case)


@fuzz
@given(squad_v2_documents())
def test_corrected_squad_v2_is_what_some_threshold_gives(case: Case) -> None:
    """Official scores at every threshold that tells questions apart; the highest is ours."""
    thresholds = [-math.inf, *(question["no_answer"] for question in case["questions"])]
    at = [official.run("squad_v2", {**case, "threshold": threshold}) for threshold in thresholds]
    found = read.run("squad_v2", case)
    for name in ("em", "f1"):
        assert found[f"best_{name}_corrected"] == pytest.approx(max(scores[name] for scores in at), abs=1e-9)


@fuzz
@given(squad_v2_documents(), st.integers(0, 5))
def test_a_missing_prediction_scores_0(case: Case, place: int) -> None:
    """The official program stops at it; of what it gives without that question, ours is the share that was answered."""
    case["questions"][place % len(case["questions"])]["prediction"] = None
    assert official.run("squad_v2", case)["error"] in ("KeyError", "ZeroDivisionError")
    kept = [question for question in case["questions"] if question["prediction"] is not None]
    expected = official.run("squad_v2", {**case, "questions": kept}) if kept else dict.fromkeys(("em", "f1"), 0.0)
    found = read.run("squad_v2", case)
    for name in expected.keys() & {"em", "f1", "best_em", "best_f1"}:
        assert found[name] == pytest.approx(expected[name] * len(kept) / len(case["questions"]), abs=1e-9)


@st.composite
def corpora(draw: st.DrawFn, tags: list[str]) -> Case:
    """Gold and predicted tags of equal shape, repeated so that there are runs; empty sentences too."""
    tag = st.sampled_from(tags)
    gold = draw(st.lists(st.lists(tag, max_size=8), min_size=1, max_size=4).filter(any))
    if draw(st.booleans()):
        return {"gold": gold, "predicted": [[draw(tag) for _ in row] for row in gold]}
    predicted = [[one if draw(st.integers(0, 3)) else draw(tag) for one in row] for row in gold]
    return {"gold": gold, "predicted": predicted}


UPOS = "NOUN VERB CCONJ SCONJ SYM INTJ X _ PUNCT".split()
IOB2 = "O B-PER I-PER B-LOC I-LOC".split()
ODD = "O B I E S . - _ X- B- I- B-O I-O O-PER S-PER E-PER I-PER B-PER U-PER B-A-B I-B i-PER Ö 名 B-名 I-名 ..".split()


@fuzz
@given(corpora(UPOS))
def test_udpos(case: Case) -> None:
    check("udpos", case)


@fuzz
@given(corpora(IOB2))
def test_panx(case: Case) -> None:
    check("panx", case)


@fuzz
@given(corpora(ODD))
def test_tags_of_any_kind(case: Case) -> None:
    check("udpos", case)
    check("panx", case)


@fuzz
@given(st.lists(st.tuples(*[st.sampled_from([*"01", "neutral", "Neutral", "[5]", 0, 1, 1.0, True, None])] * 2)))
def test_accuracy(pairs: list[tuple[object, object]]) -> None:
    check("accuracy", {"gold": [one for one, _ in pairs], "predicted": [other for _, other in pairs]})


@fuzz
@given(st.lists(st.tuples(st.sampled_from("01"), st.sampled_from("01")), min_size=1, max_size=12))
def test_qqp(pairs: list[tuple[str, str]]) -> None:
    check("qqp", {"gold": [one for one, _ in pairs], "predicted": [other for _, other in pairs]})


@st.composite
def choices(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, 5))
    score = draw(st.sampled_from([st.sampled_from([0.0, -0.0, 0.5, 1.0]), st.floats(allow_nan=False)]))
    rows = st.lists(score, min_size=count, max_size=count)
    scores = draw(st.lists(rows, min_size=1, max_size=6))
    return {"scores": scores, "gold": [draw(st.integers(0, count - 1)) for _ in scores]}


@fuzz
@given(choices())
def test_choice(case: Case) -> None:
    check("choice", case)


@st.composite
def supertags(draw: st.DrawFn) -> Case:
    tag = st.sampled_from(["N", "NP/N", "S\\NP", "."])
    gold = draw(st.lists(st.lists(st.one_of(tag, tag, st.none()), min_size=1, max_size=6), min_size=1, max_size=4))
    return {"gold": gold, "predicted": [[draw(tag) for _ in row[: draw(st.integers(0, 6))]] for row in gold]}


@fuzz
@given(supertags())
def test_ccg(case: Case) -> None:
    check("ccg", case)


@st.composite
def mined(draw: st.DrawFn) -> Case:
    """Candidates and gold pairs of two splits: few different scores, so that ties are everywhere, or any."""
    score = st.floats(-2, 3) if draw(st.booleans()) else st.integers(-2, 6).map(lambda n: n / 4)
    names = st.tuples(st.integers(0, 7).map("s{}".format), st.integers(0, 7).map("e{}".format))
    case = {}
    for split in ("dev", "test"):
        found = draw(st.lists(names, max_size=14, unique=True))
        gold = draw(st.lists(st.sampled_from(found), unique=True)) if found else []
        gold += [(f"m{n}", f"m{n}") for n in range(draw(st.integers(0 if gold else 1, 4)))]
        case[split] = {"candidates": [[*pair, draw(score)] for pair in found], "gold": [[*pair] for pair in gold]}
    return case


@fuzz
@given(mined())
def test_bucc(case: Case) -> None:
    """Where the best cut is the last one the official program stops: an added candidate of that score lets it go on."""
    expected, found = official.run("bucc", case), read.run("bucc", case)
    if expected == {"error": "IndexError"}:
        last = min(score for *_, score in case["dev"]["candidates"])
        longer = [*case["dev"]["candidates"], ["none", "none", last]]
        expected = official.run("bucc", {**case, "dev": {**case["dev"], "candidates": longer}})
    assert read.same("bucc", expected, found), f"official {expected}, ours {found}"


@fuzz
@given(mined())
def test_corrected_threshold_gives_the_best_f1_on_dev(case: Case) -> None:
    """Of all sets that a threshold can extract, none has a higher F1 (as an exact fraction)."""
    dev = case["dev"]
    gold = {(source, english) for source, english in dev["gold"]}
    scores = sorted({score for *_, score in dev["candidates"]})

    def f1(cut: float) -> Fraction:
        extracted = {(source, english) for source, english, score in dev["candidates"] if score >= cut}
        return Fraction(2 * len(extracted & gold), len(extracted) + len(gold))

    found = f1(read.run("bucc", case)["threshold_corrected"])
    best = max(map(f1, scores), default=Fraction(0))
    # Where nothing is right the threshold stays 0; two cuts of equal F1 may differ in the last bit of the arithmetic.
    assert found == best


@st.composite
def vectors(draw: st.DrawFn) -> Case:
    """Random vectors, no two alike (faiss leaves ties open) and few far apart (a margin divides by a mean cosine).

    Lines repeat, and some differ in blanks alone."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m, dimension = draw(st.integers(1, 12)), draw(st.integers(1, 12)), draw(st.integers(4, 24))
    lines = st.sampled_from(["灯塔", "灯塔 ", " 灯塔", *(f"line {n}" for n in range(12))])
    return {
        "source": random.normal(0.7, size=(n, dimension)).round(4).tolist(),
        "english": random.normal(0.7, size=(m, dimension)).round(4).tolist(),
        "source_lines": draw(st.lists(lines, min_size=n, max_size=n)),
        "english_lines": draw(st.lists(lines, min_size=m, max_size=m)),
        "neighbours": draw(st.sampled_from([2, 4, 4, 20])),  # with 1, margins of exactly 1 tie
    }


@fuzz
@given(vectors())
def test_mining(case: Case) -> None:
    check("mining", case)


@fuzz
@given(vectors())
def test_tatoeba(case: Case) -> None:
    gold = [str(n % len(case["source"])) for n in range(len(case["english"]))]
    check("tatoeba", {"source": case["source"], "english": case["english"], "gold": gold})


ITEMS = st.integers(0, 30).map(str)


@fuzz
@given(st.lists(ITEMS, max_size=25), st.lists(ITEMS, max_size=40), st.sampled_from([1, 2, 3, 20]))
def test_average_precision(relevant: list[str], ranking: list[str], k: int) -> None:
    check("average_precision", {"relevant": sorted(set(relevant)), "ranking": ranking, "k": k})


@fuzz
@given(
    st.lists(st.tuples(ITEMS, st.none() | st.lists(ITEMS, max_size=40)), min_size=1, max_size=4),
    st.sampled_from([1, 2, 20]),
)
def test_reciprocal_rank(mentions: list[tuple[str, list[str] | None]], k: int) -> None:
    check("reciprocal_rank", {"mentions": [{"gold": gold, "ranking": found} for gold, found in mentions], "k": k})


@fuzz
@given(st.lists(st.tuples(st.floats(0, 50), st.integers(1, 500)), min_size=1, max_size=9))
def test_perplexity(batches: list[tuple[float, int]]) -> None:
    expected = official.run("perplexity", {"batches": batches})["perplexity"]
    assert read.run("perplexity", {"batches": batches})["perplexity"] == pytest.approx(expected, rel=1e-12)


@st.composite
def benchmarks(draw: st.DrawFn) -> Case:
    """Scores of every language of some tasks of a benchmark; XTREME-R without LAReQA, at which the script stops."""
    benchmark, name = draw(st.sampled_from([(XTREME, "xtreme"), (XTREME_R, "xtreme-r")]))
    tasks = sorted(set(benchmark.languages) - {"lareqa"})
    left_out = draw(st.lists(st.sampled_from(tasks), max_size=draw(st.sampled_from([0, 0, 2]))))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    figures = {
        **dict.fromkeys(("xquad", "mlqa", "tydiqa"), ("exact_match", "f1")),
        **dict.fromkeys(("udpos", "panx", "bucc"), ("f1", "precision", "recall")), "mewslix": ("map@20",),
    }  # fmt: skip
    scores = {
        {"bucc": "bucc2018"}.get(task, task): {
            language: {figure: float(random.uniform(0, 100)) for figure in figures.get(task, ("accuracy",))}
            for language in sorted(benchmark.official(task))
        }
        for task in tasks
        if task not in left_out
    }
    decides = {"xtreme": {"pawsx", "bucc2018"}, "xtreme-r": {"xcopa", "mewslix"}}[name]
    assume(decides & set(scores))  # else the shared targets alone read as XTREME
    return {"benchmark": name, "scores": scores}


@fuzz
@given(benchmarks())
def test_averages(case: Case) -> None:
    check("averages", case)


def test_the_goldens_are_what_the_programs_say() -> None:
    for metric, case in itertools.chain.from_iterable(zip(itertools.repeat(m), read.read(m)) for m in read.METRICS):
        found = official.run(metric, case)
        assert read.same(metric, case["official"], found) and found.keys() == case["official"].keys()
