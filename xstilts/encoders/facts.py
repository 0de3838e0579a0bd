"""What an encoder and its tokenizer say about themselves: nothing else assumes the conventions of one of them.

Special tokens and segments are those that the tokenizer puts there; positions, padding and the number of segments are
the model's. What a folder does not say, or says in two ways, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.records.files import read_json

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

# Architectures whose first position is the padding id + 1 (fairseq's way), not 0.
AFTER_PADDING = {
    "camembert", "data2vec-text", "ibert", "longformer", "luke", "mluke", "mpnet", "roberta", "roberta-prelayernorm",
    "xlm-roberta", "xlm-roberta-xl", "xmod",
}  # fmt: skip
# Encoder-decoders of which the encoder is taken. Their tokenizers put nothing before a text: its mean stands for it.
HALVES = {"mt5", "t5", "umt5"}
WIDTH = ("hidden_size", "dim", "emb_dim")  # names of the width of the states, and of the number of heads
DEPTH = ("num_hidden_layers", "num_layers", "n_layers")
HEADS = ("num_attention_heads", "n_heads")


@dataclass(frozen=True)
class Frame:
    """The special tokens that a tokenizer puts around one text (`between` is empty) or two, and the segments."""

    before: list[int]
    between: list[int]
    after: list[int]
    kinds: tuple[int, int, int, int, int]  # segment of: before, first text, between, second text, after

    @property
    def size(self) -> int:
        """How many special tokens there are."""
        return len(self.before) + len(self.between) + len(self.after)

    def segments(self, first: int, second: int = 0) -> list[int] | None:
        """The segment of every token around texts of so many tokens; None where all are 0."""
        sizes = (len(self.before), first, len(self.between), second, len(self.after))
        found = [kind for kind, size in zip(self.kinds, sizes, strict=True) for _ in range(size)]
        return found if any(found) else None


def frame(tokenizer: Tokenizer, texts: int) -> Frame:
    """What the tokenizer puts around one text or around two."""
    found = tokenizer.encode("a", "a" if texts == 2 else None)
    owners, kinds = found.sequence_ids, found.type_ids
    places = [[at for at, owner in enumerate(owners) if owner == text] for text in range(texts)]
    if not all(places):
        raise InputError(
            f"tokenizer.json: found {found.tokens} for {texts} text(s) 'a', expected a token for each text"
        )
    first, last, end = places[0][0], places[-1][-1], len(owners)
    between = range(places[0][-1] + 1, places[-1][0])  # empty for one text
    return Frame(
        found.ids[:first], [found.ids[i] for i in between], found.ids[last + 1 :],
        (kinds[0], kinds[first], kinds[between[0]] if between else 0, kinds[last], kinds[-1] if last + 1 < end else 0),
    )  # fmt: skip


def segments(encoding: Encoding) -> list[int] | None:
    """The segment of every token of an encoding; None where all are 0, which is what a model takes if not told."""
    found: list[int] = encoding.type_ids
    return found if any(found) else None


def special(tokenizer: Tokenizer, word: str) -> int | None:
    """The id of the special token that is called `word` in some brackets, as `<mask>` or `[MASK]`; None without one."""
    found = [
        (number, token.content)
        for number, token in tokenizer.get_added_tokens_decoder().items()
        if "".join(filter(str.isalpha, token.content)).lower() == word
    ]
    return min(found)[0] if found else None


def unknown_id(tokenizer: Tokenizer) -> int:
    """The id that the tokenizer gives to what it does not know; an `InputError` if it has none.

    Where every byte has a token (EuroBERT) nothing is unknown: the mask stands for a word that has no tokens."""
    name = getattr(tokenizer.model, "unk_token", None)
    found = tokenizer.token_to_id(name) if name else None
    if found is None and type(tokenizer.model).__name__ == "Unigram":  # it does not tell: a noncharacter is in no text
        pieces = tokenizer.model.tokenize("\U0010ffff")
        found = pieces[0].id if len(pieces) == 1 else None
    for word in ("unk", "mask"):
        found = special(tokenizer, word) if found is None else found
    if found is None:
        raise InputError("tokenizer.json: found no unknown token, expected one such as <unk> or [UNK]")
    return int(found)


def mask_id(tokenizer: Tokenizer) -> int:
    """The id of the mask; an `InputError` if the tokenizer has none."""
    found = special(tokenizer, "mask")
    if found is None:
        vocabulary = tokenizer.get_vocab()
        found = next((vocabulary[name] for name in ("<mask>", "[MASK]") if name in vocabulary), None)
    if found is None:
        raise InputError("the tokenizer has no mask token; expected one such as: <mask>, [MASK]")
    return found


def padding_id(folder: Path, tokenizer: Tokenizer | None = None) -> int:
    """The id that inputs are filled up with: that of `config.json`, which has to be the tokenizer's.

    Where positions do not count from it, only the mask says what is padding; there the tokenizer's counts, for
    released encoders differ (multilingual-e5-small: 0, which is its tokenizer's <s>)."""
    file = folder / "config.json"
    config = read_json(file)
    found, counted = config.get("pad_token_id"), config.get("model_type") in AFTER_PADDING
    own = special(tokenizer, "pad") if tokenizer is not None else None if counted else _own_padding(folder)
    if isinstance(found, bool) or not isinstance(found, int) or found < 0 or (counted and own not in (None, found)):
        expected = "the id of the tokenizer's padding token" + ("" if own is None else f", {own}")
        raise InputError(f"{file}: pad_token_id: found {'none' if found is None else found}, expected {expected}")
    return found if own is None else own


def _own_padding(folder: Path) -> int | None:
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    return special(Tokenizer.from_file(str(file)), "pad") if file.is_file() else None


def check_config(folder: Path) -> dict[str, Any]:
    """The content of `config.json`; refused where its sizes do not fit one another."""
    file = folder / "config.json"
    config = read_json(file)
    if not isinstance(config, dict):
        raise InputError(f"{file}: found {type(config).__name__}, expected an object with the model's configuration")
    width, heads = _first(config, WIDTH), _first(config, HEADS)
    for name, value in (width, heads):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise InputError(f"{file}: {name}: found {value!r}, expected a whole number above 0")
    if width[1] and heads[1] and width[1] % heads[1] and not config.get("head_dim"):
        raise InputError(f"{file}: {heads[0]}: found {heads[1]}, expected a divisor of {width[0]}, which is {width[1]}")
    return config


def check_pair(folder: Path, tokenizer: Tokenizer) -> Tokenizer:
    """Refuse a tokenizer whose ids, padding or segments the model of the folder does not have, or that puts nothing
    before a text where the state of what stands there is the text's.

    Returns the tokenizer. One that tells segments apart where the model has no (or one) segment tells them no longer.
    """
    config, file = check_config(folder), folder / "tokenizer.json"
    size, highest = config.get("vocab_size"), max(tokenizer.get_vocab().values(), default=-1)
    if isinstance(size, int) and highest >= size:
        raise InputError(
            f"{file}: found the id {highest} ('{tokenizer.id_to_token(highest)}'), expected ids below {size}, the "
            "vocab_size of config.json"
        )
    padding_id(folder, tokenizer)
    if not frame(tokenizer, 1).before and config.get("model_type") not in HALVES:
        raise InputError(
            f"{file}: found {tokenizer.encode('a').tokens} for 'a', expected a special token before each text: "
            "its state stands for the text"
        )
    kinds = int(_said(config, "type_vocab_size") or 0)
    if kinds < 2:
        return without_segments(file, tokenizer)
    highest = max(frame(tokenizer, 2).kinds)
    if highest >= kinds:
        raise InputError(
            f"{file}: found the segment {highest}, expected segments below {kinds}, the type_vocab_size of config.json"
        )
    return tokenizer


def without_segments(file: Path, tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer with the segment 0 for every token (it is the same object where that is so already)."""
    if not any(tokenizer.encode("a", "a").type_ids):
        return tokenizer
    from tokenizers.processors import TemplateProcessing

    both, one = frame(tokenizer, 2), frame(tokenizer, 1)

    def names(ids: Sequence[int]) -> list[str]:
        return [f"{tokenizer.id_to_token(number)}:0" for number in ids]

    used = sorted({*both.before, *both.between, *both.after, *one.before, *one.after})
    tokenizer.post_processor = TemplateProcessing(
        single=[*names(one.before), "$A:0", *names(one.after)],
        pair=[*names(both.before), "$A:0", *names(both.between), "$B:0", *names(both.after)],
        special_tokens=[(tokenizer.id_to_token(number), number) for number in used],
    )
    if any(tokenizer.encode("a", "a").type_ids):
        raise InputError(f"{file}: found segments, which the model of config.json does not have")
    return tokenizer


def positions(folder: Path) -> int | None:
    """The tokens that the model can read at once; None where its configuration sets no limit."""
    config = read_json(folder / "config.json")
    found = _said(config, "max_position_embeddings")
    if not isinstance(found, int) or found < 1 or config.get("position_biased_input") is False:
        return None  # DeBERTa's positions are relative
    return found - padding_id(folder) - 1 if config.get("model_type") in AFTER_PADDING else found


def depth(folder: Path) -> int:
    """The layers of the model."""
    config = check_config(folder)
    found = next((config[name] for name in DEPTH if name in config), None) or _said(config, DEPTH[0])
    if isinstance(found, bool) or not isinstance(found, int):
        raise InputError(f"{folder / 'config.json'}: {DEPTH[0]}: found {found!r}, expected a whole number")
    return found


def _said(config: Mapping[str, Any], name: str) -> Any:
    """A value of `config.json`. What the file leaves out is as transformers has it for the architecture."""
    if name in config or "model_type" not in config:
        return config.get(name)
    from transformers import CONFIG_MAPPING

    kind = config["model_type"]
    return getattr(CONFIG_MAPPING[kind](), name, None) if kind in CONFIG_MAPPING else None


def _first(config: Mapping[str, Any], names: Sequence[str]) -> tuple[str, Any]:
    return next(((name, config[name]) for name in names if name in config), (names[0], None))
