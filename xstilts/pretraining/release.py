"""A released encoder, kept as the backbone: a downloaded snapshot of a hub repository, or a folder on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.downloads import pins
from xstilts.encoders import conversion
from xstilts.encoders.heads import save_heads
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import load_encoder, load_tokenizer, save_model
from xstilts.families.mlm.learning.head import released
from xstilts.params import Params
from xstilts.params.backbone import Backbone
from xstilts.records import places
from xstilts.records.files import write_json


def keep(params: Params) -> None:
    """Write the folder's encoder and tokenizer, its language-model head if it has one, and an empty curve.

    Raises `InputError` for what is no encoder, or lacks something, for a weight that is NaN or infinite, and for a
    length that the encoder has no room for."""
    backbone = params.backbone
    with places.place(paths.BACKBONE) as made:
        folder, converted = conversion.ready(Path(backbone.source), backbone.convert, made)
        check_lengths(params, folder, load_tokenizer(folder))  # also refuses a tokenizer that is not the model's
        encoder, heads = load_encoder(folder, backbone.layers), released(folder)
        about = {"stage": "backbone", **origin(backbone)}
        about |= ({"converted": converted} if converted else {}) | (
            {"layers": backbone.layers} if backbone.layers else {}
        )
        facts = {"mlm": {"family": "mlm", "labels": []}}
        save_model(encoder, folder, paths.BACKBONE, about, beside=lambda place: save_heads(heads, facts, place))
    write_json(paths.curve("backbone"), {**about, "steps": [], "dev": [], "best": None, "collapsed": None})


def origin(backbone: Backbone) -> dict[str, Any]:
    """What says which encoder it is: repository and commit, or the hash of each file of a folder."""
    folder = Path(backbone.source)
    if backbone.kind == "folder":
        return {"files": conversion.hashes(folder)}
    pins.check_record(folder)
    return {"repo": backbone.repo, "revision": backbone.revision}
