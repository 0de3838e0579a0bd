"""The shipped profiles: what they are as data, and refused with the name of the key if one is too many or missing."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from tests import profiles
from tests.imports import ROOT
from xstilts.errors import InputError
from xstilts.params import Params, read_params

Path = tuple[str, ...]
REQUIRED = {"profile", "tasks", "backbone", "sources", "targets"}
OPEN = {("miniature",), ("downloads",)}  # tables that their own stages check; the codes of translators are free, too
GOLDEN = ROOT / "tests/params/golden"
ORDERED = ("sources", "translations")  # rows and columns stand in the order of the file


def changed(profile: str, at: Path) -> tuple[Any, dict[str, Any]]:
    """A copy of a profile, and the table at one place in it."""
    whole = place = profiles.content(profile)
    for name in at:
        place = place[name]
    return whole, place


def tables(value: Any, at: Path = ()) -> Iterator[Path]:
    """The places of all tables with a fixed set of keys, and of those whose entries are such tables."""
    if isinstance(value, dict) and at[:1] not in OPEN and at[::2] != ("translators", "languages"):
        yield at
        for name, inner in value.items():
            yield from tables(inner, (*at, name))


def places(whole: Any) -> set[str]:
    """The places of everything that is wrong."""
    with pytest.raises(ValidationError) as caught:
        Params.model_validate(whole)
    return {".".join(map(str, (*one["loc"], one.get("ctx", "")))) for one in caught.value.errors()}


@pytest.mark.parametrize("profile", profiles.NAMES)
def test_a_profile_is_what_it_was(profile: str) -> None:
    """The composed profiles, written down as data when each was a whole file."""
    found = profiles.content(profile)
    kept = json.loads((GOLDEN / f"{profile}.json").read_text(encoding="utf-8"))
    assert found == kept
    for section in ORDERED:
        assert list(found[section]) == list(kept[section])
    for group in kept["targets"]:
        assert list(found["targets"][group]) == list(kept["targets"][group])


@pytest.mark.parametrize("profile", profiles.NAMES)
def test_a_profile_has_every_key_that_dvc_asks_for(profile: str) -> None:
    """Those that `dvc.yaml` puts into names, and the parameters that a stage of the profile depends on."""
    text, content = (ROOT / "dvc.yaml").read_text(encoding="utf-8"), profiles.content(profile)
    keys = {key for key in re.findall(r"\$\{([\w.]+)\}", text) if key.split(".")[0] not in ("item", "key")}
    listed = {key.strip('" ') for line in re.findall(r"params: \[(.*)\]", text) for key in line.split(",")}
    keys |= {key for key in listed if "$" not in key and (key not in ("siqa", "copa") or content["targets"]["copa"])}
    assert {"miniature", "corpus.from", "data.kind", "targets.dual", "optimisation", "retrieval"} <= keys
    for key in keys:
        place: Any = content
        for part in key.split("."):
            assert part in place, key
            place = place[part]


@pytest.mark.parametrize("profile", profiles.NAMES)
def test_a_key_too_many_anywhere(profile: str) -> None:
    for at in tables(profiles.content(profile)):
        whole, place = changed(profile, at)
        place["surplus"] = "x"
        assert any("surplus" in found for found in places(whole)), at


def test_what_has_no_default() -> None:
    assert {name for name, field in Params.model_fields.items() if field.is_required()} == REQUIRED


@pytest.mark.parametrize("profile", profiles.NAMES)
@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_key_too_few(profile: str, name: str) -> None:
    whole, _ = changed(profile, ())
    del whole[name]
    assert any(found.startswith(name) for found in places(whole))


@pytest.mark.parametrize("profile", profiles.NAMES)
def test_the_message_names_the_file_and_the_key(profile: str, tmp_path: Any) -> None:
    file = tmp_path / "params.yaml"
    whole = copy.deepcopy(profiles.content(profile))
    whole["source"] = whole.pop("sources")
    file.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_params(file)
    assert set(str(caught.value).splitlines()) == {
        f"{file}: sources: missing key",
        f"{file}: source: unknown key (did you mean 'sources'?)",
    }
