"""`submission`, the stage and the commands: the files of a made-up grid, and their score, as the cells have it."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.score import score
from tests.fake_grid import FAMILIES, METRICS, PARAMS, write_params
from tests.submissions.test_official import run_there
from tests.tasks_made_up import made_up
from xstilts import paths
from xstilts.errors import InputError
from xstilts.families.dual.scoring.score import mean_reciprocal_rank
from xstilts.params import Params, read_params
from xstilts.records.files import read_json, write_json, write_rows
from xstilts.records.prepared import SCHEMAS
from xstilts.submissions.benchmark import BENCHMARKS
from xstilts.submissions.measures import MEASURES
from xstilts.submissions.read import read_sentences
from xstilts.submissions.score import score_folder
from xstilts.submissions.write import (
    ENDINGS,
    FOLDERS,
    LABELS,
    PREDICTIONS,
    gold_pairs,
    mined,
    sentences,
    write_labels,
    write_submission,
)
from xstilts.tasks import load

Row = dict[str, Any]
Rows = tuple[list[Row], list[Row]]  # prepared rows, predictions for them
PREDICTED = {"tagging": "strs", "choice": "int"}
SEEDS = [1, 2]
FILES = 6 * 6 + 4 + 3 + 5 + 2
FAMILY = {**FAMILIES, "xcopa": "choice"}
METRIC = {**METRICS, "xcopa": "accuracy"}
EVALUATE = {target: PARAMS["tasks"][target]["evaluate"] for target in FAMILIES} | {"xcopa": {"test": ["it", "tr"]}}


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository root: parameters for one source and two seeds, prepared rows and predictions of ten targets."""
    folder = tmp_path_factory.mktemp("grid")
    recipe = PARAMS["targets"]["classification"]["xnli"]
    targets = {**PARAMS["targets"], "classification": {"xnli": recipe, "pawsx": recipe, "weather": recipe}}
    targets["choice"] = {"xcopa": recipe}
    xcopa = {**PARAMS["tasks"]["xnli"], "evaluate": EVALUATE["xcopa"]}
    tasks = {**PARAMS["tasks"], "weather": PARAMS["tasks"]["xnli"], "xcopa": xcopa}
    write_params(folder, sources={"none": {"tasks": []}}, seeds=SEEDS, targets=targets, tasks=tasks)
    for target in FAMILY:
        write_target(folder, target)
    return folder


@pytest.fixture
def params(grid: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    monkeypatch.chdir(grid)
    return read_params()


def write_target(folder: Path, target: str) -> None:
    """What the stages `prepare` and `evaluate` leave of one target; the predictions of each seed are others."""
    family, tunes_on = FAMILY[target], "dev" if target == "bucc" else None
    labels = load(target).labels if family in ("classification", "tagging") else ()
    facts = made_up(family, METRIC[target], target, labels, tunes_on)
    write_json(folder / paths.PREPARED / target / "task.json", asdict(facts))
    splits: dict[str, Any] = {}
    predicted: dict[int, list[Row]] = {seed: [] for seed in SEEDS}
    for split, languages in EVALUATE[target].items():
        for language in languages:
            for part in (split, tunes_on) if tunes_on else (split,):
                for seed in SEEDS:
                    numbers = random.Random(f"{target} {part} {language}"), random.Random(f"{part} {language} {seed}")
                    gold, answers = MAKE[target if family == "retrieval" else family](*numbers, labels)
                    predicted[seed] += [{"language": language, "split": part, **row} for row in answers]
                write_rows(folder / paths.PREPARED / target / part / f"{language}.parquet", gold, SCHEMAS[family])
                splits.setdefault(part, {})[language] = {"rows": len(gold)}
    write_json(folder / paths.PREPARED / target / "counts.json", {"splits": splits})
    schema = {"language": "str", "split": "str", "id": "str", "prediction": PREDICTED.get(family, "str")}
    counts: dict[str, Any] = {f"{split}/{language}": {} for split, own in splits.items() for language in own}
    for seed, rows in predicted.items():
        path = folder / paths.predictions(target, "none") / f"{seed}.parquet"
        write_rows(path, rows, {**schema, "score": "float"} if target == "bucc" else schema)
        write_json(path.with_suffix(".json"), {"signature": {}, "counts": counts})


def classification(gold: random.Random, own: random.Random, labels: Sequence[str]) -> Rows:
    rows = [{"id": f"r{n}", "text_a": "a", "text_b": "b", "label": gold.choice(labels)} for n in range(12)]
    return rows, [{"id": row["id"], "prediction": own.choice(labels)} for row in rows]


def tagging(gold: random.Random, own: random.Random, labels: Sequence[str]) -> Rows:
    rows = []
    for number in range(6):
        tags = gold.choices(gold.sample(labels, 3), k=gold.randint(1, 6))
        rows.append({"id": str(number), "words": ["w"] * len(tags), "tags": tags})
    answers = [[tag if own.random() < 0.6 else own.choice(labels) for tag in row["tags"]] for row in rows]
    return rows, [{"id": row["id"], "prediction": tags} for row, tags in zip(rows, answers, strict=True)]


def span(gold: random.Random, own: random.Random, labels: Sequence[str]) -> Rows:
    context = "El puerto « die alte Brücke », the 21 — 灯塔。 बंदरगाह। الميناء\u2028the"
    rows = []
    for number in range(8):
        starts = sorted(gold.sample(range(len(context) - 8), gold.randint(1, 3)))
        answers = [context[start : start + 6] for start in starts]
        passage = context + " " * (number // 3)
        rows.append({"id": f"q-{number}", "context": passage, "question": "?", "starts": starts, "answers": answers})
    guesses = [own.choice(["", "the", '"\n', "Brücke", context[3:9], *row["answers"]]) for row in rows]
    return rows, [{"id": row["id"], "prediction": text} for row, text in zip(rows, guesses, strict=True)]


def sides(source: Sequence[str], english: Sequence[str], pairs: dict[str, list[str]], by: str) -> list[Row]:
    """Rows of both sides; the side `by` names its partners."""
    return [
        {"id": name, "side": side, "text": "x", "gold": pairs.get(name, []) if side == by else []}
        for side, names in (("source", source), ("english", english))
        for name in names
    ]


def bucc(gold: random.Random, own: random.Random, labels: Sequence[str]) -> Rows:
    source, english = ([f"{side}-{n:03}" for n in range(9)] for side in ("xx", "en"))
    partners = dict(zip(source[:6], gold.sample(english, 6), strict=True))
    rows = sides(source, english, {name: [other] for name, other in partners.items()}, "source")
    candidates = [(name, partners.get(name, "en-000") if own.random() < 0.7 else "en-001") for name in source]
    scores = [round(own.choice([1.1, 1.2]) + own.random() * (name in partners), 1) for name in source]  # with ties
    answers = [{"id": a, "prediction": b, "score": c} for (a, b), c in zip(candidates, scores, strict=True)]
    own.shuffle(answers)
    return rows, answers


def tatoeba(gold: random.Random, own: random.Random, labels: Sequence[str]) -> Rows:
    names = [str(n) for n in range(10)]
    pairs = {english: [source] for english, source in zip(names, gold.sample(names, 10), strict=True)}
    answers = [{"id": n, "prediction": pairs[n][0] if own.random() < 0.5 else own.choice(names)} for n in names]
    return sides(names, names, pairs, "english"), answers


def choice(gold: random.Random, own: random.Random, labels: Sequence[str]) -> Rows:
    rows = [{"id": str(n), "prompt": "?", "choices": ["a", "b"], "label": gold.randrange(2)} for n in range(9)]
    return rows, [{"id": row["id"], "prediction": own.randrange(2)} for row in rows]


MAKE: dict[str, Callable[[random.Random, random.Random, Sequence[str]], Rows]] = {
    "classification": classification, "tagging": tagging, "span": span, "choice": choice, "bucc": bucc,
    "tatoeba": tatoeba,
}  # fmt: skip


def test_the_score_of_a_submission_is_that_of_the_cells(params: Params, tmp_path: Path) -> None:
    assert write_labels(params, tmp_path / "labels") == FILES
    compared = 0
    for seed in SEEDS:
        record = write_submission(params, "none", seed, tmp_path / "submission")
        folders = tmp_path / "submission", tmp_path / "labels"
        results = {benchmark: score_folder(*folders, benchmark) for benchmark in BENCHMARKS}
        for target, folder in ((name, FOLDERS[name]) for name in FAMILY):
            for cell in (one for one in score(params, target)["cells"] if one["seed"] == seed):
                language = cell["language"]
                for name, value in cell["scores"].items():
                    if target == "bucc" and name in ("threshold", "f1_corrected"):
                        continue  # they come from the candidates of dev, which are no part of a submission
                    found = figure(results["xtreme-r" if target == "xcopa" else "xtreme"], folder, name, language)
                    assert found == pytest.approx(value, abs=1e-6), (target, language, name)
                    compared += 1
                assert record[folder][language]["split"] == cell["split"]
    assert compared > 2 * FILES


THEIRS = """
import sys
from evaluate import *
predictions, labels, files = sys.argv[1:]
for task, language, ending in json.loads(files):
    paths = [f"{folder}/{task}/test-{language}.{ending}" for folder in (predictions, labels)]
    print(json.dumps(evaluate_one_task(*paths, task, language)))
"""


@pytest.mark.skipif("XSTILTS_OFFICIAL" not in os.environ, reason="XSTILTS_OFFICIAL is not set")
def test_xtreme_itself_reads_the_submission(params: Params, tmp_path: Path) -> None:
    """Every file of the grid's submission and labels, scored by XTREME's `evaluate_one_task`."""
    write_submission(params, "none", 1, tmp_path / "submission")
    write_labels(params, tmp_path / "labels")
    paths = sorted((tmp_path / "submission").glob("*/*"))
    files = [(path.parent.name, path.stem.removeprefix("test-"), path.suffix[1:]) for path in paths]
    folders = tmp_path / "submission", tmp_path / "labels"
    theirs = map(json.loads, run_there("-c", THEIRS, *map(str, folders), json.dumps(files)).splitlines())
    results = {benchmark: score_folder(*folders, benchmark) for benchmark in BENCHMARKS}
    for (task, language, _), expected in zip(files, theirs, strict=True):
        result = results["xtreme-r" if task == "xcopa" else "xtreme"]
        found = {name: figure(result, task, name, language) for name in expected}
        assert found == pytest.approx(expected), (task, language)


def figure(result: dict[str, Any], task: str, name: str, language: str) -> float:
    """One figure, wherever it stands."""
    parts = [result["official"].get(task, {}), result["corrected"].get(task, {})]
    parts += result["outside"].get(task, {}).values()
    name = "exact_match" if name == "em" else name
    (found,) = [part[name][language] for part in parts if language in part.get(name, {})]
    return float(found)


def test_the_files_of_a_submission(params: Params, tmp_path: Path) -> None:
    record = write_submission(params, "none", 1, tmp_path)
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    endings = {"xquad": "json", "mlqa": "json", "tydiqa": "json", "xcopa": "jsonl"}
    assert files == {
        f"{FOLDERS[target]}/test-{language}.{endings.get(target, 'tsv')}"
        for target in FAMILY
        for languages in EVALUATE[target].values()
        for language in languages
    }
    assert record["udpos"]["hi"] == {"split": "dev"} and record["udpos"]["en"] == {"split": "test"}
    assert set(record["bucc2018"]["de"]) == {"split", "threshold"}
    lines = (tmp_path / "tatoeba/test-de.tsv").read_text().splitlines()
    assert len(lines) == 10 and all(line.isdecimal() for line in lines)
    answers = json.loads((tmp_path / "xquad/test-en.json").read_text(encoding="utf-8"))
    assert list(answers) == [f"q-{n}" for n in range(8)]


def test_tatoeba_is_in_the_order_of_the_sorted_english_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worked example of the reference (metrics, section 8): gold 2, 0, 1, found 2, 0, 2."""
    from xstilts.tasks.tatoeba import read_native

    (tmp_path / "tatoeba.deu-eng.eng").write_text("Zebras run.\napples fall.\nBoats float.\n")
    (tmp_path / "tatoeba.deu-eng.deu").write_text("Zebras rennen.\nÄpfel fallen.\nBoote schwimmen.\n")
    rows = list(read_native(tmp_path, tmp_path, "test", "de"))
    monkeypatch.chdir(tmp_path)
    tasks = {**PARAMS["tasks"], "tatoeba": {**PARAMS["tasks"]["tatoeba"], "evaluate": {"test": ["de"]}}}
    targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {"retrieval": {"tatoeba": {}}}
    write_params(tmp_path, sources={"none": {"tasks": []}}, tasks=tasks, targets=targets, squad={})
    write_rows(paths.PREPARED / "tatoeba/test/de.parquet", rows, SCHEMAS["retrieval"])
    write_json(paths.PREPARED / "tatoeba/task.json", asdict(made_up("retrieval", "accuracy", "tatoeba")))
    found = [{"language": "de", "split": "test", "id": str(n), "prediction": name} for n, name in enumerate("202")]
    path = paths.predictions("tatoeba", "none") / "1.parquet"
    write_rows(path, found[::-1], {"language": "str", "split": "str", "id": "str", "prediction": "str"})
    write_json(path.with_suffix(".json"), {"signature": {}, "counts": {"test/de": {}}})
    assert write_submission(read_params(), "none", 1, Path("own")) == {"tatoeba": {"de": {"split": "test"}}}
    assert write_labels(read_params(), Path("labels")) == 1
    assert Path("own/tatoeba/test-de.tsv").read_text() == "2\n0\n2\n"
    assert Path("labels/tatoeba/test-de.tsv").read_text() == "2\n0\n1\n"
    assert score_folder(Path("own"), Path("labels"))["official"]["tatoeba"]["accuracy"]["de"] == pytest.approx(200 / 3)
    write_rows(path, [{**row, "prediction": "9"} for row in found], dict.fromkeys(found[0], "str"))
    with pytest.raises(
        InputError, match=r"tatoeba from none, seed 1, de \(test\): '0': found '9', expected the id of a "
    ):
        write_submission(read_params(), "none", 1, Path("own"))


def test_mined_pairs_stand_above_the_threshold_of_dev() -> None:
    """Second row of the reference's table (metrics, section 7.2): the tie at the cut lets both in."""
    names = [f"x{n}" for n in range(5)]
    rows = sides(names, names, {name: [name] for name in ("x0", "x1", "x3", "x2")}, "source")

    def candidates(scores: Sequence[float]) -> list[Row]:
        others = {"x2": "x4"}  # wrong
        return [{"id": n, "prediction": others.get(n, n), "score": s} for n, s in zip(names, scores, strict=True)]

    dev = candidates([1.30, 1.20, 1.10, 1.05, 1.05])
    test = candidates([1.05, 1.04, 1.50, 1.049999, 1.06])
    text, threshold = mined((rows, [*test, {"id": "x0", "prediction": "x0", "score": 0.5}]), (rows, dev))
    assert threshold == 1.05
    assert text == "x2\tx4\nx4\tx4\nx0\tx0\n", "surest first; a pair mined twice stands once"
    assert gold_pairs(rows) == "x0\tx0\nx1\tx1\nx2\tx2\nx3\tx3\n"


def test_mewslix_is_scored_as_its_cells(tmp_path: Path) -> None:
    """Entities in the order of the ranking; gold at rank 1, 2, 21 and nowhere: (1 + 1/2) / 4."""
    others = [f"Q{number}" for number in range(100, 130)]
    rankings = [["Q1", *others[:19]], [others[0], "Q2"], [*others[:20], "Q3"], others[:20]]
    gold = [{"id": f"m{n}", "query": "", "candidate": "", "gold": [f"Q{n}"]} for n in range(1, 5)]
    predicted = [{"id": row["id"], "ranking": ranking} for row, ranking in zip(gold, rankings, strict=True)]
    (tmp_path / "found.json").write_text(PREDICTIONS["dual"](gold, predicted))
    (tmp_path / "gold.json").write_text(LABELS["dual"](gold))
    assert json.loads((tmp_path / "found.json").read_text()) == {row["id"]: row["ranking"] for row in predicted}
    ending, measure = MEASURES[FOLDERS["mewslix"]]
    figures = measure(tmp_path / "found.json", tmp_path / "gold.json", "de").official
    assert ending == ENDINGS["dual"] and figures == {"map@20": 37.5}
    assert mean_reciprocal_rank(gold, predicted)["mrr"] == 37.5


def test_label_files(params: Params, tmp_path: Path) -> None:
    write_labels(params, tmp_path)
    squad = json.loads((tmp_path / "mlqa/test-de.json").read_text(encoding="utf-8"))
    paragraphs = squad["data"][0]["paragraphs"]
    assert [len(one["qas"]) for one in paragraphs] == [3, 3, 2], "one paragraph a context"
    for paragraph in paragraphs:
        for one in paragraph["qas"]:
            for answer in one["answers"]:
                assert paragraph["context"][answer["answer_start"] :].startswith(answer["text"])
    assert set((tmp_path / "xnli/test-en.tsv").read_text().split("\n")) <= {*load("xnli").labels, ""}


@pytest.mark.skipif("XSTILTS_REAL_DATA" not in os.environ, reason="XSTILTS_REAL_DATA is not set")
@pytest.mark.parametrize("target", ["xnli", "pawsx", "udpos"])
def test_label_files_are_the_real_ones(target: str) -> None:
    """Real rows, read with the labels of real label files, give the same label files again."""
    folder, task = Path(os.environ["XSTILTS_REAL_DATA"]) / "xtreme", load(target)
    files = sorted((folder / "labels" / target).glob("test-*.tsv"))
    assert files
    for path in files:
        rows = task.readers["xtreme"](folder / target, path.parent, "test", path.stem.removeprefix("test-"))
        text = LABELS[task.family](list(rows))
        # XTREME's tag files have a blank line after the last sentence too.
        assert text == path.read_text(encoding="utf-8").rstrip("\n") + "\n", path


TAGS = st.lists(st.lists(st.sampled_from(["DET", "NOUN", "X"]), min_size=1, max_size=4), min_size=1, max_size=6)


@given(TAGS)
def test_sentences_come_back(tmp_path_factory: pytest.TempPathFactory, tags: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("tags") / "test-en.tsv"
    path.write_text(sentences(tags), encoding="utf-8")
    assert [list(one.tags) for one in read_sentences(path, ("DET", "NOUN", "X"))] == tags
    lines = path.read_text(encoding="utf-8").split("\n")
    assert all(lines[one.line - 1] == one.tags[0] for one in read_sentences(path, ("DET", "NOUN", "X")))


def run(*arguments: str, module: str = "xstilts") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_the_commands(params: Params, tmp_path: Path) -> None:
    Path("dvc.yaml").touch()
    hashes = []
    for command in (["stages.submission", "none"], ["xstilts", "submission", "write", "none"]):
        written = run(*command[1:], module=command[0])
        assert written.returncode == 0, written.stderr
        assert f"none, seed 2: {FILES} files in results/submissions/none/2" in written.stdout
        assert "no part of XTREME's submission: weather" in written.stdout
        files = sorted(path for path in paths.submissions("none").rglob("*") if path.is_file())
        hashes.append([(path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files])
    assert hashes[0] == hashes[1] and len(hashes[0]) == 2 * FILES + 2
    assert read_json(paths.submissions("none") / "1.json")["udpos"]["hi"] == {"split": "dev"}
    labels, output = str(tmp_path / "labels"), tmp_path / "scores.json"
    assert run("submission", "labels", labels).stdout == f"{FILES} files in {labels}\n"
    assert "expected a new folder" in run("submission", "labels", labels).stderr
    scored = run("submission", "score", "results/submissions/none/2", labels, "--output", str(output))
    assert scored.returncode == 0, scored.stderr
    assert "partial" in scored.stdout
    ours = score_folder(paths.submissions("none") / "2", Path(labels))
    assert read_json(output) == json.loads(json.dumps(ours))
    for unknown in (run("submission", "write", "nope"), run("nope", module="stages.submission")):
        assert unknown.returncode == 2 and "unknown source 'nope'" in unknown.stderr


def test_writing_needs_neither_torch_nor_the_scores(params: Params) -> None:
    modules = "{'torch', 'transformers', 'xstilts.families.span.scoring.score', 'xstilts.submissions.measures'}"
    code = (
        "import sys; sys.argv[1:] = ['none']; from stages.submission import main; main(); "
        f"assert not {modules} & {{*sys.modules}}"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True)


def test_a_gap_is_refused_with_the_name_of_its_cell(params: Params, tmp_path: Path) -> None:
    path = paths.predictions("xnli", "none") / "1.parquet"
    before = path.read_bytes()
    rows = [
        {"language": language, "split": "test", "id": f"r{n}", "prediction": "neutral"}
        for language in PARAMS["tasks"]["xnli"]["evaluate"]["test"]
        for n in range(12 - (language == "tr"))
    ]
    write_rows(path, rows, {"language": "str", "split": "str", "id": "str", "prediction": "str"})
    try:
        with pytest.raises(InputError, match=r"xnli from none, seed 1, tr \(test\): found 11 predictions, expected 12"):
            write_submission(params, "none", 1, tmp_path)
    finally:
        path.write_bytes(before)
