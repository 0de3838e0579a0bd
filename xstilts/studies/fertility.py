"""Fertility: into how many pieces a vocabulary cuts the test sets of each language, and how many inputs are too long.

A length of 128 pieces is not the same text for two encoders. So a table of several says how many pieces each makes of
a word, or of a character where words have no blanks between, and how many of its inputs are longer than the recipe
allows. What is done with those, the family says: pairs are cut, questions and sentences with tags are read in several
windows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts import paths
from xstilts.encoders.facts import frame
from xstilts.encoders.models import load_tokenizer
from xstilts.params import Params
from xstilts.records import prepared
from xstilts.scoring.cells import scored_languages

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from xstilts.records.prepared import Prepared, Row

UNSPACED = {"ja", "km", "lo", "my", "th", "zh"}  # written without blanks between words
Input = list[list[str]]
"""The texts of one input of the model, one or two; each as its words, or whole as the only one."""


@dataclass(frozen=True)
class Fertility:
    """What a vocabulary makes of the test set of one target in one language."""

    backbone: str
    target: str
    language: str
    unit: str
    """`word` or `character`."""
    units: int
    pieces: int
    inputs: int
    longer: int
    """Inputs of more pieces than `max_length`, special tokens counted in."""
    max_length: int

    @property
    def per_unit(self) -> float:
        """Pieces of a word, or of a character."""
        return self.pieces / self.units if self.units else 0.0

    @property
    def share(self) -> float:
        """Percent of the inputs that are too long."""
        return 100 * self.longer / self.inputs if self.inputs else 0.0


def fertility(params: Params) -> list[Fertility]:
    """All test sets of the present run, cut by its backbone's vocabulary."""
    tokenizer, found = load_tokenizer(paths.BACKBONE), []
    for target in params.target_families():
        task, limit = prepared.facts(target), max_length(params, target)
        for language, split in scored_languages(params, task).items():
            inputs = [one for row in prepared.rows(target, split, language) for one in texts(task, row)]
            found.append(count(tokenizer, inputs, (params.profile, target, language), limit))
    return found


def max_length(params: Params, target: str) -> int:
    """The pieces that an input of a target may have."""
    if params.family(target) == "retrieval":
        return params.retrieval.max_length
    return params.training(params.training_of(target)).max_length


def texts(task: Prepared, row: Row) -> Iterator[Input]:
    """The inputs that one row makes. Of bilingual sets the side that is not English."""
    if task.family == "classification":
        yield [[row[side]] for side in ("text_a", "text_b") if row[side]]
    elif task.family == "tagging":
        yield [row["words"]]
    elif task.family == "span":
        yield [[row["question"]], [row["context"]]]
    elif task.family == "choice":
        yield from ([[row["prompt"]], [one]] for one in row["choices"])
    elif task.family == "translation":
        yield [[row["source"]]]
    elif task.family == "dual":
        yield from ([[row[side]]] for side in ("query",) if row[side])
    elif row["side"] != "english":
        yield [[row["text"]]]


def count(tokenizer: Tokenizer, inputs: Sequence[Input], name: tuple[str, str, str], limit: int) -> Fertility:
    """The pieces of some inputs. `name`: backbone, target and language.

    A text that stands in several inputs, as the passage of many questions, is one text for fertility."""
    words = [word for one in inputs for text in one for word in text]
    distinct = list(dict.fromkeys(words))
    cut = tokenizer.encode_batch(distinct, add_special_tokens=False)
    pieces = {word: len(encoding.ids) for word, encoding in zip(distinct, cut, strict=True)}
    around: Mapping[int, int] = {number: frame(tokenizer, number).size for number in {len(one) for one in inputs} - {0}}
    longer = sum(sum(pieces[word] for text in one for word in text) + around[len(one)] > limit for one in inputs if one)
    different = list(dict.fromkeys(tuple(text) for one in inputs for text in one))
    unit = "character" if not UNSPACED.isdisjoint(name[2].split("-")) else "word"
    return Fertility(
        *name, unit, sum(measure(text, unit) for text in different),
        sum(pieces[word] for text in different for word in text), len(inputs), longer, limit,
    )  # fmt: skip


def measure(text: Sequence[str], unit: str) -> int:
    """The words of a text, or its characters without blanks."""
    words = [part for word in text for part in word.split()]
    return len(words) if unit == "word" else sum(map(len, words))


def by_language(found: Sequence[Fertility]) -> dict[str, dict[str, Any]]:
    """language -> its unit, pieces a unit and percent of inputs that are too long, over all targets of one backbone."""
    table: dict[str, dict[str, Any]] = {}
    for language in sorted({one.language for one in found}):
        own = [one for one in found if one.language == language]
        units, inputs = sum(one.units for one in own), sum(one.inputs for one in own)
        table[language] = {
            "unit": own[0].unit, "pieces": sum(one.pieces for one in own) / units if units else 0.0,
            "longer": 100 * sum(one.longer for one in own) / inputs if inputs else 0.0,
        }  # fmt: skip
    return table
