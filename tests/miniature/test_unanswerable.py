"""Generated SQuAD v2.0: impossible questions have no answer in their story, and do not say so by themselves."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from xstilts.miniature.events import Draw, Event
from xstilts.miniature.world import World
from xstilts.miniature.write_unanswerable import Doubtful, Unanswerable, doubtful
from xstilts.seeding import Seeds
from xstilts.tasks import load

SAID = ("agent", "verb", "object", "place", "day")


def drawn(count: int) -> list[tuple[Doubtful, ...]]:
    draw = Draw(Seeds(5).numpy("unanswerable"))
    return [doubtful(draw) for _ in range(count)]


def answered(question: Doubtful, event: Event) -> bool:
    """Whether an event is what the question says, and has what it asks for."""
    asked, slot = question.question.events[0], question.question.asks
    said = [one for one in SAID if one != slot and asked.value(one)]
    return bool(event.value(slot)) and all(event.value(one) == asked.value(one) for one in said)


def test_a_story_answers_exactly_the_possible_questions() -> None:
    for story in drawn(1500):
        for question in story:
            found = [answered(question, other.sentence.events[0]) for other in story]
            assert sum(found) == question.possible


def test_the_question_does_not_tell() -> None:
    """The share of impossible ones is a third whatever is asked for, and however much the question says."""
    shares: dict[tuple[int, object], list[bool]] = defaultdict(list)
    for question in (question for story in drawn(6000) for question in story):
        asked, text = question.question.events[0], question.question.text("en")
        kinds: list[object] = [
            "all",
            question.question.asks,
            len(text.split()),
            bool(asked.place),
            bool(asked.day),
            asked.verb,
        ]
        for kind in enumerate(kinds):
            shares[kind].append(not question.possible)
    assert len(shares) > 15
    for kind, own in shares.items():
        assert len(own) < 200 or abs(sum(own) / len(own) - 1 / 3) < 0.05, (kind, sum(own) / len(own), len(own))


def test_files(tmp_path: Path) -> None:
    """As published: plausible answers of impossible questions stand where they say, ids are 24 hexadecimal digits."""
    Unanswerable(World({"seed": 2, "items": 40, "squad_v2": 300})).write(tmp_path)
    contexts = {}
    for split, size in (("train", 300), ("dev", 40)):
        path = tmp_path / "squad_v2" / f"{split}-v2.0.json"
        rows: Any = load("squad_v2").readers["native"](path.parent, path.parent, split, "en")
        assert len(rows) == size and 0.2 < rows.odd["unanswerable"] / size < 0.45 and not rows.odd["repeated_ids"]
        contexts[split] = {sentence for row in rows for sentence in row["context"].split(". ")}
        plausible = 0
        for paragraph in json.loads(path.read_text())["data"][0]["paragraphs"]:
            for question in paragraph["qas"]:
                assert len(question["id"]) == 24 and question["is_impossible"] == ("plausible_answers" in question)
                for answer in question.get("plausible_answers", []):
                    start, text = answer["answer_start"], answer["text"]
                    assert text and paragraph["context"][start : start + len(text)] == text
                    plausible += 1
        assert plausible
    assert not contexts["train"] & contexts["dev"]
