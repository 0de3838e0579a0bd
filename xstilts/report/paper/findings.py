"""The paper's findings beside this run: which ones it supports, contradicts or cannot decide.

A pure function of grid, statistics and published figures. A finding is a claim about gains of sources over `none` or
over another source. Each gain with its interval shows what is claimed, excludes it, or leaves it open; the majority
decides on each target, and the targets together on the finding. Everything in doubt ends as "cannot decide".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from xstilts.report.figures.averages import XTREME, coverage, overall
from xstilts.report.figures.gains import AVERAGE, Gain, Statistics, gain
from xstilts.report.figures.grid import ORDER, TITLES, Grid, mean, tasks_of
from xstilts.report.paper.published import difference
from xstilts.report.tables.notes import data_note
from xstilts.report.tables.table import to_markdown

Verdict = Literal["supports", "contradicts", "cannot decide"]
SEEDS = 3
FEW = 2  # targets whose languages a verdict names; the page's head names all
ANY, SMALL, A_POINT, LARGE = (0.0, float("inf")), (0.0, 5.0), (1.0, float("inf")), (5.0, float("inf"))
"""Gains in points, least and most. The paper has no such limits: 5 lies between its 2.3 on XQuAD and 12.7 on TyDiQA."""
TRIO = ("mnli", "squad_v1", "hellaswag")
RULES = f"""A gain is the difference of the means over languages, with its interval: over seeds and examples where
`results/statistics.json` has it (gains over `none`), else over the seeds alone, where zero lies outside if every seed
has the same sign and the mean is larger than the standard deviation (with three seeds of pure noise one gain in nine
does that on either side, so a verdict of the seeds alone is a weak one).

A gain *shows* a claim if its interval lies above zero and its mean has the size that is claimed (large: at least
{LARGE[0]:.0f} points; small: at most {SMALL[1]:.0f}; a gain worth the name, where the paper found none: at least
{A_POINT[0]:.0f}); it *excludes* the claim if its whole interval lies outside that size; else it is open, as is every
gain with a collapsed training. On a target (or the average) a claim holds if more than half of the gains show it, and
fails if more than half exclude it. Where the published figure is that of the best source, the best source alone is
asked; it is chosen by the figure that it is judged by, which flatters it, as it may the published one.

The run *supports* a finding if its claim holds on every target named and *contradicts* it if it fails on one and holds
on none; of a finding that denies a gain the other way round. Fewer than {SEEDS} seeds, missing rows or targets, targets
that are format only (‡) and generated data: *cannot decide*."""


class Comparison(NamedTuple):
    """A source against another on a target, or on the average of all."""

    source: str
    target: str
    base: str = "none"


@dataclass(frozen=True)
class Claim:
    """What a finding says about gains; each group of comparisons is decided by its own majority."""

    finding: str
    published: str
    size: tuple[float, float]
    groups: Mapping[str, Sequence[Comparison]] = field(default_factory=dict)
    gains: bool = True  # whether the finding says that the gain is there, or that it is not
    best: bool = False  # whether the published figure is that of the best source
    lacks: str = ""  # what the table would need and has not


@dataclass(frozen=True)
class Finding:
    """One line of `findings.json`."""

    finding: str
    published: str
    ours: str
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class Count:
    """How the comparisons of one group came out, and their gains by source."""

    shown: int
    excluded: int
    collapsed: int
    gains: Mapping[Comparison, Gain]
    best: bool | None = None  # of the best gain: it shows, or it excludes what is claimed

    def holds(self, best: bool) -> bool | None:
        """Whether the best, or the majority, shows what is claimed; None if it is open."""
        if best:
            return self.best
        if 2 * self.shown > len(self.gains):
            return True
        return False if 2 * self.excluded > len(self.gains) else None


def findings(
    grid: Grid, statistics: Statistics, weak: Mapping[str, Sequence[str]], record: dict[str, Any]
) -> list[Finding]:
    """All verdicts, in the order of the paper's abstract."""
    return [judge(claim, grid, statistics, weak) for claim in claims(grid, record)]


def claims(grid: Grid, record: dict[str, Any]) -> list[Claim]:
    """The paper's findings as claims about the rows and columns that this grid has."""
    rows, texts = plain_sources(grid), {name: one["text"] for name, one in record["statements"].items()}
    single = {source: tasks[0] for source, tasks in rows.items() if len(tasks) == 1}
    answers = [source for source, task in single.items() if task in ("squad_v1", "squad_v2")]
    deltas = {name: difference(record, name) for name in ORDER}
    numbers = {name: f"{TITLES[name]} {value:+.1f}" for name, value in deltas.items() if value is not None}

    def on(
        finding: str,
        said: str,
        size: tuple[float, float],
        targets: Sequence[str],
        sources: Sequence[str] = (*single,),
        gains: bool = True,
    ) -> Claim:
        figures = ", ".join(numbers[name] for name in targets if name in numbers)
        best = f"{figures} on test, the best source of each" if figures else ""
        published = "; ".join(text for text in (said, best) if text)
        lacks = _lacking(grid, targets, sources)
        groups = {TITLES[name]: [Comparison(source, name) for source in sources] for name in targets}
        return Claim(finding, published, size, {} if lacks else groups, gains, bool(figures), lacks)

    return [
        on("Large gains on retrieval", texts["retrieval"], LARGE, ("bucc", "tatoeba")),
        on("A large gain on TyDiQA from SQuAD", "", LARGE, ("tydiqa",), answers),
        on("Small gains on XQuAD and MLQA", texts["answers"], SMALL, ("xquad", "mlqa")),
        on("Small gains on sentence pairs", "", SMALL, ("xnli", "pawsx")),
        on("No gain on NER", "", A_POINT, ("panx",), gains=False),
        _best(grid, single, texts["best"]),
        _multi(grid, rows, single, texts["multi"]),
        _variants(grid, "Masked text beside the task is not consistently better", texts["mlm"], "mlm"),
        _variants(grid, "Translated data is not consistently better", texts["translated"], "translated"),
    ]


def plain_sources(grid: Grid) -> dict[str, list[str]]:
    """Sources trained on English tasks as published and on nothing else, with their tasks."""
    found = {}
    for curve in grid.curves:
        if curve["stage"] == "intermediate" and curve["source"] in grid.sources and not _kind(curve):
            found[curve["source"]] = tasks_of(curve)
    return {source: tasks for source, tasks in found.items() if tasks}


def _kind(curve: Mapping[str, Any]) -> str:
    """What a source has beside English tasks: "mlm", "translated", "other" (several of them too), or nothing."""
    recipe = curve["recipe"] or {}
    departs = recipe.get("translate_train") or recipe.get("languages", ["en"]) != ["en"] or recipe.get("head") == "kept"
    kinds = ["mlm"] * ("mlm" in curve["tasks"]) + ["translated"] * ("translated" in recipe) + ["other"] * bool(departs)
    return kinds[0] if len(kinds) == 1 else "other" * bool(kinds)


def _lacking(grid: Grid, targets: Sequence[str], sources: Iterable[str]) -> str:
    if missing := [TITLES[name] for name in targets if name not in grid.targets]:
        return f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not in this table"
    if "none" not in grid.sources:
        return "the row `none` is missing"
    return "" if [*sources] else "no row has such an intermediate training"


def _no_average(grid: Grid) -> str:
    return "" if {*XTREME.languages} <= {*grid.targets} else "the average needs all nine targets"


def _best(grid: Grid, single: Mapping[str, str], text: str) -> Claim:
    """Each of the three against all other single tasks, on the average."""
    named = {task: source for source, task in reversed([*single.items()]) if task in TRIO}
    others = [source for source, task in single.items() if task not in TRIO]
    lacks = _no_average(grid)
    if not lacks and (missing := [TITLES[task] for task in TRIO if task not in named]):
        lacks = f"no row for {', '.join(missing)} alone"
    if not lacks and not others:
        lacks = "no row of another single task to compare with"
    groups = {TITLES[task]: [Comparison(named[task], AVERAGE, other) for other in others] for task in TRIO if not lacks}
    return Claim("MNLI, SQuAD v1.1 and HellaSwag are the best single tasks", text, ANY, groups, lacks=lacks)


def _multi(grid: Grid, rows: Mapping[str, Sequence[str]], single: Iterable[str], text: str) -> Claim:
    """Several tasks at once against every single one, and against the best of them, on the average."""
    many, one = [source for source, tasks in rows.items() if len(tasks) > 1], [*single]
    lacks = _no_average(grid) or ("" if many and one else "no row of several tasks beside rows of single ones")
    groups = {}
    if not lacks:
        best = max(one, key=lambda source: mean(overall(grid, source)))
        groups = {
            "against each single task": [Comparison(source, AVERAGE, other) for source in many for other in one],
            "against the best": [Comparison(source, AVERAGE, best) for source in many],
        }
    return Claim("Several tasks at once are a little better than any single one", text, ANY, groups, lacks=lacks)


def _variants(grid: Grid, finding: str, text: str, kind: str) -> Claim:
    """Rows with masked text or translated data against the row of the same tasks without, on every target."""
    by_tasks = {tuple(tasks): source for source, tasks in reversed(plain_sources(grid).items())}
    pairs = {}
    for curve in grid.curves:
        same = tuple(task for task in tasks_of(curve) if task != "mlm")
        if curve["stage"] == "intermediate" and curve["source"] in grid.sources and _kind(curve) == kind:
            pairs[curve["source"]] = by_tasks.get(same, "")
    known = {variant: base for variant, base in pairs.items() if base}
    every = [Comparison(one, target, base) for one, base in known.items() for target in grid.targets]
    lacks = "" if every else "no row of this kind beside the row of the same tasks without"
    return Claim(finding, text, A_POINT, {"all targets": every} if every else {}, gains=False, lacks=lacks)


def judge(claim: Claim, grid: Grid, statistics: Statistics, weak: Mapping[str, Sequence[str]]) -> Finding:
    """The verdict on one claim, with what stands in the way of one."""
    if claim.lacks:
        return Finding(claim.finding, claim.published, "no such comparison", "cannot decide", f"{claim.lacks}.")
    counts = {name: count(grid, statistics, claim.size, own) for name, own in claim.groups.items()}
    ours = "; ".join(f"{name}: {_describe(one)}" for name, one in counts.items())
    found, why = _together(claim, counts)
    targets = {one.target for own in claim.groups.values() for one in own}
    shown = coverage(grid, sorted(targets)) if targets <= {*grid.targets} and len(targets) <= FEW else ""
    if obstacles := _obstacles(claim, grid, weak):
        pointing = "" if len(grid.seeds) < SEEDS else f" The numbers point to: {found} ({why})."
        return Finding(claim.finding, claim.published, ours, "cannot decide", f"{'; '.join(obstacles)}.{pointing}")
    data = "" if grid.kind == "full" else f" On {grid.kind} data."
    languages = f" Languages: {shown}." if shown else ""
    return Finding(claim.finding, claim.published, ours, found, f"{why}.{data}{languages}")


def count(grid: Grid, statistics: Statistics, size: tuple[float, float], own: Sequence[Comparison]) -> Count:
    """How many of the comparisons show a gain of this size, and how many exclude it."""
    gains = {one: gain(grid, statistics, *one) for one in own}
    sound = [gains[one] for one in own if not _collapsed(grid, one)]
    shown, excluded = ([judges(one, size) for one in sound] for judges in (shows, excludes))
    top = max(range(len(sound)), key=lambda place: sound[place].mean, default=None)
    best = None if top is None or not (shown[top] or excluded[top]) else shown[top]
    return Count(sum(shown), sum(excluded), len(own) - len(sound), gains, best)


def shows(gain: Gain, size: tuple[float, float]) -> bool:
    """Whether the interval lies above zero and the mean has the size."""
    return gain.low is not None and gain.low > 0 and size[0] <= gain.mean <= size[1]


def excludes(gain: Gain, size: tuple[float, float]) -> bool:
    """Whether no value of the interval has the size."""
    return gain.low is not None and gain.high is not None and (gain.high < size[0] or gain.low > size[1])


def _collapsed(grid: Grid, one: Comparison) -> bool:
    targets = grid.targets if one.target == AVERAGE else (one.target,)
    return any(grid.collapsed(target, source) for target in targets for source in (one.source, one.base))


def _together(claim: Claim, counts: Mapping[str, Count]) -> tuple[Verdict, str]:
    """All groups as one: every one must hold; one that fails contradicts where none holds."""
    named: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for name, one in counts.items():
        named[one.holds(claim.best)].append(name)
    words = {True: "shown", False: "excluded", None: "open"}
    why = "; ".join(f"{words[key]}: {', '.join(names)}" for key, names in named.items() if names)
    if not claim.gains:
        why = f"a gain of {claim.size[0]:.0f} point or more is {why}"
    if named[True] and not named[False] and not named[None]:
        return "supports" if claim.gains else "contradicts", why
    if named[False] and not named[True]:
        return "contradicts" if claim.gains else "supports", why
    return "cannot decide", why


def _obstacles(claim: Claim, grid: Grid, weak: Mapping[str, Sequence[str]]) -> list[str]:
    """Why numbers alone do not decide."""
    found = []
    if grid.kind == "generated":
        found.append("generated data: a made-up world is no evidence")
    if len(grid.seeds) < SEEDS:
        found.append(f"{len(grid.seeds)} seed{'s' * (len(grid.seeds) > 1)}, {SEEDS} are needed")
    targets = {one.target for own in claim.groups.values() for one in own}
    shaky = [TITLES.get(name, name) for name in grid.targets if name in weak and targets & {name, AVERAGE}]
    if shaky:
        found.append(f"format only: {', '.join(shaky)}")
    return found


def _describe(one: Count) -> str:
    """`2 of 3 show such a gain, 1 exclude it, mean gain +4.1, highest +6.0 (mnli)`."""
    best = max(one.gains, key=lambda key: one.gains[key].mean)
    where = best.source + f" over {best.base}" * (best.base != "none")
    where += f" on {TITLES.get(best.target, best.target)}" * (len({key.target for key in one.gains}) > 1)
    parts = [f"{one.shown} of {len(one.gains)} show such a gain", f"{one.excluded} exclude it"]
    parts += [f"{one.collapsed} collapsed"] * bool(one.collapsed)
    parts.append(f"mean gain {mean(gain.mean for gain in one.gains.values()):+z.1f}")
    parts += [f"highest {one.gains[best].mean:+z.1f} ({where})"] * (len(one.gains) > 1)
    return ", ".join(parts)


def to_json(found: Sequence[Finding]) -> list[dict[str, str]]:
    """`findings.json`."""
    return [asdict(one) for one in found]


def to_page(grid: Grid, statistics: Statistics, found: Sequence[Finding]) -> str:
    """`findings.md`: the verdicts, and the rules they follow."""
    basis = "results/statistics.json" if statistics.gains else "the seeds alone"
    lines = [["finding", "this run"], *([one.finding, one.verdict] for one in found)]
    details = [
        f"- **{one.finding}**: {one.verdict}. {one.why}\n  - published: {one.published or 'not as a figure of its own'}"
        f"\n  - ours: {one.ours}\n"
        for one in found
    ]
    parts = [
        "# The paper's findings and this run\n",
        f"Profile {grid.profile}: {data_note(grid)}. Intervals of gains over `none`: {basis}.\n",
        f"Backbone: {grid.backbone}. The paper's is XLM-R Large.\n",
        *([f"Languages: {languages}.\n"] if (languages := coverage(grid)) else []),
        to_markdown(lines), "## Why\n", "".join(details), "## Rules\n", RULES + "\n",
    ]  # fmt: skip
    return "\n".join(parts)
