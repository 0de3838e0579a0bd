"""What a time depends on beside the model: the machine and what else it does."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

LIBRARIES = ("torch", "transformers", "tokenizers", "numpy", "onnxruntime")


def machine(threads: int) -> dict[str, Any]:
    """Processor, threads and versions."""
    import torch

    return {
        "processor": processor(),
        "cores": psutil.cpu_count(logical=False),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "threads": threads,
        "kernels": torch.backends.cpu.get_cpu_capability(),
        "versions": {"python": platform.python_version(), **versions()},
    }


def load() -> float:
    """How many processes wanted a core in the last minute, on average."""
    return round(float(psutil.getloadavg()[0]), 2)


def processor() -> str:
    """The name that the processor gives itself."""
    file = Path("/proc/cpuinfo")
    if file.is_file():
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Those of the libraries that compute, as far as they are installed."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
