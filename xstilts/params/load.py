"""One way to read the YAML of parameters: with DVC's own rules, so that a stage and DVC never see two values.

DVC reads YAML 1.2 with ruamel (`dvc/utils/serialize/_yaml.py`): `no` is a text, `010` is ten, `3e-5` is a number.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from xstilts.errors import InputError

DEEPEST = 40


def load(text: str, path: Path | str) -> Any:
    """What the text of a YAML file holds.

    Raises `InputError` with the line of a mistake, of a key that stands there twice, and of an anchor or alias: `-S`
    cannot change what is written as an alias, and a few lines of them can hold more than any memory."""
    depth = 0
    try:
        for event in YAML(typ="safe").parse(text):
            if name := getattr(event, "anchor", None):
                found = f"alias '*{name}'" if isinstance(event, AliasEvent) else f"anchor '&{name}'"
                line = event.start_mark.line + 1
                raise InputError(f"{path}:{line}: found the {found}, expected the value written out")
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > DEEPEST:  # libyaml's own reader ends the process
                raise InputError(
                    f"{path}:{event.start_mark.line + 1}: found more than {DEEPEST} brackets in one another"
                )
        return YAML(typ="safe").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        problem = " ".join(str(error.problem or error.context).split())
        raise InputError(f"{path}{line}: not valid YAML: {problem[:200]}") from None
    except (YAMLError, ValueError) as error:  # a control character; a number of thousands of digits
        raise InputError(f"{path}: not valid YAML: {' '.join(str(error).split())[:200]}") from None


def load_lock(text: str | bytes) -> Any:
    """What a file that DVC itself has written holds, in one pass; to other YAML it is not as kind as `load`.

    PyYAML would not do: DVC writes a rate as `5e-05`, which is a text to PyYAML. Raises what ruamel raises."""
    return YAML(typ="safe").load(text)
