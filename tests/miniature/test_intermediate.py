"""The further intermediate tasks of the generated world: fair labels, real regularities, nothing else touched."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.miniature.test_world import SMALL, digest
from xstilts.miniature import intermediate, lexicon
from xstilts.miniature.build import build
from xstilts.miniature.events import Draw
from xstilts.miniature.pairs import LABELS, SLOTS
from xstilts.miniature.plans import Line, told
from xstilts.miniature.world import World
from xstilts.records.prepared import Row
from xstilts.tasks import load

TASKS = ("snli", "anli", "qqp", "cosmosqa", "csqa")
MANY = 1500


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    build(SMALL, out)
    return out


def draw(purpose: str) -> Draw:
    return World({"seed": 7}).draw(purpose)


def rows(built: Path, task: str, split: str) -> list[Row]:
    return list(load(task).readers["native"](built / task, built / task, split, "en"))


def test_sizes_and_labels(built: Path) -> None:
    for task in ("snli", "qqp", "cosmosqa", "csqa"):
        unlabelled = 1 if task == "snli" else 0  # one row of a hundred
        assert len(rows(built, task, "train")) == SMALL[task] - unlabelled
        assert len(rows(built, task, "dev")) == SMALL["items"]
    for split, size in (("train", SMALL["anli"]), ("dev", SMALL["items"] // 2)):
        found = rows(built, "anli", split)
        assert Counter(row["id"][:3] for row in found) == {"r1/": size, "r2/": size, "r3/": size}
        assert set(Counter(row["label"] for row in found).values()) == {size}
    assert set(Counter(row["label"] for row in rows(built, "qqp", "train")).values()) == {SMALL["qqp"] // 2}
    assert any(intermediate.NONE in row["choices"] for row in rows(built, "cosmosqa", "dev"))


def test_the_other_files_do_not_hang_on_these(built: Path, tmp_path: Path) -> None:
    build({**SMALL, **{task: SMALL[task] // 2 for task in TASKS}}, tmp_path)
    first, second = digest(built), digest(tmp_path)
    changed = {name.split("/")[0] for name in first if first[name] != second[name]}
    assert first.keys() == second.keys() and changed == set(TASKS)


def sentences(row: Row) -> set[str]:
    return {f"{part.rstrip('.')}." for side in (row["text_a"], row["text_b"]) for part in side.split(". ")}


def test_no_development_sentence_is_in_a_training_set_of_anli_plus(built: Path) -> None:
    train = {one for task in ("mnli", "snli", "anli") for row in rows(built, task, "train") for one in sentences(row)}
    for task in ("snli", "anli"):
        held = {one for row in rows(built, task, "dev") for one in sentences(row)}
        assert held and not held & train


def detail(line: Line) -> str:
    (event,) = line.events
    (slot,) = [slot for slot in SLOTS if event.value(slot)]
    return slot


@pytest.mark.parametrize(("others", "near"), [(0, False), (1, False), (2, False), (2, True)])
def test_neither_premise_nor_hypothesis_tells_the_label(others: int, near: bool) -> None:
    drawer = draw(f"judgement {others} {near}")
    seen: Counter[tuple[object, ...]] = Counter()
    for i in range(MANY):
        item = intermediate.judgement(drawer, LABELS[i % 3], others, near)
        assert len(item.context) == others + 1
        seen[item.label, "hypothesis", item.hypothesis.events[0].denied, detail(item.hypothesis)] += 1
        for line in item.context:
            seen[item.label, "context", line.events[0].denied, detail(line)] += 1
    for side, each in (("hypothesis", MANY / 18), ("context", MANY / 18 * (others + 1))):
        for label in LABELS:
            for denied in (False, True):
                for slot in SLOTS:
                    assert abs(seen[label, side, denied, slot] - each) < 4.5 * each**0.5


def test_the_label_is_what_the_context_says_about_the_hypothesis() -> None:
    drawer = draw("label")
    for i in range(MANY):
        item = intermediate.judgement(drawer, LABELS[i % 3], 2, near=i % 2 == 0)
        (asked,) = item.hypothesis.events
        said = [line.events[0] for line in item.context]
        same, opposite = asked in said, replace(asked, denied=not asked.denied) in said
        assert (same, opposite) == {
            "entailment": (True, False), "contradiction": (False, True), "neutral": (False, False)
        }[item.label]  # fmt: skip


def words(text: str) -> Counter[str]:
    return Counter(text.lower().replace(",", "").rstrip("?").split())


def test_questions_of_a_pair_differ_in_roles_or_in_what_is_asked() -> None:
    drawer = draw("duplicate")
    seen: Counter[tuple[str, ...]] = Counter()
    for i in range(MANY):
        item = intermediate.duplicate(drawer, "01"[i % 2], roles=i % 4 == 0)
        one, two = item.first.text(), item.second.text()
        assert one != two and item.first.front != item.second.front
        same_words, same_event = words(one) == words(two), item.first.event == item.second.event
        assert (same_words, same_event) == {0: (True, False), 2: (False, True)}.get(i % 4, (True, True))
        for side, asked in (("first", item.first), ("second", item.second)):
            seen[side, item.label, asked.slot, asked.detail] += 1
    assert len(seen) == 2 * 2 * 6, "each side, label, slot asked for and detail given"
    assert all(abs(count - MANY / 12) < 4.5 * (MANY / 12) ** 0.5 for count in seen.values())


def test_answers_of_narratives() -> None:
    drawer, right, offered, gold = draw("narrative"), Counter[int](), 0, 0
    for _ in range(MANY):
        item = intermediate.narrative(drawer)
        answer = told(item.question.events[0], definite=True).text("en")
        assert item.question.events[0] in [line.events[0] for line in item.lines]
        assert len(set(item.answers)) == 4
        assert item.answers[item.label] == (answer if answer in item.answers else intermediate.NONE)
        right[item.label] += 1
        offered += intermediate.NONE in item.answers
        gold += item.answers[item.label] == intermediate.NONE
    assert all(abs(count - MANY / 4) < 80 for count in right.values())
    assert 0.16 < offered / MANY < 0.24 and 0.17 < gold / offered < 0.33, "as often right as any of four"


def test_the_right_answers_of_riddles_are_what_raw_text_has() -> None:
    """Counted in events as raw text draws them: the right answer meets the thing more often than any wrong one."""
    world, met = World({"seed": 7}), Counter[tuple[str, str, object]]()
    text = world.draw("text", habit=float(world.settings["habit"]))
    for _ in range(20_000):
        event = text.act(0.0, ("place", "day"))
        for slot in ("agent", "place", "day"):
            met[event.things[0][0], slot, event.value(slot)] += 1
    drawer, asked = draw("riddle"), Counter[str]()
    kinds = ("person", "place", "day")
    concepts = {lexicon.word(kind, one, "en"): one for kind in kinds for one in lexicon.CONCEPTS[kind]}
    for _ in range(MANY):
        item = intermediate.riddle(drawer)
        asked[item.slot] += 1
        assert len(set(item.answers)) == 5
        if item.slot != "object":
            noun = item.event.things[0][0]
            often = [met[noun, item.slot, concepts.get(answer, answer)] for answer in item.answers]
            assert often[item.label] > 1.5 * max(count for i, count in enumerate(often) if i != item.label)
    assert all(asked[slot] > MANY / 5 for slot in ("agent", "object", "place", "day"))
