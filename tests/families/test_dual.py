"""Dual encoders: what they start from, their loss, their search and scores, and a whole run of a tiny one."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, normalize

import stages.evaluate
import stages.score
import stages.target
from tests.fake_grid import PARAMS, write_params
from tests.tasks_made_up import made_up
from tests.texts import LINES
from xstilts.encoders.batches import IGNORE, Example
from xstilts.encoders.inference import predict
from xstilts.encoders.models import save_model
from xstilts.errors import InputError
from xstilts.families.dual.answering import predict as predicting
from xstilts.families.dual.answering.predict import Nearest
from xstilts.families.dual.learning import head, select
from xstilts.families.dual.learning.encode import encode
from xstilts.families.dual.scoring.score import main, score
from xstilts.families.retrieval.answering.mine import unit
from xstilts.families.retrieval.scoring.ranking import average_precision, reciprocal_rank
from xstilts.records.files import read_json, read_rows, write_json, write_rows
from xstilts.records.prepared import SCHEMAS

TEXTS = list(LINES.values())


def build(folder: Path) -> Any:
    torch.manual_seed(5)
    return head.build(folder, ())


def pairs(tokenizer: Tokenizer, count: int = 8) -> list[Example]:
    rows = [{"query": TEXTS[n], "candidate": " ".join(reversed(TEXTS[n].split())) + TEXTS[n]} for n in range(count)]
    return encode(rows, (), tokenizer, max_length=24, query_length=12, stride=9)[0]


def test_it_starts_as_the_encoder_with_a_new_pooler(tiny: Path, tokenizer: Tokenizer) -> None:
    from safetensors.torch import load_file
    from transformers import XLMRobertaModel

    model = build(tiny).eval()
    own, given = model.state_dict(), load_file(tiny / "model.safetensors")
    assert {f"backbone.{name}" for name in given} == set(own) - {"scale", *(name for name in own if "pooler" in name)}
    assert all(torch.equal(own[f"backbone.{name}"], tensor) for name, tensor in given.items())
    assert own["scale"].tolist() == [100.0] and model.base_model.embeddings is model.backbone.embeddings
    assert 0 < own["backbone.pooler.dense.weight"].std() < 0.1, "initialised, neither zeros nor what memory held"

    batch = head.collate(pairs(tokenizer), 1)
    reference = XLMRobertaModel(model.config).eval()
    reference.load_state_dict({name.removeprefix("backbone."): t for name, t in own.items() if name != "scale"})
    with torch.no_grad():
        queries, candidates, _ = model(**{name: tensor for name, tensor in batch.items() if name != "labels"})
        expected = reference(batch["input_ids"], batch["attention_mask"]).pooler_output
    assert torch.allclose(queries, normalize(expected, dim=1), atol=1e-6)
    assert torch.allclose(candidates.norm(dim=1), torch.ones(8))


def test_it_comes_back_from_its_folder(tiny: Path, tmp_path: Path) -> None:
    model = build(tiny)
    with torch.no_grad():
        model.scale.fill_(31.5)
    save_model(model, tiny, tmp_path / "dual", {"stage": "target"})
    again = head.build(tmp_path / "dual", ())
    assert again.state_dict().keys() == model.state_dict().keys()
    assert all(torch.equal(tensor, model.state_dict()[name]) for name, tensor in again.state_dict().items())


def test_weights_that_lack_a_layer_are_refused(tiny: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    shutil.copytree(tiny, tmp_path / "less")
    tensors = {n: t for n, t in load_file(tiny / "model.safetensors").items() if "layer.1." not in n}
    save_file(tensors, tmp_path / "less/model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match=r"less: the weights are not those of its config\.json: 16 missing"):
        head.build(tmp_path / "less", ())


def test_lengths_are_counted_and_queries_hidden(tokenizer: Tokenizer) -> None:
    rows = [{"query": TEXTS[0], "candidate": TEXTS[1]}, {"query": "a", "candidate": "b"}]
    found, counts = encode(rows, (), tokenizer, max_length=9, query_length=7)
    assert [len(ids) for ids in found[0].ids] == [7, 9]
    assert counts == {"cut_queries": 1, "cut_candidates": 1}
    hidden, _ = encode(rows, (), tokenizer, max_length=9, query_length=7, ablate=True)
    assert hidden[0].ids[0] == hidden[1].ids[0] != found[0].ids[0] and hidden[0].ids[1] == found[0].ids[1]


def test_the_loss_is_that_of_the_reference(tiny: Path, tokenizer: Tokenizer) -> None:
    """xtreme third_party/bert.py @838c13b: cosines times the scale, cross-entropy with the diagonal as targets."""
    model, batch = build(tiny).eval(), head.collate(pairs(tokenizer), 1)
    assert torch.equal(batch["labels"], torch.zeros(8, dtype=torch.long))
    queries = model.embed(batch["input_ids"], batch["attention_mask"])
    candidates = model.embed(batch["candidate_ids"], batch["candidate_mask"])
    expected = cross_entropy(queries @ candidates.T * 100, torch.arange(8))
    found = head.loss(model, batch)
    assert found.item() == pytest.approx(8 * expected.item(), rel=1e-5)
    found.backward()
    assert model.scale.grad is not None and model.scale.grad.abs().item() > 0


def test_an_equal_candidate_of_another_query_is_not_wrong(tiny: Path, tokenizer: Tokenizer) -> None:
    model, given = build(tiny).eval(), pairs(tokenizer, 3)
    twin = Example(ids=[given[1].ids[0], given[0].ids[1]], labels=0)
    queries, candidates, _ = model(
        **{name: tensor for name, tensor in head.collate([given[0], twin, given[2]], 1).items() if name != "labels"}
    )
    logits = queries @ candidates.T * 100
    without = [logits[0, [0, 2]], logits[1, [1, 2]], logits[2]]  # its own candidate and those that differ from it
    expected = sum(cross_entropy(row, torch.tensor(own)) for row, own in zip(without, (0, 0, 2)))
    assert head.loss(model, head.collate([given[0], twin, given[2]], 1)).item() == pytest.approx(
        expected.item(), rel=1e-4
    )


def test_ignored_rows_count_nothing(tiny: Path, tokenizer: Tokenizer) -> None:
    batch = head.collate(pairs(tokenizer, 1), 1)
    assert head.loss(build(tiny), {**batch, "labels": torch.tensor([IGNORE])}).item() == 0


def test_the_development_score_knows_equal_candidates() -> None:
    examples = [Example(ids=[[0], ids], labels=0) for ids in ([1], [2], [1], [3])]
    vectors = {1: [1.0, 0.0], 2: [0.0, 1.0], 3: [0.6, 0.8]}
    queries = [[1.0, 0.0], [0.0, 1.0], [0.9, 0.1], [0.0, 1.0]]  # the last one finds the second candidate
    outputs = [np.array([query, vectors[one.ids[1][0]]]) for query, one in zip(queries, examples)]
    assert select.measure(examples, outputs, ()) == 75
    assert select.chance(examples, ()) == pytest.approx(100 / 3)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 7), st.integers(1, 60), st.integers(1, 60))
def test_the_search_in_blocks_is_a_sort(seed: int, queries: int, candidates: int, block: int) -> None:
    """Vectors of few values, so that there are ties everywhere."""
    random = np.random.default_rng(seed)
    x, y = (random.integers(-1, 2, (size, 3)).astype(np.float32) for size in (queries, candidates))
    for last_first in (False, True):
        found = Nearest(x, last_first)
        for start in range(0, candidates, block):
            found.add(y[start : start + block])
        cosines = np.matmul(unit(x), unit(y).T)
        for row, own in zip(cosines, found.index, strict=True):
            order = row.argsort(kind="stable")[::-1] if last_first else (-row).argsort(kind="stable")
            assert own.tolist() == order[:20].tolist()


def test_ties_as_lareqa_breaks_them() -> None:
    """Scores (.2 .9 .9 .1): a reversed ascending argsort gives 2 1 0 3, the corrected order 1 2 0 3."""
    angles = np.arccos([0.2, 0.9, 0.9, 0.1])
    y = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for last_first, expected in ((True, [2, 1, 0, 3]), (False, [1, 2, 0, 3])):
        found = Nearest(np.array([[1.0, 0.0]]), last_first)
        found.add(y)
        assert found.index.tolist() == [expected]


@pytest.mark.parametrize(
    ("relevant", "ranking", "k", "expected"),
    [  # xtreme third_party/utils_lareqa.py, `average_precision_at_k` @838c13b, run apart
        ([4, 7], [4, 1, 7], 3, 0.8333333),
        ([4, 7], [4, 1, 7], 2, 0.5),
        ([1, 2, 3], [9, 1, 8, 2, 7, 3], 20, 0.5),
        ([4, 7], [1, 2, 3], 20, 0),
        (range(11), [0, *range(20, 50)], 20, 0.0909091),
        ([4], [4, 4], 20, 1),
    ],
)
def test_average_precision(relevant: Any, ranking: Any, k: int, expected: float) -> None:
    assert average_precision(relevant, ranking, k) == pytest.approx(expected, abs=1e-6)


def test_reciprocal_rank() -> None:
    assert [reciprocal_rank("g", [*"x" * n, "g"]) for n in (0, 1, 19, 20)] == [1, 0.5, 1 / 20, 0]


def asked(**gold: list[str]) -> list[dict[str, Any]]:
    return [{"id": name, "query": "?", "candidate": "", "gold": own} for name, own in gold.items()]


def answered(name: str, ranking: list[str], last_first: list[str] | None = None) -> dict[str, Any]:
    return {"id": name, "ranking": ranking, "ranking_last_first": last_first or ranking}


def test_map_leads_with_the_official_ties() -> None:
    task, gold = made_up("dual", "map"), asked(q=["a", "b"], r=["c"])
    found = score(task, "en", gold, [answered("q", ["a", "x", "b"], ["x", "a", "b"]), answered("r", ["c"])])
    assert found == {
        "map": pytest.approx(100 * ((1 / 2 + 2 / 3) / 2 + 1) / 2),
        "map_corrected": pytest.approx(100 * ((1 + 2 / 3) / 2 + 1) / 2),
    }
    assert main(found) == found["map"]
    with pytest.raises(InputError, match=r"found 1 predictions, expected 2 \(1 missing, such as 'r'\)"):
        score(task, "en", gold, [answered("q", ["a"])])


def test_mrr_counts_a_missing_mention_as_nothing() -> None:
    """Golds at rank 1, at rank 2, at rank 21, and one mention missing: 0.375."""
    task, gold = made_up("dual", "mrr"), asked(a=["g"], b=["g"], c=["g"], d=["g"])
    rankings = [answered("a", ["g"]), answered("b", ["x", "g"]), answered("c", [*map(str, range(20)), "g"])]
    found = score(task, "en", gold, rankings)
    assert found == {"mrr": 37.5, "answered": 75.0} and main(found) == 37.5
    with pytest.raises(InputError, match=r"found a ranking for 'e', expected at most one a query"):
        score(task, "en", gold, [answered("e", ["g"])])
    with pytest.raises(InputError, match=r"found a ranking twice for a query"):
        score(task, "en", gold, [rankings[0], rankings[0]])


def test_scores_that_cannot_be() -> None:
    with pytest.raises(InputError, match=r"'q' has no gold candidate"):
        score(made_up("dual", "map"), "en", asked(q=[]), [answered("q", ["a"])])
    with pytest.raises(InputError, match=r"made-up: unknown metric 'bleu', expected one of map, mrr"):
        score(made_up("dual", "bleu"), "en", asked(q=["a"]), [answered("q", ["a"])])


def row(name: str, text: str, answer: str, *gold: str) -> dict[str, Any]:
    return {"id": name, "query": text, "candidate": answer, "gold": list(gold)}


@pytest.fixture
def folder(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with sixteen pairs to learn by heart, which are then asked in two languages over one set of candidates."""
    monkeypatch.chdir(tmp_path)
    recipe = {"epochs": 12, "lr": 3.0e-3, "batch": 16, "accumulate": 2, "query_length": 16, "max_length": 24}
    lareqa = {"layout": "native", "raw": "x", "labels": "x", "evaluate": {"test": ["de", "tr"]}}
    write_params(
        tmp_path, tasks={**PARAMS["tasks"], "lareqa": lareqa}, sources={"none": {"tasks": []}},
        targets={"dual": {"lareqa": recipe}},
    )  # fmt: skip
    data = tmp_path / "data/prepared/lareqa"
    write_json(data / "task.json", vars(made_up("dual", "map", "lareqa")))
    # Candidate n answers query n; the texts are the same sentences, one line on.
    known = [row(str(n), text, TEXTS[n - 1], f"c{n}") for n, text in enumerate(TEXTS)]
    pool = [row(f"c{n}", "", TEXTS[n - 1]) for n in range(16)] + [row("more", "", "x y")]
    questions = [row(one["id"], one["query"], "", *one["gold"]) for one in known]
    files = {
        "train/en": known, "dev/en": known, "test/de": questions[:9], "test/tr": questions[9:], "candidates/all": pool,
    }  # fmt: skip
    counts: dict[str, Any] = {}
    for place, own in files.items():
        split, language = place.split("/")
        write_rows(data / f"{place}.parquet", own, SCHEMAS["dual"])
        counts.setdefault(split, {})[language] = {"rows": len(own)}
    write_json(data / "counts.json", {"splits": counts})
    shutil.copytree(tiny, "models/intermediate/none/1")
    write_json(
        Path("data/mixtures/none/lareqa/training.json"), {"languages": ["en"], "head": None, "selection": "english"}
    )
    return tmp_path


def run(module: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", [module.__name__, *arguments])
    module.main()


def test_a_tiny_one_learns_ranks_and_is_scored(
    folder: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(stages.target, monkeypatch, "lareqa", "none", "1")
    curve = read_json(folder / "results/curves/target/lareqa/none/1.json")
    assert curve["counts"]["examples"] == curve["counts"]["inputs"] == 16
    assert curve["steps"][-1]["loss"] < 0.5 * curve["steps"][0]["loss"]
    assert curve["best"]["value"] > 50, "chance is 6.25"

    monkeypatch.setattr(predicting, "BLOCK", 5)  # several blocks
    run(stages.evaluate, monkeypatch, "lareqa", "none")
    predicted = read_rows(folder / "results/predictions/lareqa/none/1.parquet")
    record = read_json(folder / "results/predictions/lareqa/none/1.json")
    assert record["signature"]["query_length"] == 16 and set(record["counts"]) == {"test/de", "test/tr"}
    assert [row["language"] for row in predicted] == ["de"] * 9 + ["tr"] * 7
    model = head.build(folder / "models/target/lareqa/none/1", ())
    given = encode([{"query": text, "candidate": TEXTS[n - 1]} for n, text in enumerate(TEXTS)], (), tokenizer, 24, 16)[
        0
    ]
    vectors = np.stack(predict(model, head, given, 1))
    for n, found in enumerate(predicted):
        cosines = vectors[n, 0] @ vectors[:, 1].T
        ours = [name for name in found["ranking"] if name.startswith("c")]
        assert [int(name[1:]) for name in ours] == np.argsort(-cosines, kind="stable").tolist()
        assert len(found["ranking"]) == len(set(found["ranking"])) == 17

    run(stages.score, monkeypatch, "lareqa")
    cells = {cell["language"]: cell for cell in read_json(folder / "results/cells/lareqa.json")["cells"]}
    for language in ("de", "tr"):
        own = [found for found in predicted if found["language"] == language]
        for name, order in (("map", "ranking_last_first"), ("map_corrected", "ranking")):
            ranks = [found[order].index(f"c{found['id']}") + 1 for found in own]
            expected = 100 * sum(1 / rank for rank in ranks) / len(ranks)
            assert cells[language]["scores"][name] == pytest.approx(expected, abs=1e-5)
        assert cells[language]["n"] == len(own)
    assert cells["de"]["scores"]["map"] > 40

    # With Mewsli-X's metric the same model ranks the same way, once.
    write_json(folder / "data/prepared/lareqa/task.json", vars(made_up("dual", "mrr", "lareqa")))
    run(stages.evaluate, monkeypatch, "lareqa", "none")
    again = read_rows(folder / "results/predictions/lareqa/none/1.parquet")
    assert again == [{name: found[name] for name in again[0]} for found in predicted]
    assert set(predicted[0]) - set(again[0]) == {"ranking_last_first"}
    run(stages.score, monkeypatch, "lareqa")
    for cell in read_json(folder / "results/cells/lareqa.json")["cells"]:
        assert cell["main"] == cell["scores"]["mrr"] == cells[cell["language"]]["scores"]["map_corrected"]
