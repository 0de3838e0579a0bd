"""Build the whole world: all raw files, in the order that keeps evaluation items out of everything else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xstilts.miniature import write_marked, write_text
from xstilts.miniature.world import World
from xstilts.miniature.write_intermediate import Adversarial, Commonsense, Narratives, Pictures, Questions
from xstilts.miniature.write_pairs import Continuation, Inference, Paraphrase
from xstilts.miniature.write_questions import Lives, Stories
from xstilts.miniature.write_retrieval import Bucc, Tatoeba
from xstilts.miniature.write_supertags import Supertags
from xstilts.miniature.write_tags import Tagged
from xstilts.miniature.write_unanswerable import Unanswerable


def build(settings: Mapping[str, Any], out: Path) -> None:
    """Write the world that `settings` describe into the folder `out`: the same settings give the same bytes."""
    world = World(settings)
    # All evaluation items first: what they say is then refused to training sets and raw text.
    data_sets = [kind(world) for kind in (Tatoeba, Bucc, Inference, Paraphrase, Continuation, Stories, Lives, Tagged)]
    for data_set in data_sets:
        data_set.write(out)
    write_text.write(world, out)
    # The further intermediate tasks, English only, are drawn after everything else: nothing above hangs on them.
    kinds = (Unanswerable, Supertags, Pictures, Adversarial, Questions, Narratives, Commonsense)
    further = [kind(world) for kind in kinds]
    for one in further:
        one.write(out)
    write_marked.write(world, out)
