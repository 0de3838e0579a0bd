"""Prediction and label folders in XTREME's layout: one whose task scores are known, and random ones with odd text."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from xstilts.submissions.benchmark import BENCHMARKS
from xstilts.submissions.measures import MEASURES
from xstilts.tasks import load

Texts = tuple[str, str]  # of a prediction file, of its label file
UPOS = load("udpos").labels
PANX = ("B-LOC", "B-ORG", "B-PER", "I-LOC", "I-ORG", "I-PER", "O")
XNLI = ("contradiction", "entailment", "neutral")


def write_folders(root: Path, benchmark: str, make: Callable[[str, str], Texts]) -> tuple[Path, Path]:
    """A file for every task and language of a benchmark; gives the prediction folder and the label folder."""
    folders = root / "predictions", root / "labels"
    for task, languages in BENCHMARKS[benchmark].languages.items():
        for language in languages:
            for folder, text in zip(folders, make(task, language)):
                path = folder / task / f"test-{language}.{MEASURES[task][0]}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="")
    return folders


SCORES = {"pawsx": 80, "xnli": 70, "udpos": 60, "panx": 50, "bucc2018": 70, "tatoeba": 50, "xcopa": 90}
QUESTIONS = {"xquad": (40, 60), "mlqa": (30, 50), "tydiqa": (20, 40)}  # EM, F1
KNOWN = {**SCORES, **{task: sum(both) / 2 for task, both in QUESTIONS.items()}, "mewslix": 37.5}
"""The task scores of `known`: the worked example of XTREME's aggregation (reference: metrics, section 9), and more."""


def known(task: str, language: str) -> Texts:
    """Files of ten items (Mewsli-X: four) that have the score `KNOWN[task]`."""
    if task in QUESTIONS:
        exact, f1 = (number // 10 for number in QUESTIONS[task])
        half = 2 * (f1 - exact)  # one of one and one of three words: F1 0.5
        given = ["North Harbour Bridge"] * exact + ["bridge"] * half + ["pier"] * (10 - exact - half)
        questions = [question(str(n), ["North Harbour Bridge"]) for n in range(10)]
        return json.dumps({str(n): text for n, text in enumerate(given)}), json.dumps(squad(questions))
    if task == "mewslix":  # at rank 1, 2, 21 and nowhere: (1 + 1/2 + 0 + 0) / 4
        others = [f"Q{n}" for n in range(1, 20)]
        given_ = {"a": ["Q0"], "b": ["Q1", "Q0"], "c": [*others, "Q20", "Q0"]}
        return json.dumps(given_), json.dumps({name: ["Q0"] for name in "abcd"})
    right, wrong = {
        "pawsx": ("1", "0"), "xnli": ("neutral", "entailment"), "udpos": ("NOUN", "VERB"), "panx": ("B-PER", "B-LOC"),
        "bucc2018": ("de-{n}\ten-{n}", "de-{n}\ten-0"), "tatoeba": ("{n}", "99"),
        "xcopa": ('{{"label": 1}}', '{{"label": 0}}'),
    }[task]  # fmt: skip
    gold = [right.format(n=n) for n in range(1, 11)]
    found = [*gold[: SCORES[task] // 10], *(wrong.format(n=n) for n in range(SCORES[task] // 10 + 1, 11))]
    apart = "\n\n" if task in ("udpos", "panx") else "\n"
    return apart.join(found) + "\n", apart.join(gold) + "\n"


def question(name: str, answers: Sequence[str]) -> dict[str, Any]:
    return {"id": name, "question": "?", "answers": [{"text": text, "answer_start": 0} for text in answers]}


def squad(questions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"version": "1.1", "data": [{"title": "", "paragraphs": [{"context": "", "qas": list(questions)}]}]}


def dump(value: object, escaped: bool) -> str:
    """JSON with characters or escapes."""
    return json.dumps(value, ensure_ascii=escaped, indent=1)


class Odd:
    """Random files that XTREME's program accepts, full of what trips a careless reader or normaliser."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def make(self, task: str, language: str) -> Texts:
        """Texts of a prediction file and its label file."""
        if task in ("udpos", "panx"):
            return self._sentences(UPOS if task == "udpos" else PANX)
        if task in ("xquad", "mlqa", "tydiqa"):
            return self._questions()
        if task == "bucc2018":
            return self._pairs()
        if task == "mewslix":
            return self._entities()
        if task == "xcopa":
            labels = [f'{{"label": {n}, "x": "é"}}' for n in (0, 1)]
            return self._lines(labels, blanks=False)
        numbers = [str(n) for n in (0, 5, 7, 10, 997)]
        return self._lines({"pawsx": ("0", "1"), "xnli": XNLI}.get(task, numbers))

    def _lines(self, values: Sequence[str], blanks: bool = True) -> Texts:
        gold = self.random.choices(values, k=self.random.randint(1, 12))
        found = [one if self.random.random() < 0.5 else self.random.choice(values) for one in gold]
        return self._file(found, blanks), self._file(gold, blanks)

    def _file(self, lines: Sequence[str], blanks: bool = True) -> str:
        """LF or CRLF, with or without the last one, blanks of all kinds around some lines."""
        around = ["", "", "", " ", "\t", "\u3000", "\xa0", "\x1f", "\u2028", "\x85"] if blanks else [""]
        end = self.random.choice(["\n", "\n", "\r\n"])
        text = end.join(self.random.choice(around) + one + self.random.choice(around) for one in lines)
        return text + (end if self.random.random() < 0.7 or not text.strip() else "")

    def _sentences(self, tags: Sequence[str]) -> Texts:
        found: list[str] = []
        gold: list[str] = []
        for _ in range(self.random.randint(1, 6)):
            size = self.random.choice([0, 1, 1, 2, 3, 5, 9]) if gold else 1
            few = self.random.choices(tags, k=2)  # so that equal tags meet
            one = [self.random.choice(few if self.random.random() < 0.7 else tags) for _ in range(size)]
            other = [tag if self.random.random() < 0.6 else self.random.choice(tags) for tag in one]
            gold += [*one, ""]
            found += [*other, ""]
        if found[-2]:  # a last sentence with words needs no blank line
            found, gold = (lines[: -self.random.randint(0, 1) or None] for lines in (found, gold))
        return self._tag_file(found), self._tag_file(gold)

    def _tag_file(self, lines: Sequence[str]) -> str:
        end = self.random.choice(["\n", "\r\n"])
        return "".join(line + self.random.choice(["", "", " "]) + end for line in lines)

    def _pairs(self) -> Texts:
        names = [f"de-{n}\ten-{m}" for n in range(4) for m in range(4)]
        gold = self.random.choices(names, k=self.random.randint(1, 8))  # repeated lines count once
        found = self.random.sample(names, k=self.random.randint(0, 8))
        return self._file(found), self._file(gold)

    def _entities(self) -> Texts:
        names = [f"Q{n}" for n in range(30)]
        gold = {f"m{n}": [self.random.choice([" Q{}", "Q{}", "Q{}\n"]).format(n)] for n in range(5)}
        given = {name: self.random.sample(names, self.random.randint(0, 30)) for name in (*gold, "m9")}
        del given[self.random.choice(sorted(given))]
        return json.dumps(given), json.dumps(gold)

    def _questions(self) -> Texts:
        golds = {f"q{n}\u2028": [self._answer() for _ in range(self.random.randint(1, 3))] for n in range(6)}
        given = {
            name: self.random.choice([self.random.choice(answers), self._answer(), self._changed(answers[0])])
            for name, answers in golds.items()
            if self.random.random() < 0.9
        } | {"unknown": "x"}
        questions = [question(name, answers) for name, answers in golds.items()]
        questions += self.random.choices(questions, k=self.random.randint(0, 1))  # an id may come twice
        labels: Any = squad(questions)
        if self.random.random() < 0.3:
            labels = labels["data"] * 2  # the key `data` may be left out; several articles
        escaped = self.random.random() < 0.5
        wrapped: Any = {"data": given} if self.random.random() < 0.2 else given
        return dump(wrapped, escaped), dump(labels, not escaped)

    def _answer(self) -> str:
        parts = self.random.choices(PARTS, k=self.random.randint(0, 4))
        return self.random.choice(["", " ", " ", "\u3000", "\n"]).join(parts)

    def _changed(self, text: str) -> str:
        changed = text.upper() if self.random.random() < 0.5 else text + "。"
        return unicodedata.normalize("NFD" if self.random.random() < 0.5 else "NFKC", changed)


PARTS = [
    "the", "The", "a", "an", "die", "der", "el", "la", "una", "của", "chiếc", "cái", "ال", "الميناء", "العالم",
    "في ال", "Lighthouse", "lighthouse!", "1931", "19.31", "twenty-one", "«x»", "灯塔", "高灯塔。", "NBA总决赛", "㐀灯",
    "बंदरगाह।", "बंदरगाह", "़", "Brücke", "İstanbul", "ΣΑΣ", "ß", "ﬁ", "e\u0301", "ที่", "東京タワー", "서울", "—", "_", "$",
    "℃", "…", "’s", "'s", "O'Neill", "😀", "\u200d", "\ufeff", "\x1c",
]  # fmt: skip
