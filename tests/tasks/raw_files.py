"""Raw files of the data sets, made up from rows with everything odd in them: what the official program is run on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.tasks.official_program import THREE_LETTERS
from tests.tasks.published import Row, put, squad

Pair = tuple[str, str, str]  # sentence, sentence, label
Tagged = list[tuple[str, str]]  # (word, tag)

XNLI_COLUMNS = (
    "language gold_label sentence1_binary_parse sentence2_binary_parse sentence1_parse sentence2_parse sentence1 "
    "sentence2 promptID pairID genre"
).split()


def put_xnli(folder: Path, pairs: Sequence[Pair], language: str = "de") -> None:
    """XNLI-1.0 and the training file of XNLI-MT-1.0."""
    lines = [
        "\t".join((language, label, "", "", "", "", a, b, str(number), str(number), "g"))
        for number, (a, b, label) in enumerate(pairs)
    ]
    text = "\n".join(["\t".join(XNLI_COLUMNS), *lines, ""])
    for split in ("dev", "test"):
        put(folder / f"XNLI-1.0/xnli.{split}.tsv", text)
    train = ["premise\thypo\tlabel", *("\t".join(pair).replace("contradiction", "contradictory") for pair in pairs), ""]
    put(folder / "XNLI-MT-1.0/multinli/multinli.train.en.tsv", "\n".join(train))


def put_pawsx(folder: Path, pairs: Sequence[Pair]) -> None:
    """x-final."""
    lines = [f"{number}\t{a}\t{b}\t{label}" for number, (a, b, label) in enumerate(pairs, start=1)]
    text = "\n".join(["id\tsentence1\tsentence2\tlabel", *lines, ""])
    for language in "en de es fr ja ko zh".split():
        for name in ("train", "dev_2k", "test_2k"):
            put(folder / language / f"{name}.tsv", text)


def put_panx(folder: Path, sentences: Sequence[Tagged], language: str = "de") -> None:
    """<language>/<split> as the archives unpack, and <language>-<split> as download_data.sh renames them."""
    text = "".join("".join(f"{language}:{word}\t{tag}\n" for word, tag in one) + "\n" for one in sentences)
    for split in ("train", "dev", "test"):
        put(folder / language / split, text)
        put(folder / f"{language}-{split}", text)


def put_tatoeba(folder: Path, pairs: Sequence[tuple[str, str]]) -> None:
    """LASER's files, the same for every language."""
    for code in THREE_LETTERS:
        put(folder / f"tatoeba.{code}-eng.{code}", "".join(f"{source}\n" for source, _ in pairs))
        put(folder / f"tatoeba.{code}-eng.eng", "".join(f"{english}\n" for _, english in pairs))


def put_tydiqa(folder: Path, rows: Sequence[Row]) -> None:
    """The training file, and one dev file of all nine languages each with the rows of its own."""
    put(folder / "tydiqa-goldp-v1.1-train.json", squad(*rows))
    for language in "arabic bengali english finnish indonesian korean russian swahili telugu".split():
        own = [row for row in rows if row["id"].startswith(f"{language}-")]
        put(folder / f"tydiqa-goldp-v1.1-dev/tydiqa-goldp-dev-{language}.json", squad(*own))


FORMS = "a|b|_|_|zum|é|__|#|1-2|می\u200cشود|a\u00a0b|x\u2028y|\u3000a|\u200c_|_\u00a0|z\u0085|10 000|. .|_ _".split("|")
TIED = {"es": "VERB AUX PRON ADP DET", "fr": "VERB AUX PRON NOUN ADJ ADV ADP DET PART SCONJ", "it": "VERB AUX ADV PRON"}
"""Tags on which the converter can settle a tie; on others it raises where ours goes on and counts."""


def sentence(random: Random, language: str) -> str:
    """A random tree as CoNLL-U: fused words, empty nodes, comments, and heads of the enhanced graph without a cycle."""
    size = random.randint(1, 9)
    tags = TIED.get(language, "VERB NOUN PROPN PRON ADJ NUM ADV INTJ AUX ADP DET PART CCONJ SCONJ X PUNCT").split()
    order = random.sample(range(1, size + 1), size)
    above = {word: order[:place] for place, word in enumerate(order)}
    lines = ["# text = made up"] * random.randint(0, 1)
    fused = 0  # the last word of the last fused one
    for word in range(1, size + 1):
        if word > fused and word < size and random.random() < 0.3:
            fused = min(size, word + random.randint(1, 3))
            lines.append(f"{word}-{fused}\t{random.choice(FORMS)}" + "\t_" * 8)
        heads = [random.choice(above[word]) if above[word] else 0 for _ in range(random.randint(1, 3))]
        enhanced = "|".join(f"{head}:dep" for head in dict.fromkeys(heads)) if random.random() < 0.5 else "_"
        enhanced += "|8.1:conj" if enhanced != "_" and random.random() < 0.2 else ""
        lines.append(f"{word}\t{random.choice(FORMS)}\t_\t{random.choice(tags)}\t_\t_\t{heads[0]}\tdep\t{enhanced}\t_")
        if random.random() < 0.1:
            lines.append(f"{word}.1\te\t_\tX\t_\t_\t_\t_\t0:root\t_")
    return "\n".join([*lines, "", ""])


def put_treebanks(folder: Path, random: Random, language: str, split: str = "dev") -> None:
    """Up to three treebanks, whose folders are in another order than their files."""
    names = ("gsd", "partut", "ancora")[: random.randint(1, 3)]
    for number, name in enumerate(names):
        text = "".join(sentence(random, language) for _ in range(random.randint(1, 4)))
        put(folder / f"UD_{9 - number}/{language}_{name}-ud-{split}.conllu", text)
