"""Made-up raw files and what the benchmark's own preprocessing wrote for them (google-research/xtreme @838c13b).

The official files below are its output to the byte; with XSTILTS_OFFICIAL they are made again and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.tasks.official_program import convert_treebanks, needs_official, preprocess
from tests.tasks.published import put
from tests.tasks.raw_files import put_panx, put_pawsx, put_tatoeba, put_xnli
from xstilts.records.prepared import Row
from xstilts.tasks import load


def trees(*sentences: str) -> str:
    """`id form tag head [enhanced]` a word, words parted by ` / `, as CoNLL-U."""
    lines = []
    for sentence in sentences:
        for word in sentence.split(" / "):
            name, form, tag, head, enhanced = [*word.split(" "), "_"][:5]
            lines.append("\t".join((name, form.replace("~", " "), "_", tag, "_", "_", head, "dep", enhanced, "_")))
        lines.append("")
    return "\n".join(["# text = made up", *lines, ""])


FUSED = (
    "1-2 zum _ _ / 1 zu ADP 3 / 2 dem DET 3 / 3 Haus NOUN 0",  # a tie: the order decides
    "1-2 del _ _ / 1 de ADP 2 / 2 el DET 3 / 3 mar NOUN 0",  # the second part is nearer to the root
    "1-3 dámelo _ _ / 1 da VERB 0 / 2 me PRON 1 / 3 lo PRON 1 / 4 . PUNCT 1",
    "1 a NOUN 2 / 2-3 bc _ _ / 2 b AUX 0 / 3 c PRON 0 / 3.1 e VERB _ / 4 d ADV 2",  # an empty node
    "1-2 XY _ _ / 1 a DET 3 3:x|4:y / 2 b VERB 4 / 3 c NOUN 0 / 4 d NOUN 3",  # enhanced heads count
)
ODD_WORDS = (
    "1 10~000 NUM 0 / 2 می\u200cشود VERB 1 / 3 a\u00a0b X 1 / 4 \u3000c X 1",
    "1 _ NOUN 0",
    "1 _ NOUN 0 / 2 a VERB 1",
    "1 _ NOUN 0 / 2 a VERB 1 / 3 b VERB 1",
    "1 _ NOUN 0 / 2 _ VERB 1 / 3 . PUNCT 1",
    "1-2 _ _ _ / 1 x NOUN 0 / 2 y VERB 1 / 3 z X 1",
)


TIES = {"de": ("ADV", "PRON"), "it": ("PRON", "ADV"), "es": ("DET", "ADP"), "fr": ("PART", "ADJ")}


def put_ud(folder: Path, language: str) -> None:
    """Two treebanks whose folders come in another order than their files."""
    first, second = TIES[language]
    tie = f"1-2 vw _ _ / 1 v {first} 3 / 2 w {second} 3 / 3 x NOUN 0"
    put(folder / f"UD_A/{language}_z-ud-dev.conllu", trees(*ODD_WORDS))
    put(folder / f"UD_B/{language}_a-ud-dev.conllu", trees(*FUSED, tie))


PAIRS = [
    (' He said "hi",\u00a0', "a 'b'", "contradiction"),
    ('"', 'x""y', "neutral"),
    ("a\u2028b\u0085c", "d;e", "entailment"),
]
PAWS = [(' "NS" ', "NS", "0"), ("  NS", "über, all .", "0"), ('A "b" , c .', "x\u3000", "1")]
NAMES = [[("10:30", "O"), (" New York", "B-LOC"), ("::", "O")], [("\u200c", "B-PER"), ("a\u00a0b\u00a0", "I-PER")]]
TATOEBA = [(" Drei.", "b"), ("Zwei.", " a "), ("Eins.", "b"), ("Null.", "Ä"), ("Fünf.", '"Z"'), ("Vier.", "Z")]


def ud(first: str, second: str) -> str:
    """The converted file; its languages differ in two ties."""
    return (
        f"zum\tADP\nHaus\tNOUN\n\ndel\tDET\nmar\tNOUN\n\nd\xe1melo\tVERB\n.\tPUNCT\n\na\tNOUN\nbc\t{first}\nd\tADV\n\n"
        f"XY\tVERB\nc\tNOUN\nd\tNOUN\n\nvw\t{second}\nx\tNOUN\n\n"
        "10000\tNUM\n\u0645\u06cc\u0634\u0648\u062f\tVERB\na\xa0b\tX\nc\tX\n\n_\tNOUN\na\tVERB\nb\tVERB\n"
    )


UD = {"de": ud("PRON", "PRON"), "es": ud("AUX", "ADP"), "fr": ud("AUX", "ADJ"), "it": ud("AUX", "ADV")}
XNLI = '"He said ""hi"","\ta \'b\'\tcontradiction\r\n""""\t"x""""y"\tneutral\r\na\u2028b\x85c\td;e\tentailment\r\n'


@dataclass(frozen=True)
class Golden:
    """A writer of raw files, and the files of the official program; ours reads the raw ones in the folder `native`."""

    write: Callable[[Path], None]
    files: dict[str, str]
    task: str
    language: str = "de"
    native: str = "."


GOLDENS = {
    **{
        f"udpos-{language}": Golden(
            partial(put_ud, language=language), {f"dev-{language}.tsv": text}, "udpos", language
        )
        for language, text in UD.items()
    },
    "xnli": Golden(
        partial(put_xnli, pairs=PAIRS), {"train-en.tsv": XNLI, "dev-de.tsv": XNLI}, "xnli", native="XNLI-1.0"
    ),
    "pawsx": Golden(
        partial(put_pawsx, pairs=PAWS),
        {"dev-de.tsv": '"""NS"""\tNS\t0\r\nNS\t\xfcber, all .\t0\r\n"A ""b"" , c ."\tx\t1\r\n'},
        "pawsx",
    ),
    "panx": Golden(
        partial(put_panx, sentences=NAMES),
        {
            "dev-de.tsv": "10:30\tO\nNew York\tB-LOC\n::\tO\n\n\u200c\tB-PER\na\xa0b\tI-PER\n",
            "test-de.tsv": "10:30\nNew York\n::\n\n\u200c\na\xa0b\n",
        },
        "panx",
    ),
    "tatoeba": Golden(
        partial(put_tatoeba, pairs=TATOEBA),
        {
            "de-en.de": " Drei.\nZwei.\nEins.\nNull.\nF\xfcnf.\nVier.\n",
            "de-en.en": '"Z"\nZ\na\nb\nb\n\xc4\n',
        },
        "tatoeba",
    ),
}


def rows(golden: Golden, layout: str, raw: Path, labels: Path, split: str) -> list[Row]:
    found = load(golden.task).readers[layout](raw, labels, split, golden.language)
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


@pytest.mark.parametrize("name", GOLDENS)
def test_our_reading_of_the_raw_files_is_that_of_the_official_ones(name: str, tmp_path: Path) -> None:
    golden = GOLDENS[name]
    golden.write(tmp_path / "raw")
    for file, text in golden.files.items():
        put(tmp_path / "out" / file, text)
    put(tmp_path / "out/test-de.tsv", "4\n5\n1\n0\n2\n3\n")  # Tatoeba's labels: source line of each English line
    split = "test" if name == "tatoeba" else "dev"
    native = rows(golden, "native", tmp_path / "raw" / golden.native, tmp_path, split)
    assert native == rows(golden, "xtreme", tmp_path / "out", tmp_path / "out", split)


@needs_official
@pytest.mark.parametrize("name", GOLDENS)
def test_the_official_files_are_what_the_program_writes(name: str) -> None:
    golden = GOLDENS[name]
    with (
        TemporaryDirectory() as folder
    ):  # not tmp_path: official: with "test" anywhere in its path PANX loses its labels
        raw, out = Path(folder) / "raw", Path(folder) / "out"
        golden.write(raw)
        if golden.task == "udpos":
            convert_treebanks(raw, out, Path(folder) / "work")
        else:
            preprocess(golden.task, raw, out, **({"PANX_LANGUAGES": ["de"]} if name == "panx" else {}))
        for file, text in golden.files.items():
            assert (out / file).read_bytes().decode() == text, file
