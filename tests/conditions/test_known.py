"""Known answers of each perturbation, each looked at by a person, and the names and levels that are taken."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conditions.made_up import LINES, Row
from xstilts.conditions.apply import apply
from xstilts.conditions.draws import Draw
from xstilts.conditions.drop import drop
from xstilts.conditions.units import Unit
from xstilts.errors import InputError
from xstilts.params.conditions import Condition, names, parse

KNOWN: tuple[tuple[str, str, str, str], ...] = (  # condition, language, text, what becomes of it
    ("swap-1", "en", "The river B2B-town of 1998 has 12.5% left", "The rvier B2B-town of 1998 has 12.5% lfet"),
    ("swap-1", "hi", "विद्यार्थियों ने विश्वविद्यालय देखा", "विर्थिद्यायों ने विश्वद्याविलय देखा"),
    ("swap-1", "zh", "小猫在老城旁边", "小在猫城老旁边"),
    ("swap-1", "th", "แม่น้ำยาว", "แน้ำม่ายว"),
    ("swap-0", "en", "The river", "The river"),
    ("swap-0.4", "ru", "Маленькая кошка видит длинную реку", "Маленкьая кошка вдиит длинную реку"),
    ("drop-1", "de", "Größere Straßen, kurz", "Größee Sraßen, krz"),
    ("drop-1", "ar", "القطة الصغيرة", "اقطة اصغيرة"),
    ("double-1", "el", "ένα μακρύ ποτάμι", "ένα μακρρύ ποοτάμι"),
    ("double-1", "ko", "고양이가 봅니다", "고양양이가 봅니다"),
    ("insert-1", "en", "The small cat sees a river", "The smlall cat seeas a rivaer"),
    ("insert-0.4", "ja", "小さな猫は古い町", "小さなさ猫は古猫い町"),
    ("keyboard-1", "en", "The Small River", "The Skall Rivdr"),
    ("keyboard-1", "de", "kurze Straße", "khrze Sgraße"),
    ("keyboard-1", "he", "החתולה הקטנה", "החתילה הדטנה"),
    ("keyboard-1", "hi", "विद्यार्थियों विश्वविद्यालय", "विक्यार्थियों विश्वविद्यासय"),
    ("keyboard-1", "tr", "KISALTMA", "KJSALTMA"),
    ("case-upper-1", "tr", "iki ılık don't 3rd", "İKİ ILIK DON'T 3rd"),
    ("case-lower-1", "tr", "IRMAK İKİ", "ırmak iki"),
    ("case-title-1", "el", "ΜΙΚΡΉ γάτας ΣΟΦΌΣ", "Μικρή Γάτας Σοφός"),
    ("case-upper-1", "de", "Straße", "STRASSE"),
    ("case-upper-1", "ka", "პატარა", "პატარა"),
    ("case-1", "en", "one two three four", "One TWO THREE FOUR"),
    ("diacritics-1", "vi", "Con mèo nhỏ nhìn thấy đường", "Con meo nho nhin thay đuong"),
    ("diacritics-1", "ru", "ёлка й е́ль їжак", "елка й ель їжак"),
    ("diacritics-1", "ar", "نهرًا أَكَلَ آخر", "نهرا أكل آخر"),
    ("diacritics-1", "he", "שָׁלוֹם", "שלום"),
    ("diacritics-1", "hi", "नदी", "नदी"),
    ("diacritics-1", "ja", "がぎぐ", "がぎぐ"),
    ("punctuation-drop-1", "en", "Don't pay -5.5% (or 1,000), e.g. to a@b.c!", "Dont pay -5.5% or 1,000 eg to a@bc"),
    ("punctuation-double-1", "zh", "河，水。", "河，，水。。"),
    ("spaces-drop-1", "en", "a b 1 000 c", "ab1 000c"),
    ("spaces-double-1", "ko", "긴 강을 봅니다", "긴  강을  봅니다"),
    ("spaces-drop-1", "th", "แม่น้ำ ยาว cat dog", "แม่น้ำ ยาว catdog"),
    ("unicode-nfd-1", "ko", "강을", "강을"),
    ("unicode-nfkc-1", "en", "ﬁne x² ½ ｃａｔ", "fine x² ½ cat"),
    ("unicode-wide-1", "de", "Straße 12", "Ｓｔｒａßｅ 12"),
    ("unicode-joiner-1", "en", "cat", "ca\u200ct"),
    ("unicode-joiner-1", "ar", "قطة", "قط\u200dة"),
    ("natural-1", "en", "The River, a lake and a TOWN of Rivers", "The Rever, a lak and a TOWM of Rivers"),
    ("code-mix-1", "en", "The Old CAT, cats and old-age", "The Alten KATZE, cats and old-age"),
)


def perturbed(condition: str, language: str, text: str, **more: Any) -> str:
    """What becomes of a question with the id 7."""
    row = {"id": "7", "context": "", "question": text, "starts": [], "answers": []}
    return str(apply([row], "span", language, condition, **more).rows[0]["question"])


@pytest.mark.parametrize(("condition", "language", "text", "expected"), KNOWN)
def test_known_answers(condition: str, language: str, text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "en.natural").write_text(
        "river rivver rever lake\nlake lak\ntown towm 2own to\ufffdn\n", encoding="utf-8"
    )
    (tmp_path / "en.txt").write_text("cat Katze\nold alt alte\nold alten\n", encoding="utf-8")
    assert perturbed(condition, language, text, files={"natural": tmp_path, "code-mix": tmp_path}) == expected


def test_a_paraphrase_keeps_the_words_that_one_sentence_has() -> None:
    row = {"id": "7", "text_a": "Alice never called Robert", "text_b": "Alice often called Robert", "label": "0"}
    for name in ("swap", "drop", "double", "insert", "keyboard", "case", "unicode-joiner"):
        new = apply([row], "classification", "en", f"{name}-1").rows[0]
        assert "never" in new["text_a"], name
        assert "often" in new["text_b"], name
        assert "Alice" not in new["text_a"] + new["text_b"] or name == "case", name
    entailed = apply([{**row, "label": "neutral"}], "classification", "en", "swap-1").rows[0]
    assert "never" not in entailed["text_a"]


def test_tags_are_kept_and_rows_of_names_are_refused_where_they_must_be(tmp_path: Path) -> None:
    row = {"id": "7", "words": ["Anna", "visited", "Berlin", "..."], "tags": ["B-PER", "O", "B-LOC", "O"]}
    refused = apply([row], "tagging", "en", "case-upper-1")
    assert (refused.rows, refused.counts["rows_refused"]) == ([row], 1)
    spoken = apply([{**row, "tags": ["PROPN", "VERB", "PROPN", "PUNCT"]}], "tagging", "en", "case-upper-1")
    assert spoken.rows[0]["words"] == ["ANNA", "VISITED", "BERLIN", "..."]
    (tmp_path / "en.txt").write_text("anna Ana\nvisited besuchte\nberlin Roma\n", encoding="utf-8")
    mixed = apply([row], "tagging", "en", "code-mix-1", files={"code-mix": tmp_path})
    assert mixed.rows[0]["words"] == ["Anna", "besuchte", "Berlin", "..."]
    assert apply([row], "tagging", "en", "punctuation-1").rows == [row]


def test_what_a_language_cannot_show_is_counted() -> None:
    for name in ("keyboard", "case", "diacritics", "spaces"):
        for language in ("zh", "th", "ja"):
            row = {"id": "7", "context": "", "question": LINES[language], "starts": [], "answers": []}
            found = apply([row], "span", language, f"{name}-1")
            assert found.rows == [row]
            assert found.counts["rows_changed"] == found.counts["words_able"] == found.counts["words_changed"] == 0


def test_letters_that_would_join_are_not_brought_together() -> None:
    assert drop(Unit(0, ["\u1100", "x", "\u1161", "y", "z"], 1, 4), Draw(0, 0, 0, 0)) == "\u1100xyz"


def test_a_share_of_the_words_is_taken_also_of_short_rows() -> None:
    rows = [{"id": str(n), "context": "", "question": "river town", "starts": [], "answers": []} for n in range(2000)]
    counts = apply(rows, "span", "en", "swap-0.1").counts
    assert counts["words_able"] == 4000
    assert 350 < counts["words_changed"] < 450


def test_the_distractor_comes_from_another_paragraph_and_holds_no_answer() -> None:
    def row(name: str, context: str, *answers: str) -> Row:
        starts = [context.index(answer) for answer in answers]
        return {"id": name, "context": context, "question": "Who?", "starts": starts, "answers": [*answers]}

    rows = [
        row("1", "Anna lives in a small red house. She is a teacher of mathematics.", "Anna"),
        row("2", "Old Anna has sold all of her books. They were bought by a rich man.", "rich"),
    ]
    one, other = apply(rows, "span", "en", "distractor-1").rows
    assert one["context"] == f"{rows[0]['context']} They were bought by a rich man."
    assert other["context"].removeprefix(rows[1]["context"]) in (
        " Anna lives in a small red house.", " She is a teacher of mathematics.",
    )  # fmt: skip
    assert apply(rows, "span", "en", "distractor-2").counts["rows_refused"] == 2


PROGRAM = """
import json, sys
from xstilts.conditions.apply import apply
rows, names = json.load(sys.stdin)
print(json.dumps([sorted((row["id"], row["text_a"]) for row in apply(rows, "classification", "en", name).rows)
                  for name in names]))
"""


def test_neither_the_order_of_rows_nor_the_hash_seed_of_python_matters() -> None:
    rows = [
        {"id": f"{language}-{number}", "text_a": text, "text_b": text[::-1], "label": "neutral"}
        for language, text in LINES.items()
        for number in range(3)
    ]
    asked = [f"{name}-0.4" for name in names() if name not in ("distractor", "natural", "code-mix", "code-mix-texts")]
    answers = set()
    for seed in ("0", "1", "4711"):
        random.Random(seed).shuffle(rows)
        text = json.dumps([rows, asked])
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", PROGRAM], input=text, capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr
        answers.add(done.stdout)
    assert len(answers) == 1


def test_noise_does_not_depend_on_the_other_rows() -> None:
    rows = [{"id": str(n), "text_a": LINES["en"], "text_b": "", "label": "neutral"} for n in range(20)]
    whole = apply(rows, "classification", "en", "swap-0.4").rows
    assert apply(rows[3:9], "classification", "en", "swap-0.4").rows == whole[3:9]
    assert len({row["text_a"] for row in whole}) > 10


def test_names_and_levels() -> None:
    assert parse("swap-0.10") == parse("swap-0.1") == Condition("swap", 0.1)
    assert str(parse("swap-0.10")) == "swap-0.1"
    assert parse("code-mix-texts-1") == Condition("code-mix-texts", 1)
    assert (parse("case-upper-1").perturbation, parse("case-upper-1").ways) == ("case", ("upper",))
    assert parse("code-mix-0.5").perturbation == "code-mix"
    assert parse("distractor-2").level == 2
    for name in names():
        assert str(parse(f"{name}-1")) == f"{name}-1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("swop-0.1", "unknown condition 'swop' (did you mean 'swap'?)"),
        ("casing", "unknown condition 'casing'"),
        ("swap", "condition 'swap': found no level, expected one such as swap-0.1"),
        ("distractor", "expected one such as distractor-1"),
        ("swap-1.5", "found the level 1.5, expected a share from 0 to 1"),
        ("swap-10", "found the level 10, expected a share from 0 to 1"),
        ("distractor-0.5", "found the level 0.5, expected a whole number of sentences from 0 to 5"),
        ("distractor-9", "found the level 9, expected a whole number"),
        ("swap--1", "unknown condition 'swap-'"),
        ("swap-0.12345", "unknown condition"),
        ("", "unknown condition ''"),
    ],
)
def test_wrong_conditions_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        parse(text)
    assert message in str(error.value)


def test_tables_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"natural-0\.1: found no folder of tables"):
        perturbed("natural-0.1", "en", "river")
    with pytest.raises(InputError, match="folder not found"):
        perturbed("natural-0.1", "en", "river", files={"natural": tmp_path / "no"})
    with pytest.raises(InputError, match=r"expected files such as en\.natural"):
        perturbed("natural-0.1", "en", "river", files={"natural": tmp_path})
    (tmp_path / "en.natural").write_text("river rever\nlake\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"en.natural:2: found 1 words, expected a word and what replaces it"):
        perturbed("natural-0.1", "en", "river", files={"natural": tmp_path})
    assert perturbed("natural-1", "de", "river", files={"natural": tmp_path}) == "river"
    with pytest.raises(InputError, match="code-mix-texts-1: found no rows in other languages"):
        perturbed("code-mix-texts-1", "en", "river", parallel={"en": []})
    with pytest.raises(InputError, match="unknown family 'mlm'"):
        apply([], "mlm", "en", "swap-1")
