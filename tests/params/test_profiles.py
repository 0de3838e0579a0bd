"""Every profile as it is given, and with one key too many or too few: refused with the name of the key."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from tests.imports import ROOT
from tests.test_dag import PROFILES
from xstilts.errors import InputError
from xstilts.params import Params, read_params

Path = tuple[str, ...]
REQUIRED = {name for name, field in Params.model_fields.items() if field.is_required()}
OPEN = {("miniature",), ("downloads",)}  # tables that their own stages check; the codes of translators are free, too


@cache
def content(profile: str) -> Any:
    return yaml.safe_load((ROOT / "profiles" / f"{profile}.yaml").read_text(encoding="utf-8"))


def changed(profile: str, at: Path) -> tuple[Any, dict[str, Any]]:
    """A copy of a profile, and the table at one place in it."""
    whole = place = copy.deepcopy(content(profile))
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


@pytest.mark.parametrize("profile", PROFILES)
def test_a_key_too_many_anywhere(profile: str) -> None:
    for at in tables(content(profile)):
        whole, place = changed(profile, at)
        place["surplus"] = "x"
        assert any("surplus" in found for found in places(whole)), at


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_key_too_few(profile: str, name: str) -> None:
    whole, _ = changed(profile, ())
    del whole[name]
    assert any(found.startswith(name) for found in places(whole))


@pytest.mark.parametrize("profile", PROFILES)
def test_the_message_names_the_file_and_the_key(profile: str, tmp_path: Any) -> None:
    file = tmp_path / "params.yaml"
    whole = dict(content(profile))
    del whole["threads"]
    file.write_text(yaml.safe_dump({**whole, "thread": 1}, sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_params(file)
    assert set(str(caught.value).splitlines()) == {f"{file}: threads: missing key", f"{file}: thread: unknown key"}
