"""Which kernels the numerical libraries choose: the same on every processor, so that a training gives the same bytes.

ATen, oneDNN and MKL look at the processor and take its fastest kernels. Those of AVX-512 add in another order than
those of AVX2, and on a processor of AMD MKL takes others than on one of Intel. The libraries read these variables
before they compute for the first time, so they are set before torch is loaded.

MKL's square root is the one operation that no setting makes equal: the bits of a real AMD EPYC differ. It probably
begins from an estimate of the processor's own: that is inferred, as the choice of code could be ruled out. So AdamW
runs in its fused form, which takes the exact root.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from xstilts.errors import InputError

if TYPE_CHECKING:
    import torch

Arithmetic = Literal["native", "avx2", "compatible"]
MKL = "MKL_CBWR"  # conditional numerical reproducibility: the kernels of one kind of processor
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"}
VARIABLES = (*AVX2, MKL)
SETTINGS: dict[Arithmetic, dict[str, str]] = {
    "native": {},  # what the libraries choose by themselves
    "avx2": {**AVX2, MKL: "AVX2,STRICT"},
    "compatible": {**AVX2, MKL: "COMPATIBLE"},
}
# What `product` gives under each setting that is the same on Intel and AMD: by it a process knows its setting.
IN_FORCE: dict[str, Arithmetic] = {"4608e3fe221f": "avx2", "996a3c3078fe": "compatible"}
DEEP = (40, 1000, 200)  # rows, inner, columns: so deep that kernels of AVX-512 add in another order


def choose(arithmetic: Arithmetic) -> None:
    """Ask the libraries for the kernels of this setting. Those that are loaded and have computed no longer listen."""
    for name in VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(SETTINGS[arithmetic])


def check(arithmetic: Arithmetic) -> None:
    """Refuse to compute in another way than `arithmetic`; where there is no promise to break, say so and go on.

    `native` promises nothing, so nothing is looked at."""
    if arithmetic == "native":
        return
    found = in_force()
    if found == arithmetic:
        return
    if found is None:
        print(
            f"note: arithmetic {arithmetic}: there are no such kernels for this processor or in this torch (they need "
            "x86-64 with AVX2, and MKL); results may differ from those of other machines in their last bits",
            file=sys.stderr,
        )
        return
    raise InputError(
        f"arithmetic: found {found}, expected {arithmetic}: something has computed with torch before the setting was "
        "made; start the stage as dvc.yaml does"
    )


def in_force() -> Arithmetic | Literal["another"] | None:
    """The setting under which this process computes; None where torch has no kernels for AVX2, or no MKL."""
    import torch

    capability = torch.backends.cpu.get_cpu_capability()
    if not torch.backends.mkl.is_available() or "AVX" not in capability or capability == "NO AVX":
        return None
    with _one_thread():
        return IN_FORCE.get(product(*DEEP), "another") if capability == "AVX2" else "another"


@contextmanager
def _one_thread() -> Iterator[None]:
    """Products are cut up among threads, and each way to cut gives other bytes."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def operations() -> dict[str, str]:
    """The first digits of the SHA-256 of what single operations give here: matrix products (MKL), functions of each
    element (ATen, MKL and oneDNN) and sums. Where two machines have the same table, trainings give the same bytes."""
    from torch.nn import functional

    x = numbers(64, 384)
    with _one_thread():
        return {
            "deep product": product(*DEEP),
            "wide product": product(32, 128, 128),
            "narrow product": product(7, 33, 5),
            "softmax": digest(x.softmax(-1)),
            "exponential": digest(x.exp()),
            "hyperbolic tangent": digest(x.tanh()),
            "gelu": digest(functional.gelu(x)),
            "layer norm": digest(functional.layer_norm(x, (384,))),
            "sum": digest(x.sum()),
        }


def made(arithmetic: Arithmetic, processes: int = 1) -> dict[str, Any]:
    """What a training's bytes depend on beside its inputs; it travels with the result.

    Two machines for which it is the same give the same bytes, so it holds no name of a processor. Several processes
    that train together draw their dropout each, and add their gradients: they give other bytes than one."""
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "processor"
    device += f", {processes} processes" if processes > 1 else ""
    versions = {name: version(name).split("+")[0] for name in ("numpy", "tokenizers", "torch", "transformers")}
    return {"arithmetic": arithmetic, "device": device, "operations": operations(), "versions": versions}


def bf16_slowdown() -> float:
    """How much longer a matrix product takes on this processor in bf16 than in fp32, as it computes now.

    It is measured, for what a processor says of itself tells too little: kernels of AVX2 have no bf16 on any."""
    from time import perf_counter

    import torch

    def fastest(kind: torch.dtype) -> float:
        one, other = numbers(256, 512).to(kind), numbers(512, 512, 1).to(kind)
        times = []
        for _ in range(4):
            begin = perf_counter()
            torch.mm(one, other)
            times.append(perf_counter() - begin)
        return min(times[1:])

    return fastest(torch.bfloat16) / fastest(torch.float32)


def product(rows: int, inner: int, columns: int) -> str:
    """The digest of a matrix product."""
    return digest(numbers(rows, inner) @ numbers(inner, columns, 1))


def numbers(rows: int, columns: int, shift: int = 0) -> torch.Tensor:
    """Numbers between -1 and 1 that are the same bits everywhere."""
    import torch

    whole = (torch.arange(rows * columns, dtype=torch.int64) + shift) * 7919 % 2003
    return (whole.to(torch.float32) / 1001.5 - 1).reshape(rows, columns)


def digest(tensor: torch.Tensor) -> str:
    """The first twelve digits of the SHA-256 of a tensor's bytes."""
    return hashlib.sha256(tensor.contiguous().numpy().tobytes()).hexdigest()[:12]
