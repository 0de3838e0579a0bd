"""Which keys a section has, as they stand in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic.fields import FieldInfo

from xstilts.params.recipes import Recipe
from xstilts.params.section import Section
from xstilts.params.sources import Source


def keys(section: type[Section]) -> dict[str, FieldInfo]:
    """The fields of a section by the names of their keys. Those of a source's recipe stand among its own."""
    own = {field.alias or name: field for name, field in section.model_fields.items()}
    if issubclass(section, Source):
        del own["recipe"]
        own |= Recipe.model_fields
    return own


def section_of(annotation: Any) -> type[Section] | None:
    """The section that a type is, or holds: `Recipe` for `dict[str, Recipe]` and for `Recipe | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for one in get_args(annotation) if (found := section_of(one))), None)


def keys_at(section: type[Section], place: Sequence[str | int]) -> list[str]:
    """The keys that may stand at a place below a section; none where names are free."""
    known, entry = keys(section), False
    for part in place:
        if entry or part == "recipe":  # the name of an entry of a table, or of what has no name in the file
            entry = False
        elif part in known:
            annotation = known[str(part)].annotation
            inner = section_of(annotation)
            if inner is None:
                return []
            known, entry = keys(inner), annotation is not inner and "dict[" in str(annotation)
    return [] if entry else list(known)
