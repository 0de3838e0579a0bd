"""Every variable of the environment that this project reads, checked in one place. No result depends on any of them,
but for the last bits of predictions on a GPU, on the size of evaluation batches.

What a job scheduler or another program leaves in a shell is not trusted: a process is one of several only where
`torchrun` or `accelerate launch` has started it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from xstilts.errors import InputError, unknown


@dataclass(frozen=True)
class Number:
    """A whole number from 1 to `most`."""

    default: int  # 0: nothing is asked for where the variable is not set
    most: int
    unit: str


NUMBERS = {
    "XSTILTS_EVAL_TOKENS": Number(8192, 10**7, "padded tokens a forward pass"),
    "XSTILTS_EVAL_TOKENS_MOST": Number(0, 10**7, "padded tokens a forward pass"),  # to which they grow
    # How often the state of a training is saved: by the clock, or, where steps are given, by these alone.
    "XSTILTS_CHECKPOINT_MINUTES": Number(10, 10**4, "minutes"),
    "XSTILTS_CHECKPOINT_STEPS": Number(0, 10**9, "steps"),
}
OWN = "XSTILTS_"
RESOURCES = "XSTILTS_RESOURCES"  # what `xstilts run` asks of machines: see xstilts/cluster/resources.py
CLUSTER = "RAY_ADDRESS"  # Ray's own variable: HOST:PORT, or `auto` for the cluster on this machine
OF_TESTS = ("XSTILTS_EXAMPLES", "XSTILTS_OFFICIAL", "XSTILTS_REAL_DATA")
ADDRESS = "MLFLOW_TRACKING_URI"
DVC = {"dvc.experiment": "DVC_EXP_NAME", "dvc.baseline": "DVC_EXP_BASELINE_REV"}  # tag of a run -> variable
CUBLAS, DETERMINISTIC = "CUBLAS_WORKSPACE_CONFIG", (":4096:8", ":16:8")  # the two that CUDA is deterministic with

# No library reports to anyone, and no token of the hub is sent where nobody asked for it; read when each is imported.
TELEMETRY_OFF = {
    "DO_NOT_TRACK": "1",
    "DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",  # transformers and datasets report through the hub's library
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DVC_NO_ANALYTICS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
}

# What says that a process is one of several. `accelerate` believes LOCAL_RANK and the sizes, whoever has set them.
SIZES = ("WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE")
RANKS = ("RANK", "LOCAL_RANK", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK")
ALONE = {**dict.fromkeys(SIZES, "1"), **dict.fromkeys(RANKS, "0")}  # what a process that is alone may say
LAUNCHER = "TORCHELASTIC_RUN_ID"  # set by torchrun, which `accelerate launch` runs, too
NEEDED = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
ACCELERATE = ("ACCELERATE_", "FSDP_", "PARALLELISM_CONFIG_")  # settings of `accelerate`: ours stand in params.yaml
KEPT = ("ACCELERATE_USE_CPU",)  # where to compute, not what


def telemetry_off() -> None:
    """Turn the reports of libraries off, here and in the processes that this one starts, whatever was set before."""
    os.environ.update(TELEMETRY_OFF)


def number(name: str) -> int:
    """The value of one of `NUMBERS`, or its default. Refused is what is not a plain whole number in its bounds."""
    known = NUMBERS[name]
    found = os.environ.get(name)
    if found is None:
        return known.default
    if not _plain(found) or not 1 <= int(found) <= known.most:
        raise InputError(f"{name}: found {_short(found)}, expected a number of {known.unit} from 1 to {known.most}")
    return int(found)


def tracking_address() -> str | None:
    """Where MLflow's store is, if the environment says so. Refused is what is neither an address nor a folder's path:
    MLflow would make a folder of that name."""
    found = os.environ.get(ADDRESS, "").strip()
    if found and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|[./~]|databricks$", found):
        raise InputError(
            f"{ADDRESS}: found {_short(found)}, expected an address such as sqlite:///mlflow.db or http://localhost:5000"
        )
    return found or None


def resources() -> str:
    """What is said of the needs of stages: text, or the name of a file; empty if nothing is."""
    return os.environ.get(RESOURCES, "").strip()


def cluster_address() -> str | None:
    """Where a cluster of Ray is, if the environment says so."""
    return os.environ.get(CLUSTER, "").strip() or None


def dvc_experiment() -> dict[str, str]:
    """What DVC says about the experiment that is running, as tags; nothing where none is."""
    return {tag: os.environ[name] for tag, name in DVC.items() if os.environ.get(name)}


def on_the_processor() -> bool:
    """Whether ACCELERATE_USE_CPU asks to leave a GPU alone."""
    found = os.environ.get("ACCELERATE_USE_CPU", "").strip().lower()
    if found not in ("", "0", "1", "false", "true", "no", "yes"):
        raise InputError(f"ACCELERATE_USE_CPU: found {_short(found)}, expected true or false")
    return found in ("1", "true", "yes")


def processes() -> int:
    """How many processes train together: those that a launcher has started, else this one alone.

    Other leftovers of a scheduler are taken out of this process's environment, so that no library believes them, with
    one line that names what would have counted. Sizes above one without a launcher are refused: to wait for the others
    could last for ever, and to go on alone could be one of several that write the same files."""
    launched = bool(os.environ.get(LAUNCHER))
    settings = [name for name in os.environ if name.startswith(ACCELERATE) and name not in KEPT]
    for name in () if launched else SIZES:
        found = os.environ.get(name, "").strip()
        if _plain(found) and int(found) > 1:
            raise InputError(
                f"{name}={found} says that this is one of {found} processes, but no launcher has started it: use "
                f"`torchrun`, or `unset {' '.join(one for one in ALONE if one in os.environ)}` to run alone"
            )
    left = [name for name in ALONE if name in os.environ and not (launched and name in NEEDED)]
    odd = [f"{name}={os.environ[name]}" for name in (*left, *settings) if os.environ[name] != ALONE.get(name)]
    for name in (*left, *settings):
        del os.environ[name]
    if odd and not launched:
        print(
            f"note: not used, for neither torchrun nor accelerate has started this: {', '.join(odd)}", file=sys.stderr
        )
    return _started() if launched else 1


def _started() -> int:
    """The number of processes of a launcher, whose variables have to be whole."""
    lacks = [name for name in NEEDED if not os.environ.get(name)]
    if lacks:
        raise InputError(f"{LAUNCHER} says that a launcher has started this process, but {', '.join(lacks)} is not set")
    found = {name: os.environ[name] for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_PORT")}
    for name, value in found.items():
        if not _plain(value):
            raise InputError(f"{name}: found {_short(value)}, expected a whole number")
    rank, local, size, _ = map(int, found.values())
    if not (local <= rank < size):
        raise InputError(
            f"RANK={rank}, LOCAL_RANK={local}, WORLD_SIZE={size}: expected LOCAL_RANK <= RANK < WORLD_SIZE"
        )
    return size


def check() -> None:
    """Read everything once, before anything is computed."""
    for name in os.environ:
        if name.startswith(OWN) and name not in (*NUMBERS, RESOURCES, *OF_TESTS):
            raise unknown("variable", name, (*NUMBERS, RESOURCES), "environment")
    for name in NUMBERS:
        number(name)
    tracking_address()
    on_the_processor()
    processes()
    if os.environ.get(CUBLAS) not in DETERMINISTIC:  # read by CUDA
        os.environ[CUBLAS] = DETERMINISTIC[0]


def used() -> Mapping[str, str]:
    """What of the environment counts, by variable: for a person who wonders. Raises `InputError` as `check` does."""
    found = {name: f"{number(name) or 'nothing'}{'' if name in os.environ else ' (default)'}" for name in NUMBERS}
    left = ", ".join(f"{name}={os.environ[name]}" for name in ALONE if name in os.environ)
    return {**found, RESOURCES: resources() or "nothing", "left by a scheduler": left or "nothing"}


def _plain(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
