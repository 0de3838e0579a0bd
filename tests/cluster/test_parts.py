"""What goes to other machines together, what it needs there, and how a clone is made: tables and properties."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from dvc.repo import Repo
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cluster.sources import AWAY, Travelling
from tests.imports import ROOT
from xstilts.cluster import elsewhere, node, travel
from xstilts.cluster.parts import divide
from xstilts.cluster.resources import Need, need, needs
from xstilts.cluster.travel import Place
from xstilts.errors import InputError

GB = 10**9
AS_SOMEBODY = ("-c", "user.name=a", "-c", "user.email=a")


def said(monkeypatch: pytest.MonkeyPatch, text: str) -> Mapping[str, Mapping[str, float]]:
    monkeypatch.setenv("XSTILTS_RESOURCES", text)
    return needs()


def test_resources_by_kind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "{target: {gpus: 0.5, memory: 20 GB}, target-span: {cpus: 4}, evaluate: {gpus: 0}}"
    found, default = said(monkeypatch, text), Need(2, 1)
    assert need("target-tagging", found, default) == Need(2, 0.5, 20 * GB)
    assert need("target-span", found, default) == Need(4, 1)
    assert need("evaluate-span", found, default) == Need(2, 0)
    assert need("targets", found, default) == need("intermediate", found, default) == default
    (tmp_path / "needs.yaml").write_text(text)
    assert said(monkeypatch, str(tmp_path / "needs.yaml")) == found
    assert said(monkeypatch, " ") == {}


BAD = {
    "{target: {gpus: -1}}": "target: gpus: found -1, expected a whole number, or one from 0 to 1",
    "{target: {gpus: 1.5}}": "target: gpus: found 1.5, expected a whole number",
    "{target: {gpus: true}}": "target: gpus: found True",
    "{target: {gpus: many}}": "target: gpus: found 'many'",
    "{target: {cpus: .nan}}": "target: cpus: found nan",
    "{target: {cpus: .inf}}": "target: cpus: found inf",
    "{target: {gpu: 1}}": r"target: unknown resource 'gpu' \(did you mean 'gpus'\?\); there are: cpus, gpus, memory",
    "{target: {memory: 20}}": "target: memory: found 20, expected a size such as 20 GB",
    "{target: {memory: 20 G}}": "target: memory: found '20 G'",
    "{target: 1}": "expected kinds of stages with what they need, such as {intermediate",
    "{target": "no YAML: ",
    "no-such-file.yaml": "no-such-file.yaml: cannot be read; expected a file, or text such as {intermediate",
}


@pytest.mark.parametrize("text", BAD)
def test_a_mistake_in_the_resources_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    with pytest.raises(InputError, match=f"^XSTILTS_RESOURCES: {BAD[text]}"):
        said(monkeypatch, text)


def parts(
    places: Mapping[str, Place], above: Mapping[str, Sequence[str]], **named: dict[str, float]
) -> list[list[str]]:
    divided = divide(places, above, named, Need())
    return [part.stages for part in {part.name: part for part in divided.values()}.values()]


def test_one_source_and_seed_is_a_part() -> None:
    def place(kind: str, **item: str) -> Place:
        return Place(kind, item)

    places = {
        "backbone": place("backbone"), "i1": place("intermediate", source="s", seed="1"),
        "i2": place("intermediate", source="s", seed="2"), "t1": place("target-span", source="s", seed="1"),
        "t2": place("target-span", source="s", seed="2"), "e": place("evaluate-span", source="s"),
        "other": place("intermediate", source="none", seed="1"),
    }  # fmt: skip
    above = {
        "i1": ["backbone"],
        "i2": ["backbone"],
        "t1": ["i1"],
        "t2": ["i2"],
        "e": ["t1", "t2"],
        "other": ["backbone"],
    }
    above["backbone"] = ["data"]
    assert parts(places, above) == [["i1", "t1"], ["i2", "t2"], ["e"], ["other"]]
    assert parts(places, above, backbone={"gpus": 1.0})[0] == ["backbone"]
    assert parts(places, above, target={"gpus": 0.5}) == [["i1"], ["i2"], ["t1"], ["t2"], ["e"], ["other"]]


def test_parts_of_one_name_have_a_number() -> None:
    places = {"a": Place("x", {"source": "s-1"}), "b": Place("x", {"source": "s", "seed": "1"}), "c/d:e": Place("y")}
    divided = divide(places, dict.fromkeys(places, ()), {"y": {}}, Need())
    assert [part.name for part in divided.values()] == ["s-1", "s-1.2", "c-d-e"]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Place], dict[str, list[str]]]:
    """Stages, each of a source or at home, and which earlier ones each needs."""
    count = draw(st.integers(1, 12))
    names = [f"stage-{number}" for number in range(count)]
    above = {
        name: draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else []
        for number, name in enumerate(names)
    }
    sources = draw(st.lists(st.sampled_from(["", "p", "q"]), min_size=count, max_size=count))
    return {name: Place("kind", {"source": one}) for name, one in zip(names, sources) if one}, above


@settings(deadline=None)
@given(graphs())
def test_no_parts_wait_for_each_other(graph: tuple[dict[str, Place], dict[str, list[str]]]) -> None:
    """Stages at home and whole parts can be done in some order; each stage is in one part, of one source."""
    places, above = graph
    divided = divide(places, above, {}, Need())
    assert divided.keys() == places.keys()
    assert all(name in part.stages for name, part in divided.items())
    assert all(len({places[name].item["source"] for name in part.stages}) == 1 for part in divided.values())
    left, done = list(above), set[str]()
    while left:
        groups = {name: divided[name].stages if name in divided else [name] for name in left}
        ready = next(
            (
                group
                for group in groups.values()
                if {other for one in group for other in above[one]} <= done | set(group)
            ),
            None,
        )
        assert ready is not None, "a circle"
        done |= set(ready)
        left = [name for name in left if name not in done]


def test_what_can_travel(tmp_path: Path) -> None:
    project = Travelling(tmp_path / "project")
    tracked = ["work.py", "params.yaml"]
    with chdir(project.folder), Repo(".") as repo:
        graph = repo.index.graph
        can = {one.addressing for one in graph if travel.can_travel(one, list(graph.successors(one)), tracked)}
        assert can == {"base", *AWAY}, "not: a file of nobody's is read, the cache does not hold what is written"
        places = {one.addressing: travel.place(one) for one in graph}
    assert places["second@z-q-1"] == Place("second", {"task": "z", "source": "q", "seed": "1"})
    assert places["score@z"] == Place("score") and places["base"] == Place("base")


def test_what_of_the_pipeline_can_travel() -> None:
    """All trainings and evaluations; what stays is cheap."""
    with Repo(str(ROOT)) as repo:
        graph = repo.index.graph
        home = {
            travel.place(one).kind
            for one in graph
            if one.cmd
            and not travel.can_travel(one, list(graph.successors(one)), ["stages", "xstilts", *tracked(ROOT)])
        }
    assert {kind.partition("-")[0] for kind in home} <= {"score", "statistics", "aggregate", "submission"}


def tracked(root: Path) -> list[str]:
    return subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()


def request(project: Travelling, folder: Path) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project.folder, capture_output=True, text=True, check=True
    )
    return {
        "project": "p", "part": "q-1", "folder": str(folder), "commit": commit.stdout.strip(),
        "lock": "schema: '2.0'\n",
        "config": {"core": {}, "cache": {"dir": "/nowhere"}}, "token": None, "remote": None, "stages": [],
        "versions": {}, "drop": [], "processes": 1,
    }  # fmt: skip


def test_a_clone_is_made_again_whatever_lies_there(tmp_path: Path) -> None:
    project = Travelling(tmp_path / "project")
    asked, bundle = request(project, tmp_path), elsewhere.bundle(project.folder)
    clone = tmp_path / "clone"

    def made() -> None:
        node.prepare(clone, asked, bundle)
        assert (clone / "work.py").read_bytes() == (project.folder / "work.py").read_bytes()
        assert (clone / "dvc.lock").read_text() == asked["lock"]
        assert (clone / ".dvc/config.local").stat().st_mode & 0o077 == 0, "it may have passwords"
        with chdir(clone), Repo(".") as repo:
            assert repo.cache.legacy.path == "/nowhere" and not (clone / ".dvc/tmp/rwlock").exists()

    made()
    (clone / ".xstilts").mkdir(exist_ok=True)
    (clone / ".xstilts/state").touch()
    (clone / "work.py").write_text("changed")
    (clone / ".git/index.lock").touch()
    (clone / ".dvc/tmp").mkdir(exist_ok=True)
    (clone / ".dvc/tmp/rwlock").write_text("{cut")
    made()
    assert (clone / ".xstilts/state").exists(), "saved states stay"
    (clone / ".git/HEAD").write_text("nonsense")
    made()
    (clone / ".git/index").write_bytes(b"nonsense")
    made()


def test_a_shallow_clone_is_refused(tmp_path: Path) -> None:
    project = Travelling(tmp_path / "project")
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "-C", project.folder, *AS_SOMEBODY, "commit", "-q", "--allow-empty", "-m", "b"], check=True)
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{project.folder}", shallow], check=True)
    with pytest.raises(InputError, match=r"^this is a shallow clone"):
        elsewhere.bundle(shallow)


def test_a_clone_in_which_somebody_works_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "PATIENCE", 0.3)
    (tmp_path / "p").mkdir()
    with (tmp_path / "p/q-1.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(node.Broken, match=r"another process still works in .*/p/q-1$"):
            list(node.work(request(Travelling(tmp_path / "project"), tmp_path), b""))


def test_a_cache_that_a_node_does_not_see(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    sign = elsewhere.token(cache)
    node.see({"token": str(sign)})
    sign.unlink()
    with pytest.raises(node.Broken, match=f"^does not see the DVC cache {cache}: "):
        node.see({"token": str(sign)})


def test_other_versions_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    project = Travelling(tmp_path / "project")
    asked = {**request(project, tmp_path), "stages": ["base"], "versions": {"python": "2.7", "torch": "none"}}
    with pytest.raises(
        node.Broken, match=r"ended with 2: .*other versions than those of the driver: python 2\.7, here 3"
    ):
        list(node.work(asked, elsewhere.bundle(project.folder)))


def test_what_is_sent_as_it_is_imports_nothing_of_ours() -> None:
    text = (ROOT / "xstilts/cluster/node.py").read_text(encoding="utf-8")
    assert "import xstilts" not in text and "from xstilts" not in text
    assert sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "xstilts").rglob("*.py") if "import ray" in path.read_text()
    ) == ["xstilts/cluster/on_ray.py"]
