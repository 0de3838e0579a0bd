"""Kernels: chosen before torch computes, known by what they give, the same on Intel and AMD under `compatible`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import get_args

import pytest

from xstilts import arithmetic
from xstilts.arithmetic import IN_FORCE, SETTINGS, Arithmetic

# torch 2.13.0 for CPUs. Intel: a Xeon with AVX-512. AMD: the same Xeon, whose CPUID answered as that of a Zen 3 without
# AVX-512, so not a real AMD. A probe of a real EPYC agreed with that emulation in every operation but the square root.
SAME = {
    "softmax": "3d93bb3b23dc", "hyperbolic tangent": "3814ef7ecef9", "gelu": "e0538a77ef54",
    "layer norm": "6b7b376f6726", "sum": "2d5665a9da62",
}  # fmt: skip
KNOWN = {
    "compatible": [
        SAME | {
            "deep product": "996a3c3078fe", "wide product": "ebe7152ae1b8", "narrow product": "f7b06808be41",
            "exponential": "71dd9aba1ef0",
        },
    ],
    "avx2": [
        SAME | {
            "deep product": "4608e3fe221f", "wide product": "0dafe2b24b6d", "narrow product": narrow,
            "exponential": exp,
        }
        for narrow, exp in (("4b52f2913c29", "128cb0d0b8df"), ("f7b06808be41", "71dd9aba1ef0"))  # Intel, AMD
    ],
}  # fmt: skip
PROMISED = arithmetic.in_force() is not None
needs_avx2 = pytest.mark.skipif(not PROMISED, reason="no AVX2, or a torch without MKL")


def run(code: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: the libraries choose once."""
    other = {name: value for name, value in os.environ.items() if name not in SETTINGS["avx2"]}
    return subprocess.run([sys.executable, "-c", code], env=other, capture_output=True, text=True, check=False)


def test_every_setting_that_promises_something_is_known_by_a_product() -> None:
    assert set(get_args(Arithmetic)) == set(SETTINGS)
    assert set(IN_FORCE.values()) == set(KNOWN) == {name for name, variables in SETTINGS.items() if variables}


@needs_avx2
@pytest.mark.parametrize("name", KNOWN)
def test_single_operations_give_the_known_bytes(name: str) -> None:
    done = run(f"from xstilts import arithmetic; arithmetic.choose({name!r}); print(arithmetic.operations())")
    assert done.returncode == 0, done.stderr
    assert eval(done.stdout) in KNOWN[name]


@needs_avx2
@pytest.mark.parametrize("asked", KNOWN)
@pytest.mark.parametrize("chosen", KNOWN)
def test_a_process_knows_whether_it_has_what_it_was_asked_for(chosen: str, asked: str) -> None:
    done = run(
        f"from xstilts import arithmetic; arithmetic.choose({chosen!r})\n"
        "import torch; torch.ones(9, 9) @ torch.ones(9, 9)\n"
        f"arithmetic.choose({asked!r}); from xstilts.threads import use_threads; use_threads(1, {asked!r})"
    )
    if chosen == asked:
        assert (done.returncode, done.stderr) == (0, "")
    else:
        assert f"arithmetic: found {chosen}, expected {asked}" in done.stderr


@needs_avx2
def test_what_the_shell_says_does_not_count() -> None:
    code = "from xstilts import arithmetic; from xstilts.threads import use_threads; use_threads(1, 'avx2')"
    given = {**os.environ, "ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_CBWR": "COMPATIBLE"}
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_native_is_what_the_libraries_choose_by_themselves() -> None:
    own = "import torch; print(torch.backends.cpu.get_cpu_capability())"
    given = {**os.environ, "ATEN_CPU_CAPABILITY": "default", "MKL_CBWR": "COMPATIBLE"}
    code = (
        "from xstilts import arithmetic; arithmetic.choose('native')\n"
        "from xstilts.threads import use_threads; use_threads(1, 'native')\n"
        "import os; print(*(name for name in arithmetic.VARIABLES if name in os.environ))\n" + own
    )
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["", run(own).stdout.strip()]


@needs_avx2
def test_torch_that_has_computed_before_is_noticed() -> None:
    code = "import torch; torch.ones(9).exp(); from xstilts.threads import use_threads; use_threads(1, 'avx2')"
    done = run(code)
    if "AVX512" in run("import torch; print(torch.backends.cpu.get_cpu_capability())").stdout:
        assert "something has computed with torch before the setting was made" in done.stderr
    else:  # here the library's own choice is the setting
        assert done.returncode == 0, done.stderr


def test_a_processor_without_these_kernels_goes_on_with_a_note(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "SVE256")
    arithmetic.check("compatible")
    assert "results may differ from those of other machines" in capsys.readouterr().err


def test_numbers_are_exact() -> None:
    found = arithmetic.numbers(3, 700)
    assert found.abs().max() <= 1
    assert found.flatten().unique().numel() == 2003
