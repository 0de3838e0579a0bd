"""BibTeX from the citations that task files have as text, such as `Nie, Kiela 2020: Title. ACL. arXiv 1910.14599`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# The names of one entry: surnames, and what may stand before them, such as `Splits:`, `GLUE:` or `After`.
BEGIN = re.compile(
    r"(?:^|(?<=[.?!] ))(?:(?P<label>[\w-]+(?: [\w-]+)?): |After )?"
    r"(?P<names>[A-Z][^.:?!\d]*?(?: et al\.)?) (?=\d{4}[:,] )"
)
BODY = re.compile(r"(?P<year>\d{4})[:,] (?P<rest>.*)", re.S)
TITLE = re.compile(r"(?P<title>.+?(?:\.(?= )|[?!](?= )|$))(?P<rest>.*)", re.S)
ARXIV = re.compile(r"arXiv (\d{4}\.\d{4,5})")
ANTHOLOGY = re.compile(r"ACL ([A-Z]\d\d-\d{4}|\d{4}\.[\w-]+\.\d+)")
JOURNALS = ("TACL", "Computational Linguistics", "Soft Computing")
PLACES = ("LINDAT/CLARIAH-CZ",)  # that keep data: no proceedings
LONG = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
SPECIAL = str.maketrans({**{one: rf"\{one}" for one in "&%$#_{}"}, **LONG})


@dataclass(frozen=True)
class Entry:
    """One work. What the text does not say is empty."""

    names: tuple[str, ...]
    others: bool  # et al.
    year: str
    title: str
    venue: str = ""
    arxiv: str = ""
    url: str = ""
    note: str = ""

    def key(self) -> str:
        """Such as `williams2018broad`: ASCII, from the first name, the year and the first long word of the title."""
        words = [word for word in re.findall(r"\w+", _ascii(self.title)) if len(word) > 3]
        first = re.sub(r"\W", "", _ascii(self.names[0])) if self.names else ""
        return f"{first}{self.year}{words[0] if words else ''}".lower() or "unnamed"

    def text(self, ending: str = "") -> str:
        """The entry as BibTeX, a field a line; `ending` tells its key from that of another."""
        journal = self.venue in JOURNALS
        kind = "misc" if not self.venue or self.venue in PLACES else "article" if journal else "inproceedings"
        place = {"misc": "howpublished", "article": "journal", "inproceedings": "booktitle"}[kind]
        authors = [
            f"{{{one}}}" if re.search(r"[ -]|[A-Z].*[A-Z]", one) else one
            for one in (name.translate(SPECIAL) for name in self.names)
        ]
        fields = {
            "author": " and ".join([*authors, *["others"] * self.others]),
            "title": f"{{{self.title.translate(SPECIAL)}}}",
            "year": self.year,
            place: self.venue.translate(SPECIAL),
            "eprint": self.arxiv,
            "archiveprefix": "arXiv" * bool(self.arxiv),
            "url": self.url,
            "note": self.note.translate(SPECIAL),
        }
        lines = "".join(f"  {name:<13} = {{{value}}},\n" for name, value in fields.items() if value)
        return f"@{kind}{{{self.key()}{ending},\n{lines}}}"


def bibliography(found: Iterable[Entry]) -> str:
    """The entries as a file, each once. Two works with one key get a letter each from the second on."""
    seen: Counter[str] = Counter()
    texts = []
    for entry in dict.fromkeys(found):
        texts.append(entry.text(chr(ord("a") + seen[entry.key()]) if seen[entry.key()] else ""))
        seen[entry.key()] += 1
    return "\n\n".join(texts)


def entries(citation: str, name: str) -> list[Entry]:
    """The works of a citation, in its order. A text of another form is one entry with `name` as its title."""
    found = [*BEGIN.finditer(citation)]
    if not found or found[0].start() > 0:
        return [Entry((), False, "", name, note=citation)]
    ends = [*(one.start() for one in found[1:]), len(citation)]
    return [_entry(one, citation[one.end() : end].strip()) for one, end in zip(found, ends, strict=True)]


def _entry(begin: re.Match[str], text: str) -> Entry:
    body = BODY.fullmatch(text)
    assert body, "BEGIN looks for the year"
    names, others = re.subn(r" et al\.$", "", begin["names"])
    rest, arxiv, url = body["rest"], "", ""
    if one := ARXIV.search(rest):
        arxiv, rest = one[1], rest.replace(one[0], "")
    if one := ANTHOLOGY.search(rest):
        url, rest = f"https://aclanthology.org/{one[1]}", rest.replace(one[0], "")
    parts = [*_sentences(rest)]
    for part in parts[1:]:
        if re.match(r"https?://|[\w-]+\.(com|org|net)/", part):
            url = part if "://" in part else f"https://{part}"
            parts.remove(part)
    if len(parts) > 2 and parts[0][-1] in "?!":  # the second half of the title, else it would be the venue
        parts[:2] = [" ".join(parts[:2])]
    title, venue, *more = [*parts, "", ""][: max(2, len(parts))]
    title = title or begin["label"] or f"arXiv {arxiv}"
    return Entry(tuple(names.split(", ")), bool(others), body["year"], title, venue, arxiv, url, ". ".join(more))


def _sentences(text: str) -> Iterator[str]:
    """The parts between full stops; a question or exclamation mark belongs to its part."""
    text = text.strip(" .")
    while text:
        one = TITLE.match(text)
        assert one
        if part := one["title"].strip().rstrip("."):
            yield part
        text = one["rest"].strip(" .") if one["rest"].strip(" .") else ""


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
