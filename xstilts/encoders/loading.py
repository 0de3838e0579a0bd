"""The one door for models that lie in folders: whatever a library loads from such a folder comes in here.

Nothing in a folder is run, nothing is asked, no request is made and no token is sent. Weights are safetensors, all of
them fit `config.json`, and all are finite. tests/encoders/test_loading.py keeps other doors shut."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError, NotFinite, missing, out_of_memory
from xstilts.records.files import read_json

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
CLOSED: Mapping[str, bool] = {"trust_remote_code": False, "local_files_only": True, "token": False}
FLOATS = ("F16", "BF16", "F32", "F64")
Shapes = Mapping[str, tuple[str, tuple[int, ...]]]  # tensor -> kind of number, shape


def load_config(folder: Path, **change: Any) -> Any:
    """The configuration of a model folder as transformers reads it; keyword arguments override parts of it."""
    from transformers import AutoConfig

    with refusing(folder, "config.json: not a known model", "/"):
        return AutoConfig.from_pretrained(folder, **CLOSED, **change)


def load_tokenizer_of(kind: Any, folder: Path, **arguments: Any) -> Any:
    """A tokenizer of the class `kind` of transformers. One that a folder's own code would make is refused."""
    file = folder / "tokenizer_config.json"
    if file.is_file() and (read_json(file) or {}).get("auto_map"):
        raise InputError(f"{file}: found code of the folder's own (auto_map), which is never run; "
                         f"expected a tokenizer without it, as {kind.__name__} is")  # fmt: skip
    with refusing(folder, "the tokenizer cannot be loaded"):
        return kind.from_pretrained(folder, **CLOSED, **arguments)


def load_model(
    kind: Any, folder: Path, config: Any, *, whole: bool = False, cut: bool = False, **arguments: Any
) -> tuple[PreTrainedModel, list[str]]:
    """A model of the class `kind` in float32, and the names of its tensors that are not in the folder.

    Refused are weights that do not fit the configuration: a part of the encoder (`whole`: any part) that is not there,
    has another shape or has no place in it (`cut`: the upper layers are left out on purpose), and what is not finite.
    """
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    shapes = read_shapes(folder)
    with refusing(folder, "cannot be loaded as a model"):
        model, info = kind.from_pretrained(
            folder, config=config, use_safetensors=True, output_loading_info=True, dtype="float32",
            ignore_mismatched_sizes=True, **CLOSED, **arguments,
        )  # fmt: skip
    prefix = "" if whole or model.base_model is model else f"{model.base_model_prefix}."  # outside it is the head
    lost = [n for n in info["missing_keys"] if n.startswith(prefix) and (whole or "pooler" not in n)]
    other = [str(one[0] if isinstance(one, tuple) else one) for one in info.get("mismatched_keys") or ()]
    extra = [] if cut else _without_place(model, info["unexpected_keys"])
    odd = [name for name, (number, _) in shapes.items() if number not in FLOATS and not _is_buffer(model, name)]
    for names, what in (
        (lost, "missing"), (other, "of another shape"), (extra, "without a place in it"), (odd, "no floating point"),
    ):  # fmt: skip
        if names:
            e_g = ", ".join(sorted(names)[:2])
            raise InputError(f"{folder}: the weights are not those of its config.json: {len(names)} {what}, e.g. {e_g}")
    check_finite(model.state_dict(), str(folder))
    return model, list(info["missing_keys"])


def read_tensors(file: Path) -> dict[str, torch.Tensor]:
    """All tensors of one safetensors file, whole and finite."""
    from safetensors.torch import load_file

    with refusing(file, "not a readable safetensors file"):
        tensors: dict[str, torch.Tensor] = load_file(file)
    check_finite(tensors, str(file))
    return tensors


def read_pickle(file: Path) -> dict[str, torch.Tensor]:
    """All tensors of one pickle, whole and finite. Nothing else is read from it: no code of it runs."""
    import torch

    with refusing(file, "not a pickle of weights alone"):
        found = torch.load(file, map_location="cpu", weights_only=True)
    if not isinstance(found, dict) or not all(torch.is_tensor(one) for one in found.values()):
        raise InputError(f"{file}: found {type(found).__name__}, expected tensors by their names")
    check_finite(found, str(file))
    return found


def check_finite(tensors: Mapping[str, torch.Tensor], where: str) -> None:
    """Refuse a NaN or an infinite number: no second copy of a tensor is made for it, and a GPU is waited for once."""
    import torch

    named = {name: one.detach() for name, one in tensors.items() if one.is_floating_point() and one.numel()}
    ends = [end for one in named.values() for end in one.aminmax()]  # NaN goes through both
    fine = torch.stack([end.double().isfinite() for end in ends]).view(-1, 2).all(1).tolist() if ends else []
    for name, good in zip(named, fine, strict=True):
        if not good:
            raise NotFinite(f"{where}: a weight of {name} is NaN or infinite, expected finite numbers")


def read_shapes(folder: Path) -> Shapes:
    """What the heads of a folder's weight files say, the files that its index names with them.

    Refused are an index that names a file outside the folder, one that is not there or other tensors than the files
    have, and a file that is cut."""
    if (folder / WEIGHTS).is_file() or not (folder / INDEX).is_file():
        return _head(folder / WEIGHTS)
    index = folder / INDEX
    content = read_json(index)
    listed = content.get("weight_map") if isinstance(content, dict) else None
    if not isinstance(listed, dict) or not listed or not all(isinstance(name, str) for name in listed.values()):
        raise InputError(f"{index}: found no weight_map, expected one from tensors to files")
    files = sorted(set(listed.values()))
    for name in files:
        if name in ("", ".", "..") or "/" in name or "\\" in name:
            raise InputError(f"{index}: found the file {name!r}, expected files in this folder alone")
        if not (folder / name).is_file():
            raise InputError(f"{folder / name}: file not found, which {index.name} names")
    found: dict[str, tuple[str, tuple[int, ...]]] = {}
    for name in files:
        head = _head(folder / name)
        wanted = {tensor for tensor, file in listed.items() if file == name}
        if different := sorted(wanted ^ head.keys()):
            place = "this index" if different[0] in wanted else "the file"
            raise InputError(f"{folder / name}: the tensors are not those of {index.name}: {len(different)} differ, "
                             f"e.g. {different[0]}, which only {place} has")  # fmt: skip
        found |= head
    return found


def _head(file: Path) -> Shapes:
    from safetensors import safe_open

    if not file.is_file():
        raise missing(file)
    with refusing(file, "not a readable safetensors file"), safe_open(file, "np") as opened:
        slices = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118, it is no mapping
        return {name: (one.get_dtype(), tuple(one.get_shape())) for name, one in slices.items()}


def _without_place(model: PreTrainedModel, names: Iterable[str]) -> list[str]:
    """Those of the names that belong to the encoder, and not to a head or to what the model makes itself (positions).

    A pooler counts as a head: many encoders are used without."""
    base, prefix = model.base_model, f"{model.base_model_prefix}."
    parts = {name for name, _ in base.named_children()} - {"pooler"}
    inner = {name: name.removeprefix(prefix) for name in names}
    return [name for name, own in inner.items() if own.split(".")[0] in parts and not _is_buffer(model, name)]


def _is_buffer(model: PreTrainedModel, name: str) -> bool:
    """Whether a tensor is one that a model of this kind makes itself, such as the numbers of positions."""
    own = {buffer.split(".")[-1] for buffer, _ in model.named_buffers()}
    return name.split(".")[-1] in own


def _size(path: Path) -> str:
    """How large the weights of a folder, or of a file, are."""
    files = path.glob("*.safetensors") if path.is_dir() else [path]
    return f"{sum(file.stat().st_size for file in files) / 1e9:.2f} GB"


@contextmanager
def refusing(path: Path, what: str, joint: str = ": ") -> Iterator[None]:
    """Turn what a library raises about a folder or file into one message. Each library has errors of its own."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        text = " ".join(str(error).split())
        if out_of_memory(error):
            raise InputError(f"{path}: there is not enough memory to load its {_size(path)} of weights") from None
        if _own_code(path) and any(sign in text for sign in ("trust_remote_code", "does not recognize")):
            text = "it needs code of the folder's own (auto_map), which is never run; transformers has no such class"
        raise InputError(f"{path}{joint}{what}: {text[:300] or type(error).__name__}") from None


def _own_code(folder: Path) -> bool:
    try:
        return "auto_map" in json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False
