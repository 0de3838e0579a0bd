"""The released encoder: a downloaded snapshot of a hub repository, kept as the backbone."""

from __future__ import annotations

from pathlib import Path

from xstilts import paths
from xstilts.downloads import pins
from xstilts.encoders.heads import save_heads
from xstilts.encoders.lengths import check_lengths
from xstilts.encoders.models import load_encoder, load_tokenizer, save_model
from xstilts.families.mlm.learning.head import released
from xstilts.params import Params
from xstilts.records.files import write_json
from xstilts.training.finite import check_weights


def keep(params: Params) -> None:
    """Write the snapshot's encoder and tokenizer, its language-model head if it has one, and an empty curve.

    Raises `InputError` for a weight that is NaN or infinite, and for a length that the encoder has no room for."""
    backbone = params.backbone
    folder = Path(backbone.source)
    about = {"stage": "backbone", "repo": backbone.repo, "revision": backbone.revision}
    pins.check_record(folder)
    heads, facts = released(folder), {"mlm": {"family": "mlm", "labels": []}}
    check_lengths(params, folder, load_tokenizer(folder))  # also refuses a tokenizer that is not the model's
    encoder = load_encoder(folder)
    for model in (encoder, *heads.values()):
        check_weights(model, str(folder))
    save_model(encoder, folder, paths.BACKBONE, about, beside=lambda place: save_heads(heads, facts, place))
    write_json(paths.curve("backbone"), {**about, "steps": [], "dev": [], "best": None, "collapsed": None})
