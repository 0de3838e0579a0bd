"""The score of folders in XTREME's layout: known task scores, what is missing, and malformed files one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.submissions.folders import KNOWN, QUESTIONS, known, question, squad, write_folders
from xstilts.errors import InputError
from xstilts.submissions.benchmark import BENCHMARKS
from xstilts.submissions.measures import MEASURES
from xstilts.submissions.score import score_folder
from xstilts.submissions.table import to_text


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """All nine tasks in all languages. Read only."""
    return write_folders(tmp_path_factory.mktemp("whole"), "xtreme", known)


def one(folder: Path, task: str, language: str, prediction: str, label: str) -> dict[str, Any]:
    """The score of a folder with one file."""
    for name, text in (("predictions", prediction), ("labels", label)):
        ending = MEASURES[task][0]
        path = folder / name / task / f"test-{language}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    benchmark = "xtreme-r" if task in ("mewslix", "xcopa") else "xtreme"
    return score_folder(folder / "predictions", folder / "labels", benchmark)


def test_averages_of_xtreme(whole: tuple[Path, Path]) -> None:
    """The worked example of evaluate.py's averages (reference: metrics, section 9)."""
    result = score_folder(*whole)
    official = result["official"]
    assert {task: official[task]["avg_metric"] for task in BENCHMARKS["xtreme"].languages} == pytest.approx(
        {task: KNOWN[task] for task in BENCHMARKS["xtreme"].languages}
    )
    for task, (exact, f1) in QUESTIONS.items():
        assert (official[task]["avg_exact_match"], official[task]["avg_f1"]) == pytest.approx((exact, f1))
    means = {name: official[name] for name in ("classification", "tagging", "qa", "retrieval", "all_task")}
    assert means == pytest.approx({"classification": 75, "tagging": 55, "qa": 40, "retrieval": 60, "all_task": 500 / 9})
    assert [result[part] for part in ("missing", "partial", "outside", "counts", "left_out")] == [{}, {}, {}, {}, []]
    text = to_text(result)
    assert "overall 55.6" in text and "*" not in text
    assert [len(result["official"][task]["f1"]) for task in ("udpos", "panx", "bucc2018")] == [33, 40, 4]


def test_averages_of_xtreme_r(tmp_path: Path) -> None:
    """XCOPA counts in two groups; the official program has no way to print the overall."""
    folders = write_folders(tmp_path, "xtreme-r", known)
    result = score_folder(*folders, "xtreme-r", lareqa=40.0)
    official = result["official"]
    nine = [KNOWN[task] for task in BENCHMARKS["xtreme-r"].languages if task != "lareqa"]
    assert official["all_task"] == pytest.approx((sum(nine) + 40) / 10)
    assert official["mewslix"]["map@20"]["ar"] == 37.5
    means = {name: official[name] for name in ("classification", "tagging", "qa", "retrieval", "multi_choice")}
    expected = {"classification": 80, "tagging": 55, "qa": 40, "retrieval": 43.75, "multi_choice": 90}
    assert means == pytest.approx(expected)
    without = score_folder(*folders, "xtreme-r")
    assert "all_task" not in without["official"]
    assert without["missing"] == {"lareqa": {"mAP@20": "ar de el en es hi ru th tr vi zh".split()}}
    assert result["missing"] == {}
    assert without["partial"] == {"all_task": pytest.approx(sum(nine) / 9)}
    assert "lareqa: no figure" in to_text(without)


def test_what_is_missing_is_named_and_means_without_it_are_partial(tmp_path: Path) -> None:
    predictions, labels = write_folders(tmp_path, "xtreme", known)
    for path in (predictions / "bucc2018").iterdir():
        path.unlink()
    (predictions / "xnli/test-sw.tsv").unlink()
    (labels / "xnli/test-ur.tsv").unlink()
    (predictions / "pawsx/test-de.txt").write_text("0\n")
    (predictions / "bucc").mkdir()
    for folder in (predictions, labels):  # a language that the benchmark does not average
        (folder / "pawsx/test-tr.tsv").write_text("0\n1\n")
    result = score_folder(predictions, labels)
    assert result["missing"] == {
        "bucc2018": {"predictions": sorted(BENCHMARKS["xtreme"].languages["bucc2018"])},
        "xnli": {"predictions": ["sw"], "labels": ["ur"]},
    }
    assert result["left_out"] == ["bucc", "pawsx/test-de.txt"]
    assert result["outside"] == {"pawsx": {"official": {"accuracy": {"tr": 100.0}}, "corrected": {}}}
    official, partial = result["official"], result["partial"]
    assert {"all_task", "classification", "retrieval"} <= set(partial) and {"tagging", "qa"} <= set(official)
    assert not {"all_task", "classification", "retrieval"} & set(official)
    assert set(official["xnli"]) == {"accuracy"} and len(official["xnli"]["accuracy"]) == 13
    assert partial["xnli"] == {"avg_accuracy": pytest.approx(70), "avg_metric": pytest.approx(70)}
    assert partial["retrieval"] == pytest.approx(50) and partial["all_task"] == pytest.approx(430 / 8)
    assert official["pawsx"]["avg_metric"] == pytest.approx(80), "the mean is over the benchmark's languages"
    text = " ".join(to_text(result).split())
    for note in (
        "overall 53.8*", "tagging 55.0,", "bucc2018: no predictions at all", "xnli: no predictions for sw",
        "xnli: no labels for ur", "pawsx: not among the benchmark's languages: tr 100.0",
        "not read: bucc, pawsx/test-de.txt",
    ):  # fmt: skip
        assert note in text


MALFORMED = [
    ("xnli", "neutral\nyes\n", "neutral\nneutral\n", r"{p}:2: found label 'yes', expected one of: contradiction, e"),
    ("xnli", "neutral\n1\n", "neutral\nneutral\n", r"{p}:2: found label '1'"),
    ("xnli", "neutral\n", "neutral\nneutral\n", r"{p}:1: found 1 lines, expected 2 as in {l}"),
    ("pawsx", "0\n\n1\n", "0\n1\n1\n", r"{p}:2: found label '', expected one of: 0, 1"),
    ("pawsx", "0\n1\n", "0\n2\n", r"{l}:2: found label '2', expected one of: 0, 1"),
    ("pawsx", "", "0\n", r"{p}: the file is empty"),
    ("pawsx", "\ufeff0\n", "0\n", r"{p}:1: found a byte-order mark"),
    ("pawsx", "0\r1\r", "0\n1\n", r"{p}:1: found a carriage return inside a line"),
    ("tatoeba", "3\n[5]\n", "3\n5\n", r"{p}:2: found '\[5\]', expected a plain integer such as 5"),
    ("tatoeba", "3\n05\n", "3\n5\n", r"{p}:2: found '05'"),
    (
        "udpos",
        "DET\nNOUN\n\nVERB\n",
        "DET\nNOUN\n\nPRON\nVERB\n",
        r"{p}:4: sentence 2: found 1 tags, expected 2 .*{l}:4",
    ),
    ("udpos", "DET\nNOUN\n", "DET\nNOUN\n\nVERB\n", r"{p}:1: found 1 sentences, expected 2 as in {l}"),
    ("udpos", "DET\tthe\n", "DET\n", r"{p}:1: found label 'DET\\tthe'"),
    ("panx", "O\nB-MISC\n", "O\nO\n", r"{p}:2: found label 'B-MISC'"),
    ("bucc2018", "d1\te1\nd2\te2\nd1\te1 \n", "d1\te1\n", r"{p}:3: found d1 e1 again \(line 1\), expected it once"),
    ("bucc2018", "d1 e1\n", "d1\te1\n", r"{p}:1: found 1 fields, expected 2"),
    ("bucc2018", "d1\te1\n\n", "d1\te1\n", r"{p}:2: found 1 fields, expected 2"),
    ("bucc2018", "d1\te1\n", "\n", r"{p}: found no gold pairs, expected at least one"),
    ("xquad", '["a"]', json.dumps(squad([question("q", ["a"])])), r"{p}:1: found a JSON list, expected an object"),
    ("xquad", '{"q": 5}', json.dumps(squad([question("q", ["a"])])), r"{p}: q: found 5, expected a text$"),
    ("xquad", '{"q": "a",\n}', json.dumps(squad([question("q", ["a"])])), r"{p}:2: not valid JSON"),
    ("xquad", '{"q": "a"}', json.dumps(squad([question("q", [])])), r"{l}: question q: found no answer, expected"),
    ("xquad", '{"q": "a"}', '{"q": "a"}', r"{l}:1: found a JSON dict, expected SQuAD's list of articles"),
    ("xcopa", '{"label": "1"}\n', '{"label": 1}\n', r"{p}:1: field 'label' is of type str, expected int"),
    ("xcopa", '{"label": 1}\n\n', '{"label": 1}\n', r"{p}:2: not valid JSON"),
    ("mewslix", '{"a": "Q1"}', '{"a": ["Q1"]}', r"{p}: a: found 'Q1', expected a list$"),
    ("mewslix", '{"a": [5]}', '{"a": ["Q1"]}', r"{p}: a\[0\]: found 5, expected a text$"),
    ("udpos", "NOUN\n_\n", "NOUN\nNOUN\n", r"{p}:2: found label '_', expected one of: ADJ"),  # UD: no tag
    ("udpos", "NOUN\nNOUN\n", "NOUN\n_\n", r"{l}:2: found label '_', expected one of: ADJ"),
    ("xcopa", '{"label": true}\n', '{"label": 1}\n', r"{p}:1: field 'label' is of type bool, expected int"),
    ("xcopa", '{"label": 1}\n{"label": 2}\n', '{"label": 1}\n' * 2, r"{p}:2: found the label 2, expected 0 or 1"),
    ("mewslix", '{"a": ["Q1"]}', '{"a": []}', r"{l}: mention a: found \[\], expected a list with one entity"),
]


@pytest.mark.parametrize(("task", "prediction", "label", "message"), MALFORMED)
def test_malformed_files_are_refused(tmp_path: Path, task: str, prediction: str, label: str, message: str) -> None:
    language = {"xcopa": "it", "mewslix": "de"}.get(task, "de")
    pattern = message.format(
        p=rf"\S*predictions/{task}/test-{language}\.\w+", l=rf"\S*labels/{task}/test-{language}\.\w+"
    )
    with pytest.raises(InputError, match=f"^{pattern}"):
        one(tmp_path, task, language, prediction, label)


def test_every_malformed_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        one(tmp_path, "tatoeba", "de", "[1]\n", "1\n")
    with pytest.raises(InputError) as refused:
        one(tmp_path, "tatoeba", "fr", "[2]\n", "2\n")
    for line, number in zip(str(refused.value).splitlines(), (1, 2), strict=True):
        assert f"found '[{number}]'" in line


def test_mlqa_has_a_rule_for_its_languages_only(tmp_path: Path) -> None:
    label = json.dumps(squad([question("q", ["a"])]))
    with pytest.raises(InputError, match=r"predictions/mlqa/test-tr\.json: MLQA's rule has no language 'tr'"):
        one(tmp_path, "mlqa", "tr", '{"q": "a"}', label)


def test_folders_that_are_none(whole: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"{tmp_path}: found no task folder, expected some of: .*bucc2018"):
        score_folder(tmp_path, whole[1])
    with pytest.raises(InputError, match=r"--lareqa: found 40.0 for xtreme, expected 0 to 100 and .* xtreme-r"):
        score_folder(*whole, lareqa=40.0)


def test_a_missing_answer_is_no_empty_answer(tmp_path: Path) -> None:
    """Gold that normalises to nothing: an empty answer has EM 100 and F1 0 (corrected 100), no answer has 0."""
    label = json.dumps(squad([question(name, ["the"]) for name in "abcd"]))
    result = one(tmp_path, "xquad", "zh", '{"a": "", "b": "x", "z": ""}', label)
    assert {name: own["zh"] for name, own in result["official"]["xquad"].items()} == {"exact_match": 25, "f1": 0}
    corrected = {name: own["zh"] for name, own in result["corrected"]["xquad"].items()}
    assert corrected == {"f1_corrected": 25, "f1_characters": 25}
    assert result["counts"] == {"xquad": {"zh": {"unanswered": 2, "unknown ids": 1}}}
    assert "xquad/zh: 2 unanswered, 1 unknown ids" in to_text(result)


@pytest.mark.parametrize(
    ("task", "prediction", "label", "figure", "expected"),
    [
        # official: whole lines are stripped, CRLF is a line end, the last line needs none
        ("xnli", " neutral\r\nentailment", "neutral\nneutral\n", "accuracy", 50),
        # reference: metrics, section 5, rows 2 and 3
        ("udpos", "NOUN\nSCONJ\nNOUN", "NOUN\nCCONJ\nNOUN\n", "f1", 200 / 3),
        ("udpos", "SYM\nNUM\n\n", "SYM\nSYM\n", "f1", 50),
        # two blank lines in a row are an empty sentence
        ("udpos", "VERB\n\n\nVERB\n", "VERB\n\n\nVERB\n", "recall", 100),
        # section 6, rows 1 and 3
        ("panx", "B-PER\nI-PER\nO\nO\n", "B-PER\nI-PER\nO\nB-LOC\n", "precision", 100),
        ("panx", "I-LOC\nI-LOC\nO\n", "B-LOC\nI-LOC\nO\n", "f1", 100),
        # section 7.2; an empty file is a submission without pairs; gold lines that repeat count once
        ("bucc2018", "de-1\ten-1\nde-3\ten-2\n", "de-1\ten-1\nde-2\ten-2\nde-1\ten-1\n", "f1", 50),
        ("bucc2018", "", "de-1\ten-1\n", "f1", 0),
        # section 8
        ("tatoeba", "2\n0\n2\n", "2\n0\n1\n", "accuracy", 200 / 3),
        # section 4: Chinese, MLQA's rule
        ("mlqa", '{"q": "NBA 决赛"}', json.dumps(squad([question("q", ["NBA总决赛"])])), "f1", 600 / 7),
    ],
)  # fmt: skip
def test_known_figures(tmp_path: Path, task: str, prediction: str, label: str, figure: str, expected: float) -> None:
    result = one(tmp_path, task, "zh", prediction, label)
    assert result["official"][task][figure]["zh"] == pytest.approx(expected)
