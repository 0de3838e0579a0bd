"""Reading `params.yaml`. Whatever is wrong is said in lines that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from xstilts.errors import InputError, near
from xstilts.params.keys import keys_at
from xstilts.params.load import load
from xstilts.params.whole import Params


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
        return Params.model_validate(content)
    except ValidationError as error:
        raise InputError("\n".join(_explain(path, problem) for problem in error.errors())) from None


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
    """A source's recipe has no name of its own in the file."""
    return [str(part) for part in place if part != "recipe"]
