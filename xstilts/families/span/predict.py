"""Predictions of a fine-tuned span model."""

from functools import partial

from xstilts.families.answering import TrainedSystem
from xstilts.families.span import decode, encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
