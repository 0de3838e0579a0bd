"""What a training leaves behind: its curve, and whether it has collapsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Curve:
    """What a training leaves behind for plots: loss and dev score by step, and which step was kept."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    dev: list[dict[str, Any]] = field(default_factory=list)
    best: dict[str, Any] | None = None


def collapse(curve: Curve, chances: Mapping[str, float]) -> str | None:
    """Why this run counts as collapsed, or None: a task's loss has not moved and its dev score is at chance.

    XLM-R Large is known to do this (transformers#10588, fairseq#2057, belebele#8): such a cell is marked, not dropped.
    """
    if not curve.best:
        return None
    reasons = []
    for task, chance in chances.items():
        losses = [point["loss"] for point in curve.steps if point.get("task", task) == task]
        score = curve.best.get("tasks", {}).get(task, curve.best["value"])
        if len(losses) < 4:
            continue
        quarter = max(1, len(losses) // 4)
        before, after = sum(losses[:quarter]) / quarter, sum(losses[-quarter:]) / quarter
        if after > 0.98 * before and score <= chance + 1:
            name = f"{task}: " if len(chances) > 1 else ""
            reasons.append(f"{name}loss {before:.3f} -> {after:.3f}, dev {score:.1f} at chance {chance:.1f}")
    return "; ".join(reasons) or None
