"""Translating sentences with a model of `models/translators/`: greedy or beam search in fixed batches.

What a batch holds depends on the sentences alone (longest first, ties by text), so that the same sentences give the
same bytes, whether a run was interrupted or not."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

import torch

from xstilts.encoders.loading import load_config, load_model, load_tokenizer_of
from xstilts.errors import InputError
from xstilts.records.files import discard, read_json, write_json
from xstilts.translation.layout import check_files
from xstilts.translation.sentences import halves

RETRY_BEAM = 4  # an empty translation is tried again with this beam
CHUNK = 16  # batches after which the translations are kept on the disk
Piece = tuple[str, int, str]  # text, tokens, what stands before it


@dataclass(frozen=True)
class Settings:
    """How a translator translates, as its translator.json says."""

    engine: str
    languages: Mapping[str, str]  # language -> the name that the model has for it
    beam: int
    batch: int
    max_length: int
    train: Mapping[str, Any] | None = None  # how it was trained here; nothing of a released one

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Settings:
        """The settings among the entries of translator.json."""
        return cls(**{name: about[name] for name in cls.__dataclass_fields__})

    @property
    def normalises(self) -> bool:
        """Whether it was trained on text with normalised punctuation: OPUS-MT's models are, those trained here not."""
        return self.engine == "marian" and self.train is None

    def code(self, language: str, name: str) -> str:
        """The model's name for a language; one that it does not serve is an `InputError`."""
        if language not in self.languages:
            known = ", ".join(self.languages)
            raise InputError(f"translator '{name}': found the language '{language}', expected one of: {known}")
        return self.languages[language]


class Engine:
    """A loaded model for one language."""

    def __init__(self, folder: Path, settings: Settings, code: str) -> None:
        from transformers import AutoModelForSeq2SeqLM

        check_files(folder, settings.engine)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.settings, self.prefix, self.forced = settings, "", None
        self.normalise = _normaliser() if settings.normalises else str
        self.tokenizer = _tokenizer(folder, settings.engine)
        model, _ = load_model(AutoModelForSeq2SeqLM, folder, load_config(folder), whole=True)
        self.model: Any = model.to(device)
        self.model.eval()
        if settings.engine == "marian":
            self.prefix = f"{code} " if code else ""
            self._known(code)
        elif settings.engine == "nllb":
            self.forced = self._known(code)
        else:
            self.forced = self.tokenizer.get_lang_id(code) if code in self.tokenizer.lang_code_to_token else None
            if self.forced is None:
                raise InputError(f"{folder}: the model knows no language '{code}'")
        self.odd: Counter[str] = Counter()

    def _known(self, code: str) -> int:
        found = int(self.tokenizer.convert_tokens_to_ids(code)) if code else 0
        if code and found == self.tokenizer.unk_token_id:
            raise InputError(f"{self.tokenizer.name_or_path}: the vocabulary has no language token '{code}'")
        return found

    def length(self, text: str) -> int:
        """How many tokens the model reads of a text."""
        return len(self.tokenizer(self._read(text))["input_ids"])

    def _read(self, text: str) -> str:
        """The text as the model is to read it."""
        return self.prefix + self.normalise(text)

    def translate(self, texts: Sequence[str], beam: int) -> list[str]:
        """One batch."""
        batch = self.tokenizer([self._read(text) for text in texts], return_tensors="pt", padding=True)
        forced = {} if self.forced is None else {"forced_bos_token_id": self.forced}
        limit = min(self.settings.max_length, 2 * batch["input_ids"].shape[1] + 16)
        with torch.inference_mode():
            ids = self.model.generate(
                **batch.to(self.model.device), num_beams=beam, do_sample=False, max_length=None,
                max_new_tokens=limit, **forced,
            )  # fmt: skip
        begin = 1 if self.forced is None else 2  # after the start and the language: not every tokenizer skips that one
        return [text.strip() for text in self.tokenizer.batch_decode(ids[:, begin:], skip_special_tokens=True)]


def _tokenizer(folder: Path, engine: str) -> Any:
    from transformers import M2M100Tokenizer, MarianTokenizer, NllbTokenizer

    kinds = {"marian": (MarianTokenizer, {}), "nllb": (NllbTokenizer, {"src_lang": "eng_Latn"}),
             "m2m100": (M2M100Tokenizer, {"src_lang": "en"})}  # fmt: skip
    kind, arguments = kinds[engine]
    return load_tokenizer_of(kind, folder, **arguments)


def _normaliser() -> Callable[[str], str]:
    """What OPUS-MT's training text went through before SentencePiece, by the Python port of the Moses scripts.

    official: Helsinki-NLP/OPUS-MT-train lib/preprocess.mk (%.norm): replace-unicode-punctuation.perl,
    remove-non-printing-char.perl (to blanks; the port would glue words together), normalize-punctuation.perl in its
    English default. `MarianTokenizer` makes a normaliser of its own and never calls it (transformers 5.23)."""
    from sacremoses import MosesPunctNormalizer

    moses = MosesPunctNormalizer(lang="en", pre_replace_unicode_punct=True, perl_parity=True)

    def normalise(text: str) -> str:
        printed = "".join(" " if category(character)[0] == "C" else character for character in text)
        return str(moses.normalize(printed))

    return normalise


def translate_all(engine: Engine, sentences: Sequence[str], state: Path, title: str) -> dict[str, str]:
    """Every sentence's translation. Finished chunks are kept in `state`, from which an interrupted run goes on."""
    from tqdm import tqdm

    pieces = {sentence: _pieces(engine, sentence) for sentence in sentences}
    every = {piece: length for found in pieces.values() for piece, length, _ in found if _letters(piece)}
    order = sorted(every, key=lambda piece: (-every[piece], piece))
    size = engine.settings.batch
    batches = [order[at : at + size] for at in range(0, len(order), size)]
    folder = state / _digest(order)
    known: dict[str, str] = {}
    with tqdm(total=len(order), desc=title, ncols=100, mininterval=2) as progress:
        for number, at in enumerate(range(0, len(batches), CHUNK)):
            file, chunk = folder / f"{number:06}.json", batches[at : at + CHUNK]
            translated = kept(file, [len(batch) for batch in chunk])
            if translated is None:
                translated = [_batch(engine, batch) for batch in chunk]
                write_json(file, translated)
            for batch, done in zip(chunk, translated, strict=True):
                known.update(zip(batch, done, strict=True))
                progress.update(len(batch))
    engine.odd["sentences"] = len(pieces)
    engine.odd["sentences_without_letters"] = sum(not _letters(sentence) for sentence in pieces)
    engine.odd["sentences_cut_for_length"] = sum(len(found) > 1 for found in pieces.values())
    if inside := sum(any(not joint for _, _, joint in found[1:]) for found in pieces.values()):
        engine.odd["sentences_cut_inside_a_word"] = inside
    engine.odd["sentences_far_too_long"] = sum(len(known[piece]) > 3 * len(piece) + 20 for piece in order)  # it rambles
    engine.odd["sentences_left_in_english"] = sum(not known[piece] for piece in order)
    return {sentence: _joined(found, known) for sentence, found in pieces.items()}


def _joined(found: Sequence[Piece], known: Mapping[str, str]) -> str:
    first, *others = [(joint, known.get(piece) or piece) for piece, _, joint in found]
    return first[1] + "".join(joint + said for joint, said in others)


def kept(file: Path, sizes: Sequence[int]) -> list[list[str]] | None:
    """The translations of a finished chunk, whose batches have these sizes; None where there are none.

    A damaged file is made anew, with one line."""
    if not os.path.lexists(file):
        return None
    try:
        found = read_json(file)
        whole = all(type(batch) is list and all(type(one) is str for one in batch) for batch in found)
        if whole and [len(batch) for batch in found] == list(sizes):
            return list(found)
        reason = "found other translations than were saved"
    except (InputError, TypeError) as error:
        reason = str(error)
    print(f"warning: {file} is damaged: {reason}; its sentences are translated again", flush=True)
    return None


def forget(state: Path) -> None:
    """Remove the kept chunks once the stage's outputs are written."""
    discard(state)


def _batch(engine: Engine, batch: Sequence[str]) -> list[str]:
    """A batch's translations; what came out empty is tried once more with a beam, and may stay empty."""
    done = engine.translate(batch, engine.settings.beam)
    again = [i for i, text in enumerate(done) if not text]
    if again and engine.settings.beam < RETRY_BEAM:
        for i, text in zip(again, engine.translate([batch[i] for i in again], RETRY_BEAM), strict=True):
            done[i] = text
    return done


def _pieces(engine: Engine, sentence: str, joint: str = " ") -> list[Piece]:
    """The sentence with its length and what joins it to the one before; one of too many tokens is cut in two, and so
    on."""
    length = engine.length(sentence) if _letters(sentence) else 0
    if length <= engine.settings.max_length or len(sentence) < 2:
        return [(sentence, length, joint)]
    left, right, between = halves(sentence)
    return [*_pieces(engine, left, joint), *_pieces(engine, right, between)]


def _letters(text: str) -> bool:
    """Whether there is anything to translate: numbers and marks stay as they are."""
    return any(character.isalpha() for character in text)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:24]
