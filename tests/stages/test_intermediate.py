"""Intermediate training from mixture to development scores, on tiny encoders: several tasks, masked text, translations,
unions, kept heads; and a training of several tasks that is killed goes on to the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from safetensors.torch import load_file

import stages.evaluate_intermediate
import stages.intermediate
import stages.mixture
import stages.score_intermediate
import stages.target
from tests.fake_grid import PARAMS, write_params
from tests.imports import ROOT
from tests.tasks_made_up import made_up
from tests.texts import LINES
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records import prepared
from xstilts.records.files import read_json, read_rows, write_json, write_rows
from xstilts.records.prepared import SCHEMAS

RECIPE = {"epochs": 2, "lr": 1.0e-3, "batch": 4, "max_length": 48}
NLI = ("contradiction", "entailment", "neutral")
BOTH = {"tasks": ["mnli", "hellaswag"], "sampling": {"rule": "proportional"}, **RECIPE}
TEXT = list(LINES.values())
ENTRY = {"layout": "native", "raw": "x", "labels": "x"}


def pairs(count: int, prefix: str = "") -> list[dict[str, Any]]:
    return [
        {"id": f"{prefix}{n}", "text_a": TEXT[n % 9], "text_b": TEXT[(n * 5) % 7], "label": NLI[n % 3]}
        for n in range(count)
    ]


def choices(count: int) -> list[dict[str, Any]]:
    return [
        {"id": str(n), "prompt": TEXT[n % 8][:30], "choices": TEXT[n % 5 : n % 5 + 4], "label": n % 4}
        for n in range(count)
    ]


def write_prepared(name: str, family: str, rows: list[dict[str, Any]], labels: tuple[str, ...] = ()) -> None:
    folder = Path("data/prepared") / name
    write_json(folder / "task.json", vars(made_up(family, "accuracy", name, labels)))
    for split in ("train", "dev"):
        write_rows(folder / split / "en.parquet", rows, SCHEMAS[family])


@pytest.fixture
def world(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Prepared sets, raw text, a translation and a backbone."""
    monkeypatch.chdir(tmp_path)
    write_prepared("mnli", "classification", pairs(24), NLI)
    write_prepared("snli", "classification", pairs(12, "r1/"), NLI)
    write_prepared("other", "classification", pairs(12), NLI[::-1])
    write_prepared("hellaswag", "choice", choices(12))
    translated = [{**row, "text_a": row["text_a"].upper()} for row in pairs(24)[::2]]
    write_rows(Path("data/prepared/mnli-de/train/de.parquet"), translated, SCHEMAS["classification"])
    write_json(Path("data/prepared/mnli-de/translation.json"), {
        "task": "mnli", "language": "de", "by": "marian", "rows": {"english": 24, "translated": 12},
        "counts": {"dropped_empty": 12}, "quality": {"length_ratio": 1.0, "copies": 0.5},
        "translator": {"engine": "marian", "held_out": {"de": {"chrf2": 71.5}}},
    })  # fmt: skip
    for language in ("en", "de"):
        path = Path(f"data/miniature/text/mono/{language}.txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line} {n}\n" for n in range(3) for line in TEXT), encoding="utf-8")
    shutil.copytree(tiny, "models/backbone")
    return tmp_path


def setup(
    folder: Path, targets: dict[str, Any] | None = None, more: Any = None, **sources: Any
) -> None:  # fmt: skip
    tasks = {**PARAMS["tasks"], **dict.fromkeys(("snli", "other"), ENTRY), **(more or {})}
    translations = {"mnli-de": {"task": "mnli", "language": "de", "by": "marian", "from": "models/translators/marian"}}
    machine = {
        "engine": "marian", "from": "x", "languages": {"de": ""}, "batch": 1, "max_length": 9,
        "repo": "x", "revision": "0" * 40,
    }  # fmt: skip
    write_params(
        folder, tasks=tasks, sources=sources, targets=targets or {}, translations=translations,
        translators={"marian": machine},
        unions={"nli": ["mnli", "snli"], "mixed": ["mnli", "other"]},
    )  # fmt: skip


def run(stage: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", [stage, *arguments])
    getattr(stages, stage).main()


def write_language(name: str, language: str, split: str, rows: list[dict[str, Any]]) -> None:
    write_rows(Path(f"data/prepared/{name}/{split}/{language}.parquet"), rows, SCHEMAS["classification"])


def in_dutch(folder: Path, **recipes: Any) -> None:
    """SICK in English, Dutch and Japanese, and a set that is in Chinese alone."""
    write_prepared("sick", "classification", pairs(12), NLI)
    write_prepared("zhnli", "classification", pairs(9), NLI)
    for language, size in (("nl", 8), ("ja", 6), ("zh", 10)):
        name = "zhnli" if language == "zh" else "sick"
        write_language(name, language, "train", [{**row, "text_a": f"{language} {row['text_a']}"} for row in pairs(12)])
        write_language(name, language, "dev", [{**row, "text_b": f"{language} {row['text_b']}"} for row in pairs(size)])
    shutil.rmtree("data/prepared/zhnli/train")
    write_language("zhnli", "zh", "train", pairs(12))
    Path("data/prepared/zhnli/dev/en.parquet").unlink()
    own = {"sick": {**ENTRY, "train": ["en", "nl", "ja"], "dev": ["nl", "ja"]},
           "zhnli": {**ENTRY, "train": ["zh"], "dev": ["zh"]}}  # fmt: skip
    setup(folder, None, own, none={"tasks": []}, **recipes)


def test_a_source_in_another_language(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its training set, its development set, what it is chosen by and scored on are in its language."""
    in_dutch(
        world,
        dutch={"tasks": ["sick"], "languages": ["nl"], **RECIPE},
        chinese={"tasks": ["zhnli"], "languages": ["zh"], **RECIPE},
        two={"tasks": ["sick"], "languages": ["ja", "nl"], **RECIPE},
        both={"tasks": ["sick"], "languages": ["en", "nl"], **RECIPE},
        english={"tasks": ["sick"], **RECIPE},
    )
    run("mixture", monkeypatch)
    data = Path("data/mixtures")

    def files(source: str, task: str = "sick") -> set[str]:
        folder = data / source / "intermediate" / task
        return {str(path.relative_to(folder)) for path in folder.rglob("*.parquet")}

    assert files("english") == {"train/en.parquet", "dev/en.parquet"}
    assert files("both") == {"train/en.parquet", "train/nl.parquet", "dev/en.parquet"}
    assert files("dutch") == {"train/nl.parquet", "dev/en.parquet"}, "a development set is always called `en`"
    assert files("chinese", "zhnli") == {"train/zh.parquet", "dev/en.parquet"}
    for source, task, own in (
        ("english", "sick", "sick/dev/en"), ("both", "sick", "sick/dev/en"), ("dutch", "sick", "sick/dev/nl"),
        ("chinese", "zhnli", "zhnli/dev/zh"),
    ):  # fmt: skip
        copy = data / source / "intermediate" / task / "dev/en.parquet"
        assert copy.read_bytes() == Path(f"data/prepared/{own}.parquet").read_bytes()
    ids = [row["id"] for row in read_rows(data / "two/intermediate/sick/dev/en.parquet")]
    assert ids == [*(f"ja/sick/{n}" for n in range(6)), *(f"nl/sick/{n}" for n in range(8))]

    run("intermediate", monkeypatch, "dutch", "1")
    run("intermediate", monkeypatch, "two", "1")
    setup(world, None, {"sick": {**ENTRY, "train": ["en", "nl", "ja"], "dev": ["nl", "ja"]}}, none={"tasks": []},
          dutch={"tasks": ["sick"], "languages": ["nl"], **RECIPE},
          two={"tasks": ["sick"], "languages": ["ja", "nl"], **RECIPE})  # fmt: skip
    for source in ("none", "dutch", "two"):
        run("evaluate_intermediate", monkeypatch, source)
    run("score_intermediate", monkeypatch)
    cells = {cell["source"]: cell for cell in read_json(Path("results/intermediate.json"))["cells"]}
    curve = read_json(Path("results/curves/intermediate/dutch/1.json"))
    assert cells["dutch"]["n"] == 8 and cells["dutch"]["main"] == pytest.approx(curve["best"]["value"], abs=1e-5)
    assert cells["two"]["n"] == 14 and {name: one["n"] for name, one in cells["two"]["parts"].items()} == {
        "ja/sick": 6, "nl/sick": 8,
    }  # fmt: skip


def test_training_rows_of_a_noised_source(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its texts have the noise, nothing else has: no label, no id, no development set, no other source."""
    setup(world, none={"tasks": []}, clean={"tasks": ["nli"], **RECIPE},
          noisy={"tasks": ["nli"], "noised": "swap-1", **RECIPE})  # fmt: skip
    run("mixture", monkeypatch)
    clean, noisy = (Path(f"data/mixtures/{source}/intermediate/nli") for source in ("clean", "noisy"))
    before, after = (read_rows(folder / "train/en.parquet") for folder in (clean, noisy))
    assert [(row["id"], row["label"]) for row in before] == [(row["id"], row["label"]) for row in after]
    changed = sum(one != other for one, other in zip(before, after, strict=True))
    counts = read_json(noisy / "noised-en.json")
    assert changed > 0 and (counts["condition"], counts["rows_changed"]) == ("swap-1", changed)
    assert (noisy / "dev/en.parquet").read_bytes() == (clean / "dev/en.parquet").read_bytes()
    assert not (clean / "noised-en.json").exists()
    run("intermediate", monkeypatch, "noisy", "1")
    assert read_json(Path("results/curves/intermediate/noisy/1.json"))["recipe"]["noised"] == "swap-1"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"tasks": ["mnli"], "noised": "swop-1", **RECIPE}, r"sources\.x\.noised: unknown condition 'swop'"),
        ({"tasks": ["mnli"], "noised": "swap", **RECIPE}, r"condition 'swap': found no level"),
        (
            {"tasks": ["mnli"], "noised": "natural-0.1", **RECIPE},
            r"found 'natural-0.1', which needs more than the rows",
        ),
        ({"tasks": ["mnli"], "noised": "code-mix-texts-1", **RECIPE}, r"which needs more than the rows"),
        ({"tasks": [], "noised": "swap-1"}, r"noised, shuffle_labels and head belong to a source with tasks"),
        ({"tasks": ["mnli"], "init": "random", **RECIPE}, r"init: random belongs to a source without tasks or mlm"),
    ],
)
def test_sources_that_cannot_be(source: dict[str, Any], message: str, world: Path) -> None:
    setup(world, x=source)
    with pytest.raises(InputError, match=message):
        read_params()


def test_sources_in_other_languages_that_cannot_be(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_dutch(world, chinese={"tasks": ["zhnli"], **RECIPE})
    with pytest.raises(InputError, match=r"sources\.chinese: task 'zhnli' cannot be .*train/en.parquet is missing"):
        run("mixture", monkeypatch)
    in_dutch(world, german={"tasks": ["sick"], "languages": ["de"], **RECIPE})
    with pytest.raises(InputError, match=r"sources\.german\.languages: sick has no training data in 'de' as published"):
        run("mixture", monkeypatch)
    in_dutch(world)
    setup(
        world,
        {"classification": {"zhnli": RECIPE}},
        {"zhnli": {**ENTRY, "evaluate": {"test": ["zh"]}}},
        none={"tasks": []},
    )
    with pytest.raises(InputError, match=r"targets\.classification\.zhnli: zhnli has no English training set"):
        run("mixture", monkeypatch)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_file(folder / "model.safetensors"))


def test_several_tasks_and_masked_text(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mlm = {"share": 0.4, "languages": ["en", "de"], "held_out": 5, "lines": 20}
    setup(world, none={"tasks": []}, both={**BOTH, "mlm": mlm, "each": {"hellaswag": {"batch": 2}}})
    for stage, *arguments in (
        ["mixture"], ["intermediate", "both", "1"], ["evaluate_intermediate", "both"],
        ["evaluate_intermediate", "none"], ["score_intermediate"],
    ):  # fmt: skip
        run(stage, monkeypatch, *arguments)
    curve = read_json(Path("results/curves/intermediate/both/1.json"))
    assert curve["tasks"] == ["mnli", "hellaswag", "mlm"]
    total = round((2 * 6 + 2 * 6) / 0.6)
    assert sum(curve["sampled"].values()) == total and min(curve["sampled"].values()) > 0
    assert Counter(point["task"] for point in curve["steps"]) == curve["sampled"], "every step is in a short curve"
    for point in curve["dev"]:
        assert point["value"] == pytest.approx(sum(point["tasks"].values()) / 2, abs=1e-5)
        assert point["tasks"].keys() == {"mnli", "hellaswag"}, "perplexity is no part of the mean"

    folder = world / "models/intermediate/both/1"
    assert {path.name for path in (folder / "heads").iterdir()} == {"mnli", "hellaswag", "mlm"}
    assert not [name for name in weights(folder) if "pooler" in name or "classifier" in name], "an encoder alone"
    assert not [name for name in load_file(folder / "heads/mlm/head.safetensors") if name == "lm_head.decoder.weight"]

    result = read_json(Path("results/intermediate.json"))
    cells = {cell["task"]: cell for cell in result["cells"]}
    best = curve["best"]["tasks"]
    assert cells["mnli"]["main"] == pytest.approx(best["mnli"], abs=1e-5), (
        "the kept head and encoder are those selected"
    )
    assert cells["hellaswag"]["main"] == pytest.approx(best["hellaswag"], abs=1e-5)
    assert cells["mlm"]["parts"].keys() == {"en", "de"} and cells["mlm"]["n"] == 10
    assert cells["mlm"]["scores"]["perplexity"] > 1
    assert result["tasks"]["mnli"]["chance"] == pytest.approx(100 / 3)


def test_masked_text_alone(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = {**RECIPE, "epochs": None, "steps": 6}
    setup(world, text={"tasks": [], "mlm": {"share": 1, "languages": ["de"], "held_out": 4}, **recipe})
    run("mixture", monkeypatch)
    run("intermediate", monkeypatch, "text", "1")
    curve = read_json(Path("results/curves/intermediate/text/1.json"))
    assert curve["sampled"] == {"mlm": 6} and curve["best"]["value"] < -1
    held, lines = (
        prepared.rows("mlm", split, "de", Path("data/mixtures/text/intermediate")) for split in ("dev", "train")
    )
    assert not {row["text"] for row in held} & {row["text"] for row in lines} and len(held) == 4


def test_lines_are_nested_subsets(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mlm, recipe = {"share": 1, "languages": ["en"], "held_out": 3}, {**RECIPE, "epochs": None, "steps": 6}
    given: dict[str, Any] = {f"m{count}": {"tasks": [], "mlm": {**mlm, "lines": count}, **recipe} for count in (5, 20)}
    setup(world, **given)
    run("mixture", monkeypatch)
    short, long = (prepared.rows("mlm", "train", "en", Path(f"data/mixtures/m{n}/intermediate")) for n in (5, 20))
    assert len(short) == 5 and long[:5] == short and len(long) == 20


def test_a_union_is_one_task_with_parts(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup(world, nli={"tasks": ["nli"], **RECIPE})
    for stage, *arguments in (
        ["mixture"], ["intermediate", "nli", "1"], ["evaluate_intermediate", "nli"], ["score_intermediate"],
    ):  # fmt: skip
        run(stage, monkeypatch, *arguments)
    rows = prepared.rows("nli", "train", "en", Path("data/mixtures/nli/intermediate"))
    assert [row["id"] for row in (rows[0], rows[-1])] == ["mnli/0", "snli/r1/11"] and len(rows) == 36
    (cell,) = read_json(Path("results/intermediate.json"))["cells"]
    assert {name: part["n"] for name, part in cell["parts"].items()} == {"mnli": 24, "snli/r1": 12}
    assert cell["main"] == pytest.approx(sum(p["n"] * p["main"] for p in cell["parts"].values()) / 36, abs=1e-4)


def test_shuffled_labels(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each label is as often there, on other rows, the same in all languages; nothing else changes in any source."""
    in_dutch(
        world,
        true={"tasks": ["sick"], "languages": ["en", "nl"], **RECIPE},
        false={"tasks": ["sick"], "languages": ["en", "nl"], "shuffle_labels": True, **RECIPE},
        dutch={"tasks": ["sick"], "languages": ["nl"], "shuffle_labels": True, **RECIPE},
    )
    run("mixture", monkeypatch)

    def rows(source: str, language: str, split: str = "train") -> list[dict[str, Any]]:
        return read_rows(Path(f"data/mixtures/{source}/intermediate/sick/{split}/{language}.parquet"))

    for language in ("en", "nl"):
        true, false = rows("true", language), rows("false", language)
        assert (
            Path(f"data/mixtures/true/intermediate/sick/train/{language}.parquet").read_bytes()
            == Path(f"data/prepared/sick/train/{language}.parquet").read_bytes()
        ), "no other source is touched"
        assert [{**row, "label": ""} for row in true] == [{**row, "label": ""} for row in false]
        assert [row["label"] for row in true] != [row["label"] for row in false]
        assert Counter(row["label"] for row in true) == Counter(row["label"] for row in false)
    assert [row["label"] for row in rows("false", "en")] == [row["label"] for row in rows("false", "nl")]
    assert rows("false", "nl") == rows("dutch", "nl"), "the same labels for every source"
    assert rows("false", "en", "dev") == rows("true", "en", "dev"), "a development set says the truth"


@pytest.mark.parametrize(("mode", "languages"), [("add", {"en", "de"}), ("replace", {"de"})])
def test_translated_data(mode: str, languages: set[str], world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"tasks": ["mnli"], "translated": {"languages": ["de"], "mode": mode}, **RECIPE, "max_examples": 10}
    setup(world, translated=own)
    run("mixture", monkeypatch)
    files = {path.stem for path in Path("data/mixtures/translated/intermediate/mnli/train").iterdir()}
    assert files == languages
    run("intermediate", monkeypatch, "translated", "1")
    counts = read_json(Path("results/curves/intermediate/translated/1.json"))["counts"]["mnli"]
    assert counts["examples"] == (10 if mode == "replace" else pytest.approx(15, abs=4))
    line = read_json(Path("data/mixtures/translations.json"))["mnli-de"]
    assert (line["rows_in"], line["rows_out"], line["dropped"], line["chrf"]) == (24, 12, {"dropped_empty": 12}, 71.5)


def test_heads_under_one_and_kept(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One head for two tasks; and a target that goes on with it: with a rate of nothing it stays what it was."""
    shared = {"tasks": ["mnli", "snli"], "sampling": {"rule": "uniform"}, "shared_head": True, **RECIPE}
    still = {**RECIPE, "lr": 1e-30, "selection": "last"}
    setup(world, {"classification": {"xnli": still}}, shared=shared, kept={"tasks": ["mnli"], "head": "kept", **RECIPE})
    write_prepared("xnli", "classification", pairs(12), NLI)
    run("mixture", monkeypatch)
    run("intermediate", monkeypatch, "shared", "1")
    one, other = (load_file(f"models/intermediate/shared/1/heads/{task}/head.safetensors") for task in ("mnli", "snli"))
    assert all(torch.equal(one[name], other[name]) for name in one)

    run("intermediate", monkeypatch, "kept", "1")
    run("target", monkeypatch, "xnli", "kept", "1")
    head = load_file("models/intermediate/kept/1/heads/mnli/head.safetensors")
    target = weights(Path("models/target/xnli/kept/1"))
    assert head and all(torch.equal(tensor, target[name]) for name, tensor in head.items())
    assert read_json(Path("results/curves/target/xnli/kept/1.json"))["head"] == "mnli"


def test_translate_train_of_a_target(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"translate_train": {"languages": ["de"], "mode": "add"}}
    setup(world, {"classification": {"mnli": RECIPE}}, none={"tasks": []}, translated={"tasks": [], **asked})
    run("mixture", monkeypatch)
    assert Path("data/mixtures/none/intermediate").is_dir(), "a stage depends on it"
    assert read_json(Path("data/mixtures/none/mnli/training.json")) == {
        "languages": ["en"], "head": None, "selection": "english",
    }  # fmt: skip
    for source in ("none", "translated"):
        run("intermediate", monkeypatch, source, "1")
        run("target", monkeypatch, "mnli", source, "1")
    english, both = (read_json(Path(f"results/curves/target/mnli/{s}/1.json")) for s in ("none", "translated"))
    assert (english["counts"]["examples"], both["counts"]["examples"]) == (24, 36)
    assert both["languages"] == ["en", "de"] and english["languages"] == ["en"]


def test_another_choice_of_the_checkpoint(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An oracle sees the mean of its languages: of the English rows themselves it is English-dev selection."""
    recipe = {**RECIPE, "lr": 2.0e-3, "epochs": 12, "evaluations": 12}
    choices_of: dict[str, Any] = {name: {"tasks": [], "target_selection": name} for name in ("last", "oracle")}
    setup(world, {"classification": {"mnli": recipe}}, none={"tasks": []}, **choices_of)
    english = pairs(24)
    turned = [{**row, "label": NLI[(NLI.index(row["label"]) + 1) % 3]} for row in english]

    def train(source: str, **dev: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        for language, rows in dev.items():
            write_rows(Path(f"data/prepared/mnli/dev/{language}.parquet"), rows, SCHEMAS["classification"])
        languages = [path.stem for path in Path("data/prepared/mnli/dev").glob("*.parquet") if path.stem != "en"]
        params = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
        params["tasks"]["mnli"]["dev"] = languages
        Path("params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
        run("mixture", monkeypatch)
        run("intermediate", monkeypatch, source, "1")
        run("target", monkeypatch, "mnli", source, "1")
        return read_json(Path(f"results/curves/target/mnli/{source}/1.json")), weights(
            Path(f"models/target/mnli/{source}/1")
        )

    own, kept = train("none", de=english)
    same, also_kept = train("oracle")
    assert (own["selection"], same["selection"]) == ("english", "oracle")
    assert same["dev"] == own["dev"] and all(torch.equal(kept[name], also_kept[name]) for name in kept)
    other, _ = train("oracle", de=turned)
    assert other["dev"] != own["dev"] and other["best"] == max(other["dev"], key=lambda point: point["value"])
    both, _ = train("oracle", tr=english)
    assert [point["value"] for point in both["dev"]] == pytest.approx(
        [(one["value"] + two["value"]) / 2 for one, two in zip(own["dev"], other["dev"], strict=True)], abs=1e-5
    )
    last, final = train("last")
    assert (last["selection"], last["best"]) == ("last", own["dev"][-1])
    moved = own["best"] != own["dev"][-1]
    assert moved and any(not torch.equal(kept[name], final[name]) for name in kept)
    assert not Path("data/mixtures/last/mnli/dev").exists()


def test_a_target_of_another_family_is_refused(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup(world, {"tagging": {"mnli": RECIPE}}, none={"tasks": []})
    run("mixture", monkeypatch)
    run("intermediate", monkeypatch, "none", "1")
    with pytest.raises(InputError, match=r"'mnli' stands under tagging, but its family is classification"):
        run("target", monkeypatch, "mnli", "none", "1")


def test_a_target_without_other_development_sets_has_no_oracle(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {"none": {"tasks": []}, "best": {"tasks": [], "target_selection": "oracle"}}
    setup(world, {"classification": {"mnli": RECIPE}}, **sources)
    message = (
        r"sources\.best\.target_selection: oracle: no development set of mnli .* \(`tasks\.mnli\.dev` lists them\)"
    )
    with pytest.raises(InputError, match=message):
        run("mixture", monkeypatch)
    setup(world, {"classification": {"mnli": {**RECIPE, "selection": "last"}}}, **sources)
    run("mixture", monkeypatch)
    run("intermediate", monkeypatch, "best", "1")
    run("target", monkeypatch, "mnli", "best", "1")
    assert read_json(Path("results/curves/target/mnli/best/1.json"))["selection"] == "last"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            {"translate_train": {"languages": ["tr"], "mode": "add"}},
            r"params\.yaml: sources\.x\.translate_train: there is no",
        ),
        ({"target_selection": "oracle"}, r"sources\.x\.target_selection: oracle: no development set of snli"),
        (
            {"tasks": ["mnli", "other"], "sampling": {"rule": "uniform"}, "head": "kept", **RECIPE},
            r"sources\.x\.head: kept: snli could go on with the heads of mnli and other",
        ),
    ],
)
def test_what_a_target_cannot_have_is_refused_now_or_later(
    source: dict[str, Any], message: str, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stage `mixture` does not run again for a new target, so the training itself must see what is missing."""
    write_prepared("other", "classification", pairs(12), NLI)
    sources = {"none": {"tasks": []}, "x": {"tasks": [], **source}}
    setup(world, {"classification": {"snli": RECIPE}}, **sources)
    with pytest.raises(InputError, match=message):
        run("mixture", monkeypatch)
    setup(world, {}, **sources)
    run("mixture", monkeypatch)
    setup(world, {"classification": {"snli": RECIPE}}, **sources)
    run("intermediate", monkeypatch, "none", "1")
    run("target", monkeypatch, "snli", "none", "1")
    with pytest.raises(InputError, match=message):
        run("target", monkeypatch, "snli", "x", "1")


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (
            {"x": {"tasks": ["mixed"], **RECIPE}},
            r"unions\.mixed \(sources\.x\): labels: found .* of mnli and .* of other, expected the same",
        ),
        (
            {"x": {**BOTH, "shared_head": True}},
            r"sources\.x\.shared_head: mnli is classification with the labels .*, hellaswag choice with -; ",
        ),
        (
            {"x": {"tasks": ["mnli"], **RECIPE, "max_examples": 25}},
            r"sources\.x\.max_examples: found 25, but mnli has 24 examples",
        ),
        (
            {"x": {"tasks": ["mnli"], "languages": ["en", "sw"], **RECIPE}},
            r"sources\.x\.languages: mnli has no training data in 'sw' as published .*`translated` asks for machine",
        ),
        (
            {"x": {**BOTH, "mlm": {"share": 0.5, "languages": ["sw"]}}},
            r"data/miniature/text/mono/sw\.txt: file not found; the corpus has text in: de, en",
        ),
        (
            {"x": {**BOTH, "mlm": {"share": 0.5, "languages": ["en"], "lines": 1000}}},
            r"sources\.x\.mlm: data/miniature/text/mono has \d+ different lines in 'en', expected 1100 or more: 100",
        ),
        (
            {"x": {"tasks": ["hellaswag"], "shuffle_labels": True, **RECIPE}},
            r"sources\.x\.shuffle_labels: hellaswag is choice, expected classification",
        ),
        (
            {"x": {"tasks": ["pawsx"], **RECIPE}},
            r"sources\.x: task 'pawsx' cannot be trained on: data/prepared/pawsx/train/en\.parquet is missing",
        ),
    ],
)
def test_refused_before_training(sources: Any, message: str, world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup(world, **sources)
    with pytest.raises(InputError, match=message):
        run("mixture", monkeypatch)
    assert not Path("data/mixtures").exists()


def test_an_empty_translation_is_refused(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_rows(Path("data/prepared/mnli-de/train/de.parquet"), [], SCHEMAS["classification"])
    setup(world, x={"tasks": ["mnli"], "translated": {"languages": ["de"], "mode": "add"}, **RECIPE})
    with pytest.raises(InputError, match=r"mnli-de/train/de\.parquet: found no row, expected a translation of mnli"):
        run("mixture", monkeypatch)


def test_a_choice_between_two_heads_is_not_guessed(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = {"tasks": ["mnli", "snli"], "sampling": {"rule": "uniform"}, "head": "kept", **RECIPE}
    setup(world, {"classification": {"xnli": RECIPE, "mnli": RECIPE}}, x=both)
    write_prepared("xnli", "classification", pairs(12), NLI)
    with pytest.raises(InputError, match=r"sources\.x\.head: kept: xnli could go on with the heads of mnli and snli"):
        run("mixture", monkeypatch)


PROGRAM = """
import os, sys
from xstilts.training import loop as training
after, step, done = int(sys.argv.pop(1)), training._step, []
def killed(*arguments):
    if len(done) == after:
        os._exit(9)
    done.append(1)
    return step(*arguments)
training._step = killed
import stages.intermediate
stages.intermediate.main()
"""


def test_a_killed_training_of_several_tasks_goes_on_to_the_same_bytes(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlm = {"share": 0.4, "languages": ["en", "de"], "held_out": 5}
    setup(world, both={**BOTH, "mlm": mlm})
    run("mixture", monkeypatch)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XSTILTS_CHECKPOINT_STEPS": "5"}

    def train(after: int) -> int:
        command = [sys.executable, "-c", PROGRAM, str(after), "both", "1"]
        return subprocess.run(command, env=environment, capture_output=True, check=False).returncode

    assert train(1000) == 0
    outputs = [*Path("models/intermediate").rglob("*"), Path("results/curves/intermediate/both/1.json")]
    whole = {path: path.read_bytes() for path in outputs if path.is_file()}
    for folder in ("models/intermediate", "results"):
        shutil.rmtree(folder)
    assert train(8) == 9 and not Path("models/intermediate").exists()
    assert read_json(Path(".xstilts/state/intermediate/both/1/state.json"))["step"] == 5
    assert train(6) == 9
    assert read_json(Path(".xstilts/state/intermediate/both/1/state.json"))["step"] == 10
    assert train(1000) == 0
    assert {path: path.read_bytes() for path in whole} == whole
    assert not Path(".xstilts/state/intermediate/both/1").exists()


def test_held_out_lines_are_masked_alike_for_every_source(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mlm, recipe = {"share": 1, "languages": ["en"], "held_out": 6}, {**RECIPE, "epochs": None, "steps": 2}
    setup(world, one={"tasks": [], "mlm": mlm, **recipe}, two={"tasks": [], "mlm": mlm, **recipe, "lr": 1e-5})
    run("mixture", monkeypatch)
    found = []
    for source in ("one", "two"):
        run("intermediate", monkeypatch, source, "1")
        run("evaluate_intermediate", monkeypatch, source)
        rows = read_rows(Path(f"results/predictions/intermediate/{source}/1/mlm.parquet"))
        found.append([(row["id"], row["tokens"]) for row in rows])
    assert found[0] == found[1] and len(found[0]) == 6
