"""The answer as a page, and its table: written from what is committed, by rules.

A claim is made only where Holm's p over all that the table claims is below 0.05, with at least two seeds. Where it is
not, the page says that it cannot be decided, and how large a gain would have had to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xstilts.report.tables.latex import escape
from xstilts.statistics.inference import LEVEL
from xstilts.studies.backbones.contrasts import SEEN, Contrast
from xstilts.studies.backbones.rows import ARMS
from xstilts.studies.backbones.study import FEWEST, UNDECIDED, Backbone, Claim, ceilings, claims, pairs
from xstilts.studies.fertility import by_language
from xstilts.studies.words import not_finished

MARKS = {"gains": "↑", "loses": "↓", UNDECIDED: ""}
SAID = {"en - none": "English data over none", "multi - none": "multilingual data over none",
        "multi - en": "multilingual over English data"}  # fmt: skip
PAIRS = "¶"
Line = list[str]


@dataclass(frozen=True)
class Part:
    """A table of the page: its head and its lines."""

    head: Line
    lines: list[Line]

    def markdown(self) -> list[str]:
        """The table as Markdown."""
        return ["| " + " | ".join(line) + " |" for line in (self.head, ["---"] * len(self.head), *self.lines)]


def page(backbones: Sequence[Backbone]) -> str:
    """The whole answer."""
    made = claims(backbones)
    text = [
        first(backbones), "", "# Backbones, and the language of intermediate data", "",
        *not_finished([f"{one.name}: {row}" for one in backbones for row in one.about["unfinished"]]),
        "The question: does English or multilingual intermediate training, with the same examples, change zero-shot "
        "transfer, and is that another matter for another backbone? Scores and gains are means over the languages that "
        "are not English and that no row of the backbone was trained in, and over seeds.", "",
        *block("## Answer", answer(backbones, made)),
        *block("## Scores", [
            "`none` / English / multilingual intermediate data.", "", *scores(backbones).markdown(), "",
            *notes(backbones),
        ]),
        "![Scores by intermediate data, with intervals of the gains over none](slopes.svg)", "",
        *block("## Gains", [
            f"In brackets the {100 * LEVEL:.0f} % interval over seeds and test units (one seed: units alone). ↑ ↓: "
            f"Holm's p below {1 - LEVEL:.2g} over all backbones, tasks and targets of a column, and two seeds. "
            "±: half the interval, the smallest gain that could have been told from none before the correction.", "",
            *gains(made).markdown(),
        ]),
        "![Gains against the score of none](ceiling.svg)", "",
        *block("## Learning rates", rates(backbones)),
        *block("## Pieces of a word", fertility(backbones)),
        *block("## What cannot be concluded", limits(backbones)),
    ]  # fmt: skip
    return "\n".join(text).rstrip() + "\n"


def block(title: str, lines: Iterable[str]) -> list[str]:
    """A title, its lines, and an empty line."""
    return [title, "", *lines, ""]


def first(backbones: Sequence[Backbone]) -> str:
    """The first line: what kind of data and encoders it rests on."""
    if not backbones:
        return "**No backbone has been run yet: there is no answer.**"
    said = []
    for kind, words in (
        ("generated", "generated data"), ("cut-down", "cut-down copies of real files"), ("full", "full data sets"),
    ):  # fmt: skip
        if names := [one.name for one in backbones if one.about["data"] == kind]:
            said.append(f"{words}: {', '.join(names)}")
    here = [one.name for one in backbones if one.about["made_here"]]
    small = f" Encoders of a million parameters, made here: {', '.join(here)}." if here else ""
    check = " What they show is whether the method finds an effect, not what a released encoder does." if here else ""
    return f"**{'; '.join(said)[0].upper() + '; '.join(said)[1:]}.{small}{check}**"


def answer(backbones: Sequence[Backbone], made: Sequence[Claim]) -> list[str]:
    """The answer in sentences: one for each kind of contrast, one for backbones against one another, one for the
    ceiling."""
    lines = []
    for name, words in SAID.items():
        if own := [one for one in made if one.contrast.name == name]:
            lines.append(f"- {words[0].upper() + words[1:]}: {counted(own)}")
    if seen := [one for one in claims(backbones, SEEN) if one.contrast.name == "multi - en"]:
        lines.append(
            "- In the languages of the multilingual data themselves, which are not zero-shot there, multilingual over "
            f"English data: {counted(seen)}"
        )
    return [*lines, "- " + differences(backbones), "- " + ceiling(backbones)] if lines else ["Nothing has been run."]


def counted(own: Sequence[Claim]) -> str:
    """How many contrasts gain, lose, or cannot be decided, with names and intervals."""
    parts = [f"{len(own)} comparisons."]
    for verdict, words in (("gains", "Gains"), ("loses", "Losses")):
        found = [one for one in own if one.verdict == verdict]
        listed = "; ".join(f"{one.contrast.backbone}, {what(one.contrast)}: {interval(one.contrast)}" for one in found)
        parts.append(f"{words}: {len(found)}{' (' + listed + ')' if listed else ''}.")
    rest = [one.contrast for one in own if one.verdict == UNDECIDED]
    if rest:
        least, most = min(one.smallest for one in rest), max(one.smallest for one in rest)
        low, high = min(one.low for one in rest), max(one.high for one in rest)
        parts.append(
            f"Cannot be decided: {len(rest)}; their intervals lie within {low:+.1f} to {high:+.1f} points, and a gain "
            f"would have had to be {least:.1f} to {most:.1f} points to be told from none before the correction."
        )
    if any(one.seeds < 2 for one in own):
        parts.append("With one seed nothing is claimed.")
    return " ".join(parts)


def what(one: Contrast) -> str:
    """A task and target, with the languages of multilingual data."""
    languages = "" if one.source_language == "en" else f" ({one.source_language})"
    return f"{one.source}{languages} on {one.target}"


def interval(one: Contrast) -> str:
    """A gain with its interval."""
    return f"{one.gain:+.1f} [{one.low:+.1f}, {one.high:+.1f}]"


def differences(backbones: Sequence[Backbone]) -> str:
    """Whether backbones differ in their gains."""
    found = pairs(backbones)
    if not found:
        return "Whether backbones differ in their gains cannot be said: no two have the same data and test sets."
    sure = [(one, p) for one, p in found if p < 1 - LEVEL and len(one.first.gains) > 1]
    if not sure:
        widest = max(one.high - one.low for one, _ in found) / 2
        return (
            f"Whether backbones differ in their gains cannot be decided: of {len(found)} differences between two "
            f"of them none is sure; the widest interval is ± {widest:.1f} points."
        )
    listed = "; ".join(
        f"{one.first.backbone} against {one.second.backbone}, {one.first.name}, {what(one.first)}: {one.mean:+.1f} "
        f"[{one.low:+.1f}, {one.high:+.1f}]"
        for one, _ in sure
    )
    return f"Backbones differ in their gains in {len(sure)} of {len(found)} differences between two of them: {listed}."


def ceiling(backbones: Sequence[Backbone]) -> str:
    """Whether a backbone gains less the better it is without intermediate training."""
    found = [*ceilings(backbones)]
    large = [(one, two) for one, two in found if two.languages >= FEWEST and two.rho is not None]
    mechanical = (
        "The score of `none` is a part of the gain, so that a lucky `none` alone makes for a small gain: a negative "
        "correlation is what no effect looks like, too."
    )
    if not large:
        most = max((two.languages for _, two in found), default=1)
        return (
            "Whether a backbone gains less the better its `none` is, cannot be decided: that takes "
            f"{FEWEST} backbones with the same data, there are {most} at most. {mechanical}"
        )
    family = len(large)
    sure = [(one, two) for one, two in large if two.p is not None and two.p * family < 1 - LEVEL]
    listed = "; ".join(
        f"{one.name}, {what(one)}: rho {two.rho:+.2f}, p {two.p:.3f}, {two.languages} backbones" for one, two in sure
    )
    if not sure:
        return f"That gains go with the score of `none` cannot be decided in any of {family} comparisons. {mechanical}"
    return f"Gains go with the score of `none` in {len(sure)} of {family} comparisons: {listed}. {mechanical}"


def scores(backbones: Sequence[Backbone]) -> Part:
    """Rows are backbones and tasks, columns targets; a cell is `none / en / multi`."""
    targets = list(dict.fromkeys(row.target for one in backbones for row in one.rows))
    lines = []
    for one in backbones:
        for source in dict.fromkeys(row.source for row in one.rows if row.arm != "none"):
            cells = [" / ".join(shown(one.mean(target, source, arm)) for arm in ARMS) for target in targets]
            lines.append([one.name + PAIRS * bool(one.about["trained_on_pairs"]), source, *cells])
    return Part(["backbone", "intermediate task", *targets], lines)


def shown(value: float | None) -> str:
    """A score with one decimal; a dash where there is none."""
    return "–" if value is None else f"{value:.1f}"


def notes(backbones: Sequence[Backbone]) -> Iterator[str]:
    """What has to be known to read the scores."""
    if any(one.about["trained_on_pairs"] for one in backbones):
        yield (
            f"{PAIRS} Already trained on pairs of sentences, NLI among them, before it came here: its `none` is not an "
            "encoder without intermediate training."
        )
        yield ""
    for one in backbones:
        seeds, languages = ", ".join(map(str, one.seeds)), sorted({row.language for row in one.rows})
        sizes = {row.source: row.source_size for row in one.rows if row.source_size}
        data = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
        yield f"- {one.name}: {one.about['encoder']}; seeds {seeds}; {len(languages)} languages; examples: {data}."


def gains(made: Sequence[Claim]) -> Part:
    """A line a backbone, task and target, a column a kind of contrast."""
    table: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for one in made:
        key = (one.contrast.backbone, one.contrast.source, one.contrast.target)
        cell = f"{interval(one.contrast)} ± {one.contrast.smallest:.1f} {MARKS[one.verdict]}".strip()
        table.setdefault(key, {}).setdefault(one.contrast.name, []).append(cell)
    lines = [[*key, *("; ".join(cells.get(name, ["–"])) for name in SAID)] for key, cells in table.items()]
    return Part(["backbone", "intermediate task", "target", *SAID], lines)


def rates(backbones: Sequence[Backbone]) -> list[str]:
    """What three learning rates give on English development sets, or that they were not tried."""
    lines = []
    factors = ["1/3", "1", "3"]
    for one in backbones:
        for training in dict.fromkeys(rate.training for rate in one.rates):
            own = {rate.factor: rate for rate in one.rates if rate.training == training}
            best = max(own.values(), key=lambda rate: rate.english_dev)
            cells = [f"{own[f].english_dev:.1f} ({own[f].lr:g})" if f in own else "–" for f in factors]
            lines.append([one.name, training, *cells, "yes" if best.factor == "1" else f"no: {best.factor}"])
    head = ["backbone", "training", *(f"{factor} times" for factor in factors), "the profile's is the best"]
    table = Part(head, lines).markdown() if lines else []
    without = [one.name for one in backbones if not one.rates]
    missing = [f"Not tried, so a backbone may be shown below what it can do: {', '.join(without)}."] if without else []
    said = (
        "English development scores of `none` with a third, once and three times the profile's learning rate, one seed."
    )
    return [*([said, "", *table, ""] if table else []), *missing]


def fertility(backbones: Sequence[Backbone]) -> list[str]:
    """Pieces a word by language, and inputs that are too long."""
    tables = {one.name: by_language(one.fertility) for one in backbones}
    languages = sorted({language for table in tables.values() for language in table})
    lines = []
    for language in languages:
        units = [table[language]["unit"] for table in tables.values() if language in table]
        cells = [
            f"{table[language]['pieces']:.2f} ({table[language]['longer']:.1f} %)" if language in table else "–"
            for table in tables.values()
        ]
        lines.append([language, units[0], *cells])
    said = (
        "Pieces a word (of languages without blanks: a character) on the test sets, and percent of the inputs that are "
    )
    return [said + "longer than `max_length`.", "", *Part(["language", "unit", *tables], lines).markdown()]


def limits(backbones: Sequence[Backbone]) -> Iterator[str]:
    """What no figure of the page can say."""
    if any(one.about["made_here"] for one in backbones):
        yield (
            "- The small encoders are of one architecture, and saw a few thousand generated lines. That XLM-R or "
            "another released encoder gains or does not gain does not follow."
        )
    groups = {one.about["data"] for one in backbones}
    if len(groups) > 1:
        yield "- Backbones with other data stand in one table, but are not compared: their test sets are not the same."
    yield (
        "- Only the language of the intermediate data changes, their examples do not. That more data in more languages "
        "help is another question. Translations carry the errors of their translator, and lost questions are missing."
    )
    yield "- A gain that cannot be decided may be there: the column ± says how large it may be."
    if any(one.seeds[1:] == [] for one in backbones):
        names = ", ".join(one.name for one in backbones if one.seeds[1:] == [])
        yield f"- One seed alone ({names}): what another training would give is not known."


def to_latex(backbones: Sequence[Backbone]) -> str:
    """The table of scores for a paper, and below it what its first line says."""
    table = scores(backbones)
    columns = "ll" + "r" * (len(table.head) - 2)
    rows = [" & ".join(escape(cell) for cell in line) + r" \\" for line in (table.head, *table.lines)]
    remark = rf"\multicolumn{{{len(table.head)}}}{{l}}{{\footnotesize {escape(first(backbones).strip('*'))}}} \\"
    body = [rows[0], r"\midrule", *rows[1:], r"\bottomrule", remark]
    return "\n".join(
        ["% Needs booktabs. Written by studies/backbones/together.py: do not edit.", rf"\begin{{tabular}}{{{columns}}}",
         r"\toprule", *body, r"\end{tabular}", ""]
    )  # fmt: skip
