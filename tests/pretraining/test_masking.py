"""Masking: shares, special tokens, and that a step's choices depend on seed and step alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import Unigram

from tests.conftest import ARCHITECTURE
from tests.texts import LINES
from xstilts.encoders.batches import IGNORE, Example
from xstilts.params import Architecture
from xstilts.pretraining import corpus
from xstilts.pretraining.masking import PairMasker
from xstilts.pretraining.model import new
from xstilts.seeding import Seeds

SPECIALS = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 99}
TEXTS = {language: [line] for language, line in LINES.items()}


def masker_of(share: float, seeds: Seeds) -> PairMasker:
    """Over a hundred pieces in XLM-R's order: four special tokens first, the mask last."""
    names = [*list(SPECIALS)[:4], *(f"piece{n}" for n in range(4, 99)), "<mask>"]
    tokenizer = Tokenizer(Unigram([(name, 0.0) for name in names], unk_id=3))
    tokenizer.add_special_tokens(list(SPECIALS))
    return PairMasker(share, tokenizer, 1, seeds)


def texts(rows: int = 64, longest: int = 60) -> list[Example]:
    rng = np.random.default_rng(0)
    return [Example([0, *rng.integers(3, 99, rng.integers(1, longest)).tolist(), 2]) for _ in range(rows)]


def batches(share: float, steps: int = 60) -> list[dict[str, torch.Tensor]]:
    masker = masker_of(share, Seeds(1))
    return [masker.collate(texts(), step) for step in range(steps)]


@pytest.mark.parametrize("share", [0.15, 0.3])
def test_shares(share: float) -> None:
    chosen = total = 0
    fates = np.zeros(3)
    clean = masker_of(share, Seeds(1)).collate(texts(), 0)
    original = torch.where(clean["labels"] != IGNORE, clean["labels"], clean["input_ids"])
    for batch in batches(share):
        labels, ids = batch["labels"], batch["input_ids"]
        picked = labels != IGNORE
        assert torch.equal(labels[picked], original[picked]) and torch.equal(ids[~picked], original[~picked])
        chosen, total = chosen + int(picked.sum()), total + int((original > 3).sum())
        fates += [int((ids[picked] == 99).sum()), 0, int((ids[picked] == labels[picked]).sum())]
        fates[1] += int(((ids[picked] != 99) & (ids[picked] != labels[picked])).sum())
    assert chosen / total == pytest.approx(share, abs=0.01)
    # A random token is by chance the right one once in 95.
    assert fates / fates.sum() == pytest.approx([0.8, 0.1 * 94 / 95, 0.1 + 0.1 / 95], abs=0.01)


def test_specials_are_never_chosen_and_never_put_in() -> None:
    for batch in batches(0.9, steps=20):
        labels, ids = batch["labels"], batch["input_ids"]
        assert not set(labels.unique().tolist()) & set(SPECIALS.values())
        put_in = ids[(labels != IGNORE) & (ids != labels)]
        assert set(put_in.unique().tolist()) & set(SPECIALS.values()) == {99}
        assert torch.equal(batch["attention_mask"] == 0, ids == 1)


def test_seed_and_step_alone_decide() -> None:
    masker = masker_of(0.3, Seeds(1))
    first = masker.collate(texts(), 7)
    masker.collate(texts(), 3)
    torch.manual_seed(5)
    again = masker_of(0.3, Seeds(1)).collate(texts(), 7)
    assert all(torch.equal(first[name], again[name]) for name in first)
    other_seed = masker_of(0.3, Seeds(2)).collate(texts(), 7)
    for other in (masker.collate(texts(), 8), other_seed):
        assert not torch.equal(first["labels"], other["labels"])


def test_a_step_is_never_without_a_masked_token() -> None:
    batch = masker_of(1e-9, Seeds(1)).collate([Example([0, 5, 6, 2])], 0)
    assert batch["labels"].tolist() == [[IGNORE, 5, 6, IGNORE]]


def test_positions_count_from_after_the_padding_id_and_again_in_a_pair() -> None:
    masker = masker_of(0.3, Seeds(1))
    pair = Example([0, 5, 6, 2, 2, 7, 8, 9, 2], note=5)
    batch = masker.collate([pair, Example([0, 5, 2])], 0)
    assert batch["position_ids"].tolist() == [[2, 3, 4, 5, 6, 3, 4, 5, 6], [2, 3, 4, 1, 1, 1, 1, 1, 1]]


def test_the_loss_is_that_of_transformers(tokenizer: Tokenizer) -> None:
    """Ours sends only masked positions through the vocabulary layer; theirs all, and takes the mean."""
    from transformers import XLMRobertaForMaskedLM

    model = new(Architecture.model_validate(ARCHITECTURE), tokenizer, Seeds(1)).eval()
    plain = XLMRobertaForMaskedLM(model.config).eval()
    plain.load_state_dict(model.state_dict())
    single, pairs = corpus.examples(tokenizer, TEXTS, {}, 64)
    batch = PairMasker(0.3, tokenizer, 1, Seeds(1)).collate(single, 0)
    with torch.no_grad():
        ours, theirs = model(**batch), plain(**batch).loss
    assert not pairs and float(ours) == pytest.approx(float(theirs) * int((batch["labels"] != IGNORE).sum()), rel=1e-5)
    # On single texts the positions are the ones that the model finds itself.
    del batch["position_ids"]
    with torch.no_grad():
        assert float(model(**batch)) == pytest.approx(float(ours), rel=1e-6)


def test_new_weights_come_from_the_seed(tokenizer: Tokenizer) -> None:
    size = Architecture.model_validate(ARCHITECTURE)
    one, again, other = (new(size, tokenizer, Seeds(seed)).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)
    assert one["lm_head.decoder.weight"].data_ptr() == one["roberta.embeddings.word_embeddings.weight"].data_ptr()


def examples(tokenizer: Tokenizer, **change: Any) -> tuple[list[Example], list[Example]]:
    parallel = {"en": [LINES["en"]] * 3, "de": [LINES["de"]] * 3, "th": [LINES["th"]] * 3}
    return corpus.examples(tokenizer, TEXTS, parallel, change.get("max_length", 128))


def test_examples(tokenizer: Tokenizer) -> None:
    single, pairs = examples(tokenizer)
    assert [e.ids for e in single] == [tokenizer.encode(line).ids for line in LINES.values()]
    assert [e.ids for e in pairs[::3]] == [tokenizer.encode(LINES["en"], LINES[x]).ids for x in ("de", "th")]
    for pair in pairs:
        assert pair.ids[pair.note - 2 : pair.note] == [2, 2]
    short, _ = examples(tokenizer, max_length=10)
    assert max(e.length for e in short) == 10 and tokenizer.truncation is None


def test_the_plan_has_its_steps_and_its_share_of_pairs(tokenizer: Tokenizer) -> None:
    single, pairs = examples(tokenizer)
    once, again = (corpus.plan(single, pairs, 0.5, 40, 300, Seeds(1)) for _ in range(2))
    assert [[id(e) for e in step] for step in once] == [[id(e) for e in step] for step in again] and len(once) == 40
    assert all(len(step) == 1 or len(step) * max(e.length for e in step) <= 300 for step in once)
    drawn = [e.note is not None for step in once for e in step]
    assert np.mean(drawn) == pytest.approx(0.5, abs=0.06)
    assert not any(e.note for step in corpus.plan(single, pairs, 0.0, 10, 300, Seeds(1)) for e in step)
    assert corpus.plan(single, pairs, 0.5, 20, 300, Seeds(2)) != once[:20]


def test_texts_too_short_to_learn_from_are_refused(tokenizer: Tokenizer) -> None:
    from xstilts.errors import InputError

    single, pairs = corpus.examples(tokenizer, {"en": ["", " "]}, {}, 64)
    with pytest.raises(InputError, match="no line of the raw text has more than one token"):
        corpus.plan(single, pairs, 0.0, 3, 100, Seeds(1))


def test_bad_corpora(tmp_path: Path) -> None:
    from xstilts.errors import InputError

    with pytest.raises(InputError, match=r"mono: found no <language>\.txt"):
        corpus.read(tmp_path, ["mono"])
    (tmp_path / "both").mkdir()
    (tmp_path / "both/de.txt").write_text("a\nb\n")
    with pytest.raises(InputError, match=r"both/en\.txt: file not found; parallel text is aligned with English"):
        corpus.read_parallel(tmp_path, "both")
    (tmp_path / "both/en.txt").write_text("a\n")
    with pytest.raises(InputError, match=r"both/de\.txt: 2 lines, expected 1 as in en\.txt"):
        corpus.read_parallel(tmp_path, "both")
    (tmp_path / "both/de.txt").write_text("ä\n")
    assert corpus.read_parallel(tmp_path, "both") == {"de": ["ä"], "en": ["a"]}
    assert corpus.read(tmp_path, ["both", "both"]) == {"de": ["ä", "ä"], "en": ["a", "a"]}
