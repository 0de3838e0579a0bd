"""What is installed: one version, the dependencies that the code imports, and locks with a hash for each file."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LINES = [*PROJECT["dependencies"], *(line for extra in ("pipeline", "ray", "latency") for line in EXTRAS[extra])]
DECLARED = {canonicalize_name(Requirement(line).name) for line in LINES}
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
NOT_IMPORTED = {
    "ruamel-yaml-clib": "the C parser of ruamel.yaml, which DVC reads its lock with",
}
"""Dependencies that no file here imports, and why they are declared."""


def pins(lock: str) -> dict[str, str]:
    """Version by package of one lock file."""
    found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.M)
    return {canonicalize_name(name): version for name, version in found}


@cache
def imported() -> dict[str, set[str]]:
    """Distributions that may bring each third-party module that the library and the stages import."""
    brought = metadata.packages_distributions()
    found: dict[str, set[str]] = {}
    for path in [*ROOT.glob("xstilts/**/*.py"), *ROOT.glob("stages/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            for name in names:
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names and top not in ("xstilts", "stages"):
                    # `ruamel` is shared by several packages: the whole name says which one it is.
                    key = ".".join(name.split(".")[:2]) if top == "ruamel" else top
                    found[key] = {canonicalize_name(one) for one in [key, *brought.get(key, [])]}
    return found


def test_the_version_stands_in_one_place() -> None:
    assert "version" not in PROJECT.get("dynamic", [])
    for path in [*ROOT.glob("xstilts/**/*.py"), *ROOT.glob("stages/*.py")]:
        assert PROJECT["version"] not in path.read_text(encoding="utf-8"), path


def test_the_installed_version_is_the_declared_one() -> None:
    try:
        installed = metadata.version("xstilts")
    except metadata.PackageNotFoundError:
        pytest.skip("xstilts is not installed here")
    assert installed == PROJECT["version"]


def test_what_is_imported_is_declared() -> None:
    assert {"torch", "yaml", "numpy"} <= set(imported())
    assert {module: names for module, names in imported().items() if not names & DECLARED} == {}


def test_what_is_declared_is_imported() -> None:
    used = set().union(*imported().values())
    assert used & NOT_IMPORTED.keys() == set(), "imported now: no reason is needed"
    assert DECLARED - used == NOT_IMPORTED.keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_each_pin_has_hashes_and_nothing_names_a_place(lock: str) -> None:
    """The whole file is comments, exact pins and SHA-256 hashes: no address, no path, no option."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    digest = r"    --hash=sha256:[0-9a-f]{64}"
    pin = rf"[a-z0-9-]+==[\w.+]+( ; [\w.'<>=!() ]+)? \\\n({digest} \\\n)*{digest}\n"
    assert re.fullmatch(rf"( *#.*\n|{pin})+", text)
    comments = "\n".join(line for line in text.splitlines() if line.lstrip().startswith("#"))
    assert not re.search(r"://|\s/\w|[a-z]\.(org|com|io|net)\b", comments)


def test_the_lock_has_all_that_is_declared() -> None:
    locked = {name: version for lock in LOCKS for name, version in pins(lock).items()}
    for line in [*LINES, *EXTRAS["dev"], *EXTRAS["docs"]]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), line


def test_the_locks_agree() -> None:
    main, torch, cpu, build, ray, latency, docs = (
        pins(f"requirements{part}.lock") for part in ("", "-torch", "-torch-cpu", "-build", "-ray", "-latency", "-docs")
    )
    assert Version(cpu["torch"]).public == torch["torch"] and cpu["torch"].endswith("+cpu")
    assert not main.keys() & (torch.keys() | cpu.keys())
    for other in (build, ray, latency, docs):
        both = other.keys() & main.keys()
        assert {name: other[name] for name in both} == {name: main[name] for name in both}
    assert not (ray.keys() | latency.keys() | docs.keys()) & {*torch, *cpu}, "no extra brings another torch"
    assert {"setuptools", "packaging"} <= build.keys() & main.keys()


def test_a_wheel_has_the_library_with_its_data_and_nothing_else(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for folder in ("xstilts", "stages", "tests"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, tree)
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=tree, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.partition("/")[0] for name in names} == {"xstilts", f"xstilts-{PROJECT['version']}.dist-info"}
    files = [path for path in (tree / "xstilts").rglob("*") if path.is_file()]
    assert {str(path.relative_to(tree)) for path in files} <= names
