"""Every kind of defect in a raw file is refused with the file, the place, what was found and what was expected."""

# ruff: noqa: E501, one case a line
from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.tasks.published import jsonl, put, put_hub, squad_hub
from tests.tasks.samples import SAMPLES
from tests.tasks.samples.choice import EN, SOCIAL
from tests.tasks.samples.dual import BOBS, ENTITIES, SPANS, context
from tests.tasks.samples.intermediate import ANLI, COSMOS, CSQA, QQP_HEADER, SNLI, commonsense, cosmos_csv
from tests.tasks.samples.spans import DE
from tests.tasks.samples.words import HE_GOES
from xstilts.errors import InputError
from xstilts.formats.conllu import read_conllu
from xstilts.tasks import load

QUESTION = {"id": "q9", "question": "?", "answers": [{"text": "sat", "answer_start": 3}]}


def squad_with(**change: object) -> str:
    paragraphs = [{"context": "A cat sat.", "qas": [QUESTION | change]}]
    return json.dumps({"data": [{"paragraphs": paragraphs}]})


CASES = [  # task, layout, split/language, file, content (None: remove it), message
    ("mnli", "native", "dev/en", "multinli_1.0_dev_matched.jsonl", None, r"matched\.jsonl: file not found"),
    ("mnli", "native", "dev/en", "multinli_1.0_dev_matched.jsonl", "", r"matched\.jsonl: the file is empty"),
    ("mnli", "native", "dev/en", "multinli_1.0_dev_matched.jsonl", '{"gold_label"\n', r"jsonl:1: not valid JSON"),
    ("mnli", "native", "dev/en", "multinli_1.0_dev_matched.jsonl", "[1]\n", r":1: found list, expected an object"),
    (
        "mnli", "native", "dev/en", "multinli_1.0_dev_matched.jsonl",
        '{"gold_label": "neutral", "sentence1": "a", "sentence2": "b"}\n{"gold_label": "maybe", "sentence1": "a", '
        '"sentence2": "b"}\n', r"jsonl:2: found label 'maybe', expected one of: contradiction, entailment, neutral",
    ),
    (
        "mnli", "native", "dev/en", "multinli_1.0_dev_matched.jsonl", '{"gold_label": "neutral", "sentence1": "a"}\n',
        r"jsonl:1: field 'sentence2' is missing; found gold_label, sentence1",
    ),
    ("hellaswag", "native", "dev/en", "hellaswag_val.jsonl",
     '{"ctx_a": "a", "ctx_b": "", "endings": ["1"], "label": "0"}\n', r"'label' is of type str, expected int"),
    ("hellaswag", "native", "dev/en", "hellaswag_val.jsonl",
     '{"ctx_a": "a", "ctx_b": "", "endings": ["1"], "label": 0}\n', r":1: found 1 endings, expected 4"),
    ("hellaswag", "native", "dev/en", "hellaswag_val.jsonl",
     '{"ctx_a": "a", "ctx_b": "", "endings": ["1", "2", "3", "4"], "label": 4}\n', r"found label 4, expected one of: 0"),
    ("snli", "native", "dev/en", "snli_1.0_dev.jsonl", jsonl(SNLI[0] | {"gold_label": "yes"}), r"dev\.jsonl:1: found label 'yes'"),
    ("anli", "native", "dev/en", "R2/dev.jsonl", None, r"R2/dev\.jsonl: file not found"),
    ("anli", "native", "train/en", "R3/train.jsonl", jsonl(ANLI["3"][0] | {"label": "entailment"}),
     r"R3/train\.jsonl:1: found label 'entailment', expected one of: c, e, n"),
    ("anli", "native", "dev/en", "R1/dev.jsonl", jsonl({"uid": "a", "premise": "p", "hypothesis": "h", "label": "n"}),
     r"R1/dev\.jsonl:1: field 'context' is missing; found uid, premise"),
    ("qqp", "native", "dev/en", "dev.tsv", "id\tquestion1\tquestion2\n", r"dev\.tsv:1: found 'id\\tquestion1.*expected the columns id, qid1"),
    ("qqp", "native", "dev/en", "dev.tsv", QQP_HEADER + "1\t2\t3\ta\tb\t2\n", r"dev\.tsv:2: found label '2', expected one of: 0, 1"),
    ("qqp", "native", "dev/en", "dev.tsv", QQP_HEADER + "1\t2\t3\ta\tb\tc\t1\n", r"dev\.tsv:2: found 7 fields, expected 6"),
    ("cosmosqa", "native", "dev/en", "valid.csv", "id,context\n1,2\n", r"valid\.csv:1: found 2 fields, expected 8"),
    ("cosmosqa", "native", "dev/en", "valid.csv", "id,question,context,answer0,answer1,answer2,answer3,label\n",
     r"valid\.csv:1: found the columns id, question, .*, expected id, context"),
    ("cosmosqa", "native", "dev/en", "valid.csv", cosmos_csv(COSMOS[1], [*COSMOS[0][:-1], "4"]), r"csv:4: found label '4', expected one of: 0"),
    ("cosmosqa", "native", "dev/en", "valid.csv", cosmos_csv(COSMOS[0]) + '1,"never closed,c\n', r"csv:3: not valid CSV: unexpected end of data"),
    ("cosmosqa", "native", "dev/en", "valid.csv", cosmos_csv(COSMOS[0]) + '1,"never closed' + 12000 * ", and so on\n",
     r"valid\.csv:3: not valid CSV: field larger than field limit"),
    ("csqa", "native", "dev/en", "dev_rand_split.jsonl", jsonl(CSQA[0] | {"answerKey": "F"}), r"jsonl:1: found label 'F', expected one of: A, B"),
    ("csqa", "native", "dev/en", "dev_rand_split.jsonl", jsonl(CSQA[0] | {"question": "flat?"}), r"'question' is of type str, expected dict"),
    ("csqa", "native", "dev/en", "dev_rand_split.jsonl", jsonl(commonsense("q", "s", "ABCDD", list("abcde"), "A")),
     r"jsonl:1: found the choices A, B, C, D, D, expected each of A, B, C, D, E once"),
    ("csqa", "native", "train/en", "train_rand_split.jsonl", jsonl({k: v for k, v in CSQA[0].items() if k != "answerKey"}),
     r"jsonl:1: field 'answerKey' is missing; found id, question"),
    ("siqa", "native", "dev/en", "dev-labels.lst", "1\n", r"dev-labels\.lst: found 1 labels, expected 2 as in .*dev\.jsonl"),
    ("siqa", "native", "dev/en", "dev-labels.lst", "1\n0\n", r"lst:2: found label '0', expected one of: 1, 2, 3"),
    ("siqa", "xtreme", "dev/en", "socialIQa_v1.4_dev.jsonl",
     json.dumps(SOCIAL | {"correct": "D"}) + "\n", r"jsonl:1: found label 'D', expected one of: A, B, C"),
    ("copa", "native", "dev/en", "val.jsonl", json.dumps(EN[0] | {"question": "why"}) + "\n",
     r"val\.jsonl:1: found the question 'why', expected cause or effect"),
    ("copa", "native", "dev/en", "val.jsonl", json.dumps(EN[0] | {"label": 2}) + "\n", r"val\.jsonl:1: found label 2, expected"),
    ("copa", "native", "train/en", "train.jsonl", None, r"train\.jsonl: file not found"),
    ("xcopa", "native", "test/et", "et/test.et.jsonl", "{}\n", r"test\.et\.jsonl:1: field 'premise' is missing"),
    ("xcopa", "xtreme", "test/et", "labels/test-et.jsonl", None, r"xcopa/test: labels are not in .*test-et\.jsonl"),
    ("xcopa", "xtreme", "test/et", "labels/test-et.jsonl", '{"label": 1}\n', r"found 1 labels, expected 2 as in"),
    ("xcopa", "xtreme", "test/et", "labels/test-et.jsonl", '{"label": 1}\n{"label": 3}\n', r"test-et\.jsonl:2: found label 3"),
    ("lareqa", "native", "test/de", "de.json", None, r"raw/de\.json: file not found|de\.json: file not found"),
    ("lareqa", "native", "test/en", "de.json", '{"data": [{"paragraphs": [{"context": "a", "qas": []}]}]}',
     r"de\.json: paragraph 1: field 'sentence_breaks' is missing"),
    ("lareqa", "native", "test/en", "de.json",
     '{"data": [{"paragraphs": [{"context": "a", "qas": [], "sentence_breaks": [[0, 2]]}]}]}',
     r"de\.json: paragraph 1: found the sentence break \[0, 2\], expected a range within 0 to 1"),
    ("lareqa", "native", "candidates/all", "en.json",
     '{"data": [{"paragraphs": [{"context": "a", "qas": [{"id": "q", "question": "?", "answers": []}], "sentence_breaks": [[0, 1]]}]}]}',
     r"en\.json: paragraph 1: question q: found 0 answers, expected it once with one answer"),
    ("lareqa", "native", "train/en", "labels/train-v1.1.json", None, r"train-v1\.1\.json: file not found"),
    ("mewslix", "native", "test/de", "wikinews_mentions-test.jsonl", json.dumps({"context": context("de") | {"text": ""}, "mentions": BOBS}),
     r"test\.jsonl:1: mention m1: at offset 4 found '', expected 'Bob'"),
    ("mewslix", "native", "test/de", "wikinews_mentions-test.jsonl",
     json.dumps({"context": context("de") | {"sentence_spans": SPANS[1:]}, "mentions": BOBS}), r":1: mention m1 lies within no sentence"),
    ("mewslix", "native", "test/de", "wikinews_mentions-test.jsonl",
     json.dumps({"context": context("de"), "mentions": [BOBS[0] | {"entity_id": ""}]}), r"mention m1: found no gold entity"),
    ("mewslix", "native", "candidates/all", "candidate_set_entities.jsonl", jsonl(ENTITIES[0], ENTITIES[0]),
     r"entities\.jsonl: found entities again, expected every entity once"),
    ("mewslix", "native", "dev/de", "wikipedia_pairs-train.jsonl", None, r"mewslix/dev/de: its training and development sets"),
    ("mewslix", "xtreme", "test/de", "labels/test-de.json", None, r"mewslix/test: labels are not in .*test-de\.jsonl"),
    ("mewslix", "xtreme", "test/de", "labels/test-de.json", '{"m1": ["Q1"]}', r"test-de\.json: mention m2 of .* is not there"),
    ("mewslix", "xtreme", "test/de", "labels/test-de.json", '{"m1": []}', r"mention m1: found \[\], expected a list with one"),
    ("xnli", "xtreme", "dev/de", "dev-de.tsv", "a\tb\tneutral\r\nc\td\r\n", r"dev-de\.tsv:2: found 2 fields, expected 3"),
    ("xnli", "xtreme", "dev/de", "dev-de.tsv", '"a\nb"\tc\tneutral\r\nd\te\tno\r\n', r"dev-de\.tsv:1: found a quote that is not closed in its line"),
    ("xnli", "xtreme", "test/de", "labels/test-de.tsv", None,
     r"xnli/test: labels are not in .*test-de\.tsv; XTREME strips them; give the label folder"),
    ("xnli", "xtreme", "test/de", "labels/test-de.tsv", "neutral\n", r"test-de\.tsv: found 1 labels, expected 2 as in"),
    ("xnli", "native", "test/de", "xnli.test.tsv", "language\tsentence1\nde\ta\n", r":1: found the columns .* gold_label"),
    ("xnli", "native", "test/de", "xnli.test.tsv",
     2 * "language\tgold_label\tsentence1\tsentence2\tpairID\n" + "de\tneutral\ta\tb\t1\n", r"tsv:2: found the language 'language', expected one"),
    ("pawsx", "native", "test/de", "de/test_2k.tsv", "id\tsentence1\tsentence2\tlabel\n1\ta\tb\n", r":2: found 3 fields"),
    ("pawsx", "native", "test/de", "de/test_2k.tsv", "id\tsentence1\tsentence2\tlabel\n1\ta\tb\t2\n", r"found label '2'"),
    ("ccg", "native", "train/en", "ccg.train", "The cat\tN\n", r"ccg\.train:1: found 1 categories, expected 2 as there are words"),
    ("ccg", "native", "train/en", "ccg.train", "The cat\tN N\n\n", r"ccg\.train:2: found 1 fields, expected 2"),
    ("ccg", "native", "train/en", "ccg.train", "The \tN N\n", r"ccg\.train:1: found a category without a word, expected one"),
    ("ccg", "native", "train/en", "ccg.train", "The cat\tN \n", r"ccg\.train:1: found the category '', expected one of tags_to_id"),
    ("ccg", "native", "train/en", "ccg.train", "a\tN\n \t \n", r"ccg\.train:2: found no words, expected at least one"),
    ("ccg", "native", "dev/en", "ccg.dev", "a b\tN PP\n", r"ccg\.dev:1: found the category 'PP', expected one of tags_to_id"),
    ("ccg", "native", "dev/en", "ccg.train", None, r"ccg\.train: file not found"),
    ("ccg", "native", "dev/en", "tags_to_id.json", None, r"tags_to_id\.json: file not found"),
    ("ccg", "native", "dev/en", "tags_to_id.json", '["N"]', r"tags_to_id\.json: found list, expected an object"),
    ("ccg", "native", "dev/en", "tags_to_id.json", '{"N": "x"}', r"json: found a category without a whole number, expected 0 to 0"),
    ("ccg", "native", "dev/en", "tags_to_id.json", '{"N": 0, "NP": 2}', r"json: found numbers that repeat or lack, expected each of 0 to 1"),
    ("udpos", "xtreme", "dev/en", "dev-en.tsv", "a\tNOUN\nb\tNOUNS\n", r"dev-en\.tsv:2: found label 'NOUNS'"),
    ("udpos", "xtreme", "dev/en", "dev-en.tsv", "a\tNOUN\nb\n", r"dev-en\.tsv:2: found 1 fields, expected 2"),
    ("udpos", "xtreme", "test/de", "labels/test-de.tsv", "ADP\n", r"test-de\.tsv:1: found 1 tags, expected 2 as in the"),
    ("udpos", "xtreme", "test/de", "labels/test-de.tsv", "ADP\nDET\n\nX\n", r"found 2 sentences, expected 1 as in"),
    ("udpos", "native", "test/de", "UD_German-C/de_c-ud-test.conllu", None, r"de_\*-ud-test\.conllu: file not found"),
    ("panx", "native", "test/de", "de/test", "de:A\tB-PER\nB\tO\n", r"test:2: found 'B', expected a language, a colon"),
    ("panx", "native", "test/de", "de/test", "de:A\tB-PER\tx\n", r"test:1: found 3 fields, expected 2"),
    ("panx", "native", "test/de", "de/test", "de:A\tB-MISC\n", r"test:1: found label 'B-MISC', expected one of: O, B-PER"),
    ("panx", "xtreme", "test/de", "labels/test-de.tsv", None, r"panx/test: labels are not in .*give the label folder"),
    ("xquad", "native", "test/de", "xquad.de.json", '{"data": [', r"xquad\.de\.json:1: not valid JSON"),
    ("xquad", "native", "test/de", "xquad.de.json", '{"version": 1}', r"xquad\.de\.json: field 'data' is missing"),
    ("xquad", "native", "test/de", "xquad.de.json", squad_with(),
     r"question q9: at offset 3 found 'at ', expected the answer 'sat'"),
    ("xquad", "native", "test/de", "xquad.de.json", squad_with(answers=[{"text": "A", "answer_start": -10}]),
     r"question q9: at offset -10"),
    ("xquad", "native", "test/de", "xquad.de.json", squad_with(answers=[{"text": "A"}]), r"'answer_start' is missing"),
    ("xquad", "native", "test/de", "xquad.de.json", squad_with(answers=[]), r"question q9: labels are not in this file"),
    ("squad_v2", "native", "dev/en", "dev-v2.0.json", squad_with(), r"question q9: field 'is_impossible' is missing"),
    ("squad_v2", "native", "dev/en", "dev-v2.0.json", squad_with(is_impossible="no"), r"'is_impossible' is of type str, expected bool"),
    ("squad_v2", "native", "dev/en", "dev-v2.0.json", squad_with(is_impossible=True),
     r"question q9: found 1 answers, expected none: is_impossible says so"),
    ("squad_v2", "native", "dev/en", "dev-v2.0.json", squad_with(is_impossible=False, answers=[]),
     r"question q9: found 0 answers, expected at least one: is_impossible says so"),
    ("squad_v2", "native", "dev/en", "dev-v2.0.json", squad_with(is_impossible=False), r"q9: at offset 3 found 'at ', expected"),
    ("xquad", "native", "test/de", "xquad.de.json", squad_with(id=5), r"json: article 1: paragraph 1: field 'id' is of type int"),
    ("xquad", "native", "test/de", "xquad.de.json", squad_with(answers={}), r"question q9: field 'answers' is of type dict"),
    ("xquad", "xtreme", "test/de", "labels/test-de.json", squad_with(id="q1"),
     r"labels/test-de\.json: question q1: at offset 3 found"),
    ("xquad", "xtreme", "test/de", "labels/test-de.json", None, r"XTREME strips those of test files; give the label fo"),
    ("xquad", "xtreme", "test/de", "labels/test-de.json", squad_with(), r"test-de\.json: question q1 of .* is not there"),
    ("tydiqa", "native", "train/ko", "other", "", r"train\.json: found no question with an id that begins with 'korean-'"),
    ("tydiqa", "xtreme-held-out", "dev/fi", "other", "", r"tydiqa/dev/fi: layout xtreme-held-out has the splits"),
    ("bucc", "native", "dev/de", "de-en/de-en.sample.gold", "de-1\ten-7\n", r"gold:1: found the id en-7, expected one of"),
    ("bucc", "native", "dev/de", "de-en/de-en.sample.gold", "de-1\n", r"gold:1: found 1 fields, expected 2"),
    ("bucc", "native", "dev/de", "de-en/de-en.sample.gold", 2 * "de-1\ten-2\n", r"gold:2: found the pair de-1 en-2 again"),
    ("bucc", "native", "dev/de", "de-en/de-en.sample.de", "\ta\n", r"sample\.de:1: found no id before the tab"),
    ("bucc", "native", "dev/de", "de-en/de-en.sample.de", "de-1\ta\rde-2\tb\r", r"sample\.de:1: found a carriage return inside a line"),
    ("bucc", "native", "dev/de", "de-en/de-en.sample.de", "de-1\ta\nde-1\tb\n", r"sample\.de:2: found the id de-1 again"),
    ("bucc", "xtreme", "test/de", "labels/test-de.tsv", None, r"bucc/test: .*gold not found \(XTREME deletes it"),
    ("tatoeba", "native", "test/de", "tatoeba.deu-eng.eng", "a\n", r"eng: found 1 lines, expected 3 as in"),
    ("tatoeba", "xtreme", "test/de", "labels/test-de.tsv", "2\n1\n3\n", r"tsv:3: found '3', expected a line number from 0"),
    ("tatoeba", "xtreme", "test/de", "labels/test-de.tsv", "2\n1\n1\n", r"found line numbers that repeat or lack, expected each of 0 to 2 once"),
    ("tatoeba", "xtreme", "test/de", "labels/test-de.tsv", None, r"tatoeba/test: labels are not in .*de-en\.en"),
    ("squad_v1", "hub", "dev/en", "plain_text/validation-00000-of-00001.parquet", None, r"validation-\*\.parquet: file n"),
    ("squad_v1", "hub", "dev/en", "plain_text/validation-00000-of-00001.parquet", "no", r"not a readable parquet file"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "layout", "place", "file", "content", "message"), CASES)
def test_refused(
    name: str, layout: str, place: str, file: str, content: str | None, message: str, tmp_path: Path
) -> None:
    SAMPLES[name, layout].write(tmp_path)
    if content is None:
        (tmp_path / file).unlink()
    else:
        put(tmp_path / file, content)
    with pytest.raises(InputError, match=message):
        load(name).readers[layout](tmp_path, tmp_path / "labels", *place.split("/"))


TEXTS = [key for key in sorted(SAMPLES) if key[1] in ("native", "xtreme") and key[0] != "multichecklist"]


@pytest.mark.parametrize(("name", "layout"), TEXTS)
def test_wrong_encoding(name: str, layout: str, tmp_path: Path) -> None:
    sample = SAMPLES[name, layout]
    sample.write(tmp_path)
    for path in [p for p in tmp_path.rglob("*") if p.is_file()]:
        content = path.read_bytes()
        place = 3 if content.startswith(b"\xef\xbb\xbf") else 1  # the message counts from behind a byte-order mark
        path.write_bytes(content[:place] + b"\xe4\n" + content[place:])
    for split, language in sample.rows:
        with pytest.raises(InputError, match=r":1: not UTF-8 \(byte 0x(e4 at offset 1|ef at offset 0)\)"):
            load(name).readers[layout](tmp_path, tmp_path / "labels", split, language)


BROKEN = [  # CoNLL-U after one good sentence of 6 lines
    ("1\tA\n", r":7: found 2 fields, expected 10"),
    ("2\tA\t_\tNOUN\t_\t_\t0\t_\t_\t_\n", r":7: found the id 2, expected 1: word ids count up from 1"),
    ("x\tA\t_\tNOUN\t_\t_\t0\t_\t_\t_\n", r":7: found the id 'x', expected a number, a range"),
    ("01\tA\t_\tNOUN\t_\t_\t0\t_\t_\t_\n", r":7: found the id '01'"),
    ("1\tA\t_\tNOUN\t_\t_\tx\t_\t_\t_\n", r":7: found the head 'x', expected a whole number"),
    ("1\tA\t_\tNOUN\t_\t_\t2\t_\t_\t_\n", r":7: found the head 2, expected 0 to 1"),
    ("1\tA\t_\tNOUN\t_\t_\t0\t_\t5:x\t_\n", r":7: found the head 5, expected 0 to 1"),
    (
        "1-3\tA\t_\t_\t_\t_\t_\t_\t_\t_\n1\tA\t_\tNOUN\t_\t_\t0\t_\t_\t_\n",
        r":7: found the range 1-3, expected ids up to 1",
    ),
    ("2-1\tA\t_\t_\t_\t_\t_\t_\t_\t_\n", r":7: found the id 2-1, expected 1"),
    (
        "1-2\tA\t_\t_\t_\t_\t_\t_\t_\t_\n1\tA\t_\tX\t_\t_\t0\t_\t_\t_\n2-3\tA\t_\t_\t_\t_\t_\t_\t_\t_\n",
        r":9: found the range 2-3, expected one that goes up and overlaps no other",
    ),
    ("1-2\tA\t_\t_\t_\t_\t_\t_\t_\t_\n", r":7: found the range 1-2, expected ids up to 0"),
    ("1\t\t_\tNOUN\t_\t_\t0\t_\t_\t_\n", r":7: found a word without a form"),
    ("1\tA\t_\tNAME\t_\t_\t0\t_\t_\t_\n", r":7: found label 'NAME', expected one of: NOUN"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_broken_conllu(text: str, message: str, tmp_path: Path) -> None:
    put(tmp_path / "a.conllu", HE_GOES + text)
    with pytest.raises(InputError, match=r"a\.conllu" + message):
        list(read_conllu(tmp_path / "a.conllu", "en", ("NOUN", "X", "PRON", "VERB", "PUNCT"), Counter()))


def test_hub_with_another_label_order_is_refused(tmp_path: Path) -> None:
    rows = [{"premise": "A", "hypothesis": "B", "label": 0}]
    names = ["contradiction", "neutral", "entailment"]
    put_hub(tmp_path / "de/test-00000-of-00001.parquet", rows, {"label": names})
    with pytest.raises(
        InputError, match=r"column label has the labels contradiction, .*, expected entailment, neutral"
    ):
        load("xnli").readers["hub"](tmp_path, tmp_path, "test", "de")


def test_hub_label_outside_the_set_and_missing_column_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "de/test-00000-of-00001.parquet"
    put_hub(file, [{"premise": "A", "hypothesis": "B", "label": -1}])
    with pytest.raises(InputError, match=r"parquet: row 0: found label -1, expected 0 to 2"):
        load("xnli").readers["hub"](tmp_path, tmp_path, "test", "de")
    put_hub(file, [{"premise": "A", "label": 0}])
    with pytest.raises(InputError, match=r"found the columns premise, label, expected also hypothesis"):
        load("xnli").readers["hub"](tmp_path, tmp_path, "test", "de")


@pytest.mark.parametrize(("name", "file"), [("xquad", "xquad.de/validation"), ("squad_v1", "plain_text/validation")])
def test_hub_questions_without_an_answer_are_for_squad_v2_only(name: str, file: str, tmp_path: Path) -> None:
    rows = squad_hub(DE[0], DE[0] | {"id": "q2", "answers": [], "starts": []})
    put_hub(tmp_path / f"{file}-00000-of-00001.parquet", rows)
    split, language = {"xquad": ("test", "de"), "squad_v1": ("dev", "en")}[name]
    with pytest.raises(InputError, match=r"row 1: question q2: found no answer, expected at least one"):
        load(name).readers["hub"](tmp_path, tmp_path, split, language)


def test_hub_answers_are_checked_like_others(tmp_path: Path) -> None:
    stripped = [DE[0] | {"context": DE[0]["context"].strip("\ufeff")}]  # as the hub's `xtreme` packaging does it
    put_hub(tmp_path / "xquad.de/validation-00000-of-00001.parquet", squad_hub(*stripped))
    with pytest.raises(InputError, match=r"row 0: question q1: at offset 5 found 'atze ', expected the answer 'Katze'"):
        load("xquad").readers["hub"](tmp_path, tmp_path, "test", "de")
