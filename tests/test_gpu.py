"""What has to hold on a CUDA device: the same bytes twice, also with bf16, for every trained family."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tokenizers import Tokenizer

pytestmark = pytest.mark.gpu

FAMILIES = ("classification", "tagging", "span", "choice")


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("family", FAMILIES)
def test_two_trainings_are_equal_to_the_byte(
    family: str, precision: str, tiny_dropout: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # before the device is first used
    import torch

    from tests.training.test_loop import SEEDS, build, examples, plan
    from xstilts.threads import use_threads
    from xstilts.training.loop import fit
    from xstilts.training.resume import State, fingerprint

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    use_threads(1, "avx2")
    fingerprints = []
    for attempt in range(2):
        model = build(family, tiny_dropout)
        fit(
            model,
            plan(family, examples(family, tokenizer), precision=precision),
            SEEDS,
            State(tmp_path / str(attempt), "gpu"),
        )
        fingerprints.append(fingerprint(model))
    assert next(model.parameters()).is_cuda
    assert fingerprints[0] == fingerprints[1]
