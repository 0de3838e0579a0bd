"""The rows of an English training set in another language: by a translator, or as somebody published them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xstilts.params import Params, Translation
from xstilts.records.files import read_json
from xstilts.threads import use_threads
from xstilts.translation import fields, layout, published

Row = dict[str, Any]
Made = tuple[list[Row], Counter[str], dict[str, Any]]
"""The rows, what was odd or dropped, and the part of the signature that says who made them."""


def translated(params: Params, given: Translation, english: Sequence[Row], family: str, state: Path) -> Made:
    """The rows as `given` asks for them; what a translator has done is kept in `state` until all is written."""
    if given.by == "published":
        return from_publisher(given, english)
    return by_machine(params, given, english, family, state)


def by_machine(params: Params, given: Translation, english: Sequence[Row], family: str, state: Path) -> Made:
    """Every text of the rows, each sentence once, by a translator."""
    folder = Path(given.source)
    about = read_json(folder / "translator.json")
    from xstilts.translation import engine  # imports torch: after what is refused

    settings = engine.Settings.of(about)
    code = settings.code(given.language, given.by)
    layout.check_files(folder, settings.engine)
    use_threads(params.threads, params.arithmetic)
    sentences = fields.needed(english, family)
    machine = engine.Engine(folder, settings, code)
    signature = [about["weights_sha256"][:16], given.language, settings.beam, settings.batch, settings.max_length]
    known = engine.translate_all(machine, sentences, state / "-".join(map(str, signature)), state.name)
    rows, counts = fields.render(english, family, known.__getitem__)
    return rows, Counter({**counts, **machine.odd}), {"translator": about}


def from_publisher(given: Translation, english: Sequence[Row]) -> Made:
    """A published translation of the rows."""
    odd: Counter[str] = Counter()
    rows = published.read(given, english, odd)
    hashes = {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in published.files(given)}
    return rows, odd, {"published": {"layout": given.layout, "sha256": hashes}}
