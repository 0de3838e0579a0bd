"""Where translators and published translations are to be had."""

from __future__ import annotations

from pathlib import Path

from xstilts import paths
from xstilts.params import Params, Translation
from xstilts.tasks import Archive, Hub
from xstilts.translation import layout
from xstilts.translation.published import BUCKET, path


def wanted(params: Params, name: str) -> tuple[Hub | Archive, ...]:
    """The origins of the translators and published translations in data/downloads/<name>, if some are read there."""
    folder, found = paths.DOWNLOADS / name, list[Hub | Archive]()
    for machine in params.translators.values():
        if Path(machine.source) == folder and not machine.train:
            files = layout.published(machine.engine)
            found.append(Hub(machine.repo or "", machine.revision or "", files, kind="model"))
    for one in params.translations.values():
        if Path(one.source) == folder and one.by == "published":
            found += origin(one)
    return tuple(dict.fromkeys(found))


def origin(given: Translation) -> tuple[Hub | Archive, ...]:
    """Where a published translation is to be had. Hashes were not verified when this was written."""
    language = given.language
    if given.layout == "hub":
        repo, revision = {
            "pawsx": ("google-research-datasets/paws-x", "4cd8187c404bda33cb1f62b49b001115862acf37"),
        }.get(given.task, ("facebook/xnli", "b8dd5d7af51114dbda02c0e3f6133f332186418e"))
        return (Hub(repo, revision, (f"{language}/train-*",)),)
    if given.layout == "xtreme":
        bucket = "https://storage.googleapis.com/xtreme_translations"
        folder = BUCKET.get(given.task, "SQuAD")
        return (Archive(f"{bucket}/{folder}/translate-train/{path(given).name}"),)
    urls = {
        "xnli-mt": "https://dl.fbaipublicfiles.com/XNLI/XNLI-MT-1.0.zip",
        "mlqa": "https://dl.fbaipublicfiles.com/MLQA/mlqa-translate-train.tar.gz",
        "pawsx": "https://storage.googleapis.com/paws/pawsx/x-final.tar.gz",
    }
    return (Archive(urls[given.layout or ""]),)
