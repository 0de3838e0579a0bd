"""The page that answers the question, by rules from the numbers: an interval, or why nothing can be decided."""

from __future__ import annotations

from collections.abc import Sequence

from studies.sources.tables import Development, interval, number
from xstilts.params import Params
from xstilts.studies.distance import Effect
from xstilts.studies.kept import Run
from xstilts.studies.partial import Partial
from xstilts.studies.sources import Contrast, Study
from xstilts.studies.words import not_finished

KINDS = {"cut-down": "cut down", "generated": "generated"}
STEP = 0.1  # of distance: what slopes are told for


def page(study: Study, own: Development, unfinished: Sequence[str] = ()) -> str:
    """`answer.md`. `unfinished`: rows of the profile that are not in it."""
    kind, backbone = study.params.data.kind, study.params.backbone
    encoder = f"{backbone.repo or backbone.source}"
    stand_in = f"**The data are {KINDS.get(kind)}: this page says nothing about full sets or larger encoders.**"
    first = [stand_in, ""] if kind in KINDS else []
    primary = study.effect(study.primary_targets, study.primary)
    names = " and ".join(study.primary_targets)
    lines = [
        *first,
        "# Do distant source languages help more, or less, than English?", "",
        f"Profile `{study.params.profile}`, encoder `{encoder}`, seeds "
        f"{', '.join(map(str, study.params.seeds))}. Gains are over "
        f"`none`, in languages that no source was trained in, English left out ({_common(study)}). `README.md` "
        "says what was fixed "
        "before any result.", "",
        *not_finished(unfinished),
        "## Does a gain go with the distance between source and target language?", "",
        distance_answer(primary, study.primary, names), "",
        *_others(study), "",
        mixed_answer(study.mixed(), study.primary), "",
        "## Is English the better source where the content is the same?", "",
        *contrast_answers(study.contrasts()), "",
        "## Does the mean gain of a source go with its distance from English?", "",
        between_answer(study.from_english(study.primary_targets), study.primary), "",
        "## Controls", "",
        *control_answers(study), "",
        *_hypothesis(study, own),
        "## What could have been found", "",
        *_power(study), "",
        "![Gain against distance](gains.svg)", "",
        "`table.md` has all gains, near and far, and those in a source's own language, which are not zero-shot "
        "and in no figure "
        "of this page.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def distance_answer(one: Effect, measure: str, targets: str) -> str:
    """What the primary test says."""
    about = (
        f"{one.languages} source languages, {one.targets} target languages over {targets}, measure `{measure}`; "
        "permutation "
        f"test over source languages, smallest p it can reach {one.smallest:.2g}"
    )
    if one.slope is None or one.p is None:
        return f"**Cannot decide**: too few source languages, or no distances that differ ({about})."
    slope = f"{_points(one.slope)} for each {STEP:g} of distance, {_bounds(one)}, p = {one.p:.2g}"
    if one.p <= 0.05:
        word = "Yes: a source helps languages more that are farther" if one.slope > 0 else (
            "Yes: a source helps languages more that are nearer")  # fmt: skip
        return f"**{word}.** {slope} ({about})."
    if one.smallest > 0.05:
        return f"**Cannot decide**: so few source languages can never give p below 0.05. {slope} ({about})."
    return f"**Cannot decide: no effect of distance was found.** {slope} ({about})."


def between_answer(one: Effect, measure: str) -> str:
    """What the slope over sources says, with its confounder."""
    said = "Sources differ in their data, too, so this could not be told from other data."
    if one.slope is None or one.p is None:
        return f"**Cannot decide**: {one.languages} source languages. {said}"
    word = {True: "Yes, by the numbers", False: "Cannot decide"}[one.p <= 0.05]
    slope = f"{_points(one.slope)} for each {STEP:g} of `{measure}` from English, {_bounds(one)}, p = {one.p:.2g}"
    return f"**{word}**: {slope}; {one.languages} source languages, smallest p {one.smallest:.2g}. {said}"


def contrast_answers(contrasts: list[Contrast]) -> list[str]:
    """A line for each source against English with the same sentence pairs."""
    if not contrasts:
        return ["**Cannot decide**: no source has the same sentence pairs as one in English."]
    lines = []
    for one in contrasts:
        decided = one.p_holm < 0.05 and one.gain.low is not None
        word = ("better" if one.gain.mean > 0 else "worse") if decided else "cannot decide"
        lines.append(
            f"- `{one.source}` against `{one.english}` on {one.target}: **{word}**, {interval(one.gain)}, p "
            f"{one.p_holm:.2g} "
            "(Holm)"
        )
    return lines


def control_answers(study: Study) -> list[str]:
    """Whether sources with shuffled labels gain, too."""
    if not study.shuffled:
        return ["No source with shuffled labels is in this profile: **cannot decide** what is learnt from labels."]
    lines = []
    for source in study.shuffled:
        for target in study.primary_targets:
            one = study.gain(source, target, study.common(target))
            if one is None:
                continue
            word = "silent"
            if one.low is None or one.high is None:
                word = "cannot decide"
            elif not one.low <= 0 <= one.high:
                word = "not silent: " + (
                    "a gain like this is not learnt from labels" if one.mean > 0 else "wrong labels do harm"
                )
            lines.append(f"- `{source}` on {target}: **{word}**, {interval(one)}")
    return lines


def hidden_page(run: Run, own: Development) -> str:
    """`answer.md` of a profile in which every source has its premise hidden."""
    params, kind = run.params, run.params.data.kind
    first = [f"**The data are {KINDS[kind]}.**", ""] if kind in KINDS else []
    lines = [*first, "# How much of the labels can be told without the premise?", "", *not_finished(run.unfinished),
             *hidden_lines(params, own)]  # fmt: skip
    return "\n".join(lines) + "\n"


def hidden_lines(params: Params, own: Development) -> list[str]:
    """Development scores of the sources whose premise is hidden, against always giving the most frequent label."""
    hidden = [name for name, source in params.sources.items() if source.ablate and name in own]
    return [
        "With the premise hidden, on their own development sets:", "",
        "| source | accuracy | most frequent label | above it, points | macro-F1 |", "|---|---|---|---|---|",
        *(f"| {name} | {one['accuracy']:.1f} | {one['chance']:.1f} | {one['accuracy'] - one['chance']:+.1f} | "
          f"{one['macro_f1']:.1f} |" for name in hidden for one in [own[name]]),
    ] if hidden else []  # fmt: skip


def mixed_answer(one: Partial, measure: str) -> str:
    """What the mixed model says beside the test."""
    if one.problem:
        return f"Mixed model beside it: none, {one.problem}."
    found = one.facts.get("distance")
    if found is None:
        return "Mixed model beside it: none, distances do not differ."
    scaled = [number(STEP * value, 2) for value in (found.value, found.low, found.high)]
    held = ", ".join(name for name in one.facts if name != "distance") or "nothing"
    return (
        f"Mixed model beside it ({one.rows} scores of {one.sources} sources; {held} held fixed): {scaled[0]} "
        "points for each "
        f"{STEP:g} of `{measure}` [{scaled[1]}, {scaled[2]}]."
    )


def _others(study: Study) -> list[str]:
    lines = ["| targets | measure | slope for one unit | 95 % interval | p |", "|---|---|---|---|---|"]
    groups = {"+".join(study.primary_targets)}
    for (targets, measure), one in study.effects().items():
        if (targets in groups and measure == study.primary) or measure == "log_text":
            continue
        lines.append(f"| {targets} | {measure} | {number(one.slope)} | {_plain(one)} | {_p(one)} |")
    without = study.effect(study.primary_targets, study.primary, european=False)
    name = f"{'+'.join(study.primary_targets)}, no Indo-European source"
    lines.append(f"| {name} | {study.primary} | {number(without.slope)} | {_plain(without)} | {_p(without)} |")
    return ["Other measures and targets, not corrected for their number:", "", *lines]


def _hypothesis(study: Study, own: Development) -> list[str]:
    hidden = hidden_lines(study.params, own)
    return [*hidden, ""] if hidden else ["Scores with the premise hidden are made by the profile `hypothesis`.", ""]


def _power(study: Study) -> list[str]:
    lines = []
    for target in study.targets:
        size = study.smallest_gain(target)
        found = "cannot be told" if size is None else f"{size:.1f} points"
        lines.append(f"- {target}: a mean gain that is found about four times in five: {found}")
    return lines


def _common(study: Study) -> str:
    return ", ".join(f"{target}: {len(study.common(target))}" for target in study.targets)


def _points(slope: float) -> str:
    return f"{number(STEP * slope, 2)} points"


def _bounds(one: Effect) -> str:
    if one.low is None or one.high is None:
        return "no interval"
    return f"95 % interval [{number(STEP * one.low, 2)}, {number(STEP * one.high, 2)}]"


def _plain(one: Effect) -> str:
    return "" if one.low is None or one.high is None else f"[{number(one.low)}, {number(one.high)}]"


def _p(one: Effect) -> str:
    return (
        f"cannot decide ({one.languages} languages)" if one.p is None else f"{one.p:.2g} (smallest {one.smallest:.2g})"
    )
