"""What a profile asks for: what it fetches, trains and keeps, counted; sizes are estimates."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xstilts.commands.cost import BYTES, Cost, Size, cost
from xstilts.params import Params
from xstilts.tasks import Task, load, names

RELEASED = {  # layers, width, width inside, heads, positions, vocabulary
    "intfloat/multilingual-e5-small": (12, 384, 1536, 12, 512, 250_037),
    "FacebookAI/xlm-roberta-base": (12, 768, 3072, 12, 514, 250_002),
    "FacebookAI/xlm-roberta-large": (24, 1024, 4096, 16, 514, 250_002),
}

KEYS = (
    "num_hidden_layers", "hidden_size", "intermediate_size", "num_attention_heads", "max_position_embeddings",
    "vocab_size",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Counts of one profile. `parameters` is that of its encoder, None where it is not known before it is fetched."""

    downloads: dict[str, list[str]]  # name under `downloads` -> addresses; empty for what has none of its own
    trainings: dict[str, int]
    models: int
    parameters: int | None
    cost: Cost | None  # None where the encoder is not known

    @property
    def bytes(self) -> int | None:
        """An estimate of the disk that all models take where each is whole."""
        return None if self.parameters is None else self.models * self.parameters * BYTES


def plan(params: Params) -> Plan:
    """Count what the stages of this profile fetch, train and keep."""
    seeds = len(params.seeds)
    trained = sum(source.trained for source in params.sources.values())
    changed = sum(source.trained or source.init == "random" for source in params.sources.values())
    targets = len(params.trainings()) * len(params.sources) * seeds
    trainings = {
        "backbone": int(params.backbone.kind == "pretrain"),
        "translators": sum(one.train is not None for one in params.translators.values()),
        "intermediate": trained * seeds,
        "target": targets,
    }
    models = 1 + len(params.translators) + changed * seeds + targets
    size = parts(params)
    taken = None if size is None or params.backbone.kind == "pretrain" else cost(params, size)
    fetched = {name: addresses(params, name) for name in params.downloads}
    return Plan(fetched, trainings, models, parameters(params), taken)


def addresses(params: Params, name: str) -> list[str]:
    """Where one entry of `downloads` is fetched: a repository of its own, or the origin in a task's file."""
    repo = params.downloads[name].get("repo")
    if repo:
        return [str(repo)]
    task: Task | None = load(name) if name in names() else None
    return [one.repo if hasattr(one, "repo") else one.url for one in task.origin] if task else []


def parameters(params: Params) -> int | None:
    """How many parameters the encoder has, as far as that is known without it."""
    size = parts(params)
    return None if size is None else size.embeddings + size.layers * size.layer


def parts(params: Params) -> Size | None:
    """The same, part by part. `backbone.layers` cuts an encoder."""
    found = _parts(params)
    layers = params.backbone.layers
    return replace(found, layers=layers) if found and layers is not None else found


def _parts(params: Params) -> Size | None:
    backbone = params.backbone
    if backbone.kind == "pretrain" and backbone.architecture and backbone.vocabulary:
        own = backbone.architecture
        return split(own.layers, own.hidden, own.intermediate, own.heads, own.positions, backbone.vocabulary)
    folder = Path(backbone.source)  # not models/backbone: that may be another profile's
    if (folder / "config.json").is_file():
        return _of_config(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    return split(*RELEASED[backbone.repo]) if backbone.repo in RELEASED else None


def _of_config(config: dict[str, Any]) -> Size | None:
    return split(*(int(config[key]) for key in KEYS)) if all(key in config for key in KEYS) else None


def split(layers: int, hidden: int, inside: int, heads: int, positions: int, vocabulary: int) -> Size:
    """Parameters of an encoder of BERT's form, without a pooler and with one segment.

    What a layer keeps for the way back is rounded up: about 12 states and 3 wide ones of each token, and of each head
    what it looks at, before and after the softmax and with dropout."""
    embeddings = (vocabulary + positions + 1) * hidden + 2 * hidden
    attention, between = 4 * (hidden * hidden + hidden), 2 * hidden * inside + hidden + inside
    return Size(embeddings, layers, attention + between + 4 * hidden, 12 * hidden + 3 * inside, 3 * heads)
