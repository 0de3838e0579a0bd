"""Two figures: how each backbone's score goes from none to English to multilingual data, and gains against `none`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xstilts.studies.backbones.contrasts import UNSEEN
from xstilts.studies.backbones.rows import ARMS
from xstilts.studies.backbones.rows import arm as arm_of
from xstilts.studies.backbones.study import Backbone
from xstilts.studies.pictures import save

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")  # told apart by all eyes
MARKERS = "osD^vP*X"
LEAST = 5.0  # points that a panel shows at least


def slopes(folder: Path, backbones: Sequence[Backbone]) -> None:
    """`slopes.svg` and `.png`: a panel a task and target, a line a backbone, with intervals of gains over `none`."""
    panels = list(dict.fromkeys(
        (row.source, row.target) for one in backbones for row in one.rows if row.arm != "none" and _has(one, row.target)
    ))  # fmt: skip
    rows = list(dict.fromkeys(source for source, _ in panels))
    columns = list(dict.fromkeys(target for _, target in panels))
    with _figure(folder, "slopes", len(rows), len(columns), (2.1, 2.3)) as (figure, axes):
        for y, source in enumerate(rows):
            for x, target in enumerate(columns):
                panel = axes[y][x]
                for place, one in enumerate(backbones):
                    _slope(panel, place, one, source, target)
                low, high = panel.get_ylim()
                middle, half = (low + high) / 2, max(high - low, LEAST) / 2  # noise is not to look like an effect
                panel.set_ylim(middle - half, middle + half)
                panel.set_xticks(range(len(ARMS)), ARMS)
                panel.set_xlim(-0.3, len(ARMS) - 0.7)
                panel.set_title(f"{source}: {target}", fontsize=8)
                panel.grid(axis="y", alpha=0.3)
            axes[y][0].set_ylabel("score, unseen languages")
        _legend(figure, axes)


def ceiling(folder: Path, backbones: Sequence[Backbone]) -> None:
    """`ceiling.svg` and `.png`: gains over `none` against the score of `none`, a panel a kind of contrast."""
    names = [("en - none", "English data"), ("multi - none", "multilingual data")]
    with _figure(folder, "ceiling", 1, len(names), (4.2, 3.4)) as (figure, axes):
        for panel, (name, title) in zip(axes[0], names, strict=True):
            panel.axhline(0.0, color="0.5", linewidth=0.8)
            for place, one in enumerate(backbones):
                own = [two for two in one.contrasts if two.name == name and two.languages == UNSEEN]
                if own:
                    bars = [[two.gain - two.low for two in own], [two.high - two.gain for two in own]]
                    panel.errorbar(
                        [two.base for two in own], [two.gain for two in own], yerr=bars, fmt=_style(place)["marker"],
                        color=_style(place)["color"], markersize=4, elinewidth=0.6, linestyle="none", label=one.name,
                    )  # fmt: skip
            panel.set_title(title, fontsize=9)
            panel.set_xlabel("score of none, unseen languages")
            panel.grid(alpha=0.3)
        axes[0][0].set_ylabel("gain over none")
        _legend(figure, axes)


def _slope(panel: Any, place: int, one: Backbone, source: str, target: str) -> None:
    """The line of one backbone, and the intervals of its gains over `none` around English and multilingual data."""
    means = {arm: one.mean(target, source, arm) for arm in ARMS}
    shown = {ARMS.index(arm) + 0.06 * place: mean for arm, mean in means.items() if mean is not None}
    if not any(means[arm] is not None for arm in ARMS[1:]):
        return
    panel.plot([*shown], [*shown.values()], **_style(place), markersize=4, linewidth=1.2, label=one.name)
    for two in one.contrasts:
        if (two.source, two.target, two.over, two.languages) == (source, target, ARMS[0], UNSEEN):
            at = ARMS.index(arm_of(two.source_language)) + 0.06 * place
            panel.vlines(at, two.base + two.low, two.base + two.high, color=_style(place)["color"], linewidth=0.6)


def _has(one: Backbone, target: str) -> bool:
    return any(two.target == target and two.languages == UNSEEN for two in one.contrasts)


def _style(place: int) -> dict[str, Any]:
    return {"color": COLOURS[place % len(COLOURS)], "marker": MARKERS[place % len(MARKERS)]}


def _legend(figure: Any, axes: Any) -> None:
    found: dict[str, Any] = {}
    for panel in axes.flat:
        handles, labels = panel.get_legend_handles_labels()
        found |= dict(zip(labels, handles, strict=True))
    if found:
        figure.legend(
            list(found.values()), list(found), loc="outside lower center", ncols=min(4, len(found)), frameon=False
        )


@contextmanager
def _figure(folder: Path, name: str, rows: int, columns: int, size: tuple[float, float]) -> Iterator[tuple[Any, Any]]:
    """A figure with panels, which is saved as svg and png; the same bytes each time."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    settings: dict[Any, Any] = {"svg.hashsalt": "xstilts", "svg.fonttype": "none", "font.size": 8}
    with matplotlib.rc_context(settings):
        rows, columns = max(rows, 1), max(columns, 1)
        figure, axes = pyplot.subplots(
            rows, columns, figsize=(size[0] * columns + 0.4, size[1] * rows + 0.5), squeeze=False, layout="constrained"
        )
        yield figure, axes
        save(figure, folder, name)
        pyplot.close(figure)
