"""Runs the benchmark's own preprocessing: google-research/xtreme @838c13b, `utils_preprocess.py` and the UD converter.

XSTILTS_OFFICIAL names a folder with a clone of it called `xtreme`. Its imports that the preprocessing does not need are
stood in for, and networkx gets back what 1.11, which the converter was written for, had (its results on 400 random
files were the same under 1.11 itself)."""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

CLONE = Path(os.environ.get("XSTILTS_OFFICIAL", ".")) / "xtreme"
needs_official = pytest.mark.skipif(
    "XSTILTS_OFFICIAL" not in os.environ, reason="XSTILTS_OFFICIAL is not set: no folder with a clone of xtreme"
)

THREE_LETTERS = (  # the pairs that `tatoeba_preprocess` wants to find, XTREME-R's included
    "afr ara bul ben deu ell spa est eus pes fin fra heb hin hun ind ita jpn jav kat kaz kor mal mar nld por rus swh "
    "tam tel tha tgl tur urd vie cmn aze lit pol ukr ron"
).split()


@functools.cache
def program(name: str) -> Any:
    """A module of the clone."""
    importlib.import_module("networkx")  # before the list of modules is put back below
    folders = [str(CLONE), str(CLONE / "third_party/ud-conversion-tools")]
    unused = types.SimpleNamespace(BertTokenizer=None, XLMTokenizer=None, XLMRobertaTokenizer=None)
    with mock.patch.object(sys, "path", [*folders, *sys.path]), mock.patch.dict(sys.modules, {"transformers": unused}):
        return importlib.import_module(name)


def preprocess(task: str, raw: Path, out: Path, **constants: Any) -> None:
    """`utils_preprocess.py --task <task> --data_dir <raw> --output_dir <out>`, some of its constants replaced."""
    module = program("utils_preprocess")
    with mock.patch.dict(vars(module), constants), contextlib.redirect_stdout(io.StringIO()):
        getattr(module, f"{task}_preprocess")(types.SimpleNamespace(data_dir=str(raw), output_dir=str(out)))


def convert_treebanks(raw: Path, out: Path, work: Path) -> None:
    """What `download_udpos` of scripts/download_data.sh does: UD_*/*.conllu to <split>-<language>.tsv."""
    with _networkx_1():
        for path in sorted(raw.glob("UD_*/*.conllu")):
            language = path.name.split("_")[0]
            target = work / language / f"{path.stem}.conll"
            target.parent.mkdir(parents=True, exist_ok=True)
            options = ["--lang", language, "--replace_subtokens_with_fused_forms", "--print_fused_forms"]
            with mock.patch.object(sys, "argv", ["conllu_to_conll.py", str(path), str(target), *options]):
                program("conllu_to_conll").main()
    preprocess("udpos", work, out)


@contextlib.contextmanager
def _networkx_1() -> Iterator[None]:
    networkx = importlib.import_module("networkx")
    graph, successors = networkx.DiGraph, networkx.bfs_successors
    add_node, add_edge = graph.add_node, graph.add_edge
    with (
        mock.patch.object(graph, "node", property(lambda own: own._node), create=True),
        mock.patch.object(graph, "add_node", lambda own, node, given={}, **more: add_node(own, node, **given, **more)),
        mock.patch.object(graph, "add_edge", lambda own, u, v, given={}, **more: add_edge(own, u, v, **given, **more)),
        mock.patch.object(networkx, "bfs_successors", lambda own, node: dict(successors(own, node))),
    ):
        yield
