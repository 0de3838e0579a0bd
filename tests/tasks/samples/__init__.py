"""All made-up samples: (task, layout) -> Sample. Each file here has some; `xstilts new-task` writes one more."""

from __future__ import annotations

import importlib
import pkgutil

from tests.tasks.published import Sample

SAMPLES: dict[tuple[str, str], Sample] = {}
for module in sorted(one.name for one in pkgutil.iter_modules(__path__)):
    SAMPLES |= importlib.import_module(f"{__name__}.{module}").SAMPLES
