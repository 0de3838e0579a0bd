"""`xstilts errors`: what counts as right, as the scorers have it, and a page that is safe and can be searched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import browser
from tests.commands.call import call
from tests.fake_grid import PARAMS, write_params
from tests.stages.test_score import LABELS, prepare
from tests.tasks_made_up import made_up
from xstilts import paths
from xstilts.comparison.judge import Answer, Example, judge
from xstilts.comparison.show import SHOWN, direction, marked, nearest, show
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.records.files import read_rows, write_json, write_rows
from xstilts.records.prepared import SCHEMAS, Row

EVIL = "<script>alert('x')</script> & \"so on\""


def judged(task: Any, rows: list[dict[str, Any]], *runs: list[dict[str, Any]]) -> list[Example]:
    """The examples of one language without a split to tune on."""
    key = ("test", "de")
    return judge(task, *key, {key: rows}, [{key: run} for run in runs])


FAMILIES: dict[str, tuple[str, list[dict[str, Any]], list[Any], list[Any], str]] = {  # metric, gold, answers, kinds
    "classification": (
        "accuracy",
        [{"id": str(n), "text_a": EVIL, "text_b": "b", "label": LABELS[n % 3]} for n in range(4)],
        [LABELS[0]] * 4, [LABELS[1]] * 4, "broken fixed wrong broken",
    ),
    "span": (
        "squad",
        [
            {"id": str(n), "context": f"The cat {EVIL} sat.", "question": EVIL, "starts": [4], "answers": ["cat"]}
            for n in range(3)
        ],
        ["the cat", "sat", EVIL], ["dog", "Cat!", None], "broken fixed wrong",
    ),
    "choice": (
        "accuracy",
        [{"id": str(n), "prompt": EVIL, "choices": ["a", EVIL], "label": 1} for n in range(3)],
        [[0.1, 0.2], [0.5, 0.2], 1], [[0.1, 0.2], [0.1, 0.2], 0], "right fixed broken",
    ),
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_right_is_what_the_scorer_calls_right(family: str) -> None:
    metric, rows, one, other, kinds = FAMILIES[family]
    task, scorer = made_up(family, metric, "t", LABELS), part(family, "scoring.score")
    runs = [[{"id": row["id"], "prediction": given} for row, given in zip(rows, own)] for own in (one, other)]
    examples = judged(task, rows, *runs)
    assert [example.kind for example in examples] == kinds.split()
    for position, run in enumerate(runs):
        scores = scorer.score(task, "de", rows, run)
        right = 100 * sum(example.answers[position].right for example in examples) / len(rows)
        assert right == pytest.approx(scores["em" if family == "span" else "accuracy"])
    for example in examples:
        asked, gold, answers = show(family, example)
        assert "<script" not in asked + gold + "".join(answers) and "&lt;script&gt;" in asked


def test_tags_are_marked_where_they_are_wrong() -> None:
    rows = [{"id": "0", "words": ["مرحبا", "<script>"], "tags": ["NOUN", "X"]}]
    task = made_up("tagging", "pos_f1", "t")
    (one,) = judged(task, rows, [{"id": "0", "prediction": ["NOUN", "X"]}], [{"id": "0", "prediction": ["VERB", "X"]}])
    _, gold, (first, second) = show("tagging", one)
    assert one.kind == "broken" and "class=off" not in gold + first and second.count("class=off") == 1
    assert 'dir="rtl"' in second and "<script" not in second
    assert direction(["12", "deutsch", "مرحبا"]) == "ltr" and direction([]) == "ltr"


def test_nearest_neighbours_and_mined_pairs() -> None:
    english = [{"id": f"e{n}", "side": "english", "text": f"E{n}", "gold": [f"s{n}"]} for n in range(2)]
    source = [{"id": f"s{n}", "side": "source", "text": f"S{n}", "gold": [f"e{n}"] if n < 2 else []} for n in range(4)]
    tatoeba = made_up("retrieval", "accuracy", "t")
    runs = [
        [{"id": f"e{n}", "prediction": name, "score": 1.0} for n, name in enumerate(own)]
        for own in ("s0 s1".split(), "s0 s0".split())
    ]
    examples = judged(tatoeba, [*source, *english], *runs)
    assert [example.kind for example in examples] == ["right", "broken"]
    assert show("retrieval", examples[1])[2][1] == '<p dir="auto">S0</p><small>s0</small>'
    bucc, rows = made_up("retrieval", "mining_f1", "t", (), "dev"), [*source, *english]
    good = [{"id": f"s{n}", "prediction": f"e{n}", "score": 2.0 - n / 10} for n in range(2)]
    bad = [{"id": "s2", "prediction": "e0", "score": 2.0}, {"id": "s3", "prediction": "e1", "score": 0.1}]
    gold = {("test", "de"): rows, ("dev", "de"): rows}
    examples = judge(bucc, "test", "de", gold, [dict.fromkeys(gold, run) for run in (good, [*good, *bad])])
    assert {example.row["id"]: example.kind for example in examples} == {"s0": "right", "s1": "right", "s2": "broken"}


@given(st.text(max_size=40), st.data())
def test_marks_change_nothing_of_the_text(context: str, data: st.DataObject) -> None:
    places = st.tuples(st.integers(0, len(context)), st.integers(0, len(context))).map(lambda p: (min(p), max(p)))
    marks = data.draw(st.lists(st.tuples(places, st.sampled_from(["gold", "a", "b"])), max_size=4))
    import html

    assert html.unescape(re.sub("</?mark[^>]*>", "", marked(context, marks))) == context


def test_a_long_context_is_cut_around_its_marks() -> None:
    text = marked("x" * 500 + "GOLD" + "y" * 500, [((500, 504), "gold")])
    assert text == "… " + "x" * 90 + '<mark class="gold">GOLD</mark>' + "y" * 90 + " …"
    assert nearest("cat dog cat", "cat", 7) == (8, 11) and nearest("cat", "dog", 0) is None and not nearest("a", "", 0)


def test_every_family_that_is_scored_is_shown() -> None:
    assert set(SHOWN) == {"classification", "tagging", "span", "choice", "retrieval", "dual", "translation"}
    row = {"id": "q", "query": "who?", "candidate": "", "gold": ["c1"]}
    example = Example(row, ["c1"], (Answer("c1", True), Answer("c2", False)), {"c1": "he", "c2": "she"})
    asked, gold, (_, second) = show("dual", example)
    assert "who?" in asked and "he" in gold and "she" in second


@pytest.mark.parametrize(
    ("family", "row", "given", "message"),
    [
        ("dual", {"gold": ["c"]}, {"ranking": []}, "'q': found an empty ranking"),
        ("dual", {"gold": ["c"]}, {"ranking": ["gone"]}, "'q': found 'gone' at the top of its ranking"),
        ("choice", {"choices": ["a", "b"], "label": 0}, {"prediction": 2}, "'q': found the choice 2, expected 0 to 1"),
    ],
)
def test_answers_that_cannot_be_shown_are_refused(family: str, row: Row, given: Row, message: str) -> None:
    task, gold = made_up(family, "accuracy", "t"), {("test", "de"): [{"id": "q", **row}]}
    candidates = [{"id": "c", "candidate": "she"}]
    with pytest.raises(InputError, match=message):
        judge(task, "test", "de", gold, [{("test", "de"): [{"id": "q", **given}]}] * 2, candidates)


TASKS = {**PARAMS["tasks"], "xnli": {**PARAMS["tasks"]["xnli"], "evaluate": {"test": ["ar"]}}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository root with the answers of two sources to four pairs."""
    monkeypatch.chdir(tmp_path)
    write_params(tmp_path, tasks=TASKS)
    (tmp_path / "dvc.yaml").touch()
    _, rows, one, other, _ = FAMILIES["classification"]
    prepare("xnli", "classification", "accuracy", {("test", "ar"): rows}, LABELS)
    schema = {"language": "str", "split": "str", "id": "str", "prediction": "str"}
    for source, answers in (("none", one), ("mnli", other)):
        path = paths.predictions("xnli", source) / "1.parquet"
        content = [
            {"language": "ar", "split": "test", "id": row["id"], "prediction": answer}
            for row, answer in zip(rows, answers)
        ]
        write_rows(path, content, schema)
        write_json(path.with_suffix(".json"), {"signature": {}, "counts": {"test/ar": {}}})
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_the_page_stands_alone_and_is_safe() -> None:
    call("errors", "xnli", "ar", "none", "mnli")
    text = Path("results/errors/xnli-ar-none-mnli-1.html").read_text(encoding="utf-8")
    assert text.count("<script") == 1 and "&lt;script&gt;" in text
    assert not re.findall(r"<(?:link|img)\b|https?://|url\(|@import", text)
    assert text.count("<article") == 4 and "fixed by mnli <b>1</b>" in text and "broken by mnli <b>2</b>" in text
    call("errors", "xnli", "ar", "none", "mnli")
    assert Path("results/errors/xnli-ar-none-mnli-1.html").read_text(encoding="utf-8") == text


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("xnli zh none mnli", "xnli: unknown language 'zh'; there are: ar"),
        ("xnli ar none ccg", "params.yaml: unknown source 'ccg'"),
        ("mnli ar none mnli", "params.yaml: unknown target 'mnli'"),
        ("xnli ar none mnli --seed 7", "params.yaml: unknown seed 7; there are: 1"),
        ("xnli ar none hellaswag", "results/predictions/xnli/hellaswag/1.json: file not found"),
    ],
)
def test_mistakes_are_named(arguments: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        call("errors", *arguments.split())


def test_a_test_set_under_a_condition(folder: Path) -> None:
    call("errors", "xnli", "ar", "none", "mnli")
    clean = Path("results/errors/xnli-ar-none-mnli-1.html").read_bytes()
    write_params(folder, tasks=TASKS, conditions={"xnli": ["swap-0.1"]})
    rows = read_rows(paths.PREPARED / "xnli/test/ar.parquet")[1:]  # as a published set, which may have a part
    noised = [{**row, "text_b": f"noised {row['id']}"} for row in rows]
    write_rows(paths.CONDITIONS / "xnli/test@swap-0.1/ar.parquet", noised, SCHEMAS["classification"])
    for source in ("none", "mnli"):
        path = paths.predictions("xnli", source) / "1.parquet"
        own = [{**row, "split": "test@swap-0.1", "prediction": LABELS[0]} for row in read_rows(path)[1:]]
        write_rows(path, [*read_rows(path), *own], dict.fromkeys(("language", "split", "id", "prediction"), "str"))
        write_json(path.with_suffix(".json"), {"signature": {}, "counts": {"test/ar": {}, "test@swap-0.1/ar": {}}})
    call("errors", "xnli", "ar", "none", "mnli", "--condition", "swap-0.1")
    text = Path("results/errors/xnli-ar@swap-0.1-none-mnli-1.html").read_text(encoding="utf-8")
    assert text.count("<article") == text.count("noised ") == 3 and "fixed by mnli <b>0</b>" in text
    call("errors", "xnli", "ar", "none", "mnli")
    assert Path("results/errors/xnli-ar-none-mnli-1.html").read_bytes() == clean
    with pytest.raises(InputError, match=re.escape("xnli: unknown condition 'swap-0.2' (did you mean 'swap-0.1'?)")):
        call("errors", "xnli", "ar", "none", "mnli", "--condition", "swap-0.2")


@browser.needed
def test_choosing_and_searching_in_a_browser(folder: Path) -> None:
    call("errors", "xnli", "ar", "none", "mnli")
    page = folder / "results/errors/xnli-ar-none-mnli-1.html"
    assert "2 shown" in browser.dom(page, folder / "chromium", "show=broken")
    found = browser.dom(page, folder / "chromium", "text=neutral")
    assert "1 shown" in found and found.count('hidden=""') == 3
