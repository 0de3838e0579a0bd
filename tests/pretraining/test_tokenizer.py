"""The trained tokenizer: SentencePiece's own pieces, XLM-R's ids and templates, the same bytes in every process."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from tests.texts import CORPUS, LINES
from xstilts.pretraining import tokenizer as code

SIGNS = "abcdeT ,.éßкши猫河ねがとยาก่้ि्नُهم의😀\u200d\t"


class Both:
    """Our tokenizer, and the SentencePiece model that it was made of."""

    def __init__(self, ours: Tokenizer, processor: Any) -> None:
        self.ours, self.processor = ours, processor

    def found(self, text: str) -> list[int]:
        ids: list[int] = self.ours.encode(text, add_special_tokens=False).ids
        return ids

    def expected(self, text: str) -> list[int]:
        """SentencePiece's ids as XLM-R numbers them: four specials before the first piece, <unk> is 3."""
        return [3 if i == self.processor.unk_id() else i + 1 for i in self.processor.encode(text)]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    import sentencepiece

    file = tmp_path_factory.mktemp("model") / "kept.model"
    original = code._charsmap
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code, "_charsmap", lambda model: (shutil.copy(model, file), original(model))[1])
        ours = code.train(CORPUS, 400, seed_pieces=True)
    return Both(ours, sentencepiece.SentencePieceProcessor(model_file=str(file)))


@pytest.mark.parametrize("language", LINES)
def test_pieces_are_those_of_sentencepiece(language: str, both: Both) -> None:
    for text in (LINES[language], LINES[language].upper(), f"  {LINES[language]}  {LINES['en']}\n"):
        assert both.found(text) == both.expected(text)


@pytest.mark.parametrize("text", ["…", "ﬁ", "① ②", "a\u00a0b", "ｔｈｅ", "ﷺ", "ｶﾞ", "e\u0301", "\u200b", "½"])
def test_signs_that_normalisation_rewrites(text: str, both: Both) -> None:
    assert both.found(text) == both.expected(text)


def test_a_mark_on_a_rewritten_sign_is_lost() -> None:
    """official: the normaliser of `tokenizers` looks whole graphemes up: XLM-R's fast one drops the mark."""
    normaliser = code.train(CORPUS, 400, seed_pieces=False).normalizer
    assert normaliser.normalize_str("…\u0301") == "..." and normaliser.normalize_str("a\u0323") == "ạ"


@settings(max_examples=300, deadline=None)
@given(text=st.text(SIGNS, max_size=30))
def test_pieces_of_any_text_are_those_of_sentencepiece(text: str, both: Both) -> None:
    """Without marks that compose (see above). How many <unk> a stretch of unknown signs becomes is not compared."""
    found, expected = both.found(text), both.expected(text)
    if 3 in expected:
        assert 3 in found and set(found) - {3} <= set(expected) | {both.ours.token_to_id("▁")}
    else:
        assert found == expected


def test_ids_and_templates_are_those_of_xlmr(tokenizer: Tokenizer) -> None:
    names = ("<s>", "<pad>", "</s>", "<unk>")
    assert [tokenizer.token_to_id(name) for name in names] == [0, 1, 2, 3]
    assert tokenizer.token_to_id("<mask>") == tokenizer.get_vocab_size() - 1
    a, b = (tokenizer.encode(text, add_special_tokens=False).ids for text in ("the cat", "a river"))
    assert tokenizer.encode("the cat").ids == [0, *a, 2]
    assert tokenizer.encode("the cat", "a river").ids == [0, *a, 2, 2, *b, 2]
    assert tokenizer.decode(tokenizer.encode(LINES["en"]).ids) == LINES["en"]


def test_a_tokenizer_of_transformers_reads_it_alike(tiny: Path, tokenizer: Tokenizer) -> None:
    from transformers import PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast(tokenizer_file=str(tiny / "tokenizer.json"))
    for line in LINES.values():
        assert fast(line)["input_ids"] == tokenizer.encode(line).ids


@pytest.mark.parametrize("seed_pieces", [True, False])
def test_words_seen_often_are_pieces_and_sizes_are_kept(seed_pieces: bool) -> None:
    texts = [f"{word} {LINES['en']}" for word in ["kaleidoscope"] * 50] + CORPUS
    trained = code.train(texts, 420, seed_pieces)
    assert trained.get_vocab_size() <= 420
    if seed_pieces:
        assert len(trained.encode("kaleidoscope", add_special_tokens=False).ids) <= 2
    assert len(trained.get_vocab()) == trained.get_vocab_size(), "no piece twice"


PROGRAM = """
import sys
from xstilts.pretraining.tokenizer import train
from tests.texts import CORPUS
sys.stdout.buffer.write(train(CORPUS, 400, seed_pieces=sys.argv[1] == "yes").to_str().encode())
"""


@pytest.mark.parametrize("seed_pieces", ["yes", "no"])
def test_the_same_bytes_in_every_process(seed_pieces: str) -> None:
    hashes = set()
    for number in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": number, "OMP_NUM_THREADS": number, "PYTHONPATH": os.getcwd()}
        command = [sys.executable, "-c", PROGRAM, seed_pieces]
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        hashes.add(hashlib.sha256(done.stdout).hexdigest())
    assert len(hashes) == 1
