"""The paper and XTREME-R profiles as far as they go without a network: hub snapshots are made here."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from safetensors.torch import load_file, save_file

import stages.backbone
import stages.prepare
from tests import profiles
from tests.conftest import ARCHITECTURE
from tests.stages.test_download import command
from tests.stages.test_prepare import EVALUATE
from tests.tasks.samples import SAMPLES
from tests.texts import LINES
from xstilts.encoders.models import about, load_encoder, load_tokenizer
from xstilts.errors import InputError
from xstilts.params import Architecture, Params
from xstilts.records.files import read_json, read_rows
from xstilts.seeding import Seeds
from xstilts.tasks import load

PROFILES = {name: profiles.content(name) for name in ("paper", "xtreme-r")}
PAPER = PROFILES["paper"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the paper profile."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["backbone"])
    Path("params.yaml").write_text(profiles.text("paper"), encoding="utf-8")
    return tmp_path


def snapshot(folder: Path, tiny: Path, tokenizer: Any) -> dict[str, torch.Tensor]:
    """What FacebookAI/xlm-roberta-large holds, in small; returns the weights of the masked language model."""
    from transformers import XLMRobertaForMaskedLM

    from xstilts.pretraining.model import new

    positions = 512  # as XLM-R has: the profiles' lengths have to fit
    config = new(Architecture.model_validate({**ARCHITECTURE, "positions": positions}), tokenizer, Seeds(0)).config
    torch.manual_seed(3)
    XLMRobertaForMaskedLM(config).save_pretrained(folder)
    tensors = load_file(folder / "model.safetensors")
    # The released file is older than the library: it has a buffer and a pooler that nobody asks for.
    tensors["roberta.embeddings.position_ids"] = torch.arange(positions + 2)[None]
    tensors["roberta.pooler.dense.weight"] = torch.zeros(32, 32)
    tensors["roberta.pooler.dense.bias"] = torch.zeros(32)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    shutil.copy(tiny / "tokenizer.json", folder)
    (folder / "sentencepiece.bpe.model").write_bytes(b"never read")
    (folder / "pytorch_model.bin").write_bytes(b"never read: it is a pickle")
    return tensors


def test_the_backbone_is_the_encoder_of_the_snapshot(folder: Path, tiny: Path, tokenizer: Any) -> None:
    given = snapshot(folder / "data/downloads/backbone", tiny, tokenizer)
    stages.backbone.main()
    output = folder / "models/backbone"
    assert {path.name for path in output.iterdir()} == {
        "config.json", "heads", "model.safetensors", "tokenizer.json", "xstilts.json",
    }  # fmt: skip
    kept = load_file(output / "model.safetensors")
    dropped = {name for name in given if "pooler" in name or "lm_head" in name or "position_ids" in name}
    assert {f"roberta.{name}" for name in kept} == set(given) - dropped
    assert all(torch.equal(tensor, given[f"roberta.{name}"]) for name, tensor in kept.items())
    head = load_file(
        output / "heads/mlm/head.safetensors"
    )  # for masked-LM steps; its output weights are the embeddings
    assert {name for name in head if "decoder" not in name} == {name for name in given if "lm_head" in name}
    assert all(torch.equal(head[name], given[name]) for name in given if "lm_head" in name)
    assert about(output)["repo"] == "FacebookAI/xlm-roberta-large"
    assert about(output)["revision"] == PAPER["backbone"]["revision"]
    assert (output / "tokenizer.json").read_bytes() == (folder / "data/downloads/backbone/tokenizer.json").read_bytes()
    assert read_json(folder / "results/curves/backbone.json")["steps"] == []
    ids = torch.tensor([load_tokenizer(output).encode(LINES["en"]).ids])
    with torch.no_grad():
        assert load_encoder(output).eval()(ids).last_hidden_state.shape == (1, ids.shape[1], 32)


def test_a_snapshot_without_a_language_model_head_has_none(folder: Path, tiny: Path, tokenizer: Any) -> None:
    given = snapshot(folder / "data/downloads/backbone", tiny, tokenizer)
    bare = {name: tensor for name, tensor in given.items() if "lm_head" not in name}
    save_file(bare, folder / "data/downloads/backbone/model.safetensors", {"format": "pt"})
    stages.backbone.main()
    assert not (folder / "models/backbone/heads").exists()


@pytest.mark.parametrize("missing", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_snapshot_without_a_file_is_refused(missing: str, folder: Path, tiny: Path, tokenizer: Any) -> None:
    snapshot(folder / "data/downloads/backbone", tiny, tokenizer)
    (folder / "data/downloads/backbone" / missing).unlink()
    with pytest.raises(InputError, match=rf"data/downloads/backbone: not a model folder: {missing} missing"):
        stages.backbone.main()
    assert not (folder / "models").exists()


def test_the_snapshot_is_downloaded_without_pickles(tmp_path: Path, tiny: Path, tokenizer: Any) -> None:
    """`download backbone` takes the pinned commit out of the hub's cache, and only what is read later."""
    repo = tmp_path / "cache/models--FacebookAI--xlm-roberta-large"
    snapshot(repo / "snapshots" / PAPER["backbone"]["revision"], tiny, tokenizer)
    (tmp_path / "params.yaml").write_text(profiles.text("paper"), encoding="utf-8")
    done = command(tmp_path, "-m", "stages.download", "backbone")
    assert done.returncode == 0, done.stderr
    output = tmp_path / "data/downloads/backbone"
    assert {path.name for path in output.iterdir()} == {
        "config.json", "model.safetensors", "tokenizer.json", "download.json",
    }  # fmt: skip
    (origin,) = read_json(output / "download.json")["origin"]
    assert (origin["repo"], origin["revision"]) == ("FacebookAI/xlm-roberta-large", PAPER["backbone"]["revision"])


@pytest.mark.parametrize(("name", "task"), [(name, task) for name in PROFILES for task in PROFILES[name]["tasks"]])
def test_prepare_reads_every_data_set_as_published(
    name: str, task: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = PROFILES[name]
    given = profile["tasks"][task]
    sample = SAMPLES[task, given["layout"]]
    sample.write(folder / given["raw"])
    tasks = {**profile["tasks"], task: {**given, "evaluate": EVALUATE.get(task, {})}}
    few = {**profile, "tasks": tasks, "data": {"kind": "generated"}}
    (folder / "params.yaml").write_text(yaml.safe_dump(few, sort_keys=False), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["prepare", task])
    stages.prepare.main()
    written = sorted((folder / "data/prepared" / task).rglob("*.parquet"))
    assert written
    for path in written:
        assert read_rows(path) == sample.rows[path.parent.name, path.stem]

    if not load(task).counts:  # MultiCheckList: a generated suite has as many cases as its templates gave
        return
    # With the profile as it is, so few rows are not the full set.
    full = {**few, "data": profile["data"]}
    (folder / "params.yaml").write_text(yaml.safe_dump(full, sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError, match=r"expected [\d, or]+: the full set \(data\.kind says full\)"):
        stages.prepare.main()
    assert [path for path in written if not path.exists()] == [], "the earlier output stays"


@pytest.mark.parametrize("profile", PROFILES)
def test_every_download_of_the_profile_is_pinned(profile: str) -> None:
    params = Params.model_validate(profiles.content(profile))
    machines = {
        Path(one.source).name: {"repo": one.repo, "revision": one.revision} for one in params.translators.values()
    }
    text = {Path(params.corpus.source).name} if params.corpus.repo else set()
    assert set(params.downloads) == {*params.tasks, *machines, *text, "backbone"}
    assert {name: params.downloads[name] for name in machines} == machines
    assert params.downloads["backbone"] == {"repo": params.backbone.repo, "revision": params.backbone.revision}
    assert params.backbone.source == "data/downloads/backbone" and json.dumps(params.downloads)
    for name, given in params.tasks.items():
        assert given.raw.split("/")[:3] == ["data", "downloads", name], "it is read from where it was downloaded to"
