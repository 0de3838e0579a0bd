"""Predictions of a fine-tuned choice model."""

from functools import partial

from xstilts.families.answering import TrainedSystem
from xstilts.families.choice.answering import decode
from xstilts.families.choice.learning import encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
