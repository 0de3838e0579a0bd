"""What `xstilts doctor` looks at. Each check gives facts by name, and adds to the problems what is wrong."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import sys
import tempfile
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

import xstilts
from xstilts import environment as variables
from xstilts.cells.judge import machines, this_machine
from xstilts.cells.pipeline import Pipeline, is_code, read_lock
from xstilts.commands.cost import BYTES, Cost
from xstilts.commands.plan import Plan, plan
from xstilts.errors import InputError
from xstilts.params import Params, read_params
from xstilts.repair import lock, rwlock
from xstilts.tracking import live

Facts = dict[str, str]
PACKAGES = (
    "xstilts", "torch", "transformers", "tokenizers", "accelerate", "datasets", "dvc", "mlflow", "numpy", "pyarrow",
    "scipy",
)  # fmt: skip
FEATURES = ("avx512_bf16", "amx_tile", "avx512f", "avx2", "asimd")
JOBS = 2  # stages that `make repro` makes side by side
SECONDS = 5  # that a tracking server has to answer


def environment(root: Path, problems: list[str]) -> Facts:
    """Python, the packages that figures depend on (beside the lock's version, where it is another), programs."""
    facts, locked = {"python": f"{platform.python_version()}, {Path(sys.prefix)}"}, _locked(root)
    for name in PACKAGES:
        try:
            own = version(name)
        except PackageNotFoundError:
            if name == "xstilts":
                facts[name] = "not installed: run from its folder"
            else:
                problems.append(f"{name} is not installed (`make setup` installs all)")
            continue
        wanted = locked.get(name)
        other = wanted is not None and own.split("+")[0] != wanted.split("+")[0]
        facts[name] = f"{own} (the lock has {wanted})" if other else own
    here = Path(xstilts.__file__).resolve().parent
    if here != (root / "xstilts").resolve() and (root / "xstilts").is_dir():
        problems.append(f"xstilts runs from {here}, not from this project's code: `pip install -e .`")
    for program in ("git", "dvc"):
        if shutil.which(program) is None:
            problems.append(f"{program} is not on the PATH" + " (`. .venv/bin/activate`)" * (program == "dvc"))
    try:
        facts |= variables.used()
    except InputError as error:
        problems.append(str(error))
    return facts


def _locked(root: Path) -> dict[str, str]:
    """The versions of the locks, by package. torch has one of its own for each kind of build: any will do here."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(root.glob("requirements*.lock"))]
    return {name: one for text in texts for name, one in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.M)}


def machine(root: Path, problems: list[str]) -> Facts:
    """Processor, what torch computes on, threads, free disk."""
    facts = {"system": platform.platform(), "processor": _processor()}
    try:
        with suppress(InputError):  # what is wrong with the parameters is said elsewhere
            facts["arithmetic"] = _arithmetic(read_params())
        import torch

        facts["instructions"] = f"{torch.backends.cpu.get_cpu_capability()} (torch)"
        cuda = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
        metal = ["Apple GPU (mps; not used)"] if torch.backends.mps.is_available() else []
        facts["device"] = ", ".join([*cuda, *metal]) or "the processor alone"
    except ImportError as error:
        problems.append(f"torch cannot be loaded: {error}")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    facts["cores"] = f"{usable} usable of {os.cpu_count()}; OMP_NUM_THREADS {threads}"
    for name, folder in (("free disk", root), ("free for clones", Path(tempfile.gettempdir()))):
        facts[name] = f"{_size(shutil.disk_usage(folder).free)} at {folder}"
    return facts


def _arithmetic(params: Params) -> str:
    """The setting, and whether the committed results were computed as this machine computes."""
    kinds = machines()
    found = this_machine(params.arithmetic, kinds) if kinds else ["there are no results to compare with"]
    return f"{params.arithmetic}; {'; '.join(found) or 'as in results/machines.json: the same bytes are promised'}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8", errors="replace") if info.is_file() else ""
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.M)
    known = [one for one in FEATURES if flags and one in flags[1].split()]
    return f"{name[1] if name else platform.processor() or platform.machine()}; {' '.join(known) or 'features unknown'}"


def tracking(problems: list[str]) -> Facts:
    """Whether the MLflow store can be reached. A file that is not there yet is no problem, and is not made."""
    try:
        given = variables.tracking_address()
    except InputError as error:
        problems.append(str(error))
        return {"store": "unknown"}
    address = given or f"sqlite:///{live.STORE.resolve()}"
    shown, given = live.without_password(address), variables.ADDRESS if given else "default"
    file = Path(address.removeprefix("sqlite:///")) if address.startswith("sqlite:///") else None
    if file is not None and not file.exists():
        return {"store": f"{shown} ({given}): not made yet (`python -m stages.aggregate` makes it)"}
    os.environ |= {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": str(SECONDS)}
    try:
        if file is not None:
            with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as store:
                names = [name for (name,) in store.execute("select name from experiments where name != 'Default'")]
        else:
            names = [one.name for one in live.connect().search_experiments(max_results=100)]
    except Exception as error:  # every kind of store has its own
        reason = live.without_password(" ".join(str(error).split()))[:200]
        problems.append(f"the MLflow store {shown} ({given}) cannot be read: {reason}")
        return {"store": f"{shown} ({given}): cannot be read"}
    return {"store": f"{shown} ({given}): reached; experiments {', '.join(names) or 'none'}"}


def project(root: Path, problems: list[str]) -> Facts:
    """Whether params.yaml, dvc.yaml and dvc.lock can be read, and whether inputs that no stage makes are there."""
    facts = {"root": str(root)}
    try:
        params = read_params()
        seeds = ", ".join(map(str, params.seeds))
        facts["params.yaml"] = f"profile {params.profile}; seeds {seeds}; threads of a training {params.threads}"
    except InputError as error:
        problems += str(error).splitlines()
    problems += [one for one in (lock.problem(), rwlock.problem()) if one]
    try:
        facts["dvc.lock"] = f"{len(read_lock(Path('dvc.lock')))} stages"
        pipeline = Pipeline(root)
    except InputError as error:
        problems.append(str(error))
        return facts
    facts["dvc.yaml"] = f"{len(pipeline.stages)} stages"
    for path, stage in pipeline.given(pipeline.stages.values()).items():
        if not is_code(path) and not Path(path).exists():
            problems.append(f"{os.path.normpath(path)}: nothing there, but {stage} reads it and no stage makes it")
    return facts


def present(root: Path, problems: list[str]) -> Facts:
    """What the present profile fetches, trains and keeps."""
    try:
        params = read_params()
    except InputError:
        return {}  # `project` has said why
    own = plan(params)
    free, kept = shutil.disk_usage(root).free, own.bytes if own.cost is None else own.cost.cached + own.cost.lying
    if kept is not None and kept > free:
        problems.append(f"the models of this profile take about {_size(kept)} (estimate), free are {_size(free)}")
    facts = {"fetches": _fetched(params, own), "trains": _trained(own), "keeps": _kept(own)}
    return facts if own.cost is None else {**facts, **_costs(own.cost, params, problems)}


def _costs(taken: Cost, params: Params, problems: list[str]) -> Facts:
    """Time on a processor, memory and disk of a released encoder, which none of our own small ones needs."""
    facts = {"takes": "not known: the size of a data set is not known before it is there"}
    if taken.seconds is not None and taken.training is not None:
        hours, share = taken.seconds / 3600, taken.training / max(taken.seconds, 1e-9)
        facts["takes"] = (
            f"about {hours:,.1f} hours of one core, {hours / JOBS:,.1f} with {JOBS} stages side by side as `make "
            f"repro` does ({share:.0%} of it training; estimate)"
        )
    if taken.gpu is not None:
        low, high = (seconds / 3600 for seconds in taken.gpu)
        facts["on a GPU"] = (
            f"about {low:,.1f} to {high:,.1f} hours of one H200 (estimate: at its peak, to steps that wait for their "
            "launches)"
        )
    facts["memory"] = f"about {_size(taken.memory)} a training (estimate), {_size(JOBS * taken.memory)} for {JOBS}"
    facts["disk"] = (
        f"about {_size(taken.cached)} in DVC's cache and {_size(taken.lying)} in models/ (estimates: frozen "
        "weights once; data sets apart)"
    )
    there = psutil.virtual_memory().total
    if JOBS * taken.memory > there:
        problems.append(f"{JOBS} trainings at once take about {_size(JOBS * taken.memory)} of memory, this machine has "
                        f"{_size(there)}: `make repro JOBS=1`")  # fmt: skip
    return facts


def _fetched(params: Params, own: Plan) -> str:
    if not own.downloads:
        return "nothing: no entry under `downloads`"
    encoder = "; sizes of data sets are not known before they are fetched"
    if params.backbone.kind == "hub" and own.parameters:
        encoder = f"; the encoder about {_size(own.parameters * BYTES)} (estimate){encoder}"
    return f"{len(own.downloads)} entries: {', '.join(own.downloads)}{encoder}"


def _trained(own: Plan) -> str:
    parts = ", ".join(f"{name} {number}" for name, number in own.trainings.items() if number)
    return f"{sum(own.trainings.values())} trainings ({parts})"


def _kept(own: Plan) -> str:
    if own.bytes is None or own.parameters is None:
        return f"{own.models} models; the size of this encoder is not known before it is fetched"
    each = f"{own.parameters / 1e6:,.1f} M parameters x {BYTES} bytes"
    return f"{own.models} models, about {_size(own.bytes)} (estimate: each {each})"


def _size(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:,.1f} TB"
