"""The generated world: repeatable, in the published formats, and honest about what is held back."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from xstilts.errors import InputError
from xstilts.miniature.build import build
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.miniature.world import World

SMALL = {"seed": 7, "items": 24, "tatoeba": 30, "bucc": 40, "bucc_gold": 10, "mnli": 240, "pawsx": 120, "hellaswag": 60,
         "squad": 60, "tydiqa": 20, "udpos": 40, "panx": 40, "mono": 60, "mixed": 60, "parallel": 60, "marked": 60,
         "squad_v2": 60, "ccg": 40, "snli": 120, "anli": 60, "qqp": 80, "cosmosqa": 80, "csqa": 80}  # fmt: skip
FIRST = "bucc hellaswag mlqa mnli panx pawsx squad_v1 tatoeba text tydiqa udpos xnli xquad".split()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    build(SMALL, out)
    return out


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def mnli(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def xnli(world: Path, split: str) -> list[dict[str, str]]:
    with open(world / "xnli" / f"xnli.{split}.tsv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_same_seed_same_bytes_and_another_seed_another_world(world: Path, tmp_path: Path) -> None:
    build(SMALL, tmp_path / "again")
    build({**SMALL, "seed": 8}, tmp_path / "other")
    first, again, other = digest(world), digest(tmp_path / "again"), digest(tmp_path / "other")
    assert first == again
    assert first.keys() == other.keys()
    assert sum(first[name] == other[name] for name in first) == 0


def test_what_came_first_keeps_its_bytes(world: Path) -> None:
    """The backbone and every committed result hang on these files: the hash is of the code before others came."""
    files = {name: value for name, value in digest(world).items() if name.split("/")[0] in FIRST}
    found = hashlib.sha256("".join(f"{name} {value}\n" for name, value in files.items()).encode()).hexdigest()
    assert found == "9db558af3feb30265b6d025096d1cac8af4d9e201e0943e730fa92f955af6474"


def test_unknown_setting_is_refused() -> None:
    with pytest.raises(InputError, match="unknown sed"):
        World({"sed": 1})


def evaluation_sentences(world: Path) -> dict[str, set[str]]:
    """Every sentence of every evaluation set, read back from the files."""
    found: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for row in [*xnli(world, "dev"), *xnli(world, "test")]:
        found[row["language"]] |= {row["sentence1"], row["sentence2"]}
    for row in mnli(world / "mnli" / "multinli_1.0_dev_matched.jsonl"):
        found["en"] |= {row["sentence1"], row["sentence2"]}
    for language in LANGUAGES:
        for path in (world / "pawsx" / language).glob("*_2k.tsv"):
            for line in path.read_text(encoding="utf-8").splitlines()[1:]:
                found[language] |= set(line.split("\t")[1:3])
        for path in (world / "udpos").glob(f"*/{language}_mini-ud-[dt]e*.conllu"):
            lines = path.read_text(encoding="utf-8").splitlines()
            found[language] |= {line[9:] for line in lines if line.startswith("# text = ")}
    for stem, language in (("deu", "de"), ("spa", "es"), ("tur", "tr"), ("hin", "hi"), ("ara", "ar")):
        for end, side in ((stem, language), ("eng", "en")):
            path = world / "tatoeba" / f"tatoeba.{stem}-eng.{end}"
            found[side] |= set(path.read_text(encoding="utf-8").splitlines())
        for split in ("sample", "training"):
            for side in (language, "en"):
                text = (world / "bucc" / f"{language}-en" / f"{language}-en.{split}.{side}").read_text(encoding="utf-8")
                found[side] |= {line.split("\t")[1] for line in text.splitlines()}
    return found


def test_no_evaluation_sentence_in_raw_text_or_english_training(world: Path) -> None:
    held = evaluation_sentences(world)
    for language in LANGUAGES:
        assert len(held[language]) > 150
        for kind in ("mono", "parallel"):
            text = (world / "text" / kind / f"{language}.txt").read_text(encoding="utf-8")
            inside = [sentence for sentence in held[language] if sentence in text]
            assert not inside, inside[:3]
    train = mnli(world / "mnli" / "multinli_1.0_train.jsonl")
    assert not {row[side] for row in train for side in ("sentence1", "sentence2")} & held["en"]


def contexts(path: Path) -> list[dict[str, object]]:
    return [p for article in json.loads(path.read_text(encoding="utf-8"))["data"] for p in article["paragraphs"]]


def test_question_passages_are_not_in_raw_text_and_answers_are_at_their_offsets(world: Path) -> None:
    files = {language: [world / "xquad" / f"xquad.{language}.json"] for language in LANGUAGES}
    names = ("english", "german", "spanish", "turkish", "hindi", "arabic")
    for language, name in zip(LANGUAGES, names, strict=True):
        files[language].append(world / "tydiqa" / "tydiqa-goldp-v1.1-dev" / f"tydiqa-goldp-dev-{name}.json")
        raw = (world / "text" / "mono" / f"{language}.txt").read_text(encoding="utf-8")
        for path in files[language]:
            for paragraph in contexts(path):
                context = str(paragraph["context"])
                assert context not in raw
                for question in paragraph["qas"]:  # type: ignore[attr-defined]
                    for answer in question["answers"]:
                        start = answer["answer_start"]
                        assert answer["text"] and context[start : start + len(answer["text"])] == answer["text"]


def test_labels_are_balanced_and_no_side_tells_the_label(world: Path) -> None:
    rows = mnli(world / "mnli" / "multinli_1.0_train.jsonl")
    assert set(Counter(row["gold_label"] for row in rows).values()) == {80}
    for side in ("sentence1", "sentence2"):
        lengths: dict[str, list[int]] = {}
        for row in rows:
            lengths.setdefault(row["gold_label"], []).append(len(row[side].split()))
        means = [sum(values) / len(values) for values in lengths.values()]
        assert max(means) - min(means) < 0.8
    for line in (world / "pawsx" / "en" / "train.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        _, one, two, _ = line.split("\t")
        words = [Counter(text.lower().replace(",", "").rstrip(".").split()) for text in (one, two)]
        assert words[0] == words[1], "both classes: the same words in another order"


def test_xnli_says_the_same_in_all_languages(world: Path) -> None:
    by_language = {language: [r for r in xnli(world, "test") if r["language"] == language] for language in LANGUAGES}
    labels = [[row["gold_label"] for row in rows] for rows in by_language.values()]
    assert all(column == labels[0] for column in labels)
    assert len(by_language["hi"]) == SMALL["items"]
