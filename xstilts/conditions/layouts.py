"""Which keys lie beside each other, for the scripts that have one keyboard in common use.

A layout is its rows of keys, the lowest one last, as on a full-size keyboard; a blank is a key that holds no single
letter. Devanagari is InScript, of which only consonants are used: a vowel sign cannot take a consonant's place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "qwerty": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "german": ("qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
    "french": ("azertyuiop", "qsdfghjklmù", "wxcvbn"),
    "spanish": ("qwertyuiop", "asdfghjklñ", "zxcvbnm"),
    "portuguese": ("qwertyuiop", "asdfghjklç", "zxcvbnm"),
    "italian": ("qwertyuiopè", "asdfghjklòàù", "zxcvbnm"),
    "finnish": ("qwertyuiopå", "asdfghjklöä", "zxcvbnm"),
    "estonian": ("qwertyuiopüõ", "asdfghjklöä", "zxcvbnm"),
    "hungarian": ("qwertzuiopőú", "asdfghjkléáű", "yxcvbnm"),
    "turkish": ("qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç"),
    "azerbaijani": ("qüertyuiopöğ", "asdfghjklıə", "zxcvbnmçş"),
    "russian": ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    "ukrainian": ("йцукенгшщзхї", "фівапролджє", "ячсмитьбю"),
    "kazakh": (" әіңғ  үұқөһ", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    "bulgarian": (" уеишщксдзц", "ьяаожгтнвмч", "юйъэфхпрлб"),
    "greek": (" ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ"),
    "arabic": ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر ىةوزظ"),
    "persian": ("ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو"),
    "urdu": ("قوعرتےءیہپ", "اسدفگحجکل", "زشچطبنم"),
    "hebrew": ("  קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ"),
    "inscript": ("     बहगदजड", "     परकतचट", "  मनवलस  य"),
}
LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys("af en eu ht id jv lt ms nl pl qu ro sw tl vi wo yo".split(), "qwerty"),
    "ar": "arabic", "az": "azerbaijani", "bg": "bulgarian", "de": "german", "el": "greek", "es": "spanish",
    "et": "estonian", "fa": "persian", "fi": "finnish", "fr": "french", "he": "hebrew", "hi": "inscript",
    "hu": "hungarian", "it": "italian", "kk": "kazakh", "mr": "inscript", "pt": "portuguese", "ru": "russian",
    "tr": "turkish", "uk": "ukrainian", "ur": "urdu",
}  # fmt: skip
"""Language -> its layout. Languages that are not here have none, and `keyboard` changes nothing in them."""
SHIFTS = (-0.5, 0.0, 0.25, 0.75)  # how far the rows stand to the right, from the row of digits on


@cache
def neighbours(language: str) -> Mapping[str, str]:
    """Letter -> the letters that touch it on the keyboard of a language; nothing for a language without a layout."""
    rows = LAYOUTS[LANGUAGES[language]] if language in LANGUAGES else ()
    keys = [
        (letter, place + shift, line)
        for line, (row, shift) in enumerate(zip(rows, SHIFTS[len(SHIFTS) - len(rows) :]))
        for place, letter in enumerate(row)
        if letter != " "
    ]
    return {
        letter: "".join(other for other, x, y in keys if other != letter and abs(x - at) <= 1 and abs(y - line) <= 1)
        for letter, at, line in keys
    }
