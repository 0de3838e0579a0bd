"""Failure rates of CheckList tests: a test case fails if one of its questions is answered wrongly.

Written from xtreme `multichecklist/generate_test_utils.py` (`clean`, `expect_squad`) and `test_models.py` (@838c13b).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from xstilts.errors import InputError
from xstilts.records.prepared import Row

ARTICLES = {  # and other words that an answer may have or lack
    "af": r"(’n)\b", "ar": "\\sال^|ال", "bn": r"\b(একটি|একজন)", "de": r"\b(ein|eine|einen)\b", "el": r"\b(Ο|ένα|μια)\b",
    "en": r"\b(a|an|the|in|at)\b", "es": r"\b(un|una|unos|unas|el|la|los|las)\b", "eu": r"\b(bat)\b",
    "fa": r"\b(یک)\b", "fr": r"\b(un|une|le|la|en)\b", "hi": r"\b(एक)", "hu": r"\b(egy)\b", "it": r"\b(un|una)\b",
    "ml": r"\b(ഒരു)", "mr": r"\b(एक)", "my": r"\b(တစ်ဦး)", "nl": r"\b(een)\b", "pa": r"\b(ਇੱਕ|ਇਕ)",
    "pt": r"\b(um|uma)\b", "ta": r"\b(ஒரு)", "tl": r"\b(Si)\b", "tr": r"\b(bir)\b", "vi": r"\b(một)\b",
    "wo": r"\b(dafa)\b", "yo": r"\b(kan)\b",
}  # fmt: skip
ENDS = {"bn": ",. ৷", "hi": ",. ৷", "pa": ",. ।", "pl": "„”,. ", "ur": ",. \u200f"}
"""What is stripped from an answer; ",. " where a language has nothing of its own."""


def normalise(text: str, language: str) -> str:
    """An answer as it is compared. official: case counts, and without articles a blank goes between all characters."""
    return re.sub(ARTICLES.get(language, ""), " ", text).strip(ENDS.get(language, ",. "))


def failure_rates(pairs: Sequence[tuple[Row, Row]], language: str) -> dict[str, float]:
    """Percentage of failed cases by test, and their mean; ids of the rows are test/case/example."""
    passed: dict[str, dict[str, bool]] = {}
    for row, answer in pairs:
        if row["id"].count("/") != 2:
            raise InputError(f"found the id {row['id']!r}, expected test/case/example")
        test, case, _ = row["id"].split("/")
        right = normalise(answer["prediction"], language) == normalise(row["answers"][0], language)
        cases = passed.setdefault(test, {})
        cases[case] = cases.get(case, True) and right
    rates = {test: 100 * (1 - sum(cases.values()) / len(cases)) for test, cases in passed.items()}
    return {"failure": sum(rates.values()) / len(rates), **{f"failure_{test}": rate for test, rate in rates.items()}}
