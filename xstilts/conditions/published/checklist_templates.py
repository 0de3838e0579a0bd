"""The templates of MultiCheckList: a line a template or a word, with a column, or several, for each of 50 languages.

Some languages have several columns: another form of a sentence for some words, with a column beside it that names those
words. A test in which a language does so is not read: it needs rules of grammar that stand in the makers' program
alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.formats.text import exactly, read_lines
from xstilts.records.strict import brief

BESIDE = "-placeholders"


@dataclass
class Template:
    """A test in one language: sentences with places for words, and the words.

    `words`: name of a place -> its words. Those of `size`, `color` ... belong to a `property` of that English name."""

    contexts: list[str] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)  # with its answer
    words: dict[str, list[str]] = field(default_factory=dict)
    english: dict[str, list[str]] = field(default_factory=dict)  # the same in English
    plain: bool = True


def read_templates(path: Path, language: str) -> dict[str, Template]:
    """Name of a test -> its template; `plain` is False where the language has forms for some words only."""
    lines = read_lines(path)
    header = lines[0].split("\t")
    if header[:2] != ["Field", "en"]:
        raise InputError(f"{path}:1: found {brief(header[:2])}, expected the columns Field, en and other languages")
    own = [place for place, name in enumerate(header) if name == language]
    beside = [place for place, name in enumerate(header) if name == language + BESIDE]
    if not own:
        raise unknown("language", language, sorted({one for one in header[1:] if BESIDE not in one}), f"{path}:1")
    tests: dict[str, Template] = {}
    name, asked = "", [""]
    for number, line in enumerate(lines[1:], start=2):
        where = f"{path}:{number}"
        kind, *_ = fields = exactly(line.split("\t"), len(header), where)
        kind = kind.strip()
        if kind == "Name":
            name = fields[1]
            tests[name] = Template()
        elif kind in ("", "Capability"):
            continue
        elif not name:
            raise InputError(f"{where}: found {brief(kind)}, expected the name of a test first")
        else:
            test, found = tests[name], [fields[place].strip() for place in own]
            test.plain &= not any(fields[place].strip() for place in beside)
            if kind == "Context":
                test.contexts += filter(None, found)
            elif kind == "Question":
                asked = found
            elif kind == "Answer":
                test.questions += [(one, other or found[0]) for one, other in zip(asked, found) if one]
            elif found[0]:
                test.words.setdefault(kind, []).append(found[0])
                test.english.setdefault(kind, []).append(fields[1].strip())
    return tests
