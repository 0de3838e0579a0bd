"""Which sources of a profile belong together: those that differ in the size of their data alone, and noised ones beside
the same without noise."""

from __future__ import annotations

from dataclasses import dataclass

from xstilts.params import Params, Source


@dataclass(frozen=True)
class Series:
    """Sources that differ in `max_examples` alone, from the smallest."""

    name: str
    sizes: tuple[int, ...]
    sources: tuple[str, ...]


def series(params: Params) -> list[Series]:
    """Every group of at least two sources that differ in the size of their data alone, in the order of the profile."""
    groups: dict[str, dict[int, str]] = {}
    for name, source in params.sources.items():
        if source.recipe and source.recipe.max_examples and not source.noised and not source.control:
            groups.setdefault(_without_size(source), {})[source.recipe.max_examples] = name
    found = [dict(sorted(group.items())) for group in groups.values() if len(group) > 1]
    return [Series(_name(params.sources[next(iter(group.values()))]), (*group,), (*group.values(),)) for group in found]


def planted(params: Params) -> dict[str, str]:
    """Noised source -> the source with the same recipe and no noise."""
    clean = {source.model_dump_json(): name for name, source in params.sources.items()}
    pairs = {
        name: clean.get(source.model_copy(update={"noised": None}).model_dump_json())
        for name, source in params.sources.items()
        if source.noised
    }
    return {name: partner for name, partner in pairs.items() if partner}


def _without_size(source: Source) -> str:
    assert source.recipe
    recipe = source.recipe.model_copy(update={"max_examples": None})
    return source.model_copy(update={"recipe": recipe}).model_dump_json()


def _name(source: Source) -> str:
    assert source.recipe
    return f"{'+'.join(source.tasks)}, {'fixed updates' if source.recipe.steps else 'fixed epochs'}"
