"""Answers by pseudo-log-likelihood, against a slow reference by hand: one token, one forward pass."""

from __future__ import annotations

import math
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForMaskedLM

from tests.conftest import ARCHITECTURE
from tests.texts import LINES
from xstilts.encoders.heads import load_head
from xstilts.errors import InputError
from xstilts.families.choice.likelihood.answer import Answerer, Likelihood, has_head, pseudo_log_likelihood
from xstilts.families.choice.likelihood.inputs import asked
from xstilts.params import Architecture
from xstilts.pretraining import model as pretraining
from xstilts.seeding import Seeds

TEXTS = list(LINES.values())
ROWS: list[dict[str, Any]] = [
    {"id": str(n), "prompt": TEXTS[n], "choices": [TEXTS[n + 1], TEXTS[n + 2][:9], "cat", "河"][: 2 + n], "label": 0}
    for n in range(3)
]


@pytest.fixture(scope="module")
def folder(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small masked language model as the stage `backbone` leaves it."""
    place = tmp_path_factory.mktemp("backbone")
    with chdir(place):
        made = pretraining.new(Architecture.model_validate(ARCHITECTURE), tokenizer, Seeds("likelihood"))
        torch.manual_seed(5)
        for weight in made.parameters():  # of a new model all options are about as likely
            torch.nn.init.normal_(weight, std=0.3)
        pretraining.save(made, tokenizer, {"stage": "backbone", "seed": 1})
    return place / "models/backbone"


@pytest.fixture(scope="module")
def whole(folder: Path) -> Any:
    """The model as transformers has it, with all of its forward pass."""
    model = AutoModelForMaskedLM.from_pretrained(folder).eval()
    load_head(model, folder, "mlm")
    return model


def reference(model: Any, tokenizer: Tokenizer, prompt: str, option: str) -> tuple[float, int]:
    """Sum and number of tokens; the option's tokens are those that the question alone does not have in front."""
    text = f"{prompt} {option}" if prompt else option
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    before = tokenizer.encode(prompt, add_special_tokens=False).ids if prompt else []
    assert ids[: len(before)] == before
    begin, end, mask = (tokenizer.token_to_id(name) for name in ("<s>", "</s>", "<mask>"))
    total = 0.0
    for place in range(len(before), len(ids)):
        masked = [begin, *ids[:place], mask, *ids[place + 1 :], end]
        with torch.no_grad():
            scores = model(input_ids=torch.tensor([masked])).logits[0, place + 1].double()
        total += float(torch.log_softmax(scores, dim=-1)[ids[place]])
    return total, len(ids) - len(before)


def test_likelihoods_are_those_of_the_slow_reference(folder: Path, tokenizer: Tokenizer, whole: Any) -> None:
    answerer = Answerer(folder, 128)
    for row in ROWS:
        found, cut = answerer.likelihoods(row)
        assert not cut and len(found) == len(row["choices"])
        for one, option in zip(found, row["choices"], strict=True):
            after, tokens = reference(whole, tokenizer, row["prompt"], option)
            alone, tokens_alone = reference(whole, tokenizer, "", option)
            assert (one.tokens, one.tokens_alone) == (tokens, tokens_alone)
            assert [one.after, one.alone] == pytest.approx([after, alone], abs=1e-3)
            assert one.after < 0 and one.alone < 0


def test_the_size_of_a_batch_changes_nothing(folder: Path, tokenizer: Tokenizer) -> None:
    answerer, text = Answerer(folder, 128), asked(tokenizer, TEXTS[0], TEXTS[1], 128)
    sums = [pseudo_log_likelihood(answerer.model, text, answerer.mask, budget) for budget in (1, 100, 8192)]
    assert sums == pytest.approx([sums[0]] * 3, rel=1e-5)


def test_answers_are_the_best_scores_and_the_first_of_equals(folder: Path) -> None:
    rows = [*ROWS, {"id": "same", "prompt": "Who?", "choices": ["cat", "cat", "cat"], "label": 2}]
    answerer = Answerer(folder, 128)
    answers, counts = answerer.answer(rows)
    assert counts == {"truncated": 0} and answers[-1] == {"gain": 0, "mean": 0, "sum": 0}
    for row, answer in zip(rows[:-1], answers):
        found, _ = answerer.likelihoods(row)
        for name, place in answer.items():
            assert found[place].score(name) == max(one.score(name) for one in found)
    assert len({tuple(one.values()) for one in answers}) > 1, "the scores do not all say the same"


def test_the_three_scores() -> None:
    one = Likelihood(after=-6.0, alone=-10.0, tokens=3, tokens_alone=2)
    assert [one.score(name) for name in ("sum", "mean", "gain")] == [-6.0, -2.0, 3.0]


def test_a_model_that_knows_nothing_prefers_no_option_but_by_its_length(folder: Path, tokenizer: Tokenizer) -> None:
    """A model that gives every token the same probability: the sum prefers short options, the mean does not care."""
    answerer = Answerer(folder, 128)
    size = tokenizer.get_vocab_size()
    for name, weight in answerer.model.named_parameters():
        if "lm_head.bias" in name or "decoder" in name or "word_embeddings" in name:
            torch.nn.init.zeros_(weight)
    found, _ = answerer.likelihoods(ROWS[1])
    for one in found:
        assert one.after == pytest.approx(-one.tokens * math.log(size), rel=1e-4)
        assert one.score("gain") == pytest.approx(0, abs=1e-5)


def test_a_long_question_loses_its_beginning_and_a_long_option_its_end(tokenizer: Tokenizer) -> None:
    whole = asked(tokenizer, TEXTS[0], "cat river", 128)
    short = asked(tokenizer, TEXTS[0], "cat river", len(whole.places) + 4)
    own = [whole.ids[place] for place in whole.places]
    assert not whole.cut and short.cut
    assert [short.ids[place] for place in short.places] == own
    assert short.ids[1:3] == whole.ids[whole.places.start - 2 : whole.places.start]
    assert (short.ids[0], short.ids[-1]) == (whole.ids[0], whole.ids[-1])
    least = asked(tokenizer, TEXTS[0], "cat river", 4)
    assert least.cut and [least.ids[place] for place in least.places] == own[:2] and len(least.ids) == 4


def test_a_model_without_the_head_is_refused(tiny: Path) -> None:
    assert not has_head(tiny)
    with pytest.raises(InputError, match="found no language-model head, expected heads/mlm"):
        Answerer(tiny, 128)
