"""MultiCheckList: which simple questions does a model trained on SQuAD v1.1 fail? Six tests, 50 languages."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.checklist import read_suite
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

LANGUAGES = tuple(
    "af ar az bg bn de el en es et eu fa fi fr gu ha he hi ht hu id it ja jv ka kk ko lt ml mr ms my nl pa pl pt qu ru "
    "sw ta te th tl tr uk ur vi wo yo zh".split()
)
# Names of the tests (xtreme multichecklist/test_models.py @838c13b).
SHORT = {
    "A is COMP than B. Who is more / less COMP?": "comp",
    "Intensifiers (very, super, extremely) and reducers (somewhat, kinda, etc)?": "intense",
    "size, shape, age, color": "props",
    "Profession vs nationality": "profession_nationality",
    "Animal vs Vehicle": "animal_vehicle",
    "Animal vs Vehicle v2": "animal_vehicle_v2",
}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """lang_suites/<language>_squad_suite.pkl; an id is test/case/example. Labels have no offsets there."""
    rows, number = Rows(), dict[str, int]()
    for name, examples in read_suite(raw / f"{language}_squad_suite.pkl"):
        test = SHORT.get(name, name)
        case = number[test] = number.get(test, -1) + 1
        for place, (context, question, label) in enumerate(examples):
            start = context.find(label)
            rows.odd["answers_not_in_text"] += start < 0
            rows.add(
                id=f"{test}/{case}/{place}", context=context, question=question, starts=[max(start, 0)], answers=[label]
            )
    return rows


SUITES = "https://storage.googleapis.com/xtreme_translations/MultiCheckList/lang_suites"

TASK = Task(
    name="multichecklist",
    family="span",
    metric="failure_rate",
    languages=LANGUAGES,
    readers={"native": read_native},
    counts={},
    repeats=1.0,  # cases are made from templates
    licence="Apache 2.0",
    citation="Ruder et al. 2021: XTREME-R: Towards More Challenging and Nuanced Multilingual Evaluation. EMNLP. "
    "arXiv 2104.07412. After Ribeiro et al. 2020, arXiv 2005.04118",
    origin=tuple(Archive(f"{SUITES}/{language}_squad_suite.pkl") for language in LANGUAGES),
    trains=False,
)
