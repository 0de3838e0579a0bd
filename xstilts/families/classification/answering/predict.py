"""Predictions of a fine-tuned classification model."""

from functools import partial

from xstilts.families.answering import TrainedSystem
from xstilts.families.classification.answering import decode
from xstilts.families.classification.learning import encode, head

System = partial(TrainedSystem, encode=encode, head=head, decode=decode)
