"""What an encoder has to do to be a backbone, check by check, and the table of it:

python -m tests.encoders.conformance    # the table of docs/add-a-backbone.md
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests.encoders.zoo import QUESTIONS, ZOO, make
from xstilts.encoders import architecture, own
from xstilts.encoders.batches import Example, inputs_of
from xstilts.encoders.facts import frame
from xstilts.encoders.inference import predict
from xstilts.encoders.models import load_config, load_encoder, load_tokenizer, pad_id, save_model
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.families.retrieval.learning.head import Pooled
from xstilts.seeding import Seeds
from xstilts.training import loop
from xstilts.training.resume import State

FAMILIES = ("classification", "tagging", "span", "choice", "dual")
LABELS = ("x", "y")
SETTINGS = {"max_length": 90, "query_length": 90, "stride": 32, "question_length": 32, "answer_length": 30}
AUTO = {
    "classification": "AutoModelForSequenceClassification", "tagging": "AutoModelForTokenClassification",
    "span": "AutoModelForQuestionAnswering", "choice": "AutoModelForMultipleChoice",
}  # fmt: skip


def rows(family: str) -> list[dict[str, Any]]:
    """A few rows of a family, in all languages."""
    found: list[dict[str, Any]] = []
    for number, (context, answer, question) in enumerate(QUESTIONS.values()):
        of_family: Any = {
            "classification": {"text_a": question, "text_b": context, "label": LABELS[number % 2]},
            "tagging": {"words": context.split(), "tags": [LABELS[len(word) % 2] for word in context.split()]},
            "span": {"id": str(number), "context": context, "question": question, "answers": [answer],
                     "starts": [context.index(answer)]},
            "choice": {"prompt": question, "choices": [context, answer], "label": number % 2},
            "dual": {"query": question, "candidate": context},
        }  # fmt: skip
        found.append(of_family[family])
    return found


def encoded(folder: Path, family: str, length: int = 200) -> list[Example]:
    settings = {**SETTINGS, "max_length": length, "query_length": length}
    examples, _ = part(family, "learning.encode").encode(rows(family), LABELS, load_tokenizer(folder), **settings)
    return list(examples)


def room(folder: Path) -> int:
    """Tokens of an input for these tests."""
    from xstilts.encoders.facts import positions

    return min(positions(folder) or 200, 200)


def headed(folder: Path, family: str) -> Any:
    torch.manual_seed(5)
    return part(family, "learning.head").build(folder, LABELS).eval()


def padding(folder: Path) -> str:
    """Padded = unpadded: what a model says of a text does not depend on the longer ones beside it."""
    for family in FAMILIES:
        model, head = headed(folder, family), part(family, "learning.head")
        examples = encoded(folder, family, room(folder))
        os.environ["XSTILTS_EVAL_TOKENS"] = "100000"
        together = predict(model, head, examples, pad_id(folder))
        os.environ["XSTILTS_EVAL_TOKENS"] = "1"
        alone = predict(model, head, examples, pad_id(folder))
        del os.environ["XSTILTS_EVAL_TOKENS"]
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_allclose(one, other, atol=2e-5, rtol=1e-4, err_msg=family)
    return "yes"


def pairs(folder: Path) -> str:
    """Ids, segments and special tokens of one text and of two are those that transformers' tokenizer gives."""
    from transformers import PreTrainedTokenizerFast

    theirs, words = (
        PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json")),
        load_tokenizer(folder),
    )
    kinds = int(getattr(load_config(folder), "type_vocab_size", 0) or 0)
    for row in rows("span"):
        wanted = theirs(row["question"], row["context"], return_token_type_ids=True)
        settings = {**SETTINGS, "max_length": 300, "question_length": 100}
        (example,), _ = part("span", "learning.encode").encode([row], LABELS, words, **settings)
        (other,), _ = part("classification", "learning.encode").encode(
            [{"text_a": row["question"], "text_b": row["context"], "label": None}], LABELS, words, 300
        )
        for found in (example, other):
            assert found.ids == wanted["input_ids"]
            assert (found.segments or [0] * len(found.ids)) == (
                wanted["token_type_ids"] if kinds > 1 else [0] * len(found.ids)
            )
        (single,), _ = part("retrieval", "learning.encode").encode([row["context"]], words, 200)
        assert single.ids == theirs(row["context"])["input_ids"]
    two = frame(words, 2)

    def named(ids: Sequence[int]) -> str:
        return " ".join(str(words.id_to_token(one)) for one in ids)

    parts = [named(two.before), "a", named(two.between), "b", named(two.after)]
    return f"`{' '.join(filter(None, parts))}`".replace("|", "\\|") + (", segments" if any(two.kinds) else "")


def offsets(folder: Path) -> str:
    """The gold span of every language comes back from its tokens, through the decoder."""
    exact = 0
    for row in rows("span"):
        words = load_tokenizer(folder)
        (example,), counts = part("span", "learning.encode").encode(
            [row], LABELS, words, **{**SETTINGS, "max_length": 200}
        )
        assert not counts["unaligned_answers"]
        output = np.full((2, len(example.ids)), -9.0, dtype=np.float32)
        output[[0, 1], example.labels] = 9.0
        decode = part("span", "answering.decode").decode
        (found,) = decode([row], [example], [output], LABELS, nbest=20, answer_length=200)
        answer = row["answers"][0]
        assert answer in found["prediction"] and len(found["prediction"]) <= len(answer) + 2, (answer, found)
        exact += answer == found["prediction"]
    assert exact >= len(QUESTIONS) - 2  # a token of bytes may reach into the letter beside an answer
    words = load_tokenizer(folder)
    for row, example in zip(rows("tagging"), encoded(folder, "tagging"), strict=True):
        starts = example.note[2]
        assert len(starts) == len(row["words"]) and [example.labels[at] for at in starts].count(-100) == 0
    return f"{exact} of {len(QUESTIONS)}"


def plan(folder: Path, family: str, examples: Sequence[Example], steps: int) -> loop.Plan:
    head = part(family, "learning.head")
    return loop.Plan(
        steps=[[examples[(2 * at + n) % len(examples)] for n in range(4)] for at in range(steps)],
        collate=lambda some, step: head.collate(some, pad_id(folder)),
        loss=lambda module, batch, step: head.loss(module, batch), lr=1e-3, warmup=0.1, weight_decay=0.01, clip=1.0,
    )  # fmt: skip


def training(folder: Path) -> str:
    """Every family's head learns, and the encoder with it; masked text, too, where there is such a head."""
    for family in FAMILIES:
        model, examples = headed(folder, family), encoded(folder, family, room(folder))
        before = {name: one.clone() for name, one in model.state_dict().items()}
        with tempfile.TemporaryDirectory() as place:
            curve = loop.fit(model, plan(folder, family, examples, 1), Seeds(1), State(Path(place) / "s", family))
        assert len(curve.steps) == 1 and np.isfinite(curve.steps[0]["loss"])
        changed = {name for name, one in model.state_dict().items() if not torch.equal(one, before[name])}
        assert any(name.startswith(f"{model.base_model_prefix}.") for name in changed), family
        assert any(not name.startswith(f"{model.base_model_prefix}.") for name in changed), family
    return "yes"


def masked(folder: Path) -> str:
    """The loss of masked text is that of transformers' own class."""
    head, config = part("mlm", "learning.head"), load_config(folder)
    if architecture.half(config):
        with suppress(InputError):
            head.build(folder)
            raise AssertionError("expected a refusal")
        return "no head"
    model = head.build(folder).eval()
    words = load_tokenizer(folder)
    examples, _ = part("mlm", "learning.encode").encode(
        [{"id": "1", "text": three[0]} for three in QUESTIONS.values()], words, 90
    )
    masker = part("mlm", "learning.masking").Masker(0.3, words, pad_id(folder), Seeds(1))
    batch = masker.collate(examples, 0)
    assert batch["attention_mask"].sum(1).tolist() == [len(example.ids) for example in examples]
    given = {name: tensor for name, tensor in batch.items() if name != "labels"}
    theirs = own.head_class("mlm", config)
    with torch.no_grad():
        logits = theirs.forward(model, **given).logits
        wanted = torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch["labels"].flatten(), reduction="sum")
        found = head.loss(model, batch)
    assert torch.allclose(found, wanted, rtol=1e-4)
    return "yes"


def resume(folder: Path) -> str:
    """A training that stops and goes on ends with the same bytes."""
    examples = encoded(folder, "span", room(folder))
    whole, stopped = headed(folder, "span"), headed(folder, "span")
    with tempfile.TemporaryDirectory() as place:
        steps = plan(folder, "span", examples, 4)
        loop.fit(whole, steps, Seeds(1), State(Path(place) / "one", "x"))
        os.environ["XSTILTS_CHECKPOINT_STEPS"] = "2"

        def stops(module: torch.nn.Module, batch: Any, step: int) -> torch.Tensor:
            if step == 3:
                raise KeyboardInterrupt
            return steps.loss(module, batch, step)

        with suppress(KeyboardInterrupt):
            loop.fit(stopped, type(steps)(**{**vars(steps), "loss": stops}), Seeds(1), State(Path(place) / "two", "x"))
        again = headed(folder, "span")
        loop.fit(again, steps, Seeds(1), State(Path(place) / "two", "x"))
        del os.environ["XSTILTS_CHECKPOINT_STEPS"]
    assert all(torch.equal(one, again.state_dict()[name]) for name, one in whole.state_dict().items())
    assert not all(torch.equal(one, stopped.state_dict()[name]) for name, one in whole.state_dict().items())
    return "yes"


def saved(folder: Path) -> str:
    """A model that is saved and loaded again gives the same logits; so does transformers' class from that folder."""
    ours = []
    for family in FAMILIES:
        model, examples = headed(folder, family), encoded(folder, family, room(folder))
        head = part(family, "learning.head")
        wanted = predict(model, head, examples, pad_id(folder))
        with tempfile.TemporaryDirectory() as place:
            save_model(model, folder, Path(place) / "saved", {"stage": "target"})
            torch.manual_seed(9)
            again = head.build(Path(place) / "saved", LABELS)
            found = predict(again, head, examples, pad_id(folder))
            assert all(np.array_equal(*both) for both in zip(wanted, found, strict=True)), family
            theirs = _theirs(family, Path(place) / "saved", model)
            if theirs is None:
                ours += [family] if family in own.CLASSES else []
                continue
            found = predict(theirs, head, examples, pad_id(folder))
            assert all(np.array_equal(*both) for both in zip(wanted, found, strict=True)), f"{family}: transformers"
    return f"ours: {', '.join(ours)}" if ours else "transformers'"


def _theirs(family: str, folder: Path, model: Any) -> Any:
    """The model as transformers alone loads it; None where it has no such class, or where that is another model."""
    import transformers

    if family == "tagging" and architecture.half(model.config):
        return transformers.MT5ForTokenClassification.from_pretrained(folder)
    if isinstance(model, own.Own) or family not in AUTO:
        return None
    return getattr(transformers, AUTO[family]).from_pretrained(folder)


def layers(folder: Path) -> str:
    """Vectors of several layers at once are those of the encoders that are cut there; a cut one loads by itself."""
    words = load_tokenizer(folder)
    examples, _ = part("retrieval", "learning.encode").encode([three[0] for three in QUESTIONS.values()], words, 90)
    depth = load_config(folder).num_hidden_layers
    numbers = list(range(depth, 0, -1))
    together = predict(load_encoder(folder), Pooled("mean", numbers), examples, pad_id(folder))
    for place, number in enumerate(numbers):
        short = load_encoder(folder, number)
        assert len(architecture.layers(short)) == number
        alone = predict(short, Pooled("mean"), examples, pad_id(folder))
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_allclose(one[place], other, atol=1e-6)
        with tempfile.TemporaryDirectory() as at:
            save_model(short, folder, Path(at) / "cut", {"stage": "backbone"})
            auto = architecture.auto(short.config).from_pretrained(
                Path(at) / "cut", **architecture.without_pooler(short.config)
            )
            assert len(architecture.layers(auto)) == load_config(Path(at) / "cut").num_hidden_layers == number
            again = predict(auto, Pooled("mean"), examples, pad_id(folder))
            assert all(np.array_equal(*both) for both in zip(alone, again, strict=True))
    return "yes"


def frozen(folder: Path) -> str:
    """Frozen layers stay as they are, and nothing goes back through them."""
    model = headed(folder, "span")
    encoder = model.base_model
    architecture.freeze(encoder, embeddings=False, lowest=1)
    stack = architecture.layers(encoder)
    seen: list[bool] = []
    handles = [
        layer.register_forward_hook(lambda *parts: seen.append(_first(parts[2]).requires_grad)) for layer in stack
    ]
    examples = encoded(folder, "span", room(folder))
    held = [*architecture.below(encoder), *stack[0].parameters()]
    before = [(one, one.clone()) for one in model.parameters()]
    with tempfile.TemporaryDirectory() as place:
        loop.fit(model, plan(folder, "span", examples, 1), Seeds(1), State(Path(place) / "s", "x"))
    for handle in handles:
        handle.remove()
    assert seen[: len(stack)] == [False, *[True] * (len(stack) - 1)]
    assert held and all(one.grad is None and not one.requires_grad for one in held)
    moved = {id(one) for one, then in before if not torch.equal(one, then)}
    assert moved and not moved & {id(one) for one in held}
    return "yes"


def _first(output: Any) -> torch.Tensor:
    return output[0] if isinstance(output, tuple) else output


def attention(folder: Path) -> str:
    """Every kind of attention that runs on a processor gives the same states."""
    found = architecture.attention(load_config(folder))
    words = load_tokenizer(folder)
    examples, _ = part("retrieval", "learning.encode").encode([three[0] for three in QUESTIONS.values()], words, 90)
    batch, states = inputs_of(examples, pad_id(folder)), []
    for kind in ("eager", "sdpa"):
        if kind in found:
            config = load_config(folder)
            model = architecture.auto(config).from_pretrained(
                folder, attn_implementation=kind, **architecture.without_pooler(config)
            )
            with torch.no_grad():
                states.append(model.eval()(**batch).last_hidden_state * batch["attention_mask"].unsqueeze(-1))
    assert all(torch.allclose(states[0], other, atol=1e-4) for other in states)
    return ", ".join(kind.removesuffix("_attention_2") for kind in found)


CHECKS: Mapping[str, tuple[str, Callable[[Path], str]]] = {
    "two texts": ("pairs", pairs), "padded = alone": ("padding", padding), "spans come back": ("offsets", offsets),
    "all heads learn": ("training", training), "masked text": ("masked", masked), "resume": ("resume", resume),
    "heads, saved and loaded": ("saved", saved), "layers": ("layers", layers), "frozen": ("frozen", frozen),
    "attention": ("attention", attention),
}  # fmt: skip
"""Column of the table -> the check's name, and the check: what it returns stands in the table."""


def table() -> str:
    """The whole table, in Markdown."""
    lines = [f"| encoder | {' | '.join(CHECKS)} |", f"| --- |{' --- |' * len(CHECKS)}"]
    for name in ZOO:
        with tempfile.TemporaryDirectory() as place:
            folder = make(name, Path(place) / "model")
            cells = [check(folder) for _, check in CHECKS.values()]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
