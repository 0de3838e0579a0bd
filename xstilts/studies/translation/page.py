"""The page and the table of the study, written from what was measured by rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from statistics import fmean

from xstilts.records.files import write_text
from xstilts.report.figures.grid import TITLES
from xstilts.report.tables.table import to_markdown
from xstilts.statistics.inference import LEVEL
from xstilts.studies.kept import Run
from xstilts.studies.noised import detectable
from xstilts.studies.tables import write_table
from xstilts.studies.translation.measure import AREA, CLEAN, CONSISTENCY, SIDES, Comparison, Measured
from xstilts.studies.words import first_line, not_finished, p_value, points

TITLE = "Does multilingual or English intermediate training make a translation model better, or more robust?"
HEAD = ("target", "direction", "source", "condition", "clean", "noised", "R", "low", "high", "consistency",
        "off target", "off target noised", "copy", "above copy")  # fmt: skip
NOTES = (
    "clean, noised: chrF2++ of sacreBLEU, mean over seeds. copy: what the source gets, copied.",
    f"R: noised over clean in percent; low, high: {LEVEL:.0%} interval over seeds and sentences. A system that does "
    "not read its source has an R of 100: read it beside the clean score, and not at all where that is not above copy.",
    "consistency: chrF2++ of the translations of noised sources against those of the clean ones. No reference "
    "is needed.",
    "off target: percent of translations that are more like the sources than like the references, by character "
    "trigrams of the test set itself. A third language is not seen.",
)
LOW = 30.0  # chrF++; below it a reader gets little from a translation


def write_page(folder: Path, run: Run, measured: Measured) -> None:
    """Write `answer.md` and the table."""
    rows = [
        (one.target, one.direction, one.source, one.condition, one.clean, one.noised, one.ratio.mean, one.ratio.low,
         one.ratio.high, one.consistency, one.off_clean, one.off_noised, one.copy, "yes" if one.above_copy else "no")
        for one in measured.points
    ]  # fmt: skip
    clean = [(target, direction, source, "clean", value, *[None] * 9)
             for (target, direction, source), value in measured.clean.items()]  # fmt: skip
    write_table(folder, TITLE, HEAD, [*clean, *rows], NOTES)
    write_text(folder / "answer.md", "\n".join(lines(run, measured)) + "\n")


def lines(run: Run, measured: Measured) -> list[str]:
    """The page."""
    seeds, targets = len(run.params.seeds), list(dict.fromkeys(one.target for one in measured.comparisons))
    noised = [name for name in targets if any(one.target == name for one in measured.points)]
    pictures = [f"![{kind}]({kind}-{name}.svg)" for name in noised for kind in ("noise", "clean")]
    return [
        f"# {TITLE}", "", first_line(run.params), "", *not_finished(run.unfinished),
        "## Answer", "", conclusion(measured.comparisons, seeds), "",
        f"A gain or a loss is claimed where p is below {1 - LEVEL:.2g} after Holm's correction over all "
        f"{len([one for one in measured.comparisons if one.gain])} comparisons, with at least two seeds.", "",
        *(part for name in targets for part in (f"### {_title(name)}", "", *table_of(measured, name, seeds), "")),
        "## Other domains", "", *domains(measured), "",
        "## What was learnt by heart", "", *learnt(measured), "",
        "## What can be concluded", "", *limits(run, measured), "",
        "## Table and figures", "", "[Table](table.md), also as [csv](table.csv) and [LaTeX](table.tex).", "",
        *pictures,
    ]  # fmt: skip


def conclusion(comparisons: Sequence[Comparison], seeds: int) -> str:
    """One sentence over all comparisons."""
    known = [one for one in comparisons if one.gain]
    if not known:
        return "There is no arm beside `none` with a score: there is nothing to answer."
    parts = []
    for verdict, word in (("gain", "more"), ("loss", "less")):
        found = [name(one) for one in known if one.verdict(seeds) == verdict]
        parts += [f"{word} than `none`: {'; '.join(found)}"] * bool(found)
    left = sum(one.verdict(seeds) == "open" for one in known)
    if not parts:
        why = " There is one seed, so nothing is known of other trainings." if seeds == 1 else ""
        return f"**Cannot decide: 0 of {len(known)} comparisons show a difference.** This does not show that there is none.{why}"  # noqa: E501
    return f"**{'. '.join(one[0].upper() + one[1:] for one in parts)}.** Cannot decide in {left} of {len(known)}."


def name(one: Comparison) -> str:
    """What is compared, in words."""
    return f"{one.quantity} of `{one.source}`, {_title(one.target)} {one.side}"


def table_of(measured: Measured, target: str, seeds: int) -> list[str]:
    """A line an arm, side and quantity. The clean score leads, as a bad system may be called robust."""
    found = []
    own = [one for one in measured.comparisons if one.target == target]
    for side in SIDES:
        for one in (one for one in own if one.side == side):
            found.append(f"- {sentence(one, seeds)}")
    return found or ["No direction was scored."]


def sentence(one: Comparison, seeds: int) -> str:
    """What is known of one comparison."""
    head = f"{one.side}, `{one.source}` minus `none`, {one.quantity}"
    if one.gain is None:
        return f"{head}: no direction in which both are above the copied source, so a ratio means nothing."
    words = {"gain": "more", "loss": "less"}.get(one.verdict(seeds), "cannot decide")
    smallest = detectable(one.gain)
    power = (
        ""
        if words != "cannot decide" or smallest is None
        else f"; a difference below {smallest:.1f} would be missed in one of five studies"
    )
    many = f"{len(one.directions)} direction{'s' * (len(one.directions) != 1)}"
    return f"{head}: {words}. {points(one.gain)}, {p_value(one.p)}, {many}{power}."


def domains(measured: Measured) -> list[str]:
    """Clean scores on every test set, over the directions that all of them have."""
    targets = list(dict.fromkeys(target for target, _, _ in measured.clean))
    by_target = [{direction for target, direction, _ in measured.clean if target == one} for one in targets]
    shared = sorted(set.intersection(*by_target)) if by_target else []
    if len(targets) < 2 or not shared:
        return ["There is one test set alone, or none has a direction that the others have."]
    rows = [["source", "side", *map(_title, targets)]]
    for source, (side, fits) in product(dict.fromkeys(source for _, _, source in measured.clean), SIDES.items()):
        if chosen := [one for one in shared if fits(one)]:
            means = [fmean(measured.clean[target, one, source] for one in chosen) for target in targets]
            rows.append([f"`{source}`", side, *(f"{mean:.1f}" for mean in means)])
    return [
        f"Clean chrF++, mean over {', '.join(shared)}. The training text is that of LAFAND-MT: news.", "",
        *to_markdown(rows).splitlines(),
    ]  # fmt: skip


def learnt(measured: Measured) -> list[str]:
    """Which test rows stand in the training set, and what they change."""
    found = [
        f"- {_title(target)}, {direction}: one side of {share:.1f} % of the test rows stands in the training set. "
        f"Without them chrF++ of `none` changes by {change:+z.1f}."
        for (target, direction), (share, change) in measured.learnt.items()
    ]
    return found or ["No test row stands in the training set."]


def limits(run: Run, measured: Measured) -> list[str]:
    """What a reader can and cannot conclude."""
    low = [one for one in measured.points if one.source == "none" and one.clean < LOW]
    there = [one for one in measured.points if one.source == "none"]
    below = sorted({f"{one.direction} of `{one.source}`" for one in measured.points if not one.above_copy})
    found = []
    if there and low:
        directions = len({(one.target, one.direction) for one in low})
        found.append(
            f"- Absolute quality is low: in {directions} of {len({(one.target, one.direction) for one in there})} "
            f"directions the clean chrF++ of `none` is below {LOW:.0f}. Such translations are of no use to a reader."
        )
    if below:
        found.append(f"- Not above the copied source, so that R is not compared: {', '.join(below)}.")
    if len(run.params.seeds) == 1:
        found.append("- One seed: nothing can be said about other trainings.")
    return [
        *found,
        f"- {AREA} is the mean of R from no noise to the highest level, in percent. It and {CONSISTENCY} are compared "
        f"only where both arms are above the copied source; {CLEAN} is compared everywhere.",
        "- From English, all arms read English, which the encoder knows best; into English it reads the other "
        "language. The two are never averaged.",
        "- One model writes all directions. The directions of one language share its training rows.",
        "- Noise was made by rules. It is not the noise that people make.",
    ]


def _title(target: str) -> str:
    return TITLES.get(target, target)
