"""The answer of the study of backbones: a planted gain is found, none is claimed where there is none, and its page
says what kind of data it rests on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.studies.backbones.made_up import backbone, small, target
from xstilts.errors import InputError
from xstilts.records.files import read_text, write_text
from xstilts.studies.backbones import figures
from xstilts.studies.backbones.contrasts import between, language_sets, of_target, over_units
from xstilts.studies.backbones.page import page, scores, to_latex
from xstilts.studies.backbones.rows import Row, read, to_csv, trained_in, unseen
from xstilts.studies.backbones.study import Backbone, ceilings, claims, pairs, read_all, write

NOTHING: dict[str, dict[str, float]] = {"xnli": {}, "panx": {}, "udpos": {}}
GAIN = 25.0  # with three seeds, and after Holm's correction, smaller ones are not sure
PLANTED = {**NOTHING, "xnli": {"mnli": GAIN, "mnli-translated": GAIN}}


@pytest.fixture(scope="module")
def two() -> list[Backbone]:
    """One in which MNLI helps on XNLI, and one in which nothing does anything."""
    return [backbone("helped", PLANTED, 1), backbone("same", NOTHING, 2)]


def test_a_planted_gain_is_found_and_nothing_else(two: list[Backbone]) -> None:
    found = {(one.contrast.backbone, one.contrast.source, one.contrast.target, one.contrast.name)
             for one in claims(two) if one.verdict == "gains"}  # fmt: skip
    assert found == {("helped", "mnli", "xnli", "en - none"), ("helped", "mnli", "xnli", "multi - none")}
    assert not [one for one in claims(two) if one.verdict == "loses"]


def test_the_gain_is_that_of_the_languages_that_no_row_was_trained_in(two: list[Backbone]) -> None:
    own = [one for one in two[0].contrasts if (one.target, one.source, one.name) == ("xnli", "mnli", "multi - none")]
    assert [one.languages for one in own] == ["unseen", "seen", "en"]
    sets = language_sets(small(), ("en", "de", "es", "tr", "hi", "ar"))
    assert sets == {"unseen": [2, 5], "seen": [1, 3, 4], "en": [0]}
    assert all(abs(one.gain - GAIN) < 3.0 and one.low < GAIN < one.high for one in own)


def test_what_a_source_was_trained_in() -> None:
    found = {name: trained_in(source) for name, source in small().sources.items()}
    assert found["none"] == [] and found["mnli"] == ["en"] and found["mnli-translated"] == ["de", "tr", "hi"]


def test_a_difference_between_backbones_is_found(two: list[Backbone]) -> None:
    sure = {(one.first.target, one.first.source, one.first.name) for one, p in pairs(two) if p < 0.05}
    assert sure and sure <= {("xnli", "mnli", "en - none"), ("xnli", "mnli", "multi - none")}
    assert f"Backbones differ in their gains in {len(sure)} of 18 differences between two of them: helped" in page(two)


def test_rows_that_are_not_finished_are_named(two: list[Backbone]) -> None:
    assert "Not all rows" not in page(two)
    assert "Missing (source/seed): part: mnli/2.**" in page([backbone("part", NOTHING, 2, unfinished=["mnli/2"])])


def test_two_backbones_in_which_nothing_helps() -> None:
    none = [backbone("one", NOTHING, 3), backbone("two", NOTHING, 4)]
    text = page(none)
    assert all(one.verdict == "cannot decide" for one in claims(none))
    assert "Whether backbones differ in their gains cannot be decided" in text
    assert "↑" not in text.split("## Gains")[1].split("backbone |")[1] and "Gains: 0." in text


@pytest.mark.slow
def test_where_there_is_nothing_few_studies_claim_anything() -> None:
    """A family of nine contrasts; Holm keeps the share of studies with a false claim below 5 %."""
    false = sum(any(one.verdict != "cannot decide" for one in claims([backbone("x", NOTHING, seed)]))
                for seed in range(10, 110))  # fmt: skip
    assert false <= 20, "three kinds of contrast, each with a family of its own"


def test_the_parts_over_units_are_those_of_the_interval() -> None:
    """With the same numbers the difference to a backbone without any gain has the gain's own interval."""
    one = next(iter(of_target(small(), target("xnli", {"mnli": 5.0}, 7))))
    nothing = replace(one, by_seed="0 0 0", own=0.0, common=0.0, gain=0.0)
    found = between(one, nothing)
    assert found is not None
    np.testing.assert_allclose((found.mean, found.low, found.high), (one.gain, one.low, one.high), atol=2e-3)


def test_one_seed_has_no_part_of_its_own_and_claims_nothing(two: list[Backbone]) -> None:
    assert over_units(np.array([[1.0], [3.0]])) == (0.0, 2.0)
    one = replace(two[0], contrasts=[replace(c, by_seed=c.by_seed.split()[0]) for c in two[0].contrasts])
    assert all(claim.verdict == "cannot decide" for claim in claims([one]))
    assert "With one seed nothing is claimed." in page([one])
    assert between(one.contrasts[0], two[1].contrasts[0]) is None


def test_other_data_are_not_compared(two: list[Backbone]) -> None:
    real = backbone("real", NOTHING, 5, data="cut-down", made_here=False)
    assert pairs([two[0], real]) == []
    fewer = replace(two[1], rows=[replace(row, n=row.n - 1) for row in two[1].rows])
    assert pairs([two[0], fewer]) == []
    assert "cannot be said: no two have the same data" in page([two[0], real])


def test_the_ceiling_needs_five_backbones(two: list[Backbone]) -> None:
    assert "that takes 5 backbones with the same data, there are 2 at most" in page(two)
    five = [backbone(f"b{place}", {"xnli": {"mnli": 3.0 * place}}, 20 + place) for place in range(5)]
    found = [one for _, one in ceilings(five)]
    assert found and all(one.languages == 5 for one in found)
    assert "cannot be decided: that takes" not in page(five)


@pytest.mark.parametrize(
    ("about", "line"),
    [
        ({}, "**Generated data: x. Encoders of a million parameters, made here: x. What they show is whether the "
             "method finds an effect, not what a released encoder does.**"),
        ({"data": "cut-down", "made_here": False}, "**Cut-down copies of real files: x.**"),
        ({"data": "full", "made_here": False}, "**Full data sets: x.**"),
    ],
)  # fmt: skip
def test_the_first_line_says_what_it_rests_on(about: dict[str, Any], line: str) -> None:
    assert page([backbone("x", {"xnli": {}}, 1, **about)]).splitlines()[0] == line


def test_no_backbone_is_no_answer() -> None:
    assert page([]).startswith("**No backbone has been run yet: there is no answer.**")


def test_an_encoder_that_was_trained_on_pairs_is_marked(two: list[Backbone]) -> None:
    marked = backbone("e5", NOTHING, 6, trained_on_pairs=True)
    assert [line[0] for line in scores([two[0], marked]).lines] == ["helped", "helped", "e5¶", "e5¶"]
    assert "its `none` is not an encoder without intermediate training" in page([marked])
    assert "¶" not in page(two)


def test_a_cell_is_none_english_and_multilingual(two: list[Backbone]) -> None:
    table = scores(two)
    assert table.head == ["backbone", "intermediate task", "xnli", "panx", "udpos"]
    values = [float(one) for one in table.lines[0][2].split(" / ")]
    assert values == [round(two[0].mean("xnli", "mnli", arm) or 0, 1) for arm in ("none", "en", "multi")]
    assert values[1] - values[0] > 8 and values[2] - values[0] > 8


def test_rates_and_fertility_are_shown(two: list[Backbone]) -> None:
    text = page([two[0], replace(two[1], rates=[])])
    assert "| helped | xnli | 70.0 (0.0001) | 80.0 (0.0003) | 75.0 (0.001) | yes |" in text
    assert "Not tried, so a backbone may be shown below what it can do: same." in text
    assert "| de | word | 1.50 (10.0 %) | 1.50 (10.0 %) |" in text and "| zh | character | 0.80 (0.0 %) |" in text


def test_tables_for_a_paper_are_escaped(two: list[Backbone]) -> None:
    text = to_latex(two)
    assert r"squad\_v1" in text and re.search(r"\\begin\{tabular\}\{llrrr\}", text) and "squad_v1" not in text


def test_what_is_written_is_what_is_read(two: list[Backbone], tmp_path: Path) -> None:
    for one in two:
        write(tmp_path / one.name, one)
        write_text(tmp_path / "rates" / f"{one.name}.csv", to_csv(one.rates))
    assert read_all(tmp_path) == two
    assert page(read_all(tmp_path)) == page(two)
    assert page(list(reversed(two))) != page(two), "the order of the folders is that of the page"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("rows.csv", "n,metric", "m,metric", "found the columns backbone, source, .*, expected backbone, source"),
        ("rows.csv", "accuracy,6", "accuracy,x6", r"line 2: could not convert string to float: 'x6"),
        ("rows.csv", "accuracy,6", "accuracy,nan\nhelped,6", "line 2: found nan, expected a finite number"),
        ("rows.csv", "clean,400,", "clean,", "line 2: found more or fewer values than the 11 columns"),
        ("rows.csv", "helped", "other", r"rows\.csv: found the backbone other, expected helped"),
        ("gains.csv", "helped", "other", r"gains\.csv: found the backbone other, expected helped"),
        (
            "gains.csv",
            ",unseen,6",
            ",unseen,3",
            r"gains\.csv: panx, mnli: found 3\d\.\d+ for none, expected 6\d\.\d+ as in",
        ),
        ("about.json", "made_here", "made", "made_here is missing"),
    ],
)
def test_what_is_not_a_backbone_is_refused(
    two: list[Backbone], tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    write(tmp_path / "helped", two[0])
    path = tmp_path / "helped" / file
    assert old in read_text(path)
    write_text(path, read_text(path).replace(old, new, 1))
    with pytest.raises(InputError, match=said):
        read_all(tmp_path)


def test_two_multilingual_rows_of_a_task_are_refused(two: list[Backbone], tmp_path: Path) -> None:
    more = [replace(row, source_language="fr") for row in two[0].rows if row.source_language == "de tr hi"]
    write(tmp_path / "helped", replace(two[0], rows=[*two[0].rows, *more]))
    with pytest.raises(InputError, match="found mnli in de tr hi and in fr, expected one multilingual row of a task"):
        read_all(tmp_path)


def test_no_scores_are_no_backbone(two: list[Backbone], tmp_path: Path) -> None:
    write(tmp_path / "helped", replace(two[0], rows=[]))
    with pytest.raises(InputError, match=r"rows\.csv: the file is empty"):
        read_all(tmp_path)


def test_languages_of_both_sides_count_as_seen() -> None:
    row = Row("b", "mnli", "de tr", 1, 1, "bucc", "de-en", "clean", 1, "m", 1.0)
    assert unseen([row, replace(row, language="fr-en"), replace(row, language="es")]) == {"es"}


def test_an_empty_text_of_a_number_that_may_lack(tmp_path: Path) -> None:
    write_text(tmp_path / "x.csv", to_csv([Row("b", "", "", 0, 1, "t", "de", "clean", 1, "m", 1.0)]))
    assert read(tmp_path / "x.csv", Row)[0].source == ""


def test_figures_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    two = [backbone("helped", {"xnli": {"mnli": GAIN}}, 1), backbone("same", {"xnli": {}}, 2)]
    for folder in (tmp_path / "one", tmp_path / "two"):
        figures.slopes(folder, two)
        figures.ceiling(folder, two)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["ceiling.png", "ceiling.svg", "slopes.png", "slopes.svg"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    drawn = read_text(tmp_path / "one/slopes.svg")
    assert all(word in drawn for word in ("helped", "same", "mnli: xnli", "multi"))


def test_figures_of_nothing(tmp_path: Path) -> None:
    figures.slopes(tmp_path, [])
    figures.ceiling(tmp_path, [])
    assert (tmp_path / "slopes.svg").is_file()
