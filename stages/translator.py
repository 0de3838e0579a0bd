"""Make or take a machine translator from English: models/translators/<name>/, ready for `translate-train`.

With `train` a small Marian model is trained on line-aligned text, else a downloaded snapshot is checked and kept with
safetensors weights. `translator.json` says what it is: origin, hash, settings, and its quality where it was measured.

    python -m stages.translator marian
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Params, Translator, TranslatorTraining, read_params
from xstilts.records.files import write_json, writing
from xstilts.threads import use_threads
from xstilts.translation import engine, marian, snapshot
from xstilts.translation.chrf import SIGNATURE, chrf

FOLDER = Path("models/translators")


def main() -> None:
    """Write the folder of the translator named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    name, params = parser.parse_args().name, read_params()
    if name not in params.translators:
        known = ", ".join(params.translators) or "none"
        raise InputError(f"params.yaml: unknown translator '{name}'; there are: {known}")
    settings = params.translators[name]
    use_threads(params.threads)
    state = paths.STATE / "translator" / name
    with writing(FOLDER / name) as folder:
        quality: dict[str, Any] = {}
        if settings.train:
            held_out, curve = train(params, settings, settings.train, state, folder)
            quality = {"held_out": measure(settings, held_out, folder, state), "curve": curve}
        else:
            snapshot.check(settings)
            snapshot.take(settings, folder)
        write_json(folder / "translator.json", {**signature(name, settings, folder), **quality})
    engine.forget(state)


def train(
    params: Params, settings: Translator, training: TranslatorTraining, state: Path, output: Path
) -> tuple[dict[str, list[str]], list[dict[str, float]]]:
    """Train a Marian model and save it; returns the lines that were held out, and the loss by step."""
    from xstilts.seeding import Seeds
    from xstilts.training.loop import Plan, fit
    from xstilts.training.resume import State, digest_ids, fingerprint

    seeds = Seeds(f"{training.seed}/translator")
    texts, held_out = marian.split(
        marian.read_parallel(Path(settings.source), list(settings.languages)), training.held_out, seeds
    )
    words = marian.Vocabulary(texts, training.vocabulary, list(settings.languages.values()))
    pairs = marian.examples(texts, settings.languages, words, settings.max_length)
    padding = words.ids[marian.PADDING]
    model = marian.new(training, words, settings.max_length, seeds)
    plan = Plan(
        steps=marian.order(pairs, training.steps, training.tokens_per_batch, seeds),
        collate=lambda some, step: marian.collate(some, padding),
        loss=lambda module, batch, *_: marian.loss(module, batch, padding), lr=training.lr, betas=(0.9, 0.98),
        **params.optimisation.model_dump(),
    )  # fmt: skip
    identity = fingerprint(model, training.model_dump(), params.optimisation.model_dump(), digest_ids(pairs))
    curve = fit(model, plan, seeds, State(state / "training", identity), title="translator")
    output.mkdir(parents=True)
    model.save_pretrained(output)
    words.save(output, settings.max_length)
    return held_out, curve.steps


def measure(
    settings: Translator, held_out: Mapping[str, Sequence[str]], folder: Path, state: Path
) -> dict[str, dict[str, Any]]:
    """chrF2 of the held-out lines by language, and how many come out exactly as they stand there."""
    quality = {}
    for language, code in settings.languages.items():
        machine = engine.Engine(folder, engine.Settings.of(settings.model_dump()), code)
        known = engine.translate_all(machine, held_out["en"], state / language, language)
        made = [known[line] for line in held_out["en"]]
        exact = sum(one == other for one, other in zip(made, held_out[language], strict=True))
        quality[language] = {"chrf2": round(chrf(made, held_out[language]), 4), "exact": exact, "lines": len(made)}
    return quality


def signature(name: str, settings: Translator, folder: Path) -> dict[str, Any]:
    """What every translation by this machine is signed with."""
    import sentencepiece
    import torch
    import transformers

    digest = hashlib.sha256()
    for file in sorted(folder.glob("model*.safetensors")):
        digest.update(file.read_bytes())
    libraries = {one.__name__: one.__version__ for one in (sentencepiece, torch, transformers)}
    return {
        **settings.model_dump(by_alias=True), "name": name, "weights_sha256": digest.hexdigest(),
        "libraries": libraries, "metric": SIGNATURE,
    }  # fmt: skip


if __name__ == "__main__":
    exit_cleanly(main)
