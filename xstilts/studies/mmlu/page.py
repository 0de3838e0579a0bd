"""The page and the tables of the study of exams, written from what was measured by rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xstilts.records.files import write_text
from xstilts.report.figures.grid import TITLES
from xstilts.report.tables.conditions import text
from xstilts.report.tables.table import csv_text
from xstilts.studies.kept import Run
from xstilts.studies.mmlu.latency import MARGIN, Latency, changes
from xstilts.studies.mmlu.measure import Compared, Level
from xstilts.studies.noised import detectable
from xstilts.studies.tables import write_table
from xstilts.studies.words import first_line, interval, not_finished, p_value, points

TITLE = "Does the intermediate task change how well, or how fast, an encoder answers exams?"
HEAD = (
    "exam", "source", "kind", "languages", "chance", "accuracy", "above chance", "low", "high", "p", "over none",
    "over none low", "over none high", "over hidden question", "order changes", "order lost", "p50 ms", "p95 ms",
    "questions/s", "slower than none",
)  # fmt: skip
NOTES = (
    "chance: what guessing gets, the mean of 1 / options over the rows of each language. above chance: accuracy less "
    "chance, mean over languages and seeds, with its 95 % interval over seeds and questions.",
    "p: two-sided, that a source is at chance; after Holm's correction over all sources and exams.",
    "over hidden question: points over the control that was trained, and asked, without the question.",
    "order changes: points that accuracy loses when options change places; order lost: percent of answers that were "
    "right and then are wrong.",
    "p50, p95: time of one answer; questions/s: in batches; slower than none: p50, in percent. They are of one machine "
    "and one measurement, and empty where nobody has measured.",
)
Likelihoods = Sequence[Mapping[str, Any]]


def write_page(
    folder: Path, run: Run, levels: Sequence[Level], latency: Mapping[str, Latency], likelihood: Likelihoods
) -> None:
    """Write `answer.md`, the table, and `languages.csv`."""
    write_table(folder, TITLE, HEAD, [_row(one, latency) for one in levels], NOTES)
    write_text(folder / "languages.csv", csv_text([
        ["exam", "source", "language", "above chance", "low", "high"],
        *([one.target, one.source, language, text(by.mean), text(by.low), text(by.high)]
          for one in levels for language, by in one.languages.items()),
    ]))  # fmt: skip
    write_text(folder / "answer.md", "\n".join(lines(run, levels, latency, likelihood)) + "\n")


def _row(one: Level, latency: Mapping[str, Latency]) -> list[str | float | int | None]:
    above, gain, time = one.above.by, one.gain.by if one.gain else None, latency.get(one.source)
    times = (time.p50, time.p95, time.rate) if time else (None, None, None)
    return [
        one.target, one.source, "" if one.kind == "record" else one.kind, len(one.languages), one.chance, one.accuracy,
        above.mean, above.low, above.high, f"{one.above.p:.3g}",
        *((gain.mean, gain.low, gain.high) if gain else (None,) * 3),
        one.seen.by.mean if one.seen else None, one.moved.mean if one.moved else None, one.lost, *times,
        changes(latency).get(one.source),
    ]  # fmt: skip


def lines(run: Run, levels: Sequence[Level], latency: Mapping[str, Latency], likelihood: Likelihoods) -> list[str]:
    """The page."""
    seeds = len(run.params.seeds)
    return [
        f"# {TITLE}", "", first_line(run.params), "", *not_finished(run.unfinished),
        "## Answer", "", *(f"- {one}" for one in (accuracy(levels, seeds), speed(levels, latency))), "",
        "## Is anything above guessing?", "", *(f"- {one}" for one in above(levels)), "",
        "A score above guessing is no knowledge yet: some options are better English, longer, or more precise. What a "
        "source is above the control whose question is hidden says more.", "",
        *(f"- {one}" for one in compared(levels, "seen", "the control without the question", seeds)), "",
        "## Does the intermediate task change accuracy?", "",
        *(f"- {one}" for one in compared(levels, "gain", "`none`", seeds)), "",
        "p is two-sided, after Holm's correction over all lines of a kind. With one seed nothing is claimed.", "",
        "## Does the place of an option matter?", "", *(f"- {one}" for one in order(levels)), "",
        "## Does the intermediate task change the time of an answer?", "", *(f"- {one}" for one in times(latency)), "",
        "## Without a trained head", "", *without_head(likelihood), "",
        "## What can be concluded", "", *(f"- {one}" for one in limits(run, levels, latency)), "",
        "## Table and figure", "",
        "[Table](table.md), also as [csv](table.csv) and [LaTeX](table.tex); [by language](languages.csv).", "",
        "![accuracy against time](latency.svg)",
    ]  # fmt: skip


def accuracy(levels: Sequence[Level], seeds: int) -> str:
    """One sentence on accuracy."""
    own = [(one, one.gain.verdict(seeds)) for one in levels if one.gain]
    known = [one for one in levels if one.kind == "record" and one.is_above]
    start = f"Accuracy: {len(known)} of {sum(one.kind == 'record' for one in levels)} scores are above guessing."
    if not own:
        return f"{start} There is no source to compare with `none`."
    more, less = ([_name(one) for one, verdict in own if verdict == wanted] for wanted in ("more", "less"))
    if not more and not less:
        why = " There is one seed." if seeds == 1 else ""
        return (
            f"{start} **Cannot decide whether the intermediate task changes accuracy: 0 of {len(own)} comparisons "
            f"show a change.**{why} This does not show that there is none."
        )
    parts = [f"better after {'; '.join(more)}"] * bool(more) + [f"worse after {'; '.join(less)}"] * bool(less)
    open_ = len(own) - len(more) - len(less)
    changed = ". ".join(one[0].upper() + one[1:] for one in parts)
    return f"{start} **{changed}.** Cannot decide in {open_} of {len(own)}."


def speed(levels: Sequence[Level], latency: Mapping[str, Latency]) -> str:
    """One sentence on the time of the sources of the run; the harness has more, its positive controls."""
    own = {one.source for one in levels}
    slower = {source: value for source, value in changes(latency).items() if source in own}
    if not slower:
        return "Time: it was not measured."
    most = max(slower, key=lambda one: abs(slower[one]))
    inside = all(abs(value) <= MARGIN for value in slower.values())
    words = "no source differs from `none` by more than" if inside else "some sources differ from `none` by more than"
    return f"Time: {words} {MARGIN:g} % (most: {most}, {slower[most]:+z.1f} %)."


def above(levels: Sequence[Level]) -> list[str]:
    """By exam: which sources are above guessing, and how large a level would be seen."""
    found = []
    for target in dict.fromkeys(one.target for one in levels):
        own = [one for one in levels if one.target == target]
        best = max(own, key=lambda one: one.above.by.mean)
        known = [one.source for one in own if one.is_above]
        who = ", ".join(known) if known else "no source"
        smallest = detectable(best.above.by)
        power = (
            "" if smallest is None else f" A level below {smallest:.1f} points would be missed in one of five studies."
        )
        found.append(
            f"{_title(target)}, guessing {best.chance:.1f}: above it {'is' if len(known) < 2 else 'are'} {who}. "
            f"The highest is {best.source}, {points(best.above.by)}.{power}"
        )
    return found


def compared(levels: Sequence[Level], kind: str, other: str, seeds: int) -> list[str]:
    """A line for each comparison of one kind."""
    words = {"more": "better", "less": "worse", "seed": "cannot decide, there is one seed", "open": "cannot decide"}
    found = []
    for one in levels:
        by: Compared | None = getattr(one, kind)
        if by is None:
            continue
        smallest = detectable(by.by) if by.verdict(seeds) == "open" else None
        power = (
            "" if smallest is None else f" A change below {smallest:.1f} points would be missed in one of five studies."
        )
        found.append(f"{_name(one)}: {words[by.verdict(seeds)]}. {points(by.by)} over {other}, {p_value(by.p)}.{power}")
    return found or [f"There is nothing to compare with {other}."]


def order(levels: Sequence[Level]) -> list[str]:
    """What changes when options change places: nothing may, where each option is scored by itself."""
    own = [(one, one.lost, one.moved.mean) for one in levels if one.moved is not None and one.lost is not None]
    if not own:
        return ["This was not tried: the profile has no condition `option-order`."]
    if not any(lost or moved for _, lost, moved in own):
        return ["No answer changes: the place of an option has no say."]
    most, lost, _ = max(own, key=lambda one: one[1])
    return [
        f"At most {lost:.1f} % of the answers that were right are then wrong ({_name(most)}). "
        "A head that scores each option by itself can change an answer only where two scores are equal, or nearly so."
    ]


def times(latency: Mapping[str, Latency]) -> list[str]:
    """A line for each source whose time was measured."""
    if not latency:
        return ["Time was not measured: there is no file of the harness (`xstilts benchmark latency`)."]
    slower = changes(latency)
    engine = next(iter(latency.values())).engine
    found = [
        f"{one.source}: p50 {one.p50:.1f} ms, p95 {one.p95:.1f} ms, p99 {one.p99:.1f} ms, {one.rate:.1f} questions/s"
        + (f"; {slower[name]:+z.1f} % against `none`" if name in slower else "")
        + (f"; {one.tested}." if one.tested else ".")
        for name, one in latency.items()
    ]
    return [
        *found,
        f"Engine: {engine}. Intermediate training changes weights and not shapes, so all sources should be alike. "
        "The test of equivalence is the harness's, with its positive controls.",
    ]


def without_head(likelihood: Likelihoods) -> list[str]:
    """Pseudo-log-likelihoods, where an encoder has its language-model head."""
    if not likelihood:
        return ["This was not tried, or no encoder here has a language-model head."]
    names = {"gain": "mean over tokens less the same without the question", "mean": "mean over tokens", "sum": "sum"}
    found = []
    for one in likelihood:
        scores = ", ".join(
            f"{names[name]} {by['above']:+z.1f}{interval(by['low'], by['high'])}" for name, by in one["scores"].items()
        )
        found.append(
            f"- {_title(one['target'])}, {one['source']}, seed {one['seed']}: points above guessing by {scores}."
        )
    return [
        "Each option is scored by its pseudo-log-likelihood after the question (Salazar et al. 2020), without any "
        "training. Intervals are over questions, and not corrected for the number of lines.", "", *found,
    ]  # fmt: skip


def limits(run: Run, levels: Sequence[Level], latency: Mapping[str, Latency]) -> list[str]:
    """What a reader can and cannot conclude."""
    found = ["One seed: nothing can be said about other trainings."] if len(run.params.seeds) == 1 else []
    if not any(one.kind == "ablated" for one in levels):
        found.append("There is no control without the question: what is above guessing may be read from options alone.")
    if not any(one.is_above for one in levels if one.kind == "record"):
        found.append("No source is above guessing, so no comparison of sources says anything about knowledge.")
    if latency:
        found.append("Times are of one machine. They are outside the promise of equal bytes.")
    return [
        *found,
        "Exams that were translated share questions, and errors of the original: they are not independent of one "
        "another.",
        "An encoder of this kind is not made to know facts. A null result says little about larger ones.",
    ]


def _name(one: Level) -> str:
    return f"{_title(one.target)}, {one.source}"


def _title(target: str) -> str:
    return TITLES.get(target, target)
