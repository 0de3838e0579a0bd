"""The report: what it adds to the tables, and that it sorts, filters and opens cells in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests import browser
from tests.fake_grid import TRANSLATION, write_grid, write_params, write_wide
from xstilts.errors import InputError
from xstilts.params import Architecture, read_params
from xstilts.records.files import read_json, write_json, write_text
from xstilts.report.figures.controls import read_controls
from xstilts.report.figures.extras import Extras, encoder_parameters, read_extras
from xstilts.report.figures.grid import Grid, read_grid
from xstilts.report.page import details
from xstilts.report.page.cost import inputs
from xstilts.report.page.html import change
from xstilts.report.page.whole import page
from xstilts.report.tables.intermediate import intermediate_table, part_tables
from xstilts.report.tables.notes import notes
from xstilts.report.tables.table import averages_tables, language_table, main_table

GAIN = {
    "source": "mnli",
    "target": "xnli",
    "gain": 1.5,
    "low": 0.4,
    "high": 2.2,
    "p": 0.01,
    "p_holm": 0.03,
    "better": True,
}
SCORE = {"source": "mnli", "target": "xnli", "seed": 1, "language": "hi", "mean": 50.0, "low": 41.2, "high": 58.8}
STATISTICS = {"settings": {"samples": 1000, "level": 0.95}, "scores": [SCORE], "seeds": [], "gains": [GAIN]}
FINDING = {
    "finding": "retrieval <gains>",
    "published": "66.0",
    "ours": "25.2",
    "verdict": "cannot decide",
    "why": "why",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository root with a grid of four sources and one seed."""
    monkeypatch.chdir(tmp_path)
    write_grid(tmp_path, write_params(tmp_path))
    return tmp_path


def html(grid: Grid, extras: Extras) -> str:
    """The report of a grid."""
    second = (intermediate_table(grid), part_tables(grid))
    tables = (main_table(grid), averages_tables(grid))
    return page(grid, *tables, *second, read_controls(grid), {}, notes(grid, {}, {}), extras)


def report() -> str:
    """The report of the working directory."""
    params = read_params()
    return html(read_grid(params), read_extras(Path("results"), params))


@pytest.mark.usefixtures("root")
def test_what_other_stages_have_not_left_is_not_shown() -> None:
    text = report()
    assert "No test of significance was run" in text
    assert "Findings" not in text and "languages by code" in text
    assert read_extras(Path("results"), read_params()).gains == {}


@pytest.mark.usefixtures("root")
def test_significance_findings_and_distances() -> None:
    write_json(Path("results/statistics.json"), STATISTICS)
    write_text(Path("results/language_gains.csv"), "language,family,distance\ntr,x,0.5\nar,y,0.6\nde,z,0.2\n")
    extras = read_extras(Path("results"), read_params(), [FINDING])
    text = html(read_grid(read_params()), extras)
    assert extras.order(["ar", "de", "en", "es", "hi", "tr"]) == ["en", "de", "tr", "ar", "es", "hi"]
    assert "retrieval &lt;gains&gt;" in text and "cannot decide" in text
    assert "With one seed no change is marked" in text
    gains = text[text.index('id="gains"') : text.index('id="by-language"')]
    assert gains.count('<span class="mark">*</span>') == 1
    data = json.loads(re.findall(r'id="cells">(.*?)</script>', text)[0])
    assert data["gains"] == {"xnli": {"mnli": [1.5, 0.4, 2.2, 0.03]}}
    xnli = data["targets"]["xnli"]
    place = data["sources"].index("mnli") * len(xnli["languages"]) + xnli["languages"].index("hi")
    assert xnli["intervals"][place] == [[41.2, 58.8]]
    grid = read_grid(read_params())
    assert xnli["values"][place] == [round(value, 1) for value in grid.values("xnli", "mnli", "hi")]


def test_a_star_needs_several_seeds_that_decide(root: Path) -> None:
    write_grid(root, write_params(root, seeds=[1, 2]))
    lost = {**GAIN, "source": "squad_v1", "better": False, "worse": False}
    write_json(Path("results/statistics.json"), {**STATISTICS, "scores": [], "gains": [GAIN, lost]})
    text = report()
    gains = text[text.index('id="gains"') : text.index('id="by-language"')]
    assert "* differs from none at 5 %" in gains and gains.count('<span class="mark">*</span>') == 1


@pytest.mark.usefixtures("root")
def test_what_gains_go_with() -> None:
    lines = "mnli,xnli,distance,7,-0.7,0.18,1.0\nmnli,panx,not Latin script,7,0.9,0.001,0.04\n"
    write_text(Path("results/language_analysis.csv"), f"source,target,factor,languages,rho,p,p_holm\n{lines}")
    text = report()
    assert "2 rank correlations over languages without English, 1 decided after Holm" in text
    table = text[text.index('id="analysis"') :]
    assert table.index("not Latin script") < table.index(">distance<"), "the least likely to be chance first"
    assert "languages none can be" not in text
    few = lines.replace(",7,", ",4,").replace("0.04", "1.0")
    write_text(Path("results/language_analysis.csv"), f"source,target,factor,languages,rho,p,p_holm\n{few}")
    assert "0 decided after Holm's correction: with 4 languages none can be" in report()


@pytest.mark.usefixtures("root")
def test_statistics_in_another_form_are_refused() -> None:
    write_json(Path("results/statistics.json"), {"settings": {"level": 0.9}, "gains": [{"gain": 1}], "scores": []})
    with pytest.raises(InputError, match=r"statistics\.json: gains\[0\]\.source is missing; found 'gain'"):
        read_extras(Path("results"), read_params())


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("language_gains.csv", "language,family\ntr,x\n", "found no 'distance', expected the columns language and d"),
        ("language_gains.csv", "language,distance\ntr,far\n", "expected the columns language and distance, .* 'far'"),
        ("language_analysis.csv", "source,target\nmnli,xnli\n", "found no 'factor', expected the columns source, "),
        ("statistics.json", '{"settings": [], "gains": []}', r"settings: found \[\], expected an object with level"),
        (
            "statistics.json", '{"settings": {"level": 1}, "gains": [{"target": "xnli", "source": "mnli"}]}',
            r"gains\[0\]\.gain is missing; found 'target', 'source'",
        ),
    ],
)  # fmt: skip
def test_the_file_that_lacks_something_is_named(name: str, content: str, message: str) -> None:
    write_json(Path("results/statistics.json"), STATISTICS)
    write_text(Path("results") / name, content)
    with pytest.raises(InputError, match=f"^results/{re.escape(name)}: {message}"):
        read_extras(Path("results"), read_params())


def test_figures_behind_a_cell_are_those_of_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_wide(tmp_path)
    path = Path("results/cells/xnli.json")
    document = read_json(path)
    odd = {"none": (50.2, 50.25, 50.3), "mnli": (33.948,) * 3, "qqp": (50.24,) * 3}
    for one in document["cells"]:
        if one["language"] == "tr" and one["source"] in odd:
            one["main"] = one["scores"]["accuracy"] = odd[one["source"]][one["seed"] - 1]
    write_json(path, document)
    grid, checked = read_grid(read_params()), 0
    data = json.loads(details.cells(grid, Extras()).partition(">")[2].removesuffix("</script>"))
    for target, own in data["targets"].items():
        assert own.get("of") == ("mean of F1 and EM" if target in ("xquad", "mlqa", "tydiqa") else None)
        table = language_table(grid, target, read_controls(grid)["targets"])
        columns = {column.name: column for column in table.columns}
        runs = product(data["sources"], own["languages"])
        for (source, language), mean, delta in zip(runs, own["means"], own["changes"], strict=True):
            assert f"{mean:.1f}" == f"{table.values[source, language, 'main'].mean:.1f}"
            expected = table.delta(source, columns[language], "main")
            assert (delta is None) == (expected is None)
            assert expected is None or f"{delta:+.1f}" == f"{expected:+z.1f}"
            checked += 1
    assert checked > 900
    xnli = data["targets"]["xnli"]
    places = {source: data["sources"].index(source) * 6 + xnli["languages"].index("tr") for source in data["sources"]}
    assert xnli["means"][places["none"]] == 50.2, "JavaScript would round this half up"
    assert xnli["means"][places["mnli"]] == 33.9, "33.948, which two roundings make 34.0"
    assert str(xnli["changes"][places["qqp"]]) == "0.0", "a loss of a hundredth, without its sign"


def test_commands_name_the_seed(root: Path) -> None:
    text = report()
    assert "xstilts rebuild SOURCE xnli LANGUAGE --seed SEED" in text
    assert "xstilts errors xnli LANGUAGE SOURCE_A SOURCE_B --seed SEED" in text


def test_equal_translations_share_a_signature(root: Path) -> None:
    others = {"mnli-hi": TRANSLATION, "mnli-tr": {**TRANSLATION, "signature": {"beam": 1}}}
    write_json(root / "data/mixtures/translations.json", {"mnli-de": TRANSLATION, **others})
    text = report()
    assert "Signature of mnli-de, mnli-hi: beam: 4<" in text and "Signature of mnli-tr: beam: 1<" in text


def test_parameters_of_the_miniature() -> None:
    """Counted in the tensors of the miniature's own backbone (model.safetensors, by name)."""
    size = Architecture(
        layers=3, hidden=128, heads=4, intermediate=256, positions=256, dropout=0.0, initializer_range=0.05
    )
    assert encoder_parameters(size, 1400) == (212608, 397440)


def test_parameters_of_a_released_model() -> None:
    """XLM-R Large: 24 layers of 1024, 250,002 pieces and 514 positions: 558.8 M without pooler, 559.9 M with it."""
    size = Architecture(
        layers=24, hidden=1024, heads=16, intermediate=4096, positions=512, dropout=0.1, initializer_range=0.02
    )
    assert sum(encoder_parameters(size, 250002)) + 1024 * 1024 + 1024 == 559890432


def test_inputs_of_a_mixture_have_batches_of_their_own() -> None:
    shared = {"batch": 32, "max_length": 128}
    recipe = {
        "recipe": shared,
        "each": {"squad": {"batch": 8, "max_length": 384}},
        "mlm": {"batch": None, "max_length": 64},
    }
    curve: dict[str, Any] = {
        "stage": "intermediate", "tasks": ["mnli", "squad", "mlm"], "recipe": recipe, "steps": [{"step": 10}],
        "sampled": {"mnli": 5, "squad": 3, "mlm": 2},
    }  # fmt: skip
    assert inputs(curve) == {"mnli": (160, 128), "squad": (24, 384), "mlm": (64, 64)}
    target = {"stage": "target", "task": "xnli", "recipe": shared, "steps": [{"step": 2}, {"step": 7}]}
    assert inputs(target) == {"xnli": (224, 128)}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, "<td></td>"), (0.0, "<td>+0.0</td>"), (-0.04, "<td>+0.0</td>"), (0.1, '<td class="u1">+0.1</td>'),
        (-2.0, '<td class="w1">-2.0</td>'), (-2.1, '<td class="w2">-2.1</td>'), (99, '<td class="u6">+99.0</td>'),
    ],
)  # fmt: skip
def test_shades(value: float | None, cell: str) -> None:
    assert change(value) == cell


def test_the_whole_table_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_wide(tmp_path)
    text = report()
    assert len(text.encode()) < 1_000_000
    assert text.count('href="predictions/') == 20 * 9 * 3
    assert len(re.findall(r' id="([^"]+)"', text)) == len({*re.findall(r' id="([^"]+)"', text)})


def table(dom: str, name: str) -> tuple[list[str], list[str]]:
    """Titles of the columns and names of the rows that are shown."""
    own = re.findall(rf'<table[^>]* id="{name}".*?</table>', dom, re.DOTALL)[0]
    heads = re.findall(r"<th(?![^>]*hidden)[^>]*><button[^>]*>([^<]*)", own.partition("</thead>")[0])
    rows = re.findall(r"<tr(?![^>]*hidden)[^>]*><th[^>]*>([^<]*)", own.partition("</thead>")[2])
    return heads, rows


@browser.needed
def test_in_a_browser(root: Path) -> None:
    grid = read_grid(read_params())
    write_text(root / "report.html", html(grid, Extras()))
    dom = browser.dom(root / "report.html", root / "chromium", "sort=scores.1.down&cell=mnli.xnli.hi")
    means = main_table(grid)
    best = sorted(grid.sources, key=lambda source: -means.values[source, "xnli", "main"].mean)
    heads, rows = table(dom, "scores")
    assert rows == best and heads[:3] == ["source", "XNLI", "PAWS-X"]
    assert 'aria-sort="descending"' in dom
    assert "xstilts rebuild mnli xnli hi --seed 1" in dom and 'href="predictions/xnli/mnli/1.parquet"' in dom
    dom = browser.dom(root / "report.html", root / "chromium", "rows=squad&columns=xnli,hi")
    assert table(dom, "scores") == (["source", "XNLI"], ["squad_v1"])
    assert table(dom, "gains") == (["source", "XNLI"], ["squad_v1"])
    assert table(dom, "target-xnli") == (["source", "hi"], ["squad_v1", "highest control"])


@pytest.fixture
def opened(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Tab]:
    """The report of three seeds, with statistics and translations, in a browser that is as narrow as a phone."""
    write_grid(root, write_params(root, seeds=[1, 2, 3]))
    known = {**STATISTICS, "scores": [], "gains": [{**GAIN, "p_holm": None, "low": None, "high": None}]}
    write_json(root / "results/statistics.json", known)
    odd = {**TRANSLATION, "signature": {"weights_sha256": "0123456789abcdef" * 8, "metric": "chrF2|nrefs:1" * 9}}
    write_json(root / "data/mixtures/translations.json", {"mnli-de": odd})
    write_text(root / "results/report.html", report())
    with browser.tab(tmp_path_factory.mktemp("tab")) as tab:  # a short path: chromium puts a socket there
        tab.call("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
        yield tab


def view(tab: browser.Tab, state: str = "") -> None:
    """Open the report at `#state`."""
    tab.open(f"{Path('results/report.html').resolve().as_uri()}#{state}")
    tab.wait("document.readyState === 'complete' && !!document.querySelector('#panel')")


PANEL = "document.querySelector('#panel').hidden ? '' : document.querySelector('#panel').textContent"


@browser.needed
def test_a_phone_scrolls_down_alone(opened: browser.Tab) -> None:
    for state in ("", "cell=mnli.xnli.hi"):
        view(opened, state)
        assert "Signature of mnli-de" in opened.text()
        root = "document.documentElement"
        assert opened.evaluate(f"{root}.clientWidth") <= 400
        assert opened.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0


@browser.needed
def test_a_panel_has_commands_for_each_seed_and_an_address(opened: browser.Tab) -> None:
    view(opened, "rows=mnli")
    cell = "[...document.querySelectorAll('#target-xquad tbody tr')].find(row => row.cells[0].textContent === 'mnli')"
    column = "[...document.querySelectorAll('#target-xquad thead th')].findIndex(head => head.textContent === 'hi')"
    opened.evaluate(f"{cell}.cells[{column}].click()")
    panel = opened.evaluate(PANEL)
    for seed in (1, 2, 3):
        assert f"xstilts rebuild mnli xquad hi --seed {seed}" in panel
        assert f"xstilts errors xquad hi none mnli --seed {seed}" in panel
    assert "mean of F1 and EM" in panel
    assert opened.evaluate("location.hash") == "#rows=mnli&cell=mnli.xquad.hi"
    view(opened, "cell=mnli.xquad.hi")
    assert opened.evaluate(PANEL) == panel, "an address opens the cell that wrote it"
    opened.evaluate("document.querySelector('#panel .close').click()")
    assert opened.evaluate("location.hash") == "" and opened.evaluate(PANEL) == ""


@browser.needed
def test_cells_that_are_many_and_cells_that_are_none(opened: browser.Tab) -> None:
    view(opened, "cell=mnli.xnli.")
    assert "Against none +1.5, p unknown after Holm" in opened.evaluate(PANEL)
    view(opened, "cell=mnli..hi")
    assert "XQuAD, MLQA, TyDiQA: mean of F1 and EM" in opened.evaluate(PANEL)
    unknown = ("xnli.zz", "bucc.en", "nosuch.hi", ".", "toString.")
    for name in ("mnli", "nosuch.xnli.hi", *(f"mnli.{one}" for one in unknown)):
        view(opened, f"rows=mnli&cell={name}")
        assert (opened.evaluate(PANEL), opened.evaluate("location.hash")) == ("", "#rows=mnli"), name
        opened.evaluate("document.querySelector('#target-xnli tbody td:last-child').click()")
        assert opened.evaluate(PANEL), "the program has gone on"


@browser.needed
def test_columns_are_those_of_targets_and_languages(opened: browser.Tab) -> None:
    view(opened, "columns=tr")

    def shown(name: str) -> list[str]:
        heads = f"[...document.querySelector('#{name}').tHead.rows[0].cells].filter(one => !one.hidden)"
        return list(opened.evaluate(f"{heads}.map(one => one.textContent)"))

    assert shown("target-xnli") == ["source", "tr"]
    assert shown("cost")[:3] == ["source", "training", "seeds"]
    assert len(shown("translations")) == 10
