"""Fill in the official figures of all goldens, with the programs that tests/official.py describes.

python -m tests.golden.write
"""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

from tests.golden.read import FOLDER, METRICS
from tests.official import AVAILABLE, REASON, SOURCES, run


def text(value: Any) -> str:
    """JSON on one line, readable but for marks that an editor might compose and characters that cannot be seen."""
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.combining(c) or unicodedata.category(c) in ("Cf", "Zl", "Zp") else c
        for c in json.dumps(value, ensure_ascii=False)
    )


def main() -> None:
    """Rewrite every file of this folder."""
    if not AVAILABLE:
        sys.exit(REASON)
    for metric in METRICS:
        path = FOLDER / f"{metric}.json"
        cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
        lines = []
        for case in cases:
            given = {key: value for key, value in case.items() if key not in ("official", "ours")}
            ours = {"ours": case["ours"]} if "ours" in case else {}
            lines.append(text({**given, "official": run(metric, given), **ours}))
        body = ",\n".join(lines)
        path.write_text(f'{{"source": {text(SOURCES[metric])},\n"cases": [\n{body}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
