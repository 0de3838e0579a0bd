"""XTREME's submission folder from the predictions of one source, and its label folder from the prepared gold.

The layout is that of google-research/xtreme (README.md, `mock_test_data/`, `evaluate.py`) @838c13b:
`<task>/test-<language>.<ending>`. Every file is called `test-...`, whatever split `params.yaml` has the language scored
on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.families.pairing import pair
from xstilts.families.retrieval.scoring.score import Side, bucc, extract, nearest
from xstilts.params import Params
from xstilts.records import prepared
from xstilts.records.files import write_json, write_text, writing
from xstilts.records.prepared import Prepared, Row
from xstilts.scoring.cells import Run, scored_languages

FOLDERS = {
    "udpos": "udpos", "panx": "panx", "xnli": "xnli", "pawsx": "pawsx", "xquad": "xquad", "mlqa": "mlqa",
    "tydiqa": "tydiqa", "bucc": "bucc2018", "tatoeba": "tatoeba", "xcopa": "xcopa", "mewslix": "mewslix",
}  # fmt: skip
"""Target -> the folder it has in XTREME or XTREME-R. Other targets are no part of a submission."""
ENDINGS = {"span": "json", "choice": "jsonl", "dual": "json"}


def write_source(params: Params, source: str) -> list[str]:
    """Write `results/submissions/<source>`: one folder and one json file a seed; gives what there is to say of it.

    Raises `InputError` for an unknown source, and for predictions that are missing or out of step."""
    params.source(source)
    kind, said = params.row_kind(source), []
    with writing(paths.submissions(source)) as folder:
        folder.mkdir()
        for seed in params.seeds:
            record = write_submission(params, source, seed, folder / str(seed))
            write_json(folder / f"{seed}.json", record if kind == "record" else {"row": kind, **record})
            files = sum(len(languages) for languages in record.values())
            said.append(f"{source}, seed {seed}: {files} files in {paths.submissions(source) / str(seed)}")
    if kind != "record":
        said.append(f"warning: {source} ({kind}) is no row of the table; nothing to hand in")
    if others := left_out(params):
        said.append(f"no part of XTREME's submission: {', '.join(others)}")
    if params.conditions:
        said.append("of test sets the clean ones alone: no condition is part of a submission")
    return said


def write_submission(params: Params, source: str, seed: int, folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Write one file per target and scored language; gives task -> language -> split (BUCC: also the threshold)."""
    record: dict[str, dict[str, dict[str, Any]]] = {}
    for target, task, languages in _targets(params):
        run = Run(task, source, seed, params.evaluated(target, task.languages, task.tunes_on))
        for language, split in languages.items():
            gold, predicted = prepared.gold(task, split, language), run.rows[split, language]
            facts: dict[str, Any] = {"split": split}
            try:
                if task.tunes_on:
                    dev = prepared.gold(task, task.tunes_on, language), run.rows[task.tunes_on, language]
                    text, facts["threshold"] = mined((gold, predicted), dev)
                else:
                    text = PREDICTIONS[task.family](gold, predicted)
            except InputError as error:
                raise InputError(f"{run.name}, {language} ({split}): {error}") from None
            write_text(_file(folder, task, language), text)
            record.setdefault(FOLDERS[target], {})[language] = facts
    return record


def write_labels(params: Params, folder: Path) -> int:
    """Write the gold of every target and scored language; gives the number of files."""
    written = 0
    for _, task, languages in _targets(params):
        for language, split in languages.items():
            gold = prepared.gold(task, split, language)
            text = gold_pairs(gold) if task.tunes_on else LABELS[task.family](gold)
            write_text(_file(folder, task, language), text)
            written += 1
    return written


def left_out(params: Params) -> list[str]:
    """The targets that have no place in a submission."""
    return [target for target in params.target_families() if target not in FOLDERS]


def _targets(params: Params) -> Iterable[tuple[str, Prepared, dict[str, str]]]:
    for target in params.target_families():
        if target in FOLDERS:
            task = prepared.facts(target)
            yield target, task, scored_languages(params, task)


def _file(folder: Path, task: Prepared, language: str) -> Path:
    return folder / FOLDERS[task.name] / f"test-{language}.{ENDINGS.get(task.family, 'tsv')}"


def one_a_line(values: Iterable[object]) -> str:
    """Label words, digits or tags, one a line."""
    return "".join(f"{value}\n" for value in values)


def choices(labels: Iterable[int]) -> str:
    """One JSON object with the index of the choice a line."""
    return one_a_line(json.dumps({"label": label}) for label in labels)


def sentences(tags: Iterable[Sequence[str]]) -> str:
    """One tag a line, a blank line between sentences."""
    return "\n".join(map(one_a_line, tags))


def mined(test: Side, dev: Side) -> tuple[str, float]:
    """`source id<TAB>English id` of the mined pairs above the threshold tuned on dev, the surest first; threshold.

    official: XTREME's own script submits all mined pairs of test, without the threshold (xtreme#60)."""
    cut = bucc(test, dev)["threshold"]
    best = sorted(test[1], key=lambda row: -row["score"])
    chosen = extract((((row["id"], row["prediction"]), row["score"]) for row in best), cut)
    ordered = dict.fromkeys((row["id"], row["prediction"]) for row in best)
    return "".join(f"{source}\t{english}\n" for source, english in ordered if (source, english) in chosen), cut


def gold_pairs(gold: Sequence[Row]) -> str:
    """`source id<TAB>English id` of the gold pairs."""
    return "".join(f"{row['id']}\t{other}\n" for row in gold for other in row["gold"])


def _nearest(gold: Sequence[Row], predicted: Sequence[Row]) -> str:
    line = _source_lines(gold)
    return one_a_line(line[answer["prediction"]] for _, answer in nearest(gold, predicted))


def _partners(gold: Sequence[Row]) -> str:
    line = _source_lines(gold)
    english = [row for row in gold if row["side"] == "english"]
    for row in english:
        if not row["gold"] or row["gold"][0] not in line:
            raise InputError(f"'{row['id']}': found the partners {row['gold']}, expected the id of a source line")
    return one_a_line(line[row["gold"][0]] for row in english)


def _source_lines(gold: Sequence[Row]) -> dict[str, int]:
    """Id -> line number from 0. official: a plain integer; XTREME's own script writes `[5]`, which its scorer refuses
    to count as 5."""
    return {row["id"]: number for number, row in enumerate(row for row in gold if row["side"] == "source")}


def _answers(gold: Sequence[Row], predicted: Sequence[Row]) -> str:
    return _json({row["id"]: answer["prediction"] for row, answer in pair(gold, predicted)})


def _squad(gold: Sequence[Row]) -> str:
    paragraphs = [
        {
            "context": context,
            "qas": [
                {
                    "id": row["id"],
                    "question": row["question"],
                    "answers": [
                        {"text": text, "answer_start": start}
                        for text, start in zip(row["answers"], row["starts"], strict=True)
                    ],
                }
                for row in rows
            ],
        }
        for context, rows in groupby(gold, key=lambda row: row["context"])
    ]
    return _json({"version": "1.1", "data": [{"title": "", "paragraphs": paragraphs}]})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


PREDICTIONS: dict[str, Callable[[Sequence[Row], Sequence[Row]], str]] = {
    "classification": lambda gold, predicted: one_a_line(row["prediction"] for _, row in pair(gold, predicted)),
    "tagging": lambda gold, predicted: sentences(row["prediction"] for _, row in pair(gold, predicted)),
    "span": _answers,
    "choice": lambda gold, predicted: choices(row["prediction"] for _, row in pair(gold, predicted)),
    "retrieval": _nearest,
    "dual": lambda gold, predicted: _json({row["id"]: answer["ranking"] for row, answer in pair(gold, predicted)}),
}
LABELS: dict[str, Callable[[Sequence[Row]], str]] = {
    "classification": lambda gold: one_a_line(row["label"] for row in gold),
    "tagging": lambda gold: sentences(row["tags"] for row in gold),
    "span": _squad,
    "choice": lambda gold: choices(row["label"] for row in gold),
    "retrieval": _partners,
    "dual": lambda gold: _json({row["id"]: row["gold"] for row in gold}),
}
