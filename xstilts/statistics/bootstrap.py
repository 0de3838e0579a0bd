"""The bootstrap over test examples: a target's score on test sets drawn from its own (Efron 1979).

Drawn are units, with replacement and as many as there are: for answers paragraphs, for tags sentences. A unit that is
there in several languages, being a translation, is drawn in all of them at once, and every run is scored on the same
draws, so that differences between runs and means over languages keep what is common to them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xstilts.seeding import Seeds
from xstilts.statistics.collect import Sample

BLOCK = 100  # resamples at a time: what bounds the memory


def resampled_scores(sample: Sample, resamples: int, seeds: Seeds) -> dict[str, np.ndarray]:
    """language -> resample x run: the main figure (0-100).

    Units are drawn within strata: those that are there in the same languages. So every resample has a language's own
    number of units, and unrelated test sets are drawn apart."""
    sums = {
        language: np.zeros((resamples, *counts.shape[1:]), dtype=np.float64)
        for language, counts in sample.counts.items()
    }
    for languages, places in strata(sample).items():
        parts = [sample.counts[language][places[language]] for language in languages]
        rows = np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)
        generator = seeds.numpy("units", sample.target, *languages)
        ends = np.cumsum([part[0].size for part in parts])[:-1]
        for begin, total in drawn_sums(rows, resamples, generator):
            for language, part, own in zip(languages, parts, np.split(total, ends, axis=1), strict=True):
                sums[language][begin : begin + len(own)] += own.reshape(-1, *part.shape[1:])
    return {language: sample.main(total) for language, total in sums.items()}


def strata(sample: Sample) -> dict[tuple[str, ...], dict[str, list[int]]]:
    """languages -> language -> places of the units that are there in exactly these languages, in one order."""
    there: dict[str, dict[str, int]] = {}
    for language, names in sample.units.items():
        for place, name in enumerate(names):
            there.setdefault(name, {})[language] = place
    found: dict[tuple[str, ...], dict[str, list[int]]] = {}
    for own in there.values():
        stratum = found.setdefault(tuple(own), {language: [] for language in own})
        for language, place in own.items():
            stratum[language].append(place)
    return found


def drawn_sums(rows: np.ndarray, resamples: int, generator: np.random.Generator) -> Iterator[tuple[int, np.ndarray]]:
    """(first resample, resample x column): sums of `len(rows)` rows drawn with replacement, in blocks.

    Equal rows are drawn as one with its multiplicity, which is the same distribution: most sentences of BUCC have no
    pair in any run."""
    distinct, multiplicity = np.unique(rows, axis=0, return_counts=True)
    distinct, shares = distinct.astype(np.float64), multiplicity / len(rows)
    for begin in range(0, resamples, BLOCK):
        times = generator.multinomial(len(rows), shares, size=min(BLOCK, resamples - begin))
        yield begin, times.astype(np.float64) @ distinct
