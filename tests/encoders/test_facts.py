"""Other encoders than XLM-R: what they are given is what transformers' own tokenizer gives them, or a refusal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from tokenizers import Tokenizer

from tests.imports import ROOT
from xstilts.encoders.facts import check_pair, frame, mask_id, padding_id, positions, unknown_id
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import load_config, load_encoder, load_tokenizer, pad_id, save_model
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.params import Params

WORDS = "the cat sat on a mat and looked at two birds in that tree , which one was it ?".split()
NAMES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(WORDS), "##s"]
TEXT, OTHER = "the cat sat on a mat", "two birds looked at it"


@pytest.fixture
def bert(tmp_path: Path) -> Path:
    """A BERT of two layers with random weights and a WordPiece vocabulary of its own."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    made = tmp_path / "made"
    made.mkdir()
    (made / "vocab.txt").write_text("\n".join(NAMES) + "\n")
    BertTokenizerFast.from_pretrained(made).save_pretrained(made)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(NAMES), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=48, type_vocab_size=2, initializer_range=0.5, pad_token_id=0,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    save_model(BertModel(config), made, tmp_path / "bert", {"stage": "backbone"})
    return tmp_path / "bert"


def theirs(folder: Path, *texts: str, **how: Any) -> Any:
    from transformers import BertTokenizerFast

    return BertTokenizerFast.from_pretrained(folder.parent / "made")(*texts, return_tensors="pt", **how)


def edit(file: Path, **change: Any) -> None:
    content = {**json.loads(file.read_text()), **change}
    file.write_text(json.dumps({name: value for name, value in content.items() if value != "-"}))


def test_hidden_states_of_one_text_and_of_pairs(bert: Path) -> None:
    words, model = load_tokenizer(bert), load_encoder(bert).eval()
    (one,), _ = part("retrieval", "learning.encode").encode([TEXT], words, 48)
    row = {"text_a": TEXT, "text_b": OTHER, "label": None}
    (two,), _ = part("classification", "learning.encode").encode([row], (), words, 48)
    question = {"context": OTHER, "question": TEXT, "starts": [0], "answers": ["two"]}
    (three,), _ = part("span", "learning.encode").encode([question], (), words, 48, 16, 16)
    tags = {"words": TEXT.split(), "tags": None}
    (four,), _ = part("tagging", "learning.encode").encode([tags], (), words, 48)
    assert one.segments is None and two.segments == three.segments == [0] * 8 + [1] * 6
    for example, texts in ((one, [TEXT]), (two, [TEXT, OTHER]), (three, [TEXT, OTHER]), (four, [TEXT])):
        expected = theirs(bert, *texts)
        batch = part("retrieval", "learning.head").Pooled("mean").collate([example], pad_id(bert))
        with torch.no_grad():
            found, wanted = model(**batch).last_hidden_state, model(**expected).last_hidden_state
            blind = model(batch["input_ids"], batch["attention_mask"]).last_hidden_state
        assert batch["input_ids"].tolist() == expected["input_ids"].tolist() and torch.equal(found, wanted)
        assert torch.equal(found, blind) == (len(texts) == 1), "the segments of a pair count"


@pytest.mark.parametrize("family", ["classification", "choice", "span", "dual"])
def test_every_head_is_given_the_segments(family: str, bert: Path) -> None:
    words = load_tokenizer(bert)
    rows: dict[str, dict[str, Any]] = {
        "classification": {"text_a": TEXT, "text_b": OTHER, "label": "x"},
        "choice": {"prompt": TEXT, "choices": [OTHER, "it"], "label": 1},
        "span": {"context": OTHER, "question": TEXT, "starts": [0], "answers": ["two"]},
        "dual": {"query": TEXT, "candidate": OTHER},
    }
    given = {"max_length": 40, "query_length": 40, "stride": 16, "question_length": 16}
    examples, _ = part(family, "learning.encode").encode([rows[family]], ("x", "y"), words, **given)
    head = part(family, "learning.head")
    torch.manual_seed(1)
    model, batch = head.build(bert, ("x", "y")).eval(), head.collate(examples, pad_id(bert))
    if family == "dual":  # one text a side: segment 0 alone
        assert "token_type_ids" not in batch
    else:
        kinds = batch["token_type_ids"]
        blind = {name: tensor for name, tensor in batch.items() if name != "token_type_ids"}
        assert kinds.shape == batch["input_ids"].shape and kinds.max() == 1
        assert head.loss(model, batch).item() != pytest.approx(head.loss(model, blind).item(), abs=1e-6)
    assert torch.isfinite(head.loss(model, batch))


def test_special_tokens_are_the_tokenizers(bert: Path, tokenizer: Tokenizer) -> None:
    words = load_tokenizer(bert)
    assert (unknown_id(words), mask_id(words), pad_id(bert)) == (1, 4, 0)
    assert unknown_id(tokenizer) == 3 and mask_id(tokenizer) == tokenizer.token_to_id("<mask>")
    two = frame(words, 2)
    assert (two.before, two.between, two.after, two.kinds) == ([2], [3], [3], (0, 0, 0, 1, 1))
    one = frame(tokenizer, 1)
    assert (one.before, one.between, one.after, one.size) == ([0], [], [2], 2) and one.segments(9) is None
    row = {"words": ["cat", "\u200b", "mat"], "tags": None}
    (example,), counts = part("tagging", "learning.encode").encode([row], (), words, 24)
    assert example.ids[2] == words.token_to_id("[UNK]") and counts["unknown_words"] == 1


def test_a_model_without_segments_is_told_of_none(bert: Path) -> None:
    edit(bert / "config.json", type_vocab_size=1)
    found = load_tokenizer(bert).encode(TEXT, OTHER)
    assert found.ids == theirs(bert, TEXT, OTHER)["input_ids"][0].tolist() and not any(found.type_ids)


def test_a_bert_with_the_vocabulary_of_xlm_r(tiny: Path, bert: Path, tokenizer: Tokenizer) -> None:
    """As multilingual-e5-small, whose config calls the id of <s> padding: the mask alone says what is."""
    tokenizer.save(str(bert / "tokenizer.json"))
    edit(bert / "config.json", vocab_size=tokenizer.get_vocab_size())
    words = load_tokenizer(bert)
    assert pad_id(bert) == 1 and words.encode("a", "b").ids == tokenizer.encode("a", "b").ids
    assert pad_id(tiny) == 1 and positions(tiny) == 256 and positions(bert) == 48


Edit = Callable[[Path], None]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pad_token_id": "-"}, r"config\.json: pad_token_id: found none, expected .*padding token, 1$"),
        ({"pad_token_id": None}, r"config\.json: pad_token_id: found none"),
        ({"pad_token_id": True}, r"config\.json: pad_token_id: found True"),
        ({"pad_token_id": 0}, r"config\.json: pad_token_id: found 0, expected .*padding token, 1$"),
        ({"num_attention_heads": 5}, r"config\.json: num_attention_heads: found 5, expected a divisor of hidden_size"),
        ({"num_attention_heads": 0}, r"num_attention_heads: found 0, expected a whole number above 0"),
        ({"hidden_size": "32"}, r"hidden_size: found '32', expected a whole number"),
        ({"vocab_size": 90}, r"tokenizer\.json: found the id \d+ \(.*\), expected ids below 90, the vocab_size"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str, tiny: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes((tiny / name).read_bytes())
    edit(tmp_path / "config.json", **change)
    with pytest.raises(InputError, match=message):
        load_tokenizer(tmp_path)
    if "num_attention_heads" in change:
        with pytest.raises(InputError, match=message):
            load_config(tmp_path)


def test_a_tokenizer_with_more_segments_or_without_special_tokens(bert: Path) -> None:
    from tokenizers.processors import TemplateProcessing

    words = load_tokenizer(bert)
    words.post_processor = TemplateProcessing(
        single="[CLS] $A", pair="[CLS] $A [SEP] $B:2", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    with pytest.raises(InputError, match=r"found the segment 2, expected segments below 2, the type_vocab_size"):
        check_pair(bert, words)
    bare = Tokenizer(words.model)
    with pytest.raises(InputError, match=r"expected a special token before each text"):
        check_pair(bert, bare)
    assert padding_id(bert, bare) == 0


def with_lengths(change: Callable[[dict[str, Any]], object]) -> Params:
    """A table on a released encoder: of its positions and special tokens `params.yaml` alone says nothing."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    content["backbone"] |= {"kind": "hub", "repo": "a/b", "revision": "0" * 40}
    content["sources"]["two"] = {
        "tasks": ["mnli", "squad_v1"], "epochs": 1, "lr": 0.1, "batch": 1, "max_length": 20,
        "sampling": {"rule": "uniform"},
        "each": {"mnli": {"max_length": 30}}, "mlm": {"share": 0.5, "languages": ["en"], "max_length": 30},
    }  # fmt: skip
    content["tasks"]["lareqa"] = {"layout": "native", "raw": "x", "labels": "x", "evaluate": {"test": ["en"]}}
    dual = {"epochs": 1, "lr": 0.1, "batch": 1, "max_length": 20, "query_length": 20}
    content["targets"]["dual"]["lareqa"] = dual
    change(content)
    return Params.model_validate(content)


LENGTHS = [  # where a length stands, the least that fits a BERT of 256 positions
    ("sources.mnli.max_length", 3), ("sources.two.max_length", 3), ("sources.two.each.mnli.max_length", 3),
    ("sources.two.mlm.max_length", 3), ("targets.classification.xnli.max_length", 5),
    ("targets.tagging.panx.max_length", 3), ("targets.dual.lareqa.max_length", 3),
    ("targets.dual.lareqa.query_length", 3), ("retrieval.max_length", 3),
]  # fmt: skip


@pytest.mark.parametrize(("path", "least"), LENGTHS)
def test_every_length_is_checked_against_the_model_before_anything_is_trained(
    path: str, least: int, bert: Path
) -> None:
    edit(bert / "config.json", max_position_embeddings=256)
    words = load_tokenizer(bert)

    def put(value: int) -> Params:
        def change(content: Any) -> None:
            *parents, last = path.split(".")
            for name in parents:
                content = content[name]
            content[last] = value

        return with_lengths(change)

    for fits in (least, 256):
        check_lengths(put(fits), bert, words)
    for value, message in ((257, f"{path}: found 257, expected 1 to 256 (the positions of the model in {bert})"),
                           (least - 1, f"{path}: found {least - 1}, expected at least {least} (")):  # fmt: skip
        with pytest.raises(InputError, match=re.escape(f"params.yaml: {message}")):
            check_lengths(put(value), bert, words)


def test_windows_are_checked_against_the_special_tokens(bert: Path) -> None:
    """160 tokens less 32 of a question: a BERT has 3 special tokens, XLM-R 4."""
    edit(bert / "config.json", max_position_embeddings=256)
    words = load_tokenizer(bert)
    check_lengths(with_lengths(lambda content: content["span"].update(stride=124)), bert, words)
    with pytest.raises(InputError, match=re.escape(
        "params.yaml: span.stride: found 125, expected 1 to 124 (targets.span.tydiqa.max_length, 160, leaves 125 tokens"
    )):  # fmt: skip
        check_lengths(with_lengths(lambda content: content["span"].update(stride=125)), bert, words)


@pytest.mark.parametrize(
    ("family", "lengths", "message"),
    [
        ("classification", {"max_length": 2}, r"here\.max_length: found 2, expected at least 6 \(4 special tokens"),
        ("choice", {"max_length": 5}, r"here\.max_length: found 5, expected at least 6"),
        ("tagging", {"max_length": 2}, r"here\.max_length: found 2, expected at least 3"),
        ("span", {"max_length": 6}, r"here\.max_length: found 6, expected at least 7"),
        (
            "span",
            {"question_length": 35},
            r"span\.question_length: found 35, expected 1 to 34 \(here\.max_length, 40, h",
        ),
        ("span", {"stride": 0}, r"span\.stride: found 0, expected 1 to 19"),
        ("span", {"stride": 20}, r"span\.stride: found 20, expected 1 to 19 \(here\.max_length, 40, leaves 20 tokens"),
        ("span", {"question_length": 34, "stride": 2}, r"span\.stride: found 2, expected 1 to 1"),
        ("span", {"answer_length": 21}, r"span\.answer_length: found 21, expected 1 to 20"),
        ("dual", {"query_length": 2}, r"here\.query_length: found 2, expected at least 3"),
        ("dual", {"max_length": 1}, r"here\.max_length: found 1, expected at least 3"),
    ],
)
def test_lengths_that_leave_nothing(family: str, lengths: dict[str, int], message: str, tokenizer: Tokenizer) -> None:
    settings = {"max_length": 40, "query_length": 40, "stride": 16, "question_length": 16, "at": "here.", **lengths}
    with pytest.raises(InputError, match=rf"^params\.yaml: {message}"):
        part(family, "learning.encode").encode([], (), tokenizer, **settings)


def test_lengths_of_texts_that_leave_nothing(tokenizer: Tokenizer) -> None:
    for family in ("retrieval", "mlm"):
        with pytest.raises(InputError, match=r"found 2, expected at least 3"):
            part(family, "learning.encode").encode([], tokenizer, 2)
