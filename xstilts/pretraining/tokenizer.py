"""A SentencePiece Unigram vocabulary, saved as an XLM-R fast tokenizer (`tokenizer.json`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.decoders import Metaspace as MetaspaceDecoder
from tokenizers.models import Unigram

from xstilts import paths
from xstilts.records.places import place

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")  # XLM-R's order of ids; <mask> is the last id


def train(texts: Sequence[str], vocabulary: int, seed_pieces: bool) -> Tokenizer:
    """Train on `texts` (repeatable: one thread; the Unigram trainer of `tokenizers` is not) and convert.

    `seed_pieces`: give the trainer candidates counted over running text. Left alone it takes them from the list of
    *distinct* words, so that in a small world a word seen in one form only is never a piece (2.7 instead of 1.2
    tokens a word in the generated Hindi); in real text it makes little difference and takes minutes.
    """
    import sentencepiece

    with place(paths.BACKBONE) as folder:
        corpus, seeds, prefix = folder / "text", folder / "seeds", folder / "model"
        corpus.write_text("\n".join(texts) + "\n", encoding="utf-8")
        given = str(seeds) if seed_pieces else ""
        if seed_pieces:
            seeds.write_text(_substrings(texts), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(corpus), model_prefix=str(prefix), vocab_size=vocabulary - 2, model_type="unigram",
            num_threads=1, normalization_rule_name="nmt_nfkc", character_coverage=0.9995, minloglevel=2,
            input_sentence_size=0, max_sentence_length=1 << 20, seed_sentencepieces_file=given,
            unk_id=0, bos_id=1, eos_id=2, pad_id=-1, hard_vocab_limit=False,
        )  # fmt: skip
        processor = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model")
        charsmap = _charsmap(Path(f"{prefix}.model"))
    pieces = [(processor.id_to_piece(i), processor.get_score(i)) for i in range(3, processor.get_piece_size())]
    return _xlmr([*((token, 0.0) for token in SPECIALS), *pieces, ("<mask>", 0.0)], charsmap)


def _substrings(texts: Sequence[str], longest: int = 12, most: int = 200_000) -> str:
    """Candidate pieces with their counts over running text, one a line."""
    words = Counter(word for text in texts for word in text.split())
    counts: Counter[str] = Counter()
    for word, count in words.items():
        marked = f"▁{word}"
        for start in range(len(marked)):
            for end in range(start + 1, min(len(marked), start + longest) + 1):
                counts[marked[start:end]] += count
    kept = sorted(
        (item for item in counts.items() if len(item[0]) > 1), key=lambda item: (-item[1] * len(item[0]), item[0])
    )
    characters = sorted(item for item in counts.items() if len(item[0]) == 1)
    return "".join(f"{piece}\t{count}\n" for piece, count in characters + kept[:most])


def _charsmap(model: Path) -> bytes:
    """SentencePiece's normalisation table, stored in the model file."""
    from sentencepiece import sentencepiece_model_pb2 as protocol

    content = protocol.ModelProto()  # type: ignore[attr-defined]
    content.ParseFromString(model.read_bytes())
    return bytes(content.normalizer_spec.precompiled_charsmap)


def _xlmr(vocabulary: list[tuple[str, float]], charsmap: bytes) -> Tokenizer:
    """The parts of XLM-R's own tokenizer.json round this vocabulary."""
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=SPECIALS.index("<unk>")))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = MetaspaceDecoder()
    tokenizer.add_special_tokens([*SPECIALS, "<mask>"])
    ids = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ids
    )
    return tokenizer
