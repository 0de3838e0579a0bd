"""The stages `translator` and `translate-train`: real Marian models, tiny; the same bytes in two processes and after
a kill."""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from safetensors.torch import load_file

import stages.translate_train
import stages.translator
from tests.translation.world import SENTENCES, TRAINING, content, rows, start, write
from xstilts.errors import InputError
from xstilts.records.files import read_rows
from xstilts.seeding import Seeds
from xstilts.translation import engine, marian
from xstilts.translation import rows as translation_rows

ENGLISH = [sentence[0] for sentence in SENTENCES]


def run(module: Any, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage in this process."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["stage", name])
    module.main()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the translator and the translation of the pairs were made. Read only but for its own tests."""
    folder = tmp_path_factory.mktemp("made")
    write(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        run(stages.translator, "small", folder, monkeypatch)
        run(stages.translate_train, "mnli-de", folder, monkeypatch)
    return folder


def test_the_folder_is_what_from_pretrained_loads(made: Path) -> None:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, MarianMTModel, MarianTokenizer

    folder = made / "models/translators/small"
    assert {"config.json", "generation_config.json", "model.safetensors", "source.spm", "target.spm", "vocab.json",
            "tokenizer_config.json", "translator.json"} == set(content(folder))  # fmt: skip
    model, info = MarianMTModel.from_pretrained(folder, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"]
    assert isinstance(AutoModelForSeq2SeqLM.from_pretrained(folder), MarianMTModel)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert isinstance(tokenizer, MarianTokenizer)
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    assert (vocabulary["</s>"], vocabulary["<unk>"], vocabulary["<pad>"]) == (0, 1, len(vocabulary) - 1)
    assert model.config.decoder_start_token_id == model.config.pad_token_id == len(vocabulary) - 1
    assert tokenizer.supported_language_codes == [">>deu<<", ">>tur<<"]


def test_training_ids_are_the_tokenizer_s(made: Path) -> None:
    from transformers import MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(made / "models/translators/small")
    texts = {"en": ENGLISH, "de": [s[1] for s in SENTENCES], "tr": [s[2] for s in SENTENCES]}
    words = marian.Vocabulary(texts, 120, [">>deu<<", ">>tur<<"])
    folder = made / "again"
    folder.mkdir()
    words.save(folder, 24)
    tokenizer = MarianTokenizer.from_pretrained(folder)
    for line in (*ENGLISH[:5], "Ünseen wörds, 12!"):
        assert tokenizer(f">>tur<< {line}")["input_ids"] == words.encode(words.source, [line], ">>tur<<")[0]
        assert tokenizer(text_target=line)["input_ids"] == words.encode(words.target, [line])[0]


def test_quality_is_measured_on_lines_that_were_not_trained_on(made: Path) -> None:
    about = json.loads((made / "models/translators/small/translator.json").read_text())
    assert set(about["held_out"]) == {"de", "tr"}
    assert all(one["lines"] == 8 and 0 <= one["chrf2"] <= 100 for one in about["held_out"].values())
    assert len(about["weights_sha256"]) == 64 and about["train"] == TRAINING
    texts = {"en": ["a", "b", "b", "c", "d"], "de": ["A", "B", "B", "C", "D"]}
    training, held_out = marian.split(texts, 2, Seeds("1"))
    assert not set(training["en"]) & set(held_out["en"]) and len(held_out["en"]) == 2
    assert [line.lower() for line in training["de"]] == training["en"]


def test_rows_ids_and_signature(made: Path) -> None:
    found = read_rows(made / "data/prepared/mnli-de/train/de.parquet")
    assert [(row["id"], row["label"]) for row in found] == [(row["id"], row["label"]) for row in rows("classification")]
    record = json.loads((made / "data/prepared/mnli-de/translation.json").read_text())
    assert record["rows"] == {"english": 48, "translated": 48}
    assert record["translator"] == json.loads((made / "models/translators/small/translator.json").read_text())
    assert record["counts"]["sentences"] == len(
        {text for row in rows("classification") for text in (row["text_a"], row["text_b"])}
    )
    assert not (made / ".xstilts/state").exists() or not list((made / ".xstilts/state").rglob("*.json"))


def test_two_processes_and_a_killed_one_give_the_same_bytes(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    process = start(tmp_path, "stages.translator", "small")
    assert process.wait(120) == 0, process.communicate()[1]
    assert content(tmp_path / "models") == content(made / "models")

    process = start(tmp_path, "stages.translate_train", "mnli-de")
    state = tmp_path / ".xstilts/state/translate-train/mnli-de"
    until = time.monotonic() + 120
    while not (first := list(state.rglob("000000.json"))) and time.monotonic() < until:
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert first and not (tmp_path / "data/prepared/mnli-de").exists(), "killed after the first chunk, before the end"

    asked: set[str] = set()
    translate = engine.Engine.translate

    def noted(self: engine.Engine, texts: Sequence[str], beam: int) -> list[str]:
        asked.update(texts)
        return translate(self, texts, beam)

    monkeypatch.setattr(engine.Engine, "translate", noted)
    run(stages.translate_train, "mnli-de", tmp_path, monkeypatch)
    assert content(tmp_path / "data/prepared/mnli-de") == content(made / "data/prepared/mnli-de")
    assert 0 < len(asked) < len(ENGLISH), "what the killed run had done is not done again"


def test_beam_search_repeats_and_serves_every_family(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        write(folder)
        (folder / "models").symlink_to(made / "models")
        settings = json.loads((made / "models/translators/small/translator.json").read_text())
        monkeypatch.setattr(translation_rows, "read_json", lambda path, s=settings: {**s, "beam": 3, "batch": 16})
        for name in ("hellaswag-de", "squad_v1-de"):
            run(stages.translate_train, name, folder, monkeypatch)
        results.append(content(folder / "data/prepared"))
    assert results[0] == results[1]
    choices = read_rows(tmp_path / "one/data/prepared/hellaswag-de/train/de.parquet")
    assert [(row["id"], row["label"], len(row["choices"])) for row in choices] == [
        (f"{i}", i % 2, 2) for i in range(12)
    ]
    spans = read_rows(tmp_path / "one/data/prepared/squad_v1-de/train/de.parquet")
    for row in spans:
        for at, answer in zip(row["starts"], row["answers"], strict=True):
            assert row["context"][at : at + len(answer)] == answer != ""
    assert spans[-1]["id"] == "impossible" and spans[-1]["answers"] == []
    record = json.loads((tmp_path / "one/data/prepared/squad_v1-de/translation.json").read_text())
    found = sum(value for name, value in record["counts"].items() if name.startswith("answers_"))
    assert found == 12 and record["rows"]["translated"] == 13 - record["counts"].get("dropped_answer_not_found", 0)


def released(made: Path, folder: Path) -> Path:
    """The same translator as a hub repository holds it: pickled weights, without this project's file."""
    folder.mkdir(parents=True)
    for name, data in content(made / "models/translators/small").items():
        if name not in ("translator.json", "model.safetensors"):
            (folder / name).write_bytes(data)
    torch.save(load_file(made / "models/translators/small/model.safetensors"), folder / "pytorch_model.bin")
    return folder


def take(folder: Path, monkeypatch: pytest.MonkeyPatch, **change: Any) -> None:
    write(folder, train=None, repo="Helsinki-NLP/opus-mt-en-mul", revision="0" * 40, **{"from": "snapshot", **change})
    run(stages.translator, "small", folder, monkeypatch)


def test_a_snapshot_with_pickled_weights(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released(made, tmp_path / "snapshot")
    take(tmp_path, monkeypatch)
    files, own = content(tmp_path / "models/translators/small"), made / "models/translators/small"
    assert not any(name.endswith(".bin") for name in files) and set(files) == set(content(own))
    tensors = load_file(own / "model.safetensors")
    again = load_file(tmp_path / "models/translators/small/model.safetensors")
    assert all(torch.equal(tensors[name], again[name]) for name in tensors) and set(tensors) == set(again)
    about = json.loads(files["translator.json"])
    assert (about["repo"], about["revision"]) == ("Helsinki-NLP/opus-mt-en-mul", "0" * 40) and "held_out" not in about
    settings = engine.Settings.of(about)
    one, two = (
        engine.Engine(f, settings, ">>deu<<").translate(ENGLISH[:4], 1)
        for f in (own, tmp_path / "models/translators/small")
    )
    assert one == two


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("evil"),))


def test_sentences_longer_than_a_snapshot_has_positions(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(made, tmp_path / "snapshot")
    with pytest.raises(
        InputError, match=r"translators: max_length: found 25, expected 24 or less \(the positions of sn"
    ):
        take(tmp_path, monkeypatch, max_length=25)
    assert not list((tmp_path / "models").rglob("*.*"))


def test_snapshots_that_are_refused(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = released(made, tmp_path / "snapshot")
    weights = (folder / "pytorch_model.bin").read_bytes()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({"model.shared.weight": Evil()}, protocol=2))
    with pytest.raises(InputError, match=r"pytorch_model.bin: not a file of weights alone"):
        take(tmp_path, monkeypatch)
    assert not (tmp_path / "evil").exists() and not list((tmp_path / "models").rglob("*.*"))
    tensors = load_file(made / "models/translators/small/model.safetensors")
    torch.save({name: tensor for name, tensor in tensors.items() if "fc1" not in name}, folder / "pytorch_model.bin")
    with pytest.raises(
        InputError, match=r"snapshot: the weights are not those of its config.json: \d+ missing, e.g. model"
    ):
        take(tmp_path, monkeypatch)
    (folder / "pytorch_model.bin").write_bytes(weights)
    (folder / "download.json").write_text(json.dumps({"origin": [{"repo": "a/b", "revision": "1" * 40}]}))
    with pytest.raises(
        InputError, match=rf"download.json: found a/b@1+, expected Helsinki-NLP/opus-mt-en-mul@{'0' * 40}"
    ):
        take(tmp_path, monkeypatch)
    (folder / "target.spm").unlink()
    with pytest.raises(InputError, match=r"snapshot: not a marian model: target.spm missing \(found: .*source.spm"):
        take(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"languages": {"fr": ">>fra<<"}}, r"text/fr.txt: file not found"),
        ({"train": {**TRAINING, "held_out": 96}}, r"held_out: found 96, expected fewer than the 96 lines there are"),
        ({"train": {**TRAINING, "vocabulary": 8}}, r"vocabulary: found 8, which SentencePiece refuses: .+"),
    ],
)
def test_training_that_is_refused(
    change: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, **change)
    with pytest.raises(InputError, match=message):
        run(stages.translator, "small", tmp_path, monkeypatch)


def test_parallel_text_that_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    file = tmp_path / "text/tr.txt"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(InputError, match=r"text/tr.txt: found 95 lines, expected 96 as in en.txt"):
        marian.read_parallel(tmp_path / "text", ["de", "tr"])
    file.write_text("".join([*lines[:3], "\n", *lines[4:]]), encoding="utf-8")
    with pytest.raises(InputError, match=r"text/tr.txt:4: found an empty line, expected a translation"):
        marian.read_parallel(tmp_path / "text", ["de", "tr"])


def test_what_is_refused_before_a_model_is_loaded(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "Engine", None)
    write(tmp_path)
    with pytest.raises(InputError, match=r"unknown translator 'big'; there are: small"):
        run(stages.translator, "big", tmp_path, monkeypatch)
    with pytest.raises(
        InputError, match=r"unknown translation 'mnli-fr' \(did you mean 'mnli-de'\?\); there are: hellaswag-de"
    ):
        run(stages.translate_train, "mnli-fr", tmp_path, monkeypatch)
    with pytest.raises(
        InputError, match=r"task 'panx' is of the family tagging: its labels belong to the English words"
    ):
        run(stages.translate_train, "panx-de", tmp_path, monkeypatch)
    with pytest.raises(InputError, match=r"models/translators/small/translator.json: file not found"):
        run(stages.translate_train, "mnli-de", tmp_path, monkeypatch)
    with pytest.raises(InputError, match=r"translator 'small': found the language 'sw', expected one of: de, tr"):
        engine.Settings("marian", {"de": "", "tr": ""}, 1, 1, 9).code("sw", "small")


def test_a_language_token_that_the_model_does_not_have(made: Path) -> None:
    settings = engine.Settings("marian", {"fr": ">>fra<<"}, 1, 4, 24)
    with pytest.raises(InputError, match=r"the vocabulary has no language token '>>fra<<'"):
        engine.Engine(made / "models/translators/small", settings, ">>fra<<")


def test_sentences_too_long_are_cut_and_counted(made: Path, tmp_path: Path) -> None:
    settings = engine.Settings("marian", {"de": ">>deu<<"}, 1, 4, 24)
    machine = engine.Engine(made / "models/translators/small", settings, ">>deu<<")
    asked: list[str] = []
    machine.translate = lambda texts, beam: asked.extend(texts) or [text.upper() for text in texts]  # type: ignore[method-assign,func-returns-value]
    long = " ".join(ENGLISH[:6])
    known = engine.translate_all(machine, [long, "1999 !", "Anna"], tmp_path, "test")
    assert known == {long: long.upper(), "1999 !": "1999 !", "Anna": "ANNA"}
    assert all(machine.length(text) <= 24 for text in asked) and "1999 !" not in asked
    assert machine.odd["sentences_cut_for_length"] == 1 and machine.odd["sentences_without_letters"] == 1


def test_an_empty_translation_is_tried_with_a_beam_and_then_left(made: Path, tmp_path: Path) -> None:
    settings = engine.Settings("marian", {"de": ">>deu<<"}, 1, 4, 24)
    machine = engine.Engine(made / "models/translators/small", settings, ">>deu<<")
    said = {("Anna", 1): "", ("Anna", 4): "ANNA", ("Leo", 1): "", ("Leo", 4): "", ("Mia", 1): "MIA"}
    machine.translate = lambda texts, beam: [said[text, beam] for text in texts]  # type: ignore[method-assign]
    assert engine.translate_all(machine, ["Anna", "Leo", "Mia"], tmp_path, "test") == {
        "Anna": "ANNA",
        "Leo": "Leo",
        "Mia": "MIA",
    }
    assert machine.odd["sentences_left_in_english"] == 1


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("translators.small.engine", "ctranslate2", r"translators.small.engine: found 'ctranslate2', expected"),
        ("translators.small.train", None, r"a translator that is not trained here also needs: repo, revision"),
        ("translators.small.engine", "nllb", r"train: engine 'nllb' cannot be trained here, only marian"),
        ("translations.mnli-de.task", "nli", r"translations.mnli-de: unknown task 'nli'"),
        (
            "translations.mnli-de.by",
            "opus",
            r"translations.mnli-de.by: found 'opus', expected one of: small, published",
        ),
        ("translations.mnli-de.by", "published", r"`by: published` and a `layout` go together"),
        ("translations.mnli-de.layout", "mlqa", r"`by: published` and a `layout` go together"),
        ("translations.mnli-de.language", "sw", r"found 'sw', which small does not serve; expected one of: de, tr"),
        ("translations.mnli-de.from", "models/x", r"from: found 'models/x', expected 'models/translators/small'"),
    ],
)
def test_parameters_that_are_refused(place: str, value: Any, message: str, tmp_path: Path) -> None:
    from xstilts.params import read_params

    write(tmp_path)
    params = yaml.safe_load((tmp_path / "params.yaml").read_text(encoding="utf-8"))
    *sections, last = place.split(".")
    section = params
    for name in sections:
        section = section[name]
    section[last] = value
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_params(tmp_path / "params.yaml")


def test_an_interrupted_training_goes_on_to_the_same_bytes(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    monkeypatch.setenv("XSTILTS_CHECKPOINT_STEPS", "7")
    loss, seen = marian.loss, []

    def broken(model: Any, batch: Any, padding: int) -> torch.Tensor:
        seen.append(1)
        if len(seen) == 18:
            raise KeyboardInterrupt
        return loss(model, batch, padding)

    monkeypatch.setattr(marian, "loss", broken)
    with pytest.raises(KeyboardInterrupt):
        run(stages.translator, "small", tmp_path, monkeypatch)
    assert not (tmp_path / "models/translators/small").exists()
    assert (tmp_path / ".xstilts/state/translator/small/training/state.json").is_file()
    seen.clear()
    seen.extend([1] * 100)
    run(stages.translator, "small", tmp_path, monkeypatch)
    assert len(seen) - 100 == TRAINING["steps"] - 14
    assert content(tmp_path / "models") == content(made / "models")
    assert not (tmp_path / ".xstilts/state/translator/small").exists()
