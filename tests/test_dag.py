"""What depends on what: `dvc.yaml` as DVC itself expands it, against the files that each stage's code imports."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from tests import profiles
from tests.imports import ROOT, closure
from tests.tasks.test_contract import TASKS
from xstilts.params import Params
from xstilts.tasks import load

PROFILES = profiles.NAMES
TRAINED = ("classification", "tagging", "span", "choice")  # families that a source can be of
pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
FAMILIES = {"squad": "span", "siqa": "choice", "copa": "choice"}  # of the blocks that are not named after one
ENGLISH = ("task.json", "train/en.parquet", "dev/en.parquet")
LIMIT = {"shared": 300, "full": 450, "paper": 700}  # stages a file, 250 elsewhere: DVC's time grows with their square

NOT_DECLARED = {
    "xstilts/__init__.py": "sets what no result depends on",
    "xstilts/environment.py": "no result depends on a variable of the environment",
    "xstilts/errors.py": "messages only",
    "xstilts/interrupt.py": "the same",
    "xstilts/params": "DVC itself tracks the values of the parameters",
    "xstilts/paths.py": "DVC itself tracks the places: a changed one is a missing output",
    "xstilts/tracking": "a view; no result depends on it",
    "xstilts/families/__init__.py": "loads a module by name; the rooms that it may load are declared",
}
NOT_IN_RUN_CACHE = {  # an output without cache that is neither metric nor plot keeps a stage out of DVC's run-cache
    "score-classification", "score-tagging", "score-span", "score-squad", "score-copa",
    "score-retrieval", "score-dual", "score-translation", "score-intermediate", "statistics", "aggregate",
}  # fmt: skip
BY_FILE = {  # code that a stage declares file by file, and why a room would cost too much
    "xstilts/arithmetic.py": "below all rooms",
    "xstilts/seeding.py": "below all rooms",
    "xstilts/threads.py": "below all rooms",
    "xstilts/tasks/": "a task's file reruns that task alone",
    "xstilts/families/": "what two rooms of families share: a metric retrains nothing",
    "xstilts/submissions/write.py": "what scores a submission is a command",
    "xstilts/translation/": "a download fetches gigabytes again: no more than it must",
    "xstilts/formats/": "the same",
    "xstilts/records/": "the same",
    "stages/": "the script",
}


@dataclass(frozen=True)
class Expanded:
    """One stage of the expanded file, by its names alone."""

    name: str
    command: tuple[str, ...]
    dependencies: frozenset[str]
    outputs: frozenset[str]
    reads: frozenset[str]  # names of the stages whose outputs it depends on, as DVC sees it
    run_cached: bool  # as DVC decides (dvc/stage/__init__.py, `Stage.run`)

    @property
    def block(self) -> str:
        return self.name.split("@")[0]

    @property
    def code(self) -> set[str]:
        """The declared code: its script, rooms, and files of rooms."""
        return {path for path in self.dependencies if path.startswith(("stages/", "xstilts/"))}


def files(path: str) -> set[str]:
    """The source files of a dependency; empty ones hold no code."""
    found = (ROOT / path).rglob("*.py") if (ROOT / path).is_dir() else [ROOT / path]
    return {str(file.relative_to(ROOT)) for file in found if file.read_text(encoding="utf-8").strip()}


def expand(params: dict[str, Any]) -> dict[str, Expanded]:
    """The stages that DVC makes of dvc.yaml with other parameters, in a folder where nothing else is."""
    from dvc.repo import Repo

    with TemporaryDirectory() as folder:
        shutil.copy(ROOT / "dvc.yaml", folder)
        (Path(folder) / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
        (Path(folder) / ".dvc").mkdir()
        with Repo(folder, uninitialized=True) as repo:
            graph = repo.index.graph
            return {
                one.name: Expanded(
                    one.name, tuple(one.cmd.split()[2:]), paths(one.deps), paths(one.outs),
                    frozenset(other.name for other in graph.successors(one)),
                    all(out.use_cache or out.is_metric or out.is_plot for out in one.outs),
                )
                for one in graph
            }  # fmt: skip


def paths(given: Iterable[Any]) -> frozenset[str]:
    """Files and folders as the file names them, without parameters."""
    return frozenset(one.def_path for one in given if type(one).__name__ != "ParamsDependency")


@cache
def stages_of(profile: str) -> dict[str, Expanded]:
    return expand(translating() if profile == TRANSLATING else profiles.content(profile))


TRANSLATING = "miniature with translation"  # no profile that is shipped translates: the study has its own
TRANSLATED = ("lafand", "flores200")
EVERY = (*PROFILES, TRANSLATING)


def translating() -> dict[str, Any]:
    """The parameters of the miniature with targets of translation beside the others."""
    content = profiles.content("miniature")
    for name in TRANSLATED:
        raw = f"data/raw/{name}"
        content["tasks"][name] = {"layout": "native", "raw": raw, "labels": raw, "evaluate": {"test": ["en-sw"]}}
    content["targets"]["translation"] = {name: {} for name in TRANSLATED}
    recipe = {"epochs": 1, "lr": 5.0e-4, "batch": 16, "max_length": 64, "target_length": 64}
    content["parallel"] = {"lafand": recipe}
    return content


def entries(stage: Expanded) -> list[str]:
    """The stage's script, and the parts that it loads by name."""
    module, *arguments = stage.command
    found = [f"{module.replace('.', '/')}.py"]
    kind, _, group = stage.block.partition("-")
    family = FAMILIES.get(group, group)
    if kind == "prepare":
        found.append(f"xstilts/tasks/{arguments[0]}.py")
    loaded = {
        "target": ("learning/encode", "learning/head", "learning/select"), "evaluate": ("answering/predict",),
        "score": ("scoring/score", "scoring/units"),
        "intermediate": ("learning/encode", "learning/head", "learning/select"),
        "evaluate-intermediate": ("learning/encode", "learning/head", "answering/decode"),
        "score-intermediate": ("scoring/score",), "statistics": ("scoring/units",),
    }  # fmt: skip
    families: tuple[str, ...] = TRAINED if "intermediate" in stage.block else (family,)
    families = (*TRAINED, "retrieval", "dual", "translation") if stage.block == "statistics" else families
    parts = loaded.get(stage.block, loaded.get(kind, ()))
    return found + [f"xstilts/families/{one}/{part}.py" for one in families for part in parts]


def free(file: str) -> bool:
    """Whether no stage declares this file: no result depends on it, nor on what it alone imports."""
    return any(within(file, path) for path in NOT_DECLARED)


@pytest.mark.parametrize("profile", [*PROFILES, TRANSLATING])
def test_declared_code_is_imported_code(profile: str) -> None:
    for stage in stages_of(profile).values():
        imported = {file for file in closure(*entries(stage), stop=free) if not free(file)}
        outside = {file for file in imported if not any(within(file, path) for path in stage.code)}
        assert outside == set(), f"{stage.name}: imported, not declared"
        unused = {path for path in stage.code if not any(within(file, path) for file in imported)}
        assert unused == set(), f"{stage.name}: declared, not imported"


def test_code_is_declared_by_rooms() -> None:
    """A file of a room is declared alone only where there is a reason."""
    for stage in (*stages_of("full").values(), *stages_of(TRANSLATING).values()):
        for path in stage.code:
            assert (ROOT / path).is_dir() or any(path.startswith(one) for one in BY_FILE), f"{stage.name}: {path}"
            assert not (ROOT / path).is_dir() or path.count("/") == 1 or path.startswith("xstilts/families/"), path


def test_every_reason_is_needed() -> None:
    found = [stage for profile in EVERY for stage in stages_of(profile).values()]
    tried = closure(*{entry for stage in found for entry in entries(stage)})
    assert all(any(within(file, path) for file in tried) for path in NOT_DECLARED)
    declared = {path for stage in found for path in stage.code if not (ROOT / path).is_dir()}
    assert all(any(path.startswith(one) for path in declared) for one in BY_FILE)


def test_every_file_belongs_to_a_stage_or_to_a_command() -> None:
    found = [stage for profile in EVERY for stage in stages_of(profile).values()]
    rooms = {path for stage in found for path in stage.code} | set(NOT_DECLARED)
    commands = {
        "xstilts/commands",
        "xstilts/cluster",
        "xstilts/publication",
        "xstilts/studies",
        "xstilts/cells",
        "xstilts/comparison",
        "xstilts/submissions",
        "xstilts/latency",
        "xstilts/__main__.py",
    }
    commands |= {"xstilts/repair", "stages/__init__.py"}  # what is done before a stage, whatever the stage
    commands |= {"xstilts/families/choice/likelihood"}  # a study asks it
    commands |= {"xstilts/tasks"}  # no profile that is shipped names every data set
    for file in files("xstilts") | files("stages"):
        assert any(within(file, path) for path in rooms | commands), file


def test_what_the_run_cache_cannot_hold() -> None:
    """Workers meet in DVC's run-cache, so no such stage may stand above a training."""
    found = {name: stage for profile in EVERY for name, stage in stages_of(profile).items()}
    assert {stage.block for stage in found.values() if not stage.run_cached} == NOT_IN_RUN_CACHE
    for stage in found.values():
        if stage.block.startswith(("intermediate", "target", "evaluate", "backbone", "mixture")):
            assert stage.run_cached, stage.name


@pytest.mark.parametrize("profile", PROFILES)
def test_git_ignores_every_output_that_dvc_keeps(profile: str) -> None:
    """Else DVC writes a .gitignore beside it, whose order of lines changes the hash of a folder that others read."""
    kept = sorted({path for stage in stages_of(profile).values() if stage.run_cached for path in stage.outputs})
    asked = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin"], input="\n".join(f"{path}/x" for path in kept),
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [path for path in kept if f"{path}/x" not in asked.stdout.split("\n")] == []


SOURCES, COLUMNS = ("none", "mnli", "squad_v1", "hellaswag"), {
    "classification": ("xnli", "pawsx"), "tagging": ("udpos", "panx"), "span": ("tydiqa",),
    "squad": ("xquad", "mlqa"), "retrieval": ("bucc", "tatoeba"),
}  # fmt: skip
SUBMISSIONS = {f"submission@{source}" for source in SOURCES}
SINGLE = ("anli_plus", "mnli", "qqp", "squad_v2", "squad_v1", "hellaswag", "cosmosqa", "csqa")
THREE = ("mnli", "squad_v1", "hellaswag")
MIXED = ("multi", "mlm-only", *(f"{one}-mlm" for one in THREE), *(f"{one}-translated" for one in THREE))
ROWS = {  # profile -> sources
    "miniature": SOURCES, "paper": ("none", *SINGLE, *MIXED),
    "full": ("none", *SINGLE, "ccg", *MIXED, "none-last", "none-oracle"),
    "shared": ("none", *SINGLE, "ccg", "multi", "squad_v1-mlm", "mnli-translated"), "xtreme-r": SOURCES,
    "laptop": SOURCES, "local": ("none", "mnli"), "shared-e5": (*SOURCES, "random", "ablated"),
}  # fmt: skip
NINE = "mnli squad_v1 hellaswag squad_v2 anli snli qqp cosmosqa csqa".split()  # without CCG
EVERY_TASK = [*NINE, *"xnli pawsx udpos panx xquad mlqa tydiqa bucc tatoeba".split()]
LAPTOP_TASKS = [*THREE, *EVERY_TASK[len(NINE) :]]
LOCAL_COLUMNS = {"classification": ("xnli",), "retrieval": ("tatoeba",)}
XTREME_R_COLUMNS = {
    "classification": ("xnli",), "tagging": ("udpos", "panx"), "span": ("tydiqa",),
    "squad": ("xquad", "mlqa", "multichecklist"),
    "copa": ("xcopa",), "retrieval": ("tatoeba",), "dual": ("lareqa", "mewslix"),
}  # fmt: skip
XTREME_R_TASKS = (
    "mnli squad_v1 hellaswag xnli siqa copa xcopa udpos panx xquad mlqa tydiqa tatoeba lareqa mewslix multichecklist"
).split()


TRANSLATORS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # profile -> translators, translations
    "miniature": ((), ()),
    "full": (
        ("marian",),
        tuple(f"{task}-{language}" for task in ("mnli", "squad_v1", "hellaswag") for language in ("de", "tr", "hi")),
    ),
    "shared": (("ntrex",), ("mnli-de",)),
    "shared-e5": ((), ()),
    "laptop": ((), ()),
    "local": ((), ()),
    "paper": (
        ("opus-mt-en-de", "opus-mt-en-ru", "opus-mt-en-sw"),
        tuple(f"{task}-{language}" for task in ("mnli", "squad_v1", "hellaswag") for language in ("de", "ru", "sw")),
    ),
    "xtreme-r": ((), ()),
}


def golden(
    seeds: Iterable[int],
    miniature: Iterable[str] = (),
    downloads: Iterable[str] = (),
    columns: Mapping[str, Iterable[str]] = COLUMNS,
    tasks: Iterable[str] = EVERY_TASK,
    sources: Iterable[str] = SOURCES,
) -> set[str]:
    """The names that a grid must have, written down apart from dvc.yaml."""
    names = {"condition", "mixture", "backbone", "statistics", "aggregate"} | {f"prepare@{task}" for task in tasks}
    names |= {f"miniature@{one}" for one in miniature} | {f"download@{one}" for one in downloads}
    names |= {f"intermediate@{source}-{seed}" for source, seed in product(sources, seeds)} | {"score-intermediate"}
    names |= {f"evaluate-intermediate@{source}" for source in sources}
    names |= {f"submission@{source}" for source in sources}
    for group, own in columns.items():
        names |= {f"evaluate-{group}@{task}-{source}" for task, source in product(own, sources)}
        names |= {f"score-{group}@{task}" for task in own}
        if group not in ("squad", "copa", "retrieval"):
            names |= {f"target-{group}@{t}-{source}-{seed}" for t, source, seed in product(own, sources, seeds)}
    for training in ("siqa", "copa") if "copa" in columns else ():
        names |= {f"target-{training}@xcopa-{source}-{seed}" for source, seed in product(sources, seeds)}
    for training in ("squad_v1",) if "squad" in columns else ():
        names |= {f"target-squad@{training}-{source}-{seed}" for source, seed in product(sources, seeds)}
    return names


NAMES = {
    "miniature": golden([1], miniature=["world"], tasks=[*EVERY_TASK, "ccg"]),
    "full": golden([1], miniature=["world"], tasks=[*EVERY_TASK, "ccg"], sources=ROWS["full"]),
    "shared": golden([1], tasks=[*EVERY_TASK, "ccg"], sources=ROWS["shared"]),
    "shared-e5": golden([1], tasks=[*EVERY_TASK, "ccg"], sources=ROWS["shared-e5"]),
    "laptop": golden([1], downloads=[*LAPTOP_TASKS, "backbone"], tasks=LAPTOP_TASKS),
    "local": golden([1], (), (), LOCAL_COLUMNS, ("mnli", "xnli", "tatoeba"), ("none", "mnli")),
    "paper": golden([1, 2, 3], downloads=[*EVERY_TASK, "backbone", "wikipedia"], sources=ROWS["paper"]),
    "xtreme-r": golden([1, 2, 3], (), [*XTREME_R_TASKS, "backbone"], XTREME_R_COLUMNS, XTREME_R_TASKS),
}


for profile, (machines, made) in TRANSLATORS.items():
    NAMES[profile] |= {f"translator@{one}" for one in machines} | {f"translate-train@{one}" for one in made}
NAMES["paper"] |= {f"download@{one}" for one in TRANSLATORS["paper"][0]}


@pytest.mark.parametrize("profile", PROFILES)
def test_names_of_the_expanded_stages(profile: str) -> None:
    assert set(stages_of(profile)) == NAMES[profile]
    assert len(stages_of(profile)) < LIMIT.get(profile, 250)


def test_no_stage_is_about_one_language() -> None:
    """But for translations, whose languages are part of their names."""
    languages = {language for task in TASKS for language in load(task).languages}
    named = {one for machines, made in TRANSLATORS.values() for one in (*machines, *made)}
    for name in {name for profile in PROFILES for name in stages_of(profile)}:
        assert name.partition("@")[2] in named or not set(name.replace("@", "-").split("-")) & languages, name


def test_the_default_is_the_miniature_profile() -> None:
    assert (ROOT / "params.yaml").read_text(encoding="utf-8") == profiles.text("miniature")


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_is_valid(profile: str) -> None:
    params = Params.model_validate(profiles.content(profile))
    assert params.profile == profile
    machines = {Path(one.source).name for one in params.translators.values() if not one.train}
    published = {Path(one.source).name for one in params.translations.values() if one.by == "published"}
    text = {Path(params.corpus.source).name} if params.corpus.repo else set()
    assert set(params.downloads) <= {*params.tasks, "backbone", *machines, *published, *text}
    for target, group in params.target_families().items():
        assert load(target).family == FAMILIES.get(group, group)
        assert params.tasks[target].evaluate, f"{target} is not evaluated on anything"
    for name, given in params.tasks.items():
        assert given.layout in load(name).readers


@pytest.mark.parametrize("profile", PROFILES)
def test_no_profile_has_aliases(profile: str) -> None:
    """`dvc exp run -S` says nothing and changes nothing where a value is written as a YAML alias."""
    assert not [event for event in yaml.parse(profiles.text(profile)) if isinstance(event, yaml.AliasEvent)]


def direct(profile: str, *changed: str) -> set[str]:
    """The stages whose own dependencies hold a changed file: what `dvc status` marks at once."""
    found = stages_of(profile).values()
    return {s.name for s in found if any(within(file, path) for file in changed for path in s.dependencies)}


def within(file: str, path: str) -> bool:
    return file == path or file.startswith(path + "/")


def reached(profile: str, *changed: str) -> set[str]:
    """The stages that can run again if a file changes: those marked, and all that read what those write."""
    marked = direct(profile, *changed)
    while more := {s.name for s in stages_of(profile).values() if s.reads & marked} - marked:
        marked |= more
    return marked


def test_everything_comes_from_the_world() -> None:
    assert reached("miniature", "xstilts/miniature/world.py") == set(stages_of("miniature"))
    assert all(stage.reads or name == "miniature@world" for name, stage in stages_of("miniature").items())


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("task", TASKS)
def test_a_task_file_belongs_to_one_stage(profile: str, task: str) -> None:
    assert direct(profile, f"xstilts/tasks/{task}.py") == {f"prepare@{task}"} & set(NAMES[profile])


def test_a_changed_task_cannot_reach_the_cells_of_others() -> None:
    """If the rows change, so may its own column; a training set of a source also changes that row."""
    whole = {"condition", "mixture", "aggregate", "statistics"}
    own = {name for name in stages_of("miniature") if "panx" in name} | whole
    assert direct("miniature", "data/prepared/panx/train/en.parquet") == {
        "condition", "mixture", "statistics", *SUBMISSIONS,
        *(n for n in own if n.startswith(("target", "evaluate", "score"))),
    }  # fmt: skip
    for name in reached("miniature", "data/mixtures/mnli/mixture.json") - {"aggregate"}:
        assert "mnli" in name or name.startswith(("score", "submission", "statistics")), name


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("family", [*TRAINED, "retrieval", "dual"])
def test_a_metric_retrains_and_predicts_nothing(profile: str, family: str) -> None:
    names = reached(profile, f"xstilts/families/{family}/scoring/score.py")
    others: Mapping[str, Mapping[str, tuple[str, ...]]] = {"xtreme-r": XTREME_R_COLUMNS, "local": LOCAL_COLUMNS}
    columns = others.get(profile, COLUMNS)
    groups = {"span": ("span", "squad"), "choice": ("copa",), "retrieval": ("retrieval", "dual")}.get(family, (family,))
    scores = {f"score-{group}@{task}" for group in groups for task in columns.get(group, ())}
    submissions = (
        {f"submission@{one}" for one in ROWS[profile]} if family == "retrieval" else set()
    )  # the threshold of the mined pairs
    own = {"score-intermediate"} if family in TRAINED else set()
    assert names - {"statistics", "aggregate"} == scores | submissions | own


VIEWS = {"evaluate", "score", "submission", "statistics", "aggregate"}


def test_the_search_of_a_dual_encoder_retrains_nothing() -> None:
    """Nor does a faster one. What it shares with BUCC and Tatoeba, theirs search again too."""
    for file in ("dual/answering/predict", "retrieval/answering/mine"):
        names = reached("xtreme-r", f"xstilts/families/{file}.py")
        assert {name.split("-")[0].split("@")[0] for name in names} == VIEWS


@pytest.mark.parametrize("family", ["classification", "tagging", "span"])
def test_a_decoder_retrains_nothing(family: str) -> None:
    names = reached("miniature", f"xstilts/families/{family}/answering/decode.py")
    assert {name.split("-")[0].split("@")[0] for name in names} == VIEWS


def test_the_report_is_a_view() -> None:
    for file in files("xstilts/report") | {"stages/aggregate.py"}:
        assert direct("miniature", file) == {"aggregate"}


def test_test_sets_reach_no_training() -> None:
    """What a fine-tuning may read of prepared data: facts, and the English training and development sets."""
    for profile in EVERY:
        for stage in stages_of(profile).values():
            if stage.block.startswith("target"):
                training = stage.command[1]
                assert {path for path in stage.dependencies if path.startswith("data/")} == {
                    *(f"data/prepared/{training}/{file}" for file in ENGLISH),
                    f"data/mixtures/{stage.command[2]}/{training}",
                }
            if stage.block == "intermediate":
                data = {path for path in stage.dependencies if path.startswith("data/")}
                assert data == {f"data/mixtures/{stage.command[1]}/intermediate"}


@pytest.mark.parametrize("profile", PROFILES)
def test_conditions_reach_no_training(profile: str) -> None:
    """Nor anything that a training reads: not the sets, and not the parameter that asks for them."""
    names = reached(profile, "data/conditions/xnli/test@swap-0.10/en.parquet")
    assert {name.split("-")[0].split("@")[0] for name in names} == VIEWS
    assert not [name for name in names if name.startswith("evaluate-intermediate")]
    assert direct(profile, "xstilts/conditions/apply.py") == {"condition", "mixture"}  # of noised sources
    content = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    asked = {name for name, one in content.items() if "conditions" in one.get("do", one)["params"]}
    assert asked == {"condition", "submission", "statistics", "aggregate"}


def test_copa_begins_where_social_iqa_ends() -> None:
    for seed, source in product([1, 2, 3], SOURCES):
        second = stages_of("xtreme-r")[f"target-copa@xcopa-{source}-{seed}"]
        assert f"models/target/siqa/{source}/{seed}" in second.dependencies
        assert second.reads == {"prepare@copa", "mixture", f"target-siqa@xcopa-{source}-{seed}"}
        assert second.command == ("stages.target", "copa", source, str(seed), "--after", "siqa")


def test_translation_reaches_nothing_that_was_there() -> None:
    """With its targets, all other stages are as they were, but those that read whole folders; and none of them but the
    statistics depends on a file of the family."""
    before, after = stages_of("miniature"), stages_of(TRANSLATING)
    whole = {"condition", "mixture", "statistics", "aggregate", *SUBMISSIONS}
    assert all(after[name] == stage or name in whole for name, stage in before.items())
    assert set(after) - set(before) == {
        *(f"prepare@{task}" for task in TRANSLATED), *(f"score-translation@{task}" for task in TRANSLATED),
        *(f"target-translation@lafand-{source}-1" for source in SOURCES),
        *(f"evaluate-translation@{task}-{source}" for task, source in product(TRANSLATED, SOURCES)),
    }  # fmt: skip
    for room in ("learning/head", "answering/decode", "scoring/score"):
        named = direct(TRANSLATING, f"xstilts/families/translation/{room}.py")
        assert named and {name for name in named if "translation@" not in name} <= {"statistics"}


@pytest.mark.parametrize(
    ("file", "blocks"),
    [
        ("families/translation/scoring/score.py", {"score"}),
        ("families/translation/answering/decode.py", {"evaluate", "score"}),
        ("families/translation/learning/model.py", {"target", "evaluate", "score"}),
        ("formats/parallel.py", {"target", "evaluate", "score"}),
    ],
)
def test_what_a_file_of_translation_makes_run_again(file: str, blocks: set[str]) -> None:
    names = reached(TRANSLATING, f"xstilts/{file}")
    assert {name.split("-")[0] for name in names if "translation@" in name} == blocks


def test_a_new_task_is_one_file_and_its_entries() -> None:
    params = profiles.content("miniature")
    raw = "data/miniature/weather"
    new = {"layout": "native", "raw": raw, "labels": raw, "evaluate": {"test": ["en", "de"]}}
    params["tasks"]["weather"] = new
    params["targets"]["classification"]["weather"] = params["targets"]["classification"]["xnli"]
    found = expand(params)
    added = {name: found[name] for name in set(found) - set(stages_of("miniature"))}
    assert set(added) == {
        "prepare@weather", "score-classification@weather",
        *(f"target-classification@weather-{source}-1" for source in SOURCES),
        *(f"evaluate-classification@weather-{source}" for source in SOURCES),
    }  # fmt: skip
    assert "xstilts/tasks/weather.py" in added["prepare@weather"].dependencies
    for name, stage in added.items():
        like = stages_of("miniature")[name.replace("weather", "xnli")]
        assert {path.replace("weather", "xnli") for path in stage.dependencies} == like.dependencies
    for name, stage in stages_of("miniature").items():
        whole = {"condition", "mixture", "statistics", "aggregate", *SUBMISSIONS}  # these read whole folders
        assert found[name] == stage or name in whole
