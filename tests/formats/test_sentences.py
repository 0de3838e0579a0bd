"""Sentences of English paragraphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.formats.sentences import sentence_breaks

# What `infer_sentence_breaks` of xtreme third_party/processors/sb_sed.py @838c13b gives for these, run apart. Of the
# 1,241 paragraphs of XQuAD-R in English and of a part of SQuAD both cut 1,240 alike (not one with "Washington, D.C.").
KNOWN = [
    ("One two. Three four! Five? Six", ["One two.", "Three four!", "Five?", "Six"]),
    ('He said "no." "Yes," she said.', ['He said "no."', '"Yes," she said.']),
    ("Mr. Smith met Dr. Who. Prof. X left.", ["Mr. Smith met Dr. Who.", "Prof. X left."]),
    (
        "J. R. R. Tolkien wrote. A. Smith read. B.B. King sang.",
        ["J. R. R. Tolkien wrote.", "A. Smith read.", "B.B. King sang."],
    ),
    (
        "It fell in Jan. 1900. It was cold, e.g. Ice was there.",
        ["It fell in Jan. 1900.", "It was cold, e.g. Ice was there."],
    ),
    (
        "The U.S. The army came. In the U.S. In May it left.",
        ["The U.S.", "The army came.", "In the U.S.", "In May it left."],
    ),
    ("Known.[1] Then more.[citation needed] Last", ["Known.[1]", "Then more.[citation needed]", "Last"]),
    (
        "See No. 5 and Art. IV now. Lived (b. 1900) there. Jones et al. (2005) say so.",
        ["See No. 5 and Art. IV now.", "Lived (b. 1900) there.", "Jones et al. (2005) say so."],
    ),
    ("At 5 p.m. Eastern it began. At 6 p.m. The end.", ["At 5 p.m. Eastern it began.", "At 6 p.m.", "The end."]),
    ("No break here.but here. (Yes) there.", ["No break here.but here.", "(Yes) there."]),
    ("Line one.\nLine two is H.R. 2000 long. 7 came.", ["Line one.", "Line two is H.R. 2000 long.", "7 came."]),
    ("  Blanks.   Around.  ", ["Blanks.", "Around."]),
]


@pytest.mark.parametrize(("text", "sentences"), KNOWN)
def test_known(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_breaks(text)] == sentences


@given(st.text(alphabet='AbCd.?! \n"()[]1DrThe', max_size=60))
def test_sentences_are_in_order_and_lose_blanks_alone(text: str) -> None:
    breaks = sentence_breaks(text)
    ends = [0, *(end for _, end in breaks)]
    assert all(before <= start < end for before, (start, end) in zip(ends, breaks))
    assert "".join("".join(text[start:end] for start, end in breaks).split()) == "".join(text.split())
