"""Composing: a base and what differs, as text that DVC leaves as it is."""

from __future__ import annotations

import difflib
import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

from tests import profiles
from tests.imports import ROOT
from xstilts.errors import InputError
from xstilts.params.fields import Fields
from xstilts.params.profiles import changes, compose, names

MINE = """\
# My own.
base: miniature
without: [sources, targets, squad]
sources:            # one
  mnli: {tasks: [mnli], epochs: 1, lr: 3e-4, batch: 32, max_length: 128}
targets:
  classification:
    # the smallest
    xnli: {epochs: 1, lr: 1.0e-3, batch: 32, max_length: 128}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped profiles in a folder where others may be put."""
    return Path(shutil.copytree(ROOT / "profiles", tmp_path / "profiles"))


def written(folder: Path, text: str, name: str = "mine") -> str:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return compose(name, folder)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        written(folder, text)
    return str(caught.value).removeprefix(f"{folder / 'mine.yaml'}: ")


def test_a_profile_of_one_source_and_one_target_is_ten_lines(folder: Path) -> None:
    assert len(MINE.splitlines()) <= 10
    content, base = yaml.safe_load(written(folder, MINE)), profiles.content("miniature")
    assert content["profile"] == "mine"
    assert list(content["sources"]) == ["mnli"]
    assert {group: list(own) for group, own in content["targets"].items() if own} == {"classification": ["xnli"]}
    assert set(content["targets"]) == set(base["targets"]) and content["squad"] == {}
    other = {"profile", "sources", "targets", "squad"}
    assert {k: v for k, v in content.items() if k not in other} == {k: v for k, v in base.items() if k not in other}


def test_dvc_trains_one_source_and_one_target_and_nothing_else(folder: Path) -> None:
    from tests.test_dag import expand

    text = MINE.replace("targets, squad]", "targets, squad, corpus]")
    stages = {name for name in expand(yaml.safe_load(written(folder, text))) if not name.startswith("prepare@")}
    assert stages == {
        "miniature@world", "condition", "backbone", "mixture", "intermediate@mnli-1",
        "target-classification@xnli-mnli-1",
        "evaluate-classification@xnli-mnli", "score-classification@xnli", "evaluate-intermediate@mnli",
        "score-intermediate", "submission@mnli", "statistics", "aggregate",
    }  # fmt: skip


def test_the_profile_of_the_docs_is_one_source_and_one_target(folder: Path) -> None:
    page = (ROOT / "docs/real-data.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.S)
    content = yaml.safe_load(written(folder, shown))
    assert (list(content["sources"]), list(content["targets"]["classification"])) == (["mnli"], ["xnli"])


def test_a_profile_says_what_it_is_made_of_and_keeps_comments(folder: Path) -> None:
    lines = written(folder, MINE).splitlines()
    first = "# Composed from profiles/base.yaml, profiles/miniature.yaml and profiles/mine.yaml by xstilts profile mine"
    assert lines[:2] == [first, "# My own."]
    for comment, key in (("one", "sources:"), ("the smallest", "xnli:"), ("data sets to fetch", "downloads: {}")):
        place = next(n for n, line in enumerate(lines) if line.strip() == f"# {comment}")
        assert lines[place + 1].strip().startswith(key)
    assert "# official: TyDiQA" not in "\n".join(lines), "the comment of a key that is gone"


def test_a_profile_may_lie_anywhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    text = compose(str(tmp_path / "mine.yaml"), folder)
    assert yaml.safe_load(text) == yaml.safe_load(written(folder, MINE))
    assert text.splitlines()[0].endswith(f"{tmp_path / 'mine.yaml'} by xstilts profile {tmp_path / 'mine.yaml'}")


def test_a_base_may_be_a_file_beside_the_profile(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "studies/made"
    place.mkdir(parents=True)
    (place / "first.yaml").write_text("base: miniature\nseeds: [7]\n", encoding="utf-8")
    (place / "second.yaml").write_text("base: first.yaml\nthreads: 2\n", encoding="utf-8")
    content = yaml.safe_load(compose(str(place / "second.yaml"), folder))
    assert content == profiles.content("miniature") | {"profile": "second", "seeds": [7], "threads": 2}


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("missing.yaml", "base: found no file "),
        ("mine.yaml", "base: found 'mine.yaml', which is itself based on this"),
        ("../profiles/mine.yaml", "base: found '../profiles/mine.yaml', which is itself based on this"),
    ],
)
def test_a_base_that_is_no_other_file(folder: Path, base: str, said: str) -> None:
    assert refusal(folder, f"base: {base}\n").startswith(said)


def test_base_has_the_defaults_of_the_schema() -> None:
    base = yaml.safe_load((ROOT / "profiles/base.yaml").read_text(encoding="utf-8"))
    given = {"profile": "x", "tasks": {}, "backbone": profiles.content("paper")["backbone"], "targets": {}}
    whole = Fields.model_validate({**given, "sources": {"none": {"tasks": []}}}).model_dump(by_alias=True)
    corpus = {key: value for key, value in whole["corpus"].items() if value is not None}
    whole["optimisation"].pop("batches")  # named where it is asked for: here, all trainings would run again
    absent = {"profile", "backbone", "siqa", "copa"}
    assert {**whole, "corpus": corpus, "sources": {}} == {**base, **{key: whole[key] for key in absent}}


def test_a_file_has_what_is_different_alone(folder: Path) -> None:
    text = written(folder, "base: full\nseeds: [4, 5]\ntargets: {tagging: {panx: {epochs: 3}}}\n")
    full = profiles.content("full")
    full |= {"profile": "mine", "seeds": [4, 5]}
    full["targets"]["tagging"]["panx"]["epochs"] = 3
    assert yaml.safe_load(text) == full


def test_what_is_without_is_gone_or_as_in_base(folder: Path) -> None:
    text = written(
        folder,
        "base: miniature\nwithout: [targets.tagging.panx, retrieval, sources.mnli]\nretrieval: {max_length: 64}\n",
    )
    content = yaml.safe_load(text)
    assert list(content["targets"]["tagging"]) == ["udpos"] and "mnli" not in content["sources"]
    base = yaml.safe_load((ROOT / "profiles/base.yaml").read_text(encoding="utf-8"))
    assert content["retrieval"] == {**base["retrieval"], "max_length": 64}


def test_names(folder: Path) -> None:
    (folder / "notes.txt").touch()
    assert names(folder) == sorted(profiles.NAMES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seeds: [1]\n", "base: missing key, expected the name of a profile, such as `base: miniature`"),
        ("base: [a]\n", "base: found ['a'], expected the name of a profile, such as `base: miniature`"),
        ("base: miniatur\n", "base: unknown profile 'miniatur' (did you mean 'miniature'?); there are: full, "),
        ("base: mine\n", "base: found 'mine', which is itself based on this profile"),
        ("base: full\nprofile: x\n", "profile: the name of the file is the name of the profile; take this key out"),
        ("base: full\nwithout: sources\n", "without: found 'sources', expected a list of keys such as [sources, "),
        ("base: full\nwithout: [source]\n", "without: 'source' is not in the base (did you mean 'sources'?)"),
        ("base: full\nwithout: [seeds.x]\n", "without: 'seeds.x' is not in the base"),
        ("base: full\nsource: {}\n", "source: unknown key (did you mean 'sources'?)"),
        ("base: full\nsources: {mnli: {epoch: 3}}\n", "sources.mnli.epoch: unknown key (did you mean 'epochs'?)"),
        ("base: base\n", "backbone.kind: missing key"),
        ("base: full\nseeds: &s [1]\n", "found the anchor '&s', expected the value written out"),
        ("base: full\nbase: full\n", "2: not valid YAML: found duplicate key "),
        ("base: [\n", "2: not valid YAML: did not find expected node content"),
        ("- a\n", "found CommentedSeq, expected a table of keys"),
        ("", "found NoneType, expected a table of keys"),
    ],
)
def test_what_is_refused(text: str, message: str, folder: Path) -> None:
    found = refusal(folder, text)
    assert message in found and len(found.splitlines()) <= 4, found


@pytest.mark.parametrize("name", ["papr", "base", "../paper"])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(
        InputError,
        match=f"unknown profile '{name}'.*; there are: full, .*, miniature, paper, shared, shared-e5, xtreme-r",
    ):
        compose(name, ROOT / "profiles")


def rewritten(text: str) -> str:
    """As DVC writes a file that it has read (dvc.utils.serialize)."""
    from dvc.utils.serialize._yaml import dumps_yaml

    return str(dumps_yaml(YAML().load(io.StringIO(text))))


def difference(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize("profile", profiles.NAMES)
def test_dvc_leaves_the_text_as_it_is(profile: str) -> None:
    text = profiles.text(profile)
    assert rewritten(text) == text
    assert all(len(line) <= 80 for line in text.splitlines() if "#" not in line and "note:" not in line)


@pytest.mark.parametrize("profile", profiles.NAMES)
def test_an_experiment_changes_the_lines_it_has_to(profile: str, tmp_path: Path) -> None:
    from dvc.utils.hydra import apply_overrides

    def after(*settings: str) -> list[str]:
        (tmp_path / "params.yaml").write_text(profiles.text(profile), encoding="utf-8")
        apply_overrides(tmp_path / "params.yaml", list(settings))
        return difference(profiles.text(profile), (tmp_path / "params.yaml").read_text(encoding="utf-8"))

    assert after("threads=3") == [
        next(f"-{line}" for line in profiles.text(profile).splitlines() if line.startswith("threads: 1")),
        next(
            f"+threads: 3{line[10:]}" for line in profiles.text(profile).splitlines() if line.startswith("threads: 1")
        ),
    ]
    new = after("seeds=[1,2,3,4]")
    assert [line for line in new if line.startswith("-")] == [] and new[-1] == "+- 4"
    column = "classification.xnli" if profile == "local" else "tagging.panx"
    for one in (after(f"targets.{column}.epochs=99"), after("sources.mnli.lr=1e-6")):
        assert len(one) == 2 and one[0].startswith("-") and one[1].startswith("+")
    assert all(line.startswith("+") for line in after("+sources.new={tasks: [mnli], epochs: 1, lr: 1e-4}"))


def test_changes_are_listed_by_their_keys() -> None:
    old = {"a": 1, "b": {"c": [1], "d": {}}, "e": {"f": "x", "g": 0.1}}
    new = {"a": 2, "b": {"c": [1, 2], "d": {"x": 1}}, "e": {"f": "x"}, "h": {"i": "y" * 80}}
    found = changes(yaml.safe_dump(old), yaml.safe_dump(new))
    assert found == [
        "a: 1 -> 2", "b.c: [1] -> [1, 2]", "b.d: {} -> {x: 1}", "e.g: 0.1 -> (none)",
        f"h: (none) -> {{i: {'y' * 53}...",
    ]  # fmt: skip
    assert changes(yaml.safe_dump(old), yaml.safe_dump(old)) == []


@pytest.mark.parametrize("broken", ["a: [", "", "- 1\n"])
def test_changes_of_what_was_no_parameter_file(broken: str) -> None:
    found = changes(broken, "a: 1\n")
    assert found in (["a: (none) -> 1"], ["the old file is not valid YAML: everything is new"])


def test_changes_between_two_profiles() -> None:
    found: list[Any] = changes(profiles.text("miniature"), profiles.text("full"))
    assert "profile: miniature -> full" in found and "unions: {} -> {anli_plus: [anli, mnli, snli]}" in found
    assert not [line for line in found if line.startswith(("backbone", "targets", "seeds"))]
