"""Cutting English text into sentences: known cuts, and that nothing is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.translation.sentences import halves, split

CUTS = {
    "Anna slept. Tom did not.": ["Anna slept.", "Tom did not."],
    "Where? There! Fine.": ["Where?", "There!", "Fine."],
    "Dr. Weber met J. R. Smith in the U.S. army.": ["Dr. Weber met J. R. Smith in the U.S. army."],
    "It cost 3.5 million. In 1999 it closed.": ["It cost 3.5 million.", "In 1999 it closed."],
    'He said "Go." Then he left.': ['He said "Go."', "Then he left."],
    "So did I. Then we ate.": ["So did I.", "Then we ate."],
    "no capital. follows here": ["no capital. follows here"],
    "One line\nand another": ["One line", "and another"],
    "[header] How to cook [title] Buy rice. [step] Wash it.": ["How to cook", "Buy rice.", "Wash it."],
    " begins with a blank": ["begins with a blank"],
    "": [],
    "   ": [],
}


@pytest.mark.parametrize("text", CUTS)
def test_known_cuts(text: str) -> None:
    assert [part.text for part in split(text) if part.sentence] == CUTS[text]


def test_marks_of_hellaswag_are_copied() -> None:
    copied = [part.text for part in split("[header] How to cook [step] Wash it.") if not part.sentence]
    assert copied == ["[header]", " ", " ", "[step]", " "]


@given(st.text(alphabet=st.sampled_from(list('ab.AB!?" \n[]1')) | st.characters(), max_size=60))
def test_the_parts_joined_are_the_text(text: str) -> None:
    parts = split(text)
    assert "".join(part.text for part in parts) == text
    assert [part.start for part in parts] == [sum(len(p.text) for p in parts[:i]) for i in range(len(parts))]
    assert all(part.text.strip() == part.text != "" for part in parts if part.sentence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three four", ("one two", "three four", " ")),
        ("一句　话", ("一句", "话", " ")),
        ("a\u00a0b\u2003cd", ("a\u00a0b", "cd", " ")),
        ("http://a.b/cdef", ("http://", "a.b/cdef", "")),
        ("ab", ("a", "b", "")),
        (" a", (" ", "a", "")),
    ],
)
def test_halves(text: str, expected: tuple[str, str, str]) -> None:
    """At a blank, else at any white space, else anywhere, the nearest to the middle."""
    assert halves(text) == expected


@given(st.text(min_size=2, max_size=40))
def test_halves_lose_nothing_but_white_space(text: str) -> None:
    left, right, joint = halves(text)
    assert left and right and len(left) + len(right) + len(joint) == len(text)
    assert text.startswith(left) and text.endswith(right)
