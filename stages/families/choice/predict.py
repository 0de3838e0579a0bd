"""Predictions of a fine-tuned choice model."""

from functools import partial

from stages.common.answering import TrainedSystem
from stages.families.choice import decode, encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
