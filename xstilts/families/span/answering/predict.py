"""Predictions of a fine-tuned span model."""

from functools import partial

from xstilts.families.answering import TrainedSystem
from xstilts.families.span.answering import decode
from xstilts.families.span.learning import encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
