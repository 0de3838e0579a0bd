"""`xstilts cite`: every citation of a task file becomes BibTeX, and a table gets what it used, no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commands.call import call
from xstilts.commands.bibtex import Entry, bibliography, entries
from xstilts.commands.cite import used
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.tasks import load, names

ROOT = Path(__file__).parents[2]


def keys(text: str) -> list[str]:
    """The keys of the entries, in their order."""
    return re.findall(r"^@\w+\{(\w+),$", text, re.M)


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (
            "Williams, Nangia, Bowman 2018: A Broad Corpus. NAACL. arXiv 1704.05426",
            [Entry(("Williams", "Nangia", "Bowman"), False, "2018", "A Broad Corpus", "NAACL", "1704.05426")],
        ),
        (
            "Zellers, Le Bras 2019: HellaSwag: Can a Machine Finish? ACL. arXiv 1905.07830",
            [Entry(("Zellers", "Le Bras"), False, "2019", "HellaSwag: Can a Machine Finish?", "ACL", "1905.07830")],
        ),
        (
            "Pan et al. 2017: Names for 282 Languages. ACL. Splits: Rahimi, Li 2019: Transfer. ACL. arXiv 1902.00193",
            [
                Entry(("Pan",), True, "2017", "Names for 282 Languages", "ACL"),
                Entry(("Rahimi", "Li"), False, "2019", "Transfer", "ACL", "1902.00193"),
            ],
        ),
        (
            "Iyer 2017: First Release: Question Pairs. GLUE: Wang et al. 2018, arXiv 1804.07461",
            [
                Entry(("Iyer",), False, "2017", "First Release: Question Pairs"),
                Entry(("Wang",), True, "2018", "GLUE", "", "1804.07461"),
            ],
        ),
        (
            "Zeman et al. 2019: Universal Dependencies 2.5. LINDAT. http://hdl.handle.net/11234/1-3105",
            [
                Entry(
                    ("Zeman",), True, "2019", "Universal Dependencies 2.5", "LINDAT",
                    url="http://hdl.handle.net/11234/1-3105",
                )
            ],
        ),
        (
            "Yin, Horio 2024: Should We Respect LLMs? A Study of Politeness. SICon. ACL 2022.sumeval-1.4. The part: Xu "
            "et al. 2025: Pitfalls. ACL. arXiv 2505.18673",
            [
                Entry(
                    ("Yin", "Horio"), False, "2024", "Should We Respect LLMs? A Study of Politeness", "SICon",
                    url="https://aclanthology.org/2022.sumeval-1.4",
                ),
                Entry(("Xu",), True, "2025", "Pitfalls", "ACL", "2505.18673"),
            ],
        ),
        ("made by hand", [Entry((), False, "", "weather", note="made by hand")]),
    ],
)  # fmt: skip
def test_what_a_citation_says(citation: str, expected: list[Entry]) -> None:
    assert entries(citation, "weather") == expected


@pytest.mark.parametrize("name", names())
def test_every_data_set_has_entries(name: str) -> None:
    """With names, year and title; each number of arXiv and each year of the text is in one of them."""
    citation = load(name).citation
    found = entries(citation, name)
    text = "\n".join(entry.text() for entry in found)
    for entry in found:
        assert entry.names and re.fullmatch(r"\d{4}", entry.year) and len(entry.title) > 2 and not entry.note, entry
        assert entry.venue or entry.arxiv or entry.url or name == "qqp", entry
    for fact in re.findall(r"\d{4}\.\d{5}|\b20[0-2]\d\b(?=[:,])|J07-3004|11234/1-3105", citation):
        assert fact in text
    assert len({*keys(text)}) == len(found)


@given(st.text(max_size=200))
def test_any_text_becomes_entries_with_balanced_braces(citation: str) -> None:
    found = entries(citation, "weather")
    assert found
    for entry in found:
        text = entry.text().replace(r"\{", "").replace(r"\}", "")
        assert text.count("{") == text.count("}")


def test_two_works_with_one_key_stay_two() -> None:
    one, other = (Entry(("Hu",), False, "2020", f"Named {what}") for what in ("first", "second"))
    assert keys(bibliography([one, other, one])) == ["hu2020named", "hu2020namedb"]


def test_the_real_table(capsys: Any) -> None:
    assert call("cite", "--table", str(ROOT / "results/real")) == 0
    shown = capsys.readouterr()
    found = keys(shown.out)
    assert found[:2] == ["phang2020english", "hu2020xtreme"] and len(found) == len({*found})
    assert {"williams2018broad", "conneau2018xnli", "pan2017cross", "rahimi2019massively"} <= {*found}
    params = read_params(ROOT / "results/real/params.yaml")
    for name in used(params):
        assert {entry.key() for entry in entries(load(name).citation, name)} <= {*found}
    assert "snli" not in used(params) and "bowman2015large" not in found, "nobody trained on it"


def test_generated_data_are_not_cited(capsys: Any) -> None:
    assert call("cite") == 0
    shown = capsys.readouterr()
    assert keys(shown.out) == ["phang2020english", "hu2020xtreme"] and "generated" in shown.err


def test_chosen_data_sets_once(capsys: Any) -> None:
    assert call("cite", "xnli", "mnli", "xnli") == 0
    assert keys(capsys.readouterr().out) == ["conneau2018xnli", "williams2018broad"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["xnil"], "unknown task 'xnil' .did you mean 'xnli'"),
        (["xnli", "--table", "results/real"], "found data sets and --table"),
        (["--table", "results/reel"], "results/reel: folder not found"),
    ],
)
def test_what_is_refused(words: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call("cite", *words)
