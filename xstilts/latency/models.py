"""The models that are measured: those of the sources, and controls made from one of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import paths
from xstilts.encoders.facts import depth
from xstilts.encoders.loading import load_model
from xstilts.encoders.models import about, load_config
from xstilts.errors import InputError, missing
from xstilts.families import part

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from xstilts.families.answering import Answerer
    from xstilts.params import Params
    from xstilts.records.prepared import Prepared

FAMILIES = ("classification", "tagging", "span", "choice")  # a head on the encoder answers one question by itself
CONTROLS: dict[str, str] = {
    "again": "the same model, loaded once more: it has to be equivalent",
    "half": "the lower half of its layers: it has to be different",
    "int8": "its weights in 8 bits (ONNX): it has to be different",
    "random": "the same architecture with new weights: it has to be equivalent",
}


def check_models(params: Params, target: str, sources: Sequence[str], seed: int) -> None:
    """Refuse a target whose family has no head for one question, a model that is not there, and another tokenizer."""
    family = params.family(target)
    if family not in FAMILIES:
        raise InputError(
            f"'{target}' is of the family {family}, expected a target of {', '.join(FAMILIES)}: of these a model "
            "answers one question at a time"
        )
    folders = [paths.target(params.training_of(target), source, seed) for source in sources]
    for folder in folders:
        if not folder.is_dir():
            raise missing(folder, "model")
    hashes = [about(folder)["tokenizer_sha256"] for folder in folders]
    for folder, found in zip(folders, hashes, strict=True):
        if found != hashes[0]:
            raise InputError(
                f"{folder}/tokenizer.json: found another tokenizer than in {folders[0]}, expected the same: all models "
                "have to get the same tokens"
            )


def load(params: Params, task: Prepared, source: str, seed: int) -> Answerer:
    """The model of a source with what makes its inputs, on the processor, ready to answer."""
    system: Answerer = part(task.family, "answering.predict").System(params, task, source, seed)
    system.model.eval()
    return system


def half(model: PreTrainedModel, folder: Path) -> PreTrainedModel:
    """The model of a folder with the lower half of its layers under the same head."""
    layers = depth(folder) // 2
    if not layers:
        raise InputError(f"{folder}: found one layer, expected at least two for the control `half`")
    names: dict[str, Any] = {"id2label": model.config.id2label, "label2id": model.config.label2id}
    found: PreTrainedModel = load_model(type(model), folder, load_config(folder, layers, **names), cut=True)[0]
    return found.eval()


def random(model: PreTrainedModel) -> PreTrainedModel:
    """A model of the same shape with new weights. Torch's own generator draws them: no answer depends on them."""
    found: PreTrainedModel = type(model)(model.config)
    return found.eval()
