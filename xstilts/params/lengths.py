"""The lengths of `params.yaml`: each with its key, and what they ask of one another.

What is wrong is returned in words, or "" if nothing is: `params.yaml` is checked with what its text alone tells, and
again with tokenizer and model as soon as there are some (`xstilts/encoders/lengths.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from xstilts.params.fields import Fields


class Length(NamedTuple):
    """Tokens that an input may have."""

    key: str  # where it stands in `params.yaml`
    tokens: int
    texts: int  # one or two stand in the input


def lengths(params: Fields) -> Iterator[Length]:
    """The length of every input. Of a source's tasks the file does not say if they ask about pairs."""
    if made := params.backbone.pretraining:
        yield Length("backbone.pretraining.max_length", made.max_length, 2 if params.backbone.parallel else 1)
    for name, source in params.sources.items():
        if source.recipe:
            yield Length(f"sources.{name}.max_length", source.recipe.max_length, 1)
        for task, own in source.each.items():
            if own.max_length:
                yield Length(f"sources.{name}.each.{task}.max_length", own.max_length, 1)
        if source.mlm and source.mlm.max_length:
            yield Length(f"sources.{name}.mlm.max_length", source.mlm.max_length, 1)
    for name in params.trainings():
        at, recipe = params.place(name), params.training(name)
        texts = 1 if params.family(name) in ("tagging", "dual", "translation") else 2
        yield Length(f"{at}.max_length", recipe.max_length, texts)
        if length := getattr(recipe, "query_length", None):
            yield Length(f"{at}.query_length", length, texts)
    if params.targets.retrieval:
        yield Length("retrieval.max_length", params.retrieval.max_length, 1)


def wrong(params: Fields, one: int, two: int, positions: int | None, of: str) -> str:
    """The first length that does not fit. `one` and `two` are the special tokens around one text and around two."""
    for key, tokens, texts in lengths(params):
        special = two if texts == 2 else one
        if found := short(key, tokens, special, texts) or outside(key, tokens, 1, positions, f"the positions of {of}"):
            return found
    for name in params.trainings():
        if params.family(name) == "span":
            found = windows(
                f"{params.place(name)}.max_length",
                params.training(name).max_length,
                two,
                params.span.stride,
                params.span.question_length,
                params.span.answer_length,
            )
            if found:
                return found
    return ""


def short(key: str, tokens: int, special: int, texts: int) -> str:
    """A length that does not hold a token of each text beside the special tokens."""
    return outside(key, tokens, special + texts, why=f"{special} special tokens, and one token of each text")


def windows(key: str, max_length: int, special: int, stride: int, question_length: int, answer_length: int) -> str:
    """Lengths of a span task that leave no context, skip some of it, or leave no room for an answer."""
    room = max_length - special - question_length
    rest = f"{key}, {max_length}, leaves {room} tokens of context beside the longest question"
    return (
        outside(key, max_length, special + 3, why=f"{special} special tokens, one of the question, two of the context")
        or outside("span.question_length", question_length, 1, max_length - special - 2,
                   f"{key}, {max_length}, has room for the context, too")
        or outside("span.stride", stride, 1, room - 1, rest)
        or outside("span.answer_length", answer_length, 1, room, rest)
    )  # fmt: skip


def outside(key: str, value: int, least: int, most: int | None = None, why: str = "") -> str:
    """A value that is not in a range."""
    if value >= least and (most is None or value <= most):
        return ""
    return f"{key}: found {value}, expected {f'at least {least}' if most is None else f'{least} to {most}'} ({why})"
