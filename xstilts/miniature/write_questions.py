"""SQuAD, XQuAD, MLQA and TyDiQA in their published formats (SQuAD's JSON)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from xstilts.miniature import passages
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.miniature.passages import Passage
from xstilts.miniature.plans import Line
from xstilts.miniature.world import World
from xstilts.records.files import write_text

MLQA_LANGUAGES = tuple(language for language in LANGUAGES if language != "tr")  # its metric has no rules for Turkish
TYDIQA_NAMES = {"en": "english", "de": "german", "es": "spanish", "tr": "turkish", "hi": "hindi", "ar": "arabic"}
PER_PASSAGE = 2  # questions


def _lines(passage: Passage) -> Sequence[Line]:
    return passage.lines


def _squad(items: Sequence[Passage], language: str, title: str, name: Callable[[int], str]) -> dict[str, Any]:
    """SQuAD's JSON: one title, its paragraphs, their questions; `name` gives the id of the n-th question."""
    paragraphs, count = [], 0
    for passage in items:
        context, asked = passage.rendered(language)
        questions = []
        for question, start, answer in asked:
            answers = [{"answer_start": start, "text": answer}]
            questions.append({"id": name(count), "question": question, "answers": answers})
            count += 1
        paragraphs.append({"context": context, "qas": questions})
    return {"title": title, "paragraphs": paragraphs}


def _json(path: Path, version: str, *articles: dict[str, Any]) -> None:
    write_text(path, json.dumps({"data": articles, "version": version}, ensure_ascii=False) + "\n")


class Stories:
    """SQuAD 1.1 with its two test sets: XQuAD (one set in all languages) and MLQA (without Turkish)."""

    def __init__(self, world: World) -> None:
        self.world = world
        count = -(-world.size("items") // PER_PASSAGE)
        self.dev = self._held("dev", count, ("en",))
        self.xquad = self._held("xquad", count, LANGUAGES)
        sizes = {"dev": count // 2, "test": count}
        self.mlqa = {split: self._held(f"mlqa {split}", size, MLQA_LANGUAGES) for split, size in sizes.items()}

    def _make(self, purpose: str) -> Callable[[int], Passage]:
        draw = self.world.draw("stories", purpose)
        return lambda i: passages.story(draw, PER_PASSAGE)

    def _held(self, purpose: str, count: int, languages: Sequence[str]) -> list[Passage]:
        return self.world.held_out(count, self._make(purpose), _lines, languages)

    def _name(self, purpose: str, digits: int) -> Callable[[int], str]:
        return lambda i: f"{self.world.seeds.integer('id', purpose, i):0{digits}x}"

    def write(self, out: Path) -> None:
        """The files of the three data sets."""
        train = self.world.training(self.world.size("squad") // PER_PASSAGE, self._make("train"), _lines)
        for split, items in (("train", train), ("dev", self.dev)):
            _json(out / "squad_v1" / f"{split}-v1.1.json", "1.1", _squad(items, "en", "Stories", self._name(split, 24)))
        for language in LANGUAGES:
            article = _squad(self.xquad, language, "Stories", self._name("xquad", 24))
            _json(out / "xquad" / f"xquad.{language}.json", "1.1", article)
        for split, items in self.mlqa.items():
            for language in MLQA_LANGUAGES:
                path = out / "mlqa" / "MLQA_V1" / split / f"{split}-context-{language}-question-{language}.json"
                _json(path, "1.0", _squad(items, language, "Stories", self._name(f"mlqa {split}", 40)))


class Lives:
    """TyDiQA-GoldP: other passages and questions than SQuAD's, few training questions, each language its own passages.

    As in the published one, the training file mixes the languages; only its English ids may be trained on."""

    def __init__(self, world: World) -> None:
        self.world = world
        count = -(-world.size("items") // PER_PASSAGE)
        self.dev = {language: world.held_out(count, self._make("dev", language), _lines, (language,))
                    for language in LANGUAGES}  # fmt: skip

    def _make(self, split: str, language: str) -> Callable[[int], Passage]:
        draw = self.world.draw("lives", split, language)
        return lambda i: passages.life(draw, PER_PASSAGE)

    def _article(self, items: Sequence[Passage], language: str, split: str) -> dict[str, Any]:
        def name(i: int) -> str:
            document = self.world.seeds.integer("tydiqa", split, language, i // PER_PASSAGE) - 2**62
            return f"{TYDIQA_NAMES[language]}-{document}-{i % PER_PASSAGE}"

        return _squad(items, language, f"Lives ({language})", name)

    def write(self, out: Path) -> None:
        """The training file and one development file a language."""
        articles = []
        for language in LANGUAGES:
            count = self.world.size("tydiqa") // (1 if language == "en" else 10) // PER_PASSAGE
            items = self.world.training(count, self._make("train", language), _lines)
            articles.append(self._article(items, language, "train"))
            path = out / "tydiqa" / "tydiqa-goldp-v1.1-dev" / f"tydiqa-goldp-dev-{TYDIQA_NAMES[language]}.json"
            _json(path, "1.1", self._article(self.dev[language], language, "dev"))
        _json(out / "tydiqa" / "tydiqa-goldp-v1.1-train.json", "1.1", *articles)
