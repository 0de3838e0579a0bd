"""Where the time of a run from nothing goes: process starts, DVC, and the work itself.

Clones the committed repository into a temporary folder, runs `dvc repro` there and reads the clock at DVC's messages.
The start of a stage (interpreter and imports) is measured apart, as the median of five, and taken out of its time.

    python benchmarks/startup.py [--params params.yaml] [--targets 'evaluate-tagging@*']
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What each kind of stage imports before it can begin.
IMPORTS = {
    "prepare": "import stages.prepare, pyarrow.parquet",
    "backbone": "import xstilts.pretraining.model, accelerate",
    "intermediate": "import xstilts.training.lessons, accelerate\n"
    "from transformers.models.xlm_roberta import modeling_xlm_roberta",
    "target": "import stages.target, accelerate; from transformers.models.xlm_roberta import modeling_xlm_roberta",
    "evaluate": "import stages.evaluate; from transformers.models.xlm_roberta import modeling_xlm_roberta",
    "score": "import stages.score, pyarrow.parquet",
    "aggregate": "import stages.aggregate, matplotlib.pyplot, mlflow",
}


def start_seconds(code: str, runs: int = 5) -> float:
    """Median wall time of a process that does nothing but import."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def repro(folder: Path, targets: list[str]) -> tuple[dict[str, list[float]], float, float]:
    """Seconds of each stage by kind, seconds of DVC between stages, and seconds in all of one `dvc repro`."""
    command = [sys.executable, "-m", "dvc", "repro", *(["--glob", *targets] if targets else [])]
    begin = last = time.perf_counter()
    stages: dict[str, list[float]] = defaultdict(list)
    kind, between = "", 0.0
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            now = time.perf_counter()
            if match := re.match(r"Running stage '([a-z]+)", line):
                between += now - last
                kind, last = match[1], now
            elif line.startswith(("Updating lock", "Generating lock")) and kind:
                stages[kind].append(now - last)
                kind, last = "", now
    end = time.perf_counter()
    if process.returncode:
        sys.exit(f"dvc repro failed with {process.returncode}")
    return stages, between + end - last, end - begin


def main() -> None:
    """Print the table and the time of a second, empty run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--params", type=Path, default=ROOT / "params.yaml")
    parser.add_argument("--targets", nargs="*", default=[])
    arguments = parser.parse_args()
    starts = {kind: start_seconds(code) for kind, code in IMPORTS.items()}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "xstilts"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        shutil.copyfile(arguments.params, folder / "params.yaml")
        shutil.rmtree(folder / "results", ignore_errors=True)
        (folder / "dvc.lock").unlink(missing_ok=True)
        stages, dvc, total = repro(folder, arguments.targets)
        _, _, again = repro(folder, arguments.targets)
    print(f"{'':14}{'stages':>8}{'total s':>10}{'starts s':>10}{'work s':>10}{'share':>8}")
    for kind, times in stages.items():
        start = min(sum(times), starts.get(kind, 0.3) * len(times))
        share = f"{sum(times) / total:.0%}"
        print(f"{kind:14}{len(times):8}{sum(times):10.1f}{start:10.1f}{sum(times) - start:10.1f}{share:>8}")
    print(f"{'DVC itself':14}{'':8}{dvc:10.1f}{'':20}{dvc / total:>8.0%}")
    print(f"{'all':14}{sum(map(len, stages.values())):8}{total:10.1f}\nsecond `dvc repro`: {again:.1f} s")


if __name__ == "__main__":
    main()
