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


def test_a_copy_that_nobody_waits_for_has_the_same_numbers() -> None:
    import torch

    from xstilts.encoders.devices import to_device

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    for size in (1, 1000, 10**7):
        given = {"x": torch.randn(size), "y": torch.arange(size)[: size // 2]}
        found = to_device(given, torch.device("cuda"))
        del given["x"]  # the copy may not have ended yet
        assert torch.equal(found["y"].cpu(), given["y"]) and found["x"].isfinite().all()


def test_batches_of_an_evaluation_grow_on_a_gpu(
    tiny_dropout: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np
    import torch

    from tests.training.test_loop import build, examples
    from xstilts.encoders.budget import budget_of
    from xstilts.encoders.inference import predict
    from xstilts.families import part

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    model, given, head = build("span", tiny_dropout).cuda(), examples("span", tokenizer), part("span", "learning.head")
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS", "200")
    wanted = predict(model, head, given, 1)
    monkeypatch.setenv("XSTILTS_EVAL_TOKENS_MOST", "100000")
    found = predict(model, head, given, 1)
    assert budget_of(model).now > 200
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_flash_attention_gives_the_same_bytes_twice_and_nearly_the_losses_of_padded_batches(
    family: str, tiny: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """Of a span the softmax counts padding, which is another one here: its losses are not compared."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    import torch

    from tests.training.test_loop import SEEDS, build, examples, losses, plan
    from xstilts.threads import use_threads
    from xstilts.training.loop import fit
    from xstilts.training.resume import State, fingerprint

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    pytest.importorskip("flash_attn")
    use_threads(1, "avx2")
    found, fingerprints = [], []
    for number, batches in enumerate(("padded", "flattened", "flattened")):
        model = build(family, tiny)
        made = plan(family, examples(family, tokenizer), precision="bf16", batches=batches)
        found.append(losses(fit(model, made, SEEDS, State(tmp_path / str(number), "gpu"))))
        fingerprints.append(fingerprint(model))
    assert fingerprints[1] == fingerprints[2]
    if family != "span":
        assert found[1] == pytest.approx(found[0], rel=0.03)
