"""`diacritics`: marks above and below letters are left out, as people do who have no keys for them."""

from __future__ import annotations

from unicodedata import normalize

import regex

from xstilts.conditions.units import Unit

# In other scripts such marks are vowels or other letters: without them it would be another word. So it is in Cyrillic,
# but for the dots of ё and for stress. In Arabic and Hebrew they are the vowel points, which most texts do not have.
_MARKS = regex.compile(
    r"(?<=^[\p{Latin}\p{Greek}]\p{M}*)\p{Mn}"
    r"|(?<=^\p{Cyrillic}\p{M}*)[\u0300\u0301]|(?<=^[еЕ]\p{M}*)\u0308"
    r"|(?<=^\p{Arabic}\p{M}*)[\u0610-\u061a\u064b-\u0652\u0670\u06d6-\u06ed]"
    r"|(?<=^\p{Hebrew}\p{M}*)\p{Mn}"
)


def diacritics(unit: Unit) -> str:
    """The unit without the marks of its letters."""
    return "".join(map(_bare, unit.clusters))


def _bare(cluster: str) -> str:
    bare, gone = _MARKS.subn("", normalize("NFD", cluster))
    return normalize("NFC", bare) if gone else cluster
