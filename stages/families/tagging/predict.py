"""Predictions of a fine-tuned tagging model."""

from functools import partial

from stages.common.answering import TrainedSystem
from stages.families.tagging import decode, encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
