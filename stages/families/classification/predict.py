"""Predictions of a fine-tuned classification model."""

from functools import partial

from stages.common.answering import TrainedSystem
from stages.families.classification import decode, encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
