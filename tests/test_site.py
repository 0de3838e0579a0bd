"""The documentation site: every page has its place, every link holds in what it is built from, nothing is fetched."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SETTINGS = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
ZENSICAL = Path(sys.executable).with_name("zensical")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make site` builds from."""
    folder = tmp_path_factory.mktemp("site") / "source"
    subprocess.run([sys.executable, str(ROOT / "docs/site.py"), str(folder)], check=True)
    return folder


def places(nav: Any) -> list[str]:
    """The pages of a menu, in order."""
    if isinstance(nav, str):
        return [nav]
    return [one for part in (nav if isinstance(nav, list) else nav.values()) for one in places(part)]


def test_the_menu_has_every_page_once(source: Path) -> None:
    found = places(SETTINGS["nav"])
    assert sorted(found) == sorted({"index.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))})
    assert [one for one in found if not (source / one).is_file()] == []


def test_every_link_of_a_page_holds_there(source: Path) -> None:
    pages = [*source.rglob("*.md")]
    assert len(pages) > 20
    for page in pages:
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.S)
        for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", prose):
            assert (page.parent / link).exists(), f"{page.relative_to(source)}: {link}"


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.md").touch()
    done = subprocess.run([sys.executable, str(ROOT / "docs/site.py"), str(tmp_path)], capture_output=True, text=True)
    assert (
        done.returncode == 1 and "FOLDER (a new one)" in done.stderr and [*tmp_path.iterdir()] == [tmp_path / "mine.md"]
    )


@pytest.mark.skipif(not ZENSICAL.exists(), reason="`make site` installs what builds the site")
def test_the_site_is_built_and_fetches_nothing(source: Path) -> None:
    folder = source.parent
    settings = {**SETTINGS, "docs_dir": "source"}
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    command = [str(ZENSICAL), "build", "--strict", "-f", "mkdocs.yml"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    page = (folder / "site/index.html").read_text(encoding="utf-8")
    assert "How well does a multilingual encoder do" in page
    assert re.findall(r'<(?:script|img|iframe|source)[^>]*src="(?:https?:)?//', page) == []
    assert re.findall(r'<link[^>]*rel="(?:stylesheet|preload|preconnect)"[^>]*href="(?:https?:)?//', page) == []
    shutil.rmtree(folder / "site")
