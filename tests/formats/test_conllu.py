"""XTREME's conversion of CoNLL-U, rule by rule (google-research/xtreme 838c13b, third_party/ud-conversion-tools)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.tasks.published import put
from tests.tasks.samples.words import conllu
from xstilts.formats.conllu import read_conllu
from xstilts.tasks import load

Part = tuple[str, str, str, int]


def convert(tmp_path: Path, text: str, language: str = "de") -> tuple[list[tuple[list[str], list[str]]], Counter[str]]:
    put(tmp_path / "a.conllu", text)
    odd: Counter[str] = Counter()
    return list(read_conllu(tmp_path / "a.conllu", language, load("udpos").labels, odd)), odd


def fused(*parts: Part) -> str:
    """The parts as one surface word XY, followed by the word `end`."""
    end = len(parts) + 1
    return conllu((f"1-{len(parts)}", "XY", "_", -1), *parts, (str(end), "end", "NOUN", 0))


def test_the_part_nearest_to_the_root_gives_its_tag(tmp_path: Path) -> None:
    text = fused(("1", "a", "VERB", 2), ("2", "b", "DET", 3))  # DET is nearer, though VERB stands first in the order
    assert convert(tmp_path, text)[0] == [(["XY", "end"], ["DET", "NOUN"])]


@pytest.mark.parametrize(
    ("language", "tags", "expected"),
    [
        ("de", ("DET", "ADP"), "ADP"),
        ("de", ("PUNCT", "X"), "X"),
        ("es", ("PRON", "VERB"), "VERB"),
        ("fr", ("DET", "ADP"), "ADP"),
        ("it", ("PRON", "ADV"), "ADV"),  # in the default order PRON stands before ADV
        ("de", ("ADV", "PRON"), "PRON"),
        ("de", ("NOUN", "NOUN"), "NOUN"),
    ],
)
def test_equal_depth_goes_by_the_language_order(
    language: str, tags: tuple[str, str], expected: str, tmp_path: Path
) -> None:
    text = fused(("1", "a", tags[0], 3), ("2", "b", tags[1], 3))
    sentences, odd = convert(tmp_path, text, language)
    assert sentences == [(["XY", "end"], [expected, "NOUN"])] and odd["ties_outside_order"] == 0


def test_a_tie_on_a_tag_outside_the_order_is_counted(tmp_path: Path) -> None:
    text = fused(("1", "a", "NUM", 3), ("2", "b", "DET", 3))
    sentences, odd = convert(tmp_path, text, "es")
    assert sentences[0][1][0] == "DET" and odd["ties_outside_order"] == 1


def test_heads_of_the_enhanced_graph_count(tmp_path: Path) -> None:
    # Part 2 hangs on the root, but its enhanced heads give it three ancestors; part 1 has two.
    lines = [
        "1-2\tXY\t_\t_\t_\t_\t_\t_\t_\t_",
        "1\ta\t_\tDET\t_\t_\t3\t_\t_\t_",
        "2\tb\t_\tVERB\t_\t_\t0\t_\t0:root|4:conj\t_",
        "3\tc\t_\tNOUN\t_\t_\t0\t_\t8.1:x\t_",
        "4\td\t_\tNOUN\t_\t_\t3\t_\t_\t_",
    ]
    assert convert(tmp_path, "\n".join(lines) + "\n")[0][0][1][0] == "DET"


def test_a_cycle_in_the_enhanced_graph_ends(tmp_path: Path) -> None:
    lines = [
        "1-2\tXY\t_\t_\t_\t_\t_\t_\t_\t_",
        "1\ta\t_\tDET\t_\t_\t2\t_\t2:x\t_",
        "2\tb\t_\tVERB\t_\t_\t0\t_\t0:root|1:y\t_",
    ]
    assert convert(tmp_path, "\n".join(lines) + "\n")[0] == [(["XY"], ["VERB"])]


@pytest.mark.parametrize(
    ("forms", "kept"), [("_", False), ("__", False), ("_a", False), ("aa", True), ("_aa", True), ("__a", False)]
)
def test_sentences_of_underscores_are_dropped_and_counted(forms: str, kept: bool, tmp_path: Path) -> None:
    words = [(str(number), form, "NOUN", 0) for number, form in enumerate(forms, start=1)]
    sentences, odd = convert(tmp_path, conllu(*words))
    assert bool(sentences) == kept and odd["dropped_sentences"] == (not kept)


def test_blanks_and_joiners_inside_a_word_go_and_other_characters_stay(tmp_path: Path) -> None:
    text = conllu(
        ("1", "10 000", "NUM", 0), ("2", "می\u200cشود", "VERB", 1), ("3", "a\u00a0b", "X", 1), ("4", "\u200c", "X", 1)
    )
    assert convert(tmp_path, text)[0][0][0] == ["10000", "میشود", "a\u00a0b", "\u200c"]


def test_empty_nodes_before_the_first_word_and_a_missing_last_line(tmp_path: Path) -> None:
    text = "# newdoc\n# text\n0.1\te\t_\tX\t_\t_\t_\t_\t0:root\t_\n1\ta\t_\tX\t_\t_\t0\t_\t0.1:x\t_"
    sentences, odd = convert(tmp_path, text)
    assert sentences == [(["a"], ["X"])] and odd["empty_nodes"] == 1
