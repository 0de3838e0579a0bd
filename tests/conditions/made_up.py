"""Made-up rows of every family, in 24 languages, with words, digits, marks and odd characters."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.texts import LINES as SIXTEEN

Row = dict[str, Any]

LINES = SIXTEEN | {
    "fr": "Le petit chat aperçoit une très longue rivière près de l'ancienne forêt.",
    "es": "El pequeño gato ve un largo río cerca de la antigua población.",
    "vi": "Con mèo nhỏ nhìn thấy một dòng sông dài gần thị trấn cũ.",
    "fa": "گربه کوچک رودخانه‌ای طولانی را نزدیک شهر قدیمی می‌بیند.",
    "ur": "چھوٹی بلی پرانے شہر کے قریب ایک لمبا دریا دیکھتی ہے۔",
    "te": "చిన్న పిల్లి పాత పట్టణం దగ్గర పొడవైన నదిని చూస్తుంది.",
    "kk": "Кішкентай мысық ескі қаланың жанынан ұзын өзенді көреді.",
    "sw": "Paka mdogo anauona mto mrefu karibu na mji wa kale.",
}
ODD = ["2.5", "B2B", "don't", "well-known", "%", "...", "(", "ﬁn", "é", "е́", "’", "\u200d", "👩‍👩‍👧", "I", "ﷺ"]
FAMILIES = ("classification", "tagging", "span", "choice", "retrieval", "dual")


@st.composite
def texts(draw: st.DrawFn, language: str, least: int = 1) -> str:
    """Words of a language, letters of it in any order, and what else stands in texts."""
    line = LINES[language]
    letters = st.text(line.replace(" ", ""), min_size=1, max_size=8)
    word = st.one_of(st.sampled_from(line.split()), letters, st.sampled_from(ODD))
    return " ".join(draw(st.lists(word, min_size=least, max_size=8)))


@st.composite
def row(draw: st.DrawFn, name: str, family: str, language: str) -> Row:
    """One prepared row of a family."""
    text = texts(language)
    if family == "classification":
        label = draw(st.sampled_from(["neutral", "entailment", "0", "1"]))
        one, other = draw(text), draw(text)
        return {"id": name, "text_a": f"{one} {other}", "text_b": other, "label": label}
    if family == "tagging":
        words = draw(text).split()
        tags = draw(st.sampled_from([["NOUN", "PUNCT"], ["O", "B-PER"]]))
        return {"id": name, "words": words, "tags": [tags[place % 2] for place in range(len(words))]}
    if family == "span":
        context = draw(texts(language, 4))
        start = draw(st.integers(0, len(context) - 1))
        answer = context[start : start + draw(st.integers(1, 20))]
        answers = draw(st.sampled_from([[answer], [answer, answer], []]))
        return {
            "id": name, "context": context, "question": draw(text), "starts": [start] * len(answers),
            "answers": answers,
        }  # fmt: skip
    if family == "choice":
        return {"id": name, "prompt": draw(text), "choices": [draw(text), draw(text)], "label": 1}
    if family == "dual":
        return {"id": name, "query": draw(text), "candidate": "", "gold": ["7"]}
    side = draw(st.sampled_from(["source", "english"]))
    return {"id": name, "side": side, "text": draw(text), "gold": ["7"] if side == "english" else []}


@st.composite
def sets(draw: st.DrawFn, *families: str) -> tuple[str, str, list[Row]]:
    """(family, language, rows)."""
    family, language = draw(st.sampled_from(families or FAMILIES)), draw(st.sampled_from(sorted(LINES)))
    return family, language, [draw(row(str(number), family, language)) for number in range(draw(st.integers(1, 3)))]
