"""A released encoder becomes the backbone: a folder with its hashes, an old folder converted, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from safetensors.torch import load_file

from tests.encoders.zoo import make
from tests.imports import ROOT
from xstilts import paths
from xstilts.encoders.models import load_config, load_encoder, load_tokenizer
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.pretraining.release import keep


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def params(folder: Path, **more: Any) -> Params:
    content = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    sentence = content["backbone"]["sentence"]
    content["backbone"] = {"kind": "folder", "from": str(folder), "sentence": sentence, **more}
    for recipe in (*content["sources"].values(), *content["targets"]["span"].values(), content["squad"]["squad_v1"]):
        if "max_length" in recipe:
            recipe["max_length"] = 90
    for group in ("classification", "tagging"):
        for recipe in content["targets"][group].values():
            recipe["max_length"] = 90
    content["retrieval"]["max_length"] = 90
    content["span"] = {"stride": 16, "question_length": 16, "answer_length": 8}
    return Params.model_validate(content)


def released(name: str, folder: Path, old: bool = False) -> Path:
    """A folder as on the hub; `old`: with a pickle and the vocabulary of its tokenizer."""
    made = make(name, folder)
    (made / "xstilts.json").unlink()
    if old:
        torch.save(load_file(made / "model.safetensors"), made / "pytorch_model.bin")
        (made / "model.safetensors").unlink()
        (made / "tokenizer.json").rename(folder / "wanted.json")
        for file in ("spiece.model", "spm.model", "sentencepiece.model", "sentencepiece.bpe.model",
                     "added_tokens.json", "tokenizer_config.json"):  # fmt: skip
            if (folder / file).is_file():
                shutil.copy(folder / file, made / file)
    return made


def about() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((paths.BACKBONE / "xstilts.json").read_text())
    return found


def test_a_folder_is_kept_with_the_hash_of_each_file(tmp_path: Path) -> None:
    folder = released("multilingual E5 small", tmp_path / "e5")
    keep(params(folder))
    wanted = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}
    assert about()["files"] == wanted and not {"repo", "revision", "converted"} & about().keys()
    assert json.loads(paths.curve("backbone").read_text())["files"] == wanted
    before, after = load_encoder(folder).state_dict(), load_encoder(paths.BACKBONE).state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())


def test_the_lowest_layers_alone(tmp_path: Path) -> None:
    folder = released("mmBERT", tmp_path / "mm")
    keep(params(folder, layers=2))
    assert load_config(paths.BACKBONE).num_hidden_layers == 2 and about()["layers"] == 2
    whole, cut = load_encoder(folder).state_dict(), load_encoder(paths.BACKBONE).state_dict()
    assert cut.keys() < whole.keys() and all(torch.equal(tensor, whole[name]) for name, tensor in cut.items())
    with pytest.raises(InputError, match="found 9 layers, expected at most 3"):
        keep(params(folder, layers=9))


@pytest.mark.parametrize("name", ["XLM-R, XLM-V, Glot500", "mDeBERTa-v3", "RemBERT", "mT5's encoder"])
def test_an_old_folder_is_converted_where_it_is_asked_for(name: str, tmp_path: Path) -> None:
    folder = released(name, tmp_path / "old", old=True)
    expected = (
        r"old/encoder: not a model folder: model\.safetensors, tokenizer\.json missing; found pytorch_model\.bin and \w"
    )
    with pytest.raises(InputError, match=expected + r".+, of which `convert: true` under `backbone` .+ makes it"):
        keep(params(folder))
    assert not paths.BACKBONE.exists()
    keep(params(folder, convert=True))
    assert sorted(about()["converted"]) == ["model.safetensors", "tokenizer.json"]
    assert "pytorch_model.bin" in about()["files"]
    assert load_tokenizer(paths.BACKBONE).get_vocab() == load_tokenizer_of(tmp_path / "old/wanted.json")
    weights = torch.load(folder / "pytorch_model.bin", weights_only=True)
    kept = load_encoder(paths.BACKBONE).state_dict()
    assert all(torch.equal(tensor, kept[name]) for name, tensor in weights.items())
    first = {file.name: file.read_bytes() for file in paths.BACKBONE.iterdir() if file.is_file()}
    keep(params(folder, convert=True))
    assert first == {file.name: file.read_bytes() for file in paths.BACKBONE.iterdir() if file.is_file()}


def load_tokenizer_of(file: Path) -> dict[str, int]:
    from tokenizers import Tokenizer

    return dict(Tokenizer.from_file(str(file)).get_vocab())


def test_a_vocabulary_of_words_has_to_say_whether_capitals_count(tmp_path: Path) -> None:
    folder = released("mBERT", tmp_path / "bert")
    vocabulary = load_tokenizer(folder).get_vocab()
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.txt").write_text("\n".join(sorted(vocabulary, key=lambda word: vocabulary[word])) + "\n")
    with pytest.raises(InputError, match=r"tokenizer_config\.json: do_lower_case: found none, expected true or false"):
        keep(params(folder, convert=True))
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    keep(params(folder, convert=True))
    assert load_tokenizer(paths.BACKBONE).encode("The cat", "The").type_ids[-1] == 1
    assert load_tokenizer(paths.BACKBONE).get_vocab() == vocabulary


class Bad:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch mark",)


def test_code_in_a_pickle_never_runs(tmp_path: Path) -> None:
    folder = released("XLM-R, XLM-V, Glot500", tmp_path / "old", old=True)
    torch.save({"embeddings.x": Bad()}, folder / "pytorch_model.bin")
    with pytest.raises(InputError, match=r"pytorch_model\.bin: not a pickle of weights alone"):
        keep(params(folder, convert=True))
    assert not Path("mark").exists() and not paths.BACKBONE.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"model_type": "llama"},
            r"config\.json: model_type: found 'llama', which is no encoder of text, expected one",
        ),
        ({"model_type": "vit"}, r"config\.json: model_type: found 'vit', which is no encoder of text"),
        ({"model_type": "bart"}, r"config\.json: model_type: found 'bart', which is no encoder of text"),
        (
            {"model_type": "own", "auto_map": {"AutoModel": "own.Own"}},
            r"not a known model: it needs code of the folder",
        ),
        ({"model_type": "roberta", "vocab_size": 9}, r"expected ids below 9, the vocab_size of config\.json"),
    ],
)
def test_a_folder_of_another_kind_is_one_message(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    folder = released("XLM-R, XLM-V, Glot500", tmp_path / "x")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(InputError, match=message):
        keep(params(folder))
    assert not paths.BACKBONE.exists()


def test_a_folder_without_what_is_needed(tmp_path: Path) -> None:
    folder = released("XLM-R, XLM-V, Glot500", tmp_path / "x")
    (folder / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"x/encoder: not a model folder: model\.safetensors missing \(found: config"):
        keep(params(folder))
    with pytest.raises(InputError, match=r"nowhere: folder not found"):
        keep(params(tmp_path / "nowhere"))
