"""Figures of studies: panels side by side, as svg and png whose bytes depend on the numbers and matplotlib alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.records.files import writing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS = 4  # panels beside each other
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "xstilts", "svg.fonttype": "none", "font.size": 8, "font.family": "sans-serif",
    "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False,
}  # fmt: skip
PLAIN: dict[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}


@contextmanager
def panels(folder: Path, name: str, titles: Sequence[str]) -> Iterator[list[Axes]]:
    """One panel a title, to draw on. `<name>.svg` and `<name>.png` are written at the end; the legend is the first
    panel's."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    down = -(-len(titles) // ACROSS)
    across = min(len(titles), ACROSS)
    with rc_context(SETTINGS):
        figure = Figure(figsize=(0.6 + 2.6 * across, 0.7 + 2.4 * down), layout="constrained", dpi=150)
        axes = list(figure.subplots(down, across, squeeze=False).flat)
        for one, title in zip(axes, titles):
            one.set_title(title)
        for one in axes[len(titles) :]:
            one.set_axis_off()
        yield axes[: len(titles)]
        handles, labels = axes[0].get_legend_handles_labels()
        if labels:
            figure.legend(handles, labels, loc="outside lower center", ncols=3)
        save(figure, folder, name)


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write `<name>.svg` and `<name>.png`, without the time and the version of matplotlib."""
    for kind, metadata in PLAIN.items():
        with writing(folder / f"{name}.{kind}") as temporary:
            figure.savefig(temporary, format=kind, metadata=metadata, dpi=150)
