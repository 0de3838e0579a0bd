"""NLLB and M2M-100: tiny models of the real classes with random weights. What is tested is the way there: the source
language, the forced token of the target language, snapshots taken over."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

import stages.translate_train
import stages.translator
from tests import profiles
from tests.translation.world import SENTENCES, content, write
from xstilts.errors import InputError
from xstilts.translation.engine import Engine, Settings

LINES = [sentence[0] for sentence in SENTENCES]
CODES = {"nllb": {"de": "deu_Latn", "sw": "swh_Latn"}, "m2m100": {"de": "de", "sw": "sw"}}


def pieces() -> tuple[bytes, list[str]]:
    from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(LINES), model_writer=model, vocab_size=60, model_type="bpe", minloglevel=2,
        hard_vocab_limit=False,
    )  # fmt: skip
    processor = SentencePieceProcessor(model_proto=model.getvalue())
    return model.getvalue(), [processor.id_to_piece(i) for i in range(3, processor.get_piece_size())]


def snapshot(engine: str, folder: Path) -> None:
    """A hub repository in small."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer, NllbTokenizer

    folder.mkdir(parents=True)
    model, names = pieces()
    vocabulary = {name: i for i, name in enumerate(("<s>", "<pad>", "</s>", "<unk>", *names))}
    if engine == "nllb":
        tokenizer = NllbTokenizer(vocab=vocabulary, merges=[])
    else:
        (folder / "sentencepiece.bpe.model").write_bytes(model)
        (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
        tokenizer = M2M100Tokenizer(str(folder / "vocab.json"), str(folder / "sentencepiece.bpe.model"))
    tokenizer.save_pretrained(folder)
    config = M2M100Config(
        vocab_size=len(vocabulary) + 300, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=64, dropout=0.0,
        decoder_start_token_id=2,
    )  # fmt: skip
    torch.manual_seed(5)
    M2M100ForConditionalGeneration(config).save_pretrained(folder)


@pytest.mark.parametrize("engine", CODES)
def test_a_snapshot_translates_into_the_language_asked_for(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(engine, tmp_path / "snapshot")
    write(tmp_path, engine=engine, train=None, repo="facebook/x", revision="0" * 40, languages=CODES[engine], batch=16,
          **{"from": "snapshot"})  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["stage", "small"])
    stages.translator.main()
    folder = tmp_path / "models/translators/small"
    settings = Settings.of(json.loads((folder / "translator.json").read_text()))
    made, first = {}, {}
    for language, code in settings.languages.items():
        machine = Engine(folder, settings, code)
        source = machine.tokenizer.convert_ids_to_tokens(machine.tokenizer(LINES[0])["input_ids"])
        assert source[0] == {"nllb": "eng_Latn", "m2m100": "__en__"}[engine] and source[-1] == "</s>"
        generate = machine.model.generate

        def noted(language: str = language, generate: Any = generate, **arguments: Any) -> Any:
            ids = generate(**arguments)
            first[language] = set(ids[:, 1].tolist())
            return ids

        monkeypatch.setattr(machine.model, "generate", noted)
        made[language] = machine.translate(LINES[:8], 2)
        assert first[language] == {machine.tokenizer.convert_tokens_to_ids(code if engine == "nllb" else f"__{code}__")}
        assert not any("__" in text or "Latn" in text for text in made[language])
    assert first["de"] != first["sw"]

    monkeypatch.setattr(sys, "argv", ["stage", "hellaswag-de"])
    stages.translate_train.main()
    once = content(tmp_path / "data/prepared/hellaswag-de")
    stages.translate_train.main()
    assert content(tmp_path / "data/prepared/hellaswag-de") == once


@pytest.mark.parametrize("engine", CODES)
def test_a_language_that_the_model_does_not_have(engine: str, tmp_path: Path) -> None:
    snapshot(engine, tmp_path / "snapshot")
    settings = Settings(engine, {"xx": "xx_Latn"}, 1, 4, 24)
    with pytest.raises(InputError, match=r"no language (token )?'xx_Latn'"):
        Engine(tmp_path / "snapshot", settings, "xx_Latn")


def test_an_unreadable_tokenizer(tmp_path: Path) -> None:
    snapshot("nllb", tmp_path / "snapshot")
    (tmp_path / "snapshot/tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match=r"snapshot: the tokenizer cannot be loaded"):
        Engine(tmp_path / "snapshot", Settings("nllb", CODES["nllb"], 1, 4, 24), "deu_Latn")


def test_every_profile_s_translations_are_of_families_that_can_be_translated() -> None:
    from xstilts.tasks import load
    from xstilts.translation.fields import check_family

    for profile in profiles.NAMES:
        for one in profiles.content(profile)["translations"].values():
            check_family(one["task"], load(one["task"]).family)
