"""The raw text of a source with masked-LM steps."""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.corpus import read_corpus
from xstilts.params import Corpus, MaskedText
from xstilts.records.files import write_json, write_rows
from xstilts.seeding import Seeds

LINE = {"id": "str", "text": "str"}


@cache
def different_lines(corpus: Corpus, language: str) -> list[str]:
    """The lines of one language without repetitions, in file order; kept, as several sources ask for them."""
    return list(dict.fromkeys(read_corpus(Path(corpus.source), corpus.layout, language)))


def masked_text(corpus: Corpus, text: MaskedText, where: str, output: Path) -> None:
    """Lines of every language in one seeded order: first those held out, then as many for training as asked for."""
    for language in text.languages:
        lines = different_lines(corpus, language)
        asked = text.held_out + (text.lines or 1)
        if len(lines) < asked:
            raise InputError(
                f"{where}: {corpus.source} has {len(lines)} different lines in '{language}', expected {asked} or more: "
                f"{text.held_out} held out and {text.lines or 1} to learn from"
            )
        order = Seeds("corpus").numpy(language).permutation(len(lines))  # the same for every source
        rows = iter([{"id": f"{language}/{i}", "text": lines[i]} for i in order.tolist()])
        write_rows(output / "dev" / f"{language}.parquet", list(islice(rows, text.held_out)), LINE)
        write_rows(output / "train" / f"{language}.parquet", list(islice(rows, text.lines)), LINE)
    write_json(output / "lines.json", {"languages": text.languages, "lines": text.lines, "held_out": text.held_out})
