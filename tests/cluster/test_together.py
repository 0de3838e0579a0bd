"""A training of several processes: what is started for it, what it gives, and that nothing of it outlives a kill."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.cluster.test_kills import until
from tests.imports import ROOT
from xstilts.cluster.bookkeeping import Command
from xstilts.cluster.local import Local
from xstilts.cluster.resources import Need
from xstilts.cluster.together import together


def command(text: str, folder: Path = Path(), **environment: str) -> Command:
    return Command("target", text, ["/bin/sh", "-c", text], str(folder), environment, folder / "log.txt")


@pytest.mark.parametrize(("gpus", "processes"), [(0, 1), (0.25, 1), (1, 1), (2, 2), (8, 8)])
def test_one_process_a_gpu(gpus: float, processes: int) -> None:
    assert Need(gpus=gpus).processes == processes


@pytest.mark.parametrize(
    "text",
    [
        "python -m stages.evaluate xnli mnli", "python -m stages.evaluate_intermediate mnli",
        "python -m stages.translator de", "python other.py", "python -m stages.target xnli mnli 1; echo done",
    ],
)  # fmt: skip
def test_what_is_no_training_stays_as_it_is(text: str) -> None:
    alone = command(text)
    assert together(alone, 4) is alone


def test_a_training_is_started_by_torchrun() -> None:
    alone = command("python -m stages.target xnli mnli 1 --after siqa")
    assert together(alone, 1) is alone
    several = together(alone, 2)
    assert several.text == (
        "exec python -m torch.distributed.run --standalone --nproc-per-node=2 -m xstilts.cluster.together "
        "stages.target xnli mnli 1 --after siqa"
    )
    assert several.shell == ["/bin/sh", "-c", several.text] and several.stage == alone.stage


STAGE = """
import json, os, sys, time
from pathlib import Path
from xstilts.errors import exit_cleanly

def main():
    from xstilts.threads import is_main_process, use_threads
    use_threads(1, "avx2")
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaForTokenClassification
    from xstilts.encoders.batches import Example
    from xstilts.families.tagging.learning import head
    from xstilts.seeding import Seeds
    from xstilts.training.loop import Plan, fit
    from xstilts.training.resume import State
    torch.manual_seed(0)
    model = XLMRobertaForTokenClassification(XLMRobertaConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=40, num_labels=3, hidden_dropout_prob=0, attention_probs_dropout_prob=0,
    ))
    given = [Example([0, *range(5, 5 + n % 7 + 1), 2], [-100, *[(n + i) % 3 for i in range(n % 7 + 1)], -100])
             for n in range(30)]
    plan = Plan(
        steps=[given[at : at + 5] for at in range(0, 30, 5)], collate=lambda chosen, step: head.collate(chosen, 1),
        loss=lambda module, batch, step: head.loss(module, batch), lr=1e-3, warmup=0.5, weight_decay=0.1, clip=1.0,
        accumulate=2,
    )
    curve = fit(model, plan, Seeds(1), State(Path("state"), "x"))
    Path(f"began-{os.getpid()}").touch()
    while Path("hold").exists():
        time.sleep(0.05)
    if is_main_process():
        text = json.dumps({"arguments": sys.argv[1:], "size": os.environ.get("WORLD_SIZE", "1"), "curve": curve.steps,
                           "weight": model.classifier.weight.detach().flatten().tolist()})
        Path(f"written-{os.getpid()}.json").write_text(text)

exit_cleanly(main)
"""

HOLD = """
import os, time
from pathlib import Path
Path(f"began-{os.getpid()}").touch()
while Path("hold").exists():
    time.sleep(0.05)
Path(f"written-{os.getpid()}").touch()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages/__init__.py").touch()
    (tmp_path / "stages/target.py").write_text(STAGE)
    return tmp_path


def executed(folder: Path, processes: int) -> int:
    """The exit code of the stage, as the engine of one machine executes it."""
    asked = command("python -m stages.target xnli mnli 1", folder, **{**os.environ, "PYTHONPATH": str(ROOT)})
    local = Local(heavy=())
    try:
        return local(together(asked, processes))
    finally:
        local.close()


@pytest.mark.slow
def test_two_processes_give_the_losses_of_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without dropout, of steps whose rows and labels do not divide evenly: within 1e-5, one of the two writes."""
    monkeypatch.chdir(folder)
    found = []
    for processes in (1, 2):
        assert executed(folder, processes) == 0, (folder / "log.txt").read_text()
        (file,) = folder.glob("written-*.json")
        found.append(json.loads(file.read_text()))
        file.unlink()
    alone, both = found
    assert (alone["size"], both["size"]) == ("1", "2") and alone["arguments"] == both["arguments"]
    assert alone["arguments"] == ["xnli", "mnli", "1"]
    losses = [[point["loss"] for point in one["curve"]] for one in found]
    assert len(losses[0]) == 6 and losses[1] == pytest.approx(losses[0], abs=1e-5)
    assert both["weight"] == pytest.approx(alone["weight"], abs=1e-5)


@pytest.mark.slow
def test_nothing_of_it_outlives_a_kill(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`torchrun` starts its processes in sessions of their own, and they would go on without it."""
    monkeypatch.chdir(folder)
    (folder / "stages/target.py").write_text(HOLD)
    (folder / "hold").touch()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(executed, folder, 2)
        try:
            until(lambda: len([*folder.glob("began-*")]) == 2 or running.done())
            pids = [int(file.name.removeprefix("began-")) for file in folder.glob("began-*")]
            assert len(pids) == 2, (folder / "log.txt").read_text()
            psutil.Process(pids[0]).parent().kill()
            assert running.result() < 0
            until(lambda: not any(map(psutil.pid_exists, pids)))
        finally:
            (folder / "hold").unlink()
    assert not [*folder.glob("written-*")]
