"""Each grammar on one event: word order, agreement, fused tokens, trees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from xstilts.miniature.events import Event
from xstilts.miniature.grammar import Telling
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.miniature.plans import GRAMMARS

BUY = Event("act", "Anna", "buy", (("lamp", "red"),), place="market", day="monday")
GO = Event("go", "doctor", "go", place="market")
BE = Event("be", "queen", "be", place="Berlin")


@pytest.mark.parametrize(
    "language, expected",
    [
        ("en", "Anna bought a red lamp in the market on Monday."),
        ("de", "Anna hat am Montag im Markt eine rote Lampe gekauft."),
        ("es", "Anna compró una lámpara roja en el mercado el lunes."),
        ("tr", "Anna pazartesi günü çarşıda kırmızı bir lamba aldı."),
        ("hi", "अन्ना ने सोमवार को बाज़ार में एक लाल लैंप खरीदा।"),
        ("ar", "اشترت آنا مصباح أحمر بالسوق يوم الاثنين."),
    ],
)
def test_word_order_and_agreement(language: str, expected: str) -> None:
    assert GRAMMARS[language].say(BUY).text == expected


@pytest.mark.parametrize(
    "language, question, answer",
    [
        ("en", "Where did Anna buy the red lamp on Monday?", "market"),
        ("de", "Wo hat Anna am Montag die rote Lampe gekauft?", "Markt"),
        ("es", "¿Dónde compró Anna la lámpara roja el lunes?", "mercado"),
        ("tr", "Anna pazartesi günü kırmızı lambayı nerede aldı?", "çarşıda"),
        ("hi", "अन्ना ने सोमवार को लाल लैंप कहाँ खरीदा?", "बाज़ार"),
        ("ar", "أين اشترت آنا المصباح الأحمر يوم الاثنين؟", "بالسوق"),
    ],
)
def test_question_and_answer_span(language: str, question: str, answer: str) -> None:
    grammar = GRAMMARS[language]
    sentence = grammar.say(BUY)
    assert grammar.ask(BUY, "place", Telling(definite=True)).text == question
    start, found = sentence.span("place")
    assert found == answer == sentence.text[start : start + len(answer)]


@pytest.mark.parametrize(
    "language, event, surface, parts",
    [
        ("de", GO, "zum", ["zu", "dem"]), ("es", GO, "al", ["a", "el"]), ("ar", BUY, "بالسوق", ["ب", "السوق"]),
        ("tr", BE, "Berlin'deydi", ["Berlin'de", "ydi"]),
    ],
)  # fmt: skip
def test_multi_word_tokens(language: str, event: Event, surface: str, parts: list[str]) -> None:
    tokens = {token.text: [word.form for word in token.words] for token in GRAMMARS[language].say(event).tokens}
    assert tokens[surface] == parts


@pytest.mark.parametrize(
    "language, expected",
    [
        ("en", "The doctor did not sell the cup."), ("de", "Der Doktor hat die Tasse nicht verkauft."),
        ("es", "El doctor no vendió la taza."), ("tr", "Doktor fincanı satmadı."),
        ("hi", "डॉक्टर ने कप नहीं बेचा।"), ("ar", "ما باع الطبيب الكوب."),
    ],
)  # fmt: skip
def test_denied(language: str, expected: str) -> None:
    event = Event("act", "doctor", "sell", (("cup", ""),), denied=True)
    assert GRAMMARS[language].say(event, 0, Telling(definite=True)).text == expected
    assert GRAMMARS[language].say(event, 2, Telling(definite=True)).text == expected, "there is no denied passive"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_one_tree(language: str) -> None:
    grammar = GRAMMARS[language]
    for event in (BUY, GO, BE, replace(BUY, denied=True)):
        for sentence in (grammar.say(event), grammar.say(event, 1), grammar.say(event, 2), grammar.both((BUY, event))):
            assert sum(word.head is None for word in sentence.words) == 1
            for word in sentence.words:
                steps, at = 0, word
                while at.head is not None and steps < 50:
                    assert any(at.head is other for other in sentence.words)
                    at, steps = at.head, steps + 1
                assert steps < 50, "a cycle"
