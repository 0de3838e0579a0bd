"""Made-up files of the sets that are not in English: SICK in three languages, OCNLI, FarsTail, IndoNLI, AmericasNLI,
JaQuAD, TQuAD, ARCD."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tasks.published import Row, Sample, jsonl, pair, put, span, squad
from tests.tasks.samples.pairs import MNLI_ROWS, everywhere, mnli_native

SICK_HEADER = (
    "pair_ID sentence_A sentence_B entailment_label relatedness_score entailment_AB entailment_BA sentence_A_original "
    "sentence_B_original sentence_A_dataset sentence_B_dataset SemEval_set"
).split()
JSICK_HEADER = (
    "pair_ID data sentence_A_En sentence_B_En entailment_label_En relatedness_score_En corr_entailment_labelAB_En "
    "corr_entailment_labelBA_En sentence_A_Ja sentence_B_Ja entailment_label_Ja relatedness_score_Ja image_ID "
    "original_caption semtag_short semtag_long"
).split()
# id, set, English, Dutch, Japanese, shared label, Japanese label; pair 3 is in jsick.tsv alone
SICK: list[tuple[str, str, tuple[str, str], tuple[str, str], tuple[str, str], str, str]] = [
    (
        "1", "TRAIN", ("A cat naps ", 'A "cat" sleeps'), ("Een kat dut", "Een kat slaapt"), ("猫が寝る", "猫が眠る"),
        "entailment", "neutral",
    ),
    (
        "2", "TRIAL", ("No dog runs", "A dog runs"), ("Geen hond rent", "Een hond rent"), ("犬はいない", "犬が走る"),
        "contradiction", "contradiction",
    ),
    ("3", "TRAIN", ("Who?", "What?"), ("", ""), ("誰", "何"), "neutral", "neutral"),
    (
        "10", "TEST", ("A bus stops", "A man waits"), ("Een bus stopt", "Een man wacht"), ("バスが止まる", "男が待つ"),
        "neutral", "entailment",
    ),
]  # fmt: skip


def tsv(header: list[str], lines: list[dict[str, str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in [header, *([one.get(h, "") for h in header] for one in lines)])


def sick(folder: Path) -> None:
    dutch, japanese = [], []
    for name, part, english, nl, ja, label, own in SICK:
        dutch.append(dict(zip(SICK_HEADER[:4], (name, *nl, label.upper()))))
        dutch[-1] |= {"sentence_A_original": english[0], "sentence_B_original": english[1], "SemEval_set": part}
        japanese.append(dict(zip(JSICK_HEADER[:5], (name, part.lower(), *english, label))))
        japanese[-1] |= {"sentence_A_Ja": ja[0], "sentence_B_Ja": ja[1], "entailment_label_Ja": own}
    put(folder / "SICK_NL.txt", tsv(SICK_HEADER, [one for one in dutch if one["pair_ID"] != "3"]))
    put(folder / "jsick.tsv", tsv(JSICK_HEADER, japanese))


def sick_rows(language: str, own: bool = False) -> dict[tuple[str, str], list[Row]]:
    found = {}
    for name, part, english, dutch, japanese, shared, anew in SICK:
        first, second = {"en": english, "nl": dutch, "ja": japanese}[language]
        split = {"TRAIN": "train", "TRIAL": "dev", "TEST": "test"}[part]
        if name != "3":
            found[split, language] = [pair(name, first, second, anew if own else shared)]
    return found


def ocnli(folder: Path) -> None:
    lines: list[Row] = [
        {"level": "easy", "sentence1": "猫在睡觉", "sentence2": "有猫", "label": "entailment", "genre": "lit", "id": 0},
        {"level": "easy", "sentence1": "下雨了", "sentence2": "晴天", "label": "-", "label0": "neutral", "id": 1},
        {"level": "hard", "sentence1": "车停了", "sentence2": "他累了", "label": "neutral", "genre": "tv", "id": 2},
    ]
    put(folder / "train.10k.json", jsonl(*lines))
    put(folder / "dev.json", jsonl(*lines[1:]))


OCNLI = [pair("0", "猫在睡觉", "有猫", "entailment"), pair("2", "车停了", "他累了", "neutral")]


def farstail(folder: Path) -> None:
    text = 'premise\thypothesis\tlabel\nگربه خواب است.\tگربه‌ای هست.\te\n"یک\tدو ""سه"""\tچهار\tc\n'
    for name in ("Train", "Val", "Test"):
        put(folder / f"{name}-word.csv", text)


FARSTAIL = [
    pair("0", "گربه خواب است.", "گربه‌ای هست.", "entailment"),
    pair("1", 'یک\tدو "سه"', "چهار", "contradiction"),
]


def indonli(folder: Path) -> None:
    lines: list[Row] = [
        {"pair_id": 7, "premise_id": 1, "premise": "Kucing tidur.", "hypothesis": "Ada kucing.", "label": "e"},
        {"pair_id": 7, "premise_id": 1, "premise": "Kucing tidur.", "hypothesis": "Hujan.", "label": "n"},
    ]
    for name in ("train", "val", "test_lay"):
        put(folder / f"{name}.jsonl", jsonl(*lines))
    put(folder / "test_expert.jsonl", jsonl(lines[1]))


INDONLI = [
    pair("0", "Kucing tidur.", "Ada kucing.", "entailment"),
    pair("1", "Kucing tidur.", "Hujan.", "neutral"),
]


def americasnli(folder: Path) -> None:
    mnli_native(folder / "labels")
    for split in ("dev", "test"):
        for language in ("gn", "quy"):
            lines = f'9\t{language}\t{language} "a\tb\tneutral\n12\t{language}\tc\td\tentailment\n'
            put(folder / split / f"{language}.tsv", "id\tlanguage\tpremise\thypothesis\tlabel\n" + lines)


JA = [
    span("tr-000-00-000", "猫が寝た。\n犬も寝た。", "何が寝た?", "犬"),
    span("tr-001-00-000", "五つある。", "いくつ?", "五つ"),
]


def jaquad(folder: Path) -> None:
    for split in ("train", "dev"):
        for number, row in enumerate(JA):
            document = json.loads(squad(row))
            document["data"][0]["paragraphs"][0]["qas"][0]["question_type"] = "Multiple sentence reasoning"
            text = json.dumps(document, ensure_ascii=False, indent="\t")
            put(folder / split / f"jaquad_{split}_000{number}.json", text)


TR = [span("1", "Kedi uyudu ve köpek uyudu.", "Kim?", "köpek", " köpek"), span("2", "Beş tane.", "Kaç?", "Beş")]


def tquad(folder: Path) -> None:
    document = json.loads(squad(*TR))
    for (question,) in (paragraph["qas"] for paragraph in document["data"][0]["paragraphs"]):
        question["id"] = int(question["id"])
        for answer in question["answers"]:
            answer["answer_start"] = str(answer["answer_start"])
    for split in ("train", "dev"):
        put(folder / f"{split}-v0.1.json", json.dumps(document, ensure_ascii=False))


AR = [span("5", "القطة  نامت هنا.", "من؟", "القطة")]
LOST = AR[0] | {"id": "512657045685", "answers": ["القطة نامت"], "starts": [0]}


def arcd(folder: Path) -> None:
    put(folder / "arcd-train.json", squad(LOST, *AR))
    put(folder / "arcd-test.json", squad(*AR))


UNLABELLED = {"unlabelled": 1}
SAMPLES = {
    ("sick", "native"): Sample(
        sick,
        sick_rows("en") | sick_rows("nl") | sick_rows("ja"),
        {("train", "ja"): {"not_in_dutch": 1}, ("test", "ja"): {"not_in_dutch": 0}},
    ),
    ("jsick", "native"): Sample(sick, sick_rows("ja", own=True), {("train", "ja"): {"not_in_dutch": 1}}),
    ("ocnli", "native"): Sample(
        ocnli,
        {("train", "zh"): OCNLI, ("dev", "zh"): OCNLI[1:]},
        {("train", "zh"): UNLABELLED, ("dev", "zh"): UNLABELLED},
    ),
    ("farstail", "native"): Sample(farstail, everywhere(FARSTAIL, "train/fa", "dev/fa", "test/fa")),
    ("indonli", "native"): Sample(
        indonli,
        everywhere(INDONLI, "train/id", "dev/id", "test/id") | everywhere([INDONLI[1] | {"id": "0"}], "test/id-expert"),
    ),
    ("americasnli", "native"): Sample(
        americasnli,
        everywhere(MNLI_ROWS, "train/en", "dev/en")
        | everywhere([pair("9", 'gn "a', "b", "neutral"), pair("12", "c", "d", "entailment")], "dev/gn", "test/gn")
        | everywhere([pair("9", 'quy "a', "b", "neutral"), pair("12", "c", "d", "entailment")], "test/quy"),
        {("train", "en"): UNLABELLED},
    ),
    ("jaquad", "native"): Sample(jaquad, everywhere(JA, "train/ja", "dev/ja")),
    ("tquad", "native"): Sample(tquad, everywhere(TR, "train/tr", "dev/tr")),
    ("arcd", "native"): Sample(
        arcd, everywhere(AR, "train/ar", "dev/ar"), {("train", "ar"): {"answer_not_in_context": 1}}
    ),
}
