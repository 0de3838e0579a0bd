"""Make or take a machine translator from English: models/translators/<name>/, ready for `translate-train`.

With `train` a small Marian model is trained on line-aligned text, else a downloaded snapshot is checked and kept with
safetensors weights. `translator.json` says what it is: origin, hash, settings, and its quality where it was measured.

    python -m stages.translator marian
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json, writing
from xstilts.threads import use_threads

FOLDER = Path("models/translators")


def main() -> None:
    """Write the folder of the translator named on the command line."""
    params, (name,) = arguments(__doc__, "translator")
    from xstilts.translation import engine, snapshot  # import torch: after the arguments
    from xstilts.translation.signature import measure, signature
    from xstilts.translation.training import train

    settings, state = params.translators[name], paths.STATE / "translator" / name
    use_threads(params.threads, params.arithmetic)
    with writing(FOLDER / name) as folder:
        quality: dict[str, Any] = {}
        if settings.train:
            held_out, curve = train(settings, settings.train, params.optimisation, state, folder)
            quality = {**measure(settings, held_out, folder, state), "curve": curve}
        else:
            snapshot.check(settings)
            snapshot.take(settings, folder)
        write_json(folder / "translator.json", {**signature(name, settings, folder), **quality})
    engine.forget(state)


if __name__ == "__main__":
    exit_cleanly(main)
