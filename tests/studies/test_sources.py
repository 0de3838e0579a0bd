"""The study of source languages: its numbers on made-up predictions, its rules, its profiles and its distances."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studies.sources.answer import DISTANCES, PRIMARY, SAME_PAIRS, TARGETS
from studies.sources.answer import main as answer
from studies.sources.page import between_answer, control_answers, distance_answer, mixed_answer, page
from studies.sources.tables import csv_table, md_table, tex_table
from tests.fake_grid import PARAMS, RECIPE
from tests.imports import ROOT
from tests.studies.kept import keep_here
from xstilts.errors import InputError
from xstilts.params import Params, Source
from xstilts.params.load import load
from xstilts.params.profiles import compose
from xstilts.records.files import read_text, write_json, write_rows
from xstilts.records.prepared import SCHEMAS
from xstilts.statistics.languages import read_languages
from xstilts.studies.crossed import Estimate
from xstilts.studies.distance import MEASURES, Effect, read_distances
from xstilts.studies.kept import Run
from xstilts.studies.partial import Partial
from xstilts.studies.sources import Study, development, language_of, macro_f1

NLI = ("contradiction", "entailment", "neutral")
LANGUAGES = {"xnli": ("de", "el", "en", "hi", "ru", "sw", "th", "tr", "zh"), "pawsx": ("de", "en", "fr", "ja", "ko")}
OWN = {"sick-en": "en", "sick-nl": "nl", "jsick": "ja", "ocnli": "zh", "farstail": "fa", "indonli": "id"}
TASKS = {name: name.partition("-")[0] for name in OWN}
SIZE = 400


def params() -> dict[str, Any]:
    sources: dict[str, Any] = {
        name: {"tasks": [TASKS[name]], "languages": [language], **RECIPE} for name, language in OWN.items()
    }
    shuffled = {"tasks": ["ocnli"], "languages": ["zh"], "shuffle_labels": True, **RECIPE}
    entry = {"layout": "native", "raw": "x", "labels": "x"}
    tasks = {**dict.fromkeys(TASKS.values(), entry),
             **{name: {**entry, "evaluate": {"test": [*own]}} for name, own in LANGUAGES.items()}}  # fmt: skip
    return {
        **PARAMS, "profile": "e5", "seeds": [1, 2], "tasks": tasks, "squad": {},
        "sources": {"none": {"tasks": []}, **sources, "shuffled": shuffled},
        "targets": {"classification": dict.fromkeys(LANGUAGES, RECIPE)},
    }  # fmt: skip


def world(planted: float, dutch: float = 0.0, shuffled: float = 0.0) -> dict[str, Any]:
    """Predictions in which a source is right by so many points more for a unit of distance."""
    distance, generator = read_distances(DISTANCES)["syntax"], np.random.default_rng(5)
    content = params()
    made = Params.model_validate(content)
    for target, languages in LANGUAGES.items():
        folder = Path("data/prepared") / target
        rows = [{"id": str(n), "text_a": "a", "text_b": "b", "label": NLI[n % 3]} for n in range(SIZE)]
        for language in languages:
            write_rows(folder / f"test/{language}.parquet", rows, SCHEMAS["classification"])
        about = {"name": target, "family": "classification", "metric": "accuracy", "labels": NLI, "tunes_on": None}
        write_json(folder / "task.json", {**about, "languages": languages})
        size = {"rows": SIZE, "declared": None}
        write_json(folder / "counts.json", {"splits": {"test": dict.fromkeys(languages, size)}})
        luck = {language: generator.permutation(SIZE) for language in languages}
        for source in made.sources:
            for seed in made.seeds:
                answers = []
                for place, language in enumerate(languages):
                    own = OWN.get(source)
                    share = 45.0 + 2 * place + float(generator.normal(0, 0.7))
                    share += 4 + planted * distance[own, language] if own else 0.0
                    share += dutch * (source == "sick-nl") + shuffled * (source == "shuffled")
                    right = luck[language] < SIZE * share / 100
                    answers += [
                        {"language": language, "split": "test", "id": row["id"],
                         "prediction": NLI[(n + (not right[n])) % 3]}
                        for n, row in enumerate(rows)
                    ]  # fmt: skip
                file = Path(f"results/predictions/{target}/{source}/{seed}.parquet")
                write_rows(file, answers, dict.fromkeys(("language", "split", "id", "prediction"), "str"))
                counts: dict[str, Any] = {f"test/{language}": {} for language in languages}
                write_json(file.with_suffix(".json"), {"signature": {"max_length": 128}, "counts": counts})
    for source, task in {**TASKS, "shuffled": "ocnli"}.items():
        folder = Path(f"data/mixtures/{source}/intermediate/{task}")
        about = {"name": task, "family": "classification", "metric": "accuracy", "labels": NLI, "tunes_on": None}
        write_json(folder / "task.json", {**about, "languages": ["en"]})
        gold = [{"id": str(n), "text_a": "a", "text_b": "b", "label": NLI[n % 3 and 2]} for n in range(9)]
        write_rows(folder / "dev/en.parquet", gold, SCHEMAS["classification"])
        for seed in made.seeds:
            answers = [{"id": row["id"], "prediction": "neutral"} for row in gold]
            file = Path(f"results/predictions/intermediate/{source}/{seed}/{task}.parquet")
            write_rows(file, answers, {"id": "str", "prediction": "str"})
            write_json(file.with_suffix(".json"), {"signature": {"max_length": 128}})
    return content


def study(run: Run) -> Study:
    return Study.read(run, read_distances(DISTANCES), PRIMARY, TARGETS, SAME_PAIRS)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_planted_effect_is_found_and_told(place: Path) -> None:
    run = keep_here(world(-25.0, dutch=-15.0, shuffled=10.0), place, ("none/1", "more/2"))
    one = study(run)
    assert one.common("xnli") == ["de", "el", "hi", "ru", "sw", "th", "tr"], "no language of a source, no English"
    assert one.common("pawsx") == ["de", "fr", "ko"]
    found = one.effect(TARGETS, PRIMARY)
    assert found.slope == pytest.approx(-25, abs=6) and found.p is not None and found.p <= 0.05
    near, far = one.halves("xnli", "sick-en")
    assert near == ["de", "ru", "el"] and far == ["th", "hi", "tr", "sw"]
    text = page(one, development(run), run.unfinished)
    assert "**Not all rows are finished. Missing (source/seed): more/2.**" in text
    assert text.startswith("**The data are cut down: this page says nothing about")
    assert "**Yes: a source helps languages more that are nearer.**" in text
    assert "- `sick-nl` against `sick-en` on xnli: **worse**" in text
    assert "- `jsick` against `sick-en` on pawsx: **" in text and "`ocnli` against" not in text
    assert "- `shuffled` on xnli: **not silent: a gain like this is not learnt from labels**, +" in text
    assert "Mixed model beside it (120 scores of 6 sources; to_english, same_script, log_text held fixed): -" in text


def test_where_there_is_nothing_the_page_says_so(place: Path) -> None:
    run = keep_here(world(0.0), place)
    one = study(run)
    text = page(one, development(run), run.unfinished)
    assert "Not all rows" not in text
    assert "**Cannot decide: no effect of distance was found.**" in text and "**Yes" not in text
    assert "- `shuffled` on xnli: **silent**" in text and "**worse**" not in text and "**better**" not in text
    assert "a mean gain that is found about four times in five: " in text


def test_own_languages_are_kept_apart(place: Path) -> None:
    """What a source gains in its own language moves no number but its own."""
    one = study(keep_here(world(0.0), place))
    whole = one.targets["xnli"]
    before = md_table(one, {})
    column, runs = whole.sample.languages.index("zh"), whole.places("ocnli")
    whole.observed[runs, column] += 30.0
    whole.resampled[:, runs, column] += 30.0
    after = md_table(one, {})
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    ((_, line),) = changed
    assert line.startswith("| ocnli | ") and " / +3" in line
    assert one.own("farstail", "xnli") is None, "the target does not have it"


def test_all_files_are_written_and_the_same_again(place: Path) -> None:
    made = world(-25.0)
    for folder in ("one", "two"):
        keep_here(made, Path(folder))
        answer([folder])
    files = sorted(file.name for file in Path("one").iterdir() if file.is_file())
    assert files == ["answer.md", "effects.csv", "gains.png", "gains.svg", "table.csv", "table.md", "table.tex"]
    for name in files:
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes(), name
    rows = list(csv.DictReader(read_text(Path("one/table.csv")).splitlines()))
    assert len(rows) == 14 and {row["kind"] for row in rows} == {"source", "shuffled labels"}
    assert (rows[0]["dev_accuracy"], rows[0]["dev_macro_f1"]) == ("66.67", "26.67")
    effects = list(csv.DictReader(read_text(Path("one/effects.csv")).splitlines()))
    assert [row["measure"] for row in effects if row["primary"] == "1"] == ["syntax"] and len(effects) == 15
    assert all(tex.count("&") == 4 for tex in read_text(Path("one/table.tex")).splitlines() if "[" in tex)


def effect(p: float | None, slope: float | None = -20.0, languages: int = 6, smallest: float = 2 / 720) -> Effect:
    return Effect(languages, 17, slope, p, smallest, None if p is None else -30.0, None if p is None else 4.0)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (effect(0.01), "**Yes: a source helps languages more that are nearer.** -2.00 points for each 0.1 of distance"),
        (effect(0.01, 20.0), "**Yes: a source helps languages more that are farther.** +2.00 points"),
        (effect(0.2), "**Cannot decide: no effect of distance was found.** -2.00 points for each 0.1 of distance, 95 % "
                      "interval [-3.00, +0.40], p = 0.2"),
        (effect(0.33, languages=3, smallest=1 / 3), "**Cannot decide**: so few source languages can never give"),
        (effect(None, None, 2, 1.0), "**Cannot decide**: too few source languages"),
    ],
)  # fmt: skip
def test_rules_of_the_page(one: Effect, said: str) -> None:
    assert distance_answer(one, "syntax", "xnli").startswith(said)


def test_more_rules() -> None:
    assert between_answer(effect(0.2), "syntax").startswith("**Cannot decide**: -2.00 points")
    assert between_answer(effect(0.02), "syntax").startswith("**Yes, by the numbers**")
    assert between_answer(effect(None, None), "syntax").startswith("**Cannot decide**: 6 source languages.")
    assert mixed_answer(Partial(9, 3, "too few"), "syntax") == "Mixed model beside it: none, too few."
    fitted = mixed_answer(Partial(9, 3, facts={"distance": Estimate(-5.0, -12.0, 2.0)}), "syntax")
    assert fitted.endswith("nothing held fixed): -0.50 points for each 0.1 of `syntax` [-1.20, +0.20].")


def test_a_profile_without_controls_says_so(place: Path) -> None:
    made = world(0.0)
    made["sources"].pop("shuffled")
    one = study(keep_here(made, place))
    assert "**cannot decide** what is learnt from labels" in control_answers(one)[0]
    assert "shuffled" not in csv_table(one, {}) + tex_table(one, {})


def test_premises_that_are_hidden(place: Path) -> None:
    made = world(0.0)
    hidden = {name: {**one, "ablate": bool(one["tasks"])} for name, one in made["sources"].items()}
    keep_here({**made, "sources": hidden}, Path("hidden"))
    answer(["hidden"])
    assert [file.name for file in Path("hidden").iterdir() if file.is_file()] == ["answer.md"]
    text = read_text(Path("hidden/answer.md"))
    assert text.startswith("**The data are cut down.**\n") and "| jsick | 66.7 | 66.7 | +0.0 | 26.7 |" in text


def test_the_language_of_a_source() -> None:
    given: dict[str, Any] = {"tasks": ["mnli"], **RECIPE}
    translated = {"languages": ["de"], "mode": "replace"}
    assert language_of("a", Source.model_validate(given)) == "en"
    assert language_of("a", Source.model_validate({**given, "translated": translated})) == "de"
    with pytest.raises(InputError, match=r"sources\.a: found the languages en, de, expected one in this study"):
        language_of("a", Source.model_validate({**given, "translated": {**translated, "mode": "add"}}))


def test_macro_f1() -> None:
    """As `sklearn.metrics.f1_score(average="macro")`: 2/3, 1, 0.8."""
    pairs = [("a", "a"), ("a", "c"), ("b", "b"), ("c", "c"), ("c", "c")]
    assert macro_f1(pairs, ("a", "b", "c")) == pytest.approx(100 * (2 / 3 + 1 + 0.8) / 3)
    assert macro_f1([("a", "a")], ("a", "b")) == 50.0


def test_the_frozen_table() -> None:
    """Its facts about languages are those of the languages' table; a language is at no distance from itself."""
    found, table = read_distances(DISTANCES), read_languages()
    sources = {source for source, _ in found["syntax"]}
    for source in sources:
        assert {target for one, target in found["same_script"] if one == source} == set(table)
        for measure in ("syntax", "genetic", "geographic"):
            assert found[measure].get((source, source), 0.0) == 0.0
    for target, facts in table.items():
        if facts.distance is not None:
            assert found["syntax"]["en", target] == pytest.approx(facts.distance, abs=0.0011)
        for source in sources:
            assert found["same_script"][source, target] == (table[source].script == facts.script)
            if facts.text_gib is not None:
                expected = np.log10(1 + facts.text_gib)
                assert found["log_text"][source, target] == pytest.approx(expected, abs=0.001)
    for one in sources:
        for measure in ("syntax", "genetic", "geographic"):
            for other in sources:
                assert found[measure].get((one, other)) == found[measure].get((other, one))
    assert set(found) == set(MEASURES) and MEASURES[0] == PRIMARY
    assert "The primary measure is `syntax`" in read_text(ROOT / "studies/sources/README.md")


@pytest.mark.parametrize("name", sorted(file.stem for file in (ROOT / "studies/sources").glob("*.yaml")))
def test_profiles_compose(name: str) -> None:
    """Every source has one language, distances to what is evaluated, and the same size and recipe as the others."""
    content = load(compose(str(ROOT / f"studies/sources/{name}.yaml"), ROOT / "profiles"), name)
    made, distance = Params.model_validate(content), read_distances(DISTANCES)["syntax"]
    recipes = []
    for source, one in made.sources.items():
        if one.tasks and one.recipe:
            language = language_of(source, one)
            assert (language, "de") in distance, source
            recipes.append(one.recipe.model_copy(update={"selection": "best"}))
    assert recipes and all(one == recipes[0] for one in recipes) and recipes[0].max_examples
