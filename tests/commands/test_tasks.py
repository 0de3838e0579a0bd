"""`xstilts tasks`: the list, its filters, one data set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.commands.call import call
from xstilts.errors import InputError
from xstilts.tasks import load, names


def test_the_list_has_every_data_set(capsys: Any) -> None:
    assert call("tasks") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["task", *names()]
    assert next(line for line in lines if line.startswith("ccg ")).split()[5:7] == ["by", "hand"]


def test_filters(capsys: Any) -> None:
    assert call("tasks", "--family", "tagging", "--language", "sw", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found] == ["panx"]
    call("tasks", "--language", "wo", "--json")
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == [
        "belebele",
        "mmlu_prox",
        "multichecklist",
        "udpos",
    ]


def test_one_with_its_citation(capsys: Any) -> None:
    call("tasks", "panx")
    shown, task = capsys.readouterr().out, load("panx")
    for text in (task.citation, task.licence, "unimelb-nlp/wikiann@", "entity_f1", " ".join(task.languages), "B-PER"):
        assert text in shown
    call("tasks", "panx", "--json")
    assert json.loads(capsys.readouterr().out)["citation"] == task.citation


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pnx"], "unknown task 'pnx' .did you mean 'panx'"),
        (["--family", "tagger"], "unknown family 'tagger' .did you mean 'tagging'"),
        (["--language", "xx"], "unknown language 'xx'; there are: acm-arab, af, "),
    ],
)
def test_unknown_names(words: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call("tasks", *words)
