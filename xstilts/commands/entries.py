"""New entries in params.yaml, put in as text: every other byte of the file, comments too, stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from xstilts.errors import InputError
from xstilts.params.layout import WIDTH, lay_out
from xstilts.params.load import load


def with_entry(text: str, path: Sequence[str], name: str, value: Mapping[str, Any]) -> str:
    """A YAML text with `name: value` as the last entry of the mapping at `path`, which is made if it is not there.

    It is laid out as `xstilts profile` and DVC do. Raises `InputError` if the entry is there, or if the text has a form
    that cannot be added to."""
    after = copy.deepcopy(load(text, "params.yaml"))
    section = after
    for key in path:
        section[key] = section.get(key) or {}
        section = section[key]
    if name in section:
        raise InputError(f"params.yaml: {'.'.join([*path, name])}: found it there already, expected a new name")
    section[name] = dict(value)
    new = _inserted(text, [*path], {name: dict(value)})
    if load(new, "params.yaml") != after:
        raise InputError(f"params.yaml: cannot be added to by program; put `{name}` under `{'.'.join(path)}` yourself")
    return new


def _inserted(text: str, path: list[str], entry: dict[str, Any]) -> str:
    node: Any = yaml.compose(text)
    for depth, key in enumerate(path):
        found = {one.value: (one, value) for one, value in node.value}
        if key not in found:  # a section that the file leaves out
            for inner in reversed(path[depth:]):
                entry = {inner: entry}
            return _inserted(text, path[:depth], entry)
        above, node = found[key]
    if not isinstance(node, yaml.MappingNode) or not node.value:  # nothing stands behind the key: it is written anew
        lines = _lines(path[:-1], {path[-1]: entry})
        return f"{text[: above.start_mark.index]}{lines.lstrip()}{text[node.end_mark.index :]}"
    if node.flow_style:
        end = node.end_mark.index - 1
        return f"{text[:end]}, {_flow(entry)}{text[end:]}"
    line_end = text.find("\n", len(text[: _end(node)].rstrip()))
    place = len(text) if line_end < 0 else line_end
    return f"{text[:place]}\n{_lines(path, entry)}{text[place:]}"


def _lines(path: Sequence[str], entry: dict[str, Any]) -> str:
    """The lines of an entry as they stand below `path`. What YAML would read otherwise (`010`) is put in quotes."""
    whole: dict[str, Any] = {
        **entry,
        "_": "_" * (WIDTH - 20),
    }  # a neighbour that keeps the sections above from one line
    for key in reversed(path):
        whole = {key: whole}
    lines = "\n".join(lay_out(whole, {}).splitlines()[len(path) : -1]).rstrip()
    return lines if load(lines, "params.yaml") == entry else f"{'  ' * len(path)}{_flow(entry)}"


def _flow(entry: dict[str, Any]) -> str:
    return yaml.safe_dump(_plain(entry), default_flow_style=True, sort_keys=False, width=10**6).strip()[1:-1]


def _plain(value: Any) -> Any:
    """The same without ruamel's own kinds of numbers."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return float(value) if isinstance(value, float) else value


def _end(node: yaml.Node) -> int:
    """Where the last thing in a block ends. (The block's own end mark is behind comments that belong to the next.)"""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end: int = node.end_mark.index
    return end
