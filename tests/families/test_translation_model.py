"""The translation model: what it starts from, how it learns, and how it is decoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy

from tests.encoders.zoo import ZOO, make
from tests.texts import LINES
from xstilts.encoders.batches import IGNORE, Example
from xstilts.encoders.inference import predict
from xstilts.encoders.models import random_encoder, save_model
from xstilts.errors import InputError
from xstilts.families.translation.answering.decode import decode
from xstilts.families.translation.learning import head, select
from xstilts.families.translation.learning.encode import encode
from xstilts.families.translation.learning.pieces import PADDING, STOP, Pieces
from xstilts.formats.pieces import FIRST, pieces
from xstilts.params import Decoding

TEXTS = list(LINES.values())
PIECES = pieces(TEXTS, ["en", "sw"], 300)
ROWS = [
    {"id": str(n), "source": text, "target": " ".join(reversed(text.split())), "into": "sw" if n % 2 else "en"}
    for n, text in enumerate(TEXTS[:8])
]


def build(folder: Path, seed: int = 5) -> Any:
    torch.manual_seed(seed)
    return head.build(folder, PIECES, layers=1, length=24).eval()


def pairs(tokenizer: Tokenizer) -> list[Example]:
    return encode(ROWS, PIECES, tokenizer, max_length=24, target_length=24)[0]


def decoder(model: Any) -> dict[str, torch.Tensor]:
    return {name: one for name, one in model.state_dict().items() if name.startswith("decoder.")}


def test_a_target_comes_back_from_its_pieces() -> None:
    known = Pieces(PIECES)
    for text, ids in zip(TEXTS, known.encode(TEXTS), strict=True):
        assert known.decode(ids) == " ".join(text.split())
        assert known.decode([*ids, STOP, *ids]) == " ".join(text.split())
    (ids,) = known.encode(["\u4e00\u4e8c kwa"])
    assert FIRST.index("<unk>") in ids and known.decode([known.language("sw"), *ids, PADDING])
    with pytest.raises(InputError, match="found the language 'yo', expected one that is learnt: en, sw"):
        known.language("yo")
    with pytest.raises(InputError, match="found the pieces a, b, expected first <pad>"):
        Pieces(["a", "b"])


def test_an_example_is_the_language_the_pieces_and_the_end(tokenizer: Tokenizer) -> None:
    known = Pieces(PIECES)
    found, counts = encode(ROWS, PIECES, tokenizer, max_length=12, target_length=6)
    for row, one in zip(ROWS, found, strict=True):
        (whole,) = known.encode([row["target"]])
        assert one.labels == [known.language(row["into"]), *whole[:5], STOP] and one.length <= 12
    assert counts["cut_targets"] == sum(len(known.encode([row["target"]])[0]) > 5 for row in ROWS) > 0
    assert counts["truncated"] > 0
    hidden = encode(ROWS, PIECES, tokenizer, max_length=12, target_length=6, ablate=True)[0]
    assert len({tuple(one.ids) for one in hidden}) == 1 and [o.labels for o in hidden] == [o.labels for o in found]
    for length, key in ((1, "target_length"), (2, "max_length")):
        with pytest.raises(InputError, match=f"targets.x.{key}: found {length}"):
            given = {"max_length": 24, "target_length": 24, key: length}
            encode(ROWS, PIECES, tokenizer, at="targets.x.", **given)  # type: ignore[arg-type]


def test_arms_differ_in_the_encoder_alone(tiny: Path, tmp_path: Path) -> None:
    """Released and random encoders get the same decoder from one seed, whatever was drawn before; another from
    another."""
    save_model(random_encoder(tiny, 3), tiny, tmp_path / "random", {"stage": "intermediate"})
    one, other, second = build(tiny), build(tmp_path / "random"), build(tiny, 6)
    torch.manual_seed(5)
    torch.rand(7)  # what loading a model may draw
    again = head.build(tiny, PIECES, layers=1, length=24)
    assert decoder(one).keys() == decoder(other).keys() == decoder(again).keys()
    assert all(torch.equal(tensor, decoder(other)[name]) for name, tensor in decoder(one).items())
    assert all(torch.equal(tensor, decoder(again)[name]) for name, tensor in decoder(one).items())
    weights = [name for name, tensor in decoder(one).items() if tensor.is_floating_point() and tensor.ndim > 1]
    assert not any(torch.equal(decoder(one)[name], decoder(second)[name]) for name in weights)
    assert all(0.015 < float(decoder(one)[name].std()) < 0.025 for name in weights)
    assert not torch.equal(
        one.backbone.embeddings.word_embeddings.weight, other.backbone.embeddings.word_embeddings.weight
    )  # fmt: skip


def test_it_comes_back_from_its_folder(tiny: Path, tmp_path: Path) -> None:
    model = build(tiny)
    with torch.no_grad():
        model.decoder.bert.embeddings.word_embeddings.weight.add_(0.25)
    save_model(model, tiny, tmp_path / "model", {"stage": "target"})
    again = head.trained(tmp_path / "model")
    assert again.state_dict().keys() == model.state_dict().keys()
    assert all(torch.equal(tensor, model.state_dict()[name]) for name, tensor in again.state_dict().items())
    output, words = again.decoder.get_output_embeddings().weight, again.decoder.bert.embeddings.word_embeddings.weight
    assert output.data_ptr() == words.data_ptr(), "tied"
    assert again.base_model is again.backbone and again.config.translation["pieces"] == list(PIECES)
    with pytest.raises(InputError, match="found no decoder, expected a model that was trained to translate"):
        head.trained(tiny)


@pytest.mark.parametrize("name", ZOO)
def test_it_is_the_encoder_decoder_of_transformers(name: str, tmp_path: Path) -> None:
    """The same logits as `EncoderDecoderModel` gives with these two parts, for encoders of several kinds."""
    from xstilts.encoders.models import load_tokenizer, pad_id

    folder = make(name, tmp_path / "encoder")
    model, examples = build(folder), pairs(load_tokenizer(folder))
    batch = head.collate(examples, pad_id(folder))
    joined = model.joined().eval()
    segments = {key: one for key, one in batch.items() if key == "token_type_ids"}
    with torch.no_grad():
        own = model(**{key: one for key, one in batch.items() if key != "labels"})
        theirs = joined(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], decoder_input_ids=batch["written"],
            **segments,
        ).logits  # fmt: skip
    assert own.shape == (*batch["written"].shape, len(PIECES)) and torch.allclose(own, theirs, atol=1e-5)


def test_the_loss_and_the_development_score(tiny: Path, tokenizer: Tokenizer) -> None:
    model, examples = build(tiny), pairs(tokenizer)
    batch = head.collate(examples, 1)
    with torch.no_grad():
        logits = model(**{key: one for key, one in batch.items() if key != "labels"})
        expected = sum(
            float(cross_entropy(logits[i, : len(one.labels) - 1], torch.tensor(one.labels[1:]), reduction="sum"))
            for i, one in enumerate(examples)
        )
        assert float(head.loss(model, batch)) == pytest.approx(expected, rel=1e-5)
    assert int((batch["labels"] != IGNORE).sum()) == sum(len(one.labels) - 1 for one in examples)
    alone = [predict(model, head, [one], 1)[0] for one in examples]
    together = predict(model, head, examples, 1)
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True)), "padding is not seen"
    perfect = [np.array(one.labels[1:], dtype=np.float32) for one in examples]
    assert select.measure(examples, perfect, PIECES) == 100
    assert 0 < select.chance(examples, PIECES) < 50 and 0 <= select.measure(examples, together, PIECES) < 100


def greedy(model: Any, known: Pieces, example: Example, language: str, length: int) -> str:
    """What is most probable next, again and again, without any cache."""
    written = [known.language(language)]
    batch = {key: one for key, one in head.collate([example], 1).items() if key not in ("labels", "written")}
    with torch.no_grad():
        while len(written) <= length and written[-1] != STOP:
            logits = model(**batch, written=torch.tensor([written]))
            written.append(int(logits[0, -1].argmax()))
    return known.decode(written[1:])


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_decoding_is_greedy_and_keeps_the_order(batch: int, tiny: Path, tokenizer: Tokenizer) -> None:
    model, examples, known = build(tiny), pairs(tokenizer), Pieces(PIECES)
    with torch.no_grad():  # else all sources say the same
        model.decoder.bert.embeddings.word_embeddings.weight.mul_(30)
        for layer in model.decoder.bert.encoder.layer:
            layer.crossattention.output.dense.weight.mul_(40)
    expected = [greedy(model, known, one, "sw", 20) for one in examples]
    found = decode(model, known, examples, 1, "sw", 20, Decoding(beam=1, batch=batch))
    assert found == expected and len({*found}) > 2
    assert decode(model, known, [], 1, "sw", 20, Decoding()) == []


def test_a_beam_finds_what_is_at_least_as_probable(tiny: Path, tokenizer: Tokenizer) -> None:
    model, examples, known = build(tiny), pairs(tokenizer), Pieces(PIECES)
    one = decode(model, known, examples, 1, "en", 12, Decoding(beam=4, batch=4))
    assert one == decode(model, known, examples, 1, "en", 12, Decoding(beam=4, batch=4)) and len(one) == len(examples)
