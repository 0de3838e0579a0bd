"""What every task file promises: XTREME's languages, sizes, origin, licence, citation, rows of its family's form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.tasks.samples import SAMPLES
from xstilts.errors import InputError
from xstilts.params import DataSet
from xstilts.records.prepared import SCHEMAS
from xstilts.tasks import Archive, Hub, load, names

TASKS = names()

ALL = (
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi "
    "yo zh"
)
LANGUAGES = {  # XTREME's lists (evaluate.py at 838c13b), and XTREME-R's of its own tasks
    "xnli": "ar bg de el en es fr hi ru sw th tr ur vi zh",
    "pawsx": "de en es fr ja ko zh",
    "udpos": " ".join(language for language in ALL.split() if language not in "bn jv ka ml ms my sw".split()),
    "panx": ALL,
    "xquad": "ar de el en es hi ru th tr vi zh",
    "mlqa": "ar de en es hi vi zh",
    "tydiqa": "ar bn en fi id ko ru sw te",
    "bucc": "de fr ru zh",
    "tatoeba": " ".join(language for language in ALL.split() if language not in "en ms my yo".split()),
    "mnli": "en",
    "squad_v1": "en",
    "squad_v2": "en",
    "ccg": "en",
    "hellaswag": "en",
    "anli": "en",
    "snli": "en",
    "qqp": "en",
    "cosmosqa": "en",
    "csqa": "en",
    "siqa": "en",
    "copa": "en",
    "xcopa": "et ht id it qu sw ta th tr vi zh",
    "lareqa": "ar de el en es hi ru th tr vi zh",
    "mewslix": "ar de en es fa ja pl ro ta tr uk",
    # The languages of multichecklist/checklist_templates.tsv (at 838c13b): 50, not quite XTREME-R's.
    "multichecklist": "af ar az bg bn de el en es et eu fa fi fr gu ha he hi ht hu id it ja jv ka kk ko lt ml mr ms my "
    "nl pa pl pt qu ru sw ta te th tl tr uk ur vi wo yo zh",
}
MORE = {  # what XTREME-R's lists have beyond those (the same file, `XTREME_R`)
    "udpos": "lt pl ro uk wo",
    "panx": "az gu lt pa pl qu ro uk",
    "xquad": "ro",
    "tatoeba": "az lt pl ro uk",
}
SIZES = {  # verified sizes: training set, then the sum over languages of dev and test
    "mnli": (392_702, 9_815, None),
    "squad_v1": (87_599, 10_570, None),
    "squad_v2": (130_319, 11_873, None),
    "ccg": (39_604, 5_484, None),  # of two cuts the larger one each
    "hellaswag": (39_905, 10_042, None),
    "anli": (162_865, 3_200, None),
    "snli": (549_367, 9_842, None),
    "qqp": (363_849, 40_430, None),  # the hub's train set has 363,846
    "cosmosqa": (25_262, 2_985, None),
    "csqa": (9_741, 1_221, None),
    "xnli": (392_702, 2_490 * 15, 5_010 * 15),
    "pawsx": (49_401, 2_000 * 7, 2_000 * 7),
    "udpos": (21_253, 64_363 + 672 + 3_960 + 2_247 + 672 + 449, 90_777 + 739 + 4_942 + 2_272 + 892 + 470),
    "panx": (20_000, 6 * 100 + 13 * 1_000 + 29 * 10_000, 6 * 100 + 13 * 1_000 + 29 * 10_000),
    "xquad": (None, None, 1_190 * 11),
    "mlqa": (None, 4_199, 42_246),  # test with 5,254 Spanish questions
    "tydiqa": (3_696, 440, 5_077),
    "siqa": (33_410, 1_954, None),
    "copa": (400, 100, None),
    "xcopa": (None, 100 * 11, 500 * 11),
    "lareqa": (None, None, 1_190 * 11),
    "mewslix": (167_719, 14_051, 14_624),
    "multichecklist": (None, None, None),
    "bucc": (None, 1_038 + 929 + 2_374 + 257, 9_580 + 9_086 + 14_435 + 1_899),
    "tatoeba": (None, None, 33 * 1_000 + 205 + 234 + 307 + 390 + 548 + 575 + 687 + 746),
}


def test_what_is_written_down_of_benchmarks_has_a_task() -> None:
    assert {*LANGUAGES} == {*SIZES} and {*LANGUAGES} <= {*TASKS} and {*MORE} <= {*LANGUAGES}


@pytest.mark.parametrize("name", LANGUAGES)
def test_languages_are_those_of_xtreme(name: str) -> None:
    assert sorted(load(name).languages) == sorted(LANGUAGES[name].split())


@pytest.mark.parametrize("name", LANGUAGES)
def test_languages_that_xtreme_r_adds(name: str) -> None:
    task = load(name)
    assert task.named("xtreme") == task.languages
    assert task.named("xtreme-r") == tuple(sorted([*LANGUAGES[name].split(), *MORE.get(name, "").split()]))
    assert set(task.named("xtreme-r")) == set(task.supported) and len(set(task.supported)) == len(task.supported)
    assert len(task.supported) == {"udpos": 38, "panx": 48, "xquad": 12, "tatoeba": 41}.get(name, len(task.languages))


OTHERS = {
    "mlqa": (49, "de-en zh-ar"), "panx": (176, "cs simple"), "tatoeba": (112, "cym zsm"), "udpos": (104, "cs no"),
    "mnli": (2, "id"), "indonli": (2, "id-expert"), "lafand": (30, "en-am pcm-en"), "flores200": (104, "en-fr zh-en"),
    "tico19": (70, "en-fr zh-en"), "ntrex128": (98, "en-fr zh-en"), "tatoeba_pairs": (84, "en-fr zh-en"),
}  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_every_language_of_the_published_set_is_known(name: str) -> None:
    """LASER's files, the hub's wikiann, all pairs of MLQA, the treebanks of UD; no benchmark averages over the rest."""
    task = load(name)
    size, some = OTHERS.get(name, (len(task.supported), ""))
    assert len(task.published) == len({*task.published}) == size and {*some.split()} <= {*task.other_languages}
    assert not {*task.other_languages} & {*task.named("xtreme"), *task.named("xtreme-r")}


@pytest.mark.parametrize(("name", "layout"), sorted(SAMPLES))
def test_unknown_splits_and_languages_are_named(name: str, layout: str, tmp_path: Path) -> None:
    task, sample = load(name), SAMPLES[name, layout]
    sample.write(tmp_path)
    for split, language in (("validation", "en"), ("", "en"), ("../x", "en")):
        with pytest.raises(InputError, match=f"{name}.py: unknown split '{split}'.*there are: {task.splits[0]}"):
            task.readers[layout](tmp_path, tmp_path / "labels", split, language)
    for (split, _), language in ((place, one) for place in sample.rows for one in ("qq", "xx", "", "../de", "d\0e")):
        if language in ("qq", "xx") and ((task.pool and split == "candidates") or split in ("train", "dev")):
            continue  # one set for all languages
        with pytest.raises(InputError, match=r"unknown language|file not found|labels are not in|has the splits"):
            task.readers[layout](tmp_path, tmp_path / "labels", split, language)


@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_those_of_the_full_set(name: str) -> None:
    task = load(name)
    for split, expected in zip(("train", "dev", "test"), SIZES[name], strict=True):
        counts = task.counts.get(split)
        if not counts or expected is None:
            assert not counts and expected is None, split
            continue
        if isinstance(counts, (int, tuple)):
            counts = dict.fromkeys(["en"] if split == "train" else task.languages, counts)
        assert {*counts} <= {*task.published}
        each: list[Any] = [count for language, count in counts.items() if language in task.supported]
        assert sum(max(count) if isinstance(count, tuple) else count for count in each) == expected, split


@pytest.mark.parametrize("name", TASKS)
def test_origin_is_pinned_and_cited(name: str) -> None:
    task, file = load(name), f"xstilts/tasks/{name}.py"
    assert task.name == name, f"{file}: found the name '{task.name}', expected that of the file"
    assert task.metric, f"{file}: found no metric"
    assert len(task.licence) >= 3, f"{file}: found no licence; 'not stated' is one"
    assert len(task.citation) >= 3, f"{file}: found no citation, expected who made the data"
    assert task.origin or "by hand" in task.notes, f"{file}: found no origin and no note 'by hand' that says whence"
    if name in LANGUAGES:
        assert re.search(r"arXiv \d{4}\.\d{5}|hdl\.handle\.net|BUCC|ACL", task.citation)
    for origin in task.origin:
        if isinstance(origin, Hub):
            assert re.fullmatch(r"[0-9a-f]{40}", origin.revision), f"{file}: {origin.repo}: not pinned to a commit"
            assert origin.files and "hub" in task.readers, f"{file}: {origin.repo}: no files, or no reader 'hub'"
        else:
            assert isinstance(origin, Archive) and origin.url.startswith("https://") and "/main/" not in origin.url


@pytest.mark.parametrize("name", TASKS)
def test_every_layout_has_a_made_up_sample_and_a_name_that_params_know(name: str) -> None:
    task = load(name)
    sampled = {layout for one, layout in SAMPLES if one == name}
    known = {*get_args(DataSet.model_fields["layout"].annotation)}
    missing, extra, odd = {*task.readers} - sampled, sampled - {*task.readers}, {*task.readers} - known
    assert not missing, f"tests/tasks/samples/: found no sample of {name} in the layout {', '.join(missing)}"
    assert not extra, f"xstilts/tasks/{name}.py: found no reader of {', '.join(extra)}, of which there is a sample"
    assert not odd, f"xstilts/tasks/{name}.py: found the layout {', '.join(odd)}, expected one of {', '.join(known)}"


@pytest.mark.parametrize(("name", "layout"), sorted(SAMPLES))
def test_rows(name: str, layout: str, tmp_path: Path) -> None:
    task, sample = load(name), SAMPLES[name, layout]
    sample.write(tmp_path)
    for (split, language), expected in sample.rows.items():
        rows = list(found := task.readers[layout](tmp_path, tmp_path / "labels", split, language))
        assert rows == expected, (split, language)
        assert all(set(row) == set(SCHEMAS[task.family]) for row in rows)
        for what, count in sample.odd.get((split, language), {}).items():
            assert found.odd[what] == count, what  # type: ignore[attr-defined]
