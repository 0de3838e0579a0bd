"""Profiles: what differs from another profile, made into a whole `params.yaml`.

A profile is a short file. Its key `base` names the profile that it changes: one of `profiles/` by its name, or any by
the path of its `.yaml` from the file's own folder. So it goes on down to `base.yaml`, which has every key that
`dvc.yaml` asks for. Tables are merged key by key, everything else is replaced. `without` lists keys that are not taken
over: they are as in `base.yaml` again, or gone if it has none.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML

from xstilts.errors import InputError, near, unknown
from xstilts.params.comments import Comments, comments, head
from xstilts.params.keys import keys
from xstilts.params.layout import lay_out
from xstilts.params.load import load
from xstilts.params.read import check
from xstilts.params.whole import Params

ROOT = "base"  # the profile that all others rest on
FOLDER = Path("profiles")


def names(folder: Path = FOLDER) -> list[str]:
    """The profiles of a folder. `base` is none: it has no sources and no targets."""
    return sorted(file.stem for file in folder.glob("*.yaml") if file.stem != ROOT)


def compose(name: str, folder: Path = FOLDER) -> str:
    """The text of the whole `params.yaml` of a profile: one of `folder` by its name, or any by the path of its `.yaml`.

    The text is in the form in which DVC writes YAML, so that `dvc exp run -S` changes only the lines it has to.
    Raises `InputError` if a file is missing or not as it should be, or if what comes out is not valid.
    """
    files = _chain(name, folder)
    texts = [_read(file) for file in files]
    whole, said = _merged(files, texts)
    whole = {"profile": files[-1].stem, **whole}
    whole = {key: whole[key] for key in [*(key for key in keys(Params) if key in whole), *whole]}
    check(_plain(whole), files[-1])
    shown = [str(file) if file.parent != folder else f"{folder.name}/{file.name}" for file in files]
    first = f"# Composed from {', '.join(shown[:-1])} and {shown[-1]} by xstilts profile {name}"
    return "\n".join([first, *head(texts[-1]), "", lay_out(whole, said)])


def changes(old: str, new: str) -> list[str]:
    """What differs between the texts of two parameter files: a line for each key, `key: old -> new`."""
    try:
        before = load(old, "params.yaml")
    except InputError:
        return ["the old file is not valid YAML: everything is new"]
    return _different(before if isinstance(before, dict) else {}, load(new, "params.yaml"), "")


def _different(old: dict[str, Any], new: dict[str, Any], place: str) -> list[str]:
    lines: list[str] = []
    for key in {**old, **new}:
        before, after = old.get(key, _NONE), new.get(key, _NONE)
        if isinstance(before, dict) and isinstance(after, dict) and before and after:
            lines += _different(before, after, f"{place}{key}.")
        elif before != after:
            lines.append(f"{place}{key}: {_short(before)} -> {_short(after)}")
    return lines


_NONE = object()


def _short(value: Any) -> str:
    if value is _NONE:
        return "(none)"
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, sort_keys=False, allow_unicode=True)
    text = text.removesuffix("...\n").strip()
    return text if len(text) <= 60 else text[:57] + "..."


def _chain(name: str, folder: Path) -> list[Path]:
    """The files from `base.yaml` up to the profile."""
    file = Path(name) if name.endswith(".yaml") else folder / f"{name}.yaml"
    if not name.endswith(".yaml") and (name == ROOT or not file.is_file()):
        raise unknown("profile", name, names(folder), str(folder))
    files = [file]
    while files[0].resolve() != (folder / f"{ROOT}.yaml").resolve():
        base = _load(_read(files[0]), files[0]).get("base")
        if not isinstance(base, str):
            given = "missing key" if base is None else f"found {base!r}"
            raise InputError(f"{files[0]}: base: {given}, expected the name of a profile, such as `base: miniature`")
        below = files[0].parent / base if base.endswith(".yaml") else folder / f"{base}.yaml"
        if not below.is_file() and base.endswith(".yaml"):
            raise InputError(f"{files[0]}: base: found no file {below}")
        if not below.is_file():
            raise unknown("profile", base, [*names(folder), ROOT], f"{files[0]}: base")
        if below.resolve() in [file.resolve() for file in files]:  # a path can be written in many ways
            raise InputError(f"{files[0]}: base: found '{base}', which is itself based on this profile")
        files.insert(0, below)
    return files


def _merged(files: list[Path], texts: list[str]) -> tuple[dict[str, Any], Comments]:
    """The values of all files, one over the other, and the comments that belong to what is left."""
    root: dict[str, Any] = _load(texts[0], files[0])
    whole, first = copy.deepcopy(root), comments(texts[0])
    said = first
    for file, text in zip(files[1:], texts[1:], strict=True):
        over = _load(text, file)
        if "profile" in over:
            raise InputError(f"{file}: profile: the name of the file is the name of the profile; take this key out")
        for path in _dropped(over, file):
            _reset(whole, root, path, f"{file}: without")
            kept = {place: lines for place, lines in said.items() if place[: len(path)] != path}
            said = kept | {place: lines for place, lines in first.items() if place[: len(path)] == path}
        _merge(whole, {key: value for key, value in over.items() if key not in ("base", "without")})
        said = said | comments(text)
    return whole, {place: lines for place, lines in said.items() if place not in (("base",), ("without",))}


def _dropped(over: dict[str, Any], file: Path) -> list[tuple[str, ...]]:
    given = over.get("without") or []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise InputError(
            f"{file}: without: found {given!r}, expected a list of keys such as [sources, targets.tagging]"
        )
    return [tuple(one.split(".")) for one in given]


def _reset(whole: dict[str, Any], root: dict[str, Any], path: tuple[str, ...], where: str) -> None:
    """Put the value of `base.yaml` in the place of one key, or take the key away if there is none."""
    place, below = whole, root
    for depth, name in enumerate(path):
        if not isinstance(place, dict) or name not in place:
            there = list(place) if isinstance(place, dict) else []
            raise InputError(f"{where}: '{'.'.join(path[: depth + 1])}' is not in the base{near(name, there)}")
        if depth < len(path) - 1:
            place, below = place[name], below.get(name, {})
    if path[-1] in below:
        place[path[-1]] = copy.deepcopy(below[path[-1]])
    else:
        del place[path[-1]]


def _merge(whole: dict[str, Any], over: dict[str, Any]) -> None:
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(whole.get(key), dict):
            _merge(whole[key], value)
        else:
            whole[key] = value


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{file}: file not found") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8: {error.reason} at offset {error.start}") from None


def _load(text: str, file: Path) -> dict[str, Any]:
    """Plain dicts and lists of numbers and texts that remember how they were written (`3.0e-4`)."""
    load(text, file)  # refuses what is no YAML, and aliases
    content = YAML().load(text)
    if not isinstance(content, dict):
        raise InputError(f"{file}: found {type(content).__name__}, expected a table of keys")
    loaded: dict[str, Any] = _bare(content)
    return loaded


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """The same values as `read_params` would read them."""
    return load(lay_out(value, {}), "params.yaml")
