"""The saved state of an unfinished training, from which it goes on to the same bytes. safetensors and JSON only."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file, save_file

from xstilts.errors import InputError
from xstilts.records.files import read_json, write_json, writing

if TYPE_CHECKING:
    from xstilts.training.curve import Curve

MOMENTS = ("step", "exp_avg", "exp_avg_sq")


def fingerprint(model: torch.nn.Module, *rest: Any) -> str:
    """A hash of the initial weights and of everything else (JSON) that defines a training."""
    digest = hashlib.sha256(json.dumps(rest, sort_keys=True, default=str).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def digest_ids(examples: Iterable[Any]) -> str:
    """A hash of the encoded training examples."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(repr((example.ids, example.labels)).encode())
    return digest.hexdigest()


class State:
    """Where one training keeps its state: weights, best weights, AdamW moments, step and curve.

    `XSTILTS_CHECKPOINT_STEPS` (default 500) says how often it is written; the result does not depend on it.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = Path(folder)
        self.identity = identity
        every = os.environ.get("XSTILTS_CHECKPOINT_STEPS", "500")
        if not (every.isdecimal() and int(every)):
            raise InputError(f"XSTILTS_CHECKPOINT_STEPS: found {every!r}, expected a number of steps from 1")
        self.every = int(every)
        self.kept = 0  # steps of this training that lie in the folder

    def due(self, step: int, total: int) -> bool:
        """Whether the state is to be written after this many steps."""
        return step % self.every == 0 and step < total

    def save(self, step: int, model: Any, optimiser: Any, curve: Curve, best: dict[str, torch.Tensor]) -> None:
        """Write the whole state; a kill in the middle leaves the one before."""
        tensors = {f"weights/{k}": v for k, v in model.state_dict().items()}
        tensors |= {f"best/{k}": v for k, v in best.items()}
        for index, moments in optimiser.state_dict()["state"].items():
            tensors |= {f"moments/{index}/{name}": moments[name] for name in MOMENTS}
        with writing(self.folder) as temporary:
            temporary.mkdir()
            # Tied weights share memory, which safetensors refuses: store copies.
            save_file(
                {k: v.detach().cpu().clone().contiguous() for k, v in tensors.items()},
                temporary / "tensors.safetensors",
            )
            about = {"identity": self.identity, "step": step, "curve": vars(curve)}
            write_json(temporary / "state.json", about)
        self.kept = step

    def load(self, model: Any, optimiser: Any, curve: Curve, best: dict[str, torch.Tensor]) -> int:
        """Bring everything back in place and return the steps already done; 0 where no state of this training lies."""
        if not (self.folder / "state.json").is_file():
            return 0
        about = read_json(self.folder / "state.json")
        if about["identity"] != self.identity:
            return 0
        tensors = load_file(self.folder / "tensors.safetensors")
        model.load_state_dict({k.removeprefix("weights/"): v for k, v in tensors.items() if k.startswith("weights/")})
        best.update({k.removeprefix("best/"): v for k, v in tensors.items() if k.startswith("best/")})
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in tensors.items():
            if key.startswith("moments/"):
                _, index, name = key.split("/")
                moments.setdefault(int(index), {})[name] = value
        optimiser.load_state_dict({"state": moments, "param_groups": optimiser.state_dict()["param_groups"]})
        for name, value in about["curve"].items():
            setattr(curve, name, value)
        print(f"continuing after step {about['step']} from {self.folder}", flush=True)
        self.kept = int(about["step"])
        return self.kept

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Give a Ctrl-C in the block a text that says where the next run goes on; `exit_cleanly` prints it."""
        try:
            yield
        except KeyboardInterrupt:
            after = f"goes on after step {self.kept}" if self.kept else "starts again at the first step"
            raise KeyboardInterrupt(f"the next run {after}") from None

    def clear(self) -> None:
        """Forget the state once the training's outputs are written."""
        shutil.rmtree(self.folder, ignore_errors=True)
