"""Windows and span search against the programs that define them, on inputs of two kinds of encoders in every script.

XTREME's `squad_convert_example_to_features` makes the windows, JIANT's `compute_predictions_logits_v2` (a copy of
transformers', which XTREME's run_squad.py calls) searches them. Both get our tokens: only how a context is cut into
tokens is not theirs."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from tokenizers.processors import BertProcessing

from tests import official
from tests.texts import CORPUS, LINES
from xstilts.encoders.facts import frame, special
from xstilts.families.span.answering.decode import decode
from xstilts.families.span.learning.encode import encode

pytestmark = pytest.mark.skipif(not official.AVAILABLE, reason=official.REASON)


@pytest.fixture(scope="module")
def bert() -> Tokenizer:
    """[CLS] question [SEP] context [SEP], with segments, as multilingual BERT has it."""
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizers.BertNormalizer(lowercase=False), pre_tokenizers.BertPreTokenizer()
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=400, special_tokens=names))
    made.post_processor, made.decoder = BertProcessing(("[SEP]", 3), ("[CLS]", 2)), decoders.WordPiece()
    return made


class Old:
    """A tokenizer with the methods of transformers 2, whose words are the numbers of the tokens of a context."""

    padding_side, cls_token_id, sep_token_id, pad_token_id, max_len = "right", 0, 2, -1, 512

    def __init__(self, tokenizer: Tokenizer, ids: Sequence[int]) -> None:
        self.own, self.context, self.pair = tokenizer, list(ids), frame(tokenizer, 2)
        self.cls_token_id, self.sep_token_id = self.pair.before[0], self.pair.after[-1]
        self.max_len_single_sentence = self.max_len - frame(tokenizer, 1).size
        self.max_len_sentences_pair = self.max_len - self.pair.size

    def tokenize(self, word: str) -> list[str]:
        return [word]

    def encode(self, text: str, add_special_tokens: bool, max_length: int) -> list[int]:
        assert not add_special_tokens
        return list(self.own.encode(text, add_special_tokens=False).ids[:max_length])

    def encode_plus(
        self, first: list[int], second: list[str], max_length: int, stride: int, **_: Any
    ) -> dict[str, Any]:
        room = max_length - len(first) - self.pair.size
        kept = second[:room]
        ids = [*self.pair.before, *first, *self.pair.between, *(self.context[int(w)] for w in kept), *self.pair.after]
        kinds = self.pair.segments(len(first), len(kept)) or [0] * len(ids)
        fill = [self.pad_token_id] * (max_length - len(ids))
        more = {"overflowing_tokens": second[room - stride :]} if len(second) > room else {}
        return {"input_ids": ids + fill, "token_type_ids": kinds + [0] * len(fill), "attention_mask": [], **more}

    def convert_ids_to_tokens(self, ids: Sequence[int]) -> list[str]:
        return list(map(str, ids))

    def convert_tokens_to_string(self, tokens: Sequence[str]) -> str:
        return " ".join(tokens)


class Oldroberta(Old):
    """The official program looks for "roberta" in the name of the type."""


def features(
    tokenizer: Tokenizer, row: dict[str, Any], max_length: int, stride: int, question_length: int
) -> list[Any]:
    """The official windows; the tokens of the context are their numbers."""
    program = official.program("xtreme/third_party/processors/squad.py")
    ids = tokenizer.encode(row["context"], add_special_tokens=False).ids
    kind = Oldroberta if special(tokenizer, "cls") is None else Old
    program.squad_convert_example_to_features_init(kind(tokenizer, ids))
    example = SimpleNamespace(doc_tokens=list(map(str, range(len(ids)))), question_text=row["question"],
                              is_impossible=True, language="en")  # fmt: skip
    found: list[Any] = program.squad_convert_example_to_features(
        example, max_length, stride, question_length, False, None
    )
    for number, one in enumerate(found):
        one.unique_id = number
        one.input_ids = one.input_ids[: len(one.tokens)]
        for place, token in one.token_to_orig_map.items():
            one.tokens[place] = str(token)
    return found


def searched(
    made: Sequence[Any], outputs: Sequence[np.ndarray], nbest: int, longest: int, threshold: float | None
) -> list[int]:
    """The first and last token of the official answer; nothing where there is none."""
    utils = official.program("jiant/jiant/tasks/lib/templates/squad_style/utils.py")
    logits = [(output[0].tolist(), output[1].tolist()) for output in outputs]
    results = [SimpleNamespace(unique_id=n, start_logits=s, end_logits=e) for n, (s, e) in enumerate(logits)]
    example = SimpleNamespace(qas_id="q", doc_tokens=[], partial_features=made)
    found = utils.compute_predictions_logits_v2(
        [example], results, nbest, longest, False, threshold is not None, threshold or 0.0,
        SimpleNamespace(convert_tokens_to_string=" ".join), skip_get_final_text=True, verbose=False,
    )["q"]  # fmt: skip
    numbers = [] if found in ("", "empty") else [int(number) for number in found.split()]
    return numbers[:1] + numbers[-1:]


def drawn(rng: np.random.Generator, tokenizer: Tokenizer) -> tuple[dict[str, Any], dict[str, Any]]:
    """A question of no, one or two sentences about a context of up to four, in any scripts, and lengths for windows."""
    lines = list(LINES.values())
    context = rng.choice([" ", "\n", "  ", "", "\u3000"]).join(rng.choice(lines, rng.integers(0, 5)))
    question = " ".join(rng.choice(lines, rng.integers(0, 3)))
    question_length, room = int(rng.integers(1, 40)), int(rng.integers(2, 40))
    lengths: dict[str, Any] = {
        "max_length": frame(tokenizer, 2).size + question_length + room,
        "stride": int(rng.integers(1, room)), "question_length": question_length,
    }  # fmt: skip
    context = context[: rng.integers(1, 200)]
    return {"id": "q", "context": context, "question": question, "starts": [], "answers": []}, lengths


@pytest.mark.parametrize("kind", ["tokenizer", "bert"])
def test_windows_and_answers_are_the_official_ones(kind: str, request: pytest.FixtureRequest) -> None:
    """With equal logits, too; one of the best only; answers of one token; windows of two; above and below null."""
    tokenizer, rng, compared = request.getfixturevalue(kind), np.random.default_rng(7), 0
    for _ in range(400):
        row, lengths = drawn(rng, tokenizer)
        examples, _ = encode([row], (), tokenizer, **lengths)
        made = features(tokenizer, row, **lengths)
        if not made:  # official: there is no window of a context without a token, and no answer
            assert len(examples) == 1
            continue
        assert [one.ids for one in examples] == [one.input_ids for one in made]
        kinds = [one.token_type_ids[: len(one.tokens)] for one in made]
        assert [one.segments or [0] * len(one.ids) for one in examples] == kinds
        digits, null = rng.choice([0, 1, 9]), 4 * rng.normal()
        outputs = [rng.normal(size=(2, len(one.ids))).round(digits).astype(np.float32) for one in examples]
        for output in outputs:
            output[:, 0] += np.float32(null)
        nbest, longest = int(rng.choice([1, 2, 5, 20, 500])), int(rng.choice([1, 2, 5, 30]))
        (found,) = decode([row], examples, outputs, (), nbest=nbest, answer_length=longest)
        offsets = np.concatenate([one.note[3][: lengths["stride"]] for one in examples[:-1]] + [examples[-1].note[3]])
        for threshold in (None, 0.0, -1.5):
            place = searched(made, outputs, nbest, longest, threshold)
            expected = row["context"][offsets[place[0], 0] : offsets[place[1], 1]] if place else ""
            answered = threshold is None or found["no_answer"] <= threshold
            assert (found["prediction"] if answered else "") == expected, (row, lengths, nbest, longest, threshold)
            compared += 1
    assert compared > 900
