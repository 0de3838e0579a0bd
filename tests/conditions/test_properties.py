"""What holds for every perturbation, in every language and family: gold stays, noise repeats, counts are true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conditions.made_up import LINES, Row, sets
from xstilts.conditions.apply import Conditioned, apply
from xstilts.conditions.distractor import _longer
from xstilts.conditions.layouts import LANGUAGES, neighbours
from xstilts.conditions.letters import lower
from xstilts.conditions.texts import texts
from xstilts.conditions.units import clusters
from xstilts.params.conditions import WAYS, names

GOLD = ("id", "label", "tags", "starts", "answers", "choices", "candidate", "gold", "side")
LEVELS = st.sampled_from([0.05, 0.1, 0.2, 0.4, 1])
SETS = sets()
Given = tuple[str, str, list[Row]]
QUICK = settings(max_examples=40, deadline=None)
WHOLE = ("distractor", "code-mix-texts")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Tables of every language: each word of its line with a misspelling of it, and with another word."""
    folder = tmp_path_factory.mktemp("tables")
    for language, line in LINES.items():
        words = [word for word in regex.findall(r"[\p{L}\p{M}]+", line) if len(word) > 3]
        misspelt = "".join(f"{word} {word[:2]}{word[1:]} {line.split()[0]}\n" for word in words)
        (folder / f"{language}.natural").write_text(misspelt, encoding="utf-8")
        (folder / f"{language}.txt").write_text("".join(f"{word} WORD\n" for word in words), encoding="utf-8")
    return {"natural": folder, "code-mix": folder}


def check(name: str, made: Given, level: float, files: dict[str, Path] | None = None, **more: Any) -> Conditioned:
    """Apply a perturbation, and look at everything that holds for each of them."""
    family, language, rows = made
    before = [dict(row) for row in rows]
    found = apply(rows, family, language, f"{name}-{level:g}", files, **more)
    assert rows == before, "the rows that were given are changed"
    assert found == apply(rows, family, language, f"{name}-{level:.2f}", files, **more)
    assert len(found.rows) == len(rows)
    for old, new in zip(rows, found.rows):
        assert list(new) == list(old)
        for column in GOLD:
            assert new.get(column) == old.get(column)
        if family == "span":
            for start, answer in zip(new["starts"], new["answers"]):
                assert new["context"][start : start + len(answer)] == answer
        if family == "tagging":
            assert len(new["words"]) == len(new["tags"])
            assert all(word.strip() for word in new["words"])
        if old.get("side") == "english":
            assert new == old
        for one, other in zip(texts(old, family), texts(new, family), strict=True):
            assert bool(one.strip()) == bool(other.strip())
    counts = found.counts
    assert counts["rows"] == len(rows)
    assert counts["rows_changed"] == sum(old != new for old, new in zip(rows, found.rows))
    assert counts["rows_changed"] + counts["rows_refused"] <= counts["rows"]
    if name not in WHOLE:
        assert counts["words_changed"] <= counts["words_able"] <= counts["words"]
        assert counts["rows_changed"] <= counts["words_changed"]
        assert bool(counts["rows_changed"]) == bool(counts["words_changed"])
        assert level < 1 or counts["words_changed"] == counts["words_able"]
    none = apply(rows, family, language, f"{name}-0", files, **more)
    assert none.rows == rows
    assert none.counts["rows_changed"] == none.counts["words_changed"] == 0
    return found


def changes(made: Given, found: Conditioned) -> Iterator[tuple[str, str]]:
    """Every text that may be changed, before and after."""
    for old, new in zip(made[2], found.rows):
        yield from zip(texts(old, made[0]), texts(new, made[0]))


def numbers(text: str) -> list[str]:
    return [word for word in regex.findall(r"[\p{L}\p{M}\p{N}]+", text) if regex.search(r"\p{N}", word)]


@QUICK
@given(SETS, LEVELS)
def test_swap(made: Given, level: float) -> None:
    for old, new in changes(made, check("swap", made, level)):
        assert Counter(new) == Counter(old)
        assert numbers(new) == numbers(old)


@QUICK
@given(SETS, LEVELS)
def test_drop(made: Given, level: float) -> None:
    found = check("drop", made, level)
    gone = 0
    for old, new in changes(made, found):
        lost = Counter(old)
        lost.subtract(new)
        assert min(lost.values()) >= 0
        assert numbers(new) == numbers(old)
        gone += len(clusters(old)) - len(clusters(new))
    assert gone == found.counts["words_changed"]


@QUICK
@given(SETS, LEVELS)
def test_double(made: Given, level: float) -> None:
    found = check("double", made, level)
    more = 0
    for old, new in changes(made, found):
        assert {*new} == {*old}
        assert numbers(new) == numbers(old)
        more += len(clusters(new)) - len(clusters(old))
    assert more == found.counts["words_changed"]


@QUICK
@given(SETS, LEVELS)
def test_insert(made: Given, level: float) -> None:
    found = check("insert", made, level)
    more = 0
    for old, new in changes(made, found):
        assert numbers(new) == numbers(old)
        more += len(clusters(new)) - len(clusters(old))
    assert more == found.counts["words_changed"]
    for row, noisy in zip(made[2], found.rows):
        assert {*"".join(texts(noisy, made[0]))} <= {*"".join(texts(row, made[0]))}, "a letter of nowhere"


@QUICK
@given(SETS, LEVELS)
def test_keyboard(made: Given, level: float) -> None:
    found = check("keyboard", made, level)
    keys, wrong = neighbours(made[1]), 0
    for old, new in changes(made, found):
        assert len(clusters(old)) == len(clusters(new))
        for one, other in zip(clusters(old), clusters(new)):
            if one != other:
                wrong += 1
                assert lower(other[0], made[1]) in keys[lower(one[0], made[1])]
                assert one[1:] == other[1:]
                assert one[0].isupper() == other[0].isupper()
    assert wrong == found.counts["words_changed"]
    assert made[1] in LANGUAGES or not wrong


@pytest.mark.parametrize("name", ["case", *(f"case-{way}" for way in WAYS["case"])])
@QUICK
@given(SETS, LEVELS)
def test_case(name: str, made: Given, level: float) -> None:
    found = check(name, made, level)
    for old, new in changes(made, found):
        same = [normalize("NFKC", side).casefold().replace("i\u0307", "i").replace("ı", "i") for side in (old, new)]
        assert same[0] == same[1]
    for row in made[2]:
        if "O" in row.get("tags", ()):
            assert found.counts["rows_changed"] <= len(made[2]) - found.counts["rows_refused"]
            assert row in found.rows


@QUICK
@given(SETS, LEVELS)
def test_diacritics(made: Given, level: float) -> None:
    found = check("diacritics", made, level)
    for old, new in changes(made, found):
        bare = [regex.sub(r"\p{Mn}", "", normalize("NFD", side)) for side in (old, new)]
        assert bare[0] == bare[1]
    if made[1] in ("zh", "ja", "ko", "th", "hi", "bn", "ta", "te", "my", "ka"):
        assert all({*old} ^ {*new} <= {*"ééе"} for old, new in changes(made, found))


@pytest.mark.parametrize("name", ["punctuation", "punctuation-drop", "punctuation-double"])
@QUICK
@given(SETS, LEVELS)
def test_punctuation(name: str, made: Given, level: float) -> None:
    found = check(name, made, level)
    for old, new in changes(made, found):
        words = [regex.sub(r"\p{P}", "", side) for side in (old, new)]
        assert words[0] == words[1]
        assert old.count("2.5") == new.count("2.5")
        assert old.count("%") == new.count("%")


@pytest.mark.parametrize("name", ["spaces", "spaces-drop", "spaces-double"])
@QUICK
@given(SETS, LEVELS)
def test_spaces(name: str, made: Given, level: float) -> None:
    found = check(name, made, level)
    for old, new in changes(made, found):
        assert "".join(old.split()) == "".join(new.split())
        assert regex.findall(r"\p{N}(?:\.\p{N})?(?:\s+\p{N})?", old) == regex.findall(
            r"\p{N}(?:\.\p{N})?(?:\s+\p{N})?", new
        )


@pytest.mark.parametrize("name", ["unicode", *(f"unicode-{way}" for way in WAYS["unicode"])])
@QUICK
@given(SETS, LEVELS)
def test_unicode(name: str, made: Given, level: float) -> None:
    found = check(name, made, level)
    for old, new in changes(made, found):
        same = [normalize("NFKC", regex.sub("[\u200c\u200d]", "", side)) for side in (old, new)]
        assert same[0] == same[1]


@QUICK
@given(SETS, LEVELS)
def test_natural(files: dict[str, Path], made: Given, level: float) -> None:
    found = check("natural", made, level, files)
    _only_from_the_table(made, found, files["natural"] / f"{made[1]}.natural")


@QUICK
@given(SETS, LEVELS)
def test_code_mix(files: dict[str, Path], made: Given, level: float) -> None:
    found = check("code-mix", made, level, files)
    _only_from_the_table(made, found, files["code-mix"] / f"{made[1]}.txt")


def _only_from_the_table(made: Given, found: Conditioned, path: Path) -> None:
    entries = dict(line.split()[:2] for line in path.read_text(encoding="utf-8").splitlines())
    known = {word.lower() for word in entries}, {word.lower() for word in entries.values()}
    changed = 0
    for old, new in changes(made, found):
        words = [
            regex.findall(r"[\p{L}\p{M}\p{N}\u200c\u200d]+(?:['’\-][\p{L}\p{M}\p{N}\u200c\u200d]+)*", side)
            for side in (old, new)
        ]
        assert len(words[0]) == len(words[1])
        for one, other in zip(*words):
            if one != other:
                changed += 1
                assert one.lower() in known[0]
                assert other.lower() in known[1]
    assert changed == found.counts["words_changed"]
    for row, noisy in zip(made[2], found.rows):
        for tag, one, other in zip(row.get("tags", ()), row.get("words", ()), noisy.get("words", ())):
            assert tag != "B-PER" or one == other, "a name is changed"


@QUICK
@given(sets("classification", "span", "tagging"), LEVELS)
def test_code_mix_texts(made: Given, level: float) -> None:
    family, language, rows = made
    name = {"classification": "text_b", "span": "question"}.get(family, "")
    there = [{**row, name: f"other {row['id']}"} for row in rows] if name else rows
    more = {language: rows, "xx": there[1:], "yy": [{**row, "label": "no"} for row in there]}
    found = check("code-mix-texts", made, level, parallel=more)
    for old, new in zip(rows, found.rows):
        if new != old:
            assert new == {**old, name: f"other {old['id']}"}
    if family == "tagging":
        assert found.counts["rows_refused"] == len(rows)
    if family == "classification":
        assert found.counts["rows_refused"] == sum(not row["text_b"].strip() or row is rows[0] for row in rows)


_SEAM = {"id": "0", "context": "El gato EEEEEEEE gato", "question": "El", "starts": [16], "answers": [" g"]}
"""An answer with a space before it, which stands where a sentence is put behind the context."""


@QUICK
@given(sets("span", "classification"), st.sampled_from([1, 2]))
@example(
    (
        "span",
        "es",
        [_SEAM, {**_SEAM, "id": "1", "context": "aEE gato El El El El El 2.5", "starts": [0], "answers": ["a"]}],
    ),
    1,
)
def test_distractor(made: Given, level: float) -> None:
    family, _, rows = made
    long = (
        [{**row, "context": f"{row['context']}. {row['context']} {row['context']} {row['id']}."} for row in rows]
        if family == "span"
        else rows
    )
    made = (family, made[1], long)
    found = check("distractor", made, level)
    refused = 0
    for old, new in zip(long, found.rows):
        if family == "span":
            assert new["question"] == old["question"]
            assert new["context"].startswith(old["context"])
            added = new["context"][len(old["context"]) :]
            assert not any(answer.lower() in added.lower() for answer in old["answers"])
            others = [row["context"] for row in long if row["context"] != old["context"]]
            assert not added or level == 2 or any(added.strip() in other for other in others)
            refused += not added
    assert found.counts["rows_refused"] == (refused if family == "span" else len(rows))


@pytest.mark.parametrize(
    ("context", "sentence", "answer", "safe"),
    [
        ("El gato come", "gato negro.", " g", False),  # a blank before it
        ("我是。", "他来了。", "。他", False),  # half of it on either side
        ("他笑哈哈", "哈说。", "哈哈", False),  # over the one that was there
        ("x aa", "aa b.", "a a", False),
        ("ab", "c d.", "b C ", False),
        ("El gato come", "el perro.", "gato", True),
    ],
)
def test_an_answer_at_the_seam(context: str, sentence: str, answer: str, safe: bool) -> None:
    assert (_longer(context, sentence, [answer]) is not None) == safe


@QUICK
@given(SETS, st.sampled_from([0.5, 1]))
def test_option_order(made: Given, level: float) -> None:
    """Every option stands in another place, and the label with the right one; nothing else of a row changes."""
    family, language, rows = made
    rows = [{**row, "choices": [*row["choices"], "c", "d"]} for row in rows] if family == "choice" else rows
    found = apply(rows, family, language, f"option-order-{level:g}")
    for old, new in zip(rows, found.rows, strict=True):
        assert {**new, "choices": 0, "label": 0} == {**old, "choices": 0, "label": 0}
        if old != new:
            assert family == "choice" and new["label"] != old["label"]
            assert sorted(new["choices"]) == sorted(old["choices"])
            assert new["choices"][new["label"]] == old["choices"][old["label"]]
    assert found.counts["rows_refused"] == (0 if family == "choice" else len(rows))
    if family == "choice" and level == 1:
        assert found.counts["rows_changed"] == len(rows)


def test_options_take_every_turn_alike_often_and_the_same_one_again() -> None:
    rows = [{"id": str(n), "prompt": "p", "choices": list("abcde"), "label": n % 5} for n in range(2_000)]
    found = apply(rows, "choice", "en", "option-order-1").rows
    turns = Counter((old["label"] - new["label"]) % 5 for old, new in zip(rows, found))
    assert {*turns} == {1, 2, 3, 4} and all(abs(count - 500) < 80 for count in turns.values())
    assert apply(rows[7:9], "choice", "en", "option-order-1").rows == found[7:9]
    half = apply(rows, "choice", "en", "option-order-0.5").counts["rows_changed"]
    assert abs(half - 1_000) < 100
    same = [{"id": "0", "prompt": "p", "choices": ["a", "a"], "label": 1}]
    assert apply(same, "choice", "en", "option-order-1").counts["rows_refused"] == 1


def test_every_name_has_a_property_test() -> None:
    tested = {one.removeprefix("test_").replace("_", "-") for one in globals() if one.startswith("test_")}
    assert {*WAYS} <= tested
    assert {*names()} == {*WAYS, *(f"{name}-{way}" for name, ways in WAYS.items() for way in ways)}
