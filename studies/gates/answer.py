"""Is the miniature a real experiment? The gates: three seeds, with two control encoders beside the table's rows.

The controls are `random`, an encoder that has seen no text, and `ablated`, one whose premise, question or prompt is
hidden in training and evaluation. Written are

- `gates.md`: scores of `none` by language, their spread, the controls, and the gains of the rows,
- `controls.json`: what the report shows beside the miniature's scores.

    xstilts study gates                         # the world that is shipped
    xstilts study gates --profile development   # another world, on which the recipes were chosen
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from xstilts import paths
from xstilts.params import Params, read_params
from xstilts.records.files import read_json, write_json, write_text

NEAR, FAR = ("de", "es"), ("hi", "ar")


def main() -> None:
    """Write both files into the folder that is given."""
    folder = Path(sys.argv[1])
    params, controls = read_params(), read_json(Path("results/controls.json"))
    report = "\n".join(["# Gates of the miniature", "", *lines(params)]) + "\n"
    print(report)
    if params.profile == "small":  # the same world: the miniature's report shows these
        controls["profile"] = "miniature"
    write_json(folder / "controls.json", controls)
    write_text(folder / "gates.md", report)


def lines(params: Params) -> list[str]:
    """The report: one table of `none` against its controls, one of the gains."""
    cells = {target: read_json(paths.cells(target)) for target in sorted(params.target_families())}
    controls = read_json(Path("results/controls.json"))["targets"]
    seeds, sources = params.seeds, [name for name, source in params.sources.items() if not source.control]
    value = {
        (target, cell["source"], cell["language"], cell["seed"]): cell["main"]
        for target, document in cells.items()
        for cell in document["cells"]
        if "condition" not in cell
    }
    text = [
        f"Seeds {seeds}; `none` as mean ± standard deviation over seeds; in brackets the language's highest control.",
        "✗: not above the controls in every seed, and in how many it is.", "",
        "| target | " + " | ".join(("en", "de", "es", "tr", "hi", "ar")) + " | near - far |", "|---" * 8 + "|",
    ]  # fmt: skip
    for target, document in cells.items():
        row = []
        mean = {
            language: statistics.mean(value[target, "none", language, seed] for seed in seeds)
            for language in document["languages"]
        }
        for language in ("en", "de", "es", "tr", "hi", "ar"):
            if language not in mean:
                row.append("")
                continue
            values = [value[target, "none", language, seed] for seed in seeds]
            sd, limit = spread(values), max(controls[target][language].values())
            above = sum(one > limit for one in values)
            mark = "" if above == len(seeds) else f" ✗ {above}/{len(seeds)}"
            row.append(f"{mean[language]:.1f} ± {sd:.1f} [{limit:.1f}]{mark}")
        gap = statistics.mean(mean[x] for x in NEAR) - statistics.mean(mean[x] for x in FAR)
        text.append(f"| {target} | " + " | ".join(row) + f" | {gap:+.1f} |")
    text += [
        "",
        "Gain of each source over `none`, zero-shot languages, paired by seed: mean (each seed).",
        "✓: every seed gains, and the mean is larger than the standard deviation.",
        "",
    ]
    text += ["| target | " + " | ".join(sources[1:]) + " |", "|---" * len(sources) + "|"]
    for target, document in cells.items():
        languages = [language for language in document["languages"] if language != "en"]
        row = []
        for source in sources[1:]:
            gains = [
                statistics.mean(
                    value[target, source, language, seed] - value[target, "none", language, seed]
                    for language in languages
                )
                for seed in seeds
            ]
            clear = len(seeds) > 1 and min(gains) > 0 and statistics.mean(gains) > spread(gains)
            row.append(f"{statistics.mean(gains):+.1f} ({', '.join(f'{g:+.1f}' for g in gains)})" + " ✓" * clear)
        text.append(f"| {target} | " + " | ".join(row) + " |")
    return text


def spread(values: list[float]) -> float:
    """The sample standard deviation; 0 for a single seed."""
    return statistics.stdev(values) if len(values) > 1 else 0.0


if __name__ == "__main__":
    main()
