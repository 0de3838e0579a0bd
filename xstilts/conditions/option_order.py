"""`option-order`: the options of a question stand in another order, and the right one in another place.

A head that scores each option by itself gives the same answers. What goes by the place of an option does not."""

from __future__ import annotations

from xstilts.conditions.draws import Draws
from xstilts.params.conditions import Condition
from xstilts.records.prepared import Row


def option_order(row: Row, family: str, asked: Condition) -> Row | None:
    """The row with its options turned by a drawn number of places, so that each stands in another one; `label` goes
    with the right one. The level is a share of rows. None for other families, and where all options say the same."""
    if family != "choice" or len({*row["choices"]}) < 2:
        return None
    draw, choices = Draws(row["id"], asked).of(), row["choices"]
    if draw.share >= asked.level:
        return row
    turn = 1 + draw.pick % (len(choices) - 1)
    return {**row, "choices": [*choices[turn:], *choices[:turn]], "label": (row["label"] - turn) % len(choices)}
