"""A question and one of its options as a text for a masked language model, and which tokens are the option's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.encoders.facts import frame
from xstilts.encoders.lengths import check_texts

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class Asked:
    """A text as token ids with the special ones around it; `places` are those of the option's tokens."""

    ids: list[int]
    places: range
    cut: bool
    """Whether the question lost its beginning, or the option its end."""


def asked(tokenizer: Tokenizer, prompt: str, option: str, max_length: int) -> Asked:
    """`<s> question option </s>`. A long question loses its beginning, an option that does not fit alone its end."""
    check_texts("max_length", max_length, tokenizer, 1)
    around = frame(tokenizer, 1)
    found = tokenizer.encode(f"{prompt} {option}" if prompt else option, add_special_tokens=False)
    begin = len(prompt) + 1 if prompt else 0
    # A piece that holds the blank before the option, and no letter of the question, is the option's.
    first = next((at for at, (_, end) in enumerate(found.offsets) if end > begin), len(found.ids))
    before, own = found.ids[:first], found.ids[first:]
    room = max_length - around.size
    kept = own[:room]
    left = before[max(0, len(before) - (room - len(kept))) :] if room > len(kept) else []
    start = len(around.before) + len(left)
    ids = [*around.before, *left, *kept, *around.after]
    return Asked(ids, range(start, start + len(kept)), len(left) + len(kept) < len(found.ids))
