"""MultiCheckList from its templates (Ruder et al. 2021): simple questions, of which each asks for one thing.

Not the suites of XTREME-R, which are pickles in a bucket: the templates and words are the makers', which of them
are taken and the names of people are ours. So scores are not those of XTREME-R."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from xstilts.conditions.letters import DOTTED, upper
from xstilts.conditions.published.checklist_templates import Template, read_templates
from xstilts.errors import InputError
from xstilts.formats.rows import Rows
from xstilts.tasks.multichecklist import SHORT

PEOPLE = tuple("James John Robert Michael William David Richard Charles Joseph Thomas".split())
"""Names of men: the templates of some languages have the male form alone."""
CASES = 200
PLACE = re.compile(r"\{(?:a:)?([^}]*)\}")
FORMS = re.compile(r"\s*[,،，、၊]\s*")
SEVERAL = ("adj", "obj")  # a word in several forms: older, old
LENDER = {"animal_vehicle_v2": "animal_vehicle"}  # a test that has no words of its own
TRIES = 20
Words = Mapping[str, str]


def read_multichecklist(path: Path, language: str, cases: int = CASES, people: Sequence[str] = PEOPLE) -> Rows:
    """checklist_templates.tsv; ids are test/case/place, as in the suites. Cases are drawn by hash.

    Counted: tests that are left out, as they need rules of grammar, and answers that the text has in another form."""
    rows, tests = Rows(), {SHORT.get(name, name): test for name, test in read_templates(path, language).items()}
    for name, test in tests.items():
        lender = tests.get(LENDER.get(name, name), test)
        if not (test.plain and lender.plain and test.contexts and test.questions):
            rows.odd["tests_left_out"] += 1
            continue
        for case, words in enumerate(_cases(f"{language}/{name}", lender, cases, people)):
            examples = [(context, one, other) for context in test.contexts for one, other in test.questions]
            for place, example in enumerate(examples):
                where = f"{path}: test {name!r} in {language}"
                context, question, answer = (_filled(text, words, language, where) for text in example)
                start = context.lower().find(answer.lower()) if len(context.lower()) == len(context) else -1
                start = context.find(answer) if answer in context else start
                rows.odd["answers_not_in_text"] += start < 0
                answer = context[start : start + len(answer)] if start >= 0 else answer
                rows.add(
                    id=f"{name}/{case}/{place}", context=context, question=question, starts=[max(start, 0)],
                    answers=[answer],
                )  # fmt: skip
    return rows


def _cases(name: str, test: Template, cases: int, people: Sequence[str]) -> Iterator[Words]:
    """The words of each case, other ones in each; fewer cases where there are not so many."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    for number in range(cases * TRIES):
        words = _drawn(f"{name}/{number}", test, people)
        key = tuple(sorted(words.items()))
        if len(seen) < cases and key not in seen:
            seen.add(key)
            yield words


def _drawn(name: str, test: Template, people: Sequence[str]) -> Words:
    """A word for every place of the test's sentences."""
    order = sorted(people, key=lambda person: _hash(name, "person", person))
    words = {"first_name": order[0], "first_name1": order[1], "first_name2": order[1]}
    for kind, known in test.words.items():
        word = known[_hash(name, kind) % len(known)]
        words["s" if kind == "state" else kind] = word
        if kind in SEVERAL:
            forms = [form for form in FORMS.split(word) if form] if FORMS.search(word) else word.split()
            words |= {f"{kind}[{place}]": form for place, form in enumerate(forms)}
    properties = zip(test.english.get("property", ()), test.words.get("property", ()))
    there = sorted(((one, own) for one, own in properties if one in test.words), key=lambda two: _hash(name, *two))
    for number, (english, own) in enumerate(there[:2], start=1):
        words |= {f"p.p{number}": own, f"p.v{number}": words[english]}
    return words


def _filled(text: str, words: Words, language: str, where: str) -> str:
    """The sentence with the words in their places; one at the front of a sentence gets a capital."""

    def word(place: re.Match[str]) -> str:
        if place[1] not in words:
            raise InputError(f"{where}: found the place {place[0]}, expected one of {', '.join(words)}")
        found = words[place[1]]
        before = text[: place.start()].rstrip()
        if (before.endswith(".") or not before) and len(before) < len(text) - len(place[0]):
            first = upper(found[0], language) if language in DOTTED else found[0].title()
            return first + found[1:]
        return found

    return PLACE.sub(word, text)


def _hash(*names: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join(names).encode()).digest()[:8], "big")
