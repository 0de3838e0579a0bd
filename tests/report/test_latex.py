"""Tables and macros for LaTeX. They are compiled where a LaTeX is found, and their structure is checked everywhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fake_grid import INTERMEDIATE, write_wide
from xstilts.params import read_params
from xstilts.records.files import write_json
from xstilts.report.figures.controls import read_controls
from xstilts.report.figures.gains import Gain, Statistics, read_statistics
from xstilts.report.figures.grid import MAIN, ORDER, read_grid
from xstilts.report.paper.files import write_paper
from xstilts.report.paper.findings import findings
from xstilts.report.paper.published import difference, languages_table, published_table, read_published, to_page
from xstilts.report.tables.intermediate import intermediate_table, part_tables
from xstilts.report.tables.latex import SPECIAL, escape, to_latex
from xstilts.report.tables.notes import task_notes
from xstilts.report.tables.table import Column, Table, main_table

LATEX = shutil.which("pdflatex")
DOCUMENT = r"""\documentclass{article}
\usepackage{booktabs}
%s
\begin{document}
%s
\end{document}
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What goes into a paper, of twenty sources and three seeds, with statistics."""
    root = tmp_path_factory.mktemp("paper")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        write_wide(root, profile="odd_name")
        grid = read_grid(read_params())
        table, folder = main_table(grid), Path("results")
        columns = [column for column in table.columns if column.name in grid.targets]
        gains = [
            {
                "source": source, "target": column.name, "gain": delta, "low": delta - 1, "high": delta + 1,
                "p_holm": None, "better": source == "mnli" and delta > 0, "worse": source == "mnli" and delta < 0,
            }
            for source in grid.sources for column in columns
            if (delta := table.delta(source, column, MAIN)) is not None
        ]  # fmt: skip
        write_json(folder / "statistics.json", {"settings": {"level": 0.95}, "gains": gains})
        weak, statistics = {"xnli": ["tr"]}, read_statistics(grid)
        write_paper(
            folder, grid, table, intermediate_table(grid), part_tables(grid), read_controls(grid)["targets"], weak,
            statistics, findings(grid, statistics, weak, read_published()),
        )  # fmt: skip
    return root / "results"


def compiled(folder: Path, preamble: str, body: str) -> subprocess.CompletedProcess[str]:
    (folder / "main.tex").write_text(DOCUMENT % (preamble, body), encoding="utf-8")
    command = [str(LATEX), "-interaction=nonstopmode", "-halt-on-error", "-draftmode", "main.tex"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="latin-1", timeout=120, check=False)


def check_structure(text: str) -> None:
    """Environments are balanced, every row has as many cells as there are columns, and braces close."""
    text = re.sub(r"(?<!\\)%.*", "", text)
    assert re.findall(r"\\begin\{(\w+)\}", text) == re.findall(r"\\end\{(\w+)\}", text)
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    for spec, body in re.findall(r"\\begin\{tabular\}\{@\{\}(\w+)@\{\}\}(.*?)\\end\{tabular\}", text, re.DOTALL):
        rows = [row for row in body.splitlines() if row.endswith(r"\\") and r"\multicolumn" not in row]
        assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {len(spec) - 1}


def test_all_tables_are_well_formed(results: Path) -> None:
    files = sorted(results.rglob("*.tex"))
    assert len(files) == 4 + 9
    for file in files:
        check_structure(file.read_text(encoding="utf-8"))


@pytest.mark.skipif(not LATEX, reason="no LaTeX here")
def test_all_tables_compile_with_booktabs_alone(results: Path) -> None:
    tables = [str(path.relative_to(results).with_suffix("")) for path in sorted(results.rglob("*.tex"))]
    body = "\n\n".join(rf"\input{{{name}}}" for name in tables if name not in ("numbers", "main"))
    body += r"\section{\xnum{squad_v1}{tydiqa}} \xnum[delta]{mnli}{xnli} \xnum[low]{mnli}{xnli} \xfact{seeds} "
    body += r"\xlang{multi-mlm}{xnli}{tr} \xlang[delta]{mnli}{xnli}{tr} \xdev[sd]{anli_plus}{anli_plus}"
    body += r"\xdev{anli_plus}{anli_plus:anli/r1} \xnum{mnli}{qa} \xnum{mnli}{average} \xnum[em]{mnli}{xquad}"
    done = compiled(results, r"\input{numbers}", body)
    assert done.returncode == 0, done.stdout[-2000:]
    wrong = compiled(results, r"\input{numbers}", r"\xnum{mnli}{xnly}")
    assert wrong.returncode and "There is no figure num/mnli/xnly/score in numbers.tex" in wrong.stdout


@pytest.mark.skipif(not LATEX, reason="no LaTeX here")
def test_every_special_character_is_text(tmp_path: Path) -> None:
    names = [f"{one}a{one}" for one in SPECIAL] + ["`code_x`"]
    table = Table([Column(name, name) for name in names])
    for name in names:
        table.put(name, table.columns[0], MAIN, [1.0])
    (tmp_path / "odd.tex").write_text(to_latex(table, "odd", "odd", names), encoding="utf-8")
    done = compiled(tmp_path, "", r"\input{odd}")
    assert done.returncode == 0, done.stdout[-2000:]


TEN = r"\{}$&#^_%~"


def printed(text: str) -> str:
    """What LaTeX prints for text with the commands of `escape`; refused where it would do something else."""
    whole = re.compile(r"\\text(backslash|asciitilde|asciicircum)\{\}|\\([{}$&#_%])|([^\\{}$&#^_%~])", re.DOTALL)
    names = {"backslash": "\\", "asciitilde": "~", "asciicircum": "^"}
    found, at = "", 0
    while at < len(text):
        one = whole.match(text, at)
        assert one, f"{text[at : at + 20]!r} is no text"
        found, at = found + (names[one[1]] if one[1] else one[2] or one[3]), one.end()
    return found


@settings(deadline=None)
@given(st.text(st.sampled_from(TEN + "abc .,1é")))
@example(TEN)
@example(TEN[::-1] * 2)
def test_the_ten_special_characters_are_printed(text: str) -> None:
    assert printed(escape(text)) == text


@settings(deadline=None, max_examples=20)
@given(note=st.text(st.sampled_from(TEN + "ab \n"), min_size=1), mark=st.text(st.sampled_from(TEN), min_size=1))
@example(TEN + " a\n\nb", TEN)
def test_notes_and_marks_are_printed(note: str, mark: str) -> None:
    """They are free text: a data set's note of `params.yaml`, words beside a figure, a title."""
    table = Table([Column("x", f"X{mark}")])
    table.put("none", table.columns[0], MAIN, [1.0])
    table.marks["none", "x"] = f"!{mark} of {mark}"
    text = to_latex(table, "T", "t", [f"Said: {note}x"])
    head, row, *below = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert printed(head.split(" & ")[1].removesuffix(r" \\")) == f"X{mark}"
    cell = re.fullmatch(r"none & 1\.0(.*) \{\\scriptsize (.*)\} \\\\", row)
    assert cell and printed(cell[1]) == f"!{mark}" and printed(cell[2]) == f"of {mark}"
    frame = r"\multicolumn{2}{@{}l@{}}{\footnotesize "
    texts = [line.removeprefix(frame).removesuffix(r"} \\") for line in below]
    assert "".join(map(printed, texts)).replace(" ", "") == "".join(f"Said: {note}x".split())


def test_a_note_of_params_yaml_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_wide(tmp_path)
    record = json.loads(INTERMEDIATE.read_text(encoding="utf-8"))
    record["tasks"]["ccg"]["note"] = f"Tags {TEN}\n\n  of a parser. "
    write_json(INTERMEDIATE, record)
    (line,) = task_notes(read_grid(read_params()))
    assert line == f"CCG (behind ccg, multi, multi-mlm, ccg-mlm): Tags {TEN} of a parser."


@settings(deadline=None)
@given(st.text())
def test_nothing_escapes_the_escape(text: str) -> None:
    safe = escape(text)
    bare = re.sub(r"\\[{}&%$#_]", "", safe)
    assert not re.search(r"[&%#_]|\\\\", bare) and bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0


def test_the_best_is_bold_and_ties_are_shared() -> None:
    one, answers = Column("x", "X"), Column("q", "Q", ("f1", "em"))
    gap = Column("gap", "gap", heat=False)
    table = Table([one, answers, gap])
    for row, score, f1, em in (("none", 50.04, 70.0, 40.0), ("a_b", 49.96, 60.0, 45.0), ("c", 20.0, 1.0, 1.0)):
        table.put(row, one, MAIN, [score])
        table.put(row, answers, "f1", [f1])
        table.put(row, answers, "em", [em])
        table.put(row, gap, MAIN, [-3.0])
    table.marks["c", "x"] = "† at chance"
    table.put("limit", one, MAIN, [99.0])
    lines = to_latex(table, "T", "t", gains={("a_b", "x"): Gain(-0.1, -1, 2, True)}, apart=["limit"]).splitlines()
    assert r"none & \textbf{50.0} & \textbf{70.0} / 40.0 & $-3.0$ \\" in lines
    assert r"a\_b & \textbf{50.0} & 60.0 / \textbf{45.0} & $-3.0$ \\" in lines
    assert r" & {\scriptsize $-0.1$*} &  & \\" in lines and r" & {\scriptsize $[-1.0, 2.0]$} &  & \\" in lines
    assert r"c & 20.0$\dagger$ {\scriptsize at chance} & 1.0 / 1.0 & $-3.0$ \\" in lines
    assert lines[lines.index(r"limit & 99.0 &  & \\") - 1] == r"\midrule"


def test_many_columns_stand_in_blocks_of_one_width() -> None:
    columns = [Column(f"c{n}", f"c{n}") for n in range(40)]
    table = Table(columns)
    for column in columns:
        table.put("none", column, MAIN, [1.0])
    text = to_latex(table, "T", "t")
    check_structure(text)
    assert text.count("source &") == 4 and r"@{}lrrrrrrrrrr@{}" in text


def test_what_has_to_be_known_goes_with_the_table(results: Path) -> None:
    text = (results / "table.tex").read_text(encoding="utf-8")
    below = text[text.index(r"\bottomrule") :]
    for words in (
        r"odd\_name: CUT-DOWN",
        r"$\ddagger$ Format only",
        r"$\dagger$ A training",
        r"95 \% interval",
    ):
        assert words in below
    assert r"XNLI$\ddagger$" in text and r"\texttt{none}" in below


def test_macros_are_the_tables_figures(results: Path) -> None:
    numbers = dict(re.findall(r"^\\x@set\{(.*?)\}\{(.*)\}$", (results / "numbers.tex").read_text(), re.MULTILINE))
    csv = (results / "table.tex").read_text(encoding="utf-8")
    row = next(line for line in csv.splitlines() if line.startswith(r"squad\_v1 &"))
    assert numbers["num/squad_v1/xnli/score"] in row and numbers["num/squad_v1/xquad/f1"] in row
    assert numbers["num/mnli/xnli/delta"].startswith(r"\ensuremath{")
    assert numbers["fact/seeds"] == "3" and numbers["fact/profile"] == "odd_name"
    assert "num/none/xnli/delta" not in numbers and "lang/mnli/bucc/de/sd" in numbers


def test_published_figures_agree_with_each_other() -> None:
    """Sums from reference tables: seven trained tasks of the submission 508.6, of XLM-R Large 490.95."""
    record = read_published()
    table = published_table(record)
    means = {
        row: table.values[row, "average", MAIN].mean for row in table.rows if (row, "average", MAIN) in table.values
    }
    assert means == {
        "XLM-R Large": pytest.approx(490.95 / 7), "X-STILTs, XTREME submission": pytest.approx(508.6 / 7),
    }  # fmt: skip
    languages = languages_table(record)  # its means are the entry of the other table: 76.6 / 60.8
    base = record["rows"][0]["values"]["xquad"]
    assert {name: round(languages.values["XLM-R Large", "mean", name].mean, 1) for name in ("f1", "em")} == base
    known = {name: round(value, 1) for name in ORDER if (value := difference(record, name)) is not None}
    assert known == {"xnli": 0.8, "pawsx": 1.5, "udpos": 1.1, "panx": -1.4, "xquad": 2.3, "mlqa": 0.7, "tydiqa": 12.7}


def test_every_published_figure_has_its_source() -> None:
    record = read_published()
    tagged = [*record["rows"], record["languages"], *record["statements"].values()]
    assert {one["tag"] for one in tagged} == {"V"} and {one["source"] for one in tagged} == {*record["sources"]}
    assert {record["base"], record["best"]} <= {row["name"] for row in record["rows"]}
    page = to_page(record)
    assert page.count("To be compared with") == len(record["rows"]) + 1 and "none of these figures is ours" in page


def test_statistics_say_what_their_marks_mean() -> None:
    text = Statistics(0.99).legend(3)
    assert text.startswith("[ ]: 99 % interval over seeds and examples") and "p < 0.01" in text
    assert "over examples alone" in Statistics().legend(1)
