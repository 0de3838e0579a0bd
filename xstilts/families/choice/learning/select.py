"""What chooses the checkpoint: accuracy on the English development set."""

from xstilts.families.classification.learning.select import chance, measure

__all__ = ["chance", "measure"]
