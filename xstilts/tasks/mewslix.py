"""Mewsli-X: which of a million entities is mentioned? Trained on English Wikipedia, asked on news in 11 languages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xstilts.errors import InputError, unknown
from xstilts.formats.labels import label_file
from xstilts.formats.rows import Rows
from xstilts.formats.text import has_fields, read_document, read_jsonl
from xstilts.records.prepared import Row
from xstilts.records.strict import brief
from xstilts.tasks import Archive, Task

LANGUAGES = tuple("ar de en es fa ja pl ro ta tr uk".split())
BRACES = re.compile(r"\{(.*?)\}")


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """wikipedia_pairs-{train,dev}.jsonl, candidate_set_entities.jsonl, and wikinews_mentions-test.jsonl, which
    get-mewsli-x.sh (google-research, dense_representations_for_entity_retrieval/mel) fills with WikiNews texts."""
    path = raw / "wikinews_mentions-test.jsonl"
    if split != "test":
        return _training(raw, split, language)
    if not os.path.lexists(path) and (raw / "wikinews_mentions_no_text-test.jsonl").is_file():
        raise InputError(f"{path}: file not found: only the one without texts is there; get-mewsli-x.sh restores them")
    rows, there = Rows(), dict[str, None]()
    for where, context, mention in _mentions(path):
        there[context["language"]] = None
        if context["language"] == language:
            _add(rows, context, mention, mention["entity_id"], where)
    if not rows:
        raise unknown("language", language, sorted(there), str(path))
    return rows


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The same, cut by language: wikinews_mentions/test-<l>.jsonl. official: XTREME empties its gold entities; those of
    the label folder's test-<l>.json count."""
    if split != "test":
        return _training(raw, split, language)
    path = raw / "wikinews_mentions" / f"test-{language}.jsonl"
    gold_path = label_file(path, labels, "mewslix", split, f"test-{language}.json")
    gold, rows = read_document(gold_path), Rows()
    has_fields(gold, {}, str(gold_path))
    for where, context, mention in _mentions(path):
        name = mention["example_id"]
        if name not in gold:
            raise InputError(f"{gold_path}: mention {name} of {path} is not there")
        if not isinstance(gold[name], list) or len(gold[name]) != 1 or not isinstance(gold[name][0], str):
            raise InputError(f"{gold_path}: mention {name}: found {brief(gold[name])}, expected a list with one entity")
        _add(rows, context, mention, gold[name][0].strip(), where)
    return rows


def _training(raw: Path, split: str, language: str) -> Rows:
    """Pairs of a mention and its entity in English (train, dev), or the candidates."""
    rows = Rows()
    if split == "candidates":
        for where, entity in read_jsonl(raw / "candidate_set_entities.jsonl", {"entity_id": str}):
            rows.add(id=entity["entity_id"], query="", candidate=describe(entity, where), gold=[])
        if rows.odd["repeated_ids"]:
            raise InputError(f"{raw}/candidate_set_entities.jsonl: found entities again, expected every entity once")
        return rows
    if language != "en":
        raise InputError(f"mewslix/{split}/{language}: its training and development sets are English, others have test")
    for where, pair in read_jsonl(raw / f"wikipedia_pairs-{split}.jsonl", {"contextual_mention": dict, "entity": dict}):
        has_fields(pair["contextual_mention"], {"context": dict, "mention": dict}, where)
        context, mention = (pair["contextual_mention"][name] for name in ("context", "mention"))
        _check(context, mention, where)
        text = describe(pair["entity"], where)
        rows.add(
            id=mention["example_id"], query=mark(context, mention, where), candidate=text, gold=[mention["entity_id"]]
        )
    return rows


def _mentions(path: Path) -> Iterator[tuple[str, Row, Row]]:
    """(where, context, mention) of every mention of a file of articles."""
    for where, article in read_jsonl(path, {"context": dict, "mentions": list}):
        for mention in article["mentions"]:
            _check(article["context"], mention, where)
            yield where, article["context"], mention


def _check(context: Any, mention: Any, where: str) -> None:
    has_fields(context, {"text": str, "language": str, "sentence_spans": list}, where)
    has_fields(mention, {"example_id": str, "entity_id": str, "mention_span": dict}, where)
    span = mention["mention_span"]
    has_fields(span, {"start": int, "end": int, "text": str}, where)
    found = context["text"][span["start"] : span["end"]] if span["start"] >= 0 else ""
    if not found or found != span["text"]:
        raise InputError(
            f"{where}: mention {mention['example_id']}: at offset {span['start']} found {brief(found)}, expected "
            f"{brief(span['text'])}"
        )
    _check_spans(context["sentence_spans"], context["text"], where)


def _check_spans(spans: Any, text: str, where: str) -> None:
    """Refuse sentences that do not lie within their text."""
    for one in spans:
        has_fields(one, {"start": int, "end": int}, where)
        if not 0 <= one["start"] <= one["end"] <= len(text):
            found = f"{brief(one['start'])} to {brief(one['end'])}"
            raise InputError(f"{where}: found a sentence from {found}, expected one within 0 to {len(text)}")


def _add(rows: Rows, context: Row, mention: Row, entity: str, where: str) -> None:
    if not entity:
        raise InputError(f"{where}: mention {mention['example_id']}: found no gold entity, expected one")
    rows.add(id=mention["example_id"], query=mark(context, mention, where), candidate="", gold=[entity])


def mark(context: Row, mention: Row, where: str) -> str:
    """`mention: left { mention } right` with the sentence around the mention (xtreme `third_party/utils_mewslix.py`,
    `preprocess_mention` @838c13b); braces of the text itself become parentheses."""
    span, text = mention["mention_span"], context["text"]
    for sentence in context["sentence_spans"]:
        if sentence["start"] <= span["start"] and span["end"] <= sentence["end"]:
            left, right = text[sentence["start"] : span["start"]], text[span["end"] : sentence["end"]]
            left, right = (BRACES.sub(r"(\1)", side) for side in (left, right))
            return _one_line(f"{span['text']}: {left} {{ {span['text']} }} {right}")
    raise InputError(f"{where}: mention {mention['example_id']} lies within no sentence")


def describe(entity: Any, where: str) -> str:
    """The sentences of an entity's description (`preprocess_entity_description`, the same file)."""
    has_fields(entity, {"entity_id": str, "description": str, "sentence_spans": list}, where)
    text = entity["description"]
    _check_spans(entity["sentence_spans"], text, where)
    return _one_line(" ".join(text[one["start"] : one["end"]] for one in entity["sentence_spans"]))


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()).replace("  ", " ").strip()


SIZES = (1_501, 1_551, 1_490, 1_552, 458, 1_519, 1_562, 672, 1_567, 1_215, 1_537)

TASK = Task(
    name="mewslix",
    family="dual",
    metric="mrr",
    languages=LANGUAGES,
    readers={"native": read_native, "xtreme": read_xtreme},
    # mewsli-x.md of the release 20220518. (XTREME-R's paper has numbers of an earlier one.)
    counts={
        "train": {"en": 167_719}, "dev": {"en": 14_051}, "test": dict(zip(LANGUAGES, SIZES)), "candidates": 1_003_893,
    },
    licence="not stated; text of Wikipedia (CC BY-SA) and WikiNews (CC BY)",
    citation="Ruder et al. 2021: XTREME-R: Towards More Challenging and Nuanced Multilingual Evaluation. EMNLP. "
    "arXiv 2104.07412",
    # Without the WikiNews texts, which the release's own script takes from public dumps.
    origin=(Archive("https://storage.googleapis.com/gresearch/mewsli/mewsli-x_20220518_6.zip"),),
    pool=True,
    notes={"by hand": "get-mewsli-x.sh restores the WikiNews texts"},
)  # fmt: skip
