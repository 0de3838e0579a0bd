"""Translations of English training sets that somebody published, joined to the prepared English rows.

Each reader yields rows with the published text; `join` gives them the English ids, by id or by order, and refuses a set
that is not a translation of these rows. `origin` says where each layout is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.formats.hub import class_name, read_hub, shards
from xstilts.formats.text import exactly, has_fields, read_lines, read_tsv
from xstilts.params import Translation
from xstilts.records.files import read_json

Row = dict[str, Any]
Read = Iterator[tuple[str, Row]]  # (file:line, row)
XNLI = ("premise", "hypothesis", ("entailment", "neutral", "contradiction"))
HUB: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "mnli": XNLI, "xnli": XNLI, "pawsx": ("sentence1", "sentence2", ("0", "1")),
}  # fmt: skip
"""Columns and label names of the hub's train splits: facebook/xnli and google-research-datasets/paws-x."""
BUCKET = {"mnli": "XNLI", "xnli": "XNLI", "pawsx": "PAWSX"}  # folders of XTREME's translations


def path(given: Translation) -> Path:
    """The file (hub: the folder) of a published translation."""
    folder, language = Path(given.source), given.language
    if given.layout == "xnli-mt":
        return _inside(folder, "XNLI-MT-1.0") / "multinli" / f"multinli.train.{language}.tsv"
    if given.layout == "mlqa":
        return _inside(folder, "mlqa-translate-train") / f"{language}_squad-translate-train-train-v1.1.json"
    if given.layout == "pawsx":
        return _inside(folder, "x-final") / language / "translated_train.tsv"
    if given.layout == "xtreme":
        squad = f"squad.translate.train.en-{language}.json"
        return folder / (f"en-{language}-translated.tsv" if given.task in BUCKET else squad)
    return folder / language


def _inside(folder: Path, name: str) -> Path:
    """The archive's own folder, where it was unpacked with it."""
    return folder / name if (folder / name).is_dir() else folder


def files(given: Translation) -> list[Path]:
    """Every file that is read."""
    return shards(path(given), "train") if given.layout == "hub" else [path(given)]


def read(given: Translation, english: Sequence[Row], odd: Counter[str]) -> list[Row]:
    """The translated rows under their English ids; `odd` gets the counts of what was left out."""
    span = "answers" in english[0]
    if given.layout != "xtreme" and span != (given.layout == "mlqa"):
        raise InputError(f"translations: layout '{given.layout}' does not hold translations of '{given.task}'")
    if span:
        return _by_id(_squad(path(given), odd), english, odd, path(given))
    if given.layout == "pawsx":
        return _worded(_by_id(_pawsx(path(given), odd), english, odd, path(given)), odd)
    readers: dict[str | None, Callable[[Translation, Sequence[Row]], Read]] = {
        "xnli-mt": _xnli_mt, "hub": _hub, "xtreme": _xtreme,
    }  # fmt: skip
    return _worded(_by_order(list(readers[given.layout](given, english)), english, path(given)), odd)


def _worded(rows: Sequence[Row], odd: Counter[str]) -> list[Row]:
    """Without the rows that have an empty sentence: some were never translated (PAWS-X: paws#4)."""
    kept = [row for row in rows if row["text_a"] and row["text_b"]]
    odd["blank_rows"] += len(rows) - len(kept)
    return kept


def _by_order(found: Sequence[tuple[str, Row]], english: Sequence[Row], file: Path) -> list[Row]:
    """Row n is the translation of row n: as many of them, and each with the label of its English row."""
    if len(found) != len(english):
        raise InputError(f"{file}: found {len(found):,} rows, expected {len(english):,}: one for each English row")
    for (where, row), original in zip(found, english, strict=True):
        _same_label(row, original, where)
    return [{**row, "id": original["id"]} for (_, row), original in zip(found, english, strict=True)]


def _by_id(found: Read, english: Sequence[Row], odd: Counter[str], file: Path) -> list[Row]:
    """Rows under the id of an English row, in the order of those; others are counted."""
    known = {row["id"]: row for row in english}
    kept: dict[str, Row] = {}
    for where, row in found:
        if row["id"] not in known:
            odd["unknown_ids"] += 1
        elif row["id"] in kept:
            raise InputError(f"{where}: found the id {row['id']!r} a second time, expected it once")
        else:
            _same_label(row, known[row["id"]], where)
            kept[row["id"]] = row
    if not kept:
        raise InputError(f"{file}: found no row with the id of an English row, expected at least one")
    odd["not_translated"] += len(english) - len(kept)
    return [kept[row["id"]] for row in english if row["id"] in kept]


def _same_label(row: Row, original: Row, where: str) -> None:
    if row.get("label") != original.get("label"):
        raise InputError(f"{where}: found the label {row['label']!r}, expected {original['label']!r} as in the English "
                         f"row {original['id']}: not a translation of these rows, or in another order")  # fmt: skip


def _pair(name: str, text_a: str, text_b: str, label: str, where: str) -> tuple[str, Row]:
    # official: XNLI-MT says "contradictory" where all others say "contradiction".
    label = "contradiction" if label == "contradictory" else label
    return where, {"id": name, "text_a": text_a.strip(), "text_b": text_b.strip(), "label": label}


def _xnli_mt(given: Translation, english: Sequence[Row]) -> Read:
    """XNLI-MT-1.0: premise, hypo, label; the rows of MultiNLI's training set in their order."""
    for where, row in read_tsv(path(given), ("premise", "hypo", "label")):
        yield _pair("", row["premise"], row["hypo"], row["label"], where)


def _hub(given: Translation, english: Sequence[Row]) -> Read:
    """The train split of one language; it keeps the order of the English one."""
    if given.task not in HUB:
        raise InputError(f"translations: no hub repository has '{given.task}' translated; expected: {', '.join(HUB)}")
    one, two, names = HUB[given.task]
    for where, row in read_hub(path(given), "train", {one: str, two: str, "label": names}):
        yield _pair("", row[one], row[two], class_name(row["label"], names, where), where)


def _pawsx(file: Path, odd: Counter[str]) -> Read:
    """PAWS-X x-final: id, sentence1, sentence2, label. Blank lines are skipped (paws#4) and counted."""
    lines = read_lines(file)
    names = ["id", "sentence1", "sentence2", "label"]
    if lines[0].split("\t") != names:
        raise InputError(f"{file}:1: found the columns {lines[0]!r}, expected {', '.join(names)}")
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            odd["blank_lines"] += 1
            continue
        name, text_a, text_b, label = exactly(line.split("\t"), len(names), f"{file}:{number}")
        yield _pair(name, text_a, text_b, label, f"{file}:{number}")


def _xtreme(given: Translation, english: Sequence[Row]) -> Read:
    """XTREME's bucket: the English pair, its translation, the label.

    XTREME's own readers take columns 1, 2 and 3 of these files, which is English text and a sentence for a label."""
    if given.task not in BUCKET:
        known = ", ".join(BUCKET)
        raise InputError(f"translations: XTREME has no translated pairs of '{given.task}'; expected one of: {known}")
    file = path(given)
    for number, (line, original) in enumerate(zip(read_lines(file), english), start=1):
        where = f"{file}:{number}"
        fields = exactly(line.split("\t"), 5, where)
        for column, name in enumerate(("text_a", "text_b")):
            if fields[column].split() != original[name].split():
                raise InputError(f"{where}: column {column + 1} is {fields[column][:60]!r}, expected the English "
                                 f"sentence {original[name][:60]!r} of row {original['id']}")  # fmt: skip
        yield _pair("", fields[2], fields[3], fields[4], where)
    if (rest := len(read_lines(file)) - len(english)) > 0:
        raise InputError(f"{file}: found {rest:,} rows more than the {len(english):,} English ones")


def _squad(file: Path, odd: Counter[str]) -> Read:
    """SQuAD's JSON. An answer that does not stand at its offset is left out and counted, and so is its question."""
    document = read_json(file)
    has_fields(document, {"data": list}, str(file))
    for article in document["data"]:
        has_fields(article, {"paragraphs": list}, str(file))
        for paragraph in article["paragraphs"]:
            has_fields(paragraph, {"context": str, "qas": list}, str(file))
            for question in paragraph["qas"]:
                has_fields(question, {"id": str, "question": str, "answers": list}, str(file))
                where, context = f"{file}: question {question['id']}", paragraph["context"]
                for answer in question["answers"]:
                    has_fields(answer, {"text": str, "answer_start": int}, where)
                good = [one for one in question["answers"] if one["text"] and one["answer_start"] >= 0
                        and context.startswith(one["text"], one["answer_start"])]  # fmt: skip
                odd["answers_not_at_their_offset"] += len(question["answers"]) - len(good)
                if question["answers"] and not good:
                    odd["dropped_answer_not_found"] += 1
                    continue
                yield where, {
                    "id": question["id"], "context": context, "question": question["question"],
                    "starts": [one["answer_start"] for one in good], "answers": [one["text"] for one in good],
                }  # fmt: skip
