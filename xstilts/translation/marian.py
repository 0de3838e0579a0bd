"""A small Marian translator from English, trained here and written exactly as a downloaded OPUS-MT folder is.

One model serves several languages: a token such as `>>deu<<` before the English text says which (opus-mt-en-mul)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from xstilts.encoders.batches import IGNORE, Example, inputs, pad, token_batches
from xstilts.errors import InputError
from xstilts.formats.text import read_lines
from xstilts.params import TranslatorTraining
from xstilts.records.files import write_json
from xstilts.seeding import Seeds

Texts = Mapping[str, Sequence[str]]  # language -> lines; line i says the same in all
END, UNKNOWN, PADDING = "</s>", "<unk>", "<pad>"  # ids 0, 1 and the last, as in OPUS-MT


def read_parallel(root: Path, languages: Sequence[str]) -> dict[str, list[str]]:
    """`<language>.txt` of English and of these languages; refused if one is missing or their lines do not align."""
    texts = {language: read_lines(root / f"{language}.txt") for language in ("en", *languages)}
    for language, lines in texts.items():
        if len(lines) != len(texts["en"]):
            raise InputError(
                f"{root}/{language}.txt: found {len(lines)} lines, expected {len(texts['en'])} as in en.txt"
            )
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                raise InputError(f"{root}/{language}.txt:{number}: found an empty line, expected a translation")
    return texts


def split(texts: Texts, held_out: int, seeds: Seeds) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """(training lines, held-out lines): what is held out in English is not trained on, however often it stands."""
    english = texts["en"]
    if held_out >= len(english):
        raise InputError(f"held_out: found {held_out}, expected fewer than the {len(english)} lines there are")
    chosen = {int(i) for i in seeds.numpy("held out").permutation(len(english))[:held_out]}
    said = {english[i] for i in chosen}
    training = [i for i, line in enumerate(english) if line not in said]
    kept = sorted(chosen)
    return (
        {language: [lines[i] for i in training] for language, lines in texts.items()},
        {language: [lines[i] for i in kept] for language, lines in texts.items()},
    )


class Vocabulary:
    """Two SentencePiece models, for English and for the other languages, and one list of ids for both."""

    def __init__(self, texts: Texts, size: int, codes: Sequence[str]) -> None:
        others = [line for language, lines in texts.items() if language != "en" for line in lines]
        self.models = {"source.spm": _pieces(texts["en"], size), "target.spm": _pieces(others, size)}
        self.source, self.target = (SentencePieceProcessor(model_proto=model) for model in self.models.values())
        both = [processor.id_to_piece(i) for processor in (self.source, self.target)
                for i in range(1, processor.get_piece_size())]  # fmt: skip
        names = [END, UNKNOWN, *dict.fromkeys(both), *filter(None, dict.fromkeys(codes)), PADDING]
        self.ids = {name: i for i, name in enumerate(names)}

    def encode(self, processor: SentencePieceProcessor, lines: Sequence[str], code: str = "") -> list[list[int]]:
        """The ids of lines, as `MarianTokenizer` gives them (but that one takes a hundred times as long)."""
        before = [self.ids[code]] if code else []
        unknown, end = self.ids[UNKNOWN], self.ids[END]
        encoded = processor.encode(list(lines), out_type=str)
        return [[*before, *(self.ids.get(piece, unknown) for piece in pieces), end] for pieces in encoded]

    def save(self, folder: Path, max_length: int) -> None:
        """The tokenizer's files under the names that `MarianTokenizer` looks for."""
        for name, model in self.models.items():
            (folder / name).write_bytes(model)
        write_json(folder / "vocab.json", self.ids)
        write_json(folder / "tokenizer_config.json", {"tokenizer_class": "MarianTokenizer", "source_lang": "en",
                                                      "model_max_length": max_length})  # fmt: skip


def _pieces(lines: Sequence[str], size: int) -> bytes:
    """A SentencePiece model; byte-pair encoding counts running text, so that a small world's words are pieces.

    Repeatable: one thread."""
    model = io.BytesIO()
    try:
        # Not from a file: the model would keep its path, and no two would be the same.
        SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, vocab_size=size, model_type="bpe", num_threads=1,
            character_coverage=0.9999, minloglevel=2, input_sentence_size=0, max_sentence_length=1 << 20,
            unk_id=0, bos_id=-1, eos_id=-1, pad_id=-1, hard_vocab_limit=False,
        )  # fmt: skip
    except RuntimeError as error:
        reason = " ".join(str(error).split("] ")[-1].split())
        raise InputError(f"vocabulary: found {size}, which SentencePiece refuses: {reason}") from None
    return model.getvalue()


def new(training: TranslatorTraining, vocabulary: Vocabulary, max_length: int, seeds: Seeds) -> Any:
    """A `MarianMTModel` with random weights, set up as OPUS-MT's are."""
    from transformers import MarianConfig, MarianMTModel

    padding, end = vocabulary.ids[PADDING], vocabulary.ids[END]
    config = MarianConfig(
        vocab_size=len(vocabulary.ids), d_model=training.hidden, max_position_embeddings=max_length,
        encoder_layers=training.layers, decoder_layers=training.layers,
        encoder_attention_heads=training.heads, decoder_attention_heads=training.heads,
        encoder_ffn_dim=2 * training.hidden, decoder_ffn_dim=2 * training.hidden,
        activation_function="swish", dropout=training.dropout, scale_embedding=True,
        pad_token_id=padding, eos_token_id=end, bos_token_id=end, decoder_start_token_id=padding,
        forced_eos_token_id=end,
    )  # fmt: skip
    torch.manual_seed(seeds.integer("weights"))
    model = MarianMTModel(config)
    model.generation_config.bad_words_ids = [[padding]]
    return model


def examples(texts: Texts, codes: Mapping[str, str], vocabulary: Vocabulary, max_length: int) -> list[Example]:
    """English lines with their translations; those longer than `max_length` tokens on a side are left out."""
    found = []
    for language, code in codes.items():
        source = vocabulary.encode(vocabulary.source, texts["en"], code)
        target = vocabulary.encode(vocabulary.target, texts[language])
        found += [Example(one, two) for one, two in zip(source, target) if max(len(one), len(two)) <= max_length]
    return found


def order(pairs: Sequence[Example], steps: int, tokens: int, seeds: Seeds) -> list[list[Example]]:
    """The pairs of each step: passes over all, each batch with at most `tokens` padded tokens on the longer side."""
    batches: list[list[Example]] = []
    while len(batches) < steps:
        rng = seeds.numpy("order", len(batches))
        drawn = [pairs[i] for i in rng.permutation(len(pairs))]
        cut = token_batches([max(len(pair.ids), len(pair.labels)) for pair in drawn], tokens)
        batches += [[drawn[i] for i in cut[number]] for number in rng.permutation(len(cut))]
    return batches[:steps]


def collate(pairs: Sequence[Example], padding: int) -> dict[str, torch.Tensor]:
    """The English ids with their mask, and the ids to be predicted."""
    return {**inputs([pair.ids for pair in pairs], padding), "labels": pad([pair.labels for pair in pairs], IGNORE)}


def loss(model: Any, batch: Mapping[str, torch.Tensor], padding: int) -> torch.Tensor:
    """Cross-entropy of the translation, summed over its tokens; the decoder begins with the padding token."""
    labels = batch["labels"]
    before = torch.cat([torch.full_like(labels[:, :1], padding), labels[:, :-1]], dim=1)
    decoder = before.masked_fill(before == IGNORE, padding)
    logits = model(
        input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], decoder_input_ids=decoder, use_cache=False
    ).logits
    summed: torch.Tensor = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORE, reduction="sum"
    )
    return summed
