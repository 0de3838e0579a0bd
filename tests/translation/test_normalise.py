"""OPUS-MT's models were trained on text that the Moses scripts had normalised, so they are given such text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.translation.test_stages import made, released, take  # noqa: F401, a fixture
from tests.translation.world import TRAINING
from xstilts.translation.engine import Engine, Settings

# What Moses' replace-unicode-punctuation.perl, remove-non-printing-char.perl and normalize-punctuation.perl make of it.
MOSES = {
    "“Yes,” he said…": '"Yes," he said...',
    "don’t «stop»": 'don\'t "stop"',
    "one\ttwo\u200bthree  four": "one two three four",
    "full（width）１２！": "full (width) 12!",
    "3\u00a0000 ( more )": "3.000 (more)",
    "``so''": '" so "',
}
CODE = ">>deu<<"


@pytest.fixture
def machine(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:  # noqa: F811
    """A downloaded model."""
    released(made, tmp_path / "snapshot")
    take(tmp_path, monkeypatch)
    folder = tmp_path / "models/translators/small"
    return Engine(folder, Settings.of(json.loads((folder / "translator.json").read_text())), CODE)


def test_a_released_model_reads_normalised_text(machine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    kind = type(machine.tokenizer)
    read = kind.__call__

    def noted(tokenizer: Any, text: Any, **given: Any) -> Any:
        seen.extend([text] if isinstance(text, str) else text)
        return read(tokenizer, text, **given)

    monkeypatch.setattr(kind, "__call__", noted)
    expected = [f"{CODE} {normal}" for normal in MOSES.values()]
    for raw in MOSES:
        machine.length(raw)
    assert seen == expected
    machine.translate(list(MOSES), 1)
    assert seen == [*expected, *expected]


def test_a_model_trained_here_reads_text_as_it_was_trained_on_it(made: Path) -> None:  # noqa: F811
    folder = made / "models/translators/small"
    settings = Settings.of(json.loads((folder / "translator.json").read_text()))
    assert settings.train == TRAINING
    own = Engine(folder, settings, CODE)
    for raw in MOSES:
        assert own.length(raw) == len(own.tokenizer(f"{CODE} {raw}")["input_ids"])
    assert own.normalise("“Yes,” he said…") == "“Yes,” he said…"


def test_the_tokenizer_does_not_do_it_itself(machine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a normaliser and does not call it. Where this fails, `_normaliser` may go."""
    asked: list[str] = []

    def noted(text: str) -> str:
        asked.append(text)
        return text

    monkeypatch.setattr(machine.tokenizer, "punc_normalizer", noted)
    machine.tokenizer("“Yes,” he said…")
    assert asked == []
    machine.tokenizer.normalize("“Yes,” he said…")
    assert asked == ["“Yes,” he said…"]


def test_the_library_that_does_it_is_in_the_signature(machine: Engine, made: Path) -> None:  # noqa: F811
    from sacremoses import __version__

    folders = (Path(machine.tokenizer.name_or_path), made / "models/translators/small")
    taken, own = (json.loads((folder / "translator.json").read_text()) for folder in folders)
    assert taken["libraries"]["sacremoses"] == __version__ and "sacremoses" not in own["libraries"]
    assert own["metric"].startswith("chrF2|") and "metric" not in taken
