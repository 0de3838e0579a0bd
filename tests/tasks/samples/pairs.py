"""Made-up files of the sentence pair and choice tasks: MNLI, XNLI, PAWS-X, HellaSwag."""

from __future__ import annotations

from pathlib import Path

from tests.tasks.published import Row, Sample, jsonl, pair, put, put_hub

MNLI_ROWS = [pair("7n", 'A "b"\u2028c.', "D?", "neutral"), pair("8e", "E", "F", "entailment")]
MULTINLI = jsonl(
    {"gold_label": "neutral", "sentence1": 'A "b"\u2028c.', "sentence2": "D?", "pairID": "7n", "genre": "g"},
    {"gold_label": "-", "sentence1": "no majority", "sentence2": "x", "pairID": "9c"},
    {"gold_label": "entailment", "sentence1": "E", "sentence2": "F", "pairID": "8e"},
)
NLI = ["entailment", "neutral", "contradiction"]


def mnli_native(folder: Path) -> None:
    put(folder / "multinli_1.0_train.jsonl", MULTINLI)
    put(folder / "multinli_1.0_dev_matched.jsonl", MULTINLI)
    line = {"sentence1": "A.", "gold_label": "neutral", "promptid": "7", "pairid": "7n", "genre": "g"}
    put(folder / "labels/id/train.jsonl", jsonl(line | {"sentence2": "B?"}, line | {"sentence2": "C?"}))


def mnli_hub(folder: Path) -> None:
    rows = [{"premise": "A", "hypothesis": "B", "label": label, "idx": 10 + label} for label in (2, 0)]
    for split in ("train", "validation_matched"):
        put_hub(folder / f"mnli/{split}-00000-of-00001.parquet", rows, {"label": NLI})


XNLI_HEADER = "language\tgold_label\tsentence1_binary_parse\tsentence1\tsentence2\tpairID\n"
XNLI_EN = [pair("1", 'He said "hi".', "He spoke.", "entailment"), pair("2", "It rains.", "Dry.", "contradiction")]
XNLI_DE = [
    pair("1", "Er sagte „hallo“.", "Er sprach.", "entailment"),
    pair("2", "Es regnet.", "Trocken.", "contradiction"),
]


def xnli_native(folder: Path) -> None:
    put(folder / "multinli_1.0_train.jsonl", MULTINLI)
    lines = [
        f"{language}\t{row['label']}\t\t{row['text_a']}\t{row['text_b']}\t{row['id']}\n"
        for language, rows in (("de", XNLI_DE), ("en", XNLI_EN))
        for row in rows
    ]
    for split in ("dev", "test"):
        put(folder / f"xnli.{split}.tsv", XNLI_HEADER + "".join(lines))


def csv_line(*fields: str) -> str:
    """As Python's csv writer does it: quotes only where needed, doubled inside, CRLF at the end."""
    quoted = ['"' + field.replace('"', '""') + '"' if '"' in field else field for field in fields]
    return "\t".join(quoted) + "\r\n"


def numbered(rows: list[Row]) -> list[Row]:
    return [row | {"id": str(number)} for number, row in enumerate(rows)]


def xnli_xtreme(folder: Path) -> None:
    put(folder / "train-en.tsv", csv_line("A", "B", "contradictory") + csv_line('C "d"', "E", "neutral"))
    for language, rows in (("de", XNLI_DE), ("en", XNLI_EN)):
        put(folder / f"dev-{language}.tsv", "".join(csv_line(r["text_a"], r["text_b"], r["label"]) for r in rows))
        put(folder / f"test-{language}.tsv", "".join(csv_line(r["text_a"], r["text_b"]) for r in rows))
        put(folder / f"labels/test-{language}.tsv", "".join(r["label"] + "\n" for r in rows))


def xnli_hub(folder: Path) -> None:
    for language, rows in (("de", XNLI_DE), ("en", XNLI_EN)):
        for split in ("train", "validation", "test"):
            columns = [
                {"premise": r["text_a"], "hypothesis": r["text_b"], "label": NLI.index(r["label"])} for r in rows
            ]
            put_hub(folder / f"{language}/{split}-00000-of-00001.parquet", columns, {"label": NLI})


PAWS = [pair("4", 'A "b" c .', "C b a .", "1"), pair("6", "NS", "D e .", "0")]


def pawsx_native(folder: Path) -> None:
    text = "id\tsentence1\tsentence2\tlabel\n" + "".join("\t".join(row.values()) + "\n" for row in PAWS)
    put(folder / "en/train.tsv", text)
    for language in ("en", "de"):
        put(folder / language / "dev_2k.tsv", text)
        put(folder / language / "test_2k.tsv", text)


def pawsx_xtreme(folder: Path) -> None:
    for language in ("en", "de"):
        for split in ("train", "dev"):
            text = "".join(csv_line(r["text_a"], r["text_b"], r["label"]) for r in PAWS)
            put(folder / f"{split}-{language}.tsv", text)
        put(folder / f"test-{language}.tsv", "".join(csv_line(r["text_a"], r["text_b"]) for r in PAWS))
        put(folder / f"labels/test-{language}.tsv", "1\n0\n")


def pawsx_hub(folder: Path) -> None:
    rows = [
        {"id": int(r["id"]), "sentence1": r["text_a"], "sentence2": r["text_b"], "label": int(r["label"])} for r in PAWS
    ]
    for language in ("en", "de"):
        for split in ("train", "validation", "test"):
            put_hub(folder / f"{language}/{split}-00000-of-00001.parquet", rows, {"label": ["0", "1"]})


SWAG = {"ind": 4, "ctx_a": "[header] He", "ctx_b": "", "endings": ["a", "b", "c", "d"]}
SWAG_ROW = {"id": "0", "prompt": "[header] He", "choices": [" a", " b", " c", " d"], "label": 2}
SWAG_ROW_B = {"id": "1", "prompt": "[header] He", "choices": ["she a", "she b", "she c", "she d"], "label": 0}


def hellaswag_native(folder: Path) -> None:
    for split in ("train", "val"):
        put(folder / f"hellaswag_{split}.jsonl", jsonl(SWAG | {"label": 2}, SWAG | {"label": 0, "ctx_b": "she"}))


def hellaswag_hub(folder: Path) -> None:
    for split in ("train", "validation"):
        rows = [SWAG | {"label": "2"}, SWAG | {"label": "0", "ctx_b": "she"}]
        put_hub(folder / f"data/{split}-00000-of-00001.parquet", rows)


def everywhere(rows: list[Row], *places: str) -> dict[tuple[str, str], list[Row]]:
    return {(place.split("/")[0], place.split("/")[1]): rows for place in places}


HUB_MNLI = [pair("12", "A", "B", "contradiction"), pair("10", "A", "B", "entailment")]
NS = {("test", "de"): {"ns_rows": 1}}
PAWS_PLACES = ("train/en", "dev/en", "test/en", "test/de")

SAMPLES = {
    ("mnli", "native"): Sample(
        mnli_native,
        everywhere(MNLI_ROWS, "train/en", "dev/en")
        | everywhere([pair("7n", "A.", "B?", "neutral"), pair("7n#2", "A.", "C?", "neutral")], "train/id"),
        {("train", "en"): {"unlabelled": 1}, ("train", "id"): {"repeated_ids": 1}},
    ),
    ("mnli", "hub"): Sample(mnli_hub, everywhere(HUB_MNLI, "train/en", "dev/en")),
    ("xnli", "native"): Sample(
        xnli_native,
        everywhere(MNLI_ROWS, "train/en") | everywhere(XNLI_EN, "dev/en") | everywhere(XNLI_DE, "test/de"),
        {("train", "en"): {"unlabelled": 1}},
    ),
    ("xnli", "xtreme"): Sample(
        xnli_xtreme,
        everywhere([pair("0", "A", "B", "contradiction"), pair("1", 'C "d"', "E", "neutral")], "train/en")
        | everywhere(numbered(XNLI_EN), "dev/en", "test/en")
        | everywhere(numbered(XNLI_DE), "test/de"),
    ),
    ("xnli", "hub"): Sample(
        xnli_hub,
        everywhere(numbered(XNLI_EN), "train/en", "dev/en", "test/en") | everywhere(numbered(XNLI_DE), "test/de"),
    ),
    ("pawsx", "native"): Sample(pawsx_native, everywhere(PAWS, *PAWS_PLACES), NS),
    ("pawsx", "xtreme"): Sample(pawsx_xtreme, everywhere(numbered(PAWS), *PAWS_PLACES), NS),
    ("pawsx", "hub"): Sample(pawsx_hub, everywhere(PAWS, *PAWS_PLACES), NS),
    ("hellaswag", "native"): Sample(
        hellaswag_native, everywhere([SWAG_ROW, SWAG_ROW_B], "train/en", "dev/en"), {("dev", "en"): {"empty_ctx_b": 1}}
    ),
    ("hellaswag", "hub"): Sample(hellaswag_hub, everywhere([SWAG_ROW, SWAG_ROW_B], "train/en", "dev/en")),
}
