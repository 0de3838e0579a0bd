"""All made-up samples: (task, layout) -> Sample."""

from __future__ import annotations

from tests.tasks import (
    samples_choice,
    samples_dual,
    samples_intermediate,
    samples_pairs,
    samples_retrieval,
    samples_spans,
    samples_words,
)
from tests.tasks.published import Sample

SAMPLES: dict[tuple[str, str], Sample] = (
    samples_pairs.SAMPLES
    | samples_words.SAMPLES
    | samples_spans.SAMPLES
    | samples_retrieval.SAMPLES
    | samples_choice.SAMPLES
    | samples_dual.SAMPLES
    | samples_intermediate.SAMPLES
)
