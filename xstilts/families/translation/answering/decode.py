"""From sources to translations: greedy or with a beam, in batches of a fixed size; nothing is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch

from xstilts.encoders.batches import Example, inputs_of
from xstilts.families.translation.learning.pieces import PADDING, STOP, Pieces

if TYPE_CHECKING:
    from xstilts.params import Decoding

SCHEMA = {"prediction": "str", "clean": "str"}


def decode(
    model: Any, pieces: Pieces, examples: Sequence[Example], pad_id: int, language: str, length: int, asked: Decoding
) -> list[str]:
    """The translation of each source into `language`, of at most `length` pieces, in the given order.

    Sources of similar length stand in one batch; each batch has `asked.batch` of them, but for the last."""
    order = sorted(range(len(examples)), key=lambda place: (examples[place].length, place))
    joined, begin = model.joined(), pieces.language(language)
    joined.eval()
    found = [""] * len(examples)
    with torch.inference_mode():
        for start in range(0, len(order), asked.batch):
            places = order[start : start + asked.batch]
            batch = inputs_of([examples[place] for place in places], pad_id)
            ids = joined.generate(
                **{name: tensor.to(joined.device) for name, tensor in batch.items()},
                num_beams=asked.beam, do_sample=False, max_length=None, max_new_tokens=length,
                decoder_start_token_id=begin, bos_token_id=None, eos_token_id=STOP, pad_token_id=PADDING,
            )  # fmt: skip
            for place, row in zip(places, ids[:, 1:].tolist(), strict=True):
                found[place] = pieces.decode(row)
    return found
