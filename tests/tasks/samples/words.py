"""Made-up files of the tagging tasks: UDPOS, PANX and CCG."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tasks.published import Sample, put, put_hub, tagged


def conllu(*words: tuple[str, str, str, int], comment: str = "# text = made up") -> str:
    """(id, form, tag, head) as CoNLL-U lines, with an empty line after them."""
    lines = [
        f"{name}\t{form}\t_\t{tag}\t_\t_\t{head if head >= 0 else '_'}\t_\t_\t_" for name, form, tag, head in words
    ]
    return "\n".join([comment, *lines, "", ""])


HE_GOES = conllu(("1", "He", "PRON", 2), ("2", "goes", "VERB", 0), ("2.1", "went", "VERB", -1), ("3", ".", "PUNCT", 2))
# zum = zu + dem: both hang on Haus, so the order of tags decides (ADP before DET); "a b" loses its blank.
TO_THE = conllu(("1-2", "zum", "_", -1), ("1", "zu", "ADP", 3), ("2", "dem", "DET", 3), ("3", "H\u200ca us", "NOUN", 0))
HIDDEN = conllu(("1", "_", "NOUN", 0), ("2", "_", "VERB", 1), ("3", ".", "PUNCT", 1))


def udpos_native(folder: Path) -> None:
    for split in ("train", "dev", "test"):
        put(folder / f"UD_English-B/en_b-ud-{split}.conllu", HE_GOES)
        put(folder / f"UD_English-A/en_a-ud-{split}.conllu", HIDDEN + TO_THE)
    put(folder / "UD_German-C/de_c-ud-test.conllu", TO_THE)
    put(folder / "UD_Other-C/den_c-ud-test.conllu", HE_GOES)


TO_THE_ROW = tagged("0", ["zum", "Haus"], ["ADP", "NOUN"])
ENGLISH = [TO_THE_ROW, tagged("1", ["He", "goes", "."], ["PRON", "VERB", "PUNCT"])]
ODD = {"dropped_sentences": 1, "fused_words": 1, "empty_nodes": 1, "treebanks": 2, "ties_outside_order": 0}


def udpos_xtreme(folder: Path) -> None:
    for split in ("train", "dev"):
        put(folder / f"{split}-en.tsv", "zum\tADP\nHaus\tNOUN\n\nHe\tPRON\ngoes\tVERB\n.\tPUNCT\n")
    put(folder / "test-de.tsv", "zum\nHaus\n")
    put(folder / "labels/test-de.tsv", "ADP\nNOUN\n\n")


# A token with a colon, one with a blank inside and one of white space alone.
NAMES = [tagged("0", ["New York", "10:30", "\u3000", "x"], ["B-LOC", "I-LOC", "O", "O"]), tagged("1", ["Y"], ["B-PER"])]
CODES = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]


def panx_native(folder: Path) -> None:
    for language in ("en", "de"):
        text = "\n\n".join(
            "\n".join(f"{language}:{word}\t{tag}" for word, tag in zip(row["words"], row["tags"])) for row in NAMES
        )
        for split in ("train", "dev", "test"):
            put(folder / language / split, text + "\n\n")


PLAIN = [tagged("0", ["New", "10:30"], ["B-LOC", "O"]), tagged("1", ["Y"], ["B-PER"])]


def panx_xtreme(folder: Path) -> None:
    for split in ("train-en", "dev-en", "dev-de"):
        put(folder / f"{split}.tsv", "New\tB-LOC\n10:30\tO\n\nY\tB-PER\n")
    put(folder / "test-de.tsv", "New\n10:30\n\nY\n")
    put(folder / "labels/test-de.tsv", "B-LOC\nO\n\nB-PER\n")


def panx_hub(folder: Path) -> None:
    rows = [{"tokens": r["words"], "ner_tags": [CODES.index(t) for t in r["tags"]], "langs": ["en"]} for r in NAMES]
    for place in ("en/train", "en/validation", "de/validation", "de/test"):
        put_hub(folder / f"{place}-00000-of-00001.parquet", rows, {"ner_tags": CODES})


# A deleted comma: between two blanks there is neither a word nor a category. The last category is in no training file.
CCG = [
    tagged("0", ["The", "cat", "which", "sat"], ["NP[nb]/N", "N", r"(NP\NP)/(S[dcl]\NP)", r"S[dcl]\NP"]),
    tagged("1", ["Go"], [r"S[b]\NP"]),
]
CATEGORIES = ["N", "NP[nb]/N", "", r"(NP\NP)/(S[dcl]\NP)", r"S[dcl]\NP", "conj", r"S[b]\NP"]


def ccg_native(folder: Path) -> None:
    first = "The cat  which sat\tNP[nb]/N N  " + " ".join(CCG[0]["tags"][2:]) + "\n"
    put(folder / "ccg.train", first)
    put(folder / "ccg.dev", first + "Go\t" + CATEGORIES[-1] + "\n")
    numbers = {category: str(number) for number, category in reversed(list(enumerate(CATEGORIES)))}
    put(folder / "tags_to_id.json", json.dumps(numbers))


BLANK = {("dev", "en"): {"blank_words": 1}}

SAMPLES = {
    ("udpos", "native"): Sample(
        udpos_native,
        {("train", "en"): ENGLISH, ("dev", "en"): ENGLISH, ("test", "de"): [TO_THE_ROW]},
        {("dev", "en"): ODD},
    ),
    ("udpos", "xtreme"): Sample(
        udpos_xtreme, {("train", "en"): ENGLISH, ("dev", "en"): ENGLISH, ("test", "de"): [TO_THE_ROW]}
    ),
    ("panx", "native"): Sample(
        panx_native, {("train", "en"): NAMES, ("dev", "en"): NAMES, ("test", "de"): NAMES}, BLANK
    ),
    ("panx", "xtreme"): Sample(
        panx_xtreme, {("train", "en"): PLAIN, ("dev", "en"): PLAIN, ("dev", "de"): PLAIN, ("test", "de"): PLAIN}
    ),
    ("ccg", "native"): Sample(
        ccg_native,
        {("train", "en"): CCG[:1], ("dev", "en"): CCG},
        {("train", "en"): {"empty_places": 1}, ("dev", "en"): {"empty_places": 1, "words_of_unseen_tags": 1}},
    ),
    ("panx", "hub"): Sample(panx_hub, {("train", "en"): NAMES, ("dev", "en"): NAMES, ("test", "de"): NAMES}, BLANK),
}
