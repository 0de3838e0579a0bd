"""Which files of this repository a stage imports: read from the source, not by running it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent


@cache
def direct(file: str) -> frozenset[str]:
    """Repository files that `file` imports itself, anywhere in it (imports under `TYPE_CHECKING` do not run)."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in _running(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            found |= _files(name)
    return frozenset(found)


@cache
def named(file: str) -> frozenset[str]:
    """Repository files that `file` names in an import anywhere, also under `TYPE_CHECKING`: the arrows of the house."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {path for alias in node.names for path in _exact(alias.name)}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found |= _exact(f"{node.module}.{alias.name}") or _exact(node.module)
    return frozenset(found)


def _exact(name: str) -> set[str]:
    """The file of a dotted name, or of the package that it is."""
    base = Path(*name.split("."))
    return {str(f) for f in (base.with_suffix(".py"), base / "__init__.py") if (ROOT / f).is_file()}


def _running(tree: ast.AST) -> list[ast.AST]:
    nodes: list[ast.AST] = []
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        nodes += [child, *_running(child)]
    return nodes


def _files(name: str) -> set[str]:
    """The file of a dotted name and the `__init__.py` that run before it, as far as they hold code."""
    if name.split(".")[0] not in ("stages", "xstilts"):
        return set()
    base = Path(*name.split("."))
    files = {p / "__init__.py" for p in (base, *base.parents)} | {base.with_suffix(".py")}
    return {str(f) for f in files if (ROOT / f).is_file() and (ROOT / f).read_text(encoding="utf-8").strip()}


def closure(*entries: str, stop: Callable[[str], bool] = lambda file: False) -> set[str]:
    """The entries and everything they import, directly or not; what only files that `stop` names import is left out."""
    todo, seen = list(entries), set()
    while todo:
        file = todo.pop()
        if file not in seen:
            seen.add(file)
            todo += [] if stop(file) else direct(file)
    return seen
