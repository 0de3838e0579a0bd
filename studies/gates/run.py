"""Is the miniature a real experiment? The gates: three seeds, with two control encoders beside the table's rows.

Runs the pipeline in a clone with the sources `random` (an encoder that has seen no text) and `ablated` (premise,
question or prompt hidden in training and evaluation) added, and writes

- `studies/gates/gates.md`: scores of `none` by language, their spread, the controls, and the gains of the rows,
- `studies/gates/controls.json`: what the report shows beside the miniature's scores.

    python studies/gates/run.py FOLDER     # the clone is made there and kept; minutes per seed and core
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
from pathlib import Path
from typing import Any

import yaml

from xstilts.params.profiles import compose
from xstilts.records.files import read_text, write_text

ROOT = Path(__file__).parent.parent.parent
NEAR, FAR = ("de", "es"), ("hi", "ar")
CONTROLS = {
    "random": {"tasks": [], "init": "random", "control": True},
    "ablated": {"tasks": [], "ablate": True, "control": True},
}


def main() -> None:
    """Clone, run, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sources", nargs="+", help="rows to run beside `none`; all by default")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument(
        "--world", type=int, help="another world seed: design choices are made on one that is not shipped"
    )
    arguments = parser.parse_args()
    clone = arguments.folder
    if not clone.exists():
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        cache = ["dvc", "config", "--local", "cache.dir", str(ROOT / ".dvc/cache")]
        subprocess.run(cache, cwd=clone, check=True)  # what is there already is not made again
    params = yaml.safe_load(compose("miniature", ROOT / "profiles"))
    params["seeds"] = arguments.seeds
    rows = arguments.sources or list(params["sources"])
    params["sources"] = {name: params["sources"][name] for name in dict.fromkeys(["none", *rows])} | CONTROLS
    if arguments.world is not None:
        params["miniature"]["world"]["seed"] = arguments.world
    (clone / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    subprocess.run(["make", "repro", "JOBS=2"], cwd=clone, check=True)
    report = "\n".join(["# Gates of the miniature", "", *lines(clone, params)]) + "\n"
    print(report)
    if arguments.world is None:
        write_text(Path(__file__).parent / "controls.json", read_text(clone / "results/controls.json"))
        write_text(Path(__file__).parent / "gates.md", report)


def lines(clone: Path, params: dict[str, Any]) -> list[str]:
    """The report: one table of `none` against its controls, one of the gains."""
    cells = {p.stem: json.loads(p.read_text()) for p in sorted((clone / "results/cells").glob("*.json"))}
    controls = json.loads((clone / "results/controls.json").read_text())["targets"]
    seeds, sources = params["seeds"], [s for s in params["sources"] if s not in CONTROLS]
    value = {
        (target, cell["source"], cell["language"], cell["seed"]): cell["main"]
        for target, document in cells.items()
        for cell in document["cells"]
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
