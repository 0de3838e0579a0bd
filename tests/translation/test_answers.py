"""Finding an answer again in a translated passage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.translation.answers import bare, locate, mark, marked, quoted

LEO = "Am Freitag hat Leo im Garten den roten Ball gefunden."


def test_marks() -> None:
    text = "Leo found the red ball."
    assert mark(text, 10, 22) == 'Leo found "the red ball".'
    assert not quoted(text) and quoted("the so-called „Ball“")


@pytest.mark.parametrize(
    ("translation", "inside"),
    [
        ('Leo hat "den roten Ball" gefunden.', "den roten Ball"),
        ("Leo hat „den roten Ball“ gefunden.", "den roten Ball"),
        ("Léo a trouvé « le ballon rouge ».", "le ballon rouge"),
        ("利奥在花园里找到了“红色的球”。", "红色的球"),
        ("Leo hat den roten Ball gefunden.", ""),  # the marks were lost
        ('Leo hat "den "roten" Ball" gefunden.', ""),  # more than one pair says nothing
        ('Leo hat "den roten Ball gefunden.', ""),
    ],
)
def test_what_stands_between_the_marks(translation: str, inside: str) -> None:
    assert marked(translation) == inside


@pytest.mark.parametrize(
    ("answer", "english", "expected"),
    [(" Berlin. ", "Berlin", "Berlin"), ("Berlin,", "Berlin", "Berlin"), ("den U.S.", "the U.S.", "den U.S.")],
)
def test_marks_at_the_edges_of_an_answer(answer: str, english: str, expected: str) -> None:
    assert bare(answer, english) == expected


@pytest.mark.parametrize(
    ("inside", "own", "expected"),
    [
        ("den roten Ball", "der rote Ball", ("marked", LEO.index("den"), "den roten Ball")),
        ("", "Garten", ("own", LEO.index("Garten"), "Garten")),
        ("ein Haus", "Garten", ("own", LEO.index("Garten"), "Garten")),
        ("der rote Ball", "", ("similar", LEO.index("den roten"), "den roten Ball")),
        ("", "roter Ball", ("similar", LEO.index("roten Ball"), "roten Ball")),
        ("ein Haus", "das Haus", None),
        ("", "", None),
    ],
)
def test_ways_of_finding(inside: str, own: str, expected: tuple[str, int, str] | None) -> None:
    assert locate(LEO, inside, own, 0.7) == expected


def test_the_nearest_of_several() -> None:
    text = "Leo sah Anna und Anna sah Leo."
    assert locate(text, "Leo", "", 0.1) == ("marked", 0, "Leo")
    assert locate(text, "Leo", "", 0.9) == ("marked", text.rindex("Leo"), "Leo")


def test_a_whole_word_before_the_end_of_another() -> None:
    text = "Im Schneeball lag ein Ball."
    assert locate(text.lower(), "ball", "", 0.3) == ("marked", text.lower().index(" ball") + 1, "ball")
    assert locate("Berlin'de top buldu.", "Berlin", "", 0.1) == ("marked", 0, "Berlin")


def test_without_blanks_between_words() -> None:
    text = "利奥星期五在花园里找到了一个红色的球。"
    assert locate(text, "一个红的球", "", 0.9) == ("similar", text.index("一个"), "一个红色的球")


WORDS = st.lists(st.sampled_from(["Leo", "Ball", "rot", "ein", "Ça", "球", "x", "Straße.", "—"]), max_size=8)


@given(WORDS, WORDS, WORDS, st.floats(0, 1))
def test_what_is_found_stands_there(text: list[str], inside: list[str], own: list[str], place: float) -> None:
    plain = " ".join(text)
    found = locate(plain, " ".join(inside), " ".join(own), place)
    if found:
        _, start, answer = found
        assert answer and plain[start : start + len(answer)] == answer
    elif inside and text:
        assert " ".join(inside) not in plain
