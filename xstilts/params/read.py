"""Reading `params.yaml`. Whatever is wrong is said in lines that a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import category

from pydantic import ValidationError

from xstilts.errors import InputError, near
from xstilts.params.keys import keys_at
from xstilts.params.load import load
from xstilts.params.whole import Params

BRANCH = re.compile(r"(list|dict|literal|function-\w+)\[")  # of a value of several kinds, as pydantic calls it
LARGEST = 2**32
PATHS = ("raw", "labels", "from", "repo", "parallel")


def read_params(path: Path | str = "params.yaml") -> Params:
    """Read and check a params file. Raises `InputError` that names the file, the key, what was found and expected."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{path}: file not found (run from the root of the repository)") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error.reason} at offset {error.start}") from None
    except OSError as error:  # a folder, or no permission
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    return check(load(text, path), path)


def check(content: Any, path: Path) -> Params:
    """The parameters that stand in a file, as YAML gave them. Raises `InputError` as `read_params` does."""
    try:
        params = Params.model_validate(content)
    except ValidationError as error:
        raise InputError("\n".join(_explain(path, problem) for problem in error.errors())) from None
    if problems := [f"{path}: {problem}" for problem in _odd(content, "")]:
        raise InputError("\n".join(problems))
    return params


def _odd(value: Any, place: str) -> Iterator[str]:
    """Texts and numbers that no key means: they would end in a traceback of a library, hours later perhaps."""
    if isinstance(value, dict | list):
        for key, own in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _odd(own, f"{place}.{key}" if place else str(key))
    elif isinstance(value, str):
        key, lines = place.rpartition(".")[2], value.split("\n")
        if (key in PATHS and not value.strip()) or (key != "note" and len(lines) > 1):
            yield f"{place}: found {value[:60]!r}, expected a text of one line, not empty"
        elif any(category(one) in ("Cc", "Cs") for line in lines for one in line):
            yield f"{place}: found {value[:60]!r}, expected a text without control characters"
    elif isinstance(value, int) and value >= LARGEST:
        yield f"{place}: found {value}, expected a number below {LARGEST}"


def _explain(path: Path, problem: Any) -> str:
    """One line a person can act on for one pydantic error."""
    place = ".".join(_shown(problem["loc"])) or "the file"
    found = repr(problem["input"])
    found = found if len(found) <= 60 else found[:57] + "..."
    if problem["type"] == "extra_forbidden":
        *above, key = problem["loc"]
        known = keys_at(Params, above)
        others = near(str(key), known) or "; there are: " + (", ".join(known) or "none")
        return f"{path}: {place}: unknown key{others}"
    if problem["type"] == "missing":
        return f"{path}: {place}: missing key"
    if problem["type"] == "value_error":
        return f"{path}: {place}: {problem['ctx']['error']}"
    wanted = problem["msg"].removeprefix("Input should be ")
    is_word = problem["type"] == "string_type" and scalar(problem["input"])
    return f"{path}: {place}: found {found}, expected: {wanted}" + f" (quote it: '{problem['input']}')" * is_word


def scalar(value: Any) -> bool:
    """Whether YAML took a word for something else: a number, a date, true or false."""
    return isinstance(value, (bool, int, float, date))


def _shown(place: Sequence[str | int]) -> list[str]:
    """A source's recipe has no name of its own in the file, nor have the kinds that a value may be of."""
    parts = [str(part) for part in place if part != "recipe"]
    return [part for part in parts if not BRANCH.match(part)]
