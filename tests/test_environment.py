"""What a shell holds: our variables are checked, a scheduler's leftovers are not believed, a launcher's are."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xstilts import environment
from xstilts.errors import InputError

ROOT = Path(__file__).parent.parent
WHOLE = {
    "TORCHELASTIC_RUN_ID": "none", "RANK": "1", "LOCAL_RANK": "1", "WORLD_SIZE": "4", "MASTER_ADDR": "localhost",
    "MASTER_PORT": "29500",
}  # fmt: skip


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the environment without anything of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XSTILTS_", "MLFLOW_", "ACC"))}
    monkeypatch.setattr(os, "environ", kept)


BAD = [
    "abc",
    "-5",
    "1e3",
    " 500 ",
    "",
    "1000000000000",
    "0",
    "5.0",
    "٣",
    "0x10",
    "+5",
    "nan",
    "9" * 5000,
    "5\n",
    "1_000",
]


@pytest.mark.parametrize("name", environment.NUMBERS)
@pytest.mark.parametrize("found", BAD)
def test_a_malformed_number_is_refused(name: str, found: str) -> None:
    os.environ[name] = found
    with pytest.raises(InputError, match=rf"^{name}: found '.*', expected a number of [a-z ]+ from 1 to 10+$") as error:
        environment.check()
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("name", ["XSTILTS_EVAL_TOKEN", "XSTILTS_CHECKPOINT_STEP", "XSTILTS_eval_tokens", "XSTILTS_"])
def test_a_mistyped_variable_of_ours_is_refused(name: str) -> None:
    os.environ[name] = "500"
    with pytest.raises(InputError, match=rf"^environment: unknown variable '{name}'.*there are: XSTILTS_EVAL_TOKENS, "):
        environment.check()


@pytest.mark.parametrize(("found", "value"), [("1", 1), ("500", 500), ("0500", 500), ("10000000", 10**7)])
def test_a_plain_number_is_taken(found: str, value: int) -> None:
    os.environ["XSTILTS_EVAL_TOKENS"] = found
    assert environment.number("XSTILTS_EVAL_TOKENS") == value
    assert environment.used()["XSTILTS_EVAL_TOKENS"] == str(value)
    assert environment.used()["XSTILTS_CHECKPOINT_MINUTES"] == "10 (default)"
    assert environment.used()["XSTILTS_CHECKPOINT_STEPS"] == "nothing (default)"


@pytest.mark.parametrize("found", ["abc", "mlflow.db", "localhost", "8080", "me@host"])
def test_what_is_no_address_is_refused(found: str) -> None:
    os.environ["MLFLOW_TRACKING_URI"] = found
    with pytest.raises(InputError, match=r"MLFLOW_TRACKING_URI: found '.*', expected an address such as sqlite:///"):
        environment.check()


@pytest.mark.parametrize("found", ["", "   ", "\n"])
def test_an_empty_address_is_none(found: str) -> None:
    os.environ["MLFLOW_TRACKING_URI"] = found
    assert environment.tracking_address() is None


@pytest.mark.parametrize(
    "found", ["http://localhost:5000", " https://x.org ", "sqlite:///a.db", "/shared/runs", "file:x"]
)
def test_an_address_is_taken(found: str) -> None:
    os.environ["MLFLOW_TRACKING_URI"] = found
    assert environment.tracking_address() == found.strip()


LEFT = [
    {"RANK": "1"}, {"RANK": "abc"}, {"LOCAL_RANK": "3"}, {"LOCAL_RANK": "0", "RANK": "7", "WORLD_SIZE": "1"},
    {"RANK": "1", "MASTER_ADDR": "node1", "MASTER_PORT": "1"}, {"WORLD_SIZE": "abc"}, {"WORLD_SIZE": "0"},
    {"PMI_RANK": "5"}, {"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_LOCAL_RANK": "1"}, {"RANK": ""},
    {"ACCELERATE_GRADIENT_ACCUMULATION_STEPS": "4"}, {"ACCELERATE_MIXED_PRECISION": "fp8"},
    {"ACCELERATE_USE_FSDP": "true"}, {"ACCELERATE_USE_DEEPSPEED": "true", "LOCAL_RANK": "0"},
]  # fmt: skip


@pytest.mark.parametrize("left", LEFT, ids=str)
def test_leftovers_are_not_believed(left: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    os.environ.update(left)
    assert environment.processes() == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and said[0].startswith(
        "note: not used, for neither torchrun nor accelerate has started this: "
    )
    assert not [name for name in left if name in os.environ and not name.startswith("MASTER")]
    assert environment.processes() == 1 and capsys.readouterr().err == "", "said once"


@pytest.mark.parametrize(
    "left",
    [
        {},
        {"SLURM_PROCID": "3", "SLURM_NTASKS": "8", "SLURM_LOCALID": "1"},
        {"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"},
        {"PMI_RANK": "0", "PMI_SIZE": "1"},
    ],
    ids=str,
)
def test_what_says_one_process_needs_no_word(left: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    os.environ.update(left)
    assert environment.processes() == 1 and capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "left",
    [
        {"WORLD_SIZE": "8"},
        {"RANK": "1", "WORLD_SIZE": "2"},
        {"RANK": "0", "WORLD_SIZE": "2", "LOCAL_RANK": "0", "MASTER_ADDR": "h", "MASTER_PORT": "1"},
        {"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1"},
        {"PMI_SIZE": "16"},
        {"MV2_COMM_WORLD_SIZE": " 4 "},
    ],
    ids=str,
)
def test_one_of_several_without_a_launcher_is_refused(left: dict[str, str]) -> None:
    os.environ.update(left)
    with pytest.raises(
        InputError, match=r"=\d+ says that this is one of \d+ processes, .*`torchrun`, or `unset [A-Z_ 2]+`"
    ):
        environment.processes()


def test_a_launcher_is_believed(capsys: pytest.CaptureFixture[str]) -> None:
    os.environ.update({**WHOLE, "ACCELERATE_MIXED_PRECISION": "no", "OMPI_COMM_WORLD_SIZE": "7"})
    assert environment.processes() == 4 and capsys.readouterr().err == ""
    assert os.environ["RANK"] == "1" and "OMPI_COMM_WORLD_SIZE" not in os.environ


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"RANK": ""}, "RANK is not set"),
        ({"MASTER_ADDR": "", "WORLD_SIZE": ""}, "WORLD_SIZE, MASTER_ADDR is not set"),
        ({"RANK": "4"}, "RANK=4, LOCAL_RANK=1, WORLD_SIZE=4"), ({"LOCAL_RANK": "-1"}, "LOCAL_RANK: found '-1'"),
        ({"WORLD_SIZE": "two"}, "WORLD_SIZE: found 'two', expected a whole number"),
        ({"LOCAL_RANK": "3"}, "LOCAL_RANK=3"),
    ],
)  # fmt: skip
def test_a_launcher_whose_variables_are_not_whole_is_refused(change: dict[str, str], message: str) -> None:
    os.environ.update({**WHOLE, **change})
    with pytest.raises(InputError, match=message):
        environment.processes()


@pytest.mark.parametrize(("found", "value"), [("true", True), ("0", False), ("", False), ("YES", True)])
def test_the_processor_may_be_asked_for(found: str, value: bool) -> None:
    os.environ["ACCELERATE_USE_CPU"] = found
    assert environment.on_the_processor() is value
    os.environ["ACCELERATE_USE_CPU"] = "cpu"
    with pytest.raises(InputError, match="ACCELERATE_USE_CPU: found 'cpu', expected true or false"):
        environment.check()


PROGRAM = """
import sys
from pathlib import Path
from xstilts.errors import exit_cleanly

def main():
    from xstilts.threads import is_main_process, use_threads
    use_threads(1, "avx2")
    import torch
    from xstilts.training.resume import State
    from xstilts.seeding import Seeds
    from xstilts.training.loop import Plan, fit
    torch.manual_seed(0)
    model = torch.nn.Linear(30, 1)
    data = torch.randn(8, 30)
    plan = Plan(
        steps=[[0], [1], [2]], collate=lambda chosen, step: {"x": data, "labels": torch.ones(8)},
        loss=lambda module, batch, step: (module(batch["x"])[:, 0] - 1)[batch["labels"] == 1].square().sum(),
        lr=1e-3, warmup=0.5, weight_decay=0.1, clip=1.0,
    )
    curve = fit(model, plan, Seeds(1), State(Path("state"), "x"))
    if is_main_process():
        with Path("written").open("a") as file:
            file.write(f"{curve.steps[-1]['loss']:.4f}\\n")
        Path("weights").write_bytes(model.weight.detach().numpy().tobytes())

exit_cleanly(main)
"""


def start(folder: Path, *launcher: str, **left: str) -> tuple[int, str, list[str]]:
    """Exit code, stderr, and what was written."""
    (folder / "program.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, *launcher, "program.py"], cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **left},
    )  # fmt: skip
    file = folder / "written"
    return done.returncode, done.stderr, file.read_text().splitlines() if file.is_file() else []


def test_a_training_with_leftovers_writes_and_one_of_several_is_refused(tmp_path: Path) -> None:
    code, said, written = start(tmp_path, RANK="1", LOCAL_RANK="0", ACCELERATE_GRADIENT_ACCUMULATION_STEPS="4")
    assert code == 0 and len(written) == 1
    assert "note: not used, for neither" in said and "LOCAL_RANK" not in said.split("note: ")[1]
    code, said, again = start(tmp_path, RANK="1", WORLD_SIZE="2", MASTER_ADDR="localhost", MASTER_PORT="29511")
    assert code == 2 and again == written and "Traceback" not in said
    assert said.startswith("xstilts: error: WORLD_SIZE=2 says that this is one of 2 processes, but no launcher has")


SCHEDULERS: dict[str, str] = {
    "SLURM_PROCID": "3", "SLURM_NTASKS": "8", "SLURM_LOCALID": "1", "SLURM_CPUS_PER_TASK": "4", "SLURM_GPUS": "2",
    "OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "1", "PMI_RANK": "5", "PMI_SIZE": "1", "RANK": "3",
    "ACCELERATE_MIXED_PRECISION": "bf16", "ACCELERATE_GRADIENT_ACCUMULATION_STEPS": "4",
}  # fmt: skip


def test_leftovers_of_schedulers_change_no_byte(tmp_path: Path) -> None:
    for name, left in (("alone", {}), ("left", SCHEDULERS)):
        (tmp_path / name).mkdir()
        code, said, written = start(tmp_path / name, **left)
        assert code == 0 and len(written) == 1, said
    alone, left_over = ((tmp_path / name / "weights").read_bytes() for name in ("alone", "left"))
    assert alone == left_over and len(alone) == 120


def test_two_processes_of_torchrun_train_together_and_one_writes(tmp_path: Path) -> None:
    _, _, alone = start(tmp_path)
    code, said, written = start(tmp_path, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    assert code == 0, said
    assert written == alone * 2, "the same loss, written by one of the two"


def test_telemetry_is_off_in_every_process_whatever_the_shell_says() -> None:
    """For scripts, commands and tests: each imports `xstilts` before anything else; and for DVC, which does not."""
    code = """
import xstilts, os
from xstilts.environment import TELEMETRY_OFF
assert TELEMETRY_OFF.items() <= os.environ.items()
import huggingface_hub.constants as hub, mlflow.telemetry.utils as mlflow
assert hub.HF_HUB_DISABLE_TELEMETRY and hub.HF_HUB_DISABLE_IMPLICIT_TOKEN
assert mlflow.is_telemetry_disabled()
"""
    on = {**dict.fromkeys(environment.TELEMETRY_OFF, "0"), "MLFLOW_DISABLE_TELEMETRY": "false"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env={**os.environ, **on})
    config = configparser.ConfigParser()
    config.read(ROOT / ".dvc/config")
    assert config["core"]["analytics"] == "false"
    for line in ("export DO_NOT_TRACK := 1", "export DVC_NO_ANALYTICS := 1"):
        assert line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
