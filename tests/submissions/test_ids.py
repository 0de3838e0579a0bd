"""Ids that match nothing or little: named, never a figure. What is not answered at all: XTREME's 0.0, marked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.submissions.folders import known, question, squad, write_folders
from tests.submissions.test_official import official
from tests.submissions.test_official import pytestmark as needs_the_official_program
from tests.submissions.test_score import one
from xstilts.errors import InputError
from xstilts.submissions.table import to_text

TEN = [f"q{n:02}" for n in range(10)]
GOLD = json.dumps(squad([question(name, ["lamp"]) for name in TEN]))
BUCC = "".join(f"de-{n:06}\ten-{n + 7:06}\n" for n in range(1, 11))
LINES = "".join(f"{n}\n" for n in (4, 0, 3, 1, 2))
ENTITIES = json.dumps({name: [f"Q{n}"] for n, name in enumerate(TEN)})


def answers(*names: str) -> str:
    return json.dumps(dict.fromkeys(names, "lamp"))


def rankings(*names: str, entity: str = "Q{}") -> str:
    return json.dumps({name: [entity.format(n), entity.format(n + 1)] for n, name in enumerate(names)})


REFUSED = [
    # questions: nothing matches, counted from 1, half matches, other clothes, another language's ids
    ("xquad", answers("x"), GOLD, r"1 of 1 ids match nothing in .*found first 'x', expected first 'q00', 'q01', 'q02'"),
    ("xquad", answers(*map(str, range(10))), GOLD, "10 of 10 ids match nothing"),
    ("xquad", answers(*TEN[:5], *"abcde"), GOLD, "5 of 10 ids match nothing in .*5 missing, such as 'q05'; 5 unknown"),
    ("xquad", answers(*TEN[:9], "q9"), GOLD, "1 of 10 ids match nothing .*: 'q9' instead of 'q09'"),
    ("xquad", answers(*TEN[1:], "q00 "), GOLD, ": 'q00 ' instead of 'q00'"),
    ("xquad", answers(*TEN[1:], "Q00"), GOLD, ": 'Q00' instead of 'q00'"),
    ("xquad", answers(*TEN[1:], "ｑ00"), GOLD, ": 'ｑ00' instead of 'q00'"),
    ("mlqa", answers(*TEN[1:], "\ufeffq00"), GOLD, ": '.*q00' instead of 'q00'"),
    ("tydiqa", answers(*(f"arabic-{name}" for name in TEN)), GOLD, "10 of 10 ids match nothing"),
    ("xquad", f'{{"q00": "a", {answers(*TEN)[1:]}', GOLD, "json:1: found the key 'q00' twice in one object"),
    ("xquad", answers(*TEN), GOLD.replace('"id": "q01"', '"id": "q01", "id": "q02"'), "the key 'id' twice"),
    # pairs: turned, turned where both sides look alike, another language, no zeros in front, one column
    (
        "bucc2018",
        "en-000008\tde-000001\n",
        BUCC,
        "columns are turned: found en-000008 de-000001, .*de-000001 en-000008",
    ),
    (
        "bucc2018",
        "en-000001\tde-000001\n",
        BUCC,
        "1 of 1 source ids match nothing .*'en-000001', expected ids such as 'd",
    ),
    ("bucc2018", "2\t1\n", "1\t2\n", "columns are turned"),
    ("bucc2018", BUCC.replace("de-", "fr-"), BUCC, "10 of 10 source ids match nothing in .*found first 'fr-000001'"),
    ("bucc2018", BUCC.replace("-0000", "-"), BUCC, "10 of 10 source ids match .*'de-01' instead of 'de-000001'"),
    ("bucc2018", BUCC.replace("en-", "EN-"), BUCC, "10 of 10 English ids match nothing"),
    # lines: counted from 1, also where the last one is not found; a label file that is
    ("tatoeba", "5\n1\n4\n2\n3\n", LINES, r"tsv:1: found the number 5, expected 0 to 4, .*lines are counted from 0"),
    ("tatoeba", "3\n1\n4\n2\n3\n", LINES, "the numbers are counted from 1, not from 0: found first 3, expected 4"),
    ("tatoeba", LINES, "5\n1\n4\n2\n3\n", "the numbers are counted from -1, not from 0"),
    # mentions and their entities
    ("mewslix", rankings(*map(str, range(10))), ENTITIES, "10 of 10 ids match nothing"),
    ("mewslix", rankings(*TEN[:9], "q9"), ENTITIES, ": 'q9' instead of 'q09'"),
    ("mewslix", rankings(*TEN, entity="{}"), ENTITIES, "20 of 20 entities match nothing .*found first '0', .*'Q0'"),
    ("mewslix", rankings(*TEN, entity="Q{} "), ENTITIES, "20 of 20 entities match nothing .*'Q0 ' instead of 'Q0'"),
]


@pytest.mark.parametrize(("task", "prediction", "label", "message"), REFUSED)
def test_ids_that_match_nothing_are_named(tmp_path: Path, task: str, prediction: str, label: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        one(tmp_path, task, "de", prediction, label)


@pytest.mark.parametrize(
    ("task", "prediction", "label", "figure", "expected", "counts"),
    [
        # all that is asked for is there: other ids do no harm
        ("xquad", answers(*TEN, *(f"dev{n}" for n in range(40))), GOLD, "f1", 100, {"unknown ids": 40}),
        # half is missing: XTREME's score, and the count
        ("xquad", answers(*TEN[:5]), GOLD, "f1", 50, {"unanswered": 5}),
        # an id twice in the label file counts twice, as in XTREME's program
        ("xquad", answers("q"), json.dumps(squad([question("q", ["lamp"])] * 2)), "f1", 100, {"ids twice": 1}),
        ("bucc2018", "de-000999\ten-000998\n", BUCC, "f1", 0, None),  # nothing right, but ids of this corpus
        ("tatoeba", "0\n", "7\n", "accuracy", 0, None),
        ("tatoeba", "368\n259\n", "367\n258\n", "accuracy", 0, None),  # two lines may be off by one by chance
    ],
)  # fmt: skip
def test_what_is_scored_all_the_same(
    tmp_path: Path, task: str, prediction: str, label: str, figure: str, expected: float, counts: dict[str, int] | None
) -> None:
    result = one(tmp_path, task, "de", prediction, label)
    assert result["official"][task][figure]["de"] == expected and result["empty"] == {}
    assert result["counts"] == ({task: {"de": counts}} if counts else {})
    assert ("!" in to_text(result)) == bool(counts and "unanswered" in counts)


NOTHING = [
    ("xquad", "{}", GOLD, "f1"), ("mlqa", '{"data": {}}', GOLD, "exact_match"), ("mewslix", "{}", ENTITIES, "map@20"),
    ("mewslix", json.dumps({name: [] for name in TEN}), ENTITIES, "map@20"), ("bucc2018", "", BUCC, "f1"),
    ("xquad", json.dumps(dict.fromkeys(TEN, " ")), GOLD, "f1"),
]  # fmt: skip


@pytest.mark.parametrize(("task", "prediction", "label", "figure"), NOTHING)
def test_a_file_that_answers_nothing_scores_0_and_says_so(
    tmp_path: Path, task: str, prediction: str, label: str, figure: str
) -> None:
    result = one(tmp_path, task, "de", prediction, label)
    assert result["official"][task][figure]["de"] == 0 and result["empty"] == {task: ["de"]}
    text = to_text(result)
    assert f"{task}: the file answers nothing for de" in text and "0.0*!" in text
    assert "! what is not answered scores 0, as in XTREME's program" in text


@needs_the_official_program
def test_the_official_score_of_an_empty_answer_file(tmp_path: Path) -> None:
    def make(task: str, language: str) -> tuple[str, str]:
        prediction, label = known(task, language)
        return "{}" if task in ("xquad", "mlqa", "tydiqa") else prediction, label

    folders = write_folders(tmp_path, "xtreme", make)
    theirs: dict[str, Any] = official(*folders, tmp_path / "o.json", "xtreme")
    assert [theirs[task]["avg_metric"] for task in ("xquad", "mlqa", "tydiqa")] == [0, 0, 0]
