"""The figure: gain against distance, a panel for each target, with what no effect looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from xstilts.records.files import writing
from xstilts.studies.distance import band, centred
from xstilts.studies.pictures import PLAIN
from xstilts.studies.sources import Study


def draw(study: Study, path: Path) -> None:
    """Write an svg or png. A point is a source language and a target language; means of both are taken out, as in the
    test. The line is the slope; the band has the slopes of 95 % of all orders of the source languages."""
    import matplotlib

    matplotlib.use("svg" if path.suffix == ".svg" else "agg")
    from matplotlib import pyplot

    settings: dict[Any, Any] = {"svg.hashsalt": "xstilts", "svg.fonttype": "none", "font.size": 9}
    with matplotlib.rc_context(settings), writing(path) as temporary:
        figure, axes = pyplot.subplots(
            1, max(1, len(study.targets)), figsize=(3.4 * max(1, len(study.targets)), 3.4), squeeze=False
        )
        for axis, target in zip(axes[0], study.targets, strict=False):
            _panel(axis, study, target)
        axes[0][0].set_ylabel("gain, means taken out (points)")
        if study.targets:
            axes[0][-1].legend(
                fontsize=7, title="source language", title_fontsize=7, loc="upper left", bbox_to_anchor=(1.02, 1)
            )
        kind = path.suffix[1:]
        figure.savefig(temporary, format=kind, metadata=PLAIN[kind], bbox_inches="tight", dpi=120)
        pyplot.close(figure)


def _panel(axis: Any, study: Study, target: str) -> None:
    gains, measure = study.by_language(target), study.distances[study.primary]
    sources = sorted(gains)
    known = [one for one in study.common(target) if all((source, one) in measure for source in sources)]
    axis.set_title(target, fontsize=9)
    axis.set_xlabel(f"{study.primary} distance, means taken out")
    if not known or not sources:
        return
    x = centred(np.array([[measure[source, one] for one in known] for source in sources]), True)
    y = centred(np.array([[gains[source][one] for one in known] for source in sources]), True)
    for place, source in enumerate(sources):
        axis.plot(x[place], y[place], "o", markersize=3, label=source)
    if len(sources) > 2 and (x * x).sum() > 0:
        at = np.linspace(x.min(), x.max(), 50)
        low, high = band(x, y, at)
        axis.fill_between(at, low, high, color="0.85", zorder=0, label="no effect, 95 %")
        axis.plot(at, at * float((x * y).sum() / (x * x).sum()), color="black", linewidth=1)
