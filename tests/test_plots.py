"""The page of `dvc plots show`: drawn with Vega where the network is there, else a line that leads to the report."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest

from tests import browser

ROOT = Path(__file__).parents[1]
PLOT = '<div id="one"><script>vegaEmbed("#one", {});</script></div><p>heatmap</p>'


def page(scripts: str) -> str:
    """What DVC writes with the template of its settings."""
    from dvc_render.html import HTML

    settings = configparser.ConfigParser()
    settings.read_string("\n".join(line.strip() for line in (ROOT / ".dvc/config").read_text().splitlines()))
    template = (ROOT / ".dvc" / settings["plots"]["html_template"]).read_text(encoding="utf-8")
    return str(HTML(template).with_scripts(scripts).with_element(PLOT).embed())


def test_the_template_has_a_place_for_all_of_it() -> None:
    text = page("<script></script>")
    assert PLOT in text and "{scripts}" not in text and "{refresh_tag}" not in text
    assert (ROOT / "results/report.html").exists() and "../results/report.html" in text


@browser.needed
@pytest.mark.parametrize("network", [True, False])
def test_the_page_without_vega(network: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("page")  # a short name: a browser has a socket in it
    drawn = "<script>function vegaEmbed(place) { document.querySelector(place).textContent = 'drawn'; }</script>"
    (folder / "index.html").write_text(page(drawn if network else ""), encoding="utf-8")
    with browser.tab(folder / "chromium") as tab:
        tab.open((folder / "index.html").as_uri())
        text = tab.wait_for("heatmap")
        tab.wait("document.readyState === 'complete'")
        text = tab.text()
    assert ("drawn" in text) == network and ("The plots below are not complete" in text) == (not network)
