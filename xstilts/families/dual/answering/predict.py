"""Predictions of a dual encoder: for every query the nearest of one set of candidates, which all languages share.

The candidates (a million in Mewsli-X) are encoded and searched block by block: memory holds the vectors of one block
and of the queries. The search is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts import paths
from xstilts.encoders.batches import Example
from xstilts.encoders.inference import predict
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import about, load_tokenizer, pad_id
from xstilts.families.dual.learning import head
from xstilts.families.retrieval.answering.mine import neighbours, unit
from xstilts.families.retrieval.learning.encode import encode
from xstilts.records import prepared

if TYPE_CHECKING:
    from xstilts.params import Params
    from xstilts.records.prepared import Prepared

DEPTH = 20  # both metrics look no further
BLOCK = 1 << 16  # candidates that are encoded and searched together


class Nearest:
    """The nearest candidates of every query so far. Of equally near ones the first wins, or with `last_first` the last.

    official: LAReQA's program turns an ascending order round (`mean_avg_prec_at_k` of xtreme
    `third_party/utils_lareqa.py` @838c13b), so that its ties go to the candidate that stands last."""

    def __init__(self, queries: np.ndarray, last_first: bool = False) -> None:
        self.queries, self.last_first, self.seen = unit(queries), last_first, 0
        self.cosine = np.empty((len(queries), 0))
        self.index = np.empty((len(queries), 0), dtype=np.int64)

    def add(self, block: np.ndarray) -> None:
        """Search the vectors (candidates, hidden) of the next candidates."""
        found = neighbours(self.queries, unit(block[::-1] if self.last_first else block), DEPTH)[0]
        index = self.seen + (len(block) - 1 - found.index if self.last_first else found.index)
        old, new = (self.cosine, self.index), (found.cosine, index)
        sides = (new, old) if self.last_first else (old, new)
        cosine, index = (np.concatenate(parts, axis=1) for parts in zip(*sides, strict=True))
        order = np.argsort(-cosine, axis=1, kind="stable")[:, :DEPTH]
        self.cosine, self.index = np.take_along_axis(cosine, order, axis=1), np.take_along_axis(index, order, axis=1)
        self.seen += len(block)


class System:
    """One fine-tuned dual encoder, and its rankings for all queries that `params` asks for."""

    def __init__(self, params: Params, task: Prepared, source: str, seed: int) -> None:
        folder, recipe = paths.target(task.name, source, seed), params.training(task.name)
        # The other order of ties is LAReQA's: Mewsli-X is spared a second search of its million candidates.
        orders = {"ranking": False} | ({"ranking_last_first": True} if task.metric == "map" else {})
        self.schema = dict.fromkeys(orders, "strs")
        settings = params.encoding(recipe, params.place(task.name))
        self.tokenizer, self.padding = load_tokenizer(folder), pad_id(folder)
        self.model = head.build(folder, task.labels)
        lengths = {name: settings[name] for name in ("query_length", "max_length")}
        check_lengths(params, folder, self.tokenizer)
        self.signature = {"training": task.name, "search": "exact dot product", **lengths}
        hidden = about(folder).get("ablate", False)
        pairs = params.evaluated(task.name, task.languages, task.tunes_on)
        rows = {pair: prepared.rows(task.name, *pair, paths.rows_of(pair[0])) for pair in pairs}
        self.counts, vectors = {}, {}
        for pair in pairs:
            texts = ["" if hidden else row["query"] for row in rows[pair]]
            vectors[pair], self.counts[pair] = self._embed(texts, settings["query_length"], "cut_queries")
        # Sets under a condition are searched apart: a product of matrices of another size may round otherwise.
        halves = [[pair for pair in pairs if ("@" in pair[0]) == noised] for noised in (False, True)]
        searches = [
            [Nearest(np.concatenate([vectors[pair] for pair in half]), last_first) for last_first in orders.values()]
            for half in halves if half
        ]  # fmt: skip
        candidates = prepared.rows(task.name, "candidates", "all")
        cut = 0
        for start in range(0, len(candidates), BLOCK):
            texts = [row["candidate"] for row in candidates[start : start + BLOCK]]
            block, counts = self._embed(texts, settings["max_length"], "cut_candidates")
            cut += counts["cut_candidates"]
            for search in chain.from_iterable(searches):
                search.add(block)
        ranked = chain.from_iterable(zip(*(search.index for search in half), strict=True) for half in searches)
        self.rankings = {
            pair: [
                {"id": row["id"], **{name: _names(candidates, one) for name, one in zip(orders, own, strict=True)}}
                for row, own in zip(rows[pair], ranked)
            ]
            for pair in pairs
        }
        for own in self.counts.values():
            own["cut_candidates"] = cut

    def _embed(self, texts: Sequence[str], length: int, what: str) -> tuple[np.ndarray, dict[str, int]]:
        """Vectors (texts, hidden), and under the name `what` how many texts were cut."""
        found, counts = encode(texts, self.tokenizer, length)
        examples = [Example([one.ids], segments=[one.segments]) for one in found]
        return np.concatenate(predict(self.model, head, examples, self.padding)), {what: counts["truncated"]}

    def predict(self, split: str, language: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """The rankings of one language's queries, and what was cut."""
        return self.rankings[split, language], self.counts[split, language]


def _names(candidates: Sequence[dict[str, Any]], ranking: np.ndarray) -> list[str]:
    return [candidates[index]["id"] for index in ranking]
