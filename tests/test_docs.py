"""README and docs tell the truth: the table is the committed one, commands run or parse, and what is named is there."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PLACES = {path.name: path for path in [*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md"))]}
PAGES = {name: path.read_text(encoding="utf-8") for name, path in PLACES.items()}


def commands(text: str) -> list[list[str]]:
    """The commands of a page's shell blocks, split into words."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    return [words for block in blocks for line in block.splitlines() if (words := shlex.split(line, comments=True))]


COMMANDS = [(page, words) for page, text in PAGES.items() for words in commands(text)]
"""Every command of the docs, with its page."""


def of(program: str) -> list[list[str]]:
    """The commands of one program, without its name."""
    return [words[1:] for _, words in COMMANDS if words[0] == program]


TABLES = [
    (page, *block) for page, text in PAGES.items()
    for block in re.findall(r"<!-- table: (\S+) -->\n(.*?)\n<!-- end -->", text, re.S)
]  # fmt: skip
"""Page, file and text of every table that the docs show."""


@pytest.mark.parametrize(("page", "file", "shown"), TABLES)
def test_a_table_is_the_committed_one(page: str, file: str, shown: str) -> None:
    assert shown.strip() and shown.strip() in (ROOT / file).read_text(encoding="utf-8")


def test_the_published_table_leads_the_readme() -> None:
    """The real one as soon as it is there, before that of the generated world; each table is shown once."""
    shown = [file for _, file, _ in TABLES]
    assert sorted(shown) == sorted({*shown}) and "results/table.md" in shown
    if (ROOT / "results/real/table.md").exists():
        assert next(file for page, file, _ in TABLES if page == "README.md") == "results/real/table.md"


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {words[0] for words in of("make")}
    assert {"repro", "test"} <= targets
    for target in targets:
        assert re.search(rf"^(?:[a-z]+ )*{target}(?: [a-z]+)*:", makefile, re.M), target


def test_named_stages_exist() -> None:
    from dvc.repo import Repo

    names = {stage.addressing for stage in Repo(str(ROOT)).index.stages}
    asked = [words[1] for words in of("dvc") if words[0] == "repro" and len(words) > 1 and "@" in words[1]]
    assert asked and set(asked) <= names


def settings() -> list[tuple[str, str]]:
    """(key, value) of every `-S` in the docs."""
    found = [words[place + 1] for words in of("dvc") for place, word in enumerate(words) if word == "-S"]
    return [(key, value) for key, _, value in (one.partition("=") for one in found)]


@pytest.mark.parametrize(("key", "value"), settings())
def test_an_experiment_of_the_docs_changes_something(key: str, value: str) -> None:
    """A key with `+` is new, any other is there and has another value."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    *sections, last = key.removeprefix("+").split(".")
    for section in sections:
        content = content[section]
    if key.startswith("+"):
        assert last not in content
    else:
        assert content[last] != yaml.safe_load(value)


@pytest.mark.parametrize("words", of("xstilts"), ids=" ".join)
def test_a_command_of_the_docs_exists(words: list[str]) -> None:
    """Its name, and the options that the page gives it."""
    from typer.testing import CliRunner

    from xstilts.commands.app import app

    group = 2 if words[0] in ("submission", "benchmark") else 1
    shown = CliRunner().invoke(app, [*words[:group], "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert shown.exit_code == 0, shown.output
    for option in (word for word in words if word.startswith("--")):
        assert option in shown.output


def anchors(text: str) -> set[str]:
    """The names by which the headings of a page can be linked to: those of GitHub, which the site has, too."""
    prose = re.sub(r"```.*?```", "", text, flags=re.S)
    heads = [re.sub(r"[`*]|\]\([^)]*\)|\[", "", head).lower() for head in re.findall(r"^#+ (.+)$", prose, re.M)]
    return {re.sub(r"[^\w\- ]", "", head).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """To a file that is there and, where they have one, to a heading of it; those to other hosts are not followed."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", PAGES[page], flags=re.S)
    for link, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)", prose):
        place = (PLACES[page].parent / link) if link else PLACES[page]
        assert place.exists(), link
        assert not anchor or anchor in anchors(place.read_text(encoding="utf-8")), f"{link}#{anchor}"


def test_a_link_to_no_heading_is_found() -> None:
    assert anchors("# A `cell`, again!\n\n```sh\n# no heading\n```\n## [One](x.md)") == {"a-cell-again", "one"}


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    assert len(PAGES["README.md"].splitlines()) <= 150
    linked = {*re.findall(r"\]\(docs/([\w-]+\.md)", PAGES["README.md"])}
    assert linked == {name for name, place in PLACES.items() if place.parent.name == "docs"}


def python_blocks() -> list[tuple[str, str]]:
    """Page and text of every block of Python in the docs."""
    return [(page, block) for page, text in PAGES.items() for block in re.findall(r"```python\n(.*?)```", text, re.S)]


@pytest.mark.parametrize(("page", "block"), python_blocks())
def test_python_of_the_docs_calls_what_there_is(page: str, block: str) -> None:
    """It compiles, and each function of ours takes the arguments that the page gives it."""
    import inspect

    import xstilts

    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.Call) and re.fullmatch(r"xstilts\.\w+", name := ast.unparse(node.func)):
            given = [ast.literal_eval(one) for one in node.args]
            inspect.signature(getattr(xstilts, name.removeprefix("xstilts."))).bind(*given)


NAMED = sorted({
    (page, name) for page, text in PAGES.items()
    for name in re.findall(r"(?<!\.)(?:stages|xstilts|profiles|results|tests|studies)/[\w./*-]*\w", text)
})  # fmt: skip


@pytest.mark.parametrize(("page", "name"), NAMED)
def test_named_files_exist(page: str, name: str) -> None:
    outputs = (ROOT / "dvc.yaml").read_text(encoding="utf-8")
    made = f"{'/'.join(name.split('/')[:2])}/${{" in outputs or name in outputs or name in EXAMPLES
    assert made or list(ROOT.glob(name)), f"{page}: {name}"


EXAMPLES = (
    "xstilts/tasks/weather.py",
    "results/real",
    "studies/robustness/e5",
    "studies/robustness/small",
)  # made by the reader
