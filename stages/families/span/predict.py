"""Predictions of a fine-tuned span model."""

from functools import partial

from stages.common.answering import TrainedSystem
from stages.families.span import decode, encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
