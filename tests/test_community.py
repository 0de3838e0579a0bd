"""What a stranger looks for in a repository is there, and says what is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from xstilts.commands.bibtex import entries
from xstilts.commands.cite import METHOD, XTREME

ROOT = Path(__file__).parents[1]


def content(name: str) -> Any:
    """A YAML file of the root."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_citation_file_has_what_its_format_needs() -> None:
    """The fields of the Citation File Format 1.2.0; the works are those of `xstilts cite`."""
    found = content("CITATION.cff")
    assert found["cff-version"] == "1.2.0" and {"message", "title", "authors"} <= found.keys()
    for one, text in zip(found["references"], (METHOD, XTREME), strict=True):
        (entry,) = entries(text, "")
        assert one["title"] == entry.title and str(one["year"]) == entry.year
        assert tuple(author["family-names"] for author in one["authors"]) == entry.names
        assert one["identifiers"][0]["value"] == f"arXiv:{entry.arxiv}" and one["collection-title"] == entry.venue


HOOKS = [hook for repo in content(".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_a_tool_of_the_lock_on_files_that_are_there(hook: dict[str, Any]) -> None:
    program, *words = hook["entry"].split()
    tool = words[1] if words[:1] == ["-m"] else Path(program).name
    assert program.startswith(".venv/bin/") and re.search(
        rf"^{tool}==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M
    )
    for word in (word for word in words if word.startswith("tests/")):
        assert (ROOT / word).exists(), word


def test_hooks_are_local() -> None:
    """Nothing is fetched, and versions stand in the lock alone."""
    assert {repo["repo"] for repo in content(".pre-commit-config.yaml")["repos"]} == {"local"}
