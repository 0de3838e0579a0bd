"""The reference of all keys of `params.yaml`, from the schema: what `docs/params.md` is.

python -m xstilts.params.reference > docs/params.md
"""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from xstilts.params.keys import keys, section_of
from xstilts.params.recipes import Recipe
from xstilts.params.section import Section
from xstilts.params.sources import Source
from xstilts.params.whole import Params

HEAD = """\
# Parameters

Each key of `params.yaml`. This page is made from the schema in `xstilts/params/`.

`xstilts profile NAME` makes the file of a profile. `profiles/base.yaml` has the defaults, a profile has what differs.
A profile has two keys of its own: `base`, the profile that it changes, and `without`, keys that it does not take over.
`base` is a name, or the path of a file from the folder of this one, as `base: small.yaml`.

A key without a default must be given. An unknown key or a value of a wrong type is refused before anything runs.
"""
NAMES = {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "anything"}


def reference() -> str:
    """The page: a table for the whole file and one for each section."""
    parts = [HEAD, "## The whole file", _table(keys(Params), meanings(Params))]
    for title, section in _sections():
        parts += [f"## {title}", " ".join((section.__doc__ or "").split()), *_keys_of(section)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _sections() -> list[tuple[str, type[Section]]]:
    """All sections by their names, each before those that it holds."""
    found: dict[type[Section], str] = {}

    def visit(section: type[Section]) -> None:
        for field in keys(section).values():
            if (inner := section_of(field.annotation)) and inner not in found:
                found[inner] = _title(inner)
                visit(inner)

    visit(Params)
    return [(title, section) for section, title in found.items()]


def _title(section: type[Section]) -> str:
    """`DataSet` -> `Data set`."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in section.__name__).strip().capitalize()


def _keys_of(section: type[Section]) -> Iterator[str]:
    own = keys(section)
    if issubclass(section, Source):
        own = {name: field for name, field in own.items() if name not in Recipe.model_fields}
        yield f"Beside these, the keys of a [recipe](#{_anchor(Recipe)})."
    if own:
        yield _table(own, meanings(section))


def meanings(section: type[Section]) -> dict[str, str]:
    """The text below each field of a section in its source, by the name of the key."""
    said: dict[str, str] = {}
    for part in (one for one in reversed(section.__mro__) if issubclass(one, Section)):
        (tree,) = ast.parse(inspect.getsource(part)).body
        for field, text in pairwise(getattr(tree, "body", ())):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(meaning))):
                    said[section.model_fields[name].alias or name] = " ".join(meaning.split())
    return said


def _table(fields: dict[str, FieldInfo], said: dict[str, str]) -> str:
    rows = [f"| `{name}` | {_type(field)} | {_default(field)} | {said[name]} |" for name, field in fields.items()]
    return "\n".join(["| key | type | default | meaning |", "| --- | --- | --- | --- |", *rows])


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.default
    if isinstance(value, BaseModel):
        return "its defaults"
    if value is None:
        return "not set"
    if isinstance(value, list):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(field: FieldInfo) -> str:
    return _kind(field.annotation) + _limits(field.metadata)


def _kind(annotation: Any) -> str:
    """A type in plain words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(_kind(one) for one in arguments if one is not type(None))
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin is list:
        return f"list: {_kind(arguments[0])}"
    if origin is dict:
        name = _kind(arguments[0]) if get_origin(arguments[0]) is Literal else "name"
        return f"table: {name} → {_kind(arguments[1])}"
    if hasattr(annotation, "__metadata__"):
        return _kind(arguments[0]) + _limits(annotation.__metadata__)
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return f"[{_title(annotation).lower()}](#{_anchor(annotation)})"
    return NAMES[annotation]


def _anchor(section: type[Section]) -> str:
    return _title(section).lower().replace(" ", "-")


def _limits(metadata: Any) -> str:
    """What pydantic checks of numbers, lists and texts."""
    found: dict[str, Any] = {}
    for one in metadata:
        for item in getattr(one, "metadata", [one]):
            found |= {
                n: getattr(item, n) for n in ("gt", "ge", "lt", "le", "min_length", "max_length") if hasattr(item, n)
            }
    words = {"gt": "above {}", "ge": "{} or more", "lt": "below {}", "le": "{} or less"}
    words |= {"min_length": "{} or more of them", "max_length": "{} of them at most"}
    said = [words[name].format(value) for name, value in found.items() if value is not None]
    return f", {', '.join(said)}" if said else ""


if __name__ == "__main__":
    print(reference(), end="")
