"""The page of an error analysis: all examples, filtered by what the second source changes, and by text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from xstilts.comparison.judge import Answer, Example
from xstilts.report.page.html import element, script
from xstilts.report.page.style import SHEET

SCRIPT = Path(__file__).parent / "search.js"
KINDS = {"fixed": "fixed by {1}", "broken": "broken by {1}", "right": "both right", "wrong": "both wrong"}
LOOK = """
article { border: 1px solid var(--line); border-left-width: 4px; border-radius: 8px; background: var(--card);
  margin: .6rem 0; padding: .5rem .9rem; content-visibility: auto; contain-intrinsic-size: auto 9rem; }
article p { margin: .2rem 0; max-width: none; } article > p:first-child { font-size: .8rem; color: var(--soft); }
.fixed { border-left-color: var(--gain); } .broken { border-left-color: var(--loss); }
dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: .2rem 1rem; margin: .4rem 0 0; }
dl > div { border-top: 1px solid var(--line); padding-top: .2rem; min-width: 0; overflow-wrap: anywhere; }
dt { font-size: .8rem; color: var(--soft); } dd { margin: 0; }
.yes dt { color: var(--gain); } .no dt { color: var(--loss); }
dd small { color: var(--soft); }
.tags span { display: inline-block; text-align: center; margin: 0 .25rem .2rem 0; }
.tags small { display: block; font-size: .68rem; }
.tags .off { background: color-mix(in srgb, var(--loss) 28%, transparent); border-radius: 4px; }
mark { background: none; color: inherit; border-bottom: 2px solid transparent; padding-bottom: 1px; }
mark.gold { background: color-mix(in srgb, var(--warn) 30%, transparent); }
mark.a { text-decoration: underline dotted 2px; text-underline-offset: 3px; }
mark.b { border-bottom-color: var(--gain); }
.choose { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0; }
.choose label { border: 1px solid var(--line); border-radius: 1rem; padding: .15rem .8rem; cursor: pointer; }
input[type=radio] { position: absolute; opacity: 0; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } }
"""


def page(
    title: str, rule: str, sources: Sequence[str], examples: Sequence[Example],
    shown: Sequence[tuple[str, str, tuple[str, str]]],
) -> str:  # fmt: skip
    """The whole file. `shown` is each example as html; choosing a kind works without the page's program."""
    counts = Counter(one.kind for one in examples)
    names = {"all": "all", **{kind: name.format(*sources) for kind, name in KINDS.items()}}
    sizes = {"all": len(examples), **counts}
    inputs = "".join(f'<input type="radio" name="show" id="{kind}"{" checked" * (kind == "all")}>' for kind in names)
    labels = "".join(
        f'<label for="{kind}">{escape(name)} <b>{sizes.get(kind, 0):,}</b></label>' for kind, name in names.items()
    )
    rules = "".join(f"#{kind}:checked ~ main article:not(.{kind}) {{ display: none; }}\n" for kind in KINDS) + "".join(
        f"#{kind}:checked ~ .choose label[for={kind}] {{ background: var(--accent); color: var(--page); }}\n"
        f"#{kind}:focus-visible ~ .choose label[for={kind}] {{ outline: 2px solid var(--accent); }}\n"
        for kind in names
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{SHEET}{LOOK}{rules}</style>"
    )
    articles = [_article(one, parts, sources) for one, parts in zip(examples, shown, strict=True)]
    body = [
        element("h1", escape(title)), element("p", escape(rule) + ".", "soft"), inputs,
        element("div", labels, "choose"), element("main", "\n".join(articles)),
        script(SCRIPT),
    ]  # fmt: skip
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n' + "\n".join(body) + "\n</body></html>\n"


def _article(example: Example, shown: tuple[str, str, tuple[str, str]], sources: Sequence[str]) -> str:
    asked, gold, texts = shown
    parts = [_part("gold", gold)]
    for source, answer, text in zip(sources, example.answers, texts, strict=True):
        parts.append(_part(f"{source}, {_verdict(answer)}", text, "yes" if answer.right else "no"))
    content = element("p", escape(example.row["id"])) + asked + element("dl", "".join(parts))
    return element("article", content, example.kind)


def _part(name: str, content: str, kind: str = "") -> str:
    return element("div", element("dt", escape(name)) + element("dd", content), kind)


def _verdict(answer: Answer) -> str:
    return "right" if answer.right else "wrong"
