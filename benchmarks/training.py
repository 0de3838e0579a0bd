"""How many examples does a CPU-second train? Our loop against the Trainer of transformers, on the same rows and model.

Lengths are drawn to be those of the real sets; ids are random, as no processor asks what they mean. Both sides have
the same model, batch and frozen embeddings, one thread, and AdamW. The Trainer has its defaults and the padding of the
published example scripts: `run_xnli.py` and `run_qa.py` pad every row to the maximum (128, 384), `run_ner.py` a batch
to its longest row. Runs alternate; printed are medians, ratios, and the share of what a matrix product gives here.

    python benchmarks/training.py [--encoder FOLDER] [--kind nli] [--batch 32] [--steps 8] [--runs 3]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import torch
from transformers import Trainer, TrainingArguments, XLMRobertaConfig
from transformers.utils import logging

from xstilts.encoders.batches import Example, pad
from xstilts.encoders.models import load_config
from xstilts.encoders.own import head_class
from xstilts.families import part
from xstilts.seeding import Seeds
from xstilts.training.loop import Plan, fit
from xstilts.training.order import grouped_batches
from xstilts.training.resume import State

PAD = 1
Side = Callable[..., None]


@dataclass(frozen=True)
class Kind:
    """One kind of training: its family, and the lengths of its inputs in pieces of XLM-R's vocabulary."""

    family: str
    median: float
    spread: float  # of the logarithm
    longest: int
    padded: bool  # whether the example script pads to `longest`


KINDS = {
    "nli": Kind("classification", 40, 0.45, 128, True),  # MultiNLI
    "tagging": Kind("tagging", 24, 0.6, 128, False),  # UD English
    "span": Kind("span", 175, 0.4, 384, True),  # SQuAD
}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--encoder", type=Path, help="a folder with config.json; without it XLM-R's shape, 6 layers of 384"
    )
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    print(f"Examples a CPU-second, medians of {asked.runs} runs of {asked.steps} steps of {asked.batch}.")
    print(f"{'kind':8} {'ours':>8} {'Trainer':>8} {'ratio':>6} {'of peak':>8}")
    for name in asked.kind or KINDS:
        print(compared(name, asked.encoder, asked.batch, asked.steps, asked.runs), flush=True)


def compared(name: str, encoder: Path | None, batch: int, steps: int, runs: int) -> str:
    """One line of the table."""
    kind = KINDS[name]
    examples, network = drawn(kind, batch * steps), model(kind, encoder)
    sides: dict[Side, list[float]] = {ours: [], theirs: []}
    for _ in range(runs):
        for side, found in sides.items():
            found.append(len(examples) / cpu_seconds(side, kind, network, examples, batch))
    mine, other = (statistics.median(found) for found in sides.values())
    ratio = statistics.median(one / two for one, two in zip(*sides.values(), strict=True))
    tokens = statistics.mean(example.length for example in examples)
    share = 6 * weights(network) * tokens * mine / peak(network.config.hidden_size)
    return f"{name:8} {mine:8.1f} {other:8.1f} {ratio:6.2f} {100 * share:7.0f}%"


def cpu_seconds(work: Callable[..., object], *arguments: Any) -> float:
    """CPU time of this process: others on the machine do not count."""
    begin = time.process_time()
    work(*arguments)
    return time.process_time() - begin


def drawn(kind: Kind, number: int) -> list[Example]:
    """Examples with lengths of a log-normal distribution."""
    generator = np.random.default_rng(1)
    lengths = np.exp(generator.normal(np.log(kind.median), kind.spread, number)).astype(int).clip(8, kind.longest)
    examples = []
    for length in lengths:
        ids = [0, *generator.integers(5, 250_000, length - 2).tolist(), 2]
        label: Any = {"classification": 1, "tagging": [-100, *[1] * (length - 2), -100], "span": [2, 4]}[kind.family]
        examples.append(Example(ids, label))
    return examples


def model(kind: Kind, folder: Path | None) -> Any:
    """A model with new weights; its embeddings are frozen."""
    torch.manual_seed(1)
    if folder:
        config = load_config(folder)
    else:
        config = XLMRobertaConfig(
            vocab_size=250_002, hidden_size=384, num_hidden_layers=6, num_attention_heads=6, intermediate_size=1536,
            max_position_embeddings=514, type_vocab_size=1, pad_token_id=PAD,
        )  # fmt: skip
    config.num_labels = 2 if kind.family == "span" else 3
    made = head_class(kind.family, config)(config)
    made.base_model.embeddings.requires_grad_(False)
    return made


def weights(network: Any) -> int:
    """Numbers that each token is multiplied with."""
    return sum(one.numel() for one in network.parameters() if one.requires_grad and one.ndim == 2)


def ours(kind: Kind, network: Any, examples: Sequence[Example], batch: int) -> None:
    """One pass of our loop."""
    head, seeds = part(kind.family, "learning.head"), Seeds("benchmark")
    order = grouped_batches([example.length for example in examples], batch, 1, seeds)
    plan = Plan(
        steps=[[examples[place] for place in step] for step in order],
        collate=lambda chosen, step: dict(head.collate(chosen, PAD)),
        loss=lambda one, given, step: head.loss(one, given),
        lr=1e-5, warmup=0.1, weight_decay=0.0, clip=1.0,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        fit(network, plan, seeds, State(Path(folder) / "state", "benchmark"), title=f"ours, {kind.family}")


def theirs(kind: Kind, network: Any, examples: Sequence[Example], batch: int) -> None:
    """One pass of the Trainer."""
    rows = [{"ids": example.ids, "labels": example.labels} for example in examples]

    def collate(chosen: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        width = kind.longest if kind.padded else max(len(row["ids"]) for row in chosen)
        fill = [[0] * width]  # a row of the full width, taken off again
        made = {
            "input_ids": pad([*(row["ids"] for row in chosen), *fill], PAD)[:-1],
            "attention_mask": pad([*([1] * len(row["ids"]) for row in chosen), *fill], 0)[:-1],
        }
        if kind.family == "tagging":
            return {**made, "labels": pad([*(row["labels"] for row in chosen), *fill], -100)[:-1]}
        labels = torch.tensor([row["labels"] for row in chosen])
        if kind.family == "span":
            return {**made, "start_positions": labels[:, 0], "end_positions": labels[:, 1]}
        return {**made, "labels": labels}

    with tempfile.TemporaryDirectory() as folder:
        given = TrainingArguments(
            folder, per_device_train_batch_size=batch, num_train_epochs=1, learning_rate=1e-5, use_cpu=True,
            report_to=[], save_strategy="no", logging_strategy="no", disable_tqdm=True, remove_unused_columns=False,
            dataloader_pin_memory=False,
        )  # fmt: skip
        Trainer(network, given, data_collator=collate, train_dataset=rows).train()


def peak(width: int) -> float:
    """Operations a CPU-second of a large product of float32 matrices."""
    one, other = torch.randn(2048, width), torch.randn(width, 4 * width)
    fastest = min(cpu_seconds(torch.matmul, one, other) for _ in range(30))
    return 2 * 2048 * width * 4 * width / fastest


if __name__ == "__main__":
    main()
