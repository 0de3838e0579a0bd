"""What a translator is signed with: settings, hash and libraries, and its quality where lines were held out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from xstilts.params import Translator
from xstilts.translation import engine


def measure(settings: Translator, held_out: Mapping[str, Sequence[str]], folder: Path, state: Path) -> dict[str, Any]:
    """chrF2 of the held-out lines by language with its signature, and how many come out exactly as they stand there."""
    quality, metric = {}, ""
    for language, code in settings.languages.items():
        machine = engine.Engine(folder, engine.Settings.of(settings.model_dump()), code)
        known = engine.translate_all(machine, held_out["en"], state / language, language)
        made = [known[line] for line in held_out["en"]]
        exact = sum(one == other for one, other in zip(made, held_out[language], strict=True))
        score, metric = chrf2(made, held_out[language])
        quality[language] = {"chrf2": round(score, 4), "exact": exact, "lines": len(made)}
    return {"held_out": quality, "metric": metric}


def chrf2(translations: Sequence[str], references: Sequence[str]) -> tuple[float, str]:
    """chrF2 of a corpus, 0 to 100, and the signature that sacreBLEU gives to the figure."""
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF()
    score = metric.corpus_score(list(translations), [list(references)])
    return float(score.score), f"{score.name}|{metric.get_signature()}"


def signature(name: str, settings: Translator, folder: Path) -> dict[str, Any]:
    """What every translation by this machine is signed with."""
    import sentencepiece
    import torch
    import transformers

    digest = hashlib.sha256()
    for file in sorted(folder.glob("model*.safetensors")):
        digest.update(file.read_bytes())
    libraries = {one.__name__: one.__version__ for one in (sentencepiece, torch, transformers)}
    if engine.Settings.of(settings.model_dump()).normalises:
        libraries["sacremoses"] = version("sacremoses")
    return {
        **settings.model_dump(by_alias=True), "name": name, "weights_sha256": digest.hexdigest(),
        "libraries": libraries,
    }  # fmt: skip
