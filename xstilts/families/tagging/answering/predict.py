"""Predictions of a fine-tuned tagging model."""

from functools import partial

from xstilts.families.answering import TrainedSystem
from xstilts.families.tagging.answering import decode
from xstilts.families.tagging.learning import encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
