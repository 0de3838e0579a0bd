"""CoNLL-U to words and universal tags by XTREME's conversion, without networkx.

The rules are those of google-research/xtreme at 838c13b: third_party/ud-conversion-tools (`--lang <l>
--replace_subtokens_with_fused_forms`), then `udpos_preprocess` in utils_preprocess.py."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.rows import one_of
from xstilts.formats.text import exactly, read_lines
from xstilts.records.strict import brief

ORDER = {
    "default": "VERB NOUN PROPN PRON ADJ NUM ADV INTJ AUX ADP DET PART CCONJ SCONJ X PUNCT".split(),
    "es": "VERB AUX PRON ADP DET".split(),
    "fr": "VERB AUX PRON NOUN ADJ ADV ADP DET PART SCONJ CONJ".split(),
    "it": "VERB AUX ADV PRON ADP DET INTJ".split(),
}
"""Which tag a fused word takes when several of its parts are equally near to the root."""

ID = re.compile(r"(?P<first>[1-9][0-9]{0,8})(-(?P<last>[1-9][0-9]{0,8}))?|[0-9]{1,9}\.[1-9][0-9]{0,8}")
NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass
class Tree:
    """One sentence: forms, tags and heads by word id, and the spans of words that share a surface form."""

    where: str = ""
    forms: dict[int, str] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    lines: dict[int, str] = field(default_factory=dict)
    heads: dict[int, set[int]] = field(default_factory=dict)
    fused: dict[int, tuple[int, str]] = field(default_factory=dict)  # first id -> (last id, surface form)


def read_conllu(
    path: Path, language: str, tags: Collection[str], odd: Counter[str]
) -> Iterator[tuple[list[str], list[str]]]:
    """(words, tags) of each sentence of a file; what is dropped or fused is counted in `odd`."""
    for tree in _trees(path, odd):
        forms, labels = _surface(tree, language, odd)
        blank = sum(form.strip() == "_" for form in forms)
        if blank and blank >= len(forms) - 1:  # official: treebanks that may not show their text have "_" for words
            odd["dropped_sentences"] += 1
            continue
        for label, where in labels:
            one_of(label, tags, where)
        yield [_clean(form) for form in forms], [label for label, _ in labels]


def _clean(form: str) -> str:
    # official: blanks and zero-width non-joiners inside a word are removed (a word of nothing else is kept as it is).
    return form.strip().replace("\u200c", "").replace(" ", "") or form


def _trees(path: Path, odd: Counter[str]) -> Iterator[Tree]:
    tree = Tree()
    for number, line in enumerate([*read_lines(path), ""], start=1):
        where = f"{path}:{number}"
        if not line.strip():
            if tree.forms or tree.fused:
                yield _checked(tree)
            tree = Tree()
        elif not line.startswith("#"):
            tree.where = tree.where or where
            _add(tree, exactly(line.split("\t"), 10, where), where, odd)


def _add(tree: Tree, fields: list[str], where: str, odd: Counter[str]) -> None:
    name, form, tag, head, more = fields[0], fields[1], fields[3], fields[6], fields[8]
    match = ID.fullmatch(name)
    if match is None:
        raise InputError(f"{where}: found the id {brief(name)}, expected a number, a range 1-2 or an empty node 8.1")
    following = len(tree.forms) + 1
    if match["first"] is None:  # an empty node of the enhanced graph has no surface form
        odd["empty_nodes"] += 1
        return
    if int(match["first"]) != following:
        raise InputError(f"{where}: found the id {name}, expected {following}: word ids count up from 1")
    if match["last"] is not None:
        last = max((end for end, _ in tree.fused.values()), default=0)
        if int(match["last"]) < following or last >= following:
            raise InputError(f"{where}: found the range {name}, expected one that goes up and overlaps no other")
        tree.fused[following] = (int(match["last"]), form)
        return
    if not NUMBER.fullmatch(head):
        raise InputError(f"{where}: found the head {brief(head)}, expected a whole number")
    if not form:
        raise InputError(f"{where}: found a word without a form, expected one")
    tree.forms[following], tree.tags[following], tree.lines[following] = form, tag, where
    # official: the heads of the enhanced graph (column 9) count as well as the basic one.
    enhanced = {part.split(":")[0] for part in more.split("|")}
    others = [other for other in enhanced if other.isdecimal()]
    if strange := [other for other in others if not NUMBER.fullmatch(other)]:
        raise InputError(f"{where}: found the head {brief(strange[0])}, expected a whole number")
    tree.heads[following] = {int(head), *map(int, others)}


def _checked(tree: Tree) -> Tree:
    size = len(tree.forms)
    for word, heads in tree.heads.items():
        if max(heads) > size:
            raise InputError(f"{tree.lines[word]}: found the head {max(heads)}, expected 0 to {size}")
    for first, (last, _) in tree.fused.items():
        if last > size:
            raise InputError(f"{tree.where}: found the range {first}-{last}, expected ids up to {size}")
    return tree


def _surface(tree: Tree, language: str, odd: Counter[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Words as they stand in the text, and (tag, file:line) of each."""
    forms, labels, covered = [], [], 0
    for word in tree.forms:
        if word <= covered:
            continue
        last, form = tree.fused.get(word, (word, tree.forms[word]))
        head = word if last == word else _head(tree, range(word, last + 1), language, odd)
        odd["fused_words"] += word in tree.fused
        forms.append(form)
        labels.append((tree.tags[head], tree.lines[head]))
        covered = last
    return forms, labels


def _head(tree: Tree, span: range, language: str, odd: Counter[str]) -> int:
    """The part nearest to the root; among several, the one whose tag stands first in the language's order."""
    depth = {word: len(_ancestors(tree, word)) for word in span}
    nearest = [word for word in span if depth[word] == min(depth.values())]
    order = ORDER.get(language, ORDER["default"])
    # official: a tie on a tag outside the order raises there; here such a tag stands last, and is counted.
    odd["ties_outside_order"] += len(nearest) > 1 and any(tree.tags[word] not in order for word in nearest)
    return min(nearest, key=lambda word: order.index(tree.tags[word]) if tree.tags[word] in order else len(order))


def _ancestors(tree: Tree, word: int) -> set[int]:
    found: set[int] = set()
    waiting = [word]
    while waiting:
        for head in tree.heads.get(waiting.pop(), ()):
            if head not in found:
                found.add(head)
                waiting.append(head)
    return found - {word}
