"""The saved state of an unfinished training, from which it goes on to the same bytes. safetensors and JSON only."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file, save_file

from xstilts import environment
from xstilts.encoders.shards import frozen
from xstilts.records.files import discard, read_json, write_json, writing
from xstilts.records.places import settle

if TYPE_CHECKING:
    from xstilts.training.curve import Curve

MOMENTS = ("step", "exp_avg", "exp_avg_sq")
TENSORS = "tensors.safetensors"
FORMAT = 3  # of the saved state: another one is not read
ABOUT = {"format", "identity", "step", "curve", "digest"}


class Damaged(Exception):
    """A saved state is not what this version has saved."""


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


def learnt(model: Any) -> dict[str, torch.Tensor]:
    """What a training can change of a model: without frozen weights, which the training finds in its encoder again."""
    still = frozen(model)
    return {name: tensor for name, tensor in model.state_dict().items() if name not in still}


class State:
    """Where one training keeps its state: weights that it changes, best ones, AdamW moments, step and curve.

    It is written every `XSTILTS_CHECKPOINT_MINUTES` (default 10), or, where that is set, after each
    `XSTILTS_CHECKPOINT_STEPS`; the result does not depend on it. Of a large encoder it is gigabytes, for which the
    training waits: a number of steps would be right for one encoder and one machine only.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = Path(folder)
        self.identity = identity
        self.steps = environment.number("XSTILTS_CHECKPOINT_STEPS")
        self.seconds = 60 * environment.number("XSTILTS_CHECKPOINT_MINUTES")
        self.since = monotonic()
        self.kept = 0  # steps of this training that lie in the folder
        self.aside = self.folder.with_name(f"{self.folder.name}.damaged")

    def due(self, step: int, total: int) -> bool:
        """Whether the state is to be written after this many steps."""
        late = step % self.steps == 0 if self.steps else monotonic() - self.since >= self.seconds
        return late and step < total

    def start_clock(self) -> None:
        """Count the time to the next save from now on. The time of a save itself is not counted: a slow disk is not
        written to without end."""
        self.since = monotonic()

    def save(self, step: int, model: Any, optimiser: Any, curve: Curve, best: dict[str, torch.Tensor]) -> None:
        """Write the whole state, and count the time anew; a kill in the middle leaves the one before."""
        tensors = {f"weights/{k}": v for k, v in learnt(model).items()}
        tensors |= {f"best/{k}": v for k, v in best.items()}
        for index, moments in optimiser.state_dict()["state"].items():
            tensors |= {f"moments/{index}/{name}": moments[name] for name in MOMENTS}
        with writing(self.folder) as temporary:
            temporary.mkdir()
            # Tied weights share memory, which safetensors refuses: store copies.
            copies = {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in tensors.items()}
            save_file(copies, temporary / TENSORS)
            del copies
            about = {"format": FORMAT, "identity": self.identity, "step": step, "curve": vars(curve)}
            write_json(temporary / "state.json", {**about, "digest": _digest(about, temporary / TENSORS)})
        self.kept = step
        self.start_clock()

    def load(self, model: Any, optimiser: Any, curve: Curve, best: dict[str, torch.Tensor]) -> int:
        """Bring everything back in place and return the steps already done; 0 where no state of this training lies.

        A state that is damaged, or that another version has written, is set aside with one line, and is 0, too."""
        settle(self.folder)
        there = next(path for path in (self.folder, *self.folder.absolute().parents) if os.path.lexists(path))
        if there.is_dir() and (there != self.folder or not any(there.iterdir())):
            return 0
        try:
            if not there.is_dir():
                raise Damaged("found a file, expected a folder")
            about = self._about()
            if about["identity"] != self.identity:
                return 0
            parts = self._tensors(about, model, optimiser)
        except Exception as error:  # the libraries that read it have no class in common
            self._set_aside(there, " ".join(str(error).split())[:200])
            return 0
        model.load_state_dict(parts["weights"], strict=False)  # `_tensors` has compared the names
        best.update(parts["best"])
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in parts["moments"].items():
            index, name = key.split("/")
            moments.setdefault(int(index), {})[name] = value
        optimiser.load_state_dict({"state": moments, "param_groups": optimiser.state_dict()["param_groups"]})
        for name, value in about["curve"].items():
            setattr(curve, name, value)
        print(f"continuing after step {about['step']} from {self.folder}", flush=True)
        self.kept = int(about["step"])
        return self.kept

    def _about(self) -> dict[str, Any]:
        """What state.json says, if it is one of this version."""
        about = read_json(self.folder / "state.json")
        if not isinstance(about, dict) or about.get("format") != FORMAT:
            found = about.get("format", "none") if isinstance(about, dict) else "none"
            raise Damaged(f"found format {found}, expected {FORMAT}")
        if about.keys() != ABOUT:
            raise Damaged(f"state.json: found {', '.join(sorted(about))}, expected {', '.join(sorted(ABOUT))}")
        return about

    def _tensors(self, about: dict[str, Any], model: Any, optimiser: Any) -> dict[str, dict[str, torch.Tensor]]:
        """The weights, best weights and moments, once they are seen to be whole, finite and of this model."""
        file = self.folder / TENSORS
        if about.pop("digest") != _digest(about, file):
            raise Damaged(f"its content is not what was saved ({TENSORS}, state.json)")
        parts: dict[str, dict[str, torch.Tensor]] = {"weights": {}, "best": {}, "moments": {}}
        for key, value in load_file(file).items():
            part, _, name = key.partition("/")
            parts[part][name] = value
            if value.is_floating_point() and not bool(value.isfinite().all()):
                raise Damaged(f"{key}: found a number that is NaN or infinite")
        own = {name: tensor.shape for name, tensor in learnt(model).items()}
        for part in ("weights", "best") if parts["best"] else ("weights",):
            if {name: tensor.shape for name, tensor in parts[part].items()} != own:
                raise Damaged(f"{part}: found other tensors than those of this model")
        indices = range(sum(len(group["params"]) for group in optimiser.param_groups))
        if not parts["moments"].keys() <= {f"{index}/{name}" for index in indices for name in MOMENTS}:
            raise Damaged("moments: found other tensors than those of this optimiser")
        return parts

    def _set_aside(self, found: Path, reason: str) -> None:
        """Move what cannot be read out of the way; what was there before it is gone."""
        aside = self.aside if found == self.folder else found.with_name(f"{found.name}.damaged")
        discard(aside)
        os.replace(found, aside)
        print(f"warning: the saved state {found} is damaged: {reason}; it is set aside as {aside}, and the training "
              "starts again at the first step", flush=True)  # fmt: skip

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Give a Ctrl-C in the block a text that says where the next run goes on; `exit_cleanly` prints it."""
        try:
            yield
        except KeyboardInterrupt:
            after = f"goes on after step {self.kept}" if self.kept else "starts again at the first step"
            raise KeyboardInterrupt(f"the next run {after}") from None

    def clear(self) -> None:
        """Forget the state, and a damaged one that was set aside, once the training's outputs are written."""
        discard(self.folder)
        discard(self.aside)


def _digest(about: dict[str, Any], tensors: Path) -> str:
    """A hash of everything in a saved state."""
    with tensors.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(json.dumps(about, sort_keys=True).encode())
    return digest.hexdigest()
