"""LAFAND-MT: news in African languages, translated from English or into it. One model learns all directions."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.lafand import folders, has, pairs
from xstilts.formats.parallel import directions, other_of, scored_rows, training_rows
from xstilts.formats.pieces import pieces
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

PIECES = 8_000  # of the decoder; enough for five languages in one script
TEST = {  # lines; of the languages that are not named here no verified number is known
    "am": 1_037, "ha": 1_500, "ig": 1_500, "ny": 1_004, "rw": 1_006, "sn": 1_005, "sw": 1_835, "tn": 1_500,
    "xh": 1_002, "yo": 1_558, "zu": 998,
}  # fmt: skip
LANGUAGES = ("ha", "ig", "sw", "yo", "zu")
OTHERS = ("am", "lg", "luo", "ny", "pcm", "rw", "sn", "tn", "tw", "xh")


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published text files. `en`, of training and development sets, is all directions of all languages that are
    there: one model learns them all. Else a language is a direction, such as `en-sw`."""
    there = folders(raw)
    if language == "en":
        rows = Rows()
        for direction in directions(there):
            folder = there[other_of(direction, there, str(raw))]
            if has(folder, split):
                training_rows(rows, pairs(folder, split, direction), direction)
        return rows
    other = other_of(language, there, str(raw))
    known = pairs(there[other], "train", language) if has(there[other], "train") else []
    found = pairs(there[other], split, language)
    return scored_rows(found, language, known, f"{raw}: {split}/{language}", f"{other}/")


def read_labels(raw: Path) -> tuple[str, ...]:
    """What a decoder writes: pieces of all training texts, English and other."""
    there = {language: folder for language, folder in folders(raw).items() if has(folder, "train")}
    texts = (text for one, folder in there.items() for pair in pairs(folder, "train", f"en-{one}") for text in pair)
    return pieces(texts, ("en", *there), PIECES)


TASK = Task(
    name="lafand",
    family="translation",
    metric="chrf2++",
    languages=directions(LANGUAGES),
    other_languages=directions(OTHERS),
    readers={"native": read_native},
    read_labels=read_labels,
    counts={"test": dict(zip(directions(TEST), (size for size in TEST.values() for _ in range(2)), strict=True))},
    licence="CC BY-NC 4.0",
    citation="Adelani et al. 2022: A Few Thousand Translations Go a Long Way! Leveraging Pre-trained Models for "
    "African News Translation. NAACL. arXiv 2205.02022",
    origin=(Archive("https://github.com/masakhane-io/lafand-mt/archive/d441f8b063d63e95eafb72e84317359e27abf95e.zip"),),
    repeats=0.03,  # 32 of the 1,500 Igbo test pairs stand twice
)
