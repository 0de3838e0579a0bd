"""Texts as a decoder writes them: ids of pieces, and back."""

from __future__ import annotations

from collections.abc import Sequence

from xstilts.errors import InputError
from xstilts.formats.pieces import END, FIRST, PAD, UNKNOWN, language_token

PADDING, STOP = FIRST.index(PAD), FIRST.index(END)
BLANK = "▁"  # before a piece that begins a word
LONGEST = 1_000  # characters of a word that are looked at


class Pieces:
    """The pieces of a decoder, by their ids. A word is cut into the longest pieces from the left."""

    def __init__(self, names: Sequence[str]) -> None:
        from tokenizers import Tokenizer
        from tokenizers.models import WordPiece
        from tokenizers.pre_tokenizers import Metaspace

        if tuple(names[: len(FIRST)]) != FIRST:
            raise InputError(f"found the pieces {', '.join(names[:3]) or 'none'}, expected first {', '.join(FIRST)}")
        self.names = list(names)
        self.ids = {name: number for number, name in enumerate(names)}
        model = WordPiece(
            self.ids, unk_token=UNKNOWN, continuing_subword_prefix="", max_input_chars_per_word=LONGEST
        )  # fmt: skip
        self.tokenizer = Tokenizer(model)
        self.tokenizer.pre_tokenizer = Metaspace()

    def language(self, code: str) -> int:
        """The id that asks for a language. Raises `InputError` for one that is not written here."""
        token = language_token(code)
        if token not in self.ids:
            known = [name[1:-1] for name in self.names[len(FIRST) :] if name[:1] == "<" and name[-1:] == ">"]
            raise InputError(f"found the language '{code}', expected one that is learnt: {', '.join(known)}")
        return self.ids[token]

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text, whose blanks count as one each. A word with an unknown character is one unknown."""
        encodings = self.tokenizer.encode_batch([" ".join(text.split()) for text in texts])
        return [list(encoding.ids) for encoding in encodings]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids, up to the first that ends it; tokens that are no text are left out."""
        written = list(ids)
        written = written[: written.index(STOP)] if STOP in written else written
        names = [self.names[number] for number in written]
        special = {*FIRST, *(name for name in names if len(name) > 1 and name[0] == "<" and name[-1] == ">")}
        return "".join(name for name in names if name not in special).replace(BLANK, " ").strip()
