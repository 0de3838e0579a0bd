"""Which of the two languages of a test set a text is in: a character-trigram Bayes classifier of its two sides.

It is made of the very set that is scored, so it needs no model and no download, and is the same everywhere. It tells
the language of the source from that of the target. It cannot tell any third language: such a text is taken for the one
it is more like. A text of names or numbers alone may be taken for either."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from unicodedata import combining, normalize

LENGTH = 3


class Sides:
    """The trigrams of the sources and of the references of one test set."""

    def __init__(self, sources: Sequence[str], references: Sequence[str]) -> None:
        both = [Counter(part for text in texts for part in trigrams(text)) for texts in (sources, references)]
        known = len({*both[0], *both[1]}) + 1
        self.counts = both
        self.totals = [counts.total() + known for counts in both]

    def is_source(self, text: str) -> bool:
        """Whether a text is more like the sources than like the references; one without letters is not."""
        lean = 0.0
        for part in trigrams(text):
            one, other = ((counts[part] + 1) / total for counts, total in zip(self.counts, self.totals, strict=True))
            lean += math.log(one / other)
        return lean > 0


def trigrams(text: str) -> list[str]:
    """The character trigrams of the words of a text, in small letters, with a blank on both sides of each word.

    Marks on letters are left out: Yoruba is written with all of its tones, with some, or with none."""
    bare = "".join(letter for letter in normalize("NFD", text.lower()) if not combining(letter))
    words = (f" {word} " for word in bare.split() if any(map(str.isalpha, word)))
    return [word[at : at + LENGTH] for word in words for at in range(max(1, len(word) - LENGTH + 1))]
