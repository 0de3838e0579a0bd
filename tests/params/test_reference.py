"""`docs/params.md` is made from the schema, and has a meaning for every key."""

from __future__ import annotations

import re

from tests import profiles
from tests.imports import ROOT
from xstilts.params.reference import reference

PAGE = (ROOT / "docs/params.md").read_text(encoding="utf-8")


def test_the_page_is_the_schema_s() -> None:
    assert reference() == PAGE, "python -m xstilts.params.reference > docs/params.md"


def test_every_key_has_a_meaning_and_a_type() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(rows) > 100
    for key, kind, *_, meaning in rows:
        assert kind.strip() and re.search(r"\w.*\.$", meaning), key


def test_keys_of_a_profile_are_in_their_sections() -> None:
    sections = dict(part.split("\n", 1) for part in PAGE.split("\n## ")[1:])
    content = profiles.content("paper")
    for section, keys in {
        "The whole file": content, "Data set": content["tasks"]["xnli"], "Backbone": content["backbone"],
        "Translator": content["translators"]["opus-mt-en-de"], "Targets": content["targets"],
        "Recipe": content["targets"]["tagging"]["panx"], "Masked text": content["sources"]["mlm-only"]["mlm"],
    }.items():  # fmt: skip
        for key in keys:
            assert f"\n| `{key}` |" in sections[section], (section, key)
    for section in re.findall(r"\]\(#([\w-]+)\)", PAGE):
        assert section in {title.lower().replace(" ", "-") for title in sections}
