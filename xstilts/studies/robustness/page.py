"""The page and the table of the study, written from what was measured by rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xstilts.params import Params
from xstilts.params.conditions import PUBLISHED
from xstilts.records.files import write_text
from xstilts.report.figures.conditions import CLEAR
from xstilts.report.figures.grid import TITLES
from xstilts.studies.kept import Run
from xstilts.studies.mixed import Mixed
from xstilts.studies.noised import detectable
from xstilts.studies.robustness.measure import MEAN, Answer, Measured, Planted, Silence
from xstilts.studies.tables import write_table
from xstilts.studies.words import first_line, interval, not_finished, p_value, points

TITLE = "Does more intermediate data make an encoder more robust?"
HEAD = ("target", "condition", "source", "series", "size", "clean", "noised", "drop", "low", "high", "share", "lost",
        "above line", "above low", "above high", "near chance")  # fmt: skip
NOTES = (
    "drop: clean minus noised of the same rows, mean over seeds and languages in which the condition changes anything; "
    "low, high: 95 % interval over seeds and examples.",
    "share: the drop in percent of what the clean score is above chance. lost: percent of answers that are right on "
    "the clean set and wrong under the condition.",
    "above line: effective robustness, points above the line of noised against clean scores (logits) through the "
    "models without intermediate data, a point for each seed and language. Empty where no line can be fitted.",
    f"near chance: the clean score is less than {CLEAR} standard errors above chance, so the drop means nothing.",
)


def write_page(folder: Path, run: Run, measured: Measured) -> None:
    """Write `answer.md` and the table."""
    rows = [
        (one.target, one.condition, one.source, one.series, one.size, one.clean, one.noised, one.drop.mean,
         one.drop.low, one.drop.high, _percent(one.relative), _percent(one.lost),
         *((one.effective.mean, one.effective.low, one.effective.high) if one.effective else (None, None, None)),
         "yes" if one.near_chance else "")
        for one in measured.points
    ]  # fmt: skip
    write_table(folder, TITLE, HEAD, rows, NOTES)
    write_text(folder / "answer.md", "\n".join(lines(run, measured)) + "\n")


def lines(run: Run, measured: Measured) -> list[str]:
    """The page."""
    params = run.params
    targets = list(dict.fromkeys(one.target for one in measured.answers))
    pictures = [f"![{kind}]({kind}-{name}.svg)" for name in targets for kind in ("size", "effective")]
    return [
        f"# {TITLE}", "", first_line(params), "", *not_finished(run.unfinished),
        "## Answer", "", conclusion(measured.answers), "", *(series_in_turn(measured) if measured.answers else []),
        "## Can this study see an effect?", "", *checks(measured), "",
        "## What can be concluded", "", *limits(params, measured), "",
        "## Table and figures", "", "[Table](table.md), also as [csv](table.csv) and [LaTeX](table.tex).", "",
        *pictures,
    ]  # fmt: skip


def series_in_turn(measured: Measured) -> list[str]:
    """What is known of each series of sizes, over all conditions, by condition, and with other things held fixed."""
    return [
        *(f"- {sentence(one)}" for one in measured.answers), "",
        "Here the drop is the mean over all conditions. p is that of Page's trend test, two-sided, after Holm's "
        "correction over these lines. A trend is claimed where p < 0.05 and the interval of rho does not hold 0.", "",
        "## By condition", "", *by_condition(measured.by_condition), "",
        "## With clean scores, languages and seeds held fixed", "",
        *(f"- {name(one)}: {model(one.mixed)}" for one in measured.answers if one.mixed), "",
        "The mixed model has a slope for each condition, the clean score, and random effects of language, seed and "
        "training. A clean score is a part of the drop, so its own slope is no finding. Intervals are not corrected "
        "for the number of lines.", "",
    ]  # fmt: skip


def name(one: Answer) -> str:
    """Target and series in words, with the condition if it is one."""
    under = "" if one.condition == MEAN else f", {one.condition}"
    return f"{_title(one.target)} after {one.series.name}{under}"


def conclusion(answers: Sequence[Answer]) -> str:
    """One sentence over all lines."""
    grows, falls = ([name(one) for one in answers if one.verdict == verdict] for verdict in ("grows", "falls"))
    if not answers:
        return "No two sources differ in size alone: there is nothing to answer."
    if not grows and not falls:
        return (
            f"**Cannot decide: 0 of {len(answers)} comparisons show a trend.** This does not show that there is none."
        )
    parts = [f"more data lose more: {'; '.join(grows)}"] * bool(grows)
    parts += [f"more data lose less: {'; '.join(falls)}"] * bool(falls)
    open_ = len(answers) - len(grows) - len(falls)
    return f"**{'. '.join(one[0].upper() + one[1:] for one in parts)}.** Cannot decide in {open_} of {len(answers)}."


def sentence(one: Answer) -> str:
    """What is known of one target and series."""
    first, last = one.series.sizes[0], one.series.sizes[-1]
    if one.verdict == "chance":
        return (
            f"{name(one)}: cannot decide. Clean scores of {', '.join(one.near_chance)} are less than {CLEAR} standard "
            "errors above chance, so there is nothing to lose."
        )
    rho = (
        "no order"
        if one.trend.rho is None
        else f"rho {one.trend.rho:+z.2f}{interval(one.trend.low, one.trend.high, 2)}"
    )
    change = f"from {first:,} to {last:,} rows the drop changes by {points(one.change)}"
    smallest = detectable(one.change)
    power = "" if smallest is None else f" A change below {smallest:.1f} points would be missed in one of five studies."
    words = {"grows": "the drop grows with the size", "falls": "the drop falls with the size"}.get(
        one.verdict, "cannot decide"
    )
    if one.verdict == "seed":
        return (
            f"{name(one)}: cannot decide. There is one training of each size, so nothing is known of its chance. Over "
            f"examples alone: {rho}; {change}.{power}"
        )
    return f"{name(one)}: {words}. {rho}, {p_value(one.p)}; {change}.{power}"


def by_condition(answers: Sequence[Answer]) -> list[str]:
    """What single conditions show; they are many, and have a correction of their own."""
    clear = [f"- {sentence(one)}" for one in answers if one.verdict in ("grows", "falls")]
    if not clear:
        return [f"Cannot decide for any of {len(answers)} pairs of a series and a condition."]
    return [f"{len(clear)} of {len(answers)} pairs of a series and a condition show a trend:", "", *clear]


def model(one: Mixed | None) -> str:
    """What the mixed model says."""
    if one is None or one.problem or one.doubling is None or one.clean is None:
        return f"no mixed model: {one.problem if one else 'near chance'}."
    sure = "" if not one.doubling.low <= 0 <= one.doubling.high else "; cannot decide"
    return (
        f"each doubling of the data changes the drop by {one.doubling.value:+z.2f} points"
        f"{interval(one.doubling.low, one.doubling.high, 2)}{sure} ({one.trainings} trainings, {one.rows} values)."
    )


def checks(measured: Measured) -> list[str]:
    """The planted effect, and the control."""
    return [*(f"- {plant(one)}" for one in measured.planted), *(f"- {silence(one)}" for one in measured.silence)] or [
        "No planted effect and no control is among these rows, so this is not known."
    ]


def plant(one: Planted) -> str:
    """Whether the noised row is more robust, as it must be."""
    found = "found" if one.found else "NOT found"
    smallest = detectable(one.saved)
    power = "" if one.found or smallest is None else f" An effect below {smallest:.1f} points is likely to be missed."
    return (
        f"Planted effect on {_title(one.target)} {found}: noise in the training data of `{one.noised}` saves "
        f"{points(one.saved)} of the drop of `{one.clean}` ({p_value(one.p)}, Holm).{power}"
    )


def silence(one: Silence) -> str:
    """Whether the control shows nothing, as it must."""
    words = "silent" if one.silent else "NOT silent"
    return (
        f"Control `{one.control}` on {_title(one.target)} {words}: outside English its drop is {points(one.drop)}."
        + " A random encoder still learns marks that noise takes away, so drops of this size are no sign of knowledge."
        * (not one.silent and one.drop.mean > 0)
    )


def limits(params: Params, measured: Measured) -> list[str]:
    """What a reader can and cannot conclude."""
    seen = [one for one in measured.planted if one.found]
    found = [
        f"- The planted effect is found in {len(seen)} of {len(measured.planted)} comparisons. "
        + ("The method sees it." if len(seen) == len(measured.planted) else "Where it is not, no trend says little.")
    ] * bool(measured.planted)  # fmt: skip
    if len(params.seeds) == 1:
        found.append("- One seed: nothing can be said about other trainings.")
    if params.data.kind == "generated":
        found.append("- Generated data: whether the method works can be concluded, the size of any effect cannot.")
    found += [
        f"- {_title(target)}, {condition}: in {', '.join(languages)} less than a tenth of the words can change. There "
        "the drop is small for every encoder, and so is its part in the mean."
        for (target, condition), languages in measured.hardly.items() if languages
    ]  # fmt: skip
    found += [
        f"- {_title(target)}, {condition}: the published set has a part of the clean rows "
        f"({', '.join(f'{language} {number:,}' for language, number in rows.items())}). Its drop is from the clean "
        "score of these rows, and no drop of another condition can be compared with it."
        for (target, condition), rows in measured.fewer.items()
    ]
    published = [one for one in PUBLISHED if any(one in chosen for chosen in params.conditions.values())]
    ruled = f"All noise but that of {' and '.join(published)}" if published else "Noise"
    return [
        *found,
        f"- {ruled} was made by rules. It is not the noise that people make.",
        "- A model that is better on clean data has more to lose. Read the drop beside `above line` in the table.",
    ]


def _title(target: str) -> str:
    return TITLES.get(target, target)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
