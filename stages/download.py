"""Fetch one data set, the released encoder ("backbone"), raw text, a released translator or a published translation.

    python -m stages.download <task>

Hub repositories come at the pinned commit, archives are unpacked, all into data/raw/<task>; download.json there lists
every origin with the hash of what came."""

from __future__ import annotations

import shutil
import sys
from fnmatch import fnmatch
from pathlib import Path

from xstilts.downloads.archives import fetch, is_archive, unpack
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Backbone, Params, read_params
from xstilts.records.files import write_json, writing
from xstilts.tasks import Archive, Hub, Task, load
from xstilts.translation import layout, published


def download(task: Task, output: Path) -> None:
    """Fetch every origin of a task into one folder, which appears whole or not at all."""
    if not task.origin:
        raise InputError(
            f"downloads.{task.name}: found a data set that is not to be had ({'; '.join(task.notes.values())}), "
            f"expected one that is: make its files by hand, as xstilts/tasks/{task.name}.py says"
        )
    with writing(output) as folder:
        folder.mkdir()
        came = [from_hub(one, folder) if isinstance(one, Hub) else from_url(one, folder) for one in task.origin]
        write_json(folder / "download.json", {"task": task.name, "licence": task.licence, "origin": came})


def encoder(backbone: Backbone) -> Task:
    """The released encoder as something to fetch: no pickled weights, only what `stages.backbone` reads."""
    files = ("config.json", "model.safetensors", "tokenizer.json")
    origin = Hub(backbone.repo or "", backbone.revision or "", files, kind="model")
    return Task("backbone", "", "", (), {}, {}, "see the repository", "", (origin,))


def translation(params: Params, name: str) -> Task | None:
    """The translator or the published translation whose `from` is this download, as something to fetch."""
    origins: list[Hub | Archive] = []
    for machine in params.translators.values():
        if machine.source == f"data/raw/{name}" and not machine.train:
            files = layout.published(machine.engine)
            origins.append(Hub(machine.repo or "", machine.revision or "", files, kind="model"))
    for one in params.translations.values():
        if one.source == f"data/raw/{name}" and one.by == "published":
            origins += published.origin(one)
    if not origins:
        return None
    return Task(name, "", "", (), {}, {}, "see the repository", "", tuple(dict.fromkeys(origins)))


def corpus(params: Params, name: str) -> Task | None:
    """Raw text for masked-LM steps, if this download is where it comes from: the first file of each language."""
    text, asked = params.corpus, params.downloads[name]
    if text.source != f"data/raw/{name}" or text.repo is None:
        return None
    files = tuple(f"{asked['dump']}.{language}/train-00000-of-*.parquet" for language in asked["languages"])
    return Task(name, "", "", (), {}, {}, "CC BY-SA 3.0 and GFDL", "", (Hub(text.repo, text.revision or "", files),))


def from_hub(origin: Hub, folder: Path) -> dict[str, object]:
    """Copy the files of a hub snapshot; the repository's own layout is kept."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    name = f"{origin.repo}@{origin.revision}"
    try:
        snapshot = snapshot_download(
            origin.repo, repo_type=origin.kind, revision=origin.revision, allow_patterns=list(origin.files)
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{name}: could not be fetched from the Hugging Face hub: {reason}") from None
    files = sorted(path.relative_to(snapshot).as_posix() for path in Path(snapshot).rglob("*") if path.is_file())
    for pattern in origin.files:
        if not any(fnmatch(file, pattern) for file in files):
            raise InputError(f"{name}: found no file like {pattern}, expected at least one")
    wanted = [file for file in files if any(fnmatch(file, pattern) for pattern in origin.files)]
    for file in wanted:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(snapshot) / file, folder / file)
    return {"repo": origin.repo, "revision": origin.revision, "files": wanted}


def from_url(origin: Archive, folder: Path) -> dict[str, object]:
    """Fetch one published file, check its hash where one is declared, and unpack it if it is an archive."""
    file, sha256 = fetch(origin.url, folder)
    if origin.sha256 is not None and sha256 != origin.sha256:
        raise InputError(f"{origin.url}: found sha256 {sha256}, expected {origin.sha256}")
    left_out = []
    if is_archive(file):
        left_out = unpack(file, folder)
        file.unlink()
    return {"url": origin.url, "sha256": sha256, "left_out": left_out}


def main() -> None:
    """Download the task named on the command line."""
    if len(sys.argv) != 2:
        raise InputError("usage: python -m stages.download <task>")
    params, name = read_params(), sys.argv[1]
    if name not in params.downloads:
        known = ", ".join(params.downloads) or "none"
        raise InputError(f"params.yaml: downloads has no '{name}'; there are: {known}")
    found = encoder(params.backbone) if name == "backbone" else None
    download(found or corpus(params, name) or translation(params, name) or load(name), Path("data/raw") / name)


if __name__ == "__main__":
    exit_cleanly(main)
