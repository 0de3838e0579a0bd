"""Scores of translations: equal to sacreBLEU's command line, exact on any resample, and what stands beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.families.translation.scoring import units
from xstilts.families.translation.scoring.language import Sides, trigrams
from xstilts.families.translation.scoring.score import chance, main, score, signature
from xstilts.families.translation.scoring.statistics import chrf, chrf_counts, signatures
from xstilts.records.prepared import Prepared

TASK = Prepared("lafand", "translation", "chrf2++", (), ("en-sw",), None)
ENGLISH = ["The radio is on.", "Two goats eat grass here.", "They went home, then slept.", "Yes.", "It is 5.30 pm"]
SWAHILI = ["Redio imewashwa.", "Mbuzi wawili wanakula nyasi hapa.", "Walikwenda nyumbani, kisha wakalala.", "Ndiyo.",
           "Ni saa kumi na moja na nusu jioni"]  # fmt: skip
SAID = ["Redio imewashwa .", "Mbuzi wanakula nyasi", "They went home, then slept.", "", "Ni saa 5.30 jioni"]
SEEN = ["", "both", "", "", "source"]


def gold(sources: list[str] = ENGLISH, targets: list[str] = SWAHILI, seen: list[str] = SEEN) -> list[dict[str, Any]]:
    rows = zip(sources, targets, seen, strict=True)
    return [{"id": str(n), "source": a, "target": b, "into": "sw", "seen": c} for n, (a, b, c) in enumerate(rows)]


def said(texts: list[str] = SAID, clean: Sequence[str | None] | None = None) -> list[dict[str, Any]]:
    before: Sequence[str | None] = clean or [None] * len(texts)
    return [{"id": str(n), "prediction": a, "clean": b} for n, (a, b) in enumerate(zip(texts, before, strict=True))]


def command_line(folder: Path, texts: list[str], references: list[str]) -> dict[str, dict[str, Any]]:
    """What `sacrebleu` itself says of two files: name -> score and signature."""
    for name, lines in (("texts", texts), ("references", references)):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = [sys.executable, "-m", "sacrebleu", "references", "-i", "texts", "-m", "chrf", "bleu",
               "--chrf-word-order", "2", "-w", "10", "-f", "json"]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env={**os.environ})
    return {one["name"]: one for one in json.loads(done.stdout)}


@pytest.mark.parametrize("texts", [SAID, ["x"] * 5, SWAHILI, ENGLISH, ["Ndiyo ."] * 5])
def test_both_figures_are_those_of_the_command_line(texts: list[str], tmp_path: Path) -> None:
    found, expected = score(TASK, "en-sw", gold(), said(texts)), command_line(tmp_path, texts, SWAHILI)
    assert found["chrf2++"] == pytest.approx(expected["chrF2++"]["score"], abs=1e-9)
    assert found["bleu"] == pytest.approx(expected["BLEU"]["score"], abs=1e-9)
    assert main(found) == found["chrf2++"]
    said_by = {name: one["signature"].replace("|bs:1000|seed:12345", "") for name, one in expected.items()}
    assert signatures() == {"chrf2++": said_by["chrF2++"], "bleu": said_by["BLEU"]}
    own = signature(TASK)
    assert own["chrf2++"].startswith("nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.")
    assert own["bleu"].startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.")


TEXT = st.lists(st.sampled_from(["mbuzi", "goat", "ẹ̀kọ́", "5.30", ",", "na", "Ndiyo."]), max_size=7).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_a_resampled_set_is_scored_exactly(pairs: list[tuple[str, str]], random: Any) -> None:
    """The sums of drawn sentences give what sacreBLEU gives for the drawn corpus."""
    from sacrebleu.metrics.chrf import CHRF

    drawn = [random.randrange(len(pairs)) for _ in pairs]
    texts, references = [a for a, _ in pairs], [b for _, b in pairs]
    counts = chrf_counts(texts, references)
    expected = CHRF(word_order=2).corpus_score([texts[i] for i in drawn], [[references[i] for i in drawn]]).score
    assert float(chrf(counts[drawn].sum(axis=0))) == pytest.approx(expected, abs=1e-9)
    both = np.stack([counts[drawn].sum(axis=0), counts.sum(axis=0)])
    assert np.array_equal(chrf(both)[:1], chrf(both[:1])), "sums beside it change nothing"


def test_counts_by_sentence_are_the_scores_again() -> None:
    clean = [*SAID[:2], "Walikwenda.", "Ndiyo.", SAID[4]]
    found = score(TASK, "en-sw", gold(), said(clean=clean))
    counts = units.counts(TASK, "en-sw", gold(), said(clean=clean))
    sums = counts.sum(axis=0)
    assert counts.shape == (5, units.ROWS + 1) and sums[units.ROWS] == 5
    assert float(units.main(TASK, sums)) == pytest.approx(found["chrf2++"], abs=1e-9)
    assert float(chrf(sums[units.BEFORE])) == pytest.approx(found["consistency"], abs=1e-9)
    assert 100 * sums[units.OFF] / 5 == found["off_target"] and 100 * sums[units.COPIED] / 5 == found["copied"]
    assert not units.counts(TASK, "en-sw", gold(), said())[:, units.BEFORE].any()
    assert units.right(TASK, units.counts(TASK, "en-sw", gold(), said(SWAHILI))).all()
    right = units.right(TASK, units.counts(TASK, "en-sw", gold(), said()))
    assert right.tolist() == [True, False, False, False, False], "chrF++ sees no blank before a full stop"
    assert units.names(TASK, {"en-sw": gold()}) == {"en-sw": ["0", "1", "2", "3", "4"]}


def test_what_was_learnt_is_left_out_beside_the_whole() -> None:
    found = score(TASK, "en-sw", gold(), said())
    fresh = [0, 2, 3]
    own = [[lines[n] for n in fresh] for lines in (ENGLISH, SWAHILI, [""] * 5)]
    alone = score(TASK, "en-sw", gold(*own), said([SAID[n] for n in fresh]))
    assert (found["chrf2++_unseen"], found["bleu_unseen"]) == (alone["chrf2++"], alone["bleu"])
    assert found["seen"] == 40 and alone["seen"] == 0 and "chrf2++_unseen" not in alone
    every = score(TASK, "en-sw", gold(seen=["both"] * 5), said())
    assert every["seen"] == 100 and "chrf2++_unseen" not in every


def test_copies_empty_texts_and_the_baseline() -> None:
    found = score(TASK, "en-sw", gold(), said())
    assert (found["copied"], found["empty"], found["off_target"]) == (20, 20, 20)
    copied = score(TASK, "en-sw", gold(), said(ENGLISH))
    assert copied["chrf2++"] == chance(TASK, gold()) and copied["copied"] == 100 and copied["off_target"] >= 80
    assert score(TASK, "en-sw", gold(), said(SWAHILI))["off_target"] == 0


def test_consistency_needs_no_reference() -> None:
    same = score(TASK, "en-sw", gold(), said(["aaa bb", "cc", "dd ee", "f", "g"], ["aaa bb", "cc", "dd ee", "f", "g"]))
    assert same["consistency"] == pytest.approx(100) and same["chrf2++"] < 5
    assert "consistency" not in score(TASK, "en-sw", gold(), said())
    with pytest.raises(InputError, match="found 4 clean translations of 5, expected one for each row"):
        score(TASK, "en-sw", gold(), said(clean=[*SAID[:4], None]))


@pytest.mark.parametrize(
    ("task", "predicted", "message"),
    [
        (TASK, said()[:4], "found 4 predictions, expected 5"),
        (TASK, [*said()[:4], {"id": "9", "prediction": "", "clean": None}], "'9'"),
        (Prepared("x", "translation", "bleu", (), (), None), said(), "x: unknown metric 'bleu', expected chrf2[+][+]"),
    ],
)
def test_what_does_not_fit_is_refused(task: Prepared, predicted: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        score(task, "en-sw", gold(), predicted)


def test_the_two_sides_are_told_apart() -> None:
    assert trigrams("\u1eb8\u0300b c 5") == [" eb", "eb ", " c "]
    sides = Sides(ENGLISH, SWAHILI)
    assert [sides.is_source(text) for text in ("grass here", "nyasi hapa", "", "5.30")] == [True, False, False, False]
