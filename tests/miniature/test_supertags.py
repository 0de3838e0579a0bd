"""Generated CCG files: every sentence is derived from its categories by a parser that knows nothing of the grammar."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from xstilts.miniature.events import Draw, Event
from xstilts.miniature.plans import Line, told
from xstilts.miniature.world import World
from xstilts.miniature.write_supertags import Supertags, supertags
from xstilts.miniature.write_tags import any_line
from xstilts.seeding import Seeds
from xstilts.tasks import load

Category = str | tuple["Category", str, "Category"]  # an atom, or result, slash, argument

BUY = Event("act", "Anna", "buy", (("lamp", "red"),), place="market", day="monday")
BORN = Event("bear", "Anna Berger", "bear", place="Berlin", year=1970)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (told(BUY), r"N (S[dcl]\NP)/NP NP[nb]/N N/N N ((S\NP)\(S\NP))/NP NP[nb]/N N ((S\NP)\(S\NP))/NP N ."),
        (told(BUY.without("day"), 1), r"(S/S)/NP NP[nb]/N N , N (S[dcl]\NP)/NP NP[nb]/N N/N N ."),
        (
            told(BUY.without("day", "place"), 2),
            r"NP[nb]/N N/N N (S[dcl]\NP)/(S[pss]\NP) S[pss]\NP ((S\NP)\(S\NP))/NP N .",
        ),
        (told(BORN), r"N/N N (S[dcl]\NP)/(S[pss]\NP) S[pss]\NP ((S\NP)\(S\NP))/NP N ((S\NP)\(S\NP))/NP N ."),
        (
            told(Event("go", "doctor", "go", place="market", hour=5, denied=True)),
            r"NP[nb]/N N (S[dcl]\NP)/(S[b]\NP) (S\NP)\(S\NP) (S[b]\NP)/PP PP/NP NP[nb]/N N ((S\NP)\(S\NP))/NP N/N N .",
        ),
        (told(Event("be", "Anna", "be", place="Berlin"), pronoun=True), r"NP (S[dcl]\NP)/PP PP/NP N ."),
        (told(Event("be", "Anna", "be", place="Berlin"), 1), r"(S/S)/NP N , N S[dcl]\NP ."),
        (
            Line((Event("live", "Anna", "live", place="Oslo"), Event("work", "Leon", "work", firm="Bexley"))),
            r"N (S[dcl]\NP)/PP PP/NP N conj N (S[dcl]\NP)/PP PP/NP N .",
        ),
    ],
)
def test_by_hand(line: Line, expected: str) -> None:
    pairs = supertags(line.told("en"))
    assert [tag for _, tag in pairs] == expected.split()
    assert " ".join(word for word, _ in pairs).replace(" .", ".").replace(" ,", ",") == line.text("en")


def read(text: str) -> Category:
    """A category from its notation: the last slash outside of brackets divides it."""
    depth, at = 0, -1
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign in "/\\" and depth == 0:
            at = place
    if at < 0:
        return read(text[1:-1]) if text[0] == "(" else text.replace("NP[nb]", "NP")
    return read(text[:at]), text[at], read(text[at + 1 :])


def match(wanted: Category, given: Category) -> str | None:
    """What the S of a modifier becomes, "" for nothing; None where the categories differ."""
    if isinstance(wanted, str) or isinstance(given, str):
        same = wanted == given or (wanted == "S" and isinstance(given, str) and given.startswith("S["))
        return None if not same else "" if wanted == given else str(given)
    parts = match(wanted[0], given[0]), match(wanted[2], given[2])
    if wanted[1] != given[1] or None in parts or (all(parts) and parts[0] != parts[1]):
        return None
    return parts[0] or parts[1]


def filled(category: Category, kind: str) -> Category:
    if isinstance(category, str):
        return kind if kind and category == "S" else category
    return filled(category[0], kind), category[1], filled(category[2], kind)


def joined(left: Category, right: Category) -> set[Category]:
    """Application both ways, backward crossed composition, punctuation and coordination."""
    found: set[Category] = set()
    if isinstance(left, tuple) and left[1] == "/" and (kind := match(left[2], right)) is not None:
        found.add(filled(left[0], kind))
    if isinstance(right, tuple) and right[1] == "\\":
        if (kind := match(right[2], left)) is not None:
            found.add(filled(right[0], kind))
        if isinstance(left, tuple) and left[1] == "/" and (kind := match(right[2], left[0])) is not None:
            found.add((filled(right[0], kind), "/", left[2]))
    if right in (",", "."):
        found.add(left)
    if left == "conj":
        found.add((right, "\\", right))
    return found


@cache
def derived(tags: tuple[str, ...]) -> frozenset[Category]:
    """Everything that the categories give as a whole; an N may stand for an NP."""
    if len(tags) == 1:
        found = {read(tags[0])}
    else:
        cuts = [(derived(tags[:i]), derived(tags[i:])) for i in range(1, len(tags))]
        found = {one for lefts, rights in cuts for x in lefts for y in rights for one in joined(x, y)}
    return frozenset(found | ({"NP"} if "N" in found else set()))


@pytest.mark.parametrize(
    "tags",
    [
        r"N (S[dcl]\NP)/NP .",  # the object lacks
        r"N S[dcl]\NP N .",
        r"N (S[dcl]\NP)/(S[b]\NP) S[pss]\NP .",
        r"N (S[dcl]\NP)/PP ((S\NP)\(S\NP))/NP N .",  # an adjunct is no argument
        r"N S[pss]\NP .",
    ],
)
def test_the_parser_refuses(tags: str) -> None:
    assert "S[dcl]" not in derived(tuple(tags.split()))


def test_every_sentence_is_derived() -> None:
    draw = Draw(Seeds(3).numpy("supertags"))
    lines = [any_line(draw) for _ in range(600)]
    assert {event.kind for line in lines for event in line.events} >= {"act", "see", "go", "come", "be", "bear", "live"}
    for line in lines:
        pairs = supertags(line.told("en"))
        assert "S[dcl]" in derived(tuple(tag for _, tag in pairs)), pairs


def test_files(tmp_path: Path) -> None:
    world = World({"seed": 2, "items": 30, "ccg": 80})
    Supertags(world).write(tmp_path)
    task, folder = load("ccg"), tmp_path / "ccg"
    assert task.read_labels is not None
    labels, numbers = task.read_labels(folder), json.loads((folder / "tags_to_id.json").read_text())
    assert labels == tuple(numbers) and "O" not in labels
    splits = {split: list(task.readers["native"](folder, folder, split, "en")) for split in task.splits}
    assert [len(rows) for rows in splits.values()] == [80, 30, 30]
    texts = {split: {" ".join(row["words"]) for row in rows} for split, rows in splits.items()}
    assert not texts["train"] & (texts["dev"] | texts["test"])
    assert {tag for rows in splits.values() for row in rows for tag in row["tags"]} == set(labels)
