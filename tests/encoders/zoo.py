"""A tiny model with random weights of every architecture, with a tokenizer of its kind over the scripts of XQuAD."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from xstilts.encoders import conversion
from xstilts.encoders.models import save_model
from xstilts.records.files import write_json

QUESTIONS = {  # language -> context, answer, question
    "en": ("The small cat sleeps in the old garden near the river.", "old garden", "Where does the cat sleep?"),
    "es": ("La niña compró 12 manzanas rojas en el mercado.", "12 manzanas", "¿Qué compró la niña?"),
    "de": ("Die Brücke über den Fluss wurde 1894 gebaut.", "1894", "Wann wurde die Brücke gebaut?"),
    "el": ("Η παλιά πόλη έχει τρία μεγάλα θέατρα.", "τρία μεγάλα", "Πόσα θέατρα έχει η πόλη;"),
    "ru": ("Учитель написал книгу о синем море.", "о синем море", "О чём книга?"),
    "tr": ("Küçük köyde iki güzel çeşme var.", "iki güzel çeşme", "Köyde ne var?"),
    "ar": ("بنى العمال جسرًا طويلًا فوق النهر.", "جسرًا طويلًا", "ماذا بنى العمال؟"),
    "vi": ("Người thợ làm một chiếc thuyền lớn ở bờ sông.", "chiếc thuyền lớn", "Người thợ làm gì?"),
    "th": ("เด็กชายปลูกต้นไม้ใหญ่ข้างบ้าน", "ต้นไม้ใหญ่", "เด็กชายปลูกอะไร"),
    "zh": ("老师在图书馆里写了三本书。", "三本书", "老师写了什么？"),
    "hi": ("किसान ने खेत में लाल फूल लगाए।", "लाल फूल", "किसान ने क्या लगाया?"),
}
"""A made-up context a language of XQuAD, with an answer in it and a question."""

TEXTS = [text for three in QUESTIONS.values() for text in three]
TINY = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
        "initializer_range": 0.3}  # fmt: skip
STILL = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}


def sentencepiece_model(file: Path, **settings: Any) -> None:
    """Train a Unigram model of sentencepiece."""
    import sentencepiece

    text = file.with_suffix(".txt")
    text.write_text("\n".join(TEXTS * 2) + "\n", encoding="utf-8")
    given = {"vocab_size": 420, "model_type": "unigram", "normalization_rule_name": "nmt_nfkc", "minloglevel": 2,
             "hard_vocab_limit": False, "character_coverage": 1.0, **settings}  # fmt: skip
    sentencepiece.SentencePieceTrainer.train(input=str(text), model_prefix=str(file.with_suffix("")), **given)


def converted(folder: Path, kind: str, name: str, settings: Mapping[str, Any], **training: Any) -> Tokenizer:
    """The tokenizer that the product makes of a vocabulary of sentencepiece."""
    sentencepiece_model(folder / "made.model", **training)
    (folder / "made.model").rename(folder / name)
    write_json(folder / "config.json", {"model_type": kind})
    write_json(folder / "tokenizer_config.json", settings)
    if kind == "deberta-v2":  # as mDeBERTa's
        import sentencepiece

        size = sentencepiece.SentencePieceProcessor(model_file=str(folder / name)).get_piece_size()
        write_json(folder / "added_tokens.json", {"[MASK]": size})
    return conversion.tokenizer(folder, name)


SQUARE = {"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3, "pad_piece": "[PAD]", "bos_piece": "[CLS]",
          "eos_piece": "[SEP]", "unk_piece": "[UNK]"}  # fmt: skip


def xlm_r(folder: Path) -> Tokenizer:
    return converted(folder, "xlm-roberta", "sentencepiece.bpe.model", {})


def deberta(folder: Path) -> Tokenizer:
    return converted(folder, "deberta-v2", "spm.model", {"do_lower_case": False}, **SQUARE)


def rembert(folder: Path) -> Tokenizer:
    return converted(folder, "rembert", "sentencepiece.model", {}, **SQUARE, control_symbols=["[MASK]"])


def mt5(folder: Path) -> Tokenizer:
    own = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1, "byte_fallback": True, "vocab_size": 700}
    return converted(folder, "mt5", "spiece.model", {"extra_ids": 0}, **own)


def wordpiece(folder: Path) -> Tokenizer:
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=500, special_tokens=special))
    made.decoder = decoders.WordPiece()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def gemma(folder: Path, end: bool = True) -> Tokenizer:
    """Gemma's: spaces are letters, and what is not in the vocabulary becomes its bytes (here Thai, Hindi, Chinese)."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    texts = [text for language, three in QUESTIONS.items() for text in three if language not in ("th", "hi", "zh")]
    first = Tokenizer(models.BPE())
    first.normalizer = normalizers.Replace(" ", "▁")
    first.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=[*special, *(f"<0x{n:02X}>" for n in range(256))])
    first.train_from_iterator(texts, trainer)
    learnt = json.loads(first.to_str())["model"]
    merges = [tuple(pair) for pair in learnt["merges"]]
    made = Tokenizer(
        models.BPE(vocab=learnt["vocab"], merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    made.normalizer = normalizers.Replace(" ", "▁")
    made.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    made.add_special_tokens(special)
    after = " <eos>" if end else ""
    made.post_processor = processors.TemplateProcessing(
        single=f"<bos> $A{after}",
        pair=f"<bos> $A{after} <bos>:1 $B:1{after and ' <eos>:1'}",
        special_tokens=[("<bos>", 2), ("<eos>", 1)],
    )
    return made


def gemma_without_end(folder: Path) -> Tokenizer:
    return gemma(folder, end=False)


def llama(folder: Path) -> Tokenizer:
    """Llama 3's: bytes, so that nothing is unknown. As EuroBERT's, it has no padding token of its own."""
    made = Tokenizer(models.BPE())
    words = Regex(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+")
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(words, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    special = ["<|begin_of_text|>", "<|end_of_text|>", "<|mask|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=480, special_tokens=special, initial_alphabet=alphabet)
    made.train_from_iterator(TEXTS, trainer)
    made.decoder = decoders.ByteLevel()
    template = processors.TemplateProcessing(
        single="<|begin_of_text|> $A <|end_of_text|>",
        pair="<|begin_of_text|> $A <|end_of_text|> $B:1 <|end_of_text|>:1",
        special_tokens=[(special[0], 0), (special[1], 1)],
    )
    made.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=True), template])
    return made


def _config(kind: str, size: int, pad: int, **more: Any) -> Any:
    from transformers import CONFIG_MAPPING

    return CONFIG_MAPPING[kind](vocab_size=size, pad_token_id=pad, **{**TINY, **more})


def _deberta(size: int) -> Any:
    return _config(
        "deberta-v2", size, 0, **STILL, type_vocab_size=0, relative_attention=True, position_buckets=16,
        norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type="p2c|c2p", position_biased_input=False,
        max_position_embeddings=96, pooler_dropout=0.0, pooler_hidden_size=16,
    )  # fmt: skip


def _modernbert(size: int) -> Any:
    return _config(
        "modernbert", size, 0, bos_token_id=2, eos_token_id=1, cls_token_id=2, sep_token_id=1, local_attention=8,
        max_position_embeddings=8192, classifier_pooling="mean", num_hidden_layers=3, initializer_cutoff_factor=2.0,
    )  # fmt: skip


def _mt5(size: int) -> Any:
    from transformers import MT5Config

    return MT5Config(
        vocab_size=size + 12, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2, dropout_rate=0.0,
        relative_attention_num_buckets=8, relative_attention_max_distance=32, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip


def _rembert(size: int) -> Any:
    return _config("rembert", size, 0, **STILL, input_embedding_size=12, output_embedding_size=12,
                   max_position_embeddings=96, type_vocab_size=2, classifier_dropout_prob=0.0)  # fmt: skip


def _eurobert(size: int) -> Any:
    return _config("eurobert", size, 1, bos_token_id=0, eos_token_id=1, mask_token_id=2, num_key_value_heads=1,
                   max_position_embeddings=8192, classifier_pooling="late")  # fmt: skip


def _bert(size: int, pad: int = 0) -> Any:
    return _config("bert", size, pad, **STILL, max_position_embeddings=96, type_vocab_size=2)


def _xlm_r(size: int) -> Any:
    return _config("xlm-roberta", size, 1, **STILL, max_position_embeddings=98, type_vocab_size=1, layer_norm_eps=1e-5)


ZOO: Mapping[str, tuple[Callable[[Path], Tokenizer], Callable[[int], Any]]] = {
    "XLM-R, XLM-V, Glot500": (xlm_r, _xlm_r),
    "mBERT": (wordpiece, _bert),
    "multilingual E5 small": (xlm_r, lambda size: _bert(size, 1)),
    "mDeBERTa-v3": (deberta, _deberta),
    "RemBERT": (rembert, _rembert),
    "mmBERT": (gemma, _modernbert),
    "mmBERT, `<bos>` alone": (gemma_without_end, _modernbert),
    "EuroBERT": (llama, _eurobert),
    "mT5's encoder": (mt5, _mt5),
}
"""Architecture -> what makes its tokenizer, and its configuration from the number of pieces."""


def make(name: str, folder: Path) -> Path:
    """A folder with the encoder and its tokenizer, as the stage `backbone` leaves it."""
    from xstilts.encoders.architecture import new_encoder, without_pooler

    own, configure = ZOO[name]
    folder.mkdir(parents=True)
    tokenizer = own(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = configure(tokenizer.get_vocab_size())
    torch.manual_seed(3)
    model = new_encoder(config, **without_pooler(config))
    save_model(model, folder, folder / "encoder", {"stage": "backbone"})
    return folder / "encoder"
