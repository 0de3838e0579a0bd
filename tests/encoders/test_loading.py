"""The one door for model folders: no code of a folder runs, and weights that do not fit are refused, for encoders and
translators alike."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.imports import ROOT
from tests.translation.test_engines import CODES, snapshot
from xstilts.encoders import loading
from xstilts.encoders.models import load_encoder, random_encoder
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.translation.engine import Engine, Settings

Load = Callable[[Path], Any]


def classifier(folder: Path) -> Any:
    return part("classification", "learning.head").build(folder, ("a", "b"))


def translator(folder: Path) -> Any:
    return Engine(folder, Settings("nllb", CODES["nllb"], 1, 4, 24), "deu_Latn")


@pytest.fixture(params=["encoder", "classifier", "translator"])
def model(request: pytest.FixtureRequest, tiny: Path, tmp_path: Path) -> tuple[Path, Load]:
    """A folder that a test may spoil, and what loads it."""
    folder = tmp_path / "model"
    if request.param == "translator":
        snapshot("nllb", folder)
        return folder, translator
    shutil.copytree(tiny, folder)
    return folder, load_encoder if request.param == "encoder" else classifier


def edit(file: Path, **change: Any) -> None:
    file.write_text(json.dumps({**(json.loads(file.read_text()) if file.exists() else {}), **change}))


def leaves_a_mark(folder: Path) -> Path:
    """Code in a folder that writes a file when it is imported."""
    mark = folder.parent / "mark"
    code = f"open({str(mark)!r}, 'w')\nclass Own: pass\n"
    for name in ("modeling_own.py", "configuration_own.py", "tokenization_own.py"):
        (folder / name).write_text(code)
    return mark


OWN = {
    "AutoConfig": "configuration_own.Own", "AutoModel": "modeling_own.Own",
    "AutoModelForSequenceClassification": "modeling_own.Own", "AutoModelForSeq2SeqLM": "modeling_own.Own",
    "AutoTokenizer": ["tokenization_own.Own", None],
}  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> str:
        pytest.fail("a question was asked")

    monkeypatch.setattr("builtins.input", asked)


def test_a_model_that_needs_code_of_its_own_is_refused(model: tuple[Path, Load]) -> None:
    folder, load = model
    mark = leaves_a_mark(folder)
    edit(folder / "config.json", model_type="own", auto_map=OWN)
    with pytest.raises(InputError, match=r"model/config\.json: not a known model: it needs code of the folder's own"):
        load(folder)
    assert not mark.exists()


def test_an_architecture_without_this_head_does_not_run_the_folders_code(tiny: Path, tmp_path: Path) -> None:
    """The library knows the configuration, and not the class that is asked for: there, too, it would ask."""
    folder = Path(shutil.copytree(tiny, tmp_path / "model"))
    mark = leaves_a_mark(folder)
    from transformers import AutoModelForImageClassification

    edit(folder / "config.json", auto_map={"AutoModelForImageClassification": "modeling_own.Own"})
    with pytest.raises(InputError, match="code of the folder's own"):
        loading.load_model(AutoModelForImageClassification, folder, loading.load_config(folder))
    assert not mark.exists()


def test_the_librarys_own_class_is_taken_where_there_is_one(model: tuple[Path, Load]) -> None:
    """As of EuroBERT, whose folder on the hub has code beside it."""
    folder, load = model
    mark = leaves_a_mark(folder)
    edit(folder / "config.json", auto_map=OWN)
    load(folder)
    if load is not translator:
        random_encoder(folder, 1)
    assert not mark.exists()


def test_a_tokenizer_with_code_of_its_own_is_refused(tmp_path: Path) -> None:
    snapshot("nllb", folder := tmp_path / "model")
    mark = leaves_a_mark(folder)
    edit(folder / "tokenizer_config.json", tokenizer_class="Own", auto_map=OWN)
    with pytest.raises(InputError, match=r"model/tokenizer_config\.json: found code of the folder's own \(auto_map\)"):
        translator(folder)
    assert not mark.exists()


def test_no_other_door() -> None:
    """Whoever loads a model, tokenizer, configuration or tensors elsewhere has to say here why."""
    doors = {"from_pretrained", "load_file", "safe_open", "load_dataset", "from_config"}
    allowed = {
        "xstilts/encoders/loading.py": doors,
        "xstilts/encoders/architecture.py": {"from_config"},  # new weights; says trust_remote_code=False
        "xstilts/training/resume.py": {"load_file"},  # a state that this project has written, with its hash
    }
    for file in (
        path for room in ("xstilts", "stages", "benchmarks", "studies") for path in (ROOT / room).rglob("*.py")
    ):
        name, tree = str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for call in calls:
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            said = {one.arg: ast.unparse(one.value) for one in call.keywords}
            assert called not in doors or called in allowed.get(name, ()), f"{name}:{call.lineno}: {called}"
            if called == "from_config":
                assert said["trust_remote_code"] == "False", f"{name}:{call.lineno}"
            if ast.unparse(call.func) == "torch.load":
                assert said["weights_only"] == "True", f"{name}:{call.lineno}"
    assert loading.CLOSED["trust_remote_code"] is False


def spoil(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def layers_of(config: dict[str, Any]) -> str:
    return "encoder_layers" if "encoder_layers" in config else "num_hidden_layers"


def test_fewer_layers_than_the_weights_have(model: tuple[Path, Load]) -> None:
    folder, load = model
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, layers_of(config): config[layers_of(config)] - 1}))
    with pytest.raises(InputError, match=r"model: the weights are not those of its config\.json: \d+ without a place"):
        load(folder)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_not_finite(value: float, model: tuple[Path, Load]) -> None:
    folder, load = model

    def change(tensors: dict[str, torch.Tensor]) -> None:
        name = next(name for name in sorted(tensors) if name.endswith("q_proj.weight") or "query.weight" in name)
        tensors[name][1, 2] = value

    spoil(folder, change)
    with pytest.raises(InputError, match=r"model: a weight of .+ is NaN or infinite, expected finite numbers"):
        load(folder)


def test_weights_that_are_lost_or_of_another_shape_or_kind(model: tuple[Path, Load]) -> None:
    folder, load = model
    kept = (folder / "model.safetensors").read_bytes()
    name = next(name for name in sorted(load_file(folder / "model.safetensors")) if "norm" in name.lower())
    changes: dict[str, Callable[[dict[str, torch.Tensor]], object]] = {
        "missing": lambda tensors: tensors.pop(name),
        "1 of another shape": lambda tensors: tensors.update({name: tensors[name][:-1].clone()}),
        "no floating point": lambda tensors: tensors.update({name: tensors[name].to(torch.int8)}),
    }
    for message, change in changes.items():
        (folder / "model.safetensors").write_bytes(kept)
        spoil(folder, change)
        with pytest.raises(InputError, match=message):
            load(folder)


def test_a_cut_file(model: tuple[Path, Load]) -> None:
    folder, load = model
    file = folder / "model.safetensors"
    for size in (0, 5, 100, file.stat().st_size - 1):
        content = file.read_bytes()
        file.write_bytes(content[:size])
        with pytest.raises(InputError, match=r"model/model\.safetensors: not a readable safetensors file: "):
            load(folder)
        file.write_bytes(content)


def shards(folder: Path) -> dict[str, str]:
    """Write the weights in two files with an index; gives back its map."""
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names = sorted(tensors)
    parts = {"one.safetensors": names[:5], "two.safetensors": names[5:]}
    for file, own in parts.items():
        save_file({name: tensors[name] for name in own}, folder / file, {"format": "pt"})
    listed = {name: file for file, own in parts.items() for name in own}
    (folder / loading.INDEX).write_text(json.dumps({"metadata": {}, "weight_map": listed}))
    return listed


def test_an_index(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "model"))
    whole = load_encoder(folder).state_dict()
    listed = shards(folder)
    assert all(torch.equal(whole[name], tensor) for name, tensor in load_encoder(folder).state_dict().items())
    shutil.copy(folder / "one.safetensors", tmp_path / "one.safetensors")
    first = sorted(listed)[0]
    outside = str((tmp_path / "one.safetensors").resolve())
    wrong: dict[str, dict[str, str]] = {
        r"found the file '\.\./one\.safetensors', expected": {**listed, first: "../one.safetensors"},
        r"expected files in this folder alone": {**listed, first: outside},
        r"three\.safetensors: file not found": {**listed, first: "three.safetensors"},
        r"only the file has": {name: file for name, file in listed.items() if name != first},
        r"1 differ, e\.g\. zzz, which only this index has": {**listed, "zzz": "two.safetensors"},
        r"found no weight_map": {},
    }
    for message, content in wrong.items():
        edit(folder / loading.INDEX, weight_map=content)
        with pytest.raises(InputError, match=message):
            load_encoder(folder)


def test_a_damaged_head_beside_an_encoder(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "head.safetensors").write_bytes(b"no tensors")
    with pytest.raises(InputError, match=r"head\.safetensors: not a readable safetensors file"):
        loading.read_tensors(tmp_path / "head.safetensors")


@pytest.mark.slow
def test_too_little_memory_says_how_much_is_needed(tiny: Path, tmp_path: Path) -> None:
    """In a process whose address space ends before the weights are in it."""
    folder, rows = Path(shutil.copytree(tiny, tmp_path / "model")), 60_000_000
    edit(folder / "config.json", vocab_size=rows)
    size = rows * 32 * 4
    name = "embeddings.word_embeddings.weight"
    head = json.dumps({name: {"dtype": "F32", "shape": [rows, 32], "data_offsets": [0, size]}}).encode()
    with (folder / "model.safetensors").open("wb") as file:  # all zeros, which take no place on the disk
        file.write(len(head).to_bytes(8, "little") + head)
        file.truncate(8 + len(head) + size)
    code = f"""
import resource
from pathlib import Path
import torch, transformers.models.xlm_roberta.modeling_xlm_roberta
from xstilts.encoders.models import load_encoder
from xstilts.errors import exit_cleanly
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), used + (1 << 30)))
exit_cleanly(lambda: load_encoder(Path({str(folder)!r})))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr[-2000:]
    assert "there is not enough memory to load its 7.68 GB of weights" in done.stderr
