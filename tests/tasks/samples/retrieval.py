"""Made-up files of the retrieval tasks: BUCC and Tatoeba."""

from __future__ import annotations

from pathlib import Path

from tests.tasks.published import Row, Sample, put


def sentence(name: str, side: str, text: str, *gold: str) -> Row:
    return {"id": name, "side": side, "text": text, "gold": list(gold)}


BUCC = [
    sentence("de-1", "source", "Eins.", "en-2"),
    sentence("de-2", "source", "Allein."),
    sentence("en-1", "english", "Alone too."),
    sentence("en-2", "english", "One."),
]


def _bucc(stem: Path, gold: Path) -> None:
    put(stem.with_name(stem.name + ".de"), "de-1\tEins.\nde-2\tAllein.\n")
    put(stem.with_name(stem.name + ".en"), "en-1\tAlone too.\nen-2\tOne.\n")
    put(gold, "de-1\ten-2\n")


def bucc_native(folder: Path) -> None:
    for part in ("sample", "training"):
        _bucc(folder / f"de-en/de-en.{part}", folder / f"de-en/de-en.{part}.gold")


def bucc_xtreme(folder: Path) -> None:
    _bucc(folder / "de-en.dev", folder / "de-en.dev.gold")
    _bucc(folder / "de-en.test", folder / "labels/test-de.tsv")


TATOEBA = [
    sentence("0", "source", "Drei."),
    sentence("1", "source", "Zwei."),
    sentence("2", "source", "Eins."),
    sentence("0", "english", '"Two?"', "1"),
    sentence("1", "english", "One.", "2"),
    sentence("2", "english", "Three.", "0"),
]


def tatoeba_native(folder: Path) -> None:
    put(folder / "tatoeba.deu-eng.deu", "Drei.\nZwei.\nEins.\n")
    put(folder / "tatoeba.deu-eng.eng", 'Three.\n"Two?"\nOne. \n')


def tatoeba_xtreme(folder: Path) -> None:
    put(folder / "de-en.de", "Drei.\nZwei.\nEins.\n")
    put(folder / "de-en.en", '"Two?"\nOne.\nThree.\n')
    put(folder / "labels/test-de.tsv", "1\n2\n0\n")


def tatoeba_by_source(folder: Path) -> None:
    tatoeba_xtreme(folder)
    put(folder / "labels/test-de.tsv", "2\n0\n1\n")


SAMPLES = {
    ("bucc", "native"): Sample(bucc_native, {("dev", "de"): BUCC, ("test", "de"): BUCC}),
    ("bucc", "xtreme"): Sample(bucc_xtreme, {("dev", "de"): BUCC, ("test", "de"): BUCC}),
    ("tatoeba", "native"): Sample(tatoeba_native, {("test", "de"): TATOEBA}),
    ("tatoeba", "xtreme"): Sample(tatoeba_xtreme, {("test", "de"): TATOEBA}),
    ("tatoeba", "xtreme-by-source"): Sample(tatoeba_by_source, {("test", "de"): TATOEBA}),
}
