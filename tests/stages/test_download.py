"""`download` without a network: archives from file:// addresses, hub snapshots from a hub started here or its cache."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from stages.download import download, wanted
from tests.tasks.samples import SAMPLES
from xstilts.downloads import pins
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.tasks import Archive, Hub, load

HUB_TASKS = sorted(name for name, layout in SAMPLES if layout == "hub")


@pytest.fixture(autouse=True)
def own_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is fetched here is pinned here."""
    monkeypatch.setattr(pins, "FOLDER", tmp_path / "pins")


def git_hash(content: bytes) -> str:
    """The name of a file on the hub, and in its cache."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


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


def get(tmp_path: Path, *origin: Hub | Archive) -> Path:
    download("mlqa", "CC", origin, tmp_path / "raw/mlqa")
    return tmp_path / "raw/mlqa"


def refused(tmp_path: Path, message: str, *origin: Hub | Archive) -> None:
    """The download is refused with this message and leaves nothing."""
    with pytest.raises(InputError, match=message):
        get(tmp_path, *origin)
    assert not list((tmp_path / "raw").iterdir())
    assert not (tmp_path / "evil").exists() and not (tmp_path / "raw/evil").exists()


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz", ".tar.bz2"])
def test_archives_are_unpacked_and_their_hash_is_kept(suffix: str, tmp_path: Path) -> None:
    url = archive(tmp_path / f"pack{suffix}", {"A/b.txt": b"b", "A/c/d.txt": "ä".encode()})
    sha256 = hashlib.sha256((tmp_path / f"pack{suffix}").read_bytes()).hexdigest()
    (tmp_path / "plain.json").write_text("{}")
    folder = get(tmp_path, Archive(url, sha256), Archive((tmp_path / "plain.json").as_uri()))
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {"A/b.txt", "A/c/d.txt", "plain.json", "download.json"}
    origin = json.loads((folder / "download.json").read_text())["origin"]
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
    get(tmp_path, Archive(url))
    assert not (tmp_path / "raw/mlqa/link").exists()
    assert json.loads((tmp_path / "raw/mlqa/download.json").read_text())["origin"][0]["left_out"] == ["link"]


@pytest.mark.parametrize("suffix", [".zip", ".tgz", ".tar.bz2"])
def test_damaged_archive(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"pack{suffix}"
    url = archive(path, {"a": os.urandom(5_000)})
    path.write_bytes(path.read_bytes()[:2_000])
    refused(tmp_path, rf"pack{suffix}: not a readable archive", Archive(url))


def changed(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("place", [-8, -1])
def test_the_checksum_at_the_end_of_gzip_is_read(place: int, tmp_path: Path) -> None:
    path = tmp_path / "pack.tgz"
    url = archive(path, {"a": os.urandom(5_000), "b": b"b"})
    changed(path, place)  # the sum, or the length
    refused(tmp_path, r"pack\.tgz: not a readable archive: (CRC check failed|Incorrect length)", Archive(url))


@pytest.mark.parametrize("suffix", [".zip", ".tgz", ".tar.bz2"])
def test_a_bit_inside_an_archive(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"pack{suffix}"
    url = archive(path, {"a": os.urandom(5_000), "b": os.urandom(5_000)})
    changed(path, 3_000)
    refused(tmp_path, rf"pack{suffix}: not a readable archive", Archive(url))


@pytest.mark.parametrize("suffix", [".tar", ".tgz", ".tar.bz2"])
@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_a_tar_without_its_end(suffix: str, blocks: int, tmp_path: Path) -> None:
    """Cut between two files: the first is whole, and Python's list of files just ends."""
    plain = tmp_path / "plain.tar"
    archive(plain, {"a": b"a" * 512, "b": b"b" * 512})
    content = plain.read_bytes()[: 512 * (2 + blocks)]
    packed = {".tar": content, ".tgz": gzip.compress(content), ".tar.bz2": bz2.compress(content)}
    path = tmp_path / f"pack{suffix}"
    path.write_bytes(packed[suffix])
    refused(tmp_path, rf"pack{suffix}: not a readable archive", Archive(path.as_uri()))


def test_a_damaged_head_in_a_tar(tmp_path: Path) -> None:
    url = archive(tmp_path / "pack.tar", {"a": b"a" * 512, "b": b"b" * 512})
    changed(tmp_path / "pack.tar", 1024 + 100)
    refused(tmp_path, r"pack\.tar: not a readable archive: it ends or is damaged", Archive(url))


def test_a_download_is_pinned_and_compared_from_then_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_text("[1]")
    other.write_text("[2]")
    origin = (Archive(one.as_uri()),)
    get(tmp_path, *origin)
    assert f"pinned what came in {tmp_path / 'pins/mlqa.json'}: commit this file" in capsys.readouterr().out
    first = (tmp_path / "pins/mlqa.json").read_bytes()
    assert json.loads(first) == {one.as_uri(): {"size": 3, "sha256": hashlib.sha256(b"[1]").hexdigest()}}
    get(tmp_path, *origin)
    assert (tmp_path / "pins/mlqa.json").read_bytes() == first and "pinned" not in capsys.readouterr().out
    get(tmp_path, Archive(other.as_uri()))
    assert set(json.loads((tmp_path / "pins/mlqa.json").read_text())) == {one.as_uri(), other.as_uri()}
    one.write_text("[9]")
    message = (
        rf"{one.as_uri()}: found 3 bytes with sha256 [0-9a-f]{{64}}, expected 3 bytes with sha256 [0-9a-f]{{64}}, as "
        r"it was when it was pinned in .*pins/mlqa\.json\. To accept the other file, delete its entry there"
    )
    shutil.rmtree(tmp_path / "raw/mlqa")
    refused(tmp_path, message, Archive(other.as_uri()), *origin)
    pinned = json.loads((tmp_path / "pins/mlqa.json").read_text())
    del pinned[one.as_uri()]
    (tmp_path / "pins/mlqa.json").write_text(json.dumps(pinned))
    get(tmp_path, *origin)


def test_a_refused_download_pins_nothing(tmp_path: Path) -> None:
    url = archive(tmp_path / "pack.tgz", {"a": b"a"})
    changed(tmp_path / "pack.tgz", -1)
    refused(tmp_path, "not a readable archive", Archive(url))
    assert not (tmp_path / "pins").exists()


def test_files_of_other_pins_than_the_commit_s(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text("[1]")
    folder = get(tmp_path, Archive(url := (tmp_path / "one.json").as_uri()))
    pins.check_record(folder)
    pinned = {url: {"size": 3, "sha256": "0" * 64}}
    (tmp_path / "pins/mlqa.json").write_text(json.dumps(pinned))
    with pytest.raises(
        InputError, match=r"mlqa/download\.json: .*one\.json: found 3 bytes .* `dvc repro -f download@mlqa`"
    ):
        pins.check_record(folder)
    (tmp_path / "pins/mlqa.json").write_text('{"x": {"size": 3}}')
    with pytest.raises(InputError, match=r"pins/mlqa\.json: x\.sha256 is missing"):
        pins.check_record(folder)


def test_a_file_of_the_cache_that_is_not_what_the_hub_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    content, snapshot = b"content", tmp_path / "snapshot"
    snapshot.mkdir()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(snapshot))
    for name in (hashlib.sha256(content).hexdigest(), git_hash(content)):
        (tmp_path / name).write_bytes(content)
        (snapshot / "a").symlink_to(tmp_path / name)
        get(tmp_path, Hub("a/b", "0" * 40, ("a",)))
        shutil.rmtree(tmp_path / "raw/mlqa")
        (tmp_path / name).write_bytes(b"contemt")
        refused(tmp_path, rf"a/b@0{{40}}/a: found the hash [0-9a-f]+, expected {name}", Hub("a/b", "0" * 40, ("a",)))
        (snapshot / "a").unlink()


def hellaswag(folder: Path) -> tuple[Hub, dict[str, bytes]]:
    """Where HellaSwag comes from and the files of its repository; `params.yaml` of `folder` asks for it."""
    (origin,) = load("hellaswag").origin
    assert isinstance(origin, Hub)
    repo = folder / "repo"
    SAMPLES["hellaswag", "hub"].write(repo)
    write_params(folder, hellaswag={})
    return origin, {path.relative_to(repo).as_posix(): path.read_bytes() for path in repo.rglob("*.parquet")}


@pytest.mark.parametrize("refusal", [None, 401])
def test_a_token_is_sent_only_where_the_hub_asks_for_one(refusal: int | None, tmp_path: Path) -> None:
    origin, files = hellaswag(tmp_path)
    with hub(origin.repo, origin.revision, files, refusal) as (url, asked):
        environment = {"HF_HOME": str(tmp_path / "hf"), "HOME": str(tmp_path / "home"), "HF_TOKEN": "hf_secret"}
        done = command(tmp_path, "-m", "stages.download", "hellaswag", HF_ENDPOINT=url, **environment)
    assert done.returncode == 0, done.stderr
    tokens = [token for *_, token in asked]
    if refusal:
        assert tokens[0] is None and tokens[-1] == "Bearer hf_secret" and "asking again with your token" in done.stderr
    else:
        assert set(tokens) == {None}


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
    download(name, "", (Archive(url),), tmp_path / "raw")
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
        blob = repo / "blobs" / git_hash(path.read_bytes())
        blob.parent.mkdir(exist_ok=True)
        path.rename(blob)
        path.symlink_to(os.path.relpath(blob, path.parent))
    (snapshot / "README.md").write_text("not asked for")


def command(folder: Path, *arguments: str, **change: str) -> subprocess.CompletedProcess[str]:
    """Run python in `folder`, with the hub's cache there; offline unless `change` says where the hub is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    hub = change or {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(folder / "cache")}
    environment = kept | {"PYTHONPATH": str(Path.cwd())} | hub
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
        "for name in sys.argv[1:]: download(name, '', load(name).origin, Path('data/downloads') / name)"
    )
    done = command(tmp_path, "-c", code, *HUB_TASKS)
    assert done.returncode == 0, done.stderr
    for name in HUB_TASKS:
        folder = tmp_path / "data/downloads" / name
        SAMPLES[name, "hub"].write(tmp_path / "given" / name)
        labels = tmp_path / "given" / name / "labels"  # another set's files, which this one does not fetch
        assert not (folder / "README.md").exists() and not any(path.is_symlink() for path in folder.rglob("*"))
        for (split, language), rows in SAMPLES[name, "hub"].rows.items():
            found = load(name).readers["hub"](folder, labels if labels.is_dir() else folder, split, language)
            assert list(found) == rows, (name, split, language)


def test_the_command_fetches_what_params_list(tmp_path: Path) -> None:
    hub_cache(tmp_path / "cache", "squad_v1")
    write_params(tmp_path, squad_v1={}, hellaswag={})
    assert command(tmp_path, "-m", "stages.download", "squad_v1").returncode == 0
    assert (tmp_path / "data/downloads/squad_v1/plain_text").is_dir()
    done = command(tmp_path, "-m", "stages.download", "hellaswag")
    assert done.returncode == 2 and "Rowan/hellaswag@218ec52e" in done.stderr and "Traceback" not in done.stderr
    done = command(tmp_path, "-m", "stages.download", "xnli")
    assert done.returncode == 2
    assert "params.yaml: unknown download 'xnli'; there are: hellaswag, squad_v1" in done.stderr
    assert [path.name for path in (tmp_path / "data/downloads").iterdir()] == ["squad_v1"]


@contextmanager
def hub(
    repo: str, revision: str, files: dict[str, bytes], refusal: int | None = None
) -> Iterator[tuple[str, list[tuple[str, str, str | None]]]]:
    """A hub with one data set repository: its address, and (path, user agent, token) of what it was asked for.

    `refusal`: what it answers where no token is sent."""
    asked: list[tuple[str, str, str | None]] = []
    place = f"/datasets/{repo}/resolve/{revision}/"

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.headers["Authorization"]
            asked.append((self.path, self.headers["User-Agent"], token))
            content, headers = b"", {"X-Repo-Commit": revision}
            if refusal and token is None:
                headers["X-Error-Code"] = "RepoNotFound"
            elif self.path.startswith(f"/api/datasets/{repo}/tree/{revision}"):
                content = json.dumps([
                    {"type": "file", "path": name, "size": len(data), "oid": git_hash(data)}
                    for name, data in files.items()
                ]).encode()  # fmt: skip
            elif self.path.startswith(place):
                content = files[self.path.removeprefix(place)]
                headers["ETag"] = f'"{git_hash(content)}"'
            self.send_response(200 if content else refusal or 404)
            for name, value in (headers | {"Content-Length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("variable", ["HF_DATASETS_OFFLINE", "HF_HUB_OFFLINE"])
def test_a_second_download_comes_from_the_cache(variable: str, tmp_path: Path) -> None:
    """First from a hub into `HF_HOME`; then, offline, the hub is asked nothing. What was not pinned is not fetched."""
    origin, files = hellaswag(tmp_path)
    raw = tmp_path / "data/downloads/hellaswag"

    def fetch(**change: str) -> subprocess.CompletedProcess[str]:
        shutil.rmtree(raw, ignore_errors=True)
        environment = {"HF_HOME": str(tmp_path / "hf"), "HOME": str(tmp_path / "home")} | change
        return command(tmp_path, "-m", "stages.download", "hellaswag", **environment)

    with hub(origin.repo, origin.revision, files | {"data/test-00000-of-00001.parquet": b"not asked for"}) as (
        url,
        asked,
    ):
        done = fetch(HF_ENDPOINT=url, **{variable: "1"})
        assert done.returncode == 2 and "Traceback" not in done.stderr and not asked and not raw.exists()
        done = fetch(HF_ENDPOINT=url)
        assert done.returncode == 0, done.stderr
        first = {path.relative_to(raw): path.read_bytes() for path in raw.rglob("*") if path.is_file()}
        assert sum("resolve" in path for path, *_ in asked) >= len(files) and not any(
            "test-" in path for path, *_ in asked
        )
        assert not any("torch" in agent for _, agent, _ in asked)  # telemetry: versions of what is installed
        asked.clear()
        done = fetch(HF_ENDPOINT=url, **{variable: "1"})
        assert done.returncode == 0, done.stderr
        assert {path.relative_to(raw): path.read_bytes() for path in raw.rglob("*") if path.is_file()} == first
        assert not asked
    assert {path.as_posix() for path in first} == {*files, "download.json"}
    assert not (tmp_path / "home").exists()  # nothing beside HF_HOME
    for (split, language), rows in SAMPLES["hellaswag", "hub"].rows.items():
        assert list(load("hellaswag").readers["hub"](raw, raw, split, language)) == rows


def test_help_starts_nothing_and_a_near_name_is_suggested(tmp_path: Path) -> None:
    done = command(tmp_path, "-m", "stages.download", "--help")
    assert done.returncode == 0 and "python -m stages.download" in done.stdout and not list(tmp_path.iterdir())
    write_params(tmp_path, hellaswag={})
    code = (
        "import sys; sys.argv = ['download', 'helaswag']\nimport stages.download as stage\n"
        "try: stage.main()\nexcept Exception as error: print(error)\n"
        "print({'torch', 'datasets', 'huggingface_hub', 'transformers'} & set(sys.modules))"
    )
    done = command(tmp_path, "-c", code)
    assert done.stdout.splitlines() == [
        "params.yaml: unknown download 'helaswag' (did you mean 'hellaswag'?); there are: hellaswag", "set()",
    ]  # fmt: skip


def test_what_is_not_to_be_had_is_made_by_hand(tmp_path: Path) -> None:
    message = r"downloads\.ccg: found a data set that is not to be had \(.*LDC2005T13\), .*xstilts/tasks/ccg\.py says"
    write_params(tmp_path, ccg={})
    with pytest.raises(InputError, match=message):
        wanted(read_params(tmp_path / "params.yaml"), "ccg")


def test_a_snapshot_that_lacks_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    (tmp_path / "snapshot").mkdir()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(tmp_path / "snapshot"))
    refused(tmp_path, r"a/b@0+: found no file like x/\*, expected at least one", Hub("a/b", "0" * 40, ("x/*",)))
