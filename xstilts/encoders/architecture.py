"""What transformers has for an architecture, and where the parts of its encoder lie.

The encoder is the bare one, without a pooler; of an encoder-decoder (mT5) it is the encoder alone."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from xstilts.encoders.facts import HALVES
from xstilts.errors import InputError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

HEADS = {  # family -> transformers' mapping of heads
    "classification": "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING",
    "tagging": "MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING",
    "span": "MODEL_FOR_QUESTION_ANSWERING_MAPPING",
    "choice": "MODEL_FOR_MULTIPLE_CHOICE_MAPPING",
    "mlm": "MODEL_FOR_MASKED_LM_MAPPING",
}
LAST_NORMS = ("final_norm", "final_layer_norm", "norm")  # behind the last layer: ModernBERT, mT5, EuroBERT
KNOWN = "xlm-roberta, bert, deberta-v2, rembert, modernbert, eurobert, mt5"


def check_architecture(config: Any, folder: Path) -> None:
    """Refuse a model that is no encoder of text: one that only writes, or that reads pictures or sound."""
    if half(config) or (theirs("mlm", config) and not config.is_encoder_decoder):
        return
    raise InputError(
        f"{folder}/config.json: model_type: found '{config.model_type}', which is no encoder of text, expected one "
        f"such as: {KNOWN}"
    )


def half(config: Any) -> bool:
    """Whether the encoder is one half of an encoder-decoder."""
    return config.model_type in HALVES


def auto(config: Any) -> Any:
    """The class of transformers that makes the bare encoder from a configuration, or loads it."""
    from transformers import AutoModel, AutoModelForTextEncoding

    return AutoModelForTextEncoding if half(config) else AutoModel


def encoder_class(config: Any) -> Any:
    """The class of the bare encoder."""
    return auto(config)._model_mapping[type(config)]


def new_encoder(config: Any, **arguments: Any) -> PreTrainedModel:
    """An encoder with new weights."""
    model: PreTrainedModel = auto(config).from_config(config, trust_remote_code=False, **arguments)
    return model


def theirs(family: str, config: Any) -> Any:
    """The class that transformers has for a family's head; None where it has none."""
    import transformers

    return getattr(transformers, HEADS[family]).get(type(config), None)


def has_pooler(config: Any) -> bool:
    """Whether the encoder can have a pooler (the BERT line can)."""
    return "add_pooling_layer" in inspect.signature(encoder_class(config).__init__).parameters


def without_pooler(config: Any) -> dict[str, bool]:
    """What an architecture's encoder has to be told to have no pooler."""
    return {"add_pooling_layer": False} if has_pooler(config) else {}


def attention(config: Any) -> tuple[str, ...]:
    """The kinds of attention that the encoder's class can compute. transformers takes sdpa where it is there."""
    kind = encoder_class(config)
    flags = {"sdpa": "_supports_sdpa", "flash_attention_2": "_supports_flash_attn"}
    return ("eager", *(name for name, flag in flags.items() if getattr(kind, flag, False)))


def cut(config: Any, layers: int) -> Any:
    """The configuration with so many layers, the lowest ones."""
    if not 0 <= layers <= config.num_hidden_layers:
        raise InputError(f"found {layers} layers, expected at most {config.num_hidden_layers}, which the encoder has")
    config.num_hidden_layers = layers
    if getattr(config, "layer_types", None):
        config.layer_types = config.layer_types[:layers]
    return config


def layers(encoder: torch.nn.Module) -> torch.nn.ModuleList:
    """The layers of a bare encoder, from the lowest."""
    return _stack(encoder)[1]


def last_norm(encoder: torch.nn.Module) -> torch.nn.Module:
    """What comes behind the last layer: a norm in some architectures, else nothing that changes the states."""
    holder, _ = _stack(encoder)
    return next((child for name, child in holder.named_children() if name in LAST_NORMS), torch.nn.Identity())


def below(encoder: torch.nn.Module) -> Iterator[torch.nn.Parameter]:
    """The parameters that stand before the first layer: the embeddings, and what all layers have in common with them
    (the relative positions of DeBERTa, the projection of RemBERT)."""
    above = {id(one) for part in (layers(encoder), last_norm(encoder)) for one in part.parameters()}
    for name, one in encoder.named_parameters():
        if id(one) not in above and "pooler" not in name.split("."):
            yield one


def freeze(encoder: torch.nn.Module, embeddings: bool, lowest: int = 0) -> None:
    """Keep the embeddings, and the lowest layers with them, as they are: they get no gradient, and need no way back."""
    stack = layers(encoder)
    if lowest > len(stack):
        raise InputError(f"freeze_layers: found {lowest}, expected at most {len(stack)}, the encoder's layers")
    for one in below(encoder) if embeddings or lowest else ():
        one.requires_grad_(False)
    for layer in stack[:lowest]:
        layer.requires_grad_(False)


def _stack(encoder: torch.nn.Module) -> tuple[torch.nn.Module, torch.nn.ModuleList]:
    """The layers, and the module that they stand in."""
    for module in encoder.modules():
        for child in module.children():
            if isinstance(child, torch.nn.ModuleList):
                return module, child
    raise InputError(f"{type(encoder).__name__}: found no list of layers, expected one")
