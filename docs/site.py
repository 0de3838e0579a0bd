"""What the documentation site is built from: README.md, docs/ and what they link to, in the folders of the project.

    python docs/site.py FOLDER

So every link holds as it does on a code host; README.md becomes the first page, index.md."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def linked(page: Path) -> list[Path]:
    """The files that a page links to, from the root of the project."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [(ROOT / page.parent / link).resolve().relative_to(ROOT) for link in LINK.findall(text)]


def pages() -> list[Path]:
    """README, the pages of docs/, and all that is reached from them."""
    todo, found = [Path("README.md"), *(path.relative_to(ROOT) for path in sorted((ROOT / "docs").glob("*.md")))], []
    while todo:
        path = todo.pop()
        if path not in found and (ROOT / path).is_file():
            found.append(path)
            todo += linked(path) if path.suffix == ".md" else []
    return found


def write(folder: Path) -> None:
    """Copy all of it; links to README.md lead to index.md."""
    for path in pages():
        place = folder / ("index.md" if path == Path("README.md") else path)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            text = (ROOT / path).read_text(encoding="utf-8")
            place.write_text(re.sub(r"\]\(((?:\.\./)*)README\.md", r"](\1index.md", text), encoding="utf-8")
        else:
            shutil.copy(ROOT / path, place)


if __name__ == "__main__":
    if len(sys.argv) != 2 or Path(sys.argv[1]).exists():
        sys.exit("usage: python docs/site.py FOLDER (a new one)")
    write(Path(sys.argv[1]))
