"""A saved state that is damaged is set aside with one line, and the training ends with the same bytes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from tests.training.test_loop import SEEDS, Killed, build, examples, plan, weights
from xstilts.records import places
from xstilts.training.curve import Curve
from xstilts.training.loop import fit
from xstilts.training.resume import State, _digest

ABOUT, TENSORS = "state.json", "tensors.safetensors"


def cut(name: str, part: float) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(len(data) * part)])

    return damage


def text(name: str, content: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(content)


def entry(**change: Any) -> Callable[[Path], object]:
    """Other entries of state.json; None takes one away."""

    def damage(folder: Path) -> None:
        about = json.loads((folder / ABOUT).read_text()) | change
        (folder / ABOUT).write_text(json.dumps({k: v for k, v in about.items() if v is not None}))

    return damage


def tensors(change: Callable[[dict[str, torch.Tensor]], object], sealed: bool) -> Callable[[Path], object]:
    """Other tensors; `sealed`: as if a training had saved them so."""

    def damage(folder: Path) -> None:
        content = load_file(folder / TENSORS)
        change(content)
        save_file(content, folder / TENSORS)
        if sealed:
            about = json.loads((folder / ABOUT).read_text())
            del about["digest"]
            (folder / ABOUT).write_text(json.dumps({**about, "digest": _digest(about, folder / TENSORS)}))

    return damage


def key(content: dict[str, torch.Tensor], part: str) -> str:
    return max((name for name in content if name.startswith(part)), key=lambda name: content[name].numel())


def set_number(part: str, value: float) -> Callable[[dict[str, torch.Tensor]], object]:
    def change(content: dict[str, torch.Tensor]) -> None:
        content[key(content, part)].view(-1)[3] = value

    return change


def reshape(content: dict[str, torch.Tensor]) -> None:
    content[key(content, "weights/")] = torch.zeros(2, 3)


def lose(part: str) -> Callable[[dict[str, torch.Tensor]], object]:
    return lambda content: content.pop(key(content, part))


def file_instead(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("x")


def link_to_nothing(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("nothing")


def file_above(folder: Path) -> None:
    shutil.rmtree(folder.parent)
    folder.parent.write_text("x")


def folder_inside(folder: Path) -> None:
    (folder / ABOUT).unlink()
    (folder / ABOUT).mkdir()


def flip(folder: Path) -> None:
    data = bytearray((folder / TENSORS).read_bytes())
    data[-5] ^= 1
    (folder / TENSORS).write_bytes(bytes(data))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty tensors": text(TENSORS, ""), "cut tensors": cut(TENSORS, 0.5), "cut header": cut(TENSORS, 0.001),
    "a byte short": cut(TENSORS, 0.99999), "one bit": flip, "text": text(TENSORS, "version https://git-lfs"),
    "empty json": text(ABOUT, ""), "cut json": cut(ABOUT, 0.5), "list": text(ABOUT, "[]"), "null": text(ABOUT, "null"),
    "deep": text(ABOUT, "[" * 100_000), "not UTF-8": lambda folder: (folder / ABOUT).write_bytes(b"\xff{}"),
    "no format": entry(format=None), "another format": entry(format=1), "format text": entry(format="2"),
    "no identity": entry(identity=None), "no step": entry(step=None), "step back": entry(step=-1),
    "step on": entry(step=9), "step text": entry(step="3"), "curve": entry(curve={"steps": []}),
    "more keys": entry(epoch=1), "old keys": text(ABOUT, '{"curve": {}, "identity": "x", "step": 3}'),
    "NaN": tensors(set_number("weights/", float("nan")), sealed=True),
    "infinite best": tensors(set_number("best/", float("inf")), sealed=True),
    "NaN moments": tensors(set_number("moments/", float("nan")), sealed=True),
    "shape": tensors(reshape, sealed=True), "a weight lost": tensors(lose("weights/"), sealed=True),
    "a best weight lost": tensors(lose("best/"), sealed=True),
    "other number": tensors(set_number("moments/", 7.0), False),
    "moments lost": tensors(lose("moments/"), False),
    "unknown part": tensors(lambda content: content.update(other=torch.ones(1)), sealed=True),
    "no json": lambda folder: (folder / ABOUT).unlink(), "no tensors": lambda folder: (folder / TENSORS).unlink(),
    "a file": file_instead, "a link to nothing": link_to_nothing, "a file above": file_above,
    "a folder inside": folder_inside,
}  # fmt: skip


@pytest.fixture(scope="module")
def world(tiny_dropout: Path, tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A training to its end, and the state after 3 of its 5 steps."""
    folder = tmp_path_factory.mktemp("saved") / "state"
    made = plan("classification", examples("classification", tokenizer), evaluate_at=frozenset({2}), keep_best=False)
    made = replace(made, steps=made.steps[:5])

    def collate(chosen: Any, step: int) -> dict[str, torch.Tensor]:
        if step == 3:
            raise Killed
        return made.collate(chosen, step)

    def measure(model: Any) -> dict[str, float]:
        return {"value": 1.0}

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XSTILTS_CHECKPOINT_STEPS", "3")
        with pytest.raises(Killed):
            fit(
                build("classification", tiny_dropout), replace(made, collate=collate), SEEDS, State(folder, "x"),
                measure=measure,
            )  # fmt: skip
    whole = build("classification", tiny_dropout)
    curve = fit(whole, made, SEEDS, State(folder.with_name("none"), "x"), measure=measure)
    return {"state": folder, "plan": made, "measure": measure, "weights": weights(whole), "curve": vars(curve)}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_state_is_set_aside(
    damage: Callable[[Path], object], world: dict[str, Any], tiny_dropout: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder = tmp_path / "of" / "one"
    shutil.copytree(world["state"], folder)
    damage(folder)
    model, state = build("classification", tiny_dropout), State(folder, "x")
    curve = fit(model, world["plan"], SEEDS, state, measure=world["measure"])
    assert weights(model) == world["weights"] and vars(curve) == world["curve"]
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1 and f"the saved state {tmp_path}" in said[0] and "is damaged: " in said[0]
    assert ".damaged, and the training starts again at the first step" in said[0]
    state.clear()
    left = [path.name for path in tmp_path.rglob("*")]
    assert left in (["of"], ["of.damaged"]), "also what was set aside goes, if it was the state's own folder"


def test_a_whole_state_is_taken(world: dict[str, Any], tiny_dropout: Path, tmp_path: Path, capsys: Any) -> None:
    shutil.copytree(world["state"], tmp_path / "state")
    model = build("classification", tiny_dropout)
    curve = fit(model, world["plan"], SEEDS, State(tmp_path / "state", "x"), measure=world["measure"])
    assert weights(model) == world["weights"] and vars(curve) == world["curve"]
    assert capsys.readouterr().out.startswith("continuing after step 3 from ")


def test_one_that_was_being_replaced_is_taken(
    world: dict[str, Any], tiny_dropout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A kill between the two renames: the old state lies aside, the new one is not in its place yet."""
    folder, left = tmp_path / "state", tmp_path / f"{places.PREFIX}0"
    left.mkdir()
    new, old = places.new_and_old(left, folder)
    places.note(left, folder)
    shutil.copytree(world["state"], old)
    new.mkdir()
    model = build("classification", tiny_dropout)
    curve = fit(model, world["plan"], SEEDS, State(folder, "x"), measure=world["measure"])
    assert weights(model) == world["weights"] and vars(curve) == world["curve"]
    assert capsys.readouterr().out.startswith("continuing after step 3 from ") and not left.exists()


def test_that_of_another_training_is_left_without_a_word(
    world: dict[str, Any], tiny_dropout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(world["state"], tmp_path / "state")
    model = build("classification", tiny_dropout)
    optimiser = torch.optim.AdamW(model.parameters())
    assert State(tmp_path / "state", "y").load(model, optimiser, Curve(), {}) == 0
    assert capsys.readouterr().out == "" and (tmp_path / "state" / TENSORS).is_file()


def test_a_state_of_another_model_under_the_same_name_changes_no_weight(
    world: dict[str, Any], tiny: Path, tmp_path: Path
) -> None:
    shutil.copytree(world["state"], tmp_path / "state")
    model = build("tagging", tiny)
    before, optimiser = weights(model), torch.optim.AdamW(model.parameters())
    assert State(tmp_path / "state", "x").load(model, optimiser, Curve(), {}) == 0
    assert weights(model) == before and not optimiser.state


def test_a_training_with_frozen_weights_keeps_and_takes_the_others_alone(
    world: dict[str, Any], tiny_dropout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the same bytes as without an interruption, with a best checkpoint in the saved state."""

    def frozen() -> Any:
        model = build("classification", tiny_dropout)
        model.base_model.embeddings.requires_grad_(False)
        return model

    made, folder = replace(world["plan"], keep_best=True), tmp_path / "state"

    def collate(chosen: Any, step: int) -> dict[str, torch.Tensor]:
        if step == 3:
            raise Killed
        return dict(made.collate(chosen, step))

    monkeypatch.setenv("XSTILTS_CHECKPOINT_STEPS", "3")
    with pytest.raises(Killed):
        fit(frozen(), replace(made, collate=collate), SEEDS, State(folder, "x"), measure=world["measure"])
    kept = load_file(folder / TENSORS)
    assert {name.split("/")[0] for name in kept} == {"weights", "best", "moments"}
    assert not [name for name in kept if ".embeddings." in name]
    whole, resumed = frozen(), frozen()
    fit(whole, made, SEEDS, State(tmp_path / "none", "x"), measure=world["measure"])
    fit(resumed, made, SEEDS, State(folder, "x"), measure=world["measure"])
    assert weights(resumed) == weights(whole)
