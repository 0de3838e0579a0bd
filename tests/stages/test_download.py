"""`download` without a network: archives from file:// addresses, hub snapshots from a cache laid out like the hub's."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from stages.download import download
from tests.tasks.samples import SAMPLES
from xstilts.errors import InputError
from xstilts.tasks import Archive, Hub, Task, load

HUB_TASKS = sorted(name for name, layout in SAMPLES if layout == "hub")
ARCHIVED = {"mlqa": "", "udpos": "", "bucc": "bucc2018"}  # task -> folder that the archive has around the native layout


def archive(path: Path, files: dict[str, bytes], links: dict[str, str] | None = None) -> str:
    """Write a zip or tar file; give back its address."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as pack:
            for name, content in files.items():
                pack.writestr(name, content)
        return path.as_uri()
    with tarfile.open(path, "w:" + {".tgz": "gz", ".bz2": "bz2"}.get(path.suffix, "")) as tar:  # type: ignore[call-overload]
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    return path.as_uri()


def task(*origin: Hub | Archive) -> Task:
    return replace(load("mlqa"), origin=origin)


def refused(tmp_path: Path, message: str, *origin: Hub | Archive) -> None:
    """The download is refused with this message and leaves nothing."""
    with pytest.raises(InputError, match=message):
        download(task(*origin), tmp_path / "raw/mlqa")
    assert not list((tmp_path / "raw").iterdir())
    assert not (tmp_path / "evil").exists() and not (tmp_path / "raw/evil").exists()


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz", ".tar.bz2"])
def test_archives_are_unpacked_and_their_hash_is_kept(suffix: str, tmp_path: Path) -> None:
    url = archive(tmp_path / f"pack{suffix}", {"A/b.txt": b"b", "A/c/d.txt": "ä".encode()})
    sha256 = hashlib.sha256((tmp_path / f"pack{suffix}").read_bytes()).hexdigest()
    (tmp_path / "plain.json").write_text("{}")
    download(task(Archive(url, sha256), Archive((tmp_path / "plain.json").as_uri())), tmp_path / "raw/mlqa")
    files = {p.relative_to(tmp_path / "raw/mlqa").as_posix() for p in (tmp_path / "raw/mlqa").rglob("*") if p.is_file()}
    assert files == {"A/b.txt", "A/c/d.txt", "plain.json", "download.json"}
    origin = json.loads((tmp_path / "raw/mlqa/download.json").read_text())["origin"]
    assert [one["sha256"] for one in origin] == [sha256, hashlib.sha256(b"{}").hexdigest()]
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["mlqa"]


def test_wrong_hash(tmp_path: Path) -> None:
    url = archive(tmp_path / "pack.zip", {"a": b"b"})
    refused(tmp_path, rf"{url}: found sha256 [0-9a-f]{{64}}, expected 00", Archive(url, "00"))


@pytest.mark.parametrize("suffix", [".zip", ".tgz"])
@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil"])
def test_names_that_lead_out_of_the_folder(name: str, suffix: str, tmp_path: Path) -> None:
    url = archive(tmp_path / f"pack{suffix}", {"good": b"", name: b"bad"})
    refused(tmp_path, r"found the name '.*evil', expected names inside", Archive(url))


def test_links_are_left_out_and_listed(tmp_path: Path) -> None:
    url = archive(tmp_path / "pack.tgz", {"a": b"b"}, links={"link": "/etc/passwd"})
    download(task(Archive(url)), tmp_path / "raw/mlqa")
    assert not (tmp_path / "raw/mlqa/link").exists()
    assert json.loads((tmp_path / "raw/mlqa/download.json").read_text())["origin"][0]["left_out"] == ["link"]


@pytest.mark.parametrize("suffix", [".zip", ".tgz", ".tar.bz2"])
def test_damaged_archive(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"pack{suffix}"
    url = archive(path, {"a": os.urandom(5_000)})
    path.write_bytes(path.read_bytes()[:2_000])
    refused(tmp_path, rf"pack{suffix}: not a readable archive", Archive(url))


def test_missing_address(tmp_path: Path) -> None:
    refused(tmp_path, r"none\.zip: could not be fetched: .*No such file", Archive((tmp_path / "none.zip").as_uri()))


@pytest.mark.parametrize("name", sorted(ARCHIVED))
def test_what_archives_unpack_to_is_what_the_native_reader_reads(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name, "native"]
    sample.write(tmp_path / "published")
    files = {
        (Path(ARCHIVED[name]) / path.relative_to(tmp_path / "published")).as_posix(): path.read_bytes()
        for path in (tmp_path / "published").rglob("*")
        if path.is_file()
    }
    url = archive(tmp_path / "pack.tgz", files)
    download(replace(load(name), origin=(Archive(url),)), tmp_path / "raw")
    for (split, language), rows in sample.rows.items():
        folder = tmp_path / "raw" / ARCHIVED[name]
        assert list(load(name).readers["native"](folder, folder, split, language)) == rows


def hub_cache(folder: Path, name: str) -> None:
    """Lay out a made-up snapshot as huggingface_hub's cache does: links into `blobs`, plus a file nobody asked for."""
    (origin,) = load(name).origin
    assert isinstance(origin, Hub)
    repo = folder / ("datasets--" + origin.repo.replace("/", "--"))
    snapshot = repo / "snapshots" / origin.revision
    SAMPLES[name, "hub"].write(snapshot)
    for pattern in origin.files:  # the sample has few languages: stand-ins for the others
        head, tail = pattern.rsplit("/", 1)
        if not list(snapshot.glob(pattern)):
            (snapshot / head).mkdir(exist_ok=True)
            (snapshot / head / tail.replace("*", "00000-of-00001.parquet")).write_bytes(b"never read")
    # MNLI and QQP are in one repository: what is a link came with the task before.
    for path in [p for p in sorted(snapshot.rglob("*")) if p.is_file() and not p.is_symlink()]:
        blob = repo / "blobs" / hashlib.sha256(str(path).encode()).hexdigest()[:40]
        blob.parent.mkdir(exist_ok=True)
        path.rename(blob)
        path.symlink_to(os.path.relpath(blob, path.parent))
    (snapshot / "README.md").write_text("not asked for")


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run python in `folder`, offline, with the hub's cache there."""
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_CACHE": str(folder / "cache"),
        "PYTHONPATH": str(Path.cwd()),
    }
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )


def write_params(folder: Path, **downloads: object) -> None:
    params = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
    (folder / "params.yaml").write_text(yaml.safe_dump(params | {"downloads": downloads}), encoding="utf-8")


def test_hub_snapshots_come_out_readable(tmp_path: Path) -> None:
    for name in HUB_TASKS:
        hub_cache(tmp_path / "cache", name)
    code = (
        "import sys; from pathlib import Path\n"
        "from xstilts.tasks import load; from stages.download import download\n"
        "for name in sys.argv[1:]: download(load(name), Path('data/raw') / name)"
    )
    done = command(tmp_path, "-c", code, *HUB_TASKS)
    assert done.returncode == 0, done.stderr
    for name in HUB_TASKS:
        folder = tmp_path / "data/raw" / name
        assert not (folder / "README.md").exists() and not any(path.is_symlink() for path in folder.rglob("*"))
        for (split, language), rows in SAMPLES[name, "hub"].rows.items():
            assert list(load(name).readers["hub"](folder, folder, split, language)) == rows, (name, split, language)


def test_the_command_fetches_what_params_list(tmp_path: Path) -> None:
    hub_cache(tmp_path / "cache", "squad_v1")
    write_params(tmp_path, squad_v1={}, hellaswag={})
    assert command(tmp_path, "-m", "stages.download", "squad_v1").returncode == 0
    assert (tmp_path / "data/raw/squad_v1/plain_text").is_dir()
    done = command(tmp_path, "-m", "stages.download", "hellaswag")
    assert done.returncode == 2 and "Rowan/hellaswag@218ec52e" in done.stderr and "Traceback" not in done.stderr
    done = command(tmp_path, "-m", "stages.download", "xnli")
    assert done.returncode == 2 and "downloads has no 'xnli'; there are: hellaswag, squad_v1" in done.stderr
    assert [path.name for path in (tmp_path / "data/raw").iterdir()] == ["squad_v1"]


def test_what_is_not_to_be_had_is_made_by_hand(tmp_path: Path) -> None:
    message = r"downloads\.ccg: found a data set that is not to be had \(.*LDC2005T13\), .*xstilts/tasks/ccg\.py says"
    with pytest.raises(InputError, match=message):
        download(load("ccg"), tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


def test_a_snapshot_that_lacks_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    (tmp_path / "snapshot").mkdir()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(tmp_path / "snapshot"))
    refused(tmp_path, r"a/b@0+: found no file like x/\*, expected at least one", Hub("a/b", "0" * 40, ("x/*",)))
