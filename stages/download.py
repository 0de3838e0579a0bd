"""Fetch one data set, the released encoder ("backbone"), raw text, a released translator or a published translation.

    python -m stages.download <name>

Names are those under `downloads` in params.yaml. Hub repositories come at the pinned commit, archives are unpacked, all
into data/downloads/<name>; download.json there lists every origin with what came."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from xstilts import paths
from xstilts.downloads import pins
from xstilts.downloads.archives import fetch_file
from xstilts.downloads.hub import fetch_snapshot
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Params
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json, writing
from xstilts.tasks import Archive, Hub, load
from xstilts.translation import origins


def main() -> None:
    """Download what the command line names."""
    params, (name,) = arguments(__doc__, "download")
    licence, origin = wanted(params, name)
    download(name, licence, origin, paths.DOWNLOADS / name)


def wanted(params: Params, name: str) -> tuple[str, tuple[Hub | Archive, ...]]:
    """The licence of a download, and where it is to be had."""
    if name == "backbone":  # what `stages.backbone` reads; of older folders `files` names it
        files = tuple(params.downloads[name].get("files", ("config.json", "model.safetensors", "tokenizer.json")))
        given = params.backbone
        return "see the repository", (Hub(given.repo or "", given.revision or "", files, kind="model"),)
    text, asked = params.corpus, params.downloads[name]
    if Path(text.source) == paths.DOWNLOADS / name and text.repo is not None:  # the first file of each language
        files = tuple(f"{asked['dump']}.{language}/train-00000-of-*.parquet" for language in asked["languages"])
        return "CC BY-SA 3.0 and GFDL", (Hub(text.repo, text.revision or "", files),)
    if translated := origins.wanted(params, name):
        return "see the repository", translated
    task = load(name)
    if not task.origin:
        raise InputError(
            f"downloads.{name}: found a data set that is not to be had ({'; '.join(task.notes.values())}), "
            f"expected one that is: make its files by hand, as xstilts/tasks/{name}.py says"
        )
    return task.licence, task.origin


def download(name: str, licence: str, origin: Iterable[Hub | Archive], output: Path) -> None:
    """Fetch every origin into one folder, whole or not at all. What came before is compared, the rest is pinned."""
    files: dict[str, pins.Pin] = {}
    with writing(output) as folder:
        folder.mkdir()
        came = [fetch(one, folder, files) for one in origin]
        pins.keep(name, files)
        write_json(folder / "download.json", {"task": name, "licence": licence, "origin": came, "files": files})


def fetch(origin: Hub | Archive, folder: Path, files: dict[str, pins.Pin]) -> dict[str, object]:
    """Fetch one origin into the folder; what came, for download.json, and into `files` what each file was."""
    if isinstance(origin, Hub):
        found = fetch_snapshot(origin.repo, origin.revision, origin.files, origin.kind, folder)
        files |= {f"{origin.repo}@{origin.revision}/{file}": pin for file, pin in found.items()}
        return {"repo": origin.repo, "revision": origin.revision, "files": list(found)}
    files[origin.url], left_out = fetch_file(origin.url, origin.sha256, folder)
    return {"url": origin.url, "sha256": files[origin.url]["sha256"], "left_out": left_out}


if __name__ == "__main__":
    exit_cleanly(main)
