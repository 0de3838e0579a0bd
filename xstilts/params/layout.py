"""Parameters as text, in the form that DVC keeps when it writes the file: `dvc exp run -S` then changes one line."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from xstilts.params.comments import Comments, Place

WIDTH = 80  # of DVC's YAML


def lay_out(whole: dict[str, Any], said: Comments) -> str:
    """The YAML of a table. A table below a section stands in one line if it fits. Lists have a line an item, as DVC
    writes them. Comments stand above their keys; those of keys that are not there are left out."""
    lines: list[str] = []
    for line in _dump(_block(whole, said, ())).splitlines():
        begins = line[:1] not in ("", " ", "-") and not (lines and lines[-1].startswith(("#", "-")))
        lines += ["", line] if lines and begins else [line]
    return "\n".join(lines) + "\n"


def _block(value: Any, said: Comments, place: Place) -> Any:
    """The value as ruamel writes it in a line of its own for each key, but for tables that fit into one."""
    if not isinstance(value, dict):
        return value
    table, indent = CommentedMap(), 2 * len(place)
    for key, inner in value.items():
        own, one_line = (*place, str(key)), _flow(inner) if isinstance(inner, dict) else inner
        fits = indent + len(_dump({key: one_line}, 10**6).rstrip("\n")) < WIDTH
        table[key] = one_line if fits and not _spread(inner, said, own) else _block(inner, said, own)
        if own in said:
            _comment(table, key, said[own], indent)
    return table


def _comment(table: CommentedMap, key: str, lines: list[str], indent: int) -> None:
    """Above the key. Behind it after a list: to ruamel what follows a list is part of it, and DVC writes new lists."""
    lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
    if _after_list(table, key):
        table.yaml_add_eol_comment(" ".join(lines), key, column=0)
    else:
        table.yaml_set_comment_before_after_key(key, before="\n".join(lines), indent=indent)


def _after_list(table: CommentedMap, key: str) -> bool:
    """Whether the line above a key is an item of a list."""
    others = list(table)
    above = table[others[others.index(key) - 1]] if others.index(key) else None
    while isinstance(above, CommentedMap) and above and not above.fa.flow_style():
        above = above[next(reversed(above))]
    return isinstance(above, list) and bool(above)


def _spread(value: Any, said: Comments, place: Place) -> bool:
    """Whether a value must have a line for each key: a section of tables, or one with comments in it."""
    section = (
        isinstance(value, dict) and len(place) < 2 and any(isinstance(one, dict) and one for one in value.values())
    )
    return section or any(len(one) > len(place) and one[: len(place)] == place for one in said)


def _flow(value: dict[str, Any]) -> CommentedMap:
    table = CommentedMap((key, _flow(one) if isinstance(one, dict) else one) for key, one in value.items())
    table.fa.set_flow_style()
    return table


def _dump(table: Any, width: int = WIDTH) -> str:
    """As DVC does (dvc.utils.serialize)."""
    writer, stream = YAML(), io.StringIO()
    writer.default_flow_style = False
    writer.width = width
    writer.dump(table, stream)
    return stream.getvalue()
