"""The whole benchmark on tiny models, with a made-up clock; what is refused; engines against torch."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.commands.call import call
from tests.fake_grid import PARAMS, RECIPE, write_params
from tests.imports import ROOT
from tests.tasks_made_up import made_up
from tests.texts import LINES
from xstilts.commands.app import Interrupted
from xstilts.errors import InputError
from xstilts.latency import benchmark, models, on_onnx, summary
from xstilts.latency.benchmark import Asked
from xstilts.latency.questions import choose
from xstilts.params import read_params
from xstilts.records.files import read_json, write_json, write_rows
from xstilts.records.prepared import SCHEMAS

TEXTS = list(LINES.values())
LABELS = ("yes", "no", "maybe")
ROWS: dict[str, list[dict[str, Any]]] = {
    "xnli": [
        {"id": str(n), "text_a": text, "text_b": TEXTS[n - 1][:20], "label": LABELS[n % 3]}
        for n, text in enumerate(TEXTS)
    ],
    "exams": [
        {"id": str(n), "prompt": text, "choices": TEXTS[n][:9].split() + ["a b", "c"][: 1 + n % 2], "label": 0}
        for n, text in enumerate(TEXTS)
    ],
    "tydiqa": [
        {"id": str(n), "question": text, "context": 8 * f"{text} ", "starts": [0], "answers": [text[:3]]}
        for n, text in enumerate(TEXTS)
    ],
}  # fmt: skip
TARGETS = {"xnli": "classification", "exams": "choice", "tydiqa": "span"}
ASKED = Asked("xnli", ("none", "mnli"), ("de",), ("eager",), ("again", "half"), 1, 6, 3, 1, 200, 0.05, 1)


@pytest.fixture
def folder(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with three targets in two languages, and models of two sources with new heads."""
    from xstilts.encoders.models import load_headed, save_model

    monkeypatch.chdir(tmp_path)
    Path("dvc.yaml").touch()
    sets = {name: {"layout": "native", "raw": "x", "labels": "x", "evaluate": {"test": ["en", "de"]}} for name in ROWS}
    write_params(
        tmp_path, tasks={**PARAMS["tasks"], **sets},
        sources={name: PARAMS["sources"][name] for name in ("none", "mnli")},
        targets={
            "classification": {"xnli": RECIPE}, "choice": {"exams": RECIPE}, "retrieval": {"tatoeba": {}},
            "span": {"tydiqa": {**RECIPE, "selection": "last"}},
        },
    )  # fmt: skip
    for name, family in TARGETS.items():
        labels = LABELS if family == "classification" else ()
        data = tmp_path / "data/prepared" / name
        write_json(data / "task.json", vars(made_up(family, "accuracy", name, labels)))
        for language in ("en", "de"):
            write_rows(data / f"test/{language}.parquet", ROWS[name], SCHEMAS[family])
        for source in ("none", "mnli"):
            save_model(load_headed(family, tiny, labels), tiny, Path("models/target", name, source, "1"), {})
    return tmp_path


def ticks() -> Callable[[], float]:
    """A clock that goes on by a millisecond each time somebody looks."""
    numbers = count()
    return lambda: next(numbers) / 1000


def measured(asked: Asked = ASKED) -> list[dict[str, Any]]:
    params = read_params()
    task, sets = benchmark.check(params, asked)
    return [one for own in benchmark.run(params, task, sets, asked, ticks(), lambda text: None) for one in own]


@pytest.mark.parametrize("target", TARGETS)
def test_a_record_for_each_model(folder: Path, target: str) -> None:
    """With this clock every answer takes a millisecond, and a batch as long as a question."""
    found = measured(replace(ASKED, target=target, languages=("en", "de")))
    names = ["none", "mnli", "none, again", "none, half"]
    assert [(one["language"], one["source"]) for one in found] == [(one, n) for one in ("en", "de") for n in names]
    for one in found:
        assert [one[name] for name in ("p50_ms", "p95_ms", "p99_ms", "tokenise_ms")] == pytest.approx([1.0] * 4)
        assert one["questions"] == 6 and one["questions_per_s"] == pytest.approx(6000 / one["batches"])
        assert one["tokens_per_question"] > 4 and one["largest_difference"] is None
        assert one["machine"]["threads"] == 1 and len(one["machine"]["load"]) == 2
    assert [one["against"] and one["against"]["source"] for one in found] == [None, *["none"] * 3] * 2
    assert {one["against"]["paired"]["verdict"] for one in found if one["against"]} == {"equivalent"}
    write_json(folder / "out.json", found)  # all of it is JSON, and finite


def test_words_say_that_a_control_was_not_found(folder: Path) -> None:
    found = measured()
    assert summary.words(found) == [
        "Sources: 1 equivalent.",
        f"Tokenisation, de: 1.00 ms a question, {found[0]['tokens_per_question']:.0f} tokens.",
        "Control again, expected equivalent: 1 equivalent.",
        "Control half, expected different: 1 equivalent. NOT FOUND in de (eager): believe no verdict there",
    ]
    assert [row[:3] for row in summary.rows(found)] == [
        ["de", "eager", name] for name in ("none", "mnli", "none, again", "none, half")
    ]


def test_the_half_has_the_lower_layers_and_the_head(folder: Path) -> None:
    params = read_params()
    task, _ = benchmark.check(params, ASKED)
    whole = models.load(params, task, "none", 1).model
    found = models.half(whole, Path("models/target/xnli/none/1"))
    own, tensors = found.state_dict(), whole.state_dict()
    assert found.config.num_hidden_layers == 1 and not found.training and whole.config.num_hidden_layers == 2
    assert {name for name in tensors if name not in own} == {name for name in tensors if ".layer.1." in name}
    assert all((own[name] == tensors[name]).all() for name in own)
    new = models.random(whole).state_dict()
    assert new.keys() == tensors.keys() and any((new[name] != tensors[name]).any() for name in new)


def test_questions_are_the_same_in_each_language_and_run(folder: Path) -> None:
    task, sets = benchmark.check(read_params(), replace(ASKED, languages=()))
    ids = [[row["id"] for row in one.rows] for one in sets]
    assert [one.language for one in sets] == ["en", "de"] and ids[0] == ids[1] and len(set(ids[0])) == 6
    assert ids[0] == [row["id"] for row in choose(task, "test", "en", 6).rows]
    assert len(choose(task, "test", "en", 100).rows) == len(TEXTS)


def test_batches_hold_every_question_once(folder: Path) -> None:
    from xstilts.latency.questions import Encoder

    params = read_params()
    for target in TARGETS:
        task, (questions,) = benchmark.check(params, replace(ASKED, target=target, questions=16))
        encoder = Encoder(models.load(params, task, "none", 1))
        ones, batches = [encoder.question(row) for row in questions.rows], encoder.batches(questions.rows, 200)
        assert 1 < len(batches) < len(ones) or target == "tydiqa"  # whose windows are longer than a batch
        assert all(len(one["input_ids"]) == 1 or one["input_ids"].numel() <= 200 for one in batches)
        assert all(one.keys() == {"input_ids", "attention_mask"} for one in (*ones, *batches))
        alone, together = (sum(int(one["attention_mask"].sum()) for one in own) for own in (ones, batches))
        assert alone == together, "tokens without padding"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sources": ("none", "mnl")}, r"params\.yaml: unknown source 'mnl' \(did you mean 'mnli'\?\)"),
        ({"sources": ("none", "none")}, r"--source: found none, none, expected each once"),
        ({"target": "xnl"}, r"params\.yaml: unknown target 'xnl' \(did you mean 'xnli'\?\)"),
        ({"target": "tatoeba"}, r"'tatoeba' is of the family retrieval, expected a target of classification, tagging"),
        ({"engines": ("eger",)}, r"--engine: unknown engine 'eger' \(did you mean 'eager'\?\)"),
        ({"controls": ("quarter",)}, r"--control: unknown control 'quarter'; there are: again, half, int8, random"),
        ({"languages": ("sw",)}, r"'xnli': unknown language 'sw'; there are: en, de"),
        ({"seed": 2}, r"models/target/xnli/none/2: model not found; `make repro` makes it"),
    ],
)  # fmt: skip
def test_what_is_refused_before_a_model_is_loaded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], message: str
) -> None:
    monkeypatch.setattr(models, "load", None)
    with pytest.raises(InputError, match=message):
        measured(replace(ASKED, **change))


def test_another_tokenizer_is_refused(folder: Path) -> None:
    """Both are whole, and each is the one that its model was saved with."""
    place = Path("models/target/xnli/mnli/1")
    text = (place / "tokenizer.json").read_text(encoding="utf-8") + "\n"
    (place / "tokenizer.json").write_text(text, encoding="utf-8")
    found = hashlib.sha256(text.encode()).hexdigest()
    write_json(place / "xstilts.json", {**read_json(place / "xstilts.json"), "tokenizer_sha256": found})
    with pytest.raises(InputError, match=r"mnli/1/tokenizer\.json: found another tokenizer than in models/targ"):
        measured()


def test_too_few_questions_are_refused(folder: Path) -> None:
    write_rows(folder / "data/prepared/xnli/test/de.parquet", ROWS["xnli"][:1], SCHEMAS["classification"])
    with pytest.raises(InputError, match=r"xnli/test/de\.parquet: found 1 rows, expected at least two questions"):
        measured()


@pytest.mark.parametrize("package", on_onnx.PACKAGES)
def test_onnx_that_is_not_installed_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    for name in on_onnx.PACKAGES:
        monkeypatch.setitem(sys.modules, name, sys)  # anything
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=r"--engine onnx: ONNX Runtime is not installed; `make latency`"):
        measured(replace(ASKED, engines=("eager", "onnx")))


def test_a_compiler_that_is_not_there_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torch._inductor import cpp_builder, exc

    def none() -> str:
        raise exc.InvalidCxxCompiler

    monkeypatch.setattr(cpp_builder, "get_cpp_compiler", none)
    with pytest.raises(InputError, match=r"--engine compiled: found no C\+\+ compiler"):
        measured(replace(ASKED, engines=("compiled",)))


def test_an_engine_that_answers_otherwise_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xstilts.latency import engines

    real = engines.eager

    def wrong(model: Any, names: Sequence[str]) -> Any:
        return lambda inputs: [output + 0.1 for output in real(model)(inputs)]

    monkeypatch.setattr(engines, "compiled", wrong)
    monkeypatch.setattr(engines, "check_compiler", lambda: None)
    with pytest.raises(InputError, match=r"--engine compiled: the outputs of none differ from those of torch by 0\.1"):
        measured(replace(ASKED, engines=("compiled",)))


def test_one_file_knows_onnx() -> None:
    knows = ("import onnx", "from onnx")
    files = [path for path in (ROOT / "xstilts").rglob("*.py") if any(one in path.read_text() for one in knows)]
    assert [str(path.relative_to(ROOT)) for path in files] == ["xstilts/latency/on_onnx.py"]


@pytest.fixture
def quiet() -> Iterator[None]:
    """Compiled code is forgotten after the test."""
    yield
    import torch

    torch._dynamo.reset()


def as_torch(engine: str, target: str) -> list[dict[str, Any]]:
    """Measured with an engine; the benchmark itself compares its outputs with those of torch."""
    found = measured(replace(ASKED, target=target, engines=("eager", engine), controls=("half", "int8")))
    other = [one for one in found if one["engine"] == engine and one["control"] != "int8"]
    assert [one["source"] for one in other] == ["none", "mnli", "none, half"]
    assert all(one["largest_difference"] < 1e-3 for one in other)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_onnx_answers_as_torch_and_8_bits_nearly(folder: Path, target: str) -> None:
    pytest.importorskip("onnxruntime")
    (int8,) = (one for one in as_torch("onnx", target) if one["control"] == "int8")
    assert int8["source"] == "none, int8" and int8["against"]["source"] == "none"
    assert 1e-6 < int8["largest_difference"] < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_compiled_code_answers_as_torch(folder: Path, quiet: None, target: str) -> None:
    from xstilts.latency.engines import check_compiler

    try:
        check_compiler()
    except InputError:
        pytest.skip("no C++ compiler")
    as_torch("compiled", target)


def test_a_run_that_is_stopped_leaves_the_languages_that_it_has(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = benchmark.in_language

    def stopped(questions: Any, *rest: Any) -> Any:
        if questions.language == "de":
            raise KeyboardInterrupt
        return real(questions, *rest)

    monkeypatch.setattr(benchmark, "in_language", stopped)
    arguments = ["xnli", "--engine", "eager", "--control", "half", "--questions", "3", "--rounds", "1"]
    with pytest.raises(Interrupted):
        call("benchmark", "latency", *arguments)
    found = read_json(folder / "results/latency.json")
    assert [(one["language"], one["source"]) for one in found] == [("en", n) for n in ("none", "mnli", "none, half")]


def test_the_command_writes_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The one run with the real clock: nothing is said of its figures, but that they are some."""
    arguments = ["xnli", "--engine", "eager", "--language", "en", "--questions", "3", "--rounds", "2", "--clock", "cpu"]
    assert call("benchmark", "latency", *arguments) == 0
    out, err = capsys.readouterr()
    found = read_json(folder / "results/latency.json")
    assert [one["source"] for one in found] == ["none", "mnli", "none, again", "none, half"]
    assert all(np.isfinite(one["p50_ms"]) and one["p50_ms"] > 0 and one["clock"] == "cpu" for one in found)
    assert "int8 is left out: it needs --engine onnx" in err and "none, half" in out and "Control again" in out
    with pytest.raises(InputError, match=r"--clock: unknown clock 'sun'; there are: wall, cpu"):
        call("benchmark", "latency", "xnli", "--clock", "sun")
