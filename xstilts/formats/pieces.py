"""Pieces of words, as a decoder writes them: byte-pair encoding counted over the texts that it shall write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
FIRST = (PAD, END, UNKNOWN)  # ids 0, 1, 2


def language_token(language: str) -> str:
    """What a decoder reads first: the language that it is to write."""
    return f"<{language}>"


def pieces(texts: Iterable[str], languages: Sequence[str], size: int) -> tuple[str, ...]:
    """Special tokens, a token for each language, every character, and the most frequent pieces: at most `size` in all,
    but never fewer than the characters there are. The same texts give the same pieces on every machine.

    A piece that begins a word begins with `▁`."""
    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.trainers import BpeTrainer

    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = Metaspace()
    first = (*FIRST, *map(language_token, languages))
    trainer = BpeTrainer(vocab_size=max(1, size - len(first)), min_frequency=2, show_progress=False)
    tokenizer.train_from_iterator((" ".join(text.split()) for text in texts), trainer)
    vocabulary = tokenizer.get_vocab()
    return (*first, *sorted(vocabulary, key=vocabulary.__getitem__))
