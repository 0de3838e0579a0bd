"""`params.yaml`: what is wrong with it is said in one line that names the key, before anything runs."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from tests.imports import ROOT
from xstilts.errors import InputError
from xstilts.params import DataSet, Params, read_params

MINIATURE: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
GONE = object()
NEITHER = "a source has both tasks (or `mlm`) and their recipe (epochs or steps, lr, batch, max_length), or neither"
RECIPE = {"epochs": 1, "lr": 0.1, "batch": 1, "max_length": 9}
NEITHER = "a source has both tasks (or `mlm`) and their recipe (epochs or steps, lr, batch, max_length), or neither"


def changed(path: str, value: Any) -> dict[str, Any]:
    """The miniature profile with one key set to a value, or taken away."""
    content = copy.deepcopy(MINIATURE)
    *parents, last = path.split(".")
    place = content
    for name in parents:
        place = place[name]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return content


class WithoutAliases(yaml.SafeDumper):
    """`params.yaml` may have none."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(content: Any) -> str:
    return yaml.dump(content, Dumper=WithoutAliases, sort_keys=False)


def read(tmp_path: Path, content: Any) -> Params:
    (tmp_path / "params.yaml").write_text(content if isinstance(content, str) else written(content), encoding="utf-8")
    return read_params(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("epochs", 3, "epochs: unknown key"),
        ("optimisation.clip", 0, "optimisation.clip: found 0, expected: greater than 0"),
        (
            "optimisation.weight_decay",
            float("nan"),
            "optimisation.weight_decay: found nan, expected: a finite number",
        ),
        ("targets.span.xquad", RECIPE, "the file: targets: found 'xquad' in two groups, expected it in one"),
        (
            "tasks.xnli",
            {"layout": "native", "raw": "x", "labels": "x", "dev": ["de"], "evaluate": {"dev": ["de"]}},
            "the file: tasks.xnli.dev: found de, but evaluate.dev scores ['de']; an oracle must not choose on what",
        ),
        (
            "sources.mnli.target_selection",
            "best",
            "sources.mnli.target_selection: found 'best', expected: 'english', 'last' or 'oracle'",
        ),
        (
            "sources.mnli.target_selection",
            "last",
            "the file: sources.mnli.target_selection: found 'last' and no source with the same "
            "recipe and 'english', beside which it would stand",
        ),
        ("sources.mnli.epoch", 3, "sources.mnli.epoch: unknown key (did you mean 'epochs'?)"),
        ("sources.mnli.sources", 3, "sources.mnli.sources: unknown key; there are: tasks, languages, "),
        ("sources.none.task", [], "sources.none.task: unknown key (did you mean 'tasks'?)"),
        (
            "sources.mnli.mlm",
            {"share": 0.5, "languages": ["en"], "hold_out": 5},
            "sources.mnli.mlm.hold_out: unknown key (did you mean 'held_out'?)",
        ),
        ("targets.taging", {}, "targets.taging: unknown key (did you mean 'tagging'?)"),
        ("thread", 1, "thread: unknown key (did you mean 'threads'?)"),
        ("backbone.form", "x", "backbone.form: unknown key (did you mean 'from'?)"),
        ("backbone.architecture.layer", 1, "backbone.architecture.layer: unknown key (did you mean 'layers'?)"),
        (
            "squad",
            {},
            "the file: targets.squad: also needs 'squad_v1' in `tasks` and a section `squad` with its recipe",
        ),
        ("squad", RECIPE, "squad: found a recipe, expected its training set above it: `squad: {squad_v1: {epochs: ..."),
        (
            "targets.squad",
            {},
            "the file: squad: no target under `targets.squad` needs this training; expected `squad: {}`",
        ),
        ("targets.tagging.udpos.learning_rate", 1e-5, "targets.tagging.udpos.learning_rate: unknown key"),
        ("data.row", "x", "data.row: unknown key"),
        ("backbone.pretraining.step", 1, "backbone.pretraining.step: unknown key"),
        ("backbone", GONE, "backbone: missing key"),
        ("sources.mnli.lr", GONE, "sources.mnli.lr: missing key"),
        ("threads", "1", "threads: found '1', expected: a valid integer"),
        ("threads", True, "threads: found True, expected: a valid integer"),
        ("threads", 0, "threads: found 0, expected: greater than 0"),
        ("seeds", 1, "seeds: found 1, expected: a valid list"),
        ("seeds", [], "seeds: found [], expected: List should have at least 1 item after validation, not 0"),
        ("seeds", [1, 2, 1], "the file: seeds: found [1, 2, 1], expected no seed twice"),
        ("sources.mnli.lr", -1e-5, "sources.mnli.lr: found -1e-05, expected: greater than 0"),
        ("sources.mnli.lr", 3, "sources.mnli.lr: found 3, expected: less than 1"),
        ("sources.mnli.lr", "fast", "sources.mnli.lr: found 'fast', expected: a valid number"),
        ("sources.mnli.lr", "0.1", "sources.mnli.lr: found '0.1', expected: a valid number"),
        ("sources.mnli.epochs", 1.5, "sources.mnli.epochs: found 1.5, expected: a valid integer"),
        ("sources.mnli.selection", "worst", "sources.mnli.selection: found 'worst', expected: 'best' or 'last'"),
        (
            "sources.mnli.tasks",
            ["nli"],
            "the file: sources.mnli: unknown task 'nli' (did you mean 'xnli'?); `tasks` and `unions` have mnli, ",
        ),
        (
            "sources.mnli.tasks",
            ["mnli", "squad_v1"],
            "sources.mnli: found 2 tasks and no rule how often each is drawn; give `sampling: {rule: ...}` with "
            "proportional, uniform or temperature",
        ),
        ("sources.mnli.tasks", ["mnli", "mnli"], "sources.mnli: tasks: found mnli, mnli, expected no task twice"),
        ("sources.mnli.tasks", [], f"sources.mnli: {NEITHER}"),
        ("sources.none.tasks", ["mnli"], f"sources.none: {NEITHER}"),
        ("sources.mnli.steps", 5, "sources.mnli: found both or neither of epochs and steps, expected one of them"),
        ("sources.mnli.epochs", GONE, "sources.mnli: found both or neither of epochs and steps, expected one of them"),
        (
            "sources.mnli.sampling",
            {"rule": "uniform"},
            "sources.mnli: sampling, shared_head and each are about several tasks, but there are not several",
        ),
        ("sources.mnli.sampling", {"rule": "size"}, "sources.mnli.sampling.rule: found 'size', expected: "),
        (
            "sources.mnli.sampling",
            {"rule": "temperature"},
            "sources.mnli.sampling: rule temperature: found temperature None; it belongs to 'temperature' alone",
        ),
        (
            "sources.mnli.mlm",
            {"share": 1.0, "languages": ["en"]},
            "sources.mnli: mlm.share: found 1.0, expected 1 without tasks and less than 1 with them",
        ),
        (
            "sources.none",
            {"tasks": [], "mlm": {"share": 1, "languages": ["en"]}, **RECIPE},
            "sources.none: masked text alone has no epochs: give `steps`",
        ),
        ("sources.mnli.mlm", {"share": 0.5, "languages": []}, "sources.mnli.mlm.languages: found [], expected: "),
        (
            "sources.mnli.translated",
            {"languages": ["sw"], "mode": "add"},
            "the file: sources.mnli: there is no translation of mnli into sw; `translations` has none",
        ),
        (
            "sources.none.translate_train",
            {"languages": ["sw"], "mode": "with"},
            "sources.none.translate_train.mode: found 'with', expected: 'replace' or 'add'",
        ),
        (
            "unions.nli",
            ["mnli", "snly"],
            "the file: unions.nli: unknown task 'snly' (did you mean 'snli'?); `tasks` has mnli, ",
        ),
        ("unions.xnli", ["mnli", "xnli"], "the file: 'xnli' is the name of a task, expected another for the union"),
        ("corpus.layout", "books", "corpus.layout: found 'books', expected: 'text' or 'wikipedia'"),
        ("sources", {}, "sources: found {}, expected: Dictionary should have at least 1 item after validation, not 0"),
        ("targets.span.quoref", RECIPE, "the file: targets: 'quoref' is not in `tasks`, which has mnli, "),
        (
            "tasks.xnli.layout",
            "zip",
            "tasks.xnli.layout: found 'zip', expected: 'native', 'xtreme', 'xtreme-by-source', ",
        ),
        (
            "tasks.xnli.evaluate",
            {"train": ["en"]},
            "tasks.xnli.evaluate.train.[key]: found 'train', expected: 'dev' or",
        ),
        ("squad.squad_v1.accumulate", 3, "squad.squad_v1: batch 32 is not a multiple of accumulate 3"),
        ("optimisation.warmup", 1.5, "optimisation.warmup: found 1.5, expected: less than or equal to 1"),
        ("optimisation.precision", "fp16", "optimisation.precision: found 'fp16', expected: 'fp32' or 'bf16'"),
        ("backbone.kind", "hub", "backbone: kind 'hub' also needs: repo, revision"),
        ("backbone.convert", True, "backbone: convert: found it with kind 'pretrain', expected it with a released"),
        ("backbone.layers", 2, "backbone: layers: found it with kind 'pretrain', expected it with a released"),
        ("backbone.sentence.layer", ["1/2", "12/24"], "backbone.sentence: layer: found 1/2, 12/24, expected no"),
        ("backbone.vocabulary", GONE, "backbone: kind 'pretrain' also needs: vocabulary"),
        ("backbone.revision", "main", "backbone.revision: found 'main', expected: String should match pattern"),
        (
            "backbone.sentence.layer",
            "middle",
            "backbone.sentence: layer: found 'middle', expected a fraction of the depth such as '14/24'",
        ),
        (
            "backbone.sentence.layer",
            "1/0",
            "backbone.sentence: layer: found '1/0', expected a fraction of the depth such as '14/24'",
        ),
        (
            "backbone.sentence.layer",
            "25/24",
            "backbone.sentence: layer: found '25/24', expected a fraction between 0 and 1",
        ),
        ("backbone.sentence.pooling", "max", "backbone.sentence.pooling: found 'max', expected: 'mean' or 'cls'"),
    ],
)
def test_a_mistake_and_its_message(path: str, value: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, changed(path, value))
    lines = str(caught.value).splitlines()
    assert len(lines) == 1 or path == "tasks.xnli.evaluate", lines
    assert lines[0].startswith(f"{tmp_path / 'params.yaml'}: {message}")


def test_a_task_among_several_has_its_own_settings(tmp_path: Path) -> None:
    recipe = {"tasks": ["mnli", "squad_v1"], "sampling": {"rule": "uniform"}, **RECIPE}
    content = changed("sources.both", {**recipe, "each": {"squad_v1": {"batch": 8, "max_length": 200}}})
    source = read(tmp_path, content).sources["both"]
    assert source.recipe_of("mnli") == source.recipe
    own = source.recipe_of("squad_v1")
    assert (own.batch, own.max_length, own.epochs, own.lr) == (8, 200, RECIPE["epochs"], RECIPE["lr"])
    content["sources"]["both"]["each"] = {"xnli": {"batch": 8}}
    with pytest.raises(InputError, match="each: 'xnli' is not among the tasks mnli, squad_v1"):
        read(tmp_path, content)


def test_masked_text_needs_a_corpus(tmp_path: Path) -> None:
    content = changed("sources.mnli.mlm", {"share": 0.5, "languages": ["en"]})
    assert read(tmp_path, content).corpus.source == MINIATURE["corpus"]["from"]
    del content["corpus"]
    with pytest.raises(InputError, match=r"sources\.mnli\.mlm: also needs the section `corpus`, which says where"):
        read(tmp_path, content)


def test_one_source_and_one_target_are_a_whole_file(tmp_path: Path) -> None:
    recipe = {"epochs": 1, "lr": 1.0e-3, "batch": 8, "max_length": 64}
    short = {
        "profile": "short",
        "tasks": {"mnli": MINIATURE["tasks"]["mnli"], "xnli": MINIATURE["tasks"]["xnli"]},
        "backbone": MINIATURE["backbone"],
        "sources": {"mnli": {"tasks": ["mnli"], **recipe}},
        "targets": {"classification": {"xnli": recipe}},
    }
    params = read(tmp_path, short)
    assert params.trainings() == ["xnli"] and params.seeds == [1] and params.optimisation.clip == 1.0
    assert params.squad == {} and params.siqa is None and params.span.nbest == 20


def test_a_translation_is_chosen_by_its_translator_where_there_are_two(tmp_path: Path) -> None:
    machine = {
        "engine": "nllb", "from": "x", "languages": {"de": "deu_Latn"}, "batch": 1, "max_length": 9,
        "repo": "x", "revision": "0" * 40,
    }  # fmt: skip
    content = changed("translators", {"marian": machine, "nllb": machine})
    content["translations"] = {
        f"mnli-de-{by}": {"task": "mnli", "language": "de", "by": by, "from": f"models/translators/{by}"}
        for by in ("marian", "nllb")
    }
    content["sources"]["mnli"]["translated"] = {"languages": ["de"], "mode": "add"}
    with pytest.raises(InputError, match="mnli is translated into de by marian, nllb: say `by`"):
        read(tmp_path, content)
    content["sources"]["mnli"]["translated"]["by"] = "nllb"
    assert read(tmp_path, content).translation("mnli", "de", "nllb", "") == "mnli-de-nllb"


@pytest.mark.parametrize("written", ["3e-5", "3E-5", "3.e-5", "3.0e-5", "0.3e-4"])
def test_rates_as_people_and_dvc_write_them(written: str, tmp_path: Path) -> None:
    """YAML 1.1 takes `3e-5` for a text; `dvc exp run -S sources.mnli.lr=3e-5` leaves just that in the file."""
    text = re.sub(
        r"(mnli:\n(?: .*\n)*?    lr: ).*", rf"\g<1>{written}", (ROOT / "params.yaml").read_text(encoding="utf-8")
    )
    recipe = read(tmp_path, text).sources["mnli"].recipe
    assert recipe is not None and recipe.lr == pytest.approx(3e-5)


def test_every_mistake_is_listed(tmp_path: Path) -> None:
    content = changed("threads", "one")
    content["data"]["kind"] = "half"
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    found = [line.split(": ")[1] for line in str(caught.value).splitlines()]
    assert found == ["data.kind", "threads"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [1", "2: not valid YAML: did not find expected"),
        ("", "the file: found None, expected: a valid dictionary or instance of Params"),
        ("- 1", "the file: found [1], expected: a valid dictionary or instance of Params"),
    ],
)
def test_a_file_that_holds_no_parameters(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        read(tmp_path, content)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"params\.yaml: file not found \(run from the root of the repository\)"):
        read_params(tmp_path / "params.yaml")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_bytes("profile: für".encode("latin-1"))
    with pytest.raises(InputError, match=r"params\.yaml: not UTF-8: invalid start byte at offset 10"):
        read_params(tmp_path / "params.yaml")


def test_parameters_cannot_be_changed_by_a_stage() -> None:
    params = Params.model_validate(MINIATURE)
    with pytest.raises(ValueError, match="frozen"):
        params.threads = 2


def test_questions_that_stages_ask() -> None:
    params = Params.model_validate(MINIATURE)
    families = params.target_families()
    assert list(families) == ["xnli", "pawsx", "udpos", "panx", "tydiqa", "xquad", "mlqa", "bucc", "tatoeba"]
    assert families["xquad"] == "squad" and params.training_of("xquad") == params.training_of("mlqa") == "squad_v1"
    assert params.training_of("xnli") == "xnli" and params.training("squad_v1") == params.squad["squad_v1"]
    assert params.training("panx") == params.targets.tagging["panx"]
    with pytest.raises(InputError, match=r"params\.yaml: 'bucc' is not a target that is trained"):
        params.training("bucc")
    with pytest.raises(
        InputError,
        match=r"params\.yaml: unknown source 'snli' \(did you mean 'mnli'\?\); there are: none, mnli, squad_v1, ",
    ):
        params.source("snli")


CHAIN = r"targets\.copa: also needs 'siqa' in `tasks` and a section `siqa` with its recipe"


def test_xcopa_needs_both_of_its_trainings(tmp_path: Path) -> None:
    content = changed("targets.copa", {"xcopa": {}})
    own = {"layout": "native", "raw": "x", "labels": "x"}
    content["tasks"] |= {"xcopa": {**own, "evaluate": {"test": ["et"]}}, "copa": own}
    content["copa"] = RECIPE
    with pytest.raises(InputError, match=CHAIN):
        read(tmp_path, content)
    content["siqa"] = RECIPE
    with pytest.raises(InputError, match=CHAIN):
        read(tmp_path, content)
    content["tasks"]["siqa"] = own
    params = read(tmp_path, content)
    assert params.training_of("xcopa") == "copa" and params.trainings_of("xcopa") == ("siqa", "copa")
    assert params.trainings_of("mlqa") == ("squad_v1",) and params.training("siqa") == params.siqa
    assert params.target_families()["xcopa"] == "copa"
    content["targets"]["copa"]["mlqa"] = {}
    with pytest.raises(InputError, match=r"targets\.copa: .*at most 1"):
        read(tmp_path, content)


def test_a_dual_encoder_has_two_lengths(tmp_path: Path) -> None:
    content = changed("targets.dual", {"lareqa": RECIPE})
    content["tasks"]["lareqa"] = {"layout": "native", "raw": "x", "labels": "x", "evaluate": {"test": "xtreme-r"}}
    with pytest.raises(InputError, match=r"targets\.dual\.lareqa\.query_length: missing key"):
        read(tmp_path, content)
    content["targets"]["dual"]["lareqa"] = {**RECIPE, "query_length": 7}
    params = read(tmp_path, content)
    assert params.encoding(params.training("lareqa"), "here")["query_length"] == 7
    assert "query_length" not in params.encoding(params.training("xnli"), "here")
    with pytest.raises(InputError, match=r"'siqa' is not a target that is trained"):
        params.training("siqa")


def test_two_benchmarks_in_one_task_are_refused(tmp_path: Path) -> None:
    content = changed("tasks.udpos.evaluate", {"test": "xtreme-r", "dev": "xtreme"})
    with pytest.raises(InputError, match=r"found the lists of xtreme and xtreme-r, expected one of them"):
        read(tmp_path, content)


def test_languages_to_predict() -> None:
    content = changed("tasks.bucc.evaluate", {"test": "xtreme"})
    content["tasks"]["udpos"]["evaluate"] = {"test": ["en"], "dev": ["ar"]}
    params = Params.model_validate(content)
    # A threshold that is tuned on dev needs dev of every language first.
    assert params.evaluated("bucc", ["de", "ru"], "dev") == [
        ("dev", "de"),
        ("test", "de"),
        ("dev", "ru"),
        ("test", "ru"),
    ]
    assert params.evaluated("udpos", ["x"], None) == [("test", "en"), ("dev", "ar")]
    content["tasks"]["bucc"]["evaluate"] = {"dev": ["zh"]}
    assert Params.model_validate(content).evaluated("bucc", [], "dev") == [("dev", "zh")]


def test_two_rows_with_the_same_choice_of_checkpoints_are_refused(tmp_path: Path) -> None:
    content = changed("sources.a", {"tasks": [], "target_selection": "last"})
    content["sources"]["b"] = {"tasks": [], "target_selection": "oracle"}
    params = read(tmp_path, content)
    assert (params.record_of("a"), params.row_kind("b"), params.rows[0]) == ("none", "oracle", "none")
    content["sources"]["b"]["target_selection"] = "last"
    with pytest.raises(InputError, match=r"sources\.a: another source has the same recipe and 'last', too"):
        read(tmp_path, content)


ODD = [
    "mnli+mlm",
    "a/b",
    "../x",
    "x; y",
    "",
    "it's",
    "a.b",
    "-x",
    "ä",
    "x" * 65,
    "a b",
    "a\nb",
    "$(x)",
    "~",
    "con",
    "NUL",
    "aux",
    "com1",
]
NAMED = ["sources", "translators", "translations", "downloads", "tasks", "unions", "miniature"]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("section", NAMED)
def test_one_rule_for_names(section: str, name: str, tmp_path: Path) -> None:
    """A name goes into paths, commands, DVC's parameter paths and MLflow's filters."""
    with pytest.raises(InputError, match="expected a name of 1 to 64 letters"):
        read(tmp_path, changed(f"{section}.x", {}) | {section: {name: {}}})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("profile", "a/b"), ("tasks.xnli.evaluate", {"test": ["en", "../de"]}), ("tasks.xnli.train", ["en", "d e"]),
        ("tasks.xnli.dev", [""]), ("backbone.monolingual", ["../mono"]),
    ],
)  # fmt: skip
def test_languages_and_the_profile_are_names_too(path: str, value: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a name of 1 to 64 letters"):
        read(tmp_path, changed(path, value))


def test_names_that_are_one_folder_on_some_file_systems(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="sources: found 'mnli' and 'MNLI', expected names that differ not in case"):
        read(tmp_path, changed("sources.MNLI", {"tasks": ["squad_v1"], **RECIPE}))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("seeds", [float("nan")], "seeds.0: found nan, expected: a valid integer"),
        ("seeds", [-1], "seeds.0: found -1, expected: greater than or equal to 0"),
        ("seeds", [2**32], "seeds.0: found 4294967296, expected: less than 4294967296"),
        ("seeds", [True], "seeds.0: found True, expected: a valid integer"),
        ("threads", 10**9, "threads: found 1000000000, expected: less than or equal to 1024"),
        ("optimisation.clip", float("inf"), "optimisation.clip: found inf, expected: a finite number"),
        ("backbone.architecture.initializer_range", float("inf"), "found inf, expected: a finite number"),
        ("backbone.architecture.heads", 3, "heads: found 3, expected a divisor of hidden, which is 128"),
        ("backbone.pretraining.seed", -2, "backbone.pretraining.seed: found -2, expected: greater than or equal to 0"),
        ("backbone.sentence.layer", "1/1e99999", "layer: found '1/1e99999', expected a fraction of the depth"),
        ("backbone.sentence.layer", "1/" + "9" * 5000, "expected a fraction of the depth"),
    ],
)  # fmt: skip
def test_numbers_that_no_run_can_take(path: str, value: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        read(tmp_path, changed(path, value))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("seeds: [1]\nseeds: [2]", 'params.yaml:3: not valid YAML: found duplicate key "seeds"'),
        ("sources: {010: {tasks: []}}", "found 10, expected: a valid string (quote it: '10')"),
        ("sources: {1e3: {tasks: []}}", "found 1000.0, expected: a valid string (quote it: '1000.0')"),
        ("tasks: {xnli: {raw: 2001-01-01}}", "(quote it: '2001-01-01')"),
        ("tasks: {xnli: {raw: true}}", "tasks.xnli.raw: found True, expected: a valid string (quote it: 'True')"),
        ("a: &a [x, x]\nb: [*a, *a]", "params.yaml:2: found the anchor '&a', expected the value written out"),
        ("a: " + "9" * 5000, "not valid YAML: Exceeds the limit"),
        ("a: \0", "not valid YAML: unacceptable character"),
        ("--- 1\n--- 2", "not valid YAML: "),
        ("a: !!python/object:os.system {}", "not valid YAML: could not determine a constructor"),
    ],
)
def test_one_loader_with_the_rules_of_dvc(line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        read(tmp_path, f"profile: x\n{line}\n")


def test_words_are_what_dvc_takes_them_for(tmp_path: Path) -> None:
    """YAML 1.2: `no` is Norwegian, `010` is ten, and `3e-5` a number."""
    text = written(changed("tasks.xnli.evaluate", {"test": ["en", "NORWEGIAN"]}) | {"seeds": ["TEN"]})
    params = read(
        tmp_path, text.replace("NORWEGIAN", "no").replace("TEN", "010").replace("warmup: 0.1", "warmup: 1e-1")
    )
    assert params.tasks["xnli"].evaluate["test"] == ["en", "no"] and params.seeds == [10]
    assert params.optimisation.warmup == 0.1


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("tasks.xnli.raw", "", "tasks.xnli.raw: found '', expected a text of one line, not empty"),
        ("tasks.xnli.labels", "a\x00b", "tasks.xnli.labels: found 'a\\x00b', expected a text without control"),
        ("backbone.from", "a\nb", "backbone.from: found 'a\\nb', expected a text of one line"),
        ("corpus.from", " ", "corpus.from: found ' ', expected a text"),
        ("tasks.ccg.note", "a\tb", "tasks.ccg.note: found 'a\\tb', expected a text"),
        ("sources.mnli.batch", 10**30, f"sources.mnli.batch: found {10**30}, expected a number below 4294967296"),
        ("backbone.architecture.layers", 10**12, "backbone.architecture.layers: found 1000000000000, expected a num"),
        ("tasks.xnli.evaluate.test", ["en", ""], "tasks.xnli.evaluate.test.1: found '', expected a name of 1 to 64"),
    ],
)
def test_texts_and_numbers_that_no_key_means(path: str, value: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(f"params.yaml: {message}")):
        read(tmp_path, changed(path, value))


def test_a_note_may_have_lines(tmp_path: Path) -> None:
    assert read(tmp_path, changed("tasks.ccg.note", "Silver.\nNot gold.")).tasks["ccg"].note == "Silver.\nNot gold."


@pytest.mark.parametrize("depth", [50, 5000, 100000])
def test_brackets_within_brackets_end_in_words(depth: int, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path, "a: " + "[" * depth + "]" * depth)


def test_a_folder_and_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").mkdir()
    with pytest.raises(InputError, match=r"params\.yaml: cannot be read: Is a directory"):
        read_params(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "backbone.pretraining.max_length",
            257,
            "backbone.pretraining.max_length: found 257, expected 1 to 256 (the positions of backbone.arch",
        ),
        (
            "sources.mnli.max_length",
            300,
            "sources.mnli.max_length: found 300, expected 1 to 256 (the positions of backbone.arch",
        ),
        ("targets.tagging.panx.max_length", 10**6, "targets.tagging.panx.max_length: found 1000000, expected 1 to 256"),
        ("squad.squad_v1.max_length", 257, "squad.squad_v1.max_length: found 257, expected 1 to 256"),
        ("retrieval.max_length", 512, "retrieval.max_length: found 512, expected 1 to 256"),
        ("backbone.architecture.positions", 100, "backbone.pretraining.max_length: found 128, expected 1 to 100"),
        ("span.answer_length", 125, "span.answer_length: found 125, expected 1 to 124 (targets.span.tydiqa.max_length"),
        ("span.stride", 124, "span.stride: found 124, expected 1 to 123 (targets.span.tydiqa.max_length, 160, leaves"),
        ("span.question_length", 96, "span.stride: found 64, expected 1 to 59 (targets.span.tydiqa.max_length, 160"),
        ("span.question_length", 155, "span.question_length: found 155, expected 1 to 154 (targets.span.tydiqa.max_le"),
        ("squad.squad_v1.max_length", 100, "span.stride: found 64, expected 1 to 63 (squad.squad_v1.max_length, 100"),
        ("targets.span.tydiqa.max_length", 6, "targets.span.tydiqa.max_length: found 6, expected at least 7 (4 speci"),
        ("sources.mnli.max_length", 2, "sources.mnli.max_length: found 2, expected at least 3 (2 special tokens, and"),
        ("targets.classification.xnli.max_length", 5, "targets.classification.xnli.max_length: found 5, expected at l"),
        ("targets.tagging.udpos.max_length", 2, "targets.tagging.udpos.max_length: found 2, expected at least 3"),
        ("retrieval.max_length", 2, "retrieval.max_length: found 2, expected at least 3"),
        ("backbone.pretraining.max_length", 5, "backbone.pretraining.max_length: found 5, expected at least 6"),
    ],
)
def test_lengths_fit_one_another(path: str, value: int, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        read(tmp_path, changed(path, value))


@pytest.mark.parametrize(
    ("evaluate", "found"),
    [
        ({"test": ["en", "de"], "dev": ["en"]}, "found en under test and dev, expected it once"),
        ({"test": ["en", "de", "en"]}, "found en under test, expected it once"),
        ({"test": "xtreme", "dev": "xtreme"}, "found the list of xtreme under test and dev, expected it once"),
    ],
)
def test_a_language_is_scored_on_one_split(evaluate: dict[str, Any], found: str) -> None:
    with pytest.raises(ValidationError, match=found):
        DataSet.model_validate({"layout": "native", "raw": "x", "labels": "x", "evaluate": evaluate})
