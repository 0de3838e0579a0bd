"""New entries in params.yaml, put in as text: every other byte of the file, comments and columns too, stays."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from xstilts.errors import InputError


def with_entry(text: str, path: Sequence[str], name: str, value: Mapping[str, Any]) -> str:
    """A YAML text with `name: value` as the last entry of the mapping at `path`, which is made if it is not there.

    Raises `InputError` if the entry is there, or if the text has a form that cannot be added to."""
    before = yaml.safe_load(text)
    after = copy.deepcopy(before)
    section = after
    for key in path:
        section[key] = section.get(key) or {}
        section = section[key]
    if name in section:
        raise InputError(f"params.yaml: {'.'.join([*path, name])}: found it there already, expected a new name")
    section[name] = dict(value)
    flow = yaml.safe_dump(section[name], default_flow_style=True, sort_keys=False, width=10**6).strip()
    new = _inserted(text, path, f"{name}: {flow}")
    if yaml.safe_load(new) != after:
        raise InputError(f"params.yaml: cannot be added to; put `{name}: {flow}` under `{'.'.join(path)}` yourself")
    return new


def _inserted(text: str, path: Sequence[str], entry: str) -> str:
    node: Any = yaml.compose(text)
    for depth, key in enumerate(path):
        found = {one.value: value for one, value in node.value}
        if key not in found:  # a section that the file leaves out
            for inner in reversed(path[depth:]):
                entry = f"{inner}: {{{entry}}}"
            return _inserted(text, path[:depth], entry)
        node = found[key]
    if not isinstance(node, yaml.MappingNode):  # nothing stands behind the key
        return f"{text[: node.start_mark.index].rstrip(' ')} {{{entry}}}{text[node.end_mark.index :]}"
    if node.flow_style:
        end = node.end_mark.index - 1
        return f"{text[:end]}{', ' if node.value else ''}{entry}{text[end:]}"
    line_end = text.find("\n", len(text[: _end(node)].rstrip()))
    place = len(text) if line_end < 0 else line_end
    return f"{text[:place]}\n{' ' * node.value[0][0].start_mark.column}{entry}{text[place:]}"


def _end(node: yaml.Node) -> int:
    """Where the last thing in a block ends. (The block's own end mark is behind comments that belong to the next.)"""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end: int = node.end_mark.index
    return end
